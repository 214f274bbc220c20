"""Whether anything can be kept at this moment: asked without keeping anything, or tried."""

import os
import shutil

from sqlalchemy import delete, update

from bot.store.database import Database
from bot.store.faults import StoreFull
from bot.store.schema import notes

LEAST_FREE = 10_000_000
"""Bytes that a disk must have left: a first sweep, with the log that SQLite writes before it, takes about as much."""

TRIED = 1_000_000
"""Bytes for which room is looked for by writing them: a daemon writes less at its start, be it for 100 profiles."""
ROOM = "room"
"""The note that holds them for a moment."""


class Writable(Database):
    """The part of the store that tells whether it can be written."""

    def check_writable(self) -> None:
        """Raise StoreError where nothing could be kept: the disk is full, the database read-only, or it does not
        answer. Where another process works in it, that one's sweeps tell the rest, and nobody is made to wait."""
        if self.is_sqlite:
            self._check_room()
        if self._lock is None and self.in_use():
            return
        with self.writing(keeps_snapshot=True) as connection:  # the transaction is real, and changes nothing
            connection.execute(update(notes).where(notes.c.key.is_(None)).values(value=""))

    def try_room(self) -> None:
        """Raise StoreFull where there is no room for what whoever starts writes at once: so much is written, and
        deleted again, since a disk that has some left may still let nobody have it. Not into a file that is damaged
        where it would be written: that would take away what can still be saved."""
        self.check("sqlite_schema", notes.name)
        with self.writing(keeps_snapshot=True) as connection:
            self.put(connection, notes, [{"key": ROOM, "value": os.urandom(TRIED // 2).hex()}])
        with self.writing(keeps_snapshot=True) as connection:
            connection.execute(delete(notes).where(notes.c.key == ROOM))

    def _check_room(self) -> None:
        with self._faults_explained():
            free = shutil.disk_usage(self.path.parent).free
        if free < LEAST_FREE:
            left = f"{free / 1e6:.1f} MB"
            raise StoreFull(f"the store {self.url}: the disk is full but for {left}. Free some space.")
