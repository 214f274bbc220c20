"""How densely own posts follow each other: how many inside one hour, and on which days many did."""

from bisect import bisect_left
from collections.abc import Sequence
from functools import cached_property

HOUR = 3_600_000_000
DAY = 24 * HOUR
BURST = 5
"""Own posts inside one hour that make a burst."""


class Hours:
    """The times at which own posts were begun. A post is told by its place among them."""

    def __init__(self, begun: Sequence[int]) -> None:
        """`begun` in microseconds since 1970, oldest first."""
        self._begun = begun
        self._found = _in_one_hour(begun)
        """For each post, how many were begun in the hour that ends with it."""
        self._crowded: dict[int, list[int]] = {}
        """By how many, the posts that are at least so many-th inside one hour."""

    def most(self, first: int, last: int) -> int:
        """How many of the posts first <= place < last were begun inside one hour at most."""
        return bisect_left(range(1, self._most + 1), True, key=lambda many: not self._crowd(many, first, last))

    def burst_days(self, first: int, last: int) -> int:
        """On how many days (UTC) the BURST-th of these posts inside one hour fell."""
        return len({self._days[place] for place in self._crowd(BURST, first, last)})

    def _crowd(self, many: int, first: int, last: int) -> range:
        """Which of `_crowding(many)` are so many-th among the posts first <= place < last alone."""
        crowded = self._crowding(many)
        return range(bisect_left(crowded, first + many - 1), bisect_left(crowded, last))

    def _crowding(self, many: int) -> list[int]:
        if many not in self._crowded:
            self._crowded[many] = [place for place, found in enumerate(self._found) if found >= many]
        return self._crowded[many]

    @cached_property
    def _most(self) -> int:
        return max(self._found, default=0)

    @cached_property
    def _days(self) -> list[int]:
        """Of each post that is at least the BURST-th inside one hour, on which day it fell."""
        return [self._begun[place] // DAY for place in self._crowding(BURST)]


def _in_one_hour(begun: Sequence[int]) -> list[int]:
    """For each post, how many were begun in the hour that ends with it."""
    first, found = 0, []
    for place, time in enumerate(begun):
        while time - begun[first] >= HOUR:
            first += 1
        found.append(place - first + 1)
    return found
