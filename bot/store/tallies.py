"""The timeline in numbers, for pictures: how each account posts, and how much there was when. One pass of SQL each."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, case, func, not_, select

from bot.model import MICROSECOND, SELF
from bot.store.codec import key, text_of, time_of
from bot.store.posts import Posts, has_field, in_window
from bot.store.schema import posts

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


REPOST = has_field("repost_of", '"')
REPLY = and_(has_field("reply_to", '"'), not_(has_field("reply_to", f'"{SELF}"')), not_(REPOST))
OWN = and_(not_(REPOST), not_(REPLY))


class Tallies(Posts):
    """The part of the store that counts for pictures."""

    def tallies(self, profile: str, since: datetime, until: datetime) -> dict[str, Tally]:
        """What each account brought in since <= time <= until, by account id."""

        def many(which: ColumnElement[bool]) -> ColumnElement[int]:
            return func.sum(case((which, 1), else_=0))

        counted = (func.count(), many(OWN), many(and_(OWN, has_field("links", "["))), many(REPLY))
        query = select(posts.c.author, *counted).where(*in_window(profile, since, until)).group_by(posts.c.author)
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
            select(quarter, posts.c.author, func.count())
            .where(*in_window(profile, since, until))
            .group_by(quarter, posts.c.author)
        )
        with self.reading() as connection:
            for began, author, count in connection.execute(query):
                yield time_of(began * length), count, count if author in wanted else 0
