"""What the timeline had shown by a time gone by, as far as its posts are kept: for quotas of a day, tried anew."""

from collections import defaultdict
from datetime import datetime

from sqlalchemy import func, select

from bot.model import Post, moment
from bot.store.codec import key, text_of, time_of
from bot.store.post_rows import POST, WITH_AUTHOR, brought_by, in_window, post_of
from bot.store.posts import DAY, Posts
from bot.store.schema import authors, days, posts


class Heard(Posts):
    """The part of the store that tells when posts were seen."""

    def loud(
        self, profile: str, since: datetime, until: datetime, more_than: int
    ) -> dict[str, list[tuple[datetime, datetime]]]:
        """The time of each item of since <= time <= until, and from when on it was there to be counted: not before it
        was seen. By account id, in order of time; of accounts that may have brought more than so many in one day."""
        # A day of the owner's touches two of UTC, so one of these holds more than half of it.
        whole = days.c.profile == key(profile), days.c.day >= moment(since) // DAY, days.c.day <= moment(until) // DAY
        loudest = select(days.c.author).where(*whole, days.c.posts * 2 > more_than).distinct()
        times = (
            select(authors.c.account_id, posts.c.created_at, posts.c.seen_at)
            .select_from(WITH_AUTHOR)
            .where(posts.c.author.in_(loudest), *in_window(profile, since, until))
        )
        there: defaultdict[str, list[tuple[datetime, datetime]]] = defaultdict(list)
        with self.reading() as connection:
            for author, created, seen in connection.execute(times):
                there[text_of(author)].append((time_of(created), time_of(max(created, seen))))
        return {author: sorted(times) for author, times in there.items()}

    def items_of(self, profile: str, author: str, since: datetime, until: datetime) -> list[tuple[datetime, Post]]:
        """What an account brought of since <= time <= until, newest first, each with when it was seen."""
        query = (
            select(posts.c.seen_at, *POST)
            .select_from(WITH_AUTHOR)
            .where(brought_by(profile, author), *in_window(profile, since, until))
            .order_by(posts.c.created_at.desc(), posts.c.id.desc())
        )
        with self.reading() as connection:
            return [(time_of(seen), post_of(*row)) for seen, *row in connection.execute(query)]

    def total_then(self, profile: str, since: datetime, until: datetime) -> int:
        """How many items of since <= time <= until the timeline had brought by the latter."""
        query = select(func.count()).where(*in_window(profile, since, until), posts.c.seen_at <= moment(until))
        with self.reading() as connection:
            return int(connection.execute(query).scalar_one())
