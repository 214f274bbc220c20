"""Whether a row of a table is one of ours: what its columns hold, and what lies packed in them."""

from collections.abc import Callable, Mapping
from types import SimpleNamespace
from typing import Any

from sqlalchemy import Connection, LargeBinary, Table, Text, select

from bot.model import Asked, Entry, Event, Trail
from bot.signals.rows import Rows
from bot.store import months as by_month
from bot.store.codec import text_of, unpacked, unsqueezed
from bot.store.everything import RECORDS
from bot.store.schema import audited, authors, dealings, ledger, months, own_feeds, posts, trails


def decodes(table: Table, row: Mapping[str, Any], known: Mapping[int, str]) -> bool:
    """Whether a row is one of ours; a post only where its author is `known`, see `authors_in`."""
    try:
        if not _fits(table, row):
            return False
        beside = {"account_id": known[row["author"]]} if table is posts else {}
        DECODERS[table](SimpleNamespace(**row, **beside))
    except (ValueError, TypeError, KeyError, AttributeError, IndexError, OverflowError):
        return False
    return True


def _fits(table: Table, row: Mapping[str, Any]) -> bool:
    """Whether each column holds what it should."""
    for column in table.columns:
        value = row.get(column.name)
        kind = str if isinstance(column.type, Text) else bytes if isinstance(column.type, LargeBinary) else int
        if not (isinstance(value, kind) or (value is None and column.nullable)):
            return False
    return True


def authors_in(connection: Connection) -> dict[int, str]:
    """The id of every author, by its number."""
    return {author.id: author.account_id for author in connection.execute(select(authors))}


def _entry(row: Any) -> None:
    if unpacked(Entry, row.payload).event is not Event(row.event):
        raise ValueError("another event than the entry's own")


def _month(row: Any) -> None:
    by_month.unsqueezed(row.payload)


def _trail(row: Any) -> None:
    Trail(row.trail)
    RECORDS["trails"][1](row)


def _dealing(row: Any) -> None:
    Asked(row.asked)
    RECORDS["dealings"][1](row)


DECODERS: Mapping[Table, Callable[[Any], object]] = {
    **dict(RECORDS.values()),
    authors: lambda row: text_of(row.account_id),
    ledger: _entry,
    months: _month,
    trails: _trail,
    dealings: _dealing,
}
"""What reads a row of each table, and raises where it is none."""


def has_its_features(table: Table, row: Mapping[str, Any]) -> bool:
    """Whether what signals need of the row's posts is there, where it says so. Where it is not, it is made out again
    from the posts."""
    if table not in FEATURES or row.get("read_by") is None:
        return True
    return Rows.kept(row["features"], FEATURES[table](row["payload"])) is not None


FEATURES: Mapping[Table, Callable[[bytes], int]] = {
    own_feeds: lambda payload: len(unsqueezed(payload)["posts"]),
    audited: lambda payload: len(unsqueezed(payload)["posts"]),
    months: lambda payload: len(by_month.unsqueezed(payload).lines),
}
"""Tables in which it lies beside posts, and how many posts those are."""
