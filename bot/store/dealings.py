"""Whom the owner dealt with, and how far the network's lists of it were read: remembered as it happens."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import Connection, case, delete, func, select, update

from bot.model import Asked, Dealing, Stretch, Trail, TrailState, moment
from bot.store.codec import batches, key, packed, text_of, time_of, unpacked
from bot.store.database import Database
from bot.store.schema import dealings, trails


class Dealings(Database):
    """The part of the store that remembers what the owner did: of each account the last time, not every post."""

    def trail(self, profile: str, trail: Trail) -> TrailState | None:
        """How far a trail was read; None before it was first looked at."""
        query = select(trails.c.payload).where(trails.c.profile == key(profile), trails.c.trail == trail.value)
        with self.reading() as connection:
            payload = connection.execute(query).scalar()
            return None if payload is None else unpacked(TrailState, payload)

    def remember_dealings(
        self, profile: str, trail: Trail, state: TrailState, found: Sequence[Dealing], stretch: Stretch
    ) -> None:
        """Keep what a page of a stretch told, and how far that one was read, in one transaction.

        Of an account that was met before the later time counts. On a trail without dates whatever stands above the
        page was done after what is on it: the same reading has dated it too early, and that is mended.
        """
        with self.writing(keeps_snapshot=True) as connection:
            self.put(connection, trails, [{"profile": key(profile), "trail": trail.value, "payload": packed(state)}])
            if not (stretch.dated or stretch.fresh) and stretch.reached is not None:
                above = update(dealings).where(
                    dealings.c.profile == key(profile),
                    dealings.c.asked.in_([asked.value for asked in trail.asked]),
                    dealings.c.walk == moment(stretch.walk),
                    dealings.c.at < moment(stretch.reached),
                )
                connection.execute(above.values(at=moment(stretch.reached)))
            self._add(connection, profile, found, stretch.walk)

    def _add(self, connection: Connection, profile: str, found: Sequence[Dealing], walk: datetime) -> None:
        latest: dict[tuple[str, str], int] = {}
        for one in found:
            place = key(one.account), one.asked.value
            latest[place] = max(moment(one.at), latest.get(place, moment(one.at)))
        fixed = {"profile": key(profile), "walk": moment(walk)}
        rows = [{"account_id": who, "asked": asked, "at": at, **fixed} for (who, asked), at in latest.items()]
        if not rows:
            return
        statement = self.upsert(dealings)
        later = statement.on_conflict_do_update(
            index_elements=[column.name for column in dealings.primary_key],
            set_={
                "at": case((dealings.c.at < statement.excluded.at, statement.excluded.at), else_=dealings.c.at),
                "walk": statement.excluded.walk,
            },
        )
        connection.execute(later, rows)

    def dealings(self, profile: str, account_ids: Iterable[str]) -> list[Dealing]:
        """What is remembered of these accounts."""
        found: list[Dealing] = []
        columns = dealings.c.asked, dealings.c.account_id, dealings.c.at
        with self.reading() as connection:
            for batch in batches(account_ids):
                query = select(*columns).where(dealings.c.profile == key(profile), dealings.c.account_id.in_(batch))
                rows = connection.execute(query)
                found += [Dealing(Asked(asked), text_of(who), time_of(at)) for asked, who, at in rows]
        return found

    def forget_dealings(self, profile: str, trail: Trail, before: datetime) -> None:
        """Forget what was done before that time."""
        old = (
            dealings.c.profile == key(profile),
            dealings.c.asked.in_([asked.value for asked in trail.asked]),
            dealings.c.at < moment(before),
        )
        with self.writing(keeps_snapshot=True) as connection:
            connection.execute(delete(dealings).where(*old))

    def count_dealings(self, profile: str) -> int:
        """How many are remembered."""
        query = select(func.count()).where(dealings.c.profile == key(profile))
        with self.reading() as connection:
            return int(connection.execute(query).scalar_one())
