"""Second chances: what happens to a deed when its time is up, its rule is gone, or the owner warms to the account."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.deeds import RENEWAL, Track
from bot.hands import Hands, Rehearsal, Terms
from bot.model import Decision, Entry, Event
from bot.platforms.base import AccountGone
from bot.policy import Limits

PASSING_HOLDS = frozenset({"no proof", "standing unknown", "shadow"})
"""Holds that say nothing of the owner's bond to the account."""


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

    `judged_afresh` reads the account's own feed; AccountGone from it releases. Without `renew` (the owner went back
    to dry run) whatever has run out is released.
    """
    for track in hands.tracks():
        if not track.live or not track.over(now):
            continue
        if track.brief:
            hands.release(track, Event.EXPIRED, "the day is over")
            continue
        if not renew:
            hands.release(track, Event.EXPIRED, "its time is up")
            continue
        try:
            decision = judged_afresh(track)
        except AccountGone as gone:
            hands.release(track, Event.EXPIRED, f"its time is up; {gone}")
            continue
        if decision.action is track.deed.action:
            _renew(hands, track, decision, limits, replace(terms, before=track.deed.before, reason=RENEWAL), now)
        else:
            why = decision.reason or "no rule fires on its fresh posts"
            hands.release(track, Event.EXPIRED, f"its time is up: {why}")


def _renew(
    hands: Hands | Rehearsal, track: Track, decision: Decision, limits: Limits, terms: Terms, now: datetime
) -> None:
    """A deed of twice the length in place of the one that ran out, unless it does not take."""
    until = now + longer(track, limits.longest)
    if hands.perform(replace(decision, until=until), terms) is Event.FAILED:
        hands.release(track, Event.EXPIRED, "its time is up, and it could not be renewed")
    else:
        hands.close(track, f"no better: renewed until {until:%-d %b %Y}")


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
    """Release what no rule of the config holds any more, and whom the owner has come to stand by.

    `newest` gives an account's JUDGED entries, oldest first. A changed config releases only what a report made
    since (`reported`: when the last one was made) has shown first; a rehearsal needs no such care.
    """
    for track in hands.tracks():
        if not track.live:
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
