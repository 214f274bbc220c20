"""An account's own feed on Bluesky, and the account behind a handle."""

from datetime import datetime

from bot.errors import UserError
from bot.model import Account, Post
from bot.platforms.base import AccountGone, Feed, Unreachable
from bot.platforms.bluesky.faults import Refused
from bot.platforms.bluesky.json import Unreadable
from bot.platforms.bluesky.posts import Item, account, item
from bot.platforms.bluesky.standing import profiles
from bot.platforms.bluesky.xrpc import Xrpc, paged

MOST_PAGES = 50


def posts_by(xrpc: Xrpc, who: Account, since: datetime, limit: int) -> Feed:
    """The account's feed with replies and reposts, newest first. Raises AccountGone where it cannot be read."""
    raw = profiles(xrpc, [who.id]).get(who.id)
    if raw is None:
        raise AccountGone(f"{who.handle}: deleted, deactivated or suspended")
    profile = account(raw)
    posts: dict[str, Post] = {}
    unreadable = 0
    pages = paged(xrpc, "app.bsky.feed.getAuthorFeed", "feed", MOST_PAGES, actor=who.id, filter="posts_with_replies")
    try:
        for page in pages:
            items, broken = _items(page)
            unreadable += broken
            posts |= {i.post.id: i.post for i in items if i.post.author == who.id and i.post.created_at >= since}
            dated = [i.post.created_at for i in items if not i.pinned]
            if len(posts) > limit or (dated and max(dated) < since):
                break
    except Refused as fault:
        if fault.gone():
            raise AccountGone(f"{who.handle}: {fault.fault.message or fault.fault.name}") from None
        raise
    newest = sorted(posts.values(), key=lambda post: post.created_at, reverse=True)
    return Feed(profile, tuple(newest[:limit]), unreadable, truncated=len(newest) > limit)


def _items(page: list[object]) -> tuple[list[Item], int]:
    """The items that can be read, and how many cannot."""
    items, unreadable = [], 0
    for raw in page:
        try:
            items.append(item(raw))
        except Unreadable:
            unreadable += 1
    return items, unreadable


def find(xrpc: Xrpc, handle: str) -> Account:
    """The account of a handle or DID. Raises UserError where there is none."""
    name = handle.strip().removeprefix("https://bsky.app/profile/").removeprefix("@").strip("/")
    if not name.startswith("did:") and "." not in name:
        raise UserError(f"{handle}: a Bluesky handle is a whole name such as {name or 'name'}.bsky.social")
    try:
        return account(xrpc.get("app.bsky.actor.getProfile", actor=name))
    except Refused as fault:
        raise UserError(f"{handle}: no such account on Bluesky ({fault.fault.message or fault.fault.name})") from None
    except Unreadable as fault:
        raise Unreachable(f"{handle}: the server's profile cannot be read: {fault}") from None
