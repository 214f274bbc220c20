"""An account's public posts as its own server shows them to everybody: replies that the owner's server was never sent.

First by the Mastodon API without a login, as FediFetcher does (`accounts/lookup` and `accounts/:id/statuses`, which
GoToSocial and servers in limited mode refuse), else by the account's ActivityPub outbox.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from urllib.parse import quote, urlencode, urlsplit

from bot.model import Account, Post
from bot.platforms.base import Feed, PlatformError
from bot.platforms.mastodon import outbox
from bot.platforms.mastodon.connection import Refused
from bot.platforms.mastodon.posts import identity, identity_or_none, statuses
from bot.platforms.mastodon.web import PublicWeb, Visit
from bot.urls import domain

LIMIT = 40
MOST_PAGES = 30
FEW = 9
"""A feed of which more than a tenth cannot be read tells nothing of what the account does not do."""


def read(web: PublicWeb, account: Account, since: datetime, limit: int) -> Feed:
    """At most `limit` public posts of the account, none older than `since`, newest first. Raises PlatformError."""
    name, server = account.handle.rpartition("@")[0].lstrip("@"), place(account)
    visit = web.visit(server)
    try:
        pages = _by_api(visit, name)
        return _gathered(pages, account, since, limit)
    except Refused:
        return _gathered(outbox.pages(visit, account), account, since, limit)


def place(account: Account) -> str:
    """The host to ask: that of the handle, or that of the profile's page where it belongs to the same domain.

    Many servers answer at social.example.org for names at example.org. Any other host in the address of a profile is
    not asked: its owner may not be the account's.
    """
    named = account.handle.rpartition("@")[2].casefold()
    try:
        parts = urlsplit(account.url)
        page = (parts.hostname or "") if parts.scheme == "https" else ""
    except ValueError:
        page = ""
    return page if page and domain(page) is not None and domain(page) == domain(named) else named


Page = tuple[tuple[Post, ...], int, str]
"""Posts of one page as the server gives them, how many could not be read, and the id by which it calls the account."""


def _by_api(visit: Visit, name: str) -> Iterator[Page]:
    """Pages of the Mastodon API, newest first."""
    found = visit.get(f"/api/v1/accounts/lookup?{urlencode({'acct': name}, errors='replace')}")
    fields = found if isinstance(found, dict) else {}
    called = str(fields.get("acct") or "") if identity_or_none(fields) else ""
    if called.partition("@")[0].casefold() != name.casefold():
        raise Refused(f"{visit.host} knows no account {name}", 404)
    author, cursor = identity(found), ""
    for _ in range(MOST_PAGES):
        asked = {"limit": str(LIMIT), "exclude_reblogs": "false"} | ({"max_id": cursor} if cursor else {})
        items = visit.get(f"/api/v1/accounts/{quote(author, safe='')}/statuses?{urlencode(asked)}")
        if not isinstance(items, list):
            raise Refused(f"{visit.host} shows no posts", 404)
        reading = statuses(items, visit.host)
        yield reading.posts, reading.unreadable, author
        if not reading.posts or reading.posts[-1].id == cursor:
            return
        cursor = reading.posts[-1].id


def _gathered(pages: Iterator[Page], account: Account, since: datetime, limit: int) -> Feed:
    """The pages as a feed that goes by the id under which the owner's server knows the account."""
    posts: dict[str, Post] = {}
    unreadable = 0
    for page, broken, author in pages:
        unreadable += broken
        posts |= {post.id: _as_known_here(post, author, account.id) for post in page if post.author == author}
        if len(posts) > limit or (page and max(post.created_at for post in page) < since):
            break
    inside = sorted((p for p in posts.values() if p.created_at >= since), key=lambda p: p.created_at, reverse=True)
    if len(inside) <= unreadable * FEW:
        raise PlatformError(f"the server of {account.handle} shows none of its posts, or too few that can be read")
    return Feed(account, tuple(inside[:limit]), unreadable, truncated=len(inside) > limit)


def _as_known_here(post: Post, there: str, here: str) -> Post:
    return replace(post, author=here, repost_of=here if post.repost_of == there else post.repost_of)
