"""One daemon, one store: the lock that a second process runs into. Or many workers, each with one profile at a time."""

import fcntl
import os
import select
import socket
import time
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import SQLAlchemyError

from bot.files import private_file
from bot.store.faults import StoreBusy, StoreError, StoreGone

ADVISORY = 0x71756965_74666565
"""The name of our lock among PostgreSQL's advisory locks: "quietfee" in ASCII, a positive 64-bit number."""
ALONE, SHARED = "SELECT pg_try_advisory_lock(:key)", "SELECT pg_try_advisory_lock_shared(:key)"
HOLDER = (
    "SELECT application_name FROM pg_locks JOIN pg_stat_activity USING (pid) WHERE locktype = 'advisory' AND granted "
    "AND database = (SELECT oid FROM pg_database WHERE datname = current_database()) "
    "AND objsubid = 1 AND ((classid::bigint << 32) | objid::bigint) = :key LIMIT 1"
)
"""In this database: another one on the server has a lock of the same name."""
NOTE = "lock"
"""The note that whoever takes the lock leaves; behind a colon, the profile that it is for."""
SIGN = text(
    "INSERT INTO notes (key, value) VALUES (:note, :name) ON CONFLICT (key) DO UPDATE SET value = excluded.value"
)
SIGNED = text(
    "SELECT (SELECT string_agg(value, ' ' ORDER BY key) FROM notes WHERE key IN (:whole, :note) "
    "OR (:note = :whole AND starts_with(key, :whole || ':'))), version FROM schema_version"
)
"""What those left whose work is in the way of this one's: of the whole store everybody, of a profile whoever had it."""
MOMENT = 0.05
"""Seconds."""
FREE_ALL = b"SELECT pg_advisory_unlock_all()"
FREED_WITHIN = 2.0
"""Seconds within which a server that listens has freed our locks."""


class Lock(Protocol):
    """Held from `take` until `release` or the end of the process, however it ends."""

    def take(self, where: str) -> None:
        """Take it at once, or raise StoreError that names the holder."""

    def sign(self) -> None:
        """Leave word in the store, whose tables are there by now, that this process has the lock."""

    def renew(self, where: str) -> None:
        """Make sure that it is held still, as a server may drop it. Cheap; raises StoreGone where it is lost."""

    def is_held(self) -> bool:
        """Whether a process holds it, this one or another."""

    def holder(self) -> str:
        """Who holds it, as `pid 4711`; empty where nobody does."""

    def release(self) -> None:
        """Give it back; twice is once."""


def key_of(profile: str) -> int:
    """The name of a profile's lock: a positive 63-bit number."""
    return int.from_bytes(sha256(f"quietfeed {profile}".encode()).digest()[:8]) >> 1


def _busy(where: str, holder: str) -> str:
    return f"another quietfeed ({holder}) is using the store {where}. Stop it, or give this one a store of its own."


def gone(where: str) -> StoreGone:
    """What is said where the files are not those any more that this process opened."""
    return StoreGone(
        f"the store {where} was moved, removed or replaced while quietfeed was at work in it. Nothing more is written "
        "or done. Put it back if that was a mistake, and start quietfeed again."
    )


def lost(where: str, why: str) -> StoreGone:
    """What is said where the lock went with its connection, and what was known of the store may hold no more."""
    return StoreGone(
        f"the connection to the store {where} broke, and meanwhile {why}. Nothing more is written or done here, so "
        "that nothing is done twice. Start quietfeed again; it waits for its turn."
    )


def is_same(file: os.stat_result, path: Path) -> bool:
    """Whether the file that was opened still lies at the path."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return False
    return (file.st_dev, file.st_ino) == (found.st_dev, found.st_ino)


def lock_beside(path: Path) -> Path:
    """The file whose lock a SQLite file is held by. It stays, and tells that quietfeed has kept a store there."""
    return Path(f"{path}.lock")


def _locked(file: int) -> None:
    """Take the lock; once more after a moment, since whoever looks whether it is held holds a share of it just then."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        time.sleep(MOMENT)
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


