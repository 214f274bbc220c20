"""What the owner did, page by page: their own posts, what they favourited, and what they bookmarked.

Facts: docs.joinmastodon.org (methods accounts, favourites, bookmarks).
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.model import SELF, UNKNOWN, Asked, Doing, Post, Trail
from bot.platforms.base import TrailPage, Unreachable
from bot.platforms.mastodon.connection import Connection, Refused, ScopeMissing
from bot.platforms.mastodon.paging import Go, listed, onward_by_id
from bot.platforms.mastodon.posts import identity, identity_or_none, moment_or_none, statuses
from bot.platforms.mastodon.standing import unanswered
from bot.platforms.questions import Questions

LIMIT = 40
"""Items of a page, the most that the API gives."""
MANY = 20
"""So many items in a row whose posts stand in the order of their writing may be a list in that order, or the doings of
somebody who reads from old to new."""
PATHS: Mapping[Trail, str] = {Trail.FAVOURITES: "/api/v1/favourites", Trail.BOOKMARKS: "/api/v1/bookmarks"}


def page(connection: Connection, trail: Trail, cursor: str | None, owner: str) -> TrailPage:
    """One page of a trail of the account `owner`. A cursor holds the parameters that the Link header named, since the
    ids in it are often none of the items'. What is refused and a fault of the network are told as unread."""
    path = PATHS.get(trail, f"/api/v1/accounts/{owner}/statuses")
    found = TrailPage()

    def read() -> None:
        nonlocal found
        answer = connection.get(path, {"limit": str(LIMIT), **_parameters(cursor)})
        items = listed(answer, connection.host)
        go_on = answer.next or (onward_by_id(items, LIMIT) if trail is Trail.POSTS else {})
        onward = json.dumps(dict(go_on), sort_keys=True) if go_on else None
        cut = onward is None and len(items) >= LIMIT
        found = _own_posts(items, onward, cut) if trail is Trail.POSTS else _valued(items, trail, onward, cut)
        found = replace(found, by_post=found.by_post and _leads_by_post(go_on, items))

    questions = Questions((Refused, ScopeMissing, Unreachable), unanswered)
    questions.ask(trail.asked, read)
    return TrailPage(unread=questions.unread()) if questions.unread() else found


def _parameters(cursor: str | None) -> Go:
    """The parameters behind a cursor; one that is not ours leads to the newest page."""
    try:
        found = json.loads(cursor or "{}")
    except ValueError:
        return {}
    return {str(name): str(value) for name, value in found.items()} if isinstance(found, dict) else {}


def _leads_by_post(go_on: Go, items: Sequence[Any]) -> bool:
    """Whether the next page is named by a post of this one. Mastodon and GoToSocial name it by the favouriting."""
    ids = {identity_or_none(item) for item in items}
    return bool(ids.intersection(go_on.values()))


def _own_posts(items: Sequence[Any], onward: str | None, cut: bool) -> TrailPage:
    """Whom the owner answered and reposted. A pinned post may stand anywhere, and says nothing of how far back a page
    reaches."""
    reading = statuses(items, domain="")
    pinned = {str(raw.get("id")) for raw in items if isinstance(raw, Mapping) and raw.get("pinned") is True}
    doings = tuple(_doing(post, "" if post.id in pinned else post.id) for post in reading.posts)
    latest = max((post.created_at for post in reading.posts if post.id not in pinned), default=None)
    return TrailPage(doings, onward, latest, unreadable=reading.unreadable, cut=cut)


def _doing(post: Post, key: str) -> Doing:
    if post.repost_of:
        return Doing(key, Asked.REPOSTS, (post.repost_of,), post.created_at)
    if post.reply_to == UNKNOWN:  # whom it answers is not known any more; then it was one of those whom it mentions
        return Doing(key, Asked.ANSWERS, post.mentions, post.created_at)
    if not post.reply_to or post.reply_to == SELF:
        return Doing(key, at=post.created_at)
    return Doing(key, Asked.ANSWERS, (post.reply_to,), post.created_at)


def _valued(items: Sequence[Any], trail: Trail, onward: str | None, cut: bool) -> TrailPage:
    """Whose posts the owner favourited or bookmarked.

    The API gives no date of it, but an order: an item was valued after every older item's post was written, and after
    its own was. The latest of those on the page is the time given; of a post without a date, none. An item whose
    author cannot be read may be anybody's.
    """
    (asked,) = trail.asked
    doings: list[Doing] = []
    latest: datetime | None = None
    times: list[datetime] = []
    unreadable = 0
    for raw in reversed(items):
        try:
            author = identity(raw.get("account") if isinstance(raw, Mapping) else None)
        except ValueError:
            unreadable += 1
            continue
        written = moment_or_none(raw.get("created_at"))
        if written is not None:
            latest = written if latest is None else max(latest, written)
            times.append(written)
        doings.append(Doing(_key(raw), asked, (author,), latest if written else None))
    by_post = len(times) >= MANY and times == sorted(set(times))
    return TrailPage(tuple(reversed(doings)), onward, latest, False, by_post, unreadable, cut)


def _key(raw: Mapping[str, Any]) -> str:
    try:
        return identity(raw)
    except ValueError:
        return ""
