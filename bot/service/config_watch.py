"""The config that the daemon works by: read again when one of its files was saved, and refused where it is faulty."""

import logging
from collections.abc import Callable, Collection, Iterable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

from bot.clock import Clock
from bot.config import Config, sections_changed
from bot.errors import UserError
from bot.logs import event, turn
from bot.service import state
from bot.store import Store, StoreError

SETTLED = 2.0
"""Seconds that a file must lie untouched before it is read: an editor may be in the middle of writing it."""
AGAIN = timedelta(minutes=1)
"""After so long a config that was refused is read again: what it lacked may lie elsewhere."""
MOST_BRIEF = 300
"""Characters of a fault that are kept for reports."""
OTHER_STORE = "the config names another store, which is used from the next start on: restart quietfeed"

Mark = tuple[tuple[int, ...], ...]


class ConfigWatch:
    """Knows when the config is to be read again, and tells what became of it. `load` reads it, or raises UserError."""

    def __init__(self, load: Callable[[], Config], store: Store, clock: Clock) -> None:
        self.load, self.store, self.clock = load, store, clock
        self.config: Config | None = None
        """What is worked by."""
        self._first: Config | None = None
        self._refused = ""
        self._files: tuple[Path, ...] = ()
        self._read: tuple[Mark, float] = ((), 0.0)
        """What the files were like when they were last read, and when that was."""
        self._seen: tuple[Mark, float] = ((), 0.0)
        """The same of when they were last found changed."""

    def read(self) -> Config:
        """The config as it stands now. Raises UserError where it cannot be worked by."""
        self._read = marks(self._files), self.clock.steady()
        config = self.load()
        config.chosen()
        if config.files != self._files:
            self._files = config.files
            self._read = marks(self._files), self.clock.steady()
        return config

    def is_due(self) -> bool:
        """Whether a file was saved since it was read, and lies still; or whether a refused config may be better now."""
        now, found = self.clock.steady(), marks(self._files)
        if found != self._seen[0]:
            self._seen = found, now
        if found != self._read[0]:
            return now - self._seen[1] >= SETTLED
        return bool(self._refused) and now - self._read[1] >= AGAIN.total_seconds()

    @property
    def settling(self) -> bool:
        """Whether a file was saved that was not read since."""
        return self._seen[0] != self._read[0]

    def refuse(self, fault: UserError, profiles: Collection[str]) -> None:
        """It was not taken up: the log has every fault, once; the report and `status` the first."""
        if str(fault) != self._refused:
            event("config kept", logging.ERROR, fault=str(fault), instead="the last good one")
        self._refused = str(fault)
        self._note(f"the config is not taken up, the last good one stays in force: {brief(fault)}", profiles)

    def take_up(self, config: Config) -> None:
        """It is worked by from now on: say what changed, and what only counts from the next start on."""
        before, self.config, self._refused = self.config, config, ""
        self._first = self._first or config
        profiles = [profile.name for profile in config.profiles]
        for profile in profiles:
            state.went_well(profile, self.store, "config")
        for warning in config.warnings:
            event("config warning", logging.WARNING, about=warning)
        if before is not None:
            if before.log_level != config.log_level:
                turn(config.log_level)
            what = ", ".join(sections_changed(before, config)) or "nothing"
            event("config reloaded", profiles=",".join(profiles), changed=what)
        if config.store != self._first.store:
            event("restart needed", logging.WARNING, why=OTHER_STORE)
            self._note(OTHER_STORE, profiles)

    def _note(self, words: str, profiles: Iterable[str]) -> None:
        now = self.clock.now()
        with suppress(StoreError):
            for profile in profiles:
                state.note_trouble(profile, self.store, "config", words, now, now + AGAIN)


def brief(fault: UserError) -> str:
    """A fault in a line: the first place that is wrong, and how many more there are."""
    first, *more = str(fault).splitlines() or [""]
    shown = first if len(first) <= MOST_BRIEF else first[: MOST_BRIEF - 1] + "…"
    return shown + (f" (and {len(more):,} more)" if more else "")


def marks(files: Iterable[Path]) -> Mark:
    """What changes whenever a file is saved, made or removed."""
    return tuple(map(_mark, files))


def _mark(file: Path) -> tuple[int, ...]:
    try:
        found = file.stat()
    except OSError:
        return ()
    return found.st_mtime_ns, found.st_size, found.st_ino
