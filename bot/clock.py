"""Time as the bot sees it: the one place that reads the clock and sleeps, so that a demo can simulate both."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from threading import Event
from typing import Protocol

from bot.errors import Stopped

LONG_WAIT = 5.0
"""Seconds from which on a wait is worth a word to whoever watches."""
STEADY = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
"""What counts on while the machine sleeps, where the system has it (clock_gettime(2))."""


class Clock(Protocol):
    """What the time is, and waiting that ends at once when the process is asked to stop."""

    def now(self) -> datetime:
        """The present, UTC. It may be set back or forward at any moment: right for dates, wrong for lengths of time."""

    def steady(self) -> float:
        """Seconds since some moment, which nobody can set: what lengths of time are measured by."""

    def wait(self, seconds: float, what_for: str = "") -> None:
        """Return after so many seconds; raise Stopped as soon as the process is ending. `what_for` says what is waited
        for, as in `the server's limit`."""

    def check(self) -> None:
        """Raise Stopped when the process is ending."""


class SystemClock:
    """The machine's clock. `stop` is the event that ends every wait."""

    def __init__(self, stop: Event | None = None) -> None:
        self.stop = stop or Event()

    def now(self) -> datetime:
        """The present, UTC."""
        return datetime.now(UTC)

    def steady(self) -> float:
        """Seconds since the machine started."""
        return time.clock_gettime(STEADY)

    def wait(self, seconds: float, what_for: str = "") -> None:
        """Sleep, but not through a stop."""
        if self.stop.wait(max(0.0, seconds)):
            raise Stopped

    def check(self) -> None:
        """Raise Stopped when the process is ending."""
        if self.stop.is_set():
            raise Stopped


class SimulatedClock:
    """A clock that stands still until it is told to go on; waiting moves it, setting `time` sets it wrong or right."""

    def __init__(self, start: datetime) -> None:
        self.time = start
        self.passed = 0.0

    def now(self) -> datetime:
        """The simulated present."""
        return self.time

    def steady(self) -> float:
        """Seconds that were waited."""
        return self.passed

    def wait(self, seconds: float, what_for: str = "") -> None:
        """Move on at once."""
        self.time += timedelta(seconds=max(0.0, seconds))
        self.passed += max(0.0, seconds)

    def check(self) -> None:
        """Never stops."""


TellWait = Callable[[str, datetime | None], None]
"""Is told what is waited for and until when, and once more with None when that wait is over."""


class TellingClock:
    """Another clock, whose long waits are told while they last: nobody should wonder what takes so long."""

    def __init__(self, clock: Clock, tell: TellWait) -> None:
        self.clock, self.tell = clock, tell

    def now(self) -> datetime:
        """The other clock's present."""
        return self.clock.now()

    def steady(self) -> float:
        """The other clock's count."""
        return self.clock.steady()

    def wait(self, seconds: float, what_for: str = "") -> None:
        """Wait by the other clock, and tell where it is long and said what for."""
        if not what_for or seconds < LONG_WAIT:
            self.clock.wait(seconds, what_for)
            return
        self.tell(what_for, self.now() + timedelta(seconds=seconds))
        try:
            self.clock.wait(seconds, what_for)
        finally:
            self.tell(what_for, None)

    def check(self) -> None:
        """Raise Stopped when the process is ending."""
        self.clock.check()
