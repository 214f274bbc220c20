"""An own feed as it was read, with what signals need of its posts."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.model import Lexicon, Post, Posts, moment
from bot.platforms.base import Feed
from bot.signals.features import fingerprint
from bot.signals.rows import Rows
from bot.signals.window import rows_of


@dataclass(frozen=True, slots=True)
class KeptFeed:
    """An account's own feed as it was at one reading."""

    feed: Feed
    at: datetime
    """When it was read."""
    times: Sequence[int] = field(compare=False)
    """When each of its posts was posted, in microseconds since 1970."""
    rows: Callable[[Lexicon], Rows] = field(compare=False)
    """What signals need of its posts, oldest first, by these words."""

    def parted(self, since: datetime) -> tuple[Posts[int], Posts[int]]:
        """The posts as `History` takes them: those of the window that begins after `since`, and the earlier ones."""
        begins, posts = moment(since), self.feed.posts
        inside = [n for n, time in enumerate(self.times) if time > begins]
        earlier = [n for n, time in enumerate(self.times) if time <= begins]
        return Posts(inside, posts.__getitem__), Posts(earlier, posts.__getitem__)


def kept_feed(feed: Feed, at: datetime, rows: bytes | None = None, read_by: str | None = None) -> KeptFeed:
    """A feed read at that time, and the rows of its posts as `Rows` packs them, where they were kept, with the
    fingerprint of the words that they were read by."""
    times = [moment(post.created_at) for post in feed.posts]
    return KeptFeed(feed, at, times, lambda lexicon: _rows(feed.posts, lexicon, rows, read_by))


def _rows(posts: Sequence[Post], lexicon: Lexicon, kept: bytes | None, read_by: str | None) -> Rows:
    """The rows that were kept. Where none were, or they are damaged, or other words are asked for by now, the posts
    are read anew."""
    rows = Rows.kept(kept, len(posts)) if read_by == fingerprint(lexicon) else None
    return rows if rows is not None else rows_of(posts, lexicon)
