"""The proofs: accounts' own feeds as they were last fetched, so that a sweep asks again only where it must."""

from datetime import datetime

from sqlalchemy import select

from bot.platforms.base import Feed
from bot.store.codec import built, key, moment, squeezed, text_of, time_of, unsqueezed
from bot.store.posts import Posts
from bot.store.schema import proofs


class Proofs(Posts):
    """The part of the store that keeps own feeds."""

    def save_proof(self, profile: str, feed: Feed, now: datetime) -> None:
        """Keep an own feed in place of the one before, and what it tells of its account."""
        row = {
            "profile": key(profile),
            "account_id": key(feed.account.id),
            "fetched_at": moment(now),
            "payload": squeezed(feed),
        }
        with self.writing() as connection:
            self.put(connection, proofs, [row])
            self.meet(connection, profile, [feed.account], (), now)

    def proof(self, profile: str, account_id: str) -> tuple[Feed, datetime] | None:
        """The own feed as last fetched, and when that was."""
        query = select(proofs.c.payload, proofs.c.fetched_at).where(
            proofs.c.profile == key(profile), proofs.c.account_id == key(account_id)
        )
        with self.reading() as connection:
            row = connection.execute(query).first()
            return None if row is None else (built(Feed, unsqueezed(row[0])), time_of(row[1]))

    def proof_times(self, profile: str) -> dict[str, datetime]:
        """When each own feed was fetched, by account id."""
        query = select(proofs.c.account_id, proofs.c.fetched_at).where(proofs.c.profile == key(profile))
        with self.reading() as connection:
            return {text_of(account_id): time_of(at) for account_id, at in connection.execute(query)}
