"""One round of one profile by a worker: its lock, its config and login, the sweep and its report, and its next turn."""

import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from queue import Empty, SimpleQueue

from bot import secrecy
from bot.clock import Clock
from bot.config import Config, Profile
from bot.config.credentials import SESSIONS, Credentials
from bot.fleet.keys import Keys
from bot.fleet.members import MemberCredentials, Members, profile_of
from bot.fleet.queue import Queue
from bot.fleet.schedule import next_round
from bot.fleet.sharing import Sharing, this_machine
from bot.platforms.base import Platform
from bot.platforms.budget import Asked
from bot.service import state
from bot.service.daily import local_zone
from bot.service.runner import Runner
from bot.service.ways import Reach
from bot.store import Store, StoreBusy, StoreGone, open_store

AT_REST = timedelta(minutes=1)
"""After so long a profile is tried again that somebody else is at work for."""
CONFIGS = 200
"""So many configs are kept as they were read."""


class Again(Exception):
    """The round is to be taken up again: it failed, was cut off, or somebody else is at it."""

    def __init__(self, at: datetime, why: str) -> None:
        super().__init__(why)
        self.at = at


@dataclass(frozen=True)
class World:
    """How a worker reaches what is not the fleet's: networks, other ways of the report, the disk, time."""

    connect: Callable[[Profile, Credentials, Clock, Asked], Platform]
    """`Asked` is what the workers of this machine asked of the profile's server."""
    reach: Callable[[Credentials], Reach]
    folder: Path
    """Where reports are written."""
    clock: Clock


class Rounds:
    """What the rounds of a worker share. Threads may run them at once, each for another profile."""

    def __init__(self, url: str, members: Members, queue: Queue, keys: Keys, world: World) -> None:
        self.url, self.members, self.queue, self.keys, self.world = url, members, queue, keys, world
        self.stores: SimpleQueue[Store] = SimpleQueue()
        self.opening = threading.Lock()
        self.read = lru_cache(CONFIGS)(profile_of)
        self.sharing = Sharing(members.tables, world.clock, this_machine())

    def round(self, name: str, failures: int) -> None:
        """Sweep a profile, send its report if it is due, and put its next turn into the queue: unless it is paused or
        gone. `failures` is how often it failed before. Raises Again where it is not done."""
        member = self.members.find(name)
        if member is None or member.paused:
            return
        clock = self.world.clock
        try:
            profile, config = self.read(name, member.config)
            with self.store() as store, store.working_for(name):
                upcoming = self._swept(self._runner(profile, config, store), failures)
                state.note_next(store, {name: upcoming})
        except (StoreBusy, StoreGone) as elsewhere:  # another worker has it, or has taken it over
            raise Again(clock.now() + AT_REST, str(elsewhere)) from None
        member = self.members.find(name)
        if member is not None and not member.paused:
            self.queue.put(name, upcoming)

    def _runner(self, profile: Profile, config: Config, store: Store) -> Runner:
        secrets = MemberCredentials(profile.name, self.members, self.keys)
        secrecy.note(*_lasting(secrets, profile.name))

        def connect(profile: Profile, clock: Clock) -> Platform:
            return self.world.connect(profile, secrets, clock, self.sharing.of(profile))

        world = self.world
        return Runner(profile, config, connect, store, world.clock, world.folder, reach=world.reach(secrets))

    def _swept(self, runner: Runner, failures: int) -> datetime:
        """One round; when the next is. Raises Again where this one failed, or was stopped."""
        runner.resting.failures = failures
        with closing(runner):
            began = runner.clock.now()
            runner.sweep()
            now, name = runner.clock.now(), runner.profile.name
            if runner.resting.failures > failures:
                raise Again(runner.turn.at(runner.resting), "the sweep failed")
            whole = any(s.ended and not s.cut_off for s in runner.store.sweeps(name, since=began))
            if runner.ending() and not whole:
                raise Again(now, "the worker ends")
            report = runner.config.report
            return next_round(now, runner.turn.at(), runner.next_end, report.time, local_zone(runner.config))

    @contextmanager
    def store(self) -> Iterator[Store]:
        """A store that no other thread works in; opened where there is none to spare."""
        try:
            store = self.stores.get_nowait()
        except Empty:
            with self.opening:  # the first of them may bring the tables up to date
                store = open_store(self.url, exclusive=False)
        try:
            yield store
        finally:
            self.stores.put(store)

    def close(self) -> None:
        """Give the connections back, once nothing runs any more."""
        while not self.stores.empty():
            self.stores.get().close()


def _lasting(secrets: Credentials, profile: str) -> list[str]:
    """What no line of the log may show. Sessions are renewed all the time; by their form they are left out anyway."""
    kept = secrets.taken_along(profile)[profile]
    return [value for name, value in kept.items() if name not in SESSIONS]
