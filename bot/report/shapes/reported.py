"""What a report holds."""

from typing import TypedDict

from bot.report.shapes.decided import DecisionJson, QuoteJson


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
