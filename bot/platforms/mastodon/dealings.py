"""Whom the owner dealt with lately: answered, reposted, favourited or bookmarked.

Facts: docs.joinmastodon.org (methods accounts, favourites, bookmarks).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

from bot.model import UNKNOWN, Asked, Post
from bot.platforms.mastodon.connection import Connection
from bot.platforms.mastodon.paging import Pages
from bot.platforms.mastodon.posts import identity, moment_or_none, statuses
from bot.platforms.questions import Questions, cut_short, in_part

LIMIT = 40
"""Items of a page, the most that the API gives."""
DEPTH = 40
"""Most pages that are read back of each: 1,600 items, eighteen a day over three months."""
OLD_PAGES = 3
"""So many pages in a row of posts older than what counts as lately end a walk through favourites or bookmarks, which
stand in the order of the owner's doing: an old post, or a page of them, may have been favourited yesterday."""

Dates = dict[str, datetime]


@dataclass(frozen=True)
class Dealings:
    """When the owner last did it, by account id, as far as it was read."""

    answered: Dates = field(default_factory=dict)
    favourited: Dates = field(default_factory=dict)
    bookmarked: Dates = field(default_factory=dict)
    reposted: Dates = field(default_factory=dict)


def dealings(connection: Connection, since: datetime, owner: str, domain: str, questions: Questions) -> Dealings:
    """Whom the account `owner` dealt with since then; what cannot be read is left to `questions`."""
    found = Dealings()
    own = (Asked.ANSWERS, Asked.REPOSTS)
    questions.ask(own, lambda: _own_posts(connection, owner, since, domain, found, questions))
    for asked, path, dates in (
        (Asked.FAVOURITES, "/api/v1/favourites", found.favourited),
        (Asked.BOOKMARKS, "/api/v1/bookmarks", found.bookmarked),
    ):
        walk = _Valued(asked, since, connection.clock.now())
        questions.ask([asked], partial(walk.read, connection, path, questions))
        dates.update(walk.dates())
    return found


def _own_posts(
    connection: Connection, owner: str, since: datetime, domain: str, found: Dealings, questions: Questions
) -> None:
    """Newest first wins. A pinned post may stand anywhere and says nothing of how far back a page reaches."""
    pages = Pages(connection, f"/api/v1/accounts/{owner}/statuses", LIMIT, DEPTH)
    reached: datetime | None = None
    unreadable = 0
    for page in pages:
        reading = statuses(page, domain)
        unreadable += reading.unreadable
        pinned = {str(raw.get("id")) for raw in page if isinstance(raw, Mapping) and raw.get("pinned") is True}
        for post in reading.posts:
            if post.created_at >= since:
                _note_dealing(post, found)
        reached = max((p.created_at for p in reading.posts if p.id not in pinned), default=reached)
        if reached is not None and reached < since:
            break
    else:
        if pages.cut:
            for asked in (Asked.ANSWERS, Asked.REPOSTS):
                questions.note(cut_short(asked, reached, connection.clock.now()))
    if unreadable:
        for asked in (Asked.ANSWERS, Asked.REPOSTS):
            questions.note(in_part(asked, unreadable))


def _note_dealing(post: Post, found: Dealings) -> None:
    if post.repost_of:
        _later(found.reposted, post.repost_of, post.created_at)
    elif post.reply_to:
        # Whom a reply answers may not be known any more; then it was one of those whom it mentions.
        for one in post.mentions if post.reply_to == UNKNOWN else (post.reply_to,):
            _later(found.answered, one, post.created_at)


def _later(dates: Dates, account: str, at: datetime) -> None:
    dates[account] = max(at, dates.get(account, at))


class _Valued:
    """A walk through what the owner favourited or bookmarked.

    The API gives no such date, but an order: an item was valued after every older post that follows it was written,
    and after it was written itself. The latest of those is the date given: the earliest at which it can have been.
    """

    def __init__(self, asked: Asked, since: datetime, now: datetime) -> None:
        self.asked, self.since, self.now = asked, since, now
        self.items: list[tuple[str, datetime | None]] = []
        self.unreadable = 0

    def read(self, connection: Connection, path: str, questions: Questions) -> None:
        """Take in page after page, back to `since`."""
        pages, old = Pages(connection, path, LIMIT, DEPTH), 0
        reached: datetime | None = None
        for page in pages:
            written = [at for at in map(self._take, page) if at]
            reached = max(written, default=reached)
            old = old + 1 if written and max(written) < self.since else 0
            if old == OLD_PAGES:
                break
        else:
            if pages.cut:
                questions.note(cut_short(self.asked, reached, self.now))
        if self.unreadable:
            questions.note(in_part(self.asked, self.unreadable))

    def _take(self, raw: Any) -> datetime | None:
        """Keep an item, and tell when its post was written. One whose author cannot be read may be anybody's."""
        try:
            author = identity(raw.get("account") if isinstance(raw, Mapping) else None)
        except ValueError:
            self.unreadable += 1
            return None
        written = moment_or_none(raw.get("created_at"))
        self.items.append((author, written))
        return written

    def dates(self) -> Dates:
        """When each author's posts were last valued, at the earliest; of an undated post, now."""
        dates: Dates = {}
        latest: datetime | None = None
        for author, written in reversed(self.items):
            if written is None:
                dates[author] = self.now
                continue
            latest = written if latest is None else max(latest, written)
            _later(dates, author, latest)
        return {author: date for author, date in dates.items() if date >= self.since}
