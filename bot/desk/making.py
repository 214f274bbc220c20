"""What takes seconds, made beside the requests: how far it is, and what came of it."""

from collections.abc import Callable, Hashable
from threading import Event, RLock, Thread
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

    def ended(self, within: float | None = 0) -> bool:
        """Whether it has ended, well or not; waits for that for so many seconds at most, with None until it has."""
        return self._ended.wait(within)

    def made(self) -> T:
        """What was made. Raises what went wrong; only to be asked for when it has ended."""
        if self._fault:
            raise self._fault
        return self._made[0]


class Remade(Generic[T]):
    """What is made beside the requests, and anew once its mark is another."""

    def __init__(self) -> None:
        self._turn = RLock()
        self._making: Making[T] | None = None
        self._mark: Hashable = None

    def under(self, mark: Hashable, begin: Callable[[], Making[T]]) -> Making[T]:
        """That which is under way, or was made before under the same mark; begun where there is none. One that is under
        way goes on whatever the mark is by now: while a sweep writes, none would ever end."""
        with self._turn:
            if self._making is None or (self._making.ended() and self._mark != mark):
                self._making, self._mark = begin(), mark
            return self._making

    def forget(self) -> None:
        """Make it again when next asked, since it failed."""
        with self._turn:
            self._making = None
