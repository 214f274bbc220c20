"""What `--json` prints, as types: docs/json.md is written from them, and the type checker holds the code to them.

Times are ISO 8601 in UTC. null stands for what is not known, or not so. Keys may be added; none changes its meaning.
"""

from typing import TypedDict

Readings = dict[str, float | None]


class ComparisonJson(TypedDict):
    """One reading against its bound."""

    signal: str
    """The signal's name."""
    reading: float | None
    """Its value, null where it cannot be known."""
    at_least: float | None
    """The least that the bound asks for."""
    at_most: float | None
    """The most that it allows."""
    holds: bool
    """Whether the reading is known and within."""


class DecisionJson(TypedDict):
    """A verdict with its step, its protection or its limit."""

    profile: str
    """Name of the profile in the config."""
    handle: str
    """The account."""
    rule: str | None
    """The first rule that fires."""
    step: str | None
    """`report`, `hide_reposts`, `list` or `mute`: what is done, or would be; null where no rule fires or a protection
    stands."""
    protection: str | None
    """Why the account is left alone whatever the rules say: `mutual`, `kept`, `favourited`, …"""
    limit: str | None
    """Why the action waits: `unconfirmed`, `daily limit`, …"""
    readings: Readings
    """Every signal that a rule asked for."""
    evidence: list[str]
    """Pages of posts that show it."""
    reason: str
    """The protection or the limit in a sentence, or why the step is milder than the rule's."""
    until: str | None
    """When the action ends."""
    comparisons: list[ComparisonJson]
    """The deciding rule's bounds; where none fires, those of the rule that nearly does."""


class EntryJson(DecisionJson):
    """A line of the ledger: a decision, or what became of an action."""

    at: str
    """When it was written."""
    event: str
    """`judged`, `planned`, `done`, `failed`, `cancelled`, `lifting`, `expired`, `undone` or `vetoed`."""
    action_id: str | None
    """Ties the entries of one action together; null for a judgement."""
    dry_run: bool
    """Whether it only tells what would be."""
    account_id: str
    """The platform's own id of the account, which stays when its handle changes."""
    near: bool
    """Whether a rule nearly fired, and none did."""
    site: str
    """Where most of its links led; empty where no rule fired."""
    quote: "QuoteJson | None"
    """One of the posts that were judged."""
    list: str | None
    """Title of the list that the account is put on."""
    ends: str | None
    """When the server said that it ends the action by itself."""
    before: dict[str, str]
    """What stood before the action, as the platform told it: what undoing it puts back."""
    feed_read: str | None
    """When the account's own feed was read that was judged."""
    fingerprint: str
    """Of the config that decided: entries with the same one were decided by the same rules."""


class UndoneJson(DecisionJson):
    """An action that was chosen to be undone."""

    outcome: str
    """What became of it, in words."""


class AdoptedJson(TypedDict):
    """Something that stands on an account and is not in the ledger, or was not until you said so."""

    handle: str
    """The account."""
    step: str
    """`hide_reposts`, `list` or `mute`."""
    until: str | None
    """When it ends; null where that is not known, or never."""
    list: str | None
    """Title of the list that the account is on."""
    adopted: bool
    """Whether it is quietfeed's from now on."""


class VerdictJson(TypedDict):
    """A verdict on a captured account."""

    handle: str
    """The account."""
    rule: str | None
    """The first rule that fires."""
    step: str | None
    """What that rule asks for."""
    action: str | None
    """The same as `step`, for readers of captured files' format 1."""
    abstained: str | None
    """Why no rule could be judged, where none could."""
    readings: Readings
    """Every signal that a rule asked for."""
    evidence: list[str]
    """Pages of posts that show it."""


class QuoteJson(TypedDict):
    """A post in its own words."""

    text: str
    """What it says, cut short."""
    url: str
    """Its page, or its id where it has none."""
    at: str
    """When it was written."""


