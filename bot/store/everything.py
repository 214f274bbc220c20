"""All that the store has of one profile, record by record, for whoever wants to take it along."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any, TypeAlias

from sqlalchemy import Select, Table, or_, select

from bot.model import Account, Judging, Post, SweepRecord, TrailState
from bot.platforms.base import Feed
from bot.store import months as by_month
from bot.store.codec import built, key, loaded, text_of, time_of, unpacked, unsqueezed
from bot.store.database import Database
from bot.store.post_rows import WITH_AUTHOR, post_of
from bot.store.schema import (
    accounts,
    audited,
    authors,
    cursors,
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

ROWS = 200
"""So many are in memory at a time."""


@dataclass(frozen=True, slots=True)
class Kept:
    """One record: a word of ours where there is one for it, and what is kept beside it."""

    word: Any
    beside: Mapping[str, Any]


Row: TypeAlias = Any
"""As SQLAlchemy gives it."""


def _account(row: Row) -> Kept:
    first = time_of(row.first_seen) if row.first_seen is not None else None
    return Kept(unpacked(Account, row.payload), {"first_seen": first, "seen_at": time_of(row.seen_at)})


def _post(row: Row) -> Kept:
    """A post's row, with the id of its author as `account_id`."""
    post = post_of(row.account_id, row.id, row.created_at, row.payload)
    return Kept(post, {"seen_at": time_of(row.seen_at)})


def _own_feed(row: Row) -> Kept:
    return Kept(built(Feed, unsqueezed(row.payload)), {"fetched_at": time_of(row.fetched_at)})


def _audited(row: Row) -> Kept:
    return Kept(built(Feed, unsqueezed(row.payload)), {"fetched_at": time_of(row.at), "gone": text_of(row.gone)})


def _judging(row: Row) -> Kept:
    return Kept(built(Judging, unsqueezed(row.payload)), {})


def _word(row: Row) -> Kept:
    said = loaded(row.payload)
    account = built(Account, said["account"])
    return Kept(None, {"kind": row.kind, "at": time_of(row.at), "account": account, "why": said["why"]})


def _dealing(row: Row) -> Kept:
    return Kept(None, {"account_id": text_of(row.account_id), "did": row.asked, "at": time_of(row.at)})


def _sweep(row: Row) -> Kept:
    return Kept(unpacked(SweepRecord, row.payload), {})


def _report(row: Row) -> Kept:
    told = {"day": row.day, "at": time_of(row.at), "state": row.state, "where": text_of(row.place)}
    said = unsqueezed(row.payload)
    return Kept(None, told | said | {"data": json.loads(said["data"])})


def _trail(row: Row) -> Kept:
    return Kept(unpacked(TrailState, row.payload), {"trail": row.trail})


def _cursor(row: Row) -> Kept:
    return Kept(None, {"cursor": text_of(row.value)})


def _note(row: Row) -> Kept:
    return Kept(None, {"name": text_of(row.key), "value": text_of(row.value)})


RECORDS: Mapping[str, tuple[Table, Callable[[Row], Kept]]] = {
    "accounts": (accounts, _account),
    "posts": (posts, _post),
    "own_feeds": (own_feeds, _own_feed),
    "audited": (audited, _audited),
    "judgings": (judgings, _judging),
    "words": (feedback, _word),
    "dealings": (dealings, _dealing),
    "sweeps": (sweeps, _sweep),
    "reports": (reports, _report),
    "trails": (trails, _trail),
    "cursors": (cursors, _cursor),
    "notes": (notes, _note),
}
"""Which table each kind of record lies in. The ledger (`Ledger.each_entry`) and what own feeds showed before
(`past_posts`) are told by themselves."""


class Everything(Database):
    """The part of the store that gives all of it away."""

    def profiles(self) -> list[str]:
        """Every profile of which something is kept, be it in the config or not."""
        found: set[str] = set()
        with self.reading() as connection:
            for table in (accounts, ledger, sweeps, feedback):
                found |= set(connection.execute(select(table.c.profile).distinct()).scalars())
        return sorted(map(text_of, found))

    def each(self, kind: str, profile: str) -> Iterator[Kept]:
        """The records of a kind, one after the other, so that memory holds few of them."""
        table, tell = RECORDS[kind]
        query = _of(table, profile).order_by(*table.primary_key).execution_options(yield_per=ROWS)
        with self.reading() as connection:
            for row in connection.execute(query):
                yield _told(tell, row)

    def past_posts(self, profile: str) -> Iterator[Kept]:
        """Every version of a post that own feeds showed at any reading, with the times from and until which it did;
        one account is in memory at a time."""
        columns = (months.c.account_id, months.c.payload)
        query = select(*columns).where(months.c.profile == key(profile)).order_by(months.c.account_id, months.c.month)
        with self.reading() as connection:
            found = connection.execute(query.execution_options(yield_per=ROWS))
            for _, rows in groupby(found, key=lambda row: row.account_id):
                kept = [by_month.unsqueezed(row.payload) for row in rows]
                read_at = {read["n"]: time_of(read["at"]) for month in kept for read in month.reads}
                for month in kept:
                    yield from (
                        _version(line, span, read_at) for line, span in zip(month.lines, month.spans, strict=True)
                    )


def _version(post: str, span: Sequence[int], read_at: Mapping[int, datetime]) -> Kept:
    """A version of a post, with when the readings were that it came and went with; those forgotten are left out."""
    shown = [{"from": read_at.get(came)} for came in span[::2]]
    for turn, gone in zip(shown, span[1::2], strict=False):
        turn["until"] = read_at.get(gone)
    return Kept(unpacked(Post, post), {"shown": shown})


def _told(tell: Callable[[Row], Kept], row: Row) -> Kept:
    """The record; one that is damaged costs itself."""
    try:
        return tell(row)
    except (ValueError, TypeError, KeyError) as fault:
        return Kept(None, {"damaged": f"{type(fault).__name__}: {fault}"})


def _of(table: Table, profile: str) -> Select[Any]:
    """What is of a profile, posts with who brought them; of notes also those that are of none."""
    if table is posts:
        return select(posts, authors.c.account_id).select_from(WITH_AUTHOR).where(posts.c.profile == key(profile))
    if table is not notes:
        return select(table).where(table.c.profile == key(profile))
    return select(notes).where(
        or_(notes.c.key.endswith(f":{key(profile)}", autoescape=True), ~notes.c.key.contains(":"))
    )
