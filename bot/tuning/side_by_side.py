"""The readings of many judgings side by side: bit n of a number speaks of the n-th, as of posts in columns."""

from array import array
from collections.abc import Mapping, Sequence
from functools import partial
from math import nan
from operator import ge, le

from bot.judging.rules import Bounds, Rule
from bot.signals import BY_NAME
from bot.signals.masks import mask_of, numbers, run

Readings = Mapping[str, float | None]
"""Of one judging, by signal. A signal that was not measured is left out, and may be added later."""


class SideBySide:
    """Many readings, of which only that is compared which a rule newly asks for."""

    def __init__(self, readings: Sequence[Readings]) -> None:
        self._readings = readings
        self._columns: dict[str, array[float]] = {}
        self._known: dict[str, int] = {}
        self._unmeasured: dict[str, int] = {}
        self._within: dict[tuple[str, Bounds], int] = {}

    def may_fire(self, rule: Rule) -> int:
        """Where the rule may fire, as far as its bounds tell; everywhere else it does not."""
        found = run(0, len(self._readings))
        for name, bounds in rule.when.items():
            found &= self._may_hold(name, bounds)
        return found

    def otherwise(self, one: Rule, other: Rule) -> int:
        """Where of two rules that differ in bounds alone one may fire, or nearly fire, and the other not: where a bound
        that moved holds or nearly holds otherwise, and nothing that stays keeps both from it."""
        found = 0
        for before, after in ((one.when, other.when), (one.unless, other.unless)):
            for name in before:
                if before[name] != after[name]:
                    found |= self._bound_otherwise(name, before[name], after[name])
        for name, bounds in one.when.items():
            if bounds == other.when[name]:
                found &= self._may_hold(name, bounds.loosened(BY_NAME[name].unit)) | ~self._known[name]
        return found

    def _bound_otherwise(self, name: str, one: Bounds, other: Bounds) -> int:
        """Where the reading lies within one of the bounds and not the other, or nearly; or was not measured."""
        unit = BY_NAME[name].unit
        near, nearly = one.loosened(unit), other.loosened(unit)
        held = self._may_hold(name, one) ^ self._may_hold(name, other)
        return held | self._may_hold(name, near) ^ self._may_hold(name, nearly) | self._unmeasured[name]

    def _may_hold(self, name: str, bounds: Bounds) -> int:
        """Where the reading lies within, or was not measured."""
        if self._has_more(name):
            self._take_up(name)
        if (name, bounds) not in self._within:
            self._within[name, bounds] = _within(self._columns[name], self._known[name], bounds)
        return self._within[name, bounds] | self._unmeasured[name]

    def _has_more(self, name: str) -> bool:
        """Whether something was measured that does not stand side by side yet."""
        before = self._unmeasured.get(name)
        return before is None or any(name in self._readings[number] for number in numbers(before))

    def _take_up(self, name: str) -> None:
        """Put what was measured by now side by side; unknown readings are not within anything."""
        told = [reading.get(name) for reading in self._readings]
        self._columns[name] = array("d", [nan if value is None else value for value in told])
        self._known[name] = mask_of(value is not None for value in told)
        self._unmeasured[name] = mask_of(name not in reading for reading in self._readings)
        self._within = {key: mask for key, mask in self._within.items() if key[0] != name}


def _within(column: "array[float]", known: int, bounds: Bounds) -> int:
    found = known
    if bounds.at_least is not None:
        found &= mask_of(map(partial(le, bounds.at_least), column))
    if bounds.at_most is not None:
        found &= mask_of(map(partial(ge, bounds.at_most), column))
    return found
