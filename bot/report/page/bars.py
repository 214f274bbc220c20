"""Readings against their bounds: in words, and as a bar with the threshold marked."""

from collections.abc import Iterable
from dataclasses import dataclass

from bot.model import Comparison
from bot.report import figures
from bot.report.reasons import measured, needs
from bot.signals import BY_NAME

ROOM = 1.25
"""A bar of counts reaches so much further than the greatest of its numbers."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One reading against its bound. Places on the bar are in percent of its width."""

    label: str
    said: str
    """The reading in words."""
    needs: str
    """The bound in words: `at least 90 %`."""
    holds: bool
    width: float | None
    """None where the reading is unknown."""
    least: float | None
    most: float | None
    signal: str
    reading: str
    bound: str


def bars(comparisons: Iterable[Comparison]) -> list[Bar]:
    """A bar for every comparison, in their order."""
    return [_bar(held) for held in comparisons]


def _bar(held: Comparison) -> Bar:
    known = BY_NAME.get(held.signal)
    top = _top(held)

    def place(value: float | None) -> float | None:
        return None if value is None else round(max(0.0, min(1.0, value / top)) * 100, 1)

    return Bar(
        label=known.label if known else held.signal,
        said=measured(held.signal, held.reading),
        needs=needs(held),
        holds=held.holds,
        width=place(held.reading),
        least=place(held.at_least),
        most=place(held.at_most),
        signal=held.signal,
        reading=figures.reading(held),
        bound=figures.bound(held),
    )


def _top(held: Comparison) -> float:
    """What the bar's whole width stands for."""
    if figures.is_share(held.signal) or _unit(held.signal) == "flag":
        return 1.0
    return ROOM * max((abs(v) for v in (held.reading, held.at_least, held.at_most) if v), default=1.0)


def _unit(signal: str) -> str:
    known = BY_NAME.get(signal)
    return known.unit if known else ""
