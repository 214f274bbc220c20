"""The rows of a damaged file of SQLite: through SQLite where it still reads a table whole, page by page where not.

Each row is decoded before it is taken, and is left out where it cannot be: one would break every sweep that meets it.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import Connection, Table, func, select, text
from sqlalchemy.dialects.sqlite import insert

from bot.store.decoding import authors_in, decodes
from bot.store.migrations import COUNT_DAYS, LATEST
from bot.store.pages import Cell, Pages
from bot.store.schema import (
    accounts,
    audited,
    authors,
    cursors,
    days,
    dealings,
    feedback,
    judgings,
    ledger,
    months,
    notes,
    own_feeds,
    posts,
    reports,
    sweeps,
    trails,
)

ORDER = (
    ledger,
    feedback,
    notes,
    accounts,
    dealings,
    trails,
    cursors,
    sweeps,
    reports,
    own_feeds,
    months,
    judgings,
    audited,
    authors,
    posts,
)
"""What can least be missed, first, and authors before their posts. `days` is counted from these."""
NUMBERED = (ledger, sweeps, judgings, own_feeds, months, reports, audited, authors, posts)
"""Tables whose rows lie by number, and not by their key."""
ROWS = 200

Values = Sequence[Any]


def connected(file: Path) -> sqlite3.Connection:
    """A connection that changes nothing, reads no log, and puts up with a file that was cut off."""
    connection = sqlite3.connect(f"file:{quote(str(file.absolute()))}?mode=ro&immutable=1", uri=True)
    connection.execute("PRAGMA writable_schema = ON").close()
    return connection


def is_sound(file: Path) -> bool:
    """Whether SQLite finds nothing wrong with a file in which a store is, and every record in it can be decoded."""
    try:
        with closing(connected(file)) as connection:
            if connection.execute("SELECT count(*) FROM schema_version").fetchone() != (1,):
                return False
            if connection.execute("PRAGMA integrity_check(1)").fetchone() != ("ok",):
                return False
            if connection.execute("SELECT version FROM schema_version").fetchone() != (LATEST,):
                return True  # what an earlier version wrote is decoded where it is brought up to date
            known = {row["id"]: row["account_id"] for row in _rows(connection, authors)}
            return all(decodes(table, row, known) for table in ORDER for row in _rows(connection, table))
    except (sqlite3.Error, UnicodeDecodeError):
        return False


def save(files: Sequence[Path], target: Connection) -> tuple[dict[str, int], set[str]]:
    """Take every row that any of the files still holds into a new store, the first file's before the others'; how many
    each table has then, and which of them could not be read whole."""
    broken = {table.name for table in ORDER if not any(_whole(file, table, target) for file in files)}
    lost = [table for table in ORDER if table.name in broken]
    for tables in ([table for table in lost if table is not posts], [table for table in lost if table is posts]):
        for file in files if tables else ():
            _take_by_page(file, tables, target)
    _forget_what_hides_a_loss(broken, target)
    target.execute(days.delete())
    target.execute(text(COUNT_DAYS))
    counts = {table.name: target.execute(select(func.count()).select_from(table)).scalar_one() for table in ORDER}
    return counts, broken


def _forget_what_hides_a_loss(broken: set[str], target: Connection) -> None:
    """What says how far something was read is of no use where what was read is lost: it is read again."""
    if posts.name in broken:
        target.execute(cursors.delete())
    if dealings.name in broken:
        target.execute(trails.delete())


def _whole(file: Path, table: Table, target: Connection) -> bool:
    """Take a table as SQLite reads it; whether that is all of it."""
    try:
        with closing(connected(file)) as connection:
            return _take(table, _rows(connection, table), target)
    except (sqlite3.Error, UnicodeDecodeError):
        return False


def _rows(connection: sqlite3.Connection, table: Table) -> Iterator[Mapping[str, Any]]:
    """The rows of a table as it lies, by no index. Raises sqlite3.Error where SQLite cannot go on or finds no table."""
    order = "rowid" if table in NUMBERED else ", ".join(column.name for column in table.primary_key)
    found = connection.execute(f"SELECT * FROM {table.name} ORDER BY {order}")  # noqa: S608  our own names
    names = [column[0] for column in found.description]
    return (dict(zip(names, row, strict=True)) for row in found)


def _take(table: Table, rows: Iterable[Mapping[str, Any]], target: Connection) -> bool:
    """Take the rows that can be decoded; whether all of them could."""
    all_of_it, found, writers = True, [], authors_in(target) if table is posts else {}
    known = {column.name: None for column in table.columns if column.nullable}
    for row in rows:
        if not decodes(table, row, writers):
            all_of_it = False
            continue
        found.append({**known, **{name: row[name] for name in row if name in table.c}})
        if len(found) == ROWS:
            _add(table, found, target)
            found = []
    _add(table, found, target)
    return all_of_it


def _add(table: Table, rows: Sequence[Mapping[str, Any]], target: Connection) -> None:
    if rows:
        target.execute(insert(table).on_conflict_do_nothing(), [dict(row) for row in rows])


def _take_by_page(file: Path, tables: Sequence[Table], target: Connection) -> None:
    """Take the rows of these tables from wherever they lie in a file."""
    waiting: dict[Table, list[Mapping[str, Any]]] = {table: [] for table in tables}
    writers = authors_in(target)
    for cell in Pages(file).cells():
        for table, row in _readings(cell, tables):
            if decodes(table, row, writers):
                waiting[table].append(row)
                if len(waiting[table]) == ROWS:
                    _take(table, waiting[table], target)
                    waiting[table] = []
                break
    for table, rows in waiting.items():
        _take(table, rows, target)


def _readings(cell: Cell, tables: Sequence[Table]) -> Iterator[tuple[Table, Mapping[str, Any]]]:
    """The tables that a row may be of, each with what it says then."""
    for table in tables:
        by_number = table in NUMBERED
        if by_number is not (cell.number is not None):
            continue
        names = [column.name for column in table.columns]
        least = sum(not column.nullable for column in table.columns)
        values = cell.values
        if not least <= len(values) <= len(names):
            continue
        row = dict(zip(names, values, strict=False))
        if "id" in row and by_number and row["id"] is None:
            row["id"] = cell.number
        if table in (notes, cursors) and bool({":", " "} & set(str(values[0]))) is not (table is notes):
            continue  # alike in all else: a cursor bears a profile's name alone, in which there is neither
        yield table, row
