"""One daemon, one store: the lock that a second process runs into. Or many workers, each with one profile at a time."""

import fcntl
import os
import socket
import time
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Protocol

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import SQLAlchemyError

from bot.files import private_file
from bot.store.faults import StoreBusy, StoreError, StoreGone

ADVISORY = 0x71756965_74666565
"""The name of our lock among PostgreSQL's advisory locks: "quietfee" in ASCII, a positive 64-bit number."""
ALONE, SHARED = "SELECT pg_try_advisory_lock(:key)", "SELECT pg_try_advisory_lock_shared(:key)"
HOLDER = (
    "SELECT application_name FROM pg_locks JOIN pg_stat_activity USING (pid) WHERE locktype = 'advisory' "
    "AND granted AND ((classid::bigint << 32) | objid::bigint) = :key LIMIT 1"
)
MOMENT = 0.05
"""Seconds."""


class Lock(Protocol):
    """Held from `take` until `release` or the end of the process, however it ends."""

    def take(self, where: str) -> None:
        """Take it at once, or raise StoreError that names the holder."""

    def renew(self, where: str) -> None:
        """Make sure that it is still held, as a server may drop it. Cheap; raises StoreError where it is lost."""

    def is_held(self) -> bool:
        """Whether a process holds it, this one or another."""

    def release(self) -> None:
        """Give it back; twice is once."""


def key_of(profile: str) -> int:
    """The name of a profile's lock: a positive 63-bit number."""
    return int.from_bytes(sha256(f"quietfeed {profile}".encode()).digest()[:8]) >> 1


def _busy(where: str, holder: str) -> StoreError:
    return StoreBusy(
        f"another quietfeed ({holder}) is using the store {where}. Stop it, or give this one a store of its own."
    )


def gone(where: str) -> StoreGone:
    """What is said where the files are not those any more that this process opened."""
    return StoreGone(
        f"the store {where} was moved, removed or replaced while quietfeed was at work in it. Nothing more is written "
        "or done. Put it back if that was a mistake, and start quietfeed again."
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
            holder = os.pread(file, 32, 0).decode("ascii", "replace").strip()
            os.close(file)
            raise _busy(where, f"pid {holder or 'unknown'}") from error
        except OSError:  # a file system without locks
            os.close(file)
            raise
        os.ftruncate(file, 0)
        os.pwrite(file, f"{os.getpid()}\n".encode("ascii"), 0)
        self._file = file

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

    def release(self) -> None:
        """Close the file, which frees the lock."""
        if self._file is not None:
            os.close(self._file)
            self._file = None


def application_name() -> str:
    """What PostgreSQL shows of our connections; tells a second process who holds the lock."""
    return f"quietfeed pid {os.getpid()} on {socket.gethostname()}"[:63]


class AdvisoryLock:
    """A session-level advisory lock, on a connection that does nothing else.

    It needs a session of its own: a pooler in transaction mode (PgBouncer) between us and the server breaks it.
    For one `profile`, the lock of the store is shared with whoever works for another one.
    """

    def __init__(self, engine: Engine, profile: str = "") -> None:
        self.engine = engine
        self._wanted = {ADVISORY: SHARED, key_of(profile): ALONE} if profile else {ADVISORY: ALONE}
        self._connection: Connection | None = None

    def take(self, where: str) -> None:
        """Take it; the server frees it when the connection ends."""
        connection = self.engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        connection.detach()  # so that closing really closes, and the pool never hands it out
        try:
            taken = {key: connection.execute(text(ask), {"key": key}).scalar() for key, ask in self._wanted.items()}
            holders = [self._holder(connection, key) for key, is_taken in taken.items() if not is_taken]
        except SQLAlchemyError:
            connection.close()
            raise
        if holders:
            connection.close()
            raise _busy(where, holders[0])
        self._connection = connection

    def _holder(self, connection: Connection, key: int) -> str:
        name = connection.execute(text(HOLDER), {"key": key}).scalar()
        return str(name).removeprefix("quietfeed ") if name else "not visible to us"

    def renew(self, where: str) -> None:
        """Ask the connection whether it lives; take the lock anew where the server was restarted meanwhile."""
        if self._connection is None:
            return
        try:
            self._connection.execute(text("SELECT 1"))
        except SQLAlchemyError:
            self.release()
            self.take(where)

    def is_held(self) -> bool:
        """Whether the server knows of a holder."""
        with self.engine.connect() as connection:
            return bool(connection.execute(text(HOLDER), {"key": ADVISORY}).first())

    def release(self) -> None:
        """Close the connection, which frees the lock."""
        if self._connection is not None:
            with suppress(SQLAlchemyError):
                self._connection.close()
            self._connection = None
