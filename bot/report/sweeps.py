"""The sweeps of some weeks, day by day: what they read, judged and asked, and where they fell short."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, tzinfo

from bot.model import SweepRecord
from bot.report.escape import inline
from bot.report.figures import moment, plural, short_day
from bot.report.troubles import errors

DAYS = 14
SENTENCE = 300


@dataclass(frozen=True, slots=True)
class SweepDay:
    """What the sweeps of one day came to, as the owner's calendar counts days."""

    day: date
    sweeps: int = 0
    read: int = 0
    """Posts of the timeline, seen before or not."""
    judged: int = 0
    """Accounts."""
    requests: int = 0
    gaps: int = 0
    faults: int = 0
    """Sweeps that a fault ended early."""

    @property
    def name(self) -> str:
        """`22 Nov`."""
        return short_day(self.day)

    @property
    def says(self) -> str:
        """The day in one line."""
        parts = [plural(self.sweeps, "sweep"), f"{plural(self.read, 'post')} read", f"{self.judged:,} judged"]
        parts += [plural(self.requests, "request")]
        parts += [plural(many, word) for many, word in ((self.gaps, "gap"), (self.faults, "fault")) if many]
        return f"{self.name}: {', '.join(parts)}"


def by_day(records: Iterable[SweepRecord], today: date, zone: tzinfo) -> tuple[SweepDay, ...]:
    """The last DAYS days, today included, the oldest first and without a hole."""
    days = {one: SweepDay(one) for one in (today - timedelta(days=back) for back in range(DAYS - 1, -1, -1))}
    for record in records:
        day = record.started.astimezone(zone).date()
        if day in days:
            days[day] = _with(days[day], record)
    return tuple(days.values())


def _with(day: SweepDay, record: SweepRecord) -> SweepDay:
    return replace(
        day,
        sweeps=day.sweeps + 1,
        read=day.read + record.posts,
        judged=day.judged + record.judged,
        requests=day.requests + record.requests,
        gaps=day.gaps + len(record.gaps),
        faults=day.faults + bool(record.error and not record.cut_off),
    )


def in_words(days: Sequence[SweepDay]) -> str:
    """All of them in two sentences: `148 sweeps in 14 days read 2,310 posts and judged 214 accounts, …`."""
    sweeps = sum(day.sweeps for day in days)
    if not sweeps:
        return f"No sweep ran in the last {len(days)} days."
    read, judged, requests = (sum(getattr(day, name) for day in days) for name in ("read", "judged", "requests"))
    empty = sum(not day.sweeps for day in days)
    told = (
        f"{plural(sweeps, 'sweep')} in the last {len(days)} days read {plural(read, 'post')} and judged "
        f"{plural(judged, 'account')}, with {plural(requests, 'request')}."
    )
    return told + (f" On {plural(empty, 'day')} there was none." if empty else "") + f" {_short(days)}"


def _short(days: Sequence[SweepDay]) -> str:
    """`2 gaps, no faults.`"""
    gaps, faults = (sum(getattr(day, name) for day in days) for name in ("gaps", "faults"))
    told = [plural(many, word) if many else f"no {word}s" for many, word in ((gaps, "gap"), (faults, "fault"))]
    return f"{' and '.join(told)}.".capitalize()


def shortfalls(records: Sequence[SweepRecord], today: date, zone: tzinfo) -> tuple[list[str], list[str]]:
    """What sweeps could not read and what ended them early, a sentence each with its time, the newest first: gaps, each
    told once, and faults, each told once with when it came."""
    gaps: dict[str, datetime] = {}
    for record in records:
        gaps |= dict.fromkeys(record.gaps, record.ended or record.started)
    told = [f"{moment(at, today, zone)}: {gap}" for gap, at in sorted(gaps.items(), key=lambda one: one[1])]
    return (
        [inline(one, SENTENCE) for one in reversed(told)],
        [inline(one, SENTENCE) for one in reversed(errors(records, (), today, zone))],
    )
