"""The database that a test's stores lie in: one body of tests for all that a store may be.

A test opens its stores at the paths of files, as ever. Where its database is a server, each of these paths stands for a
database of its own there, made when it is first asked for and gone at the test's end.
"""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import URL, Engine

from bot.store import engines, open_store
from bot.store.migrations import STEPS, migrate
from bot.store.place import located
from tests.servers.postgres import Server


class Files:
    """SQLite."""

    name = "sqlite"

    def address(self, path: Path | str) -> str:
        """What the store at that path is opened by, by the program in a process of its own too."""
        return str(path)

    def located(self, url: str) -> URL:
        """Where a store lies that is opened here."""
        return located(url)

    def do(self, path: Path | str, statement: str) -> list[tuple[Any, ...]]:
        """Execute a statement behind the store's back; whatever it gives."""
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            return connection.execute(statement).fetchall()

    def make(self, path: Path | str) -> None:
        """Let there be a database without a store; nothing may be there yet."""

    def older(self, path: Path | str, script: str, version: int = 1) -> None:
        """Let there be a store as that version left it, out of what version 1 wrote, as SQL of SQLite."""
        with closing(sqlite3.connect(path)) as connection:
            connection.executescript(script)
        _go_on(engines.sqlite(Path(path)), version)

    def has(self, path: Path | str) -> bool:
        """Whether there is a store."""
        return Path(path).exists()

    def copy(self, here: Path | str, there: Path | str) -> None:
        """Make the store `there`, where there is none, as it is `here`, where nobody works any more."""
        for end in ("", "-wal"):
            if Path(f"{here}{end}").exists():
                shutil.copy(f"{here}{end}", f"{there}{end}")

    def remove(self, path: Path | str) -> None:
        """Let there be no store."""
        for end in ("", "-wal", "-shm"):
            Path(f"{path}{end}").unlink(missing_ok=True)

    def settle(self, path: Path | str) -> None:
        """Return once nobody holds it whose process has ended."""

    def close(self) -> None:
        """Nothing stays but files."""


class Databases:
    """PostgreSQL, on a server that is running."""

    name = "postgresql"

    def __init__(self, server: Server, template: str) -> None:
        self.server, self.template = server, template
        self.names: dict[str, str] = {}
        """By path."""

    def address(self, path: Path | str) -> str:
        return self.server.address(self.database(path))

    def database(self, path: Path | str) -> str:
        """The name of the database that stands for a path."""
        path = _whole(path)
        if path not in self.names:
            self.names[path] = self.server.fresh(self.template)
        return self.names[path]

    def located(self, url: str) -> URL:
        """Where a store lies that is opened here: a server's address is one, and so is a file that is there."""
        found = located(url)
        is_path = found.drivername == "sqlite" and not Path(found.database or "").exists()
        return located(self.address(str(found.database))) if is_path else found

    def do(self, path: Path | str, statement: str) -> list[tuple[Any, ...]]:
        return self.server.do(statement, self.database(path))

    def make(self, path: Path | str) -> None:
        self.names[_whole(path)] = self.server.fresh()

    def older(self, path: Path | str, script: str, version: int = 1) -> None:
        """Row by row: the tables of version 1 are those that its step makes here."""
        self.make(path)
        address = located(self.address(path))
        _go_on(engines.postgres(address), 1)
        with closing(sqlite3.connect(":memory:")) as old, psycopg.connect(self.address(path)) as new:
            old.executescript(script)
            for (table,) in old.execute(TABLES):
                _fill(new, table, old.execute(f"SELECT * FROM {table}"))
        _go_on(engines.postgres(address), version)

    def has(self, path: Path | str) -> bool:
        return _whole(path) in self.names

    def copy(self, here: Path | str, there: Path | str) -> None:
        self.settle(here)
        self.names[_whole(there)] = self.server.fresh(self.names[_whole(here)])

    def remove(self, path: Path | str) -> None:
        if self.has(path):
            self.server.drop(self.names.pop(_whole(path)))

    def settle(self, path: Path | str) -> None:
        self.server.cut(self.database(path))

    def close(self) -> None:
        for name in self.names.values():
            self.server.drop(name)


def _whole(path: Path | str) -> str:
    """One spelling of a path, by whoever it is named."""
    return str(Path(path).absolute())


TABLES = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT IN ('schema_version', 'sqlite_sequence')"


def _fill(new: psycopg.Connection[Any], table: str, kept: sqlite3.Cursor) -> None:
    """Put the rows into the table of that name, and let its numbers go on behind them."""
    names = [column[0] for column in kept.description]
    holes = ", ".join(["%s"] * len(names))
    new.cursor().executemany(f"INSERT INTO {table} ({', '.join(names)}) VALUES ({holes})".encode(), kept)
    if names[0] == "id":
        count = f"pg_get_serial_sequence('{table}', 'id')"
        new.execute(f"SELECT setval({count}, max(id)) FROM {table}".encode())


def _go_on(engine: Engine, version: int) -> None:
    """Bring the tables to that version."""
    with engine.begin() as connection:
        migrate(connection, STEPS[:version])
    engine.dispose()


ON_FILES = pytest.mark.parametrize("database", [Files.name], indirect=True)
"""For a test of what only a file can do, or have done to it."""
AnyDatabase = Files | Databases


def template(server: Server) -> str:
    """The name of a database with the tables of today and nothing in them: quicker than to make them for each test."""
    name = server.fresh()
    open_store(server.address(name)).close()
    return name
