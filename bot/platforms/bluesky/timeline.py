"""The walk back through Bluesky's home timeline, from now to what is known, and the cursor that remembers it.

The server pages backwards only, old cursors return nothing, and paging can end early. So the cursor kept between
sweeps is our own: the newest items seen, by key. A walk has closed once it meets enough of them again; several are
kept, so that a deleted post or an unfollowed account does not hide the place.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import blake2b
from typing import Any

from bot.platforms.base import Gap, Page
from bot.platforms.bluesky.json import Unreadable, time_of
from bot.platforms.bluesky.posts import Item, item
from bot.platforms.bluesky.xrpc import PAGE, Xrpc, listed

KEPT = PAGE
"""Keys remembered: a whole page, so that a quiet timeline is known at one look."""
OVERLAP = 10
"""Known items to meet before the walk has closed: a post may be indexed late and stand below newer ones."""
MOST_PAGES = 60
"""Most pages of one walk: 6,000 items; nobody's bot needs more at once. A first walk that has not met the end of what
the server gives by then says how far it came."""


@dataclass(frozen=True, slots=True)
class Known:
    """Where the last walk began: keys of the newest items, newest first, and the times that they span."""

    keys: tuple[str, ...]
    newest: datetime
    oldest: datetime

    def written(self) -> str:
        """As an opaque cursor."""
        return json.dumps([self.newest.isoformat(), self.oldest.isoformat(), *self.keys], separators=(",", ":"))

    @classmethod
    def read(cls, cursor: str | None) -> "Known | None":
        """From a cursor; None where there is none, or it is not one of ours (then the walk backfills)."""
        try:
            newest, oldest, *keys = json.loads(cursor or "null")
        except (ValueError, TypeError):
            return None
        times = time_of(newest), time_of(oldest)
        return cls(tuple(map(str, keys)), times[0], times[1]) if times[0] and times[1] else None


def key_of(post_id: str) -> str:
    """A short name for an item; a cursor of full URIs would be ten times as long."""
    return blake2b(post_id.encode(), digest_size=8).hexdigest()


@dataclass
class Walk:
    """What was met on the way back."""

    known: Known | None
    """None on a first walk, which goes back as far as the server gives."""
    seen: dict[str, datetime] = field(default_factory=dict)
    met: int = 0
    oldest: datetime | None = None
    page_newest: datetime | None = None

    def take(self, raw: list[Any]) -> Page:
        """The new items of a page; ones met before are left out, unreadable ones counted."""
        items, unreadable = [], 0
        for each in raw:
            try:
                items.append(item(each))
            except Unreadable:
                unreadable += 1
        times = [each.post.created_at for each in items if not each.pinned]
        self.page_newest = max(times, default=None)
        self.oldest = times[-1] if times else self.oldest
        new = [each for each in items if self._new(each)]
        accounts = {account.id: account for each in new for account in each.accounts}
        return Page(tuple(each.post for each in new), tuple(accounts.values()), None, unreadable)

    def _new(self, each: Item) -> bool:
        key = key_of(each.post.id)
        if key in self.seen:
            return False
        self.seen[key] = each.post.created_at
        known = self.known is not None and key in self.known.keys
        self.met += known
        return not known

    def closed(self) -> bool:
        """Whether the walk has come back to where the last one began."""
        if self.known is None:
            return False
        enough = self.met >= min(OVERLAP, len(self.known.keys))
        return enough or (self.page_newest is not None and self.page_newest < self.known.oldest)

    def cursor(self) -> str | None:
        """What the next walk must come back to; where nothing was met, what this one should have come back to."""
        newest = sorted(self.seen.items(), key=lambda entry: entry[1], reverse=True)[:KEPT]
        if not newest:
            return self.known.written() if self.known else None
        return Known(tuple(key for key, _ in newest), newest[0][1], newest[-1][1]).written()

    def gap(self, reason: str, *, whole: bool) -> Gap | None:
        """The stretch that was not read, if the walk did not come back to the newest item known; on a first walk, if
        the server gave more (not the `whole` of it was read)."""
        if self.known is None:
            return None if whole else Gap(f"the first look: {reason}", until=self.oldest)
        if self.met or (self.oldest is not None and self.oldest <= self.known.newest):
            return None
        return Gap(reason, since=self.known.newest, until=self.oldest)


def walk(xrpc: Xrpc, after: str | None) -> Iterator[Page]:
    """Pages of the timeline from now back to the cursor `after`; only the last carries a cursor, and the gap if any.

    One request where nothing is new. Without a cursor as far back as the server gives.
    """
    way = Walk(Known.read(after))
    cursor: str | None = None
    for number in range(1, MOST_PAGES + 1):
        answer = xrpc.get("app.bsky.feed.getTimeline", limit=PAGE, cursor=cursor)
        page = way.take(listed(answer, "feed"))
        following = answer.get("cursor")
        ended = not isinstance(following, str) or not following
        over = ended or following == cursor
        if not (way.closed() or over or number == MOST_PAGES):
            yield page
            cursor = following
            continue
        gap = way.gap(_why(way, over), whole=ended)
        yield Page(page.posts, page.accounts, way.cursor(), page.unreadable, gap)
        return


def _why(way: Walk, over: bool) -> str:
    """Why a walk ended where it should not."""
    if way.known is None:
        return "the server goes round" if over else f"what lies behind {MOST_PAGES} pages was not read"
    if over:
        return "the server's timeline ended before the last sweep's posts"
    return f"more than {MOST_PAGES} pages since the last sweep"
