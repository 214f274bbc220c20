"""What was known each time that accounts were judged: enough to decide again, under other rules."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.model.verdicts import Standing, Step


@dataclass(frozen=True, slots=True)
class Basis:
    """What a decision on one account rested on, beside its own feed, and what it was."""

    account: str
    """Account id."""
    read: datetime
    """When its own feed was read: by that the feed as it was then is found."""
    timeline_posts: int = 0
    """How many items of the owner's timeline it brought inside the window."""
    complete: bool = True
    """Whether its own feed could be read whole."""
    replies_known_since: datetime | None = None
    seen_share: float | None = 1.0
    first_seen: datetime | None = None
    """When it first showed in the timeline, where it was not there from the beginning."""
    kept: bool = False
    """The owner had asked to keep it."""
    kept_as: str = ""
    """The name in `trust.keep` that meant this account, whatever it is called by now."""
    vetoed: bool = False
    """The owner had taken an action on it back."""
    standing: Standing | None = None
    """How the owner stood to it, apart from our own actions; None where that was not asked."""
    untold: bool = False
    """How the owner stands to it could not be read this time, so that nothing was decided."""
    readings: Mapping[str, float | None] = field(default_factory=dict)
    """What was measured of it for the rules, so that other bounds need not measure anew."""
    site: str = ""
    """Where most of its links led; empty where no rule fired."""
    rule: str | None = None
    """The rule that fired."""
    step: Step | None = None
    """What was to be done, or would have been; None where nothing fired or a protection stood."""
    protection: str | None = None
    limit: str = ""
    unasked: str = ""
    """Why it waited for its own server to be asked, in a sentence; empty where it did not."""


@dataclass(frozen=True, slots=True)
class Judging:
    """Accounts that were judged together, in the order in which they were decided on."""

    at: datetime
    entry: int
    """Number of the ledger's last line before it."""
    fingerprint: str
    """Of the config that decided."""
    bases: tuple[Basis, ...]
    decided: datetime | None = None
    """When the decisions were written down: some seconds later, with what had to be asked in between."""
    dry: bool = True
    afresh: bool = False
    """Whether they were judged since an action on each had run out."""
    timeline_total: int = 0
    """How many items the owner's timeline showed in all inside the window."""
    followed: int | None = None
    """How many accounts the owner followed. Left open where that was not asked."""
    usual: Mapping[str, int] = field(default_factory=dict)
    """By rule: how many accounts it found when the owner had last looked."""
    told: tuple[str, ...] = ()
    """What the server cannot tell for good and the owner had been told of (`Unread.key`)."""
    paused: datetime | None = None
    """Until when the owner had asked to pause."""
    own_host: str = ""
    """The owner's own server; empty on Bluesky."""
    day: tuple[datetime, datetime] | None = None
    """Where the quotas of a day were held at the end of a sweep: when the owner's day began and ends. The bases are
    those beyond a quota's number, found or not, with what the timeline showed of them by then."""
    began: datetime | None = None
    """When that sweep began: what it had done until then takes room from the quotas."""
    measured: str = ""
    """What readings depend on beside the account: they are as good as new where that is the same."""
