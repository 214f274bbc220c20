"""What goes wrong: faults of single requests, outages, changed passwords, and the death of the process at any point."""

from dataclasses import dataclass
from datetime import datetime
from random import Random

from bot.clock import SimulatedClock
from bot.errors import Stopped
from bot.platforms.base import RateLimited, Unreachable
from bot.platforms.memory import Request
from tests.soak.town import DAY, HOUR, Town

FAULTY = 0.049
"""Part of all requests that fail, outages aside."""
ANSWERED_AGAIN = 0.75
"""Part of the faults at reading that are gone when it is asked again at once, as both adapters do."""
TAKES = 0.4
"""Seconds that a request takes."""
OUTAGES_A_YEAR, DEATHS_A_YEAR = 87, 139
OUTAGES = (HOUR / 3, HOUR / 3, HOUR / 3, HOUR, 2 * HOUR, 6 * HOUR, 30 * HOUR)
DOWN = (HOUR / 60, HOUR / 60, HOUR / 60, HOUR / 2, HOUR, 5 * HOUR, 40 * HOUR)
"""How long the process stays away after it died."""
POINTS = 60
"""Once its time has come, the process dies at one of so many next points where it asks or writes."""


class Killed(BaseException):
    """The process is no more: nothing that would still run in it runs."""


class Clock(SimulatedClock):
    """Simulated time in a process that may be asked to end."""

    stopping = False

    def wait(self, seconds: float, what_for: str = "") -> None:
        self.check()
        self.go_on(seconds)

    def go_on(self, seconds: float) -> None:
        """Let time pass, whatever was asked for."""
        super().wait(seconds)

    def check(self) -> None:
        if self.stopping:
            raise Stopped


class Fate:
    """When one process ends, and how: killed at a point where it asks or writes, or asked to end there."""

    def __init__(self, clock: Clock, dice: Random) -> None:
        self.clock, self.dice = clock, dice
        self.due = clock.now() + dice.expovariate(DEATHS_A_YEAR / 365) * DAY
        self.left = dice.randint(1, POINTS)
        self.dead = False

    def passes(self, taken: bool = False) -> bool:
        """One more point: raises Killed where the process dies there. True where it dies once a write has `taken`."""
        if self.dead:
            raise Killed
        if self.clock.now() < self.due or self.clock.stopping:
            return False
        self.left -= 1
        if self.left > 0:
            return False
        if self.dice.random() < 0.3:
            self.clock.stopping = True
            return False
        self.dead = True
        if taken and self.dice.random() < 0.5:
            return True
        raise Killed

    @property
    def overdue(self) -> bool:
        """Whether its time came long ago, while it had nothing to do."""
        return self.clock.now() > self.due + 6 * HOUR


@dataclass(frozen=True)
class Outage:
    """A time in which the server answers nobody, or asks everybody to wait, or the login is dead."""

    start: datetime
    end: datetime
    kind: str


class Weather:
    """Asked at every request of the town; `fate` is that of the process that asks."""

    def __init__(self, town: Town, clock: Clock, dice: Random, logins: bool) -> None:
        self.town, self.clock, self.dice = town, clock, dice
        self.kinds = ("unreachable", "unreachable", "busy", *(("login",) if logins else ()))
        self.fate = Fate(clock, dice)
        self.calls = self.faults = self.outages = 0
        self.struck = False
        """Whether a fault fell since this was last set back."""
        self.outage = self._next()
        town.trouble = self

    def _next(self) -> Outage:
        start = self.clock.now() + self.dice.expovariate(OUTAGES_A_YEAR / 365) * DAY
        return Outage(start, start + self.dice.choice(OUTAGES), self.dice.choice(self.kinds))

    def passes(self) -> bool:
        """Let time bring and end outages; whether there is one now."""
        now = self.clock.now()
        if now >= self.outage.end:
            self.outages += 1
            self.outage = self._next()
        began = now >= self.outage.start
        if began and self.outage.kind == "login" and self.town.password_changed < self.outage.start:
            self.town.password_changed, self.town.logged_in = self.outage.start, self.outage.end
        return began

    def __call__(self, request: Request) -> None:
        self.calls += 1
        self.clock.go_on(TAKES)
        if self.fate.passes(taken=request.write):
            self.town.lost = [Killed()]  # type: ignore[list-item]
            return
        if self.passes() and self.outage.kind != "login":
            raise self._strike(self.outage.kind)
        if self.dice.random() >= FAULTY:
            return
        self.faults += 1
        if not request.write and self.dice.random() < ANSWERED_AGAIN:
            self.clock.go_on(5 * TAKES)
            return
        if request.write and self.dice.random() < 0.5:
            self.town.lost = [self._strike("unreachable")]
            return
        raise self._strike("busy" if self.dice.random() < 0.15 else "unreachable")

    def _strike(self, kind: str) -> Exception:
        self.struck = True
        return RateLimited("429: too many requests") if kind == "busy" else Unreachable("no answer")
