"""The sweeps of some weeks as a picture: what they read, judged and asked, and marks where they fell short."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.report.figures import short_day
from bot.report.sweeps import SweepDay

LEFT, RIGHT = 8, 472
TOP, HIGH, STEP = 22, 56, 92
"""Where the columns of the first band end, how high the highest are, and how far the next band is below."""
ROOM_BELOW, ROOM_FOR_MARKS = 24, 46
"""Below the last band, for the days and the marks."""
GAP = 0.22
"""Part of a day's room that stays empty."""


@dataclass(frozen=True, slots=True)
class Column:
    """One day in one band."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Band:
    """One thing that is counted, day by day."""

    title: str
    """`posts read, at most 1,432 a day`."""
    base: float
    """Where its columns stand."""
    columns: tuple[Column, ...]


@dataclass(frozen=True, slots=True)
class Mark:
    """What a day fell short in; `x` is the middle of the day."""

    x: float
    gap: bool
    fault: bool


@dataclass(frozen=True, slots=True)
class Tip:
    """What is said of a day under the pointer."""

    x: float
    width: float
    says: str


@dataclass(frozen=True, slots=True)
class Drawing:
    """All that the template needs."""

    bands: tuple[Band, ...]
    marks: tuple[Mark, ...]
    tips: tuple[Tip, ...]
    first: str
    last: str
    height: float
    gaps: bool
    faults: bool


def drawn(days: Sequence[SweepDay]) -> Drawing:
    """Where everything lies."""
    room = (RIGHT - LEFT) / max(1, len(days))
    counted = (
        ("posts read", [day.read for day in days]),
        ("accounts judged", [day.judged for day in days]),
        ("requests", [day.requests for day in days]),
    )
    bands = tuple(_band(title, many, place, room) for place, (title, many) in enumerate(counted))
    at = [LEFT + room * place for place in range(len(days))]
    marks = [Mark(x + room / 2, bool(day.gaps), bool(day.faults)) for x, day in zip(at, days, strict=True)]
    return Drawing(
        bands,
        tuple(mark for mark in marks if mark.gap or mark.fault),
        tuple(Tip(x, room, day.says) for x, day in zip(at, days, strict=True)),
        short_day(days[0].day) if days else "",
        short_day(days[-1].day) if days else "",
        bands[-1].base + (ROOM_FOR_MARKS if any(mark.gap or mark.fault for mark in marks) else ROOM_BELOW),
        any(day.gaps for day in days),
        any(day.faults for day in days),
    )


def _band(title: str, many: Sequence[int], place: int, room: float) -> Band:
    base, most = TOP + HIGH + STEP * place, max(many, default=0)
    scale = HIGH / max(1, most)
    columns = tuple(
        Column(LEFT + room * (day + GAP / 2), base - count * scale, room * (1 - GAP), count * scale)
        for day, count in enumerate(many)
        if count
    )
    return Band(f"{title}, at most {most:,} a day" if most else f"{title}: none", base, columns)
