"""What was known each time that accounts were judged, so that other rules can be held against it."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import func, insert, select

from bot.model import Entry, Judging, moment
from bot.store.codec import built, key, squeezed, time_of, unpacked, unsqueezed
from bot.store.database import Database
from bot.store.schema import judgings, ledger

LATEST = 20
"""Judgings in which the number of the followed is looked for."""


class Judgings(Database):
    """The part of the store that a replay reads."""

    def record_judging(self, profile: str, judging: Judging) -> None:
        """Append what was known when these accounts were judged."""
        row = {"profile": key(profile), "at": moment(judging.at), "payload": squeezed(judging)}
        with self.writing(keeps_snapshot=True) as connection:
            connection.execute(insert(judgings), row)

    def judgings(self, profile: str, since: datetime | None = None) -> list[Judging]:
        """What was known at each judging since then, in the order in which they were made."""
        return list(self.each_judging(profile, since))

    def each_judging(self, profile: str, since: datetime | None = None) -> Iterator[Judging]:
        """The same, one after the other."""
        asked = [judgings.c.profile == key(profile)]
        asked += [judgings.c.at >= moment(since)] if since is not None else []
        with self.reading() as connection:
            found = connection.execute(select(judgings.c.payload).where(*asked).order_by(judgings.c.id)).scalars()
            for payload in found:
                yield built(Judging, unsqueezed(payload))

    def last_judged(self, profile: str) -> datetime | None:
        """When accounts were judged last; None before the first time."""
        newest = select(judgings.c.at).where(judgings.c.profile == key(profile)).order_by(judgings.c.id.desc()).limit(1)
        with self.reading() as connection:
            at = connection.execute(newest).scalar()
        return None if at is None else time_of(at)

    def last_followed(self, profile: str) -> int | None:
        """How many accounts the owner followed when that was last asked; None where the latest judgings do not tell."""
        query = select(judgings.c.payload).where(judgings.c.profile == key(profile)).order_by(judgings.c.id.desc())
        with self.reading() as connection:
            found = connection.execute(query.limit(LATEST)).scalars()
            told = (unsqueezed(payload).get("followed") for payload in found)
            return next((int(many) for many in told if many is not None), None)

    def last_entry(self) -> int:
        """Number of the ledger's last line, whosever it is; 0 where it is empty."""
        with self.reading() as connection:
            return int(connection.execute(select(func.max(ledger.c.id))).scalar() or 0)

    def numbered_entries(self, profile: str) -> list[tuple[int, Entry]]:
        """Every entry of a profile with its number, oldest first."""
        query = select(ledger.c.id, ledger.c.payload).where(ledger.c.profile == key(profile)).order_by(ledger.c.id)
        with self.reading() as connection:
            return [(int(number), unpacked(Entry, payload)) for number, payload in connection.execute(query)]
