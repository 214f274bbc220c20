"""Everybody looked at once."""

from typing import TypedDict


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
