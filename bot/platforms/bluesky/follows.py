"""Whom the owner follows and who followed the owner on Bluesky.

Facts: the lexicons app.bsky.graph.getFollows, app.bsky.notification.listNotifications and com.atproto.repo.listRecords.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from bot.model import Account
from bot.platforms.base import Follower
from bot.platforms.bluesky.json import Unreadable, time_of
from bot.platforms.bluesky.posts import account
from bot.platforms.bluesky.xrpc import Pages, Xrpc
from bot.platforms.followed import followed_since

MOST_PAGES = 200
"""So many pages of 100 are as good as all."""
FOLLOW = "app.bsky.graph.follow"
REQUESTS = 2.4
"""About what an own feed takes: the profile, the first page, and of some a second one."""
SECONDS = 0.3
"""About what one of them takes to come."""


def follows(xrpc: Xrpc) -> Iterator[Account]:
    """Everybody whom the owner follows, the newest follow first. The network's index leaves out who is deleted,
    deactivated or suspended, or blocks the owner; the owner's own repository still names those by their DID."""
    met: set[str] = set()
    for page in Pages(xrpc, "app.bsky.graph.getFollows", "follows", MOST_PAGES, actor=xrpc.did):
        for raw in page:
            found = _account(raw)
            if found is not None and found.id not in met:
                met.add(found.id)
                yield found
    for page in Pages(xrpc, "com.atproto.repo.listRecords", "records", MOST_PAGES, repo=xrpc.did, collection=FOLLOW):
        for raw in page:
            did = _subject(raw)
            if did and did not in met:
                met.add(did)
                yield Account(did, did)


def followers(xrpc: Xrpc, since: datetime) -> Iterator[Follower]:
    """Who followed the owner after that, by the notifications of it: the list of followers bears no dates."""
    pages = Pages(xrpc, "app.bsky.notification.listNotifications", "notifications", MOST_PAGES, reasons="follow")
    return followed_since((_follower(raw) for page in pages for raw in page), since)


def _follower(raw: Any) -> Follower | None:
    if not isinstance(raw, Mapping) or raw.get("reason") != "follow":
        return None
    who, at = _account(raw.get("author")), time_of(raw.get("indexedAt"))
    return Follower(who, at) if who and at else None


def _account(raw: Any) -> Account | None:
    try:
        return account(raw)
    except Unreadable:
        return None


def _subject(raw: Any) -> str:
    """The DID that a record of a follow names."""
    record = raw.get("value") if isinstance(raw, Mapping) else None
    did = record.get("subject") if isinstance(record, Mapping) else None
    return did if isinstance(did, str) else ""