class ReportedJson(DecisionJson):
    """A decision in a report."""

    timeline_share: float | None
    """The account's part of the items in your timeline, 0 to 1."""
    why: str
    """The readings that decide, in words."""
    quote: QuoteJson | None
    """One of its posts."""
    new: bool
    """Whether the last report did not tell of it, or told of something else."""


class OutcomesJson(TypedDict):
    """What became of actions since the last report."""

    done: list[ReportedJson]
    """Done and in force."""
    found_again: list[ReportedJson]
    """Done by an earlier store of quietfeed's, and taken over."""
    failed: list[ReportedJson]
    """They did not take, or could not be taken back yet."""
    cancelled: list[ReportedJson]
    """Given up before they took, or yours by now."""
    expired: list[ReportedJson]
    """Ended, their time being up."""
    undone: list[ReportedJson]
    """Taken back by quietfeed."""
    vetoed: list[ReportedJson]
    """Taken back by you."""


class TimelineJson(TypedDict):
    """How loud the noise is."""

    items: int
    """Items of your timeline inside the window."""
    noise_share: float | None
    """Part of them by accounts that are or would be quieted, 0 to 1."""


class PolledJson(TypedDict):
    """What was read."""

    sweeps: int
    """Sweeps since the last report."""
    new_posts: int
    """Items not seen before."""
    unreadable: int
    """Items that could not be read."""
    judged: int
    """Accounts judged."""


class UsageJson(TypedDict):
    """What was asked of the server."""

    requests: int
    """Requests sent."""
    writes: int
    """Of these, requests that change something."""
    retries: int
    """Of these, requests sent again after a fault."""
    waited_seconds: float
    """Time waited for the server's limits and after faults."""
    allowed: int | None
    """Requests that the server allows in its present window."""
    remaining: int | None
    """Of these, how many are left."""


class NumberedJson(TypedDict):
    """An account that the report gives a number."""

    id: str
    """Its id on the network."""
    handle: str
    """Its handle."""


class PersonJson(TypedDict):
    """Somebody whom you follow."""

    handle: str
    """The account."""
    name: str
    """What it calls itself."""


class GoodLinkJson(TypedDict):
    """A page that somebody whom you quieted shared, and people whom you follow shared too."""

    url: str
    """Its address, without trackers."""
    title: str
    """What a link card calls it, else the words that it came with."""
    shared_by: str
    """The account that you quieted."""
    people: list[PersonJson]
    """Those who shared or reposted it, each once."""
    at: str
    """When one of them last did."""


class BoundMoveJson(TypedDict):
    """A bound of a rule, and where it would have to be."""

    signal: str
    """The bound's signal."""
    end: str
    """`at_least` or `at_most`."""
    now: float
    """Where it is."""
    instead: float
    """Where it would have spared everybody whose action you took back."""
    lost: int
    """Of the actions that you did not take back, how many it would have spared too."""


class RuleRecordJson(TypedDict):
    """What became of a rule's actions, as far back as the ledger goes (`keep_days`)."""

    rule: str
    """Its name."""
    actions: int
    """How many there were, renewals not counted."""
    taken_back: int
    """By you: undone, lifted by hand, or the account kept."""
    confirmed: int
    """You muted the account anew yourself, or said that it was right."""
    ended: int
    """By themselves."""
    in_force: int
    """In force."""
    often_taken_back: bool
    """Whether the rule may be wrong: at least 3 taken back, and more than a third."""
    would_spare: BoundMoveJson | None
    """The bound to move; null where none tells them from the others, or nothing is wrong."""
    dry_run: bool
    """Whether it is about what a dry run would have done; taken back is what you kept."""


class RuleChangeJson(TypedDict):
    """An account that changed rules judge otherwise."""

    handle: str
    """The account."""
    before: str | None
    """What the rules before asked for; null where it was left alone."""
    after: str | None
    """What they ask for now; null where it is released."""
    limit: str | None
    """Why that waits."""


class UpgradeJson(TypedDict):
    """What an upgrade brought of other rules, by their names."""

    version: str
    """Of quietfeed, since then."""
    changed: list[str]
    """Rules that are other ones now."""
    new: list[str]
    """Rules that there were not before."""
    gone: list[str]
    """Rules that there are no more."""


