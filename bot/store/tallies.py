"""The timeline in numbers, for pictures: how each account posts, and how much there was when. One pass of SQL each."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from sqlalchemy import ColumnElement, and_, case, func, not_, select

from bot.model import MICROSECOND
from bot.store.codec import batches, key, text_of
from bot.store.packing import Kind
from bot.store.post_rows import between, in_window, is_kind
from bot.store.posts import Posts
from bot.store.schema import authors, posts


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
        ours = select(authors.c.id).where(authors.c.profile == key(profile))
        within = posts.c.author.in_(ours), between(since, until)
        of_each = select(posts.c.author, *(count.label(f"n{at}") for at, count in enumerate(counted)))
        found = of_each.where(*within).group_by(posts.c.author).subquery()  # by number, as the index has them
        by_id = select(authors.c.account_id, *list(found.c)[1:])
        query = by_id.join_from(found, authors, found.c.author == authors.c.id)
        with self.reading() as connection:
            return {text_of(row[0]): Tally(*map(int, row[1:])) for row in connection.execute(query)}

    def flow(self, profile: str, edges: Sequence[datetime], of: Collection[str]) -> list[tuple[int, int]]:
        """For each stretch from one of these times to just before the next: its items, and how many were by these
        accounts."""
        with self.reading() as connection:
            numbers = [self._numbers(connection, profile, map(text_of, some)).values() for some in batches(of)]

            def many(*which: ColumnElement[bool]) -> int:
                return int(connection.execute(select(func.count()).select_from(posts).where(*which)).scalar_one())

            return [
                (
                    many(*in_window(profile, since, until)),
                    sum(many(posts.c.author.in_(some), between(since, until)) for some in numbers),
                )
                for since, until in ((since, until - MICROSECOND) for since, until in pairwise(edges))
            ]
