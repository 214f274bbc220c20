"""An own feed as it was read, with what signals need of its posts."""

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from operator import ge, neg

from bot.model import Lexicon, Made, Post, moment
from bot.platforms.base import Feed
from bot.signals.features import fingerprint
from bot.signals.rows import Rows
from bot.signals.window import Window, columns_of, rows_of


@dataclass(frozen=True, slots=True)
class KeptFeed:
    """An account's own feed as it was at one reading."""

    feed: Feed
    at: datetime
    """When it was read."""
    times: "array[int]" = field(compare=False)
    """When each of its posts was posted, in microseconds since 1970."""
    columns: Callable[[Lexicon], Window] = field(compare=False)
    """Its posts in columns, as they are read by these words."""

    def parted(self, since: datetime) -> tuple[Made[Post], Made[Post]]:
        """The posts as `History` takes them: those of the window that begins after `since`, and the earlier ones."""
        begins, places, post = moment(since), range(len(self.times)), self.feed.posts.__getitem__
        if all(map(ge, self.times, self.times[1:])):
            end = bisect_left(self.times, -begins, key=neg)
            return Made(places[:end], post), Made(places[end:], post)
        inside, earlier = ([n for n in places if (self.times[n] > begins) is wanted] for wanted in (True, False))
        return Made(inside, post), Made(earlier, post)

    def window(self, since: datetime, lexicon: Lexicon) -> Window:
        """The posts after that time in columns, with the earlier ones behind them."""
        whole = self.columns(lexicon)
        first = bisect_right(whole.posts.at, moment(since), whole.first, whole.last)
        return Window(whole.posts, first, whole.last)


def kept_feed(feed: Feed, at: datetime, rows: bytes | None = None, read_by: str | None = None) -> KeptFeed:
    """A feed read at that time, and the rows of its posts as `Rows` packs them, where they were kept, with the
    fingerprint of the words that they were read by."""
    times = array("q", [moment(post.created_at) for post in feed.posts])

    def columns(lexicon: Lexicon) -> Window:
        """By what was kept. Where nothing was, or it is damaged, or other words are asked for by now, the posts are
        read anew."""
        kept = Rows.kept(rows, len(feed.posts)) if read_by == fingerprint(lexicon) else None
        return whole(kept if kept is not None else rows_of(feed.posts, lexicon), lexicon)

    return KeptFeed(feed, at, times, columns)


def whole(rows: Rows, lexicon: Lexicon) -> Window:
    """All of the posts whose rows these are, in columns."""
    return Window(columns_of(rows, lexicon), 0, len(rows))
