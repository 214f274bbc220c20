"""How the owner stands to accounts: relationships, mutes, lists, and whom they answered or valued lately.

Fetched anew at each call, in as few requests as the server's paging allows. What a server does not have stays None
or (), and is noted. Facts: docs.joinmastodon.org (methods accounts, mutes, lists, favourites, bookmarks).
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any, TypeVar

from bot.model import Account, Standing
from bot.platforms.base import AccountGone
from bot.platforms.mastodon.connection import Answer, Connection, Refused, ScopeMissing
from bot.platforms.mastodon.posts import identity, moment, statuses

T = TypeVar("T")
BATCH = 40
"""Ids in one relationships call."""
DEPTH = 5
"""Pages that are read back of the owner's own posts, favourites and bookmarks."""

Dates = Mapping[str, datetime]


@dataclass
class Notes:
    """What the server turned out not to have, for `doctor` and the report."""

    missing: dict[str, str] = field(default_factory=dict)

    def perhaps(self, what: str, fetch: Callable[[], T]) -> T | None:
        """What `fetch` gives; None, with a note, where the server or the login does not allow it."""
        try:
            return fetch()
        except (Refused, ScopeMissing) as refusal:
            self.missing[what] = f"{what} cannot be read: {refusal}"
            return None


def relationship(connection: Connection, account_id: str) -> Mapping[str, Any]:
    """The owner's relationship with one account, as the server sends it. Raises AccountGone where there is none."""
    found = relationships(connection, [account_id]).get(account_id)
    if found is None:
        raise AccountGone(f"{connection.host} knows no such account any more")
    return found


def relationships(connection: Connection, ids: Sequence[str]) -> dict[str, Mapping[str, Any]]:
    """Relationships by account id; accounts that the server does not know are left out."""
    found: dict[str, Mapping[str, Any]] = {}
    for start in range(0, len(ids), BATCH):
        batch = list(ids[start : start + BATCH])
        answer = connection.get("/api/v1/accounts/relationships", {"id[]": batch, "with_suspended": "true"})
        found |= {str(item["id"]): item for item in answer.items if isinstance(item, dict) and "id" in item}
    return found


def standing(
    connection: Connection, accounts: Sequence[Account], since: datetime | None, owner: str, domain: str, notes: Notes
) -> dict[str, Standing]:
    """Standing by account id, for every account asked for."""
    ids = list(dict.fromkeys(account.id for account in accounts))
    if not ids:
        return {}
    known = relationships(connection, ids)
    until = _muted_until(connection, known, notes)
    titles = _titles(connection, [i for i in ids if known.get(i, {}).get("following")], notes)
    dealt = _dealt_with(connection, since, owner, domain, notes) if since else ({}, {}, {}, {})
    return {
        i: _one(
            known.get(i, {}),
            until.get(i),
            titles.get(i, ()),
            tuple(when.get(i) for when in dealt),
        )
        for i in ids
    }


def _dealt_with(connection: Connection, since: datetime, owner: str, domain: str, notes: Notes) -> tuple[Dates, ...]:
    """When the owner last answered, favourited, bookmarked and reposted each account."""
    answered, reposted = notes.perhaps("own posts", lambda: _conversed(connection, owner, since, domain)) or ({}, {})
    favourited = notes.perhaps("favourites", lambda: _valued(connection, "/api/v1/favourites", since)) or {}
    bookmarked = notes.perhaps("bookmarks", lambda: _valued(connection, "/api/v1/bookmarks", since)) or {}
    return answered, favourited, bookmarked, reposted


def muting_until(connection: Connection, ids: set[str]) -> dict[str, datetime | None]:
    """When the owner's mutes of these accounts end, from `/api/v1/mutes` (`mute_expires_at`, 3.3+)."""
    found: dict[str, datetime | None] = {}
    for item in paged(connection, "/api/v1/mutes", {"limit": "80"}):
        if isinstance(item, dict) and str(item.get("id")) in ids:
            found[str(item.get("id"))] = _moment_or_none(item.get("mute_expires_at"))
        if len(found) == len(ids):
            break
    return found


def owners_lists(connection: Connection) -> list[Mapping[str, Any]]:
    """The owner's lists as the server sends them. Raises Refused where it has none at all."""
    answer = connection.get("/api/v1/lists")
    return [item for item in answer.items if isinstance(item, dict) and item.get("id") and item.get("title")]


def paged(connection: Connection, path: str, params: Mapping[str, str], pages: int = 1_000) -> Iterator[Any]:
    """Items of all pages, followed by the Link header alone: the ids in it are often none of the items'."""
    for answer in answers(connection, path, params, pages):
        yield from answer.items


def answers(connection: Connection, path: str, params: Mapping[str, str], pages: int) -> Iterator[Answer]:
    """Page after page, until one is empty, none is named, or the same is named again."""
    go_on: Mapping[str, str] = {}
    met: set[tuple[tuple[str, str], ...]] = set()
    for _ in range(pages):
        answer = connection.get(path, {**params, **go_on})
        yield answer
        place = tuple(sorted(answer.next.items()))
        if not answer.items or not place or place in met:
            return
        met.add(place)
        go_on = answer.next


