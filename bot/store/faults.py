"""What can go wrong with the store, told as where, what and the next step."""

import sqlite3
from collections.abc import Iterable

from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from bot import secrecy
from bot.errors import Failure

RECOVER = "`quietfeed store recover` saves what can be read, as `run` and `sweep` do by themselves"
DAMAGE = ("not a database", "disk image is malformed")
"""What SQLite says of a file that is damaged."""
FULL = (
    "the disk is full; nothing of the last step was saved, and nothing from before it is lost. Free some space: what "
    "runs goes on by itself then"
)
DISK_FULL = "53100"
"""What PostgreSQL calls it, whatever its language (postgresql.org/docs/current/errcodes-appendix.html)."""
NO_SHARED_MEMORY = "SQLITE_IOERR_SHMSIZE"
"""What SQLite calls it where there is no room for the file that its processes share, and says “disk I/O error”
(sqlite.org/rescode.html)."""
AWAY = "the database does not answer. Check DATABASE_URL and that the server runs"
PLACE = "Check the owner and the permissions of the file and of its directory"
CERTIFICATE = "its certificate cannot be trusted. Name the file of the authority that signed it in sslrootcert"
REMEDIES = (
    ("is full", FULL),
    ("No space left", FULL),
    ("readonly", f"it cannot be written. {PLACE}"),
    ("Read-only", f"it cannot be written. {PLACE}"),
    ("Permission denied", f"access is denied. {PLACE}"),
    ("not a database", f"this is no quietfeed store, or it is damaged; it was left as it is. {RECOVER}"),
    ("malformed", f"the file is damaged; it was left as it is. {RECOVER}"),
    ("is locked", "another program holds it. Close that program (a database browser, a backup) and try again"),
    ("unable to open", "it cannot be opened. Check that its directory exists and may be written"),
    ("Not a directory", "its directory is a file. Choose another place for the store"),
    ("File exists", "its directory is a file. Choose another place for the store"),
    ("already exists", "it holds tables that quietfeed did not make. Give quietfeed a database of its own"),
    ("password authentication", "the login was refused. Check the user and the password in DATABASE_URL"),
    ("no password supplied", "the login was refused. Write the password into DATABASE_URL: user:password@host"),
    ('FATAL:  role "', "the login was refused. Check the user in DATABASE_URL"),
    ('FATAL:  database "', "the server has no such database. Check the name at the end of DATABASE_URL, or make it"),
    ("no pg_hba.conf entry", "the server lets nobody in this way. Write sslmode=require into DATABASE_URL, or ask it"),
    ("does not support SSL", "the server speaks no TLS. Write sslmode=prefer into DATABASE_URL if the way is safe"),
    ("root certificate file", f"{CERTIFICATE}, or write sslrootcert=system where that is a public one"),
    ("certificate verify failed", f"{CERTIFICATE}, and see that it is not out of date"),
    ("signature failure", f"{CERTIFICATE}, as it is now"),
    ("does not match host name", "its certificate is for another host. Write the host into DATABASE_URL that it names"),
    ("permission denied for", "the login may not work in it. Make it the owner of the database, or grant it CREATE"),
    ("read-only transaction", "it takes no writes now: a standby, or the host has stopped them. Ask the host"),
    ("statement timeout", "the server gave a statement no more time, and nothing of it was saved. It is tried again"),
    ("lock timeout", "another program writes in it without an end. Close that program and try again"),
    ("could not translate host", "the host is not known. Check DATABASE_URL"),
    ("failed to resolve host", "the host is not known. Check DATABASE_URL"),
    ("too many clients", "the server has no connection left. Close what else is connected, or wait"),
    ("remaining connection slots", "the server has no connection left. Close what else is connected, or wait"),
    ("starting up", "the database starts just now. Wait a moment"),
    ("shutting down", "the database is being stopped. Wait until it runs again"),
    (
        "terminating connection",
        "the server ended the connection; nothing of the last step was saved. It is tried again",
    ),
    ("connection", AWAY),
    ("No locks available", "its file system has no locks. Put the store on a local disk"),
    ("disk I/O error", "the disk failed or is full. Check its health and its free space"),
)
"""What the databases say, and what the owner can do about it; the first that matches counts."""
PASSING = frozenset(
    {
        "could not translate host",
        "failed to resolve host",
        "too many clients",
        "remaining connection slots",
        "starting up",
        "shutting down",
        "terminating connection",
        "connection",
    }
)
"""What of that a server may say that will be there in a while."""


class StoreError(Failure):
    """The store cannot be opened, read or written."""


class StoreBusy(StoreError):
    """Another process works in it, or in a fleet for the profile, on a server: it may be one that a new one is to
    follow."""


class StoreNewer(StoreError):
    """Its tables are those of a newer quietfeed."""


class StoreGone(StoreError):
    """The store is not where it was any more, or another process's: nothing may be done whose record would be lost."""


class StoreAway(StoreError):
    """Its server does not answer now, and may in a while."""


class StoreFull(StoreError):
    """Its disk has no room now, and may in a while."""


class StoreDamaged(StoreGone):
    """The store's file cannot be read any more, wholly or in part."""


def damaged(where: str, what: str) -> StoreDamaged:
    """What is said where a file cannot be read any more."""
    return StoreDamaged(f"the store {where}: {what}; it was left as it is. {RECOVER}.")


def away(where: str) -> StoreAway:
    """What is said where the file is not there any more that this process has open."""
    return StoreAway(f"the store {where} was moved or removed. Put it back, or start again where it is now.")


def explained(error: Exception, where: str, secrets: Iterable[str] = ()) -> StoreError:
    """The error as the owner should read it. Never shows the statement, which would hold posts, nor a secret."""
    cause = error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
    said = " ".join(str(cause).splitlines()[:1])
    said = secrecy.without(said, *secrets)
    broken = isinstance(cause, sqlite3.DatabaseError) and any(needle in str(cause) for needle in DAMAGE)
    if getattr(cause, "sqlstate", "") == DISK_FULL or getattr(cause, "sqlite_errorname", "") == NO_SHARED_MEMORY:
        return StoreFull(f"the store {where}: {FULL} ({said}).")
    for needle, remedy in REMEDIES:
        if needle in str(cause):
            passing = StoreFull if remedy is FULL else StoreAway if needle in PASSING else StoreError
            return (StoreDamaged if broken else passing)(f"the store {where}: {remedy} ({said}).")
    if isinstance(error, SQLAlchemyError | OSError):
        return StoreError(f"the store {where} failed: {said}. `quietfeed doctor` checks it.")
    return StoreError(f"the store {where} holds a record that cannot be read. `quietfeed store check` looks closer.")
