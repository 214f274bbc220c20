"""The timeline in numbers, for pictures: how each account posts, and how much there was when. One pass of SQL each."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, case, func, not_, select

from bot.model import MICROSECOND
from bot.store.codec import key, text_of, time_of
from bot.store.packing import Kind
from bot.store.post_rows import WITH_AUTHOR, in_window, is_kind
from bot.store.posts import Posts
from bot.store.schema import authors, posts

QUARTER = timedelta(minutes=15)
"""Every time zone's days begin at one of these."""


@dataclass(frozen=True, slots=True)
class Tally:
    """What one account brought to the timeline."""

    items: int
    """Everything, reposts included."""
    own: int
    """Own posts; each part of a thread counts."""
    linked: int
    """Of these, those with a link."""
    replies: int
    """Replies to others."""


OWN = not_(is_kind(Kind.REPLY | Kind.REPOST))


class Tallies(Posts):
    """The part of the store that counts for pictures."""

    def tallies(self, profile: str, since: datetime, until: datetime) -> dict[str, Tally]:
        """What each account brought in since <= time <= until, by account id."""

        def many(which: ColumnElement[bool]) -> ColumnElement[int]:
            return func.sum(case((which, 1), else_=0))

        counted = (func.count(), many(OWN), many(and_(OWN, is_kind(Kind.LINKED))), many(is_kind(Kind.REPLY)))
        of_each = select(authors.c.account_id, *counted).select_from(WITH_AUTHOR).group_by(authors.c.id)
        query = of_each.where(*in_window(profile, since, until))
        with self.reading() as connection:
            return {text_of(row[0]): Tally(*map(int, row[1:])) for row in connection.execute(query)}

    def flow(
        self, profile: str, since: datetime, until: datetime, of: Collection[str]
    ) -> Iterator[tuple[datetime, int, int]]:
        """For each quarter of an hour that brought something: when it began, its items, and how many were by these
        accounts."""
        length = QUARTER // MICROSECOND
        quarter = posts.c.created_at.op("/")(length)
        wanted = {key(account) for account in of}
        query = (
            select(quarter, authors.c.account_id, func.count())
            .select_from(WITH_AUTHOR)
            .where(*in_window(profile, since, until))
            .group_by(quarter, authors.c.id)
        )
        with self.reading() as connection:
            for began, author, count in connection.execute(query):
                yield time_of(began * length), count, count if author in wanted else 0