class ReportJson(TypedDict):
    """A day's report."""

    profile: str
    """Name of the profile in the config."""
    platform: str
    """Its network."""
    owner: str
    """Your handle."""
    date: str
    """Your local date."""
    dry_run: bool
    """Whether nothing was touched."""
    decisions: list[ReportedJson]
    """What is to be done, and who is left alone."""
    numbered: list[NumberedJson]
    """The accounts that are news, in the order of their numbers from 1 on."""
    in_force: list[ReportedJson]
    """What stands on accounts."""
    spared: list[ReportedJson]
    """What an earlier report told was to be done, and is not any more."""
    near_misses: list[ReportedJson]
    """Accounts for which one rule nearly fires."""
    actions: OutcomesJson
    """What became of actions."""
    good_links: list[GoodLinkJson]
    """Good links from those you quieted, each told once."""
    rules: list[RuleRecordJson]
    """What became of each rule's actions."""
    rules_changed: list[RuleChangeJson]
    """What a change of the rules comes to, told once."""
    upgrade: UpgradeJson | None
    """With which upgrade they changed; null where it was not by one."""
    config_warnings: list[str]
    """What works in your config but may surprise, told once."""
    timeline: TimelineJson
    """How loud the noise is."""
    polled: PolledJson
    """What was read."""
    gaps: list[str]
    """What of the timeline could not be read, each in a sentence."""
    unread: list[str]
    """What could protect accounts, or their own feeds, and could not be read, each in a sentence: they are left
    alone."""
    cannot_be_known: list[str]
    """What your server cannot tell for good and quietfeed goes on without, each in a sentence."""
    question: str | None
    """What you are asked, in a sentence."""
    paused: str | None
    """Until when nobody is touched, in words; null where there is no pause."""
    errors: list[str]
    """What ended sweeps early, each in a sentence."""
    usage: UsageJson
    """What was asked of the server."""


class ExplainedRuleBoundJson(ComparisonJson):
    """One bound of one rule."""

    turning: str
    """What would turn it, in words."""


class ExplainedRuleJson(TypedDict):
    """One rule against one account."""

    rule: str
    """Its name."""
    fires: bool
    """Whether all its bounds hold."""
    decides: bool
    """Whether it is the first that fires."""
    near: bool
    """Whether one thing alone kept it from firing, and that by a little."""
    abstained: str | None
    """Why it said nothing, where it did not."""
    when: list[ExplainedRuleBoundJson]
    """Its bounds."""
    unless: list[ExplainedRuleBoundJson]
    """Its exceptions."""


class PastJson(TypedDict):
    """A line of the ledger, in short."""

    at: str
    """When it was written."""
    event: str
    """As in the ledger."""
    rule: str | None
    """The rule that decided."""
    step: str | None
    """What it asked for."""
    protection: str | None
    """Why the account was left alone."""
    dry_run: bool
    """Whether it only tells what would be."""


class JudgementJson(TypedDict):
    """Your own word on an account; of several the newest."""

    handle: str
    """The account."""
    opinion: str
    """`noise` or `fine`."""
    at: str
    """When you said it."""
    how: str
    """`reviewed`, `kept`, `taken back` or `confirmed`."""


class ExplainJson(TypedDict):
    """Why one account is judged as it is."""

    handle: str
    """The account."""
    moved_to: str | None
    """The handle of the account that it moved to; null where it did not."""
    outcome: str
    """What comes of it, in a sentence."""
    rule: str | None
    """The first rule that fires."""
    step: str | None
    """What is done, or would be; null where no rule fires or a protection stands."""
    protection: str | None
    """Why the account is left alone whatever the rules say."""
    limit: str | None
    """Why the action waits."""
    reason: str
    """The protection or the limit in a sentence, or why the step is milder than the rule's."""
    until: str | None
    """When the action ends."""
    complete: bool
    """Whether it rests on the account's own feed."""
    seen_share: float | None
    """About which part of the account's posts your server has, 0 to 1; null where that is not known."""
    abstained: str | None
    """Why no rule could be judged, where none could."""
    readings: Readings
    """Every signal that a rule asked for."""
    rules: list[ExplainedRuleJson]
    """Every rule that applies."""
    evidence: list[str]
    """Pages of posts that show it."""
    standing: list[str] | None
    """How you stand to it, each in words; null where it was not asked for."""
    judgement: JudgementJson | None
    """What you took it for."""
    ledger: list[PastJson]
    """What the ledger tells of it, oldest first."""


