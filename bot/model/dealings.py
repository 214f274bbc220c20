"""What the owner did with accounts, as networks list it and as it is remembered.

trail      one of the lists in which a network keeps what the owner did, newest first
doing      one item of a trail
dealing    what is remembered of it: whom the owner answered, favourited, bookmarked or reposted, and when last
stretch    a part of a trail that is still to be read
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.model.verdicts import Asked


class Trail(StrEnum):
    """The lists in which a network keeps what the owner did, newest first."""

    POSTS = "posts"
    FAVOURITES = "favourites"
    BOOKMARKS = "bookmarks"

    @property
    def asked(self) -> tuple[Asked, ...]:
        """What of the protections rests on it."""
        return {
            Trail.POSTS: (Asked.ANSWERS, Asked.REPOSTS),
            Trail.FAVOURITES: (Asked.FAVOURITES,),
            Trail.BOOKMARKS: (Asked.BOOKMARKS,),
        }[self]


@dataclass(frozen=True, slots=True)
class Doing:
    """One item of a trail."""

    key: str
    """By which it is known again; empty where it does not stand in its place, as a pinned post."""
    asked: Asked | None = None
    """What the owner did; None where it concerns nobody else."""
    accounts: tuple[str, ...] = ()
    """Ids of those whom it concerns."""
    at: datetime | None = None
    """When it was done; on a trail without dates the earliest time at which it can have been. None: not told."""


@dataclass(frozen=True, slots=True)
class Dealing:
    """What is remembered: the owner last did this with that account then."""

    asked: Asked
    account: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of a trail that is still to be read, downwards; everything in it was done before `began`."""

    began: datetime
    """When the look began that came to it first."""
    walk: datetime
    """When the reading began that has come as far as this: another time where it had to start over."""
    head: bool = False
    """Whether it is the newest end of the trail, read by the present look."""
    fresh: bool = False
    """Whether all of it was done since an earlier look."""
    marks: tuple[str, ...] = ()
    """What stood on top at that earlier look: there the stretch ends. Without, it reaches as far as is promised."""
    cursor: str | None = None
    """Leads to the page that was read last; None: to be read from the top."""
    last: tuple[str, ...] = ()
    """Keys on that page, which show that the cursor still leads there."""
    reached: datetime | None = None
    """How far back it was read, as far as that page tells."""
    dated: bool = True
    old: int = 0
    """Pages in a row on which nothing is of the time that counts."""
    unreadable: int = 0
    """Items that could not be read: they may have been anybody's, so it is to be read again."""
    cut: bool = False
    """Whether the server ended it where it should not end."""
    tries: int = 0
    """How often in a row the cursor was answered with a fault."""


@dataclass(frozen=True, slots=True)
class TrailState:
    """How far a trail was read."""

    marks: tuple[str, ...]
    """Keys of what stood on top at the last look, newest first."""
    since: datetime
    """How far back it was to be read."""
    looked: datetime
    """When the last look at it began."""
    open: tuple[Stretch, ...] = ()
    """What of that is still to be read, newest first."""
