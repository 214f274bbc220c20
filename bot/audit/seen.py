"""An account as an audit saw it, and an audit as it is told: pure data."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from bot.judging.trust import Protection
from bot.model import SELF, Account, Post, Verdict

SIGNALS = (
    "own_posts",
    "days_seen",
    "posts_per_day",
    "link_share",
    "repost_share",
    "reply_share",
    "answered_people",
    "reply_link_share",
    "repeated_reply_share",
)
"""What the groups are told apart by, beside what the rules ask for."""
SILENT_AFTER = timedelta(days=91)
"""Three months."""


class Group(StrEnum):
    """What an account does, in a word or two, for programs as well; in the order in which they are told."""

    BROADCASTS = "broadcasts links"
    FLOODS = "floods"
    REPOSTS = "only reposts"
    SILENT = "silent"
    GONE = "moved or gone"
    TALKS = "talks"
    CURATES = "curates"
    OTHER = "none of these"
    THIN = "too few posts"
    UNREAD = "could not be read"


@dataclass(frozen=True, slots=True)
class Seen:
    """One account as it was read. Where it could not be, `gone` or `trouble` says why."""

    account: Account
    at: datetime
    """When it was read."""
    verdict: Verdict | None = None
    """What the owner's rules say of it; None where it could not be read."""
    readings: Mapping[str, float | None] = field(default_factory=dict)
    """Of SIGNALS."""
    items: int = 0
    """How many posts, answers and reposts were read of the window."""
    a_day: float | None = None
    """How many posts and reposts a day it brings into a timeline."""
    last: datetime | None = None
    """When it last posted, as far as was read: `SILENT_AFTER` back at least."""
    gone: str = ""
    trouble: str = ""
    partly: bool = False
    """Whether the owner's server may lack posts of it, and its own server did not tell."""
    followed: datetime | None = None
    """When it followed the owner, where followers are looked at."""


@dataclass(frozen=True, slots=True)
class AuditLine:
    """One account as it is told."""

    account: Account
    group: Group
    why: str
    """The sentence, without its full stop; hostile text is harmless in it."""
    a_day: float | None
    share: float | None
    """Its part of all that is posted, 0 to 1; None where it could not be read."""
    followed: datetime | None = None
    protection: Protection | None = None
    """Why it is left alone whatever it does, where that is known without asking."""


@dataclass(frozen=True, slots=True)
class Audit:
    """An audit: of whom the owner follows, or of who followed the owner lately."""

    profile: str
    owner: str
    """Handle."""
    at: datetime
    lines: tuple[AuditLine, ...]
    """By group, in each the loudest first."""
    followers: bool = False
    waiting: int = 0
    """How many followed too lately to be looked at."""
    partly: bool = False
    """Whether the owner's server may lack posts of some."""

    def of(self, group: Group) -> list[AuditLine]:
        """Those of one group."""
        return [line for line in self.lines if line.group is group]


def a_day(posts: Sequence[Post], at: datetime) -> float:
    """How many posts and reposts a day an account brought into timelines up to `at`, over the days that its posts
    (newest first) reach back. Every part of a thread counts, for each takes its place; answers to others stay out, for
    most who follow the account do not get them."""
    if not posts:
        return 0.0
    brought = sum(post.repost_of is not None or post.reply_to in (None, SELF) for post in posts)
    return brought / max(1.0, (at - posts[-1].created_at) / timedelta(days=1))
