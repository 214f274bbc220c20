"""Actions, the entries that tell their story, and the record of a sweep: what is kept of what was done."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bot.model.posts import Account
from bot.model.verdicts import Comparison, Quote, Step


@dataclass(frozen=True)
class Action:
    """One step of the ladder on one account, as the platform is asked to do or undo it."""

    account: Account
    step: Step
    until: datetime | None = None
    list_title: str = ""
    """The owner's list, for `list`."""
    before: Mapping[str, str] = field(default_factory=dict)
    """What stood before it, as the platform's `before` told: what `undo` puts back."""


class Event(StrEnum):
    """What an entry of the ledger records."""

    JUDGED = "judged"
    PLANNED = "planned"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"
    LIFTING = "lifting"
    """About to be taken back: what PLANNED is to DONE, this is to EXPIRED and UNDONE."""
    EXPIRED = "expired"
    UNDONE = "undone"
    VETOED = "vetoed"


@dataclass(frozen=True)
class Entry:
    """One line of the ledger: a decision, or what became of an action."""

    at: datetime
    profile: str
    account: Account
    event: Event
    rule: str | None = None
    step: Step | None = None
    protection: str | None = None
    reason: str = ""
    readings: Mapping[str, float | None] = field(default_factory=dict)
    comparisons: tuple[Comparison, ...] = ()
    """The deciding rule's bounds against their readings."""
    evidence: tuple[str, ...] = ()
    quote: Quote | None = None
    site: str = ""
    until: datetime | None = None
    action_id: str = ""
    """Ties the entries of one action together."""
    before: Mapping[str, str] = field(default_factory=dict)
    fingerprint: str = ""
    """Of the config that decided."""
    dry: bool = True
    near: bool = False
    """A near miss: nothing fired, though a rule nearly did."""
    limit: str = ""
    """Why a decision to act waits: `unconfirmed`, `daily limit`, … Of a LIFTING entry: what went wrong."""
    feed_read: datetime | None = None
    """When the feed that the decision rests on was read."""
    list_title: str = ""
    ends: datetime | None = None
    """Of an action that is done: when the server says that it ends by itself. None: it does not say, or never."""


STOPPED = "stopped"
"""Error of a sweep that was broken off because the process was asked to end."""


@dataclass(frozen=True, slots=True)
class SweepRecord:
    """What one sweep polled, found and used."""

    profile: str
    started: datetime
    ended: datetime | None = None
    """When it ended. Left open while it runs, or where the process died in it."""
    posts: int = 0
    """Timeline items read."""
    new_posts: int = 0
    """Of these, items not seen before."""
    unreadable: int = 0
    gaps: tuple[str, ...] = ()
    """Each a sentence: what could not be read, and why."""
    unread: tuple[str, ...] = ()
    """Each a sentence: what could protect accounts, or an account's own feed, and could not be read; and what could
    not be done yet about an account that could not be reached."""
    suspects: int = 0
    """Accounts looked at more closely."""
    own_feeds: int = 0
    """Own feeds fetched."""
    judged: int = 0
    requests: int = 0
    writes: int = 0
    retries: int = 0
    waited: float = 0.0
    """Seconds waited for limits and after faults."""
    allowed: int | None = None
    """Requests that the server allows in its window, where it says."""
    remaining: int | None = None
    error: str = ""
    """What ended it early, in a sentence."""

    @property
    def cut_off(self) -> bool:
        """Whether it was not brought to an end, be it a fault: the process was stopped, or died in it."""
        return self.error == STOPPED or (self.ended is None and not self.error)


@dataclass(frozen=True, slots=True)
class Trouble:
    """What a profile in the daemon cannot do at present."""

    what: str
    """`config`, `login`, `sweep`, `report`, `ping`, or `by phone` for one of the other ways of a report."""
    since: datetime
    """When it first failed since it last went well."""
    words: str
    """What went wrong and the next step, in a sentence."""
    again: datetime
    """When it is tried again."""
