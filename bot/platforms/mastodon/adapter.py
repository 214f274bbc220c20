"""One owner's login on a server of the Mastodon API, as a Platform."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from bot.clock import Clock
from bot.errors import UserError
from bot.model import Account, Action, Post, Standing
from bot.platforms.base import AccountGone, Feed, LoginNeeded, Page, Server, Usage
from bot.platforms.mastodon import actions, instance, letters, origin, timeline
from bot.platforms.mastodon.connection import AGENT, REMEDY, Connection, Refused
from bot.platforms.mastodon.posts import Reading, account, identity, statuses
from bot.platforms.mastodon.standing import Notes, owners_lists, standing
from bot.platforms.mastodon.web import PublicWeb

LIMIT = 40


class Mastodon:
    """Implements `bot.platforms.base.Platform`; every id is an opaque string.

    `server` is an address (`https://…`; plain http for this machine only), `token` a user's access token, `share` the
    part of the server's request limits that is used, `web` how other servers are reached. Makes no request before it
    is asked something.
    """

    name = "mastodon"

    def __init__(
        self,
        server: str,
        token: str,
        clock: Clock,
        *,
        share: float = 0.2,
        user_agent: str = AGENT,
        web: PublicWeb | None = None,
    ) -> None:
        if not re.fullmatch(r"[\x21-\x7e]+", token.strip()):
            raise LoginNeeded(f"there is no usable token for {server}; {REMEDY}")
        self._connection = Connection(server, token, clock, share, user_agent)
        self._web = web or PublicWeb(clock, agent=user_agent)
        self._notes = Notes()
        self._owner: Account | None = None
        self._domain = ""
        self._raw_instance: Mapping[str, Any] | None = None

    def owner(self) -> Account:
        """The account that is logged in, asked for once."""
        if self._owner is None:
            try:
                raw = self._connection.get("/api/v1/accounts/verify_credentials").data
            except Refused as refusal:
                raise LoginNeeded(f"{self._connection.host} does not say who is logged in; {REMEDY}") from refusal
            self._owner = account(raw, self._own_domain())
        return self._owner

    def server(self) -> Server:
        """What the server is and what it lacks."""
        self._raw_instance = None
        return instance.describe(self._connection, self._instance(), self._notes)

    def timeline(self, after: str | None) -> Iterator[Page]:
        """Everything on the home timeline since the cursor, see `timeline.walk`."""
        return timeline.walk(self._connection, self._decode, after)

    def posts_by(self, account: Account, since: datetime, limit: int) -> Feed:
        """The account's own feed, replies and reposts included, newest first."""
        posts: dict[str, Post] = {}
        person: Account | None = None
        unreadable, cursor, more = 0, "", True
        while more and len(posts) < limit:
            items, next_cursor = self._feed_page(account, cursor)
            reading = self._decode(items)
            unreadable += reading.unreadable
            met = len(posts)
            posts |= {post.id: post for post in reading.posts if post.id not in posts}
            person = person or next((known for known in reading.accounts if known.id == account.id), None)
            reached = bool(reading.posts) and reading.posts[-1].created_at < since and not _pinned(items[-1])
            more = bool(next_cursor) and len(posts) > met and not reached
            cursor = next_cursor
        inside = sorted((p for p in posts.values() if p.created_at >= since), key=lambda p: p.created_at, reverse=True)
        truncated = len(inside) > limit or (more and len(inside) >= limit)
        return Feed(person or self._fetch(account), tuple(inside[:limit]), unreadable, truncated)

    def origin_feed(self, account: Account, since: datetime, limit: int) -> Feed | None:
        """The account's public posts as its own server shows them, see `origin.read`."""
        if account.handle.rpartition("@")[2].casefold() == self._own_domain().casefold():
            return None
        return origin.read(self._web, account, since, limit)

    def find(self, handle: str) -> Account:
        """The account of a handle, `user` or `user@host`, with or without a leading @."""
        acct = handle.strip().lstrip("@")
        domain = self._own_domain()
        name, _, host = acct.partition("@")
        if not name or re.search(r"[\s/?#]", acct):
            raise UserError(f"{handle!r} is no handle: write it as user@host")
        local = name if host.lower() in ("", domain.lower()) else acct
        try:
            return account(self._connection.get("/api/v1/accounts/lookup", {"acct": local}).data, domain)
        except (Refused, ValueError):
            found = self._search(f"{name}@{host or domain}", domain)
        if found is None:
            raise UserError(
                f"{self._connection.host} knows no account {acct}: write it as user@host, as on its profile"
            )
        return found

    def standing(self, accounts: Sequence[Account], since: datetime | None) -> dict[str, Standing]:
        """How the owner stands to each account, see `standing.standing`."""
        owner = self.owner().id if accounts else ""
        return standing(self._connection, accounts, since, owner, self._own_domain(), self._notes)

    def lists(self) -> tuple[str, ...]:
        """Titles of the owner's lists; none where the server has no lists."""
        found = self._notes.perhaps("lists", lambda: owners_lists(self._connection)) or []
        return tuple(str(item["title"]) for item in found)

    def act(self, action: Action) -> Mapping[str, str]:
        """Do the action, see `actions.act`."""
        return actions.act(self._connection, action)

    def undo(self, action: Action) -> None:
        """Take the action back, see `actions.undo`."""
        actions.undo(self._connection, action)

    def publish(self, parts: Sequence[str], key: str) -> str:
        """Send a report to the owner alone, see `letters.publish`."""
        return letters.publish(self._connection, self.owner().id, parts, key)

    def message_limit(self) -> int:
        """Characters of one post on this server."""
        return instance.max_characters(self._instance())

    def usage(self) -> Usage:
        """What was asked of the server so far."""
        return self._connection.budget.usage()

    def close(self) -> None:
        """Release connections."""
        self._connection.close()

    def _decode(self, items: Sequence[Any]) -> Reading:
        """Decode a page; the server's domain is asked for once, when the first of its own accounts shows."""
        listed = list(items)
        local = any("@" not in acct for acct in _accts(listed))
        return statuses(listed, self._own_domain() if local else self._domain or self._connection.host)

    def _instance(self) -> Mapping[str, Any]:
        if self._raw_instance is None:
            self._raw_instance = instance.fetch(self._connection)
        return self._raw_instance

    def _own_domain(self) -> str:
        """The part after the @ of the server's own accounts, which may differ from its address."""
        if not self._domain:
            self._domain = instance.domain(self._instance(), self._connection.host)
        return self._domain

    def _feed_page(self, account: Account, max_id: str) -> tuple[list[Any], str]:
        """One page of an account's statuses, and where the next one starts; empty where it is the last."""
        try:
            answer = self._connection.get(_statuses_of(account), {"limit": str(LIMIT), "max_id": max_id})
        except Refused as refusal:
            if refusal.missing or refusal.status == 403:
                raise AccountGone(f"{account.handle} cannot be read any more ({refusal})") from refusal
            raise
        items = answer.items
        follow = answer.next.get("max_id", "")
        if not follow and len(items) >= LIMIT:
            follow = next((identity(item) for item in reversed(items) if isinstance(item, dict) and "id" in item), "")
        return items, follow if items else ""

    def _fetch(self, known: Account) -> Account:
        """The account itself, where its feed did not show it."""
        try:
            raw = self._connection.get(f"/api/v1/accounts/{known.id}").data
        except Refused as refusal:
            if refusal.missing or refusal.status == 403:
                raise AccountGone(f"{known.handle} cannot be read any more ({refusal})") from refusal
            raise
        if isinstance(raw, dict) and raw.get("suspended") is True:
            raise AccountGone(f"{known.handle} is suspended")
        return account(raw, self._own_domain())

    def _search(self, handle: str, domain: str) -> Account | None:
        """An exact match by search, for servers without lookup and accounts that the server has not met."""
        for path, params in (
            ("/api/v2/search", {"q": f"@{handle}", "type": "accounts", "resolve": "true", "limit": "5"}),
            ("/api/v1/accounts/search", {"q": f"@{handle}", "resolve": "true", "limit": "5"}),
        ):
            try:
                answer = self._connection.get(path, params)
            except Refused:
                continue
            items = answer.fields.get("accounts") or answer.items
            for raw in items if isinstance(items, list) else []:
                try:
                    found = account(raw, domain)
                except ValueError:
                    continue
                if found.handle.lower() == handle.lower():
                    return found
        return None


def _statuses_of(account: Account) -> str:
    return f"/api/v1/accounts/{account.id}/statuses"


def _pinned(raw: object) -> bool:
    return isinstance(raw, dict) and raw.get("pinned") is True


def _accts(items: Sequence[Any]) -> Iterator[str]:
    """Names of the authors and reposted authors of a page."""
    for item in items:
        for raw in (item, item.get("reblog") if isinstance(item, dict) else None):
            person = raw.get("account") if isinstance(raw, dict) else None
            acct = person.get("acct") if isinstance(person, dict) else None
            if isinstance(acct, str):
                yield acct