def _one(
    raw: Mapping[str, Any], until: datetime | None, titles: tuple[str, ...], dates: tuple[datetime | None, ...]
) -> Standing:
    answered, favourited, bookmarked, reposted = dates
    following = _flag(raw, "following")
    return Standing(
        following=following,
        followed_by=_flag(raw, "followed_by"),
        blocked_by=_flag(raw, "blocked_by"),
        muted=bool(raw.get("muting")),
        muted_until=until,
        reposts_hidden=bool(following and raw.get("showing_reblogs") is False),
        notifying=_flag(raw, "notifying"),
        lists=titles,
        answered=answered,
        favourited=favourited,
        bookmarked=bookmarked,
        reposted=reposted,
    )


def _muted_until(
    connection: Connection, known: Mapping[str, Mapping[str, Any]], notes: Notes
) -> Mapping[str, datetime | None]:
    """Newer servers say it in the relationship (`muting_expires_at`), others only in the list of mutes."""
    muting = {i: raw for i, raw in known.items() if raw.get("muting")}
    told = {i: _moment_or_none(raw["muting_expires_at"]) for i, raw in muting.items() if "muting_expires_at" in raw}
    asked = set(muting) - set(told)
    if asked:
        told |= notes.perhaps("the end of mutes", lambda: muting_until(connection, asked)) or {}
    return told


def _titles(connection: Connection, followed: Sequence[str], notes: Notes) -> dict[str, tuple[str, ...]]:
    """Titles of the owner's lists by account; only followed accounts can be on one.

    By account where that is fewer requests, otherwise list by list.
    """
    found: dict[str, tuple[str, ...]] = {}
    if not followed:
        return found
    lists = notes.perhaps("lists", lambda: owners_lists(connection)) or []
    if not lists:
        return found
    if len(followed) <= len(lists):
        by_account = notes.perhaps("lists by account", lambda: {i: lists_of(connection, i) for i in followed})
        if by_account is not None:
            return by_account
    for item in lists:
        for member_id in notes.perhaps("members of lists", partial(_members, connection, str(item["id"]))) or ():
            found[member_id] = (*found.get(member_id, ()), str(item["title"]))
    return found


def _members(connection: Connection, list_id: str) -> list[str]:
    """Ids of the accounts on a list."""
    members = paged(connection, f"/api/v1/lists/{list_id}/accounts", {"limit": "80"})
    return [str(member.get("id")) for member in members if isinstance(member, dict)]


def lists_of(connection: Connection, account_id: str) -> tuple[str, ...]:
    """Titles of the owner's lists that an account is on."""
    answer = connection.get(f"/api/v1/accounts/{account_id}/lists")
    return tuple(str(item["title"]) for item in answer.items if isinstance(item, dict) and item.get("title"))


def _conversed(connection: Connection, owner: str, since: datetime, domain: str) -> tuple[Dates, Dates]:
    """When the owner last answered and last reposted each account, newest first wins."""
    answered: dict[str, datetime] = {}
    reposted: dict[str, datetime] = {}
    for answer in answers(connection, f"/api/v1/accounts/{owner}/statuses", {"limit": "40"}, DEPTH):
        posts = statuses(answer.items, domain).posts
        for post in posts:
            if post.created_at < since:
                continue
            if post.reply_to:
                answered.setdefault(post.reply_to, post.created_at)
            if post.repost_of:
                reposted.setdefault(post.repost_of, post.created_at)
        if posts and posts[-1].created_at < since:
            break
    return answered, reposted


def _valued(connection: Connection, path: str, since: datetime) -> Dates:
    """When the owner last favourited or bookmarked each author, at the earliest.

    The API gives no such date, but an order: an item was valued after every older post that follows it was written,
    and after it was written itself. The latest of those is the date given.
    """
    items: list[tuple[str, datetime]] = []
    for answer in answers(connection, path, {"limit": "40"}, DEPTH):
        page = [found for found in map(_author_and_time, answer.items) if found]
        items += page
        if page and max(written for _, written in page) < since:
            break
    dates: dict[str, datetime] = {}
    latest: datetime | None = None
    for author, written in reversed(items):
        latest = written if latest is None else max(latest, written)
        dates[author] = latest
    return {author: date for author, date in dates.items() if date >= since}


def _author_and_time(raw: object) -> tuple[str, datetime] | None:
    try:
        return (identity(raw["account"]), moment(raw["created_at"])) if isinstance(raw, dict) else None
    except (ValueError, KeyError, OverflowError):
        return None


def _moment_or_none(value: object) -> datetime | None:
    try:
        return moment(value)
    except (ValueError, OverflowError):
        return None


def _flag(raw: Mapping[str, Any], key: str) -> bool | None:
    value = raw.get(key)
    return value if isinstance(value, bool) else None
