"""One database, SQLite or PostgreSQL: where it lies, how it is opened, and what a transaction is.

SQLite runs in WAL mode, so that readers (`status`, `report`) never wait for the daemon, and with synchronous=FULL:
in NORMAL a power cut may take back the last commits, and an action whose entry was taken back would be done twice.
It costs one fsync a commit, and a sweep commits a few dozen times.
"""

import errno
import os
import time
from collections.abc import Callable, Hashable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from threading import RLock
from typing import Any, TypeVar

from sqlalchemy import URL, Connection, Table, text
from sqlalchemy.exc import SQLAlchemyError

from bot import addresses
from bot.store import engines, migrations
from bot.store.faults import StoreError, away, damaged, explained
from bot.store.lock import AdvisoryLock, FileLock, Lock, gone, is_same, lock_beside
from bot.store.snapshot import Held, Snapshot
from bot.store.statements import Row, Statements, replacing

T = TypeVar("T")

UNWRITABLE = frozenset({errno.EROFS, errno.EACCES, errno.EPERM})
"""A read-only file system, or a file of somebody else's."""
MIGRATION_SECONDS = 5
"""How long a reader waits for a daemon that has just started and is bringing the store up to date."""
UNREADABLE = (SQLAlchemyError, OSError, ValueError, TypeError, KeyError)
"""What a database raises that fails, or a record that is damaged."""


