"""Whom the owner follows and who followed the owner on a server of the Mastodon API, and how long a look takes.

Facts: docs.joinmastodon.org (methods accounts, notifications).
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from bot.model import Account
from bot.platforms.base import Follower
from bot.platforms.followed import followed_since
from bot.platforms.mastodon.connection import Connection
from bot.platforms.mastodon.paging import Pages
from bot.platforms.mastodon.posts import Unreadable, account, moment_or_none

PAGE = 80
"""Accounts of a page, the most that the API gives."""
NOTIFICATIONS = 40
"""The same of notifications; newer servers give 80."""
MOST_PAGES = 250
"""So many pages are as good as all."""
DEEPER = 0.2
"""About the part of accounts of which more than the first page is read."""
FURTHER = 2
"""And how many pages more: whatever comes after the first one stands under the narrower of the server's limits."""
SECONDS = 0.4
"""About what a page takes to come."""


def follows(connection: Connection, owner: str, domain: str) -> Iterator[Account]:
    """Everybody whom the account with the id `owner` follows, the newest follow first; those that cannot be read are
    left out. Suspended accounts are not told of by the server."""
    met: set[str] = set()
    for page in Pages(connection, f"/api/v1/accounts/{owner}/following", PAGE, MOST_PAGES):
        for raw in page:
            try:
                found = account(raw, domain)
            except Unreadable:
                continue
            if found.id not in met:
                met.add(found.id)
                yield found


def followers(connection: Connection, domain: str, since: datetime) -> Iterator[Follower]:
    """Who followed the owner after that, by the notifications of it: the list of followers bears no dates. One whose
    notification was dismissed is not told of. Servers that do not know `types[]` send other notifications as well."""
    pages = Pages(connection, "/api/v1/notifications", NOTIFICATIONS, MOST_PAGES, parameters={"types[]": ["follow"]})
    return followed_since((_follower(raw, domain) for page in pages for raw in page), since)


def _follower(raw: object, domain: str) -> Follower | None:
    if not isinstance(raw, dict) or raw.get("type") != "follow":
        return None
    at = moment_or_none(raw.get("created_at"))
    try:
        return Follower(account(raw.get("account"), domain), at) if at else None
    except Unreadable:
        return None


def takes(connection: Connection, feeds: int) -> timedelta:
    """About how long reading so many own feeds takes: a page of each, and of some a few more."""
    further = feeds * DEEPER * FURTHER
    return connection.budget.takes({"all": feeds + further, "paged": further}, SECONDS)