class SweepJson(TypedDict):
    """What one sweep came to."""

    started: str
    """When it began."""
    ended: str | None
    """When it ended; null while it runs."""
    posts: int
    """Timeline items read."""
    new_posts: int
    """Of these, items not seen before."""
    unreadable: int
    """Items that could not be read."""
    looked_at: int
    """Accounts that gave reason to look closer."""
    own_feeds: int
    """Own feeds read."""
    judged: int
    """Accounts judged."""
    gaps: list[str]
    """What could not be read, each in a sentence."""
    unread: list[str]
    """What could protect accounts, or their own feeds, and could not be read, each in a sentence."""
    error: str
    """What ended it early, in a sentence."""
    usage: UsageJson
    """What was asked of the server."""


class TroubleJson(TypedDict):
    """What a profile cannot do at present."""

    what: str
    """`config`, `sweep`, `report`, `ping` (a dead man's switch), or `by NAME` for one of the other ways of a report."""
    since: str
    """When it first failed since it last went well."""
    words: str
    """What is wrong, and the next step."""
    again: str
    """When the daemon tries again."""


class ProfileJson(TypedDict):
    """How one profile fares."""

    profile: str
    """Name of the profile in the config."""
    platform: str
    """Its network."""
    dry_run: bool
    """Whether nothing may be touched yet."""
    last_sweep: SweepJson | None
    """The newest sweep."""
    next_sweep: str | None
    """When the daemon sweeps next; null where none runs."""
    waiting_for: str | None
    """What is waited for at this moment, as `the server's limit`."""
    waiting_until: str | None
    """Until when."""
    troubles: list[TroubleJson]
    """What fails at present."""
    paused_until: str | None
    """Until when you asked to pause; null where you did not."""
    last_report: str | None
    """Your local date of the newest report."""
    question: str | None
    """What you are asked, in a sentence."""


class StatusJson(TypedDict):
    """How everything fares."""

    profiles: list[ProfileJson]
    """One for each profile."""


class KeptJson(TypedDict):
    """An account that is protected by name."""

    handle: str
    """The account."""
    by: str
    """`config`, `keep`, or `taken back` where you took an action back."""
    since: str
    """The day since when; empty for the config's."""
    why: str
    """Your note."""


class CaseJson(TypedDict):
    """An account that is borderline or undecided."""

    handle: str
    """The account."""
    question: str
    """Why you are asked: `near` (a rule nearly fires), `waiting` (one fires, and what follows waits), `shadow` (one on
    trial fires), `lowered` (something milder is done than its rule asks for) or `unknown` (too little is known)."""
    sentence: str
    """What comes of it and why."""
    rule: str | None
    """The rule that it is about."""
    missed: float | None
    """Of a near miss, how far the rule is from firing: 0 at its bound, 1 as far as still counts as near."""
    timeline_share: float | None
    """The account's part of the items in your timeline, 0 to 1."""
    readings: Readings
    """Every signal that a rule asked for."""
    comparisons: list[ComparisonJson]
    """That rule's bounds."""
    judgement: JudgementJson | None
    """What you took it for before; only with `--again`."""


class ReviewJson(TypedDict):
    """Whom you may judge, and whom you judged."""

    profile: str
    """Name of the profile in the config."""
    cases: list[CaseJson]
    """The accounts that are borderline or undecided, in the order of asking."""
    judged: list[JudgementJson]
    """Your words so far, oldest first."""


