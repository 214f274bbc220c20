"""What is forgotten, and when: posts with the window, records later, a living deed never."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, and_, delete, exists, func, not_, or_, select, true

from bot.model import Event
from bot.store.codec import key, moment
from bot.store.database import Database
from bot.store.schema import accounts, feedback, ledger, posts, proofs, reports, sweeps

LIVING = (Event.PLANNED.value, Event.DONE.value, Event.LIFTING.value)
"""A deed whose last entry is one of these still has to be finished, lifted or undone."""


class Retention(Database):
    """The part of the store that forgets."""

    def prune(self, profile: str | None, posts_before: datetime, records_before: datetime) -> int:
        """Forget posts and proofs older than the one, ledger, sweeps and reports older than the other.

        None means every profile. Entries of deeds that have not ended, the owner's feedback, cursors and notes are
        kept. Accounts go when nothing names them any more. Returns how many records were forgotten.
        """
        old, older = moment(posts_before), moment(records_before)
        day = records_before.date().isoformat()
        steps: tuple[tuple[Table, ColumnElement[bool]], ...] = (
            (posts, or_(posts.c.created_at < old, posts.c.seen_at < old)),
            (proofs, proofs.c.fetched_at < old),
            (ledger, and_(ledger.c.at < older, not_(and_(ledger.c.deed != "", ledger.c.deed.in_(_living()))))),
            (sweeps, sweeps.c.started < older),
            (reports, reports.c.day < day),
            (accounts, and_(accounts.c.seen_at < older, *_unnamed())),
        )
        with self.writing() as connection:
            return sum(_forget(connection, table, profile, which) for table, which in steps)


def _forget(connection: Connection, table: Table, profile: str | None, which: ColumnElement[bool]) -> int:
    of = true() if profile is None else table.c.profile == key(profile)
    return int(connection.execute(delete(table).where(of, which)).rowcount)


def _living() -> Any:
    """Ids of the deeds whose last entry is no end."""
    last = (
        select(func.max(ledger.c.id))
        .where(ledger.c.deed != "", ledger.c.event != Event.JUDGED.value)
        .group_by(ledger.c.profile, ledger.c.deed)
    )
    entry = ledger.alias("last_entry")
    return select(entry.c.deed).where(entry.c.id.in_(last), entry.c.event.in_(LIVING))


def _unnamed() -> list[ColumnElement[bool]]:
    """No post, proof, entry or feedback names the account."""
    naming = ((posts, "author"), (proofs, "account_id"), (ledger, "account_id"), (feedback, "account_id"))
    return [
        not_(exists().where(table.c.profile == accounts.c.profile, table.c[column] == accounts.c.id))
        for table, column in naming
    ]
