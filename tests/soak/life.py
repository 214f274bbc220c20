"""The program, one process after the other: its store, its runner, and how each process ends."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from random import Random

from sqlalchemy import Connection, event

from bot.config import Config
from bot.service.runner import Runner
from bot.store import Store
from bot.store.place import located
from tests.soak.town import Login, Town
from tests.soak.weather import DOWN, Clock, Fate, Killed, Weather

TICK = timedelta(minutes=20)
"""How often the program looks whether something is due."""


class MortalStore(Store):
    """A real store, in which the process may die before a write, before its commit and after it."""

    fate: Fate

    @contextmanager
    def writing(self, *, keeps_snapshot: bool = False) -> Iterator[Connection]:
        self.fate.passes()
        with super().writing(keeps_snapshot=keeps_snapshot) as connection:
            yield connection
            self.fate.passes()
        self.fate.passes()


class Life:
    """The program on its machine: it sweeps as often as the config says, dies, and is started again."""

    def __init__(self, config: Config, town: Town, weather: Weather, clock: Clock, dice: Random, folder: Path) -> None:
        self.config, self.town, self.weather, self.clock, self.dice = config, town, weather, clock, dice
        self.folder = folder
        self.path = folder / "quietfeed.sqlite"
        self.sweeps = self.deaths = 0
        self.troubled = 0
        """How often in a row it failed by faults of the network."""
        self.fresh = False
        """Whether a sweep has just ended in which nothing failed."""
        self.back = self.next = clock.now()
        self.start()

    def start(self) -> None:
        """A new process: it sweeps at once."""
        self.clock.stopping = self.fresh = False
        self.troubled = 0
        self.weather.fate = Fate(self.clock, self.dice)
        self.store = MortalStore(located(str(self.path)))
        event.listen(self.store._engine, "checkout", lambda it, *_: it.execute("PRAGMA synchronous=OFF"))
        self.store.fate = self.weather.fate
        (profile,) = self.config.profiles
        name = "mastodon" if self.town.durations else "memory"
        self.up, self.next = True, self.clock.now()
        try:
            self.store.open(exclusive=True)
            self.runner = Runner(
                profile,
                self.config,
                lambda *_: Login(self.town, name),
                self.store,
                self.clock,
                self.folder / "reports",
                lambda _: f"made after {self.town.password_changed}: {self.clock.now() >= self.town.logged_in}",
            )
        except Killed:
            self.end()

    def end(self) -> None:
        """The process is no more, for a while."""
        self.store.close()
        self.up = self.fresh = False
        self.deaths += 1
        self.back = self.clock.now() + self.dice.choice(DOWN)

    def tick(self) -> None:
        """What the daemon would do in TICK, and an end where fate wants one."""
        if not self.up:
            if self.clock.now() >= self.back:
                self.start()
            return
        failed, self.weather.struck, self.fresh = self.runner.resting.failures, False, False
        try:
            if self.clock.now() >= self.next:
                self.next = self.clock.now() + self.config.sweep.every
                self.fresh = not self.runner.pausing()
                self.sweeps += self.fresh
                self.runner.sweep()
            else:
                self.runner.look_up()
        except Killed:
            self.end()
            return
        self._look_back(failed)
        if self.clock.stopping or self.weather.fate.overdue:
            self.end()

    def _look_back(self, failed: int) -> None:
        """What became of it; `failed` says how often the runner had failed before."""
        self.fresh = self.fresh and self.runner.resting.failures == 0 and not self.clock.stopping
        if self.fresh:
            self.troubled = 0
        elif self.runner.resting.failures > failed:
            self.troubled += self.weather.struck

    @property
    def able(self) -> bool:
        """Whether it runs and the network is not to blame for what it cannot do: the pause after a fault of the
        network is as good as an outage."""
        return self.up and not self.troubled and not self.weather.passes()
