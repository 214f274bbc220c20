"""What a sweep came to, as events of the log: itself, and what became of actions in it."""

from collections.abc import Iterable
from datetime import datetime

from bot.logs import event
from bot.model import Entry, Event, SweepRecord


def tell_sweep(record: SweepRecord, upcoming: datetime) -> None:
    """Tell of a sweep that went well; the next one is `upcoming`."""
    event(
        "swept",
        profile=record.profile,
        new=record.new_posts,
        own_feeds=record.own_feeds,
        judged=record.judged,
        requests=record.requests,
        waited=f"{record.waited:.0f}s" if record.waited >= 1 else None,
        unreadable=record.unreadable or None,
        gaps=len(record.gaps) or None,
        next=f"{upcoming.astimezone():%H:%M}",
    )


def tell_actions(entries: Iterable[Entry]) -> None:
    """What was done and what became of it, an event each; what was only planned is told once it is done."""
    for entry in entries:
        if entry.dry or entry.event is Event.PLANNED or (entry.event is Event.LIFTING and not entry.limit):
            continue
        event(
            f"action {entry.event}" if entry.event is not Event.LIFTING else "action not taken back yet",
            profile=entry.profile,
            step=entry.step,
            account=entry.account.handle,
            rule=entry.rule,
            until=f"{entry.until:%Y-%m-%d}" if entry.until and entry.event is Event.DONE else None,
            why=entry.limit or entry.reason,
        )
