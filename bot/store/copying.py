"""A whole store at another address, held row by row against the one that it was made of: moved, backed up, restored.

A copy is there whole or not at all. On a server it is one transaction; a file is made beside its place, and put there
at its end.
"""

import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Row, Table, func, insert, inspect, select, text

from bot.errors import UserError
from bot.files import beside, private_folder
from bot.store import engines, migrations
from bot.store.database import UNREADABLE, Database
from bot.store.faults import RECOVER, StoreError
from bot.store.lock import NOTE, FileLock, lock_beside
from bot.store.place import located
from bot.store.schema import metadata, notes, version

ROWS = 500
"""So many are in memory at a time."""
PAGES = 2000
"""Of a file, copied at a time."""
TABLES = tuple(table for table in metadata.sorted_tables if table is not version)
NUMBERED = tuple(table for table in TABLES if [column.name for column in table.primary_key] == ["id"])
"""Tables whose rows the database numbers."""
LOG_FORMAT_AT = 18
"""Where a file of SQLite says in two bytes whether it has a log beside it (sqlite.org/fileformat.html, 1.3.3)."""

Told = Callable[[str, int, int], None]
"""Hears what is done, and how much of how much."""


@dataclass(frozen=True, slots=True)
class Copy:
    """What was copied."""

    where: str
    """Without its password."""
    counts: Mapping[str, int]
    """How many rows each table has."""


class Place(Database):
    """Where a copy is to go, on a server."""

    def take(self) -> None:
        """Take the lock, and make nothing yet. Raises StoreError."""
        with self._faults_explained():
            self._take_lock()


def copy(store: Database, to: str, told: Told) -> Copy:
    """Copy the store to that address. Raises StoreError, and UserError where something is there already."""
    url = located(to)
    if url.drivername == "sqlite":
        path = Path(url.database or "")
        _refuse_present(store, path, replace=False)
        private_folder(path.parent)
        lock = FileLock(lock_beside(path))
        lock.take(str(path))
        try:
            return copy_to_file(store, path, told)
        finally:
            lock.release()
    place = Place(url)
    try:
        place.take()
        with as_it_stands(store) as source, place.writing() as target:
            _refuse_filled(target, place.url)
            migrations.migrate(target)
            _copied(source, target, told)
            counts = _held_against(source, target, told)
        return Copy(place.url, counts)
    finally:
        place.close()


def copy_to_file(store: Database, path: Path, told: Told, *, replace: bool = False) -> Copy:
    """Copy the store into a file for its owner alone, by rows or, where it is a file itself, by pages; it may be in use
    meanwhile. Raises StoreError, and UserError where something is there already that is not to be replaced."""
    _refuse_present(store, path, replace=replace)
    with _explained_for(store, path), beside(path) as new, as_it_stands(store) as source:
        for log in engines.LOGS:
            Path(f"{new}{log}").unlink(missing_ok=True)
        with _explained_for(store, path), being_made(new) as engine:
            if store.is_sqlite:
                _pages_copied(source, new, told)
            else:
                with engine.begin() as target:
                    migrations.migrate(target)
                    _copied(source, target, told)
            with engine.begin() as target:
                _refuse_damaged(target, str(path))
                counts = _held_against(source, target, told)
    return Copy(str(path), counts)


@contextmanager
def _explained_for(store: Database, path: Path) -> Iterator[None]:
    """Faults of either side as StoreError."""
    try:
        yield
    except (*UNREADABLE, sqlite3.Error) as error:
        told = store._explained(error, f"{store.url}, to be copied to {path}")
        raise told from (error if store.is_sqlite else None)  # a driver's may quote the address


@contextmanager
def being_made(path: Path) -> Iterator[Any]:
    """The engine of a file that is not finished."""
    engine = engines.unfinished(path)
    try:
        yield engine
    finally:
        engine.dispose()


@contextmanager
def as_it_stands(store: Database) -> Iterator[Connection]:
    """A connection that sees the store as it is at this moment, whatever is written meanwhile."""
    with store.reading() as connection:
        if not store.is_sqlite:
            connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"))
        connection.execute(select(version.c.version)).first()  # from the first look on
        yield connection


