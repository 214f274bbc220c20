"""Statements that every page of a timeline needs: put together once, since that takes longer than running them."""

import sqlite3
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, Dialect, Table
from sqlalchemy.exc import DBAPIError

Row = Mapping[str, Any]


class Statement:
    """One statement in a database's own words. Its parameters are what rows hold by name."""

    def __init__(self, clause: Any, dialect: Dialect, names: Iterable[str] | None) -> None:
        compiled = clause.compile(dialect=dialect, column_keys=None if names is None else list(names))
        self.sql = str(compiled)
        self._in_order = itemgetter(*compiled.positiontup) if compiled.positional else None

    def run(self, connection: Connection, rows: Sequence[Row]) -> None:
        """Run it with each of the rows."""
        connection.exec_driver_sql(self.sql, [self._in_order(row) if self._in_order else dict(row) for row in rows])

    def changing(self, connection: Connection, rows: Sequence[Row]) -> list[Row]:
        """Run it with each of the rows, on SQLite; those with which it changed something.

        By the driver itself, which tells of each row for nothing. One statement for all rows that returns what it
        changed, as PostgreSQL has it, keeps a journal of its own and takes three times as long.
        """
        assert self._in_order is not None  # noqa: S101 - SQLite's parameters stand in an order
        driver: Any = connection.connection.driver_connection
        try:
            cursor = driver.cursor()
            return [row for row in rows if cursor.execute(self.sql, self._in_order(row)).rowcount > 0]
        except sqlite3.Error as error:
            raise DBAPIError.instance(self.sql, None, error, sqlite3.Error) from error


class Statements:
    """Those of one database, by name, put together as they are first needed."""

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect
        self._known: dict[Hashable, Statement] = {}

    def get(self, name: Hashable, make: Callable[[], Any], names: Iterable[str] | None = None) -> Statement:
        """The statement of that name, which `make` gives; `names` are the columns that an INSERT fills."""
        if name not in self._known:
            self._known[name] = Statement(make(), self._dialect, names)
        return self._known[name]


def replacing(insert: Any, table: Table) -> Any:
    """An INSERT into the table that replaces the rest of a row whose primary key is there already."""
    keys = [column.name for column in table.primary_key]
    rest = {c.name: insert.excluded[c.name] for c in table.columns if c.name not in keys}
    return insert.on_conflict_do_update(index_elements=keys, set_=rest)