class SignalJson(TypedDict):
    """Something that can be measured."""

    name: str
    """The key in a rule."""
    unit: str
    """`share`, `count`, `per day`, `flag`, `ratio` or `days`."""
    doc: str
    """What counts, what does not, and when it cannot be known."""
    not_on: list[str]
    """Networks that cannot give it."""


class RuleTestJson(TypedDict):
    """What came of one test of a rule."""

    rule: str
    """The rule that was tested."""
    says: str
    """What its owner calls the test."""
    place: str
    """Where it stands, as `file:line:column`."""
    expect: str
    """`fires` or `spares`."""
    got: str
    """What the rule did, in the same words."""
    passed: bool
    """Whether the two are the same."""
    handle: str
    """The account that the rest speaks of: the first that is not as expected, otherwise the first."""
    accounts: int
    """How many accounts the test holds the rule against."""
    why: str
    """The bounds and the readings that decided, in words."""
    decides: str | None
    """The rule that decides about the account among all of the config."""
    comparisons: list[ComparisonJson]
    """The tested rule's bounds, then its exceptions."""


class CheckJson(TypedDict):
    """One thing that the doctor looked at."""

    what: str
    """What was looked at."""
    state: str
    """`ok`, `note` or `bad`."""
    words: str
    """How it is."""
    remedy: str
    """What to do where it is not well."""


class ChangeJson(TypedDict):
    """An account that fares otherwise under the new config."""

    handle: str
    """The account."""
    change: str
    """`newly quieted`, `newly found, still waiting`, `now only waiting`, `newly reported`, `another step` or `now left
    alone`."""
    before: str | None
    """`report`, `hide_reposts`, `list` or `mute`: what the config before did; null where it did nothing."""
    after: str | None
    """What the new one does."""
    waits_before: str | None
    """The step that still waits at the end under the config before; null where none does."""
    waits_after: str | None
    """The same of the new one."""
    limit: str | None
    """Why the action of the new one still waits at the end: `unconfirmed`, `daily limit`, …"""
    rule_before: str | None
    """The rule of the config before that fires."""
    rule_after: str | None
    """The rule of the new one that fires."""
    why: str
    """The reason in words."""
    quote: QuoteJson | None
    """One of its posts."""
    timeline_share: float
    """The account's part of the items in your timeline, 0 to 1."""
    standing_asked: bool
    """Whether it was ever asked how you stand to it; where not, a protection may still spare it."""
    standing_asked_later: str | None
    """When that was first asked, where only after the decision: the answer is taken for the time before."""
    judgement: str | None
    """`noise` or `fine`: your own word on the account."""


class MutedDayJson(TypedDict):
    """A day on which a quota mutes an account."""

    at: str
    """When it is muted."""
    until: str | None
    """Your midnight."""
    rule: str
    """The rule with the quota."""
    posts: int
    """How much of that day it had brought to your timeline by then."""


class DayChangeJson(TypedDict):
    """An account that quotas mute on other days under the new config."""

    handle: str
    """The account."""
    change: str
    """`over quota on more days`, `over quota on fewer days` or `over quota on other days`."""
    before: int
    """On how many days the config before mutes it."""
    after: int
    """On how many the new one does."""
    newly: list[MutedDayJson]
    """The days on which only the new one does, oldest first."""
    no_longer: list[MutedDayJson]
    """The days on which only the one before does."""
    why: str
    """The reason in words."""
    quote: QuoteJson | None
    """One of its posts."""
    timeline_share: float
    """The account's part of the items in your timeline, 0 to 1."""
    standing_asked: bool
    """Whether it was ever asked how you stand to it; where not, a protection may still spare it."""
    standing_asked_later: str | None
    """When that was first asked, where only after the first of the days: the answer is taken for the time before."""
    judgement: str | None
    """`noise` or `fine`: your own word on the account."""


class JudgedJson(TypedDict):
    """How configs fare with accounts on which you gave your word."""

    accounts: int
    """How many there are."""
    quieted_before: int
    """Of these, how many the config before quiets."""
    quieted_after: int
    """How many the new one does."""


