"""How each database is connected to: a file of SQLite, one that may only be read, a server of PostgreSQL."""

import os
import sqlite3
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.pool import NullPool

from bot.files import private_file, private_folder
from bot.store.lock import application_name

BUSY_SECONDS = 10
"""How long a write waits for another process that is writing."""
LOGS = ("-wal", "-shm", "-journal")
"""What SQLite keeps beside a file while it is open; one that does not belong to it would be read into it."""


def make_file(path: Path) -> None:
    """An empty file that only its owner reads, in a directory of the same kind; what is there is left alone."""
    private_folder(path.parent)
    os.close(private_file(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC))


def sqlite(path: Path) -> Engine:
    """A file that is written. A sweep keeps a connection to its end: were they limited, a server that lets many sweeps
    wait would leave the others none."""
    engine = create_engine(
        URL.create("sqlite", database=str(path)), connect_args={"timeout": BUSY_SECONDS}, max_overflow=-1
    )

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # we begin ourselves: the driver would begin late, and never for DDL
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=FAST"):
            connection.execute(f"PRAGMA {pragma}").close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # A writer that began as a reader is refused at once when another writes; begun as a writer, it waits.
        writes = connection.get_execution_options().get("writes")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def read_only(path: Path) -> Engine:
    """A file that cannot be written. Whoever writes it elsewhere keeps an index of its log beside it (`-shm`), which is
    read too; where there is none nobody writes, and SQLite is told so, or it would want to make one
    (sqlite.org/wal.html#readonly, sqlite.org/uri.html#uriimmutable)."""
    how = "mode=ro" if Path(f"{path}-shm").exists() else "mode=ro&immutable=1"
    address = f"file:{quote(str(path.absolute()))}?{how}"
    return create_engine(
        "sqlite://",
        creator=lambda: sqlite3.connect(address, uri=True, timeout=BUSY_SECONDS, check_same_thread=False),
        poolclass=NullPool,
    )


def unfinished(path: Path) -> Engine:
    """A file that nobody else knows of yet, and that is thrown away where it is not finished: it needs no log, and no
    second copy of it on the disk."""
    engine = create_engine(URL.create("sqlite", database=str(path)), poolclass=NullPool)

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        for pragma in ("journal_mode=OFF", "synchronous=OFF"):
            connection.execute(f"PRAGMA {pragma}").close()

    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    return engine


def postgres(url: URL) -> Engine:
    """A server."""
    return create_engine(
        url,
        pool_pre_ping=True,
        pool_size=4,
        connect_args={"connect_timeout": 10, "application_name": application_name()},
    )
