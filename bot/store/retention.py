"""What is forgotten, and when: posts with the window, records later, an action in force never."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, and_, delete, exists, func, not_, select

from bot.model import Event, moment
from bot.store.codec import key
from bot.store.posts import Posts
from bot.store.schema import (
    accounts,
    audited,
    authors,
    feedback,
    judgings,
    ledger,
    months,
    own_feeds,
    posts,
    reports,
    sweeps,
)

GOING_ON = (Event.PLANNED.value, Event.DONE.value, Event.LIFTING.value)
"""An action whose last entry is one of these still has to be finished, or taken back one day."""


class Retention(Posts):
    """The part of the store that forgets."""

    def prune(self, profile: str, posts_before: datetime, records_before: datetime, now: datetime) -> int:
        """Forget posts and own feeds older than the one; ledger, sweeps, reports, what own feeds showed before and what
        was known at judgings older than the other.

        Entries of actions that have not ended, the owner's feedback, cursors and notes are kept. Accounts go when
        nothing names them any more. Returns how many records were forgotten.
        """
        old, older = moment(posts_before), moment(records_before)
        day = records_before.date().isoformat()
        steps: tuple[tuple[Table, ColumnElement[bool]], ...] = (
            (own_feeds, own_feeds.c.fetched_at < old),
            (audited, audited.c.at < old),
            (ledger, and_(ledger.c.at < older, not_(_belongs_to_what_goes_on()), _has_a_newer(ledger))),
            (months, months.c.at < older),
            (judgings, judgings.c.at < older),
            (sweeps, and_(sweeps.c.started < older, _has_a_newer(sweeps))),
            (reports, reports.c.day < day),
            (accounts, and_(accounts.c.seen_at < older, *_unnamed())),
        )
        # A post dated ahead is forgotten when it was seen so long ago: it might say that it is of the year 2199.
        old_posts = (posts.c.created_at < old, and_(posts.c.created_at > moment(now), posts.c.seen_at < old))
        with self.writing() as connection:
            forgotten = sum(self.forget_posts(connection, profile, which) for which in old_posts)
            forget_silent(connection, profile)
            return forgotten + sum(forget_rows(connection, table, profile, which) for table, which in steps)

    def forget_posts(self, connection: Connection, profile: str, which: ColumnElement[bool]) -> int:
        """Forget these posts of the timeline, and count them no more on their days; how many they were."""
        gone = delete(posts).where(posts.c.profile == key(profile), which).returning(posts.c.author, posts.c.created_at)
        return self.count(connection, profile, connection.execute(gone).all(), -1)


def forget_silent(connection: Connection, profile: str) -> None:
    """Forget the authors of whom no post is left."""
    forget_rows(connection, authors, profile, not_(exists().where(posts.c.author == authors.c.id)))


def forget_rows(connection: Connection, table: Table, profile: str, which: ColumnElement[bool]) -> int:
    """Forget these rows of a profile; how many they were."""
    return int(connection.execute(delete(table).where(table.c.profile == key(profile), which)).rowcount)


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
    return [
        not_(exists().where(table.c.profile == accounts.c.profile, table.c.account_id == accounts.c.id))
        for table in (authors, own_feeds, ledger, feedback)
    ]