class TryJson(TypedDict):
    """What a changed config would have changed."""

    new: str
    """What the new config is called."""
    old: str
    """What it is held against."""
    since: str
    """When the time that was looked at begins."""
    until: str
    """When it ends."""
    accounts: int
    """How many accounts were judged in it."""
    posts: int
    """How many items your timeline brought in as many days as were asked for, be it before that time."""
    noise_before: float
    """Which part of them came from accounts that the config before finds, 0 to 1."""
    noise_after: float
    """The same of the new one."""
    changes: list[ChangeJson]
    """Each account that fares otherwise, the loudest first in each kind."""
    quotas: list[DayChangeJson]
    """Each account that quotas mute on other days, the loudest first in each kind."""
    quotas_since: str | None
    """From when on quotas could be tried: what they did before stands as it was. Null where they never could."""
    fine: JudgedJson
    """Accounts that you called fine, or keep."""
    noise: JudgedJson
    """Accounts that you called noise."""
    never_read: int
    """How many accounts the new config would look at for the first time."""


class TriedJson(TypedDict):
    """A captured account under two configs: what `quietfeed try --accounts` prints, an object a line."""

    handle: str
    """The account."""
    rule_before: str | None
    """The first rule of the config before that fires."""
    step_before: str | None
    """What that rule asks for."""
    rule_after: str | None
    """The same of the new one."""
    step_after: str | None
    """The same of the new one."""


class BoundJson(TypedDict):
    """A bound that is suggested."""

    rule: str
    """The rule's name."""
    under: str
    """Where in it: `when`, `unless` or `evidence`."""
    signal: str
    """Which bound there."""
    end: str
    """Which end of it: `at_least` or `at_most`; of evidence `at_least`."""
    now: float
    """Where it is."""
    instead: float
    """Where it would go."""
    change: str
    """`tighter`: the rule fires on fewer accounts then; `looser`: on more."""
    right: list[str]
    """Handles of judged accounts on which the rule is right then: fine and spared, or noise and found."""
    lost: list[str]
    """Called noise, and found no more."""
    others_lost: list[str]
    """Not judged, and found no more."""
    newly: list[str]
    """Not judged, and newly found, or more is done to them."""
    fine: int
    """Of the accounts that it rests on, how many you called fine."""
    noise: int
    """How many you called noise."""


class NoBoundJson(TypedDict):
    """A rule that is wrong on accounts that you judged, and for which no bound is suggested."""

    rule: str
    """Its name."""
    why: str
    """`too few` accounts speak for one, `no bound` tells these from the others, the rule's `own tests` speak against
    it, or it can only be changed `by hand`."""
    judged: str
    """What you called these accounts: `fine`, and it fires on them; `noise`, and it nearly does."""
    accounts: list[str]
    """Their handles."""
    needed: int
    """How many more must be judged."""


class TuneJson(TypedDict):
    """The bounds that your own judgements speak for."""

    config: str
    """The file that would be changed."""
    since: str
    """When the time that was looked at begins."""
    until: str
    """When it ends."""
    fine: int
    """How many accounts of that time you called fine, or keep."""
    noise: int
    """How many you called noise."""
    as_said_before: int
    """How many of both the rules alone treat as you said, whatever protects them."""
    as_said_after: int
    """The same with the suggested bounds."""
    suggestions: list[BoundJson]
    """In the order of the rules."""
    without: list[NoBoundJson]
    """Where nothing is suggested although a rule is wrong."""
    still_found: list[str]
    """Handles of accounts called fine to which the rules would do something all the same."""
    diff: str
    """The change of the file, as a unified diff; empty where there is none."""
    written: bool
    """Whether it was made (`--write`)."""
    backup: str | None
    """Where the file as it was is kept."""


class RuleChangedJson(TypedDict):
    """A part of a config that changes a rule which stands elsewhere."""

    keys: list[str]
    """What it changes, as the file calls it: `then`, `when link_share`."""
    place: str
    """Where that stands, as `file:line`."""


