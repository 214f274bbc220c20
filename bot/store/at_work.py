"""Work for one profile at a time in a store that many processes share, as the workers of a fleet do."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy import func, select

from bot.store.codec import text_of, time_of
from bot.store.database import Database
from bot.store.faults import StoreError
from bot.store.lock import AdvisoryLock
from bot.store.schema import sweeps


class AtWork(Database):
    """The part of the store by which workers keep out of each other's way."""

    @contextmanager
    def working_for(self, profile: str) -> Iterator[None]:
        """Within it this process alone works for the profile, beside those that work for others; a daemon, which has
        the whole store, keeps all of them out. One profile at a time for each open store.

        Raises StoreBusy where another is at it, StoreNewer where a newer quietfeed brought the tables up to date,
        StoreError on SQLite.
        """
        if self.is_sqlite:
            raise StoreError(f"the store {self.url} is a file, for one process: many workers need PostgreSQL")
        with self._faults_explained():
            lock = AdvisoryLock(self._engine, profile)
            lock.take(self.url)
        self._lock = lock
        try:
            self._version()
            with self._faults_explained():
                lock.sign()
            yield
        finally:
            self._release_lock()

    def last_sweeps(self) -> dict[str, datetime]:
        """When the last sweep of each profile began."""
        query = select(sweeps.c.profile, func.max(sweeps.c.started)).group_by(sweeps.c.profile)
        with self.reading() as connection:
            return {text_of(profile): time_of(at) for profile, at in connection.execute(query)}
