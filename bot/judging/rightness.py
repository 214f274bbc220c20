"""How right a rule is: whether the owner takes its actions back often, and which bound would have spared those."""

import math
from collections.abc import Iterator, Sequence
from typing import Literal

from bot.judging.rules import Bounds
from bot.model import Comparison, Entry, Sparing
from bot.signals import BY_NAME, UNITS
from bot.signals.base import COUNT, FLAG, SHARE

LEAST_TAKEN_BACK = 3
"""One or two actions taken back say nothing of the rule."""
OFTEN = 1 / 3
"""A rule of which more than this part is taken back may be wrong."""
PRIOR_TAKEN_BACK, PRIOR_ACTIONS = 1, 4
"""What is counted in before anything is known: so few actions weigh less than many."""
FINEST = 4
"""Places to which readings are rounded (`rules.read`)."""
End = Literal["at_least", "at_most"]


def is_often_taken_back(taken_back: int, actions: int) -> bool:
    """Whether so many of a rule's actions were taken back that it may be wrong."""
    share = (taken_back + PRIOR_TAKEN_BACK) / (actions + PRIOR_ACTIONS)
    return taken_back >= LEAST_TAKEN_BACK and share > OFTEN


def sparing(taken_back: Sequence[Entry], others: Sequence[Entry]) -> Sparing | None:
    """The bound of a rule whose move would have spared all that was taken back and as few of the others as can be.

    Both are entries of one rule's actions, with the bounds and the readings by which they were decided; the bounds of
    the newest are the present ones. Of several such bounds it is the one that moves least. None where a bound spares
    them already, where none can, and where none tells them from the others: it would spare these all as well.
    """
    if not taken_back:
        return None
    newest = max((*taken_back, *others), key=lambda entry: entry.at)
    found: list[tuple[int, float, Sparing]] = []
    for held, end, now in ends(newest.comparisons):
        told = [_reading(entry, held.signal) for entry in taken_back]
        known = [reading for reading in told if reading is not None]
        if len(known) < len(told):
            continue
        if all(spares(end, now, reading) for reading in known):
            return None
        move = _moved(held.signal, end, now, known, [_reading(entry, held.signal) for entry in others])
        if move is not None and (move.lost < len(others) or not others):
            found.append((move.lost, way(held.signal, now, move.instead), move))
    return min(found, key=lambda one: one[:2])[2] if found else None


def ends(comparisons: Sequence[Comparison]) -> Iterator[tuple[Comparison, End, float]]:
    """Every end of every bound."""
    for held in comparisons:
        if held.at_least is not None:
            yield held, "at_least", held.at_least
        if held.at_most is not None:
            yield held, "at_most", held.at_most


def _reading(entry: Entry, signal: str) -> float | None:
    held = next((one for one in entry.comparisons if one.signal == signal), None)
    return held.reading if held else entry.readings.get(signal)


def spares(end: End, bound: float, reading: float | None) -> bool:
    """Whether a bound keeps the rule from firing: one on what is not known does."""
    return not (Bounds(at_least=bound) if end == "at_least" else Bounds(at_most=bound)).hold(reading)


def _moved(
    signal: str, end: End, now: float, taken_back: Sequence[float], others: Sequence[float | None]
) -> Sparing | None:
    """The end moved just far enough to spare all that was taken back, as round as that is possible without losing
    more of the others; None where no reading lies so far."""
    moves = [
        Sparing(signal, end, now, bound, sum(spares(end, bound, reading) for reading in others))
        for bound in sparing_bounds(signal, end, taken_back)
    ]
    return min(moves, key=lambda move: move.lost, default=None)  # of equals the first, which is the roundest


def sparing_bounds(signal: str, end: End, readings: Sequence[float], coarsest: float = 1.0) -> Iterator[float]:
    """The nearest bound that spares all these readings, the roundest first; nothing where a signal has none.

    Shares come in hundredths or finer, counts whole, or in steps of `coarsest`.
    """
    for step in _steps(signal, coarsest):
        if end == "at_least":
            yield from _possible(signal, (math.floor(_in_steps(max(readings), step)) + 1) * step)
        else:
            yield from _possible(signal, (math.ceil(_in_steps(min(readings), step)) - 1) * step)


def holding_bounds(signal: str, end: End, readings: Sequence[float], coarsest: float = 1.0) -> Iterator[float]:
    """The nearest bound within which all these readings lie, the roundest first."""
    for step in _steps(signal, coarsest):
        if end == "at_least":
            yield from _possible(signal, math.floor(_in_steps(min(readings), step)) * step)
        else:
            yield from _possible(signal, math.ceil(_in_steps(max(readings), step)) * step)


def _steps(signal: str, coarsest: float) -> Iterator[float]:
    if _unit(signal) == COUNT:
        yield from (coarsest,) if coarsest > 1 else ()
        yield 1.0
    yield from (10.0**-few for few in range(1 if _unit(signal) == COUNT else 2, FINEST + 1))


def _in_steps(reading: float, step: float) -> float:
    return round(reading / step, FINEST)


def _possible(signal: str, bound: float) -> Iterator[float]:
    least, most = UNITS[_unit(signal)]
    bound = round(bound, FINEST)
    if _unit(signal) != FLAG and bound >= (least or 0.0) and (most is None or bound <= most):
        yield bound


def _unit(signal: str) -> str:
    return BY_NAME[signal].unit if signal in BY_NAME else SHARE


def way(signal: str, now: float, instead: float) -> float:
    """How far a bound moves, in parts of what it measures."""
    whole = 1.0 if _unit(signal) == SHARE else max(abs(now), 1.0)
    return abs(instead - now) / whole
