"""What the owner did on Bluesky, page by page: their own posts, their likes, and their bookmarks."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from bot.model import SELF, UNKNOWN, Asked, Doing, Trail
from bot.platforms.base import TrailPage, Unreachable, Unsupported
from bot.platforms.bluesky.faults import Refused
from bot.platforms.bluesky.json import did_of, tid_time, time_of
from bot.platforms.bluesky.posts import Item, readable
from bot.platforms.bluesky.standing import inner, unanswered, viewer_of
from bot.platforms.bluesky.xrpc import PAGE, Xrpc, listed
from bot.platforms.questions import Questions

LISTS: Mapping[Trail, tuple[str, str]] = {
    Trail.POSTS: ("app.bsky.feed.getAuthorFeed", "feed"),
    Trail.FAVOURITES: ("app.bsky.feed.getActorLikes", "feed"),
    Trail.BOOKMARKS: ("app.bsky.bookmark.getBookmarks", "bookmarks"),
}
"""The method that tells each trail, and the field of its answer."""
Taken = tuple[str, str | None, datetime | None]
"""An item's key, whose post it concerns, and when it was made."""


def page(xrpc: Xrpc, trail: Trail, cursor: str | None, now: datetime) -> TrailPage:
    """One page of a trail. What is refused and a fault of the network are told as unread."""
    method, field = LISTS[trail]
    whose: dict[str, str] = {} if trail is Trail.BOOKMARKS else {"actor": xrpc.did}
    more = {"filter": "posts_with_replies"} if trail is Trail.POSTS else {}
    found = TrailPage()

    def read() -> None:
        nonlocal found
        answer = xrpc.get(method, limit=PAGE, cursor=cursor, **whose, **more)
        items, following = listed(answer, field), answer.get("cursor")
        onward = following if isinstance(following, str) and following else None
        found = _own_posts(items, onward) if trail is Trail.POSTS else _valued(items, trail, onward, now)

    questions = Questions((Unsupported, Refused, Unreachable), unanswered)
    questions.ask(trail.asked, read)
    return TrailPage(unread=questions.unread()) if questions.unread() else found


def _own_posts(raw: Iterable[Any], onward: str | None) -> TrailPage:
    """Whom the owner answered and reposted. A pinned post says nothing of how far back a page reaches."""
    items, unreadable = readable(raw)
    latest = max((each.post.created_at for each in items if not each.pinned), default=None)
    return TrailPage(tuple(map(_doing, items)), onward, latest, unreadable=unreadable)


def _doing(item: Item) -> Doing:
    post = item.post
    key = "" if item.pinned else post.id
    if post.repost_of:
        return Doing(key, Asked.REPOSTS, (post.repost_of,), post.created_at)
    if post.reply_to == UNKNOWN:  # whom it answers is not known; then it was one of those whom it mentions
        return Doing(key, Asked.ANSWERS, post.mentions, post.created_at)
    if not post.reply_to or post.reply_to == SELF:
        return Doing(key, at=post.created_at)
    return Doing(key, Asked.ANSWERS, (post.reply_to,), post.created_at)


def _valued(raw: Iterable[Any], trail: Trail, onward: str | None, now: datetime) -> TrailPage:
    """Whose posts the owner liked or bookmarked; one without an author may be anybody's."""
    take: Callable[[Any, datetime], Taken] = _liked if trail is Trail.FAVOURITES else _bookmarked
    taken = [take(each, now) for each in raw]
    doings = tuple(Doing(key, trail.asked[0], (author,), at) for key, author, at in taken if author is not None)
    latest = max((at for _, _, at in taken if at), default=None)
    return TrailPage(doings, onward, latest, unreadable=len(taken) - len(doings))


def _liked(raw: Any, now: datetime) -> Taken:
    """A like's time is its record's key, and the feed is ordered by it."""
    view = inner(raw, "post")
    like = viewer_of(view).get("like")
    at = tid_time(like, now) or time_of(view.get("indexedAt"))
    return str(like or view.get("uri") or ""), did_of(view.get("uri")), at


def _bookmarked(raw: Any, _now: datetime) -> Taken:
    at = raw.get("createdAt") if isinstance(raw, Mapping) else None
    uri = inner(raw, "subject").get("uri")
    return f"{uri} {at}", did_of(uri), time_of(at)
