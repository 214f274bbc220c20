"""An account's own feed on a server of the Mastodon API, and the account behind a handle."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from functools import partial
from typing import Any

from bot import handles
from bot.errors import UserError
from bot.model import Account, Post
from bot.platforms.base import AccountGone, Enough, Feed, LoginNeeded, Unreachable, never
from bot.platforms.mastodon.connection import Connection, Refused, ScopeMissing
from bot.platforms.mastodon.paging import Pages, onward_by_id
from bot.platforms.mastodon.posts import Reading, account

LIMIT = 40
"""Items of a page, the most that the API gives."""
MOST_PAGES = 80
BARREN = 5
"""So many pages in a row without a new post end a walk: the server goes round, or nothing on them can be read."""

Decode = Callable[[Sequence[Any]], Reading]


def posts_by(
    connection: Connection,
    decode: Decode,
    domain: Callable[[], str],
    who: Account,
    since: datetime,
    limit: int,
    enough: Enough = never,
) -> Feed:
    """The account's own feed, replies and reposts included, newest first.

    Read until it reaches `since`, by the newest post of a page: a single one may be backdated, and a pinned one says
    nothing. `truncated` wherever it ended before that. Raises AccountGone where the server says so itself.
    """
    posts: dict[str, Post] = {}
    person: Account | None = None
    unreadable = barren = 0
    pages = Pages(
        connection, f"/api/v1/accounts/{who.id}/statuses", LIMIT, MOST_PAGES, partial(onward_by_id, limit=LIMIT)
    )
    reached = stopped = False
    try:
        for page in pages:
            reading, met = decode(page), len(posts)
            unreadable += reading.unreadable
            posts |= {post.id: post for post in reading.posts if post.id not in posts}
            person = person or next((known for known in reading.accounts if known.id == who.id), None)
            barren = 0 if len(posts) > met else barren + 1
            reached = _newest(page, reading.posts) < since if reading.posts else False
            stopped = len(posts) > limit or barren == BARREN or (len(page) >= LIMIT and enough(_inside(posts, since)))
            if reached or stopped:
                break
    except Refused as refusal:
        raise _gone_or_passing(connection, who, refusal) from refusal
    inside = _inside(posts, since)
    ended = reached or not (pages.cut or stopped)
    person = person or _fetch(connection, domain, who)
    return Feed(person, tuple(inside[:limit]), unreadable, truncated=not ended or len(inside) > limit)


def _inside(posts: Mapping[str, Post], since: datetime) -> list[Post]:
    """Those since then, newest first."""
    return sorted((p for p in posts.values() if p.created_at >= since), key=lambda p: p.created_at, reverse=True)


def _newest(page: Iterable[Any], posts: Iterable[Post]) -> datetime:
    """When the newest post of a page was posted, the pinned left out unless there are no others."""
    pinned = {str(raw.get("id")) for raw in page if isinstance(raw, dict) and raw.get("pinned") is True}
    dates = {post.id: post.created_at for post in posts}
    return max([at for one, at in dates.items() if one not in pinned] or list(dates.values()))


def _gone_or_passing(connection: Connection, who: Account, refusal: Refused) -> Exception:
    """What a refusal to show an account means: a web page may be a proxy's, which passes and says nothing of it."""
    if refusal.gone:
        return AccountGone(f"{who.handle} cannot be read any more ({refusal})")
    if refusal.web_page or refusal.status == 403:
        return Unreachable(f"{who.handle} cannot be read now: {connection.host} said {refusal.status}")
    return refusal


def _fetch(connection: Connection, domain: Callable[[], str], who: Account) -> Account:
    """The account itself, where its feed did not show it."""
    try:
        raw = connection.get(f"/api/v1/accounts/{who.id}").data
    except Refused as refusal:
        raise _gone_or_passing(connection, who, refusal) from refusal
    if isinstance(raw, dict) and raw.get("suspended") is True:
        raise AccountGone(f"{who.handle} is suspended")
    try:
        return account(raw, domain())
    except ValueError:
        raise Unreachable(f"{who.handle}: {connection.host} told an account that cannot be read") from None


def find(connection: Connection, domain: str, typed: str) -> Account:
    """The account of a handle in any spelling, a name without a host being one of the owner's own server.

    Asked of `accounts/lookup`, then, for servers without it and accounts that the server has not met, of
    `accounts/search`: neither needs a permission that the login does not ask for, as `/api/v2/search` does.
    Raises UserError where nobody bears it.
    """
    wanted = handles.whole(handles.parsed(typed), domain)
    name, _, host = wanted.partition("@")
    if host == handles.readable(connection.host):  # its own pages may stand at another address than its handles name
        wanted = f"{name}@{domain}"
    if not host:
        raise UserError(f"{typed}: this names nobody on Mastodon; write it as user@host")
    local = name if handles.key(wanted) == handles.key(f"{name}@{domain}") else wanted
    refusals: list[Refused | LoginNeeded] = []
    for path, params in (
        ("/api/v1/accounts/lookup", {"acct": local}),
        ("/api/v1/accounts/search", {"q": f"@{wanted}", "resolve": "true", "limit": "5"}),
    ):
        try:
            answer = connection.get(path, params).data
        except (Refused, ScopeMissing) as refusal:
            refusals.append(refusal)
            continue
        for found in _accounts(answer, domain):
            if path.endswith("lookup") or handles.key(found.handle) == handles.key(wanted):
                return found
    if all(isinstance(refusal, Refused) and refusal.web_page for refusal in refusals) and len(refusals) == 2:
        raise Unreachable(f"{typed}: {connection.host} cannot be asked for it now ({refusals[-1]})")
    raise UserError(f"{typed}: no account of that name is known to your server ({connection.host})")


def _accounts(answer: object, domain: str) -> list[Account]:
    """The accounts of an answer, one or a list; those that cannot be read are left out."""
    found = []
    for raw in answer if isinstance(answer, list) else [answer]:
        with suppress(ValueError):
            found.append(account(raw, domain))
    return found
