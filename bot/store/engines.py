"""How each database is connected to: a file of SQLite, one that may only be read, a server of PostgreSQL.

On SQLite whoever writes has the file alone, and whoever reads sees it as it stood when they began. PostgreSQL is asked
for the same: a transaction that writes takes a lock of its own first, one that reads is REPEATABLE READ. What is read,
worked out and written back in one transaction is never lost to another process's.
"""

import os
import sqlite3
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import URL, Connection, Engine, create_engine, event, text
from sqlalchemy.pool import NullPool

from bot.files import private_file, private_folder
from bot.store.faults import StoreError
from bot.store.lock import ADVISORY, application_name

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


TURN = ADVISORY + 1
"""The name of the lock by which writers take turns."""
WATCHED = {"connect_timeout": 10, "keepalives_idle": 60, "keepalives_interval": 10, "keepalives_count": 3}
"""Seconds, and times: a connection that a firewall or a dead machine cut is given up within two minutes, and one that
idles is kept known to what lies between. The owner's own words in the address go before these."""
SESSION = (
    f"SELECT set_config('lock_timeout', '{BUSY_SECONDS}s', false), "
    "set_config('tcp_keepalives_idle', '60', false), set_config('tcp_keepalives_interval', '10', false), "
    "set_config('tcp_keepalives_count', '3', false)"
)
"""The same for the server: the lock of a machine that is gone is freed within two minutes, not two hours."""


def postgres(url: URL) -> Engine:
    """A server."""
    watched = {name: value for name, value in WATCHED.items() if name not in url.query}
    engine = create_engine(
        url,
        pool_pre_ping=True,
        pool_size=4,
        max_overflow=28,  # two for each profile that is at work at once: none waits for another one's
        connect_args={**watched, "application_name": application_name()},
    )

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: Any) -> None:
        connection.execute(SESSION)
        connection.commit()

    return engine


def reads(connection: Connection) -> Connection:
    """A connection of PostgreSQL whose next transaction sees one state."""
    return connection.execution_options(isolation_level="REPEATABLE READ")


def take_turn(connection: Connection) -> None:
    """Wait until no other process writes; for as long as the transaction of PostgreSQL lasts that has begun."""
    connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": TURN})


def refuse_pooler(engine: Engine, where: str) -> None:
    """Raise StoreError where sessions are shared by a pooler in transaction mode, as PgBouncer does: no lock lasts
    there. A pooler names a session otherwise than the server does, and gives the one that idles to whoever is next."""
    query = text("SELECT pg_backend_pid()")
    with engine.connect() as first:
        driver: Any = first.connection.driver_connection
        served_by = first.execute(query).scalar()
        first.commit()
        if served_by == driver.info.backend_pid:
            return
        with engine.connect() as second:
            shared = second.execute(query).scalar() == served_by
    if shared:
        raise StoreError(
            f"the store {where}: its address leads to a pooler in transaction mode (PgBouncer, or a host's “pooled” "
            "address), where no lock lasts. Set DATABASE_URL to the database's own address, or to a pool in session "
            "mode."
        )
