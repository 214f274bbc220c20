"""Accounts' own feeds as they were last fetched, so that a sweep asks only where it must, and as they were.

The last one is kept whole beside the months: it is read at every judging, and months hold what is gone as well.
"""

from collections import defaultdict
from datetime import datetime

from sqlalchemy import Connection, func, or_, select

from bot.model import moment
from bot.platforms.base import Feed
from bot.store import months as by_month
from bot.store.codec import built, key, squeezed, text_of, time_of, unsqueezed
from bot.store.months import Month, PastFeeds, month_of
from bot.store.posts import Posts
from bot.store.schema import months, own_feeds


class OwnFeeds(Posts):
    """The part of the store that keeps own feeds."""

    def save_own_feed(self, profile: str, feed: Feed, now: datetime) -> None:
        """Keep an own feed in place of the one before, what it tells of its account, and that it was so then."""
        row = {
            "profile": key(profile),
            "account_id": key(feed.account.id),
            "fetched_at": moment(now),
            "payload": squeezed(feed),
        }
        with self.writing(keeps_snapshot=True) as connection:
            self.put(connection, own_feeds, [row])
            self.meet(connection, profile, [feed.account], (), now)
            self._add_reading(connection, profile, feed, now)

    def _add_reading(self, connection: Connection, profile: str, feed: Feed, now: datetime) -> None:
        """Keep in the months what this reading showed; those are read that hold, or held until now, something of it."""
        of = (months.c.profile == key(profile), months.c.account_id == key(feed.account.id))
        touched = {month_of(now), *(month_of(post.created_at) for post in feed.posts)}
        query = select(months.c.month, months.c.payload).where(*of, or_(months.c.open > 0, months.c.month.in_(touched)))
        kept = {int(month): by_month.unsqueezed(payload) for month, payload in connection.execute(query)}
        last = connection.execute(select(func.max(months.c.reads)).where(*of)).scalar() or 0
        by_month.add(kept, feed, now, int(last) + 1)
        fixed = {"profile": key(profile), "account_id": key(feed.account.id), "at": moment(now)}
        self.put(connection, months, [{**fixed, **_row(number, month)} for number, month in kept.items()])

    def past_feeds(self, profile: str) -> dict[str, PastFeeds]:
        """Own feeds as they were at each reading that is remembered, by account id."""
        found: defaultdict[str, dict[int, Month]] = defaultdict(dict)
        query = select(months.c.account_id, months.c.month, months.c.payload).where(months.c.profile == key(profile))
        with self.reading() as connection:
            for account_id, month, payload in connection.execute(query):
                found[text_of(account_id)][int(month)] = by_month.unsqueezed(payload)
        return {account_id: PastFeeds(kept) for account_id, kept in found.items()}

    def own_feed(self, profile: str, account_id: str) -> tuple[Feed, datetime] | None:
        """The own feed as last fetched, and when that was."""
        query = select(own_feeds.c.payload, own_feeds.c.fetched_at).where(
            own_feeds.c.profile == key(profile), own_feeds.c.account_id == key(account_id)
        )
        with self.reading() as connection:
            row = connection.execute(query).first()
            return None if row is None else (built(Feed, unsqueezed(row[0])), time_of(row[1]))

    def own_feed_times(self, profile: str) -> dict[str, datetime]:
        """When each own feed was fetched, by account id."""
        query = select(own_feeds.c.account_id, own_feeds.c.fetched_at).where(own_feeds.c.profile == key(profile))
        with self.reading() as connection:
            return {text_of(account_id): time_of(at) for account_id, at in connection.execute(query)}


def _row(number: int, month: Month) -> dict[str, int | bytes]:
    return {"month": number, "reads": month.last_read, "open": month.open, "payload": month.squeezed()}
