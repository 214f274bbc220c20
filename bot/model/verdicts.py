"""What the rules say of a history, how the owner stands to the account, and what is decided from the two."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cached_property

from bot.model.posts import Account


class Step(StrEnum):
    """What may be done about an account, mildest first."""

    REPORT = "report"
    HIDE_REPOSTS = "hide_reposts"
    LIST = "list"
    MUTE = "mute"

    @property
    def severity(self) -> int:
        """Place on the ladder, 0 for `report`."""
        return SEVERITY[self]


SEVERITY = {step: place for place, step in enumerate(Step)}


@dataclass(frozen=True, slots=True)
class Comparison:
    """One reading held against one bound."""

    signal: str
    reading: float | None
    at_least: float | None
    at_most: float | None
    holds: bool
    """False where the reading is None."""


@dataclass(frozen=True, slots=True)
class RuleReading:
    """One rule held against one history: which of its bounds hold, and why it did not fire if it did not."""

    rule: str
    fires: bool
    when: Sequence[Comparison]
    unless: Sequence[Comparison] = ()
    abstained: str | None = None
    """Why the rule said nothing: too little evidence, or a signal that cannot be known."""
    near: bool = False
    """Whether exactly one thing kept it from firing, and only by a little."""
    unknown: bool = False
    """Whether it might have fired: all that is known speaks for it, and some signal cannot be known."""


@dataclass(frozen=True, slots=True)
class Quote:
    """A post as a report quotes it: a hostile text, cut short."""

    text: str
    url: str
    """Its page; its id where it has none."""
    at: datetime
    """When it was written."""


@dataclass(frozen=True)
class Verdict:
    """What the rules say of one history."""

    account: Account
    rule: str | None
    """The first rule that fired."""
    step: Step | None
    rules: Sequence[RuleReading]
    """Every rule that applies, in the order of the config."""
    readings: Mapping[str, float | None]
    """Every signal that a rule asked for, and the evidence signals."""
    fired: int | None = None
    """The place among `rules` of the one that fired."""
    abstained: str | None = None
    """Why no rule could be judged, where none could."""
    evidence: tuple[str, ...] = ()
    """URLs (or ids, where there is no URL) of posts that show it."""
    quote: Quote | None = None
    """One of these posts, in its own words."""
    site: str = ""
    """The site to which most links lead, where most lead to one."""
    shadow: bool = False
    """The deciding rule only watches (`mode: shadow`)."""
    duration: timedelta | None = None
    """How long the action should last."""
    lowered: str = ""
    """Why the step is milder than the deciding rule's: an earlier, milder rule could not be judged, or too little is
    seen of the account. A clause."""
    complete: bool = True
    """Whether it rests on the author's own feed."""
    feed_read: datetime | None = None
    """When that feed was read."""
    seen_share: float | None = 1.0
    """About which part of the account's posts it rests on; None where that is not known."""

    @cached_property
    def deciding(self) -> RuleReading | None:
        """The rule that decided, otherwise the first that nearly did."""
        if self.fired is not None:
            return self.rules[self.fired]
        return next((reading for reading in self.rules if reading.near), None)


class Asked(StrEnum):
    """What a platform is asked about the owner that may protect an account."""

    FOLLOWS = "follows"
    MUTES = "mutes"
    LISTS = "lists"
    NOTIFICATIONS = "notifications"
    ANSWERS = "answers"
    FAVOURITES = "favourites"
    BOOKMARKS = "bookmarks"
    REPOSTS = "reposts"

    @property
    def words(self) -> str:
        """What the owner would be told, as part of a sentence: `whom you favourited`."""
        return ASKED[self]


ASKED: Mapping[Asked, str] = {
    Asked.FOLLOWS: "whether you follow each other",
    Asked.MUTES: "whom you muted",
    Asked.LISTS: "whom you put on a list",
    Asked.NOTIFICATIONS: "whom you turned notifications on for",
    Asked.ANSWERS: "whom you answered",
    Asked.FAVOURITES: "whom you favourited",
    Asked.BOOKMARKS: "whom you bookmarked",
    Asked.REPOSTS: "whom you reposted",
}


class Stays(StrEnum):
    """Why something will be no better known tomorrow."""

    LACKING = "lacking"
    """The server's software has no such thing."""


@dataclass(frozen=True, slots=True)
class Unread:
    """Something that could protect an account and that could not be read, or not in full."""

    asked: Asked
    sentence: str
    """`the server refused to say whom you favourited (403)`."""
    stays: Stays | None = None
    """Why it stays so: the owner is told of it, and then quietfeed goes on without. None: it may be read next time."""

    @property
    def key(self) -> str:
        """What the owner was told of, once they were."""
        return f"{self.asked} {self.stays}" if self.stays else str(self.asked)


@dataclass(frozen=True, slots=True)
class Standing:
    """How the owner stands to one account. None means that the platform does not say."""

    following: bool | None = None
    followed_by: bool | None = None
    followed_since: datetime | None = None
    blocked_by: bool | None = None
    muted: bool = False
    muted_until: datetime | None = None
    muted_by_list: bool = False
    """It is muted by a muted list that it is on, and not by itself."""
    reposts_hidden: bool = False
    notifying: bool | None = None
    """The owner turned notifications on for it."""
    lists: tuple[str, ...] = ()
    """Titles of the owner's lists that it is on."""
    answered: datetime | None = None
    """When the owner last answered it, as far as is remembered; a platform by itself does not tell."""
    favourited: datetime | None = None
    bookmarked: datetime | None = None
    reposted: datetime | None = None
    unread: tuple[Unread, ...] = ()
    """What of all this could not be read: an absence there is no “no”."""

    def knows(self, asked: Asked) -> bool:
        """Whether what it says of this is all there is to say."""
        return all(one.asked is not asked for one in self.unread)

    @property
    def mutual(self) -> bool:
        """Whether both follow each other."""
        return bool(self.following and self.followed_by)


@dataclass(frozen=True)
class Decision:
    """A verdict with its step, its protection or its limit."""

    verdict: Verdict
    step: Step | None
    """What is to be done now (in dry run: would be); None where nothing fired or a protection stands."""
    protection: str | None = None
    """Why the account is left alone, in one or two words: `mutual`, `kept`, `favourited`, …"""
    reason: str = ""
    """The protection or the limit in a sentence, for the report; or why the step is milder than the rule's."""
    until: datetime | None = None
    """When the action ends."""
    limit: str = ""
    """Why the action waits, in one or two words: `unconfirmed`, `daily limit`, …"""

    @property
    def account(self) -> Account:
        """The account judged."""
        return self.verdict.account
