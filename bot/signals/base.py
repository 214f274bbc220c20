"""What a signal is: a pure function with a name, a range and words for it."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from inspect import getdoc
from typing import Any, TypeVar

from bot.model import History
from bot.signals.words import Says

T = TypeVar("T")

SHARE = "share"
COUNT = "count"
RATE = "per day"
FLAG = "flag"
RATIO = "ratio"
DAYS = "days"
UNITS = {
    SHARE: (0.0, 1.0),
    FLAG: (0.0, 1.0),
    COUNT: (0.0, None),
    RATE: (0.0, None),
    RATIO: (0.0, None),
    DAYS: (0.0, None),
}
"""Unit -> least and greatest value a reading can have (None: no bound)."""


@dataclass(frozen=True, slots=True)
class Signal:
    """A named measure of a history. Call it with a History to get a reading, or None where it cannot be known."""

    measure: Callable[[History], float | None]
    unit: str
    hint: bool
    """Whether the owner's timeline alone can already show it (True), or only the author's own feed (False)."""
    not_on: tuple[str, ...]
    """Platforms that cannot give it."""
    label: str
    """What it measures, in one to four words."""
    says: Says
    """A reading in words, as part of a sentence: `9 in 10 posts with a link`."""

    @property
    def name(self) -> str:
        """The key in the config."""
        return self.measure.__name__

    @property
    def doc(self) -> str:
        """The function's docstring: its documentation everywhere."""
        return getdoc(self.measure) or ""

    def __call__(self, history: History) -> float | None:
        """Measure one history."""
        return self.measure(history)


def signal(
    unit: str, *, label: str, says: Says, hint: bool = False, not_on: tuple[str, ...] = ()
) -> Callable[[Callable[[History], float | None]], Signal]:
    """Make a function a Signal. It still has to be named in `signals.ALL`."""

    def wrap(measure: Callable[[History], float | None]) -> Signal:
        return Signal(measure, unit, hint, not_on, label, says)

    return wrap


def view(work: Callable[[History], T]) -> Callable[[History], T]:
    """Make a function of a history be worked out once a history, however many signals ask."""

    @wraps(work)
    def once(history: History) -> T:
        memo: dict[object, Any] = history.memo
        if work not in memo:
            memo[work] = work(history)
        worked_out: T = memo[work]
        return worked_out

    return once


FEW = 10
"""A share over fewer items than this is not known: one post more would move it from one end to the other."""


def share_of_some(part: float, whole: float) -> float | None:
    """A part of a whole, None where the whole has fewer than FEW items."""
    return share(part, whole) if whole >= FEW else None


def share(part: float, whole: float) -> float | None:
    """A part of a whole, None where there is no whole."""
    return part / whole if whole else None
