"""Accounts' own feeds as they were last fetched, so that a sweep asks again only where it must."""

from datetime import datetime

from sqlalchemy import select

from bot.platforms.base import Feed
from bot.store.codec import built, key, moment, squeezed, text_of, time_of, unsqueezed
from bot.store.posts import Posts
from bot.store.schema import own_feeds


class OwnFeeds(Posts):
    """The part of the store that keeps own feeds."""

    def save_own_feed(self, profile: str, feed: Feed, now: datetime) -> None:
        """Keep an own feed in place of the one before, and what it tells of its account."""
        row = {
            "profile": key(profile),
            "account_id": key(feed.account.id),
            "fetched_at": moment(now),
            "payload": squeezed(feed),
        }
        with self.writing(keeps_snapshot=True) as connection:
            self.put(connection, own_feeds, [row])
            self.meet(connection, profile, [feed.account], (), now)

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
