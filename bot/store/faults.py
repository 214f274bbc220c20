"""What can go wrong with the store, told as where, what and the next step."""

import sqlite3
from collections.abc import Iterable

from sqlalchemy.exc import DBAPIError, SQLAlchemyError

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
REMEDIES = (
    ("is full", FULL),
    ("No space left", FULL),
    ("readonly", "it cannot be written. Check the owner and the permissions of the file and of its directory"),
    ("Read-only", "it cannot be written. Check the owner and the permissions of the file and of its directory"),
    ("Permission denied", "access is denied. Check the owner and the permissions of the file and of its directory"),
    ("not a database", f"this is no quietfeed store, or it is damaged; it was left as it is. {RECOVER}"),
    ("malformed", f"the file is damaged; it was left as it is. {RECOVER}"),
    ("is locked", "another program holds it. Close that program (a database browser, a backup) and try again"),
    ("unable to open", "it cannot be opened. Check that its directory exists and may be written"),
    ("Not a directory", "its directory is a file. Choose another place for the store"),
    ("already exists", "it holds tables that quietfeed did not make. Give quietfeed a database of its own"),
    ("password authentication", "the login was refused. Check the user and the password in DATABASE_URL"),
    ("could not translate host", "the host is not known. Check DATABASE_URL"),
    ("failed to resolve host", "the host is not known. Check DATABASE_URL"),
    ("connection", "the database does not answer. Check DATABASE_URL and that the server runs"),
    ("No locks available", "its file system has no locks. Put the store on a local disk"),
    ("disk I/O error", "the disk failed or is full. Check its health and its free space"),
)
"""What the databases say, and what the owner can do about it; the first that matches counts."""


class StoreError(Failure):
    """The store cannot be opened, read or written."""


class StoreGone(StoreError):
    """The store is not where it was any more: nothing may be done whose record would be lost."""


class StoreDamaged(StoreGone):
    """The store's file cannot be read any more, wholly or in part."""


def damaged(where: str, what: str) -> StoreDamaged:
    """What is said where a file cannot be read any more."""
    return StoreDamaged(f"the store {where}: {what}; it was left as it is. {RECOVER}.")


def explained(error: Exception, where: str, secrets: Iterable[str] = ()) -> StoreError:
    """The error as the owner should read it. Never shows the statement, which would hold posts, nor a secret."""
    cause = error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
    said = " ".join(str(cause).splitlines()[:1])
    for secret in secrets:
        said = said.replace(secret, "…")
    broken = isinstance(cause, sqlite3.DatabaseError) and any(needle in str(cause) for needle in DAMAGE)
    kind = StoreDamaged if broken else StoreError
    if getattr(cause, "sqlstate", None) == DISK_FULL:
        return StoreError(f"the store {where}: {FULL} ({said}).")
    for needle, remedy in REMEDIES:
        if needle in str(cause):
            return kind(f"the store {where}: {remedy} ({said}).")
    if isinstance(error, SQLAlchemyError | OSError):
        return StoreError(f"the store {where} failed: {said}. `quietfeed doctor` checks it.")
    return StoreError(f"the store {where} holds a record that cannot be read. `quietfeed store check` looks closer.")
