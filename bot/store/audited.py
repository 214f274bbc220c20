"""What an audit read of accounts, so that it goes on where it stopped; a sweep neither reads nor judges by it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select

from bot.model import Lexicon, moment
from bot.platforms.base import Feed
from bot.signals.features import fingerprint
from bot.signals.window import rows_of
from bot.store.codec import built, key, squeezed, text_of, time_of, unsqueezed
from bot.store.database import Database
from bot.store.kept_feed import KeptFeed, kept_feed
from bot.store.schema import audited


@dataclass(frozen=True, slots=True)
class AuditedFeed:
    """An account as an audit read it."""

    kept: KeptFeed
    gone: str = ""
    """Why it cannot be read any more; empty where it can."""


class Audited(Database):
    """The part of the store that keeps what an audit read."""

    def save_audited(self, profile: str, feed: Feed, now: datetime, lexicon: Lexicon, gone: str = "") -> None:
        """Keep an account as it was read, in place of what was read before."""
        row = {
            "profile": key(profile),
            "account_id": key(feed.account.id),
            "at": moment(now),
            "gone": key(gone),
            "payload": squeezed(feed),
            "features": rows_of(feed.posts, lexicon).packed(),
            "read_by": fingerprint(lexicon),
        }
        with self.writing(keeps_snapshot=True) as connection:
            self.put(connection, audited, [row])

    def audited(self, profile: str, account_id: str) -> AuditedFeed | None:
        """The account as it was last read."""
        columns = (audited.c.payload, audited.c.at, audited.c.features, audited.c.read_by, audited.c.gone)
        query = select(*columns).where(audited.c.profile == key(profile), audited.c.account_id == key(account_id))
        with self.reading() as connection:
            row = connection.execute(query).first()
            if row is None:
                return None
            payload, at, rows, read_by, gone = row
            return AuditedFeed(kept_feed(built(Feed, unsqueezed(payload)), time_of(at), rows, read_by), text_of(gone))

    def forget_audited(self, profile: str, before: datetime) -> None:
        """Forget what was read before that."""
        old = (audited.c.profile == key(profile), audited.c.at < moment(before))
        with self.writing(keeps_snapshot=True) as connection:
            connection.execute(delete(audited).where(*old))

    def audited_times(self, profile: str) -> dict[str, datetime]:
        """When each account was read, by its id."""
        query = select(audited.c.account_id, audited.c.at).where(audited.c.profile == key(profile))
        with self.reading() as connection:
            return {text_of(account_id): time_of(at) for account_id, at in connection.execute(query)}
