"""What every page of the desk looks at: the config as it is saved now, and the store, beside a daemon or alone."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from contextlib import AbstractContextManager
from pathlib import Path
from secrets import token_urlsafe
from threading import Event, Lock, RLock
from typing import Any, TypeVar

from bot.clock import Clock
from bot.config import Config, Profile, load
from bot.desk.making import Making, Told
from bot.errors import UserError
from bot.platforms.base import Platform
from bot.service.config_watch import Mark, marks
from bot.store import Store, StoreNewer

T = TypeVar("T")
Connect = Callable[[Profile], AbstractContextManager[Platform]]
"""The owner's login of a profile, for as long as it is needed."""
LoggedIn = Callable[[Profile], bool]
"""Whether there is a login of that profile, be it right or wrong; asks no server."""
UPGRADED = "Where you upgraded quietfeed, end this desk and start it again."
MOST_KEPT = 24
"""Answers that are kept, of whatever kind."""
LAST_WORD = 2.0
"""Seconds that what is made beside the requests has to stop when the desk ends."""
MOST_SAID = 50
"""Sentences that wait to be shown."""


class Seat:
    """One desk. Its requests come in threads of their own, and share it."""

    def __init__(
        self, config: Config, store: Store, clock: Clock, connect: Connect, logged_in: LoggedIn = lambda _: True
    ) -> None:
        self.store, self.clock, self.connect, self.logged_in = store, clock, connect, logged_in
        self.fault = ""
        """Why the config cannot be worked by as it is saved now; empty where it can. Then the last good one goes on."""
        self._config, self._seen = config, marks(config.files)
        self._turn = RLock()
        self._kept: OrderedDict[Hashable, tuple[Hashable, Lock, list[object]]] = OrderedDict()
        self._said: OrderedDict[str, str] = OrderedDict()
        self._ending = Event()
        self._makings: list[Making[Any]] = []

    @property
    def config(self) -> Config:
        """The config as it is saved now; where that cannot be read, as it was last."""
        with self._turn:
            now = marks(self._config.files)
            if now != self._seen:
                self._read_again(now)
            return self._config

    def _read_again(self, now: Mark) -> None:
        try:
            self._config = load(self._config.path)
        except UserError as fault:
            self._seen, self.fault = now, str(fault)
        else:
            self._seen, self.fault = marks(self._config.files), ""

    @property
    def path(self) -> Path:
        """The config file."""
        return self._config.path

    def look_again(self) -> None:
        """Make sure that the store is the one that lies in its place; to be asked before each page, for a desk outlives
        recoveries, upgrades and moves of it. Raises StoreError."""
        try:
            if self.store.look_again():
                with self._turn:
                    self._kept.clear()
        except StoreNewer as newer:
            raise StoreNewer(f"{newer} {UPGRADED}") from newer

    def once(self, what: Hashable, mark: Hashable, make: Callable[[], T]) -> T:
        """What `make` makes, as it was made before as long as the mark is the same; of those who ask at the same time
        only one makes it. `what` names it; the least lately asked for are forgotten."""
        with self._turn:
            known = self._kept.get(what)
            if known is None or known[0] != mark:
                known = self._kept[what] = (mark, Lock(), [])
            self._kept.move_to_end(what)
            while len(self._kept) > MOST_KEPT:
                self._kept.popitem(last=False)
        with known[1]:
            if not known[2]:
                known[2].append(make())
            return known[2][0]  # type: ignore[return-value]

    def making(self, make: Callable[[Told], T]) -> Making[T]:
        """Begin to make something beside the requests, which stops when the desk ends."""
        with self._turn:
            begun = Making(make, self._ending)
            self._makings = [one for one in self._makings if not one.ended()] + [begun]
            return begun

    def end(self) -> None:
        """Let what is made beside the requests stop, so that nobody reads the store any more when it is closed."""
        self._ending.set()
        for one in self._makings:
            one.ended(LAST_WORD)

    def say(self, words: str) -> str:
        """Keep a sentence to be shown on the next page; the key that the page's address carries."""
        with self._turn:
            key = token_urlsafe(9)
            self._said[key] = words
            while len(self._said) > MOST_SAID:
                self._said.popitem(last=False)
            return key

    def said(self, key: str) -> str:
        """The sentence of that key, once; empty where there is none."""
        with self._turn:
            return self._said.pop(key, "")
