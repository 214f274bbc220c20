"""Accounts' own feeds as they were last fetched, so that a sweep asks only where it must, and as they were.

The last one is kept whole beside the months: it is read at every judging, and months hold what is gone as well.
"""

from collections import defaultdict
from datetime import datetime

from sqlalchemy import Connection, func, or_, select

from bot.model import Lexicon, moment
from bot.platforms.base import Feed
from bot.signals.features import fingerprint
from bot.signals.rows import Rows
from bot.store import months as by_month
from bot.store.codec import built, key, squeezed, text_of, time_of, unsqueezed
from bot.store.kept_feed import KeptFeed, kept_feed
from bot.store.months import Month, PastFeeds, month_of
from bot.store.posts import Posts
from bot.store.schema import months, own_feeds

AS_KEPT = (months.c.payload, months.c.features, months.c.read_by)
"""What a month is made of again."""


class OwnFeeds(Posts):
    """The part of the store that keeps own feeds."""

    def save_own_feed(self, profile: str, feed: Feed, now: datetime, lexicon: Lexicon) -> None:
        """Keep an own feed in place of the one before, what it tells of its account, and that it was so then. What
        signals need of posts, by these words, is worked out of those that are new and kept with them."""
        row = {
            "profile": key(profile),
            "account_id": key(feed.account.id),
            "fetched_at": moment(now),
            "payload": squeezed(feed),
            "read_by": fingerprint(lexicon),
        }
        with self.writing(keeps_snapshot=True) as connection:
            rows = self._add_reading(connection, profile, feed, now, lexicon)
            self.put(connection, own_feeds, [{**row, "features": rows.packed()}])
            self.meet(connection, profile, [feed.account], (), now)

    def _add_reading(self, connection: Connection, profile: str, feed: Feed, now: datetime, lexicon: Lexicon) -> Rows:
        """Keep in the months what this reading showed; those are read that hold, or held until now, something of it.
        Gives the rows of its posts."""
        of = (months.c.profile == key(profile), months.c.account_id == key(feed.account.id))
        touched = {month_of(now), *(month_of(post.created_at) for post in feed.posts)}
        query = select(months.c.month, *AS_KEPT).where(*of, or_(months.c.open > 0, months.c.month.in_(touched)))
        kept = {int(month): by_month.unsqueezed(*told) for month, *told in connection.execute(query)}
        last = connection.execute(select(func.max(months.c.reads)).where(*of)).scalar() or 0
        rows = by_month.add(kept, feed, now, int(last) + 1, lexicon)
        fixed = {"profile": key(profile), "account_id": key(feed.account.id), "at": moment(now)}
        self.put(connection, months, [{**fixed, **_row(number, month)} for number, month in kept.items()])
        return rows

    def past_feeds(self, profile: str) -> dict[str, PastFeeds]:
        """Own feeds as they were at each reading that is remembered, by account id."""
        found: defaultdict[str, dict[int, Month]] = defaultdict(dict)
        query = select(months.c.account_id, months.c.month, *AS_KEPT).where(months.c.profile == key(profile))
        with self.reading() as connection:
            for account_id, month, *told in connection.execute(query):
                found[text_of(account_id)][int(month)] = by_month.unsqueezed(*told)
        return {account_id: PastFeeds(kept) for account_id, kept in found.items()}

    def own_feed(self, profile: str, account_id: str) -> KeptFeed | None:
        """The own feed as last fetched."""
        columns = (own_feeds.c.payload, own_feeds.c.fetched_at, own_feeds.c.features, own_feeds.c.read_by)
        query = select(*columns).where(own_feeds.c.profile == key(profile), own_feeds.c.account_id == key(account_id))
        with self.reading() as connection:
            row = connection.execute(query).first()
            if row is None:
                return None
            payload, fetched_at, rows, read_by = row
            return kept_feed(built(Feed, unsqueezed(payload)), time_of(fetched_at), rows, read_by)

    def own_feed_times(self, profile: str) -> dict[str, datetime]:
        """When each own feed was fetched, by account id."""
        query = select(own_feeds.c.account_id, own_feeds.c.fetched_at).where(own_feeds.c.profile == key(profile))
        with self.reading() as connection:
            return {text_of(account_id): time_of(at) for account_id, at in connection.execute(query)}


def _row(number: int, month: Month) -> dict[str, int | bytes | str]:
    return {
        "month": number,
        "reads": month.last_read,
        "open": month.open,
        "payload": month.squeezed(),
        "features": month.rows.packed(),
        "read_by": month.read_by,
    }
