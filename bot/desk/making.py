"""What takes seconds, made beside the requests: how far it is, and what came of it."""

from collections.abc import Callable
from threading import Event, Thread
from typing import Generic, TypeVar

from bot.errors import Stopped

T = TypeVar("T")
Told = Callable[[int, int], None]
"""Hears how much is done, of how much."""


class Making(Generic[T]):
    """Something that is being made since now, in a thread of its own. Once `ending` is set it stops where it is."""

    def __init__(self, make: Callable[[Told], T], ending: Event) -> None:
        self._ending = ending
        self.done = self.total = 0
        """How far it is. Until that is known both are 0."""
        self._ended, self._made = Event(), list[T]()
        self._fault: Exception | None = None
        Thread(target=self._make, args=(make,), name="making", daemon=True).start()

    def _make(self, make: Callable[[Told], T]) -> None:
        try:
            self._made.append(make(self._told))
        except Exception as fault:  # noqa: BLE001 - raised to whoever asks for what was to be made
            self._fault = fault
        finally:
            self._ended.set()

    def _told(self, done: int, total: int) -> None:
        if self._ending.is_set():
            raise Stopped
        self.done, self.total = done, total

    def ended(self, within: float = 0) -> bool:
        """Whether it has ended, well or not; waits for that for so many seconds at most."""
        return self._ended.wait(within)

    def made(self) -> T:
        """What was made. Raises what went wrong; only to be asked for when it has ended."""
        if self._fault:
            raise self._fault
        return self._made[0]
