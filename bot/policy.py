"""From verdicts to decisions: whom the owner trusts, what the limits hold back, and what remains to be done."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.model import Decision, Standing, Verdict


@dataclass(frozen=True, slots=True)
class Trust:
    """Whom the owner is taken to want: each gate protects whatever the rules say."""

    keep: tuple[str, ...] = ()
    """Handles that are never touched."""
    mutuals: bool = True
    """Accounts that follow the owner back."""
    answered: bool = True
    """Accounts that the owner answered lately."""
    favourited: bool = True
    """Accounts whose posts the owner favourited lately."""
    bookmarked: bool = True
    """Accounts whose posts the owner bookmarked lately."""
    reposted: bool = True
    """Accounts whose posts the owner reposted lately."""
    listed: bool = True
    """Accounts on a list of the owner's own."""
    notifying: bool = True
    """Accounts that the owner turned notifications on for."""
    within: timedelta = timedelta(days=90)
    """How far back "lately" reaches."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much may be done before everything further is held."""

    per_sweep: int = 5
    """Most deeds in one sweep."""
    per_day: int = 20
    """Most deeds in 24 hours."""
    followed_share_per_week: float = 0.02
    """Most deeds in 7 days, as a share of the accounts followed."""
    first_days_dry: timedelta = timedelta(days=7)
    """A new install only reports for so long, whatever `dry_run` says."""
    confirm_after: timedelta = timedelta(days=1)
    """A verdict must be found again on fresh posts, at least so long after the first time."""
    newly_followed: timedelta = timedelta(days=7)
    """Accounts first seen among the followed less than this ago are left alone."""


def decide(
    verdicts: Sequence[Verdict], standing: Mapping[str, Standing], trust: Trust, limits: Limits, now: datetime
) -> list[Decision]:
    """What is to be done about each verdict, or why it is held."""
    raise AssertionError("written next")
