"""Answers of a server that may be told again for a while, so that a decision that does nothing asks for nothing."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Generic, TypeVar

from bot.clock import Clock

T = TypeVar("T")

MOST = 5_000
"""Most answers that are kept, the newest: those on this many accounts take about 2 MB."""
NEVER = timedelta(0)
"""Within so long nothing is told again: it is asked for."""


class Remembered(Generic[T]):
    """Answers by what they are about, such as an account's id; kept in memory alone, so a new process asks anew.

    Their age is measured by the clock's steady count: who sets the clock back makes no answer young again.
    """

    def __init__(self, clock: Clock, most: int = MOST) -> None:
        self._clock, self._most = clock, most
        self._answers: dict[str, tuple[float, T]] = {}

    def keep(self, answers: Mapping[str, T]) -> None:
        """Keep what was answered just now, in place of what was answered before."""
        now = self._clock.steady()
        for about, answer in answers.items():
            self._answers.pop(about, None)  # so that the oldest stand first
            self._answers[about] = now, answer
        while len(self._answers) > self._most:
            del self._answers[next(iter(self._answers))]

    def told(self, about: Iterable[str], within: timedelta) -> dict[str, T]:
        """What was answered less than `within` ago; what was not, or is longer ago, is left out."""
        since = self._clock.steady() - within.total_seconds()
        known = ((one, self._answers.get(one)) for one in about)
        return {one: answer[1] for one, answer in known if answer is not None and answer[0] > since}

    def forget(self, about: str | None = None) -> None:
        """Forget one answer, or all of them: it may be another one now."""
        if about is None:
            self._answers.clear()
        else:
            self._answers.pop(about, None)
