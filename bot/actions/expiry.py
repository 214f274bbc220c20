"""Second chances: what happens to a deed when its time is up, its rule is gone, or the owner warms to the account."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.actions.entries import Terms, no_better
from bot.actions.executor import Hands, Rehearsal
from bot.actions.lifecycle import RENEWAL, Track
from bot.config.types import Limits
from bot.model import Decision, Entry, Event
from bot.platforms.base import PlatformError, RateLimited, Unreachable

PASSING_HOLDS = frozenset({"no proof", "standing unknown", "shadow"})
"""Holds that say nothing of the owner's bond to the account."""
PATIENCE = timedelta(days=1)
"""So long a deed whose time is up waits for the account's posts to be readable again."""


def expire(
    hands: Hands | Rehearsal,
    judged_afresh: Callable[[Track], Decision],
    limits: Limits,
    terms: Terms,
    now: datetime,
    *,
    renew: bool,
) -> None:
    """Judge again, on fresh posts, every account whose deed has run out: renew the deed for longer, or release it.

    `judged_afresh` reads the account's own feed; where that is gone or refused, the deed is released. Without `renew`
    (the owner went back to dry run) whatever has run out is released.
    """
    fault: Unreachable | None = None
    for track in hands.tracks():
        if not track.live or not track.over(now):
            continue
        if track.brief or not renew:
            hands.release(track, Event.EXPIRED, "the day is over" if track.brief else "its time is up")
            continue
        try:
            decision = judged_afresh(track)
        except RateLimited:
            raise
        except Unreachable as broken:
            fault = broken  # one account's feed that cannot be read must not keep the others muted …
            if now >= (track.deed.until or now) + PATIENCE:  # … nor itself
                hands.release(track, Event.EXPIRED, f"its time is up; {broken}")
            continue
        except PlatformError as lost:
            hands.release(track, Event.EXPIRED, f"its time is up; {lost}")
            continue
        if hands.still_ours(track):
            _settle(hands, track, decision, limits, replace(terms, before=track.deed.before, reason=RENEWAL), now)
    if fault:
        raise fault


def _settle(
    hands: Hands | Rehearsal, track: Track, decision: Decision, limits: Limits, terms: Terms, now: datetime
) -> None:
    """A deed of twice the length in place of the one that ran out, or its release: a renewal that fails too."""
    until = now + longer(track, limits.longest)
    if decision.action is not track.deed.action:
        hands.release(track, Event.EXPIRED, f"its time is up: {_better(decision)}")
    elif hands.perform(replace(decision, until=until), terms) in (Event.DONE, Event.PLANNED):
        hands.close(track, no_better(until))
    else:
        hands.release(track, Event.EXPIRED, "its time is up, and it could not be renewed")


def _better(decision: Decision) -> str:
    if decision.action is not None:
        return f"now “{decision.verdict.rule}” fires, which asks for something else"
    return decision.reason or "no rule fires on its fresh posts"


def longer(track: Track, most: timedelta) -> timedelta:
    """Twice the time that the deed was meant to last, up to `most`."""
    lasted = track.deed.until - track.plan.at if track.deed.until else most
    return min(lasted * 2, most)


def release_the_spared(
    hands: Hands | Rehearsal,
    newest: Callable[[str], Sequence[Entry]],
    reported: datetime | None,
    fingerprint: str,
) -> None:
    """Release what no rule of the config holds any more, whom the owner protects by name or has come to stand by.

    `newest` gives an account's JUDGED entries, oldest first. A changed config releases only what a report made
    since (`reported`: when the last one was made) has shown first; a rehearsal needs no such care.
    """
    protected = hands.protected()
    for track in hands.tracks():
        if not track.live:
            continue
        if protection := protected.get(track.deed.account.id):
            hands.release(track, Event.UNDONE, protection)
            continue
        entries = newest(track.deed.account.id)
        last = entries[-1] if entries else None
        if last is None:
            continue
        if last.hold and last.hold not in PASSING_HOLDS:
            hands.release(track, Event.UNDONE, f"{last.hold}: {last.reason}")
        elif last.rule is None and last.fingerprint == fingerprint != track.plan.fingerprint:
            since = _spared_since(entries)
            if hands.dry or (reported is not None and reported > since):
                hands.release(track, Event.UNDONE, "no rule of your config fires on it any more")


def _spared_since(entries: Sequence[Entry]) -> datetime:
    """Since when the account is judged without a rule firing."""
    since = entries[-1].at
    for entry in reversed(entries):
        if entry.rule is not None:
            break
        since = entry.at
    return since
