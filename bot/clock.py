"""Time as the bot sees it: the one place that reads the clock and sleeps, so that a demo can simulate both."""

from datetime import UTC, datetime, timedelta
from threading import Event
from typing import Protocol

from bot.errors import Stopped


class Clock(Protocol):
    """What the time is, and waiting that ends at once when the process is asked to stop."""

    def now(self) -> datetime:
        """The present, UTC."""

    def wait(self, seconds: float) -> None:
        """Return after so many seconds; raise Stopped as soon as the process is ending."""

    def check(self) -> None:
        """Raise Stopped when the process is ending."""


class SystemClock:
    """The machine's clock. `stop` is the event that ends every wait."""

    def __init__(self, stop: Event | None = None) -> None:
        self.stop = stop or Event()

    def now(self) -> datetime:
        """The present, UTC."""
        return datetime.now(UTC)

    def wait(self, seconds: float) -> None:
        """Sleep, but not through a stop."""
        if self.stop.wait(max(0.0, seconds)):
            raise Stopped

    def check(self) -> None:
        """Raise Stopped when the process is ending."""
        if self.stop.is_set():
            raise Stopped


class SimulatedClock:
    """A clock that stands still until it is told to go on; waiting moves it."""

    def __init__(self, start: datetime) -> None:
        self.time = start

    def now(self) -> datetime:
        """The simulated present."""
        return self.time

    def wait(self, seconds: float) -> None:
        """Move on at once."""
        self.time += timedelta(seconds=max(0.0, seconds))

    def check(self) -> None:
        """Never stops."""
