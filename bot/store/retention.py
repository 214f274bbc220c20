"""What is forgotten, and when: posts with the window, records later, an action in force never."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, and_, delete, exists, func, not_, or_, select, true

from bot.model import Event
from bot.store.codec import key, moment
from bot.store.database import Database
from bot.store.schema import accounts, feedback, ledger, own_feeds, posts, reports, sweeps

GOING_ON = (Event.PLANNED.value, Event.DONE.value, Event.LIFTING.value)
"""An action whose last entry is one of these still has to be finished, or taken back one day."""


class Retention(Database):
    """The part of the store that forgets."""

    def prune(self, profile: str | None, posts_before: datetime, records_before: datetime) -> int:
        """Forget posts and own feeds older than the one, ledger, sweeps and reports older than the other.

        None means every profile. Entries of actions that have not ended, the owner's feedback, cursors and notes are
        kept. Accounts go when nothing names them any more. Returns how many records were forgotten.
        """
        old, older = moment(posts_before), moment(records_before)
        day = records_before.date().isoformat()
        steps: tuple[tuple[Table, ColumnElement[bool]], ...] = (
            (posts, or_(posts.c.created_at < old, posts.c.seen_at < old)),
            (own_feeds, own_feeds.c.fetched_at < old),
            (ledger, and_(ledger.c.at < older, not_(_belongs_to_what_goes_on()), _has_a_newer(ledger))),
            (sweeps, and_(sweeps.c.started < older, _has_a_newer(sweeps))),
            (reports, reports.c.day < day),
            (accounts, and_(accounts.c.seen_at < older, *_unnamed())),
        )
        with self.writing() as connection:
            return sum(_forget(connection, table, profile, which) for table, which in steps)


def _forget(connection: Connection, table: Table, profile: str | None, which: ColumnElement[bool]) -> int:
    of = true() if profile is None else table.c.profile == key(profile)
    return int(connection.execute(delete(table).where(of, which)).rowcount)


def _has_a_newer(table: Table) -> ColumnElement[bool]:
    """Whether it is not the last one of all: SQLite would give its number again, and reports go on by numbers."""
    return table.c.id < select(func.max(table.c.id)).scalar_subquery()


def _belongs_to_what_goes_on() -> ColumnElement[bool]:
    """Whether an entry is one of an action that has not ended."""
    return and_(ledger.c.action_id != "", ledger.c.action_id.in_(_going_on()))


def _going_on() -> Any:
    """Ids of the actions whose last entry is no end."""
    last = (
        select(func.max(ledger.c.id))
        .where(ledger.c.action_id != "", ledger.c.event != Event.JUDGED.value)
        .group_by(ledger.c.profile, ledger.c.action_id)
    )
    entry = ledger.alias("last_entry")
    return select(entry.c.action_id).where(entry.c.id.in_(last), entry.c.event.in_(GOING_ON))


def _unnamed() -> list[ColumnElement[bool]]:
    """No post, own feed, entry or feedback names the account."""
    naming = ((posts, "author"), (own_feeds, "account_id"), (ledger, "account_id"), (feedback, "account_id"))
    return [
        not_(exists().where(table.c.profile == accounts.c.profile, table.c[column] == accounts.c.id))
        for table, column in naming
    ]