class Database:
    """An open database. Threads may share it; writes take turns."""

    def __init__(self, url: URL) -> None:
        self._url = url
        self._write_turn = RLock()
        self._held = Held()
        self._lock: Lock | None = None
        self._file: os.stat_result | None = None
        """The SQLite file as it was when it was opened."""
        self._engine = engines.sqlite(self.path) if self.is_sqlite else engines.postgres(url)
        self.statements = Statements(self._engine.dialect)

    @property
    def path(self) -> Path:
        """The SQLite file."""
        return Path(self._url.database or "")

    @property
    def is_sqlite(self) -> bool:
        """Whether it is a file of ours rather than a server."""
        return self._url.drivername == "sqlite"

    @property
    def url(self) -> str:
        """Where it lies, without what follows the `?`, and the password masked."""
        shown = self._url.set(drivername=self._url.get_backend_name(), query={})
        return shown.render_as_string(hide_password=True)

    @property
    def address(self) -> str:
        """Where it lies, password and all: for another process of ours, and nobody else's eyes."""
        return self._url.set(drivername=self._url.get_backend_name()).render_as_string(hide_password=False)

    def _explained(self, error: Exception, where: str = "") -> StoreError:
        """A fault as the owner should read it, without the secrets of the address."""
        return explained(error, where or self.url, addresses.secrets(self._url.render_as_string(hide_password=False)))

    def open(self, *, exclusive: bool) -> None:
        """Take the lock where `exclusive`, and bring the tables up to date. Raises StoreError."""
        with self._faults_explained():
            if self.is_sqlite:
                self._find_file(exclusive=exclusive)
            else:
                engines.refuse_pooler(self._engine, self.url)
            if exclusive:
                lock = self._take_lock()
                self._migrate()
                lock.sign()
            else:
                self._await_tables()
                self._file = self.path.stat() if self.is_sqlite else None

    def look_again(self) -> bool:
        """For whoever keeps it open without the lock, before each piece of work: where another file lies in its place
        by now, as after a recovery, go on in that one; whether that was so. What is written into a file that was put
        aside would be lost. Raises StoreAway where none lies there, StoreNewer where a newer quietfeed has brought the
        tables up to date."""
        with self._faults_explained():
            if not self._is_replaced():
                self._await_tables()
                return False
            with self._write_turn:
                if self._is_replaced():
                    self._engine.dispose()
                    self._engine = engines.sqlite(self.path)
                    self.open(exclusive=False)
            return True

    def _is_replaced(self) -> bool:
        """Whether another file lies where the one was that is open."""
        if self._file is None:
            return False
        if not self.path.exists():
            raise away(self.url)
        if not self.path.stat().st_size:
            raise damaged(self.url, "nothing is left in the file")
        return not is_same(self._file, self.path)

    def _find_file(self, *, exclusive: bool) -> None:
        """Make the SQLite file where there is none. One that may be read and not written can still be looked at. Where
        a store was, an empty file is no new one."""
        known = lock_beside(self.path).exists()
        if known and self.path.exists() and not self.path.stat().st_size:
            raise damaged(self.url, "nothing is left in the file")
        try:
            engines.make_file(self.path)
        except OSError as error:
            if exclusive or error.errno not in UNWRITABLE or not os.access(self.path, os.R_OK):
                raise
            self._engine.dispose()
            self._engine = engines.read_only(self.path)
        if not known:
            self._version()  # what is no store of ours is refused before anything is left beside it

    def _take_lock(self) -> Lock:
        lock = self._unlocked()
        lock.take(self.url)
        self._lock = lock
        self._file = self.path.stat() if self.is_sqlite else None
        return lock

    def _unlocked(self) -> Lock:
        return FileLock(lock_beside(self.path)) if self.is_sqlite else AdvisoryLock(self._engine)

    def in_use(self) -> bool:
        """Whether a process works in it: a daemon, or a sweep by hand."""
        with self._faults_explained():
            return (self._lock or self._unlocked()).is_held()

    def worker(self) -> str:
        """Who works in it, as `pid 4711`; empty where nobody does."""
        with self._faults_explained():
            return (self._lock or self._unlocked()).holder()

    def check_place(self) -> None:
        """Raise StoreGone where the files that are open do not lie in their place any more: a second process would
        find nobody there. Cheap; asked before everything that is written under the lock."""
        with self._faults_explained(), self._write_turn:
            if self._lock is not None:
                self._lock.renew(self.url)
            if self._lock is not None and self._file is not None and not is_same(self._file, self.path):
                raise gone(self.url)

    def _await_tables(self) -> None:
        """A reader never migrates beneath a running daemon: it waits for the daemon, or does it alone."""
        patience = time.monotonic() + MIGRATION_SECONDS
        while self._version() != migrations.LATEST:
            try:
                self._take_lock()
            except StoreError:
                if time.monotonic() > patience:
                    raise
                time.sleep(0.1)
                continue
            self._migrate()
            self._release_lock()

    def _version(self) -> int:
        with self.reading() as connection:
            version = migrations.version_of(connection)
        migrations.refuse_newer(version, self.url)
        return version

    def _migrate(self) -> None:
        if self._version() != migrations.LATEST:
            with self.writing() as connection:
                migrations.migrate(connection)

    def _release_lock(self) -> None:
        if self._lock is not None:
            self._lock.release()
            self._lock = None

    def close(self) -> None:
        """Release the connections and the lock."""
        self._release_lock()
        self._engine.dispose()

    @contextmanager
    def _faults_explained(self) -> Iterator[None]:
        """Faults of the database as StoreError, with what to do about it."""
        try:
            yield
        except UNREADABLE as error:
            raise self._explained(error) from (error if self.is_sqlite else None)  # a driver's may quote the address

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that sees one state of the store. A record that cannot be decoded is a StoreError too."""
        with self._faults_explained(), self._connected(writes=False) as connection, connection.begin():
            yield connection

    @contextmanager
    def writing(self, *, keeps_snapshot: bool = False) -> Iterator[Connection]:
        """A transaction that is kept whole or not at all; one at a time in this process. What it reads first may be
        damaged, as in `reading`. `keeps_snapshot`: nothing that is read by `once` is changed by it."""
        with self._faults_explained(), self._write_turn:
            self.check_place()
            try:
                with self._connected(writes=True) as connection, connection.begin():
                    if not self.is_sqlite:
                        engines.take_turn(connection)
                    yield connection
            finally:
                if self._held.snapshot and not keeps_snapshot:
                    self._held.snapshot.forget()

    @contextmanager
    def _connected(self, *, writes: bool) -> Iterator[Connection]:
        """The connection of this thread's snapshot, unless a transaction goes on there; otherwise another one. On a
        server whoever holds the lock writes by its session."""
        snapshot = self._held.snapshot
        if writes and isinstance(self._lock, AdvisoryLock) and self._lock.session is not None:
            yield self._lock.session.execution_options(writes=True)
        elif snapshot and not snapshot.connection.in_transaction():
            yield snapshot.connection.execution_options(writes=writes)
        else:
            with self._engine.connect() as connection:
                reads = not (writes or self.is_sqlite)
                yield engines.reads(connection) if reads else connection.execution_options(writes=writes)

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Within it this thread reads by one connection, and what it reads by `once` only again where somebody else
        wrote since. PostgreSQL does not tell that for nothing: there everything is read as it is asked for."""
        if not self.is_sqlite or self._held.snapshot:
            yield
            return
        with ExitStack() as stack:
            with self._faults_explained():
                connection = stack.enter_context(self._engine.connect())
                self._held.snapshot = Snapshot(connection)
            try:
                yield
            finally:
                self._held.snapshot = None

    def once(self, what: Hashable, read: Callable[[], T]) -> T:
        """What `read` reads of the store; within a snapshot it may be as it was read before, if it still stands."""
        snapshot = self._held.snapshot
        if snapshot is None:
            return read()
        with self._faults_explained():
            return snapshot.known(what, read)

    def upsert(self, table: Table) -> Any:
        """An INSERT that takes `on_conflict_do_…`, in the dialect's own class: both spell it alike."""
        if self.is_sqlite:
            from sqlalchemy.dialects.sqlite import insert

            return insert(table)
        from sqlalchemy.dialects.postgresql import insert as insert_postgres

        return insert_postgres(table)

    def put(self, connection: Connection, table: Table, rows: Sequence[Row]) -> None:
        """Insert the rows, all with the same names; where the primary key is there already, replace the rest."""
        if rows:
            name = ("put", table.name, *rows[0])
            self.statements.get(name, lambda: replacing(self.upsert(table), table), rows[0]).run(connection, rows)

    def add(self, connection: Connection, table: Table, rows: Sequence[Row]) -> list[Row]:
        """Insert the rows whose primary key is not there yet, all with the same names; these rows."""
        if not rows:
            return []
        if self.is_sqlite:
            name = ("add", table.name, *rows[0])
            adding = self.statements.get(name, lambda: self.upsert(table).on_conflict_do_nothing(), rows[0])
            return adding.changing(connection, rows)
        keys = [column.name for column in table.primary_key]
        added = self.upsert(table).on_conflict_do_nothing().returning(*table.primary_key)
        new = {tuple(found) for found in connection.execute(added, [dict(row) for row in rows])}
        first = {tuple(row[name] for name in keys): row for row in reversed(rows)}
        return [row for key, row in first.items() if key in new]

    def check(self, *tables: str) -> None:
        """Raise StoreError where the database is damaged or does not answer. Of a file only these tables are looked at
        where some are named, with the pages in which nothing is kept where `sqlite_schema` is among them
        (sqlite.org/pragma.html#pragma_integrity_check)."""
        asked = [f"PRAGMA quick_check({part})" for part in tables or ("3",)] if self.is_sqlite else ["SELECT 'ok'"]
        with self.reading() as connection:
            found = [str(line) for query in asked for line in connection.execute(text(query)).scalars()]
        if faults := [line for line in found if line != "ok"]:
            raise damaged(self.url, f"the file is damaged ({faults[0]})")

    def size(self) -> int:
        """Bytes that the store takes."""
        if self.is_sqlite:
            files = (self.path, Path(f"{self.path}-wal"))
            return sum(file.stat().st_size for file in files if file.exists())
        query = "SELECT sum(pg_total_relation_size(c.oid)) FROM pg_class c WHERE relkind = 'r' AND relnamespace = "
        with self.reading() as connection:
            return int(connection.execute(text(f"{query}current_schema()::regnamespace")).scalar() or 0)
