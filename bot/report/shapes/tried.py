"""Other rules on the past, and better bounds."""

from typing import TypedDict

from bot.report.shapes.decided import QuoteJson


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
