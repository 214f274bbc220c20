"""An account's own feed on Bluesky, and the account behind a handle."""

from collections.abc import Mapping
from datetime import datetime

from bot import handles
from bot.errors import UserError
from bot.model import Account, Post
from bot.platforms.base import AccountGone, Enough, Feed, Unreachable, never
from bot.platforms.bluesky.faults import Refused
from bot.platforms.bluesky.json import Unreadable
from bot.platforms.bluesky.posts import account, readable
from bot.platforms.bluesky.xrpc import Pages, Xrpc, listed

MOST_PAGES = 50


def posts_by(xrpc: Xrpc, who: Account, since: datetime, limit: int, enough: Enough = never) -> Feed:
    """The account's feed with replies and reposts, newest first; `truncated` wherever it ended before `since`.

    Raises AccountGone where the server says so itself.
    """
    profile = _profile(xrpc, who)
    posts: dict[str, Post] = {}
    unreadable, reached, stopped = 0, False, False
    pages = Pages(xrpc, "app.bsky.feed.getAuthorFeed", "feed", MOST_PAGES, actor=who.id, filter="posts_with_replies")
    try:
        for page in pages:
            items, broken = readable(page)
            unreadable += broken
            posts |= {i.post.id: i.post for i in items if i.post.author == who.id and i.post.created_at >= since}
            dated = [i.post.created_at for i in items if not i.pinned]
            reached = bool(dated) and max(dated) < since
            stopped = pages.goes_on and enough(_newest_first(posts))
            if len(posts) > limit or reached or stopped:
                break
    except Refused as fault:
        if fault.gone():
            raise AccountGone(f"{who.handle}: {fault.fault.message or fault.fault.name}") from None
        raise
    newest = _newest_first(posts)
    truncated = len(newest) > limit or ((pages.cut or stopped) and not reached)
    return Feed(profile, tuple(newest[:limit]), unreadable, truncated)


def _newest_first(posts: Mapping[str, Post]) -> list[Post]:
    return sorted(posts.values(), key=lambda post: post.created_at, reverse=True)


def _profile(xrpc: Xrpc, who: Account) -> Account:
    told = listed(xrpc.get("app.bsky.actor.getProfiles", actors=[who.id]), "profiles")
    if not told:
        raise AccountGone(f"{who.handle}: deleted, deactivated or suspended")
    try:
        return account(told[0])
    except Unreadable as fault:
        raise Unreachable(f"{who.handle}: the server's profile cannot be read: {fault}") from None


def find(xrpc: Xrpc, typed: str) -> Account:
    """The account of a handle in any spelling, or of a DID. Raises UserError where there is none."""
    name = handles.parsed(typed)
    if not handles.is_did(name) and ("." not in name or "@" in name):
        raise UserError(f"{typed}: a Bluesky handle is a whole name such as {name.split('@')[0]}.bsky.social")
    try:
        return account(xrpc.get("app.bsky.actor.getProfile", actor=handles.ascii_host(name)))
    except Refused as fault:
        why = fault.fault.message or fault.fault.name
        raise UserError(f"{typed}: no account of that name is known to your server ({why})") from None
    except Unreadable as fault:
        raise Unreachable(f"{typed}: the server's profile cannot be read: {fault}") from None
