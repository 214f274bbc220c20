"""A damaged file of SQLite: put aside, and a new store in its place with all that could be read of it."""

import os
import shutil
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bot.errors import UserError
from bot.files import beside, private_file
from bot.store import engines, migrations
from bot.store.copying import being_made
from bot.store.database import UNREADABLE
from bot.store.faults import StoreError, explained
from bot.store.lock import FileLock, lock_beside
from bot.store.pages import take_in
from bot.store.rescue import is_sound, save
from bot.store.schema import accounts, dealings, feedback, ledger, notes

NEEDED = frozenset(table.name for table in (ledger, feedback, notes, accounts, dealings))
"""What says what was done and who is protected: where any of it may be missing, somebody could be acted on who must not
be, or twice."""


@dataclass(frozen=True, slots=True)
class Recovery:
    """What became of a damaged store."""

    aside: Path
    """Where the damaged file lies now; nothing of it was changed."""
    saved: Mapping[str, int]
    """How many rows each table has."""
    broken: frozenset[str]
    """Tables of which not all could be read."""

    @property
    def may_act(self) -> bool:
        """Whether all is there that keeps accounts from being acted on wrongly."""
        return not self.broken & NEEDED


def recover(path: Path, now: datetime) -> Recovery | None:
    """Put a damaged store aside, and one in its place with what could be read of it; None where SQLite finds nothing
    wrong. Everything stays as it is until the new one is whole. Raises StoreError where the store is in use or the disk
    refuses, or where what lies there is no store of ours; UserError where nothing does."""
    if not path.exists():
        raise UserError(f"there is no store at {path}")
    ours = lock_beside(path).exists()
    try:
        with _held(path, ours=ours), _as_it_reads(path) as files:
            return _made_anew(path, files, now, ours=ours) if files else None
    except (*UNREADABLE, sqlite3.Error) as error:
        raise explained(error, str(path)) from error


@contextmanager
def _held(path: Path, *, ours: bool) -> Iterator[None]:
    """Hold the store, and leave nothing beside a file that is not ours."""
    lock = FileLock(lock_beside(path))
    lock.take(str(path))
    try:
        yield
    except UserError:
        if not ours:
            lock.path.unlink(missing_ok=True)
        raise
    finally:
        lock.release()


@contextmanager
def _as_it_reads(path: Path) -> Iterator[Sequence[Path]]:
    """The files to read from, the best first; none where the store is sound. With a log beside it a store reads as a
    copy into which the log was taken; the log may be what is wrong."""
    log, merged = Path(f"{path}-wal"), path.with_name(f".{path.name}.merged")
    if not (log.exists() and log.stat().st_size):
        yield () if is_sound(path) else (path,)
        return
    try:
        os.close(private_file(merged, os.O_WRONLY | os.O_CREAT | os.O_TRUNC))
        shutil.copyfile(path, merged)
        take_in(log, merged)
        yield () if is_sound(merged) else (path, merged) if is_sound(path) else (merged, path)
    finally:
        merged.unlink(missing_ok=True)


def _made_anew(path: Path, files: Sequence[Path], now: datetime, *, ours: bool) -> Recovery:
    with beside(path) as new:
        with being_made(new) as engine, engine.begin() as target:
            migrations.migrate(target)
            counts, broken = save(files, target)
        if not (ours or any(counts.values())):
            raise StoreError(
                f"{path} holds nothing of a quietfeed store; it was left as it is. Move it aside, or name the store in "
                "`store:` or DATABASE_URL"
            )
        if Path(f"{path}-wal").exists() and is_sound(path):
            broken = broken | NEEDED  # what stood in the log alone, the latest of all, is not known
        aside = _put_aside(path, now)
    return Recovery(aside, counts, frozenset(broken))


def _put_aside(path: Path, now: datetime) -> Path:
    """Give the file and its log a telling name. The file itself stays in its place as well, where the disk can have it
    under two names, until the new one takes it."""
    stem = f"{path}.damaged-{now:%Y-%m-%d}"
    names = (Path(stem), *(Path(f"{stem}-{n}") for n in range(2, 1000)))
    aside = next(name for name in names if not name.exists())
    try:
        aside.hardlink_to(path)
    except OSError:
        path.rename(aside)
    for log in engines.LOGS:
        with suppress(FileNotFoundError):
            Path(f"{path}{log}").rename(f"{aside}{log}")
    return aside
