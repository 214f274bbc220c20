"""The timeline day by day: how much of it was signal, how much noise, and when something was done about it."""

from dataclasses import dataclass

from bot.report.figures import percent, plural, short_day
from bot.report.filled import filled
from bot.report.pictured import Course, DayCount

WIDTH, HEIGHT = 480, 260
LEFT, TOP, RIGHT, BOTTOM = 50, 74, 462, 214
GAP = 0.18
"""Part of a day's room that stays empty, so that bars are told apart."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One day as it is drawn: signal below, noise on top of it, a mark above where something was done."""

    x: float
    width: float
    signal_y: float
    signal_height: float
    noise_y: float
    noise_height: float
    acted: bool
    says: str

    @property
    def middle(self) -> float:
        """Where its mark stands."""
        return self.x + self.width / 2


@dataclass(frozen=True, slots=True)
class Drawing:
    """All that the template needs."""

    bars: tuple[Bar, ...]
    most: int
    first: str
    last: str
    acted: str
    """What the marks mean; empty where there is none."""
    words: str


def drawn(course: Course) -> Drawing:
    """Where everything lies."""
    most = max((day.signal + day.noise for day in course.days), default=0)
    room = (RIGHT - LEFT) / max(1, len(course.days))
    scale = (BOTTOM - TOP) / max(1, most)
    bars = tuple(_bar(day, LEFT + room * place, room, scale) for place, day in enumerate(course.days))
    acted = ("would have acted" if course.dry else "acted") if any(bar.acted for bar in bars) else ""
    first, last = (short_day(course.days[at].day) if course.days else "" for at in (0, -1))
    return Drawing(bars, most, first, last, acted, words(course))


def svg(course: Course) -> str:
    """The picture as a document of its own, in its own colours, on white."""
    return filled("alone.svg", picture="course.svg", course=drawn(course), width=WIDTH, height=HEIGHT)


def words(course: Course) -> str:
    """The picture in sentences, for who does not see it: both ends of it, so that a change can be heard."""
    days = course.days
    if not course.items:
        return "Nothing was read of the timeline yet."
    told = [
        f"The timeline from {short_day(days[0].day)} to {short_day(days[-1].day)}, "
        f"a column a day, {plural(_total(days), 'post')} in all, noise on top: {_noise(days)} of it was noise"
    ]
    week = 7
    if len(days) >= 3 * week and _total(days[:week]) and _total(days[-week:]):
        told.append(f", {_noise(days[:week])} in the first week and {_noise(days[-week:])} in the last")
    acted = [day for day in days if day.actions]
    told.append(".")
    if acted:
        verb = "would have acted" if course.dry else "acted"
        count = plural(sum(day.actions for day in acted), "time")
        told.append(f" Marks show that quietfeed {verb} {count}, on {plural(len(acted), 'day')}.")
    return "".join(told)


def _total(days: tuple[DayCount, ...]) -> int:
    return sum(day.signal + day.noise for day in days)


def _noise(days: tuple[DayCount, ...]) -> str:
    return percent(sum(day.noise for day in days) / _total(days))


def _bar(day: DayCount, x: float, room: float, scale: float) -> Bar:
    signal, noise = day.signal * scale, day.noise * scale
    said = f"{short_day(day.day)}: {day.signal:,} signal, {day.noise:,} noise"
    if day.actions:
        said += f", {plural(day.actions, 'action')}"
    return Bar(
        x + room * GAP / 2,
        room * (1 - GAP),
        BOTTOM - signal,
        signal,
        BOTTOM - signal - noise,
        noise,
        bool(day.actions),
        said,
    )