class FileLock:
    """A lock on a file beside the SQLite file. The file stays behind: removing it would open a race."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file: int | None = None

    def take(self, where: str) -> None:
        """Take it, and leave our pid in the file for whoever comes second."""
        file = private_file(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC)
        try:
            _locked(file)
        except BlockingIOError as error:
            os.close(file)
            raise StoreError(_busy(where, self._left())) from error
        except OSError:  # a file system without locks
            os.close(file)
            raise
        os.ftruncate(file, 0)
        os.pwrite(file, f"{os.getpid()}\n".encode("ascii"), 0)
        self._file = file

    def sign(self) -> None:
        """The lock file has done so."""

    def renew(self, where: str) -> None:
        """A file lock is never lost, but its file may be: whoever comes then makes another, and both hold a lock."""
        if self._file is not None and not is_same(os.fstat(self._file), self.path):
            raise gone(where)

    def is_held(self) -> bool:
        """Try for a share of it, for a moment, which its holder refuses."""
        if self._file is not None:
            return True
        try:
            file = os.open(self.path, os.O_RDONLY | os.O_CLOEXEC)
        except OSError:
            return False
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except OSError as error:
            return isinstance(error, BlockingIOError)
        finally:
            os.close(file)
        return False

    def holder(self) -> str:
        """As they left it in the file."""
        return self._left() if self.is_held() else ""

    def _left(self) -> str:
        try:
            return f"pid {self.path.read_bytes()[:32].decode('ascii', 'replace').strip() or 'unknown'}"
        except OSError:
            return "pid unknown"

    def release(self) -> None:
        """Close the file, which frees the lock."""
        if self._file is not None:
            os.close(self._file)
            self._file = None


def application_name() -> str:
    """What PostgreSQL shows of our connections; tells a second process who holds the lock."""
    return f"quietfeed pid {os.getpid()} on {socket.gethostname()}"[:63]


class AdvisoryLock:
    """A session-level advisory lock. Whoever holds it writes by its own session: what is committed there was
    committed under the lock, and once the session is cut off nothing can be.

    It needs a session of its own: see `engines.refuse_pooler`. For one `profile`, the lock of the store is shared with
    whoever works for another one.
    """

    def __init__(self, engine: Engine, profile: str = "") -> None:
        self.engine = engine
        self._wanted = {ADVISORY: SHARED, key_of(profile): ALONE} if profile else {ADVISORY: ALONE}
        self._note = f"{NOTE}:{profile}" if profile else NOTE
        self.session: Connection | None = None
        """None before it is taken, and while it is lost."""
        self._signed: tuple[str, int] | None = None
        """What whoever took it last has left in the store, and the version of the tables; while it is ours."""
        self._lost: StoreGone | None = None

    def take(self, where: str) -> None:
        """Take it; the server frees it when the connection ends."""
        session = self.engine.connect()
        try:
            with session.begin():
                taken = {key: session.execute(text(ask), {"key": key}).scalar() for key, ask in self._wanted.items()}
                holders = [self._holder(session, key) for key, is_taken in taken.items() if not is_taken]
        except SQLAlchemyError:
            session.close()
            raise
        if holders:
            _end(session)  # with what it got of the locks
            raise StoreBusy(_busy(where, holders[0]))
        session.detach()  # so that closing really closes, and the pool never hands it out
        self.session = session

    def _holder(self, session: Connection, key: int) -> str:
        name = session.execute(text(HOLDER), {"key": key}).scalar()
        return str(name).removeprefix("quietfeed ") if name else "not visible to us"

    def sign(self) -> None:
        """Leave word of us in a note, by which we see after a loss whether anybody else had the lock meanwhile."""
        assert self.session is not None  # noqa: S101 - it was taken
        with self.session.begin():
            self.session.execute(SIGN, {"note": self._note, "name": f"{application_name()} {os.urandom(8).hex()}"})
            self._signed = self._signature()

    def _signature(self) -> tuple[str, int]:
        assert self.session is not None  # noqa: S101 - it was taken
        name, version = self.session.execute(SIGNED, {"whole": NOTE, "note": self._note}).one()
        return str(name), int(version)

    def renew(self, where: str) -> None:
        """Ask the session whether it lives, and take the lock anew where it went with it. It is lost for good where
        another process has it now, or had it since."""
        if self._lost is not None:
            raise self._lost
        if self._signed is None or self._lives():
            return
        self._close()
        try:
            self.take(where)
        except StoreBusy as busy:
            raise self._give_up(where, str(busy).partition(" is using")[0] + " has taken it") from None
        assert self.session is not None  # noqa: S101 - it was taken
        with self.session.begin():
            found = self._signature()
        if found[1] != self._signed[1]:
            raise self._give_up(where, f"another version of quietfeed has brought it to schema {found[1]}")
        if found != self._signed:
            raise self._give_up(where, "another quietfeed has worked in it")

    def _give_up(self, where: str, why: str) -> StoreGone:
        self._close()
        self._lost = lost(where, why)
        return self._lost

    def _lives(self) -> bool:
        """Whether the session is the one that took the lock: SQLAlchemy would put another in place of a broken one."""
        if self.session is None or self.session.invalidated:
            return False
        driver: Any = self.session.connection.dbapi_connection
        try:
            driver.autocommit = True  # for one question instead of three
            driver.execute("SELECT 1")
            driver.autocommit = False
        except driver.Error:
            return False
        return True

    def is_held(self) -> bool:
        """Whether the server knows of a holder."""
        with self.engine.connect() as connection:
            return bool(connection.execute(text(HOLDER), {"key": ADVISORY}).first())

    def holder(self) -> str:
        """As the server names them: with their machine, which may be another."""
        with self.engine.connect() as connection:
            held = connection.execute(text(HOLDER), {"key": ADVISORY}).first()
            return self._holder(connection, ADVISORY) if held else ""

    def release(self) -> None:
        """Free the lock, and close the session."""
        if self.session is not None:
            _end(self.session)
            self.session = None
        self._signed = None

    def _close(self) -> None:
        if self.session is not None:
            _shut(self.session)
            self.session = None


def _end(session: Connection) -> None:
    """Free what a session holds, and close it. The server would free it then too, but a moment later, and whoever comes
    next would be refused. One that does not listen any more is not waited for."""
    if not session.invalidated:
        driver: Any = session.connection.dbapi_connection
        with suppress(driver.Error, OSError):
            driver.pgconn.send_query(FREE_ALL)
            select.select([driver.pgconn.socket], [], [], FREED_WITHIN)
    _shut(session)


def _shut(session: Connection) -> None:
    """Close a session without a last word: nobody may be listening."""
    with suppress(SQLAlchemyError):
        session.invalidate()
        session.close()