class RuleJson(TypedDict):
    """A rule in force, and where it comes from."""

    name: str
    """What reports and the ledger call it."""
    step: str
    """`report`, `hide_reposts`, `list` or `mute`."""
    lasts: str | None
    """How long the action lasts, as the file writes it: `30d`; null for a quota."""
    mode: str
    """`act`, or `shadow` where it only watches."""
    quota: int | None
    """Posts a day, of a rule with a quota."""
    shipped: bool
    """Whether it comes with quietfeed, changed since or not."""
    place: str | None
    """Where it stands, as `file:line`; null for a shipped one."""
    changes: list[RuleChangedJson]
    """What changes it since."""
    text: str
    """All of it, as a file would have it."""


class RulesJson(TypedDict):
    """The rules of a config."""

    version: str
    """Of quietfeed, with which the shipped ones come."""
    strictness: str | None
    """Of the shipped ones: `gentle`, `standard` or `strict`; null where none is used."""
    rules: list[RuleJson]
    """In the order in which they are asked: the first that fits decides."""
    left_out: list[str]
    """Names of shipped rules that are not used, where others are."""


class AuditGroupJson(TypedDict):
    """How many accounts do the same."""

    group: str
    """`broadcasts links`, `floods`, `only reposts`, `silent`, `moved or gone`, `talks`, `curates`, `none of these`,
    `too few posts` or `could not be read`."""
    accounts: int
    """How many."""
    share: float
    """Their part of all that you follow post, 0 to 1; 0 of followers."""


class AuditedJson(TypedDict):
    """One account of an audit."""

    handle: str
    """The account."""
    name: str
    """How it calls itself."""
    group: str
    """What it does, as in auditgroup."""
    why: str
    """Why it is in that group, in words."""
    protection: str | None
    """Why the account is left alone whatever it does; null where that is not known without asking the server."""
    reason: str
    """The protection in a sentence."""
    posts_a_day: float | None
    """How many posts and reposts a day it brings; null where it could not be read."""
    share: float | None
    """Its part of all that you follow post, 0 to 1; null where it could not be read, and of followers."""
    url: str | None
    """Its page."""
    followed: str | None
    """With --followers: when it followed you."""
    follow_back: str | None
    """With --followers: `yes`, `no` or `look yourself`."""


class AuditJson(TypedDict):
    """Whom you follow, or who followed you lately, looked at once."""

    profile: str
    """Name of the profile in the config."""
    owner: str
    """Your handle."""
    at: str
    """When it was made."""
    followers: bool
    """Whether it is of followers."""
    waiting: int
    """With --followers: how many followed too lately to be looked at."""
    groups: list[AuditGroupJson]
    """The groups that have somebody."""
    accounts: list[AuditedJson]
    """Everybody, by group, in each the loudest first."""


PRINTED: dict[str, tuple[type, str]] = {
    "sweep": (DecisionJson, "an object a line"),
    "demo": (DecisionJson, "an object a line"),
    "judge": (VerdictJson, "an object a line, in the order of the input"),
    "test-rules": (RuleTestJson, "one list"),
    "try": (TryJson, "one object"),
    "tune": (TuneJson, "one object"),
    "ledger": (EntryJson, "an object a line, oldest first"),
    "undo": (UndoneJson, "an object a line"),
    "adopt": (AdoptedJson, "an object a line"),
    "report": (ReportJson, "one object"),
    "explain": (ExplainJson, "one object"),
    "check": (ExplainJson, "one object"),
    "audit": (AuditJson, "one object"),
    "status": (StatusJson, "one object"),
    "keep": (KeptJson, "one list"),
    "review": (ReviewJson, "one object"),
    "signals": (SignalJson, "one list"),
    "rules": (RulesJson, "one object"),
    "doctor": (CheckJson, "one list"),
}
"""Verb -> what it prints with `--json`, and how many of it."""
WRITTEN: dict[str, tuple[type, str]] = {
    "export ledger": (EntryJson, "an object a line, oldest first"),
}
"""What writes JSON without being asked to, and how many of it."""