def _refuse_present(store: Database, path: Path, *, replace: bool) -> None:
    if store.is_sqlite and path.exists() and path.samefile(store.path):
        raise UserError(f"{path} is the store itself. Choose another name for the copy")
    if path.exists() and path.stat().st_size and not replace:
        raise UserError(f"{path} is there already. A copy goes only where nothing is: move it aside, or name another")
    if any(Path(f"{path}{log}").exists() for log in engines.LOGS):
        raise UserError(f"{path} is a database that is open, or was cut off. Choose another name for the copy")


def _refuse_filled(target: Connection, where: str) -> None:
    """Raise UserError where a store holds anything already, StoreError where a newer quietfeed made it."""
    migrations.refuse_newer(migrations.version_of(target), where)
    found = inspect(target)
    for table in TABLES:
        if found.has_table(table.name) and target.execute(_kept(table, text("1")).limit(1)).first():
            raise UserError(
                f"{where} is not empty: something stands under “{table.name}” already. A copy goes only where nothing "
                "is: give it a database of its own"
            )


def _pages_copied(source: Connection, new: Path, told: Told) -> None:
    """Copy a file of SQLite as the connection sees it, into one that is whole by itself, without a log."""
    driver: Any = source.connection.driver_connection
    with closing(sqlite3.connect(new)) as target:
        target.execute("PRAGMA journal_mode = OFF").close()
        target.execute("PRAGMA synchronous = OFF").close()
        driver.backup(target, pages=PAGES, progress=lambda _, left, of: told("pages", of - left, of))
    with new.open("r+b") as file:
        file.seek(LOG_FORMAT_AT)
        file.write(b"\1\1")


def _copied(source: Connection, target: Connection, told: Told) -> None:
    """Copy every row, and let the numbers go on where they are."""
    for table in TABLES:
        total, done = _count(source, table), 0
        for rows in source.execute(_in_order(table)).partitions(ROWS):
            target.execute(insert(table), [dict(row._mapping) for row in rows])
            done += len(rows)
            told(f"copying {table.name}", done, total)
    if target.dialect.name == "postgresql":
        for table in NUMBERED:
            target.execute(
                text(f"SELECT setval(pg_get_serial_sequence('{table.name}', 'id'), max(id)) FROM {table.name}")  # noqa: S608
            )


def _held_against(source: Connection, target: Connection, told: Told) -> dict[str, int]:
    """Compare every row of the copy with the one that it was made of; how many each table has. Raises StoreError."""
    counts: dict[str, int] = {}
    for table in TABLES:
        total, counts[table.name] = _count(source, table), 0
        for one, other in zip_longest(*(_rows(side, table) for side in (source, target))):
            if one != other:
                raise StoreError(
                    f"the copy is not as its source: a row of {table.name} differs. Nothing was kept of it; try again, "
                    "and check the disk, or what the server's log says"
                )
            counts[table.name] += 1
            if counts[table.name] % ROWS == 0:
                told(f"comparing {table.name}", counts[table.name], total)
    return counts


def _rows(side: Connection, table: Table) -> Iterator[Row[Any]]:
    return iter(side.execute(_in_order(table)))


def _in_order(table: Table) -> Any:
    return _kept(table).order_by(*table.primary_key).execution_options(yield_per=ROWS)


def _count(side: Connection, table: Table) -> int:
    return int(side.execute(select(func.count()).select_from(_kept(table).subquery())).scalar_one())


def _kept(table: Table, *columns: Any) -> Any:
    """The rows of the store, without the word that whoever works in it leaves there; whole, or these columns."""
    query = select(*(columns or table.columns)).select_from(table)
    if table is not notes:
        return query
    return query.where(notes.c.key != NOTE, ~notes.c.key.startswith(f"{NOTE}:", autoescape=True))


def _refuse_damaged(target: Connection, where: str) -> None:
    """Raise StoreError where a file of SQLite is not sound: so is the one that it was copied from."""
    found = [str(line) for line in target.execute(text("PRAGMA integrity_check(3)")).scalars() if line != "ok"]
    if found:
        raise StoreError(f"the store is damaged, and no copy of it was kept in {where} ({found[0]}). {RECOVER}")
