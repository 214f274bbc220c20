"""What somebody waits for at a terminal ends in time, whatever a server or the look-up of its name does."""

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

from bot.platforms.base import Unreachable

T = TypeVar("T")
GIVES_UP = 10.0
"""Seconds after which nobody is waited for."""


class Work(Generic[T]):
    """Something begun in a thread of its own, which the end of the process does not wait for."""

    def __init__(self, work: Callable[[], T]) -> None:
        self._work = work
        self._result: list[T] = []
        self._fault: BaseException | None = None
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        try:
            self._result.append(self._work())
        except BaseException as fault:  # noqa: BLE001  raised again where it is waited for
            self._fault = fault

    def wait(self, seconds: float) -> bool:
        """Whether it has ended by then."""
        self._thread.join(max(0.0, seconds))
        return not self._thread.is_alive()

    def result(self) -> T:
        """What came of it, once it has ended; raises what it raised."""
        if self._fault is not None:
            raise self._fault
        return self._result[0]


def within(work: Callable[[], T], whom: str, seconds: float | None = None) -> T:
    """What the work returns or raises; Unreachable where `whom` it asks has not answered in time."""
    patience = GIVES_UP if seconds is None else seconds
    begun = Work(work)
    if not begun.wait(patience):
        raise Unreachable(f"{whom}: no answer within {patience:.0f} seconds")
    return begun.result()
