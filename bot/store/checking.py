"""The store looked through: its file, every record in it, and what of it tells of other records."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, func, select, text

from bot.store.codec import loaded
from bot.store.copying import TABLES, Told, as_it_stands
from bot.store.database import Database
from bot.store.decoding import DECODERS, authors_in, decodes, has_its_features
from bot.store.schema import days, ledger, notes, posts, sweeps

ROWS = 500
MOST = 5
"""So many faults of a file are named."""
DAY_OF = "(created_at - CASE WHEN created_at < 0 THEN 86399999999 ELSE 0 END) / 86400000000"
MISCOUNTED = (
    f"SELECT count(*) FROM (SELECT profile, author, {DAY_OF} AS day, count(*) AS posts FROM posts "  # noqa: S608
    "GROUP BY 1, 2, 3 EXCEPT SELECT profile, author, day, posts FROM days) AS missing"
)
"""Days on which other posts lie than are counted."""


@dataclass(frozen=True, slots=True)
class Looked:
    """What was found in a store."""

    file: tuple[str, ...]
    """What the database itself says against its file; none where all is well, and of a server."""
    rows: Mapping[str, int]
    """By table, how many records it has."""
    unreadable: Mapping[str, int]
    """By table, how many of them cannot be decoded."""
    features_lost: int
    """Records of which what signals need has to be made out again."""
    references: tuple[str, ...]
    """Records that speak of what is not there, or otherwise than it is, each kind in a sentence."""


def look_through(store: Database, told: Told) -> Looked:
    """Look through all of a store, as it is at one moment; it may be in use. Raises StoreError where the database
    cannot go on."""
    with as_it_stands(store) as connection:
        file = _integrity(connection) if store.is_sqlite else ()
        rows, unreadable, featureless = Counter[str](), Counter[str](), 0
        known = authors_in(connection)
        for table in TABLES:
            total = connection.execute(select(func.count()).select_from(table)).scalar_one()
            for row in connection.execute(select(table).execution_options(yield_per=ROWS)):
                values = row._asdict()
                rows[table.name] += 1
                if table in DECODERS and not decodes(table, values, known):
                    unreadable[table.name] += 1
                else:
                    featureless += not has_its_features(table, values)
                if rows[table.name] % ROWS == 0:
                    told(f"reading {table.name}", rows[table.name], total)
        return Looked(file, rows, unreadable, featureless, () if unreadable else tuple(_references(connection)))


def _integrity(connection: Connection) -> tuple[str, ...]:
    found = connection.execute(text(f"PRAGMA integrity_check({MOST})")).scalars()
    return tuple(str(line) for line in found if line != "ok")


def _references(connection: Connection) -> list[str]:
    """What speaks of something else, held against it."""
    said = []
    counted = connection.execute(select(func.coalesce(func.sum(days.c.posts), 0))).scalar_one()
    there = connection.execute(select(func.count()).select_from(posts)).scalar_one()
    if connection.execute(text(MISCOUNTED)).scalar_one() or counted != there:
        said.append(f"{there:,} posts are there, and {counted:,} are counted on their days")
    last_sweep, last_entry = (connection.execute(select(func.max(t.c.id))).scalar() or 0 for t in (sweeps, ledger))
    marks = connection.execute(select(notes.c.value).where(notes.c.key.like("told:%"))).scalars()
    if any(mark and (loaded(mark)["sweep"] > last_sweep or loaded(mark)["entry"] > last_entry) for mark in marks):
        said.append("a report tells of sweeps, or lines of the ledger, that are not there")
    return said
