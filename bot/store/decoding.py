"""Whether a row of a table is one of ours: what its columns hold, and what lies packed in them."""

from collections.abc import Callable, Mapping
from types import SimpleNamespace
from typing import Any

from sqlalchemy import LargeBinary, Table, Text

from bot.model import Asked, Entry, Event, Trail
from bot.signals.rows import Rows
from bot.store import months as by_month
from bot.store.codec import unpacked, unsqueezed
from bot.store.everything import RECORDS
from bot.store.schema import audited, dealings, ledger, months, own_feeds, trails


def decodes(table: Table, row: Mapping[str, Any]) -> bool:
    """Whether a row is one of ours."""
    try:
        if not _fits(table, row):
            return False
        DECODERS[table](SimpleNamespace(**row))
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
