"""The timeline in numbers, for pictures: how each account posts, and how much there was when. One pass of SQL each."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select

from bot.model import MICROSECOND
from bot.store.codec import key, text_of, time_of
from bot.store.packing import Kind
from bot.store.post_rows import WITH_AUTHOR, in_window
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


def _tally(of: Mapping[Kind, int]) -> Tally:
    """How many there are of each kind, summed up."""
    own = {kind: many for kind, many in of.items() if not kind & (Kind.REPLY | Kind.REPOST)}
    linked = sum(many for kind, many in own.items() if kind & Kind.LINKED)
    replies = sum(many for kind, many in of.items() if kind & Kind.REPLY)
    return Tally(sum(of.values()), sum(own.values()), linked, replies)


class Tallies(Posts):
    """The part of the store that counts for pictures."""

    def tallies(self, profile: str, since: datetime, until: datetime) -> dict[str, Tally]:
        """What each account brought in since <= time <= until, by account id."""
        kinds = (
            select(posts.c.author, posts.c.kind, func.count().label("many"))
            .where(*in_window(profile, since, until))
            .group_by(posts.c.author, posts.c.kind)
            .subquery()
        )
        query = select(authors.c.account_id, kinds.c.kind, kinds.c.many).join(kinds, kinds.c.author == authors.c.id)
        found: dict[str, Counter[Kind]] = defaultdict(Counter)
        with self.reading() as connection:
            for author, kind, many in connection.execute(query):
                found[text_of(author)][Kind(kind)] += many
        return {author: _tally(of) for author, of in found.items()}

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
