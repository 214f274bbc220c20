"""What a sweep reads of the store again and again, read once: until somebody else writes."""

from collections.abc import Callable, Hashable
from threading import local
from typing import Any, TypeVar

from sqlalchemy import Connection

T = TypeVar("T")


class Snapshot:
    """One thread's connection to SQLite, and what was read through it.

    SQLite tells a connection whether any other one has written since, in this process or in another: its number
    `data_version` is another one then (sqlite.org/pragma.html#pragma_data_version). So nothing is told that is not as
    it stands, though nothing is read twice. What this connection writes itself has to be told to it.
    """

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self._known: dict[Hashable, Any] = {}
        self._version = self._version_now()

    def known(self, what: Hashable, read: Callable[[], T]) -> T:
        """What `read` reads, or has read before. The version is taken first: what is written while it is being read
        is read again next time."""
        version = self._version_now()
        if version != self._version:
            self.forget()
            self._version = version
        if what not in self._known:
            self._known[what] = read()
        found: T = self._known[what]
        return found

    def held(self, what: Hashable) -> Any | None:
        """What was read before, for whoever changes it in the store to change it here; None where nothing was."""
        return self._known.get(what)

    def forget(self) -> None:
        """Read everything again."""
        self._known.clear()

    def _version_now(self) -> int:
        driver: Any = self.connection.connection.driver_connection
        return int(driver.execute("PRAGMA data_version").fetchone()[0])


class Held(local):
    """The snapshot of each thread, where it has one."""

    snapshot: Snapshot | None = None
