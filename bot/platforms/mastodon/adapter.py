"""One owner's login on a server of the Mastodon API, as a Platform."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from bot.clock import Clock
from bot.model import Account, Action, Standing, Trail
from bot.platforms.base import (
    Answer,
    Channel,
    Enough,
    Feed,
    Follower,
    LoginNeeded,
    Page,
    Picture,
    Quieted,
    Server,
    TrailPage,
    Unreachable,
    Usage,
    never,
)
from bot.platforms.budget import PATIENCE, SHARE, Asked
from bot.platforms.mastodon import actions, dealings, feed, finding, follows, instance, letters, origin, timeline
from bot.platforms.mastodon.connection import AGENT, WINDOWS, Connection, Refused, ScopeMissing
from bot.platforms.mastodon.known import Known
from bot.platforms.mastodon.notes import Notes
from bot.platforms.mastodon.posts import Reading, Unreadable, account, names_own, statuses
from bot.platforms.mastodon.standing import followed, owners_lists, standing
from bot.platforms.mastodon.web import PublicWeb
from bot.platforms.remembered import NEVER


class Mastodon:
    """Implements `bot.platforms.base.Platform`; every id is an opaque string.

    `server` is an address (`https://…`; plain http for this machine only), `token` a user's access token, `share` the
    part of the server's request limits that is used, `web` how other servers are reached, `patience` that of `Budget`,
    `asked` what all logins of this machine asked of the server.
    Makes no request before it is asked something.
    """

    name = "mastodon"
    list_quiets_apart = False

    def __init__(
        self,
        server: str,
        token: str,
        clock: Clock,
        *,
        share: float = SHARE,
        user_agent: str = AGENT,
        web: PublicWeb | None = None,
        patience: float = PATIENCE,
        asked: Asked | None = None,
    ) -> None:
        if not re.fullmatch(r"[\x21-\x7e]+", token.strip()):
            raise LoginNeeded(f"there is no usable token for {server}")
        self._connection = Connection(server, token, clock, share, user_agent, patience, asked)
        self._notes = Notes(self._connection)
        self._lately = Known(clock)
        self._web = web or PublicWeb(clock, agent=user_agent)
        self._owner: Account | None = None
        self._domain = ""
        self._raw_instance: Mapping[str, Any] | None = None

    def owner(self) -> Account:
        """The account that is logged in, asked for once."""
        if self._owner is None:
            try:
                raw = self._connection.get("/api/v1/accounts/verify_credentials").data
            except Refused as refusal:
                raise LoginNeeded(f"{self._connection.host} does not say who is logged in") from refusal
            try:
                self._owner = account(raw, self._own_domain())
            except Unreadable:
                raise Unreachable(f"{self._connection.host} does not say who is logged in: try again later") from None
        return self._owner

    def server(self) -> Server:
        """What the server is and what it lacks."""
        self._raw_instance = None
        return instance.describe(self._connection, self._instance())

    def timeline(self, after: str | None) -> Iterator[Page]:
        """Everything on the home timeline since the cursor, see `timeline.walk`."""
        return timeline.walk(self._connection, self._decode, after)

    def posts_by(self, account: Account, since: datetime, limit: int, enough: Enough = never) -> Feed:
        """The account's own feed, replies and reposts included, newest first, see `feed.posts_by`."""
        return feed.posts_by(self._connection, self._decode, self._own_domain, account, since, limit, enough)

    def origin_feed(self, account: Account, since: datetime, limit: int) -> Feed | None:
        """The account's public posts as its own server shows them, see `origin.read`."""
        if account.handle.rpartition("@")[2].casefold() == self._own_domain().casefold():
            return None
        return origin.read(self._web, account, since, limit)

    def find(self, handle: str) -> Account:
        """The account of a handle in any spelling, see `feed.find`."""
        return feed.find(self._connection, self._own_domain(), handle)

    def standing(self, accounts: Sequence[Account], deciding: bool, within: timedelta = NEVER) -> dict[str, Standing]:
        """How the owner stands to each account, see `standing.standing`."""
        return standing(self._connection, accounts, deciding, self._lately, within)

    def followed(self, accounts: Sequence[Account]) -> frozenset[str]:
        """Whom of the accounts the owner follows, see `standing.followed`."""
        return followed(self._connection, [account.id for account in accounts])

    def follows(self) -> Iterator[Account]:
        """Everybody whom the owner follows, see `follows.follows`."""
        return follows.follows(self._connection, self.owner().id, self._own_domain())

    def followers(self, since: datetime) -> Iterator[Follower]:
        """Who followed the owner, by their notifications, see `follows.followers`."""
        return follows.followers(self._connection, self._own_domain(), since)

    def takes(self, feeds: int) -> timedelta:
        """How long it takes to read so many own feeds, see `follows.takes`."""
        return follows.takes(self._connection, feeds)

    def trail(self, trail: Trail, cursor: str | None) -> TrailPage:
        """One page of what the owner did, see `dealings.page`."""
        owner = self.owner().id if trail is Trail.POSTS else ""
        return dealings.page(self._connection, trail, cursor, owner)

    def lists(self) -> tuple[str, ...]:
        """Titles of the owner's lists; none where the server has no lists, or does not show them."""
        try:
            found = owners_lists(self._connection)
        except (Refused, ScopeMissing):
            return ()
        return tuple(str(item["title"]) for item in found)

    def before(self, action: Action, standing: Standing) -> Mapping[str, str]:
        """What stands before the action, see `actions.before`."""
        return actions.before(action, standing)

    def act(self, action: Action) -> None:
        """Do the action, see `actions.act`."""
        self._lately.forget(action)
        actions.act(self._connection, action)

    def undo(self, action: Action) -> None:
        """Take the action back, see `actions.undo`."""
        self._lately.forget(action)
        actions.undo(self._connection, action)

    def mark(self, action: Action, ends: datetime | None) -> None:
        """Mark what was done in the owner's note on the account, see `notes`."""
        self._notes.mark(action, ends)

    def unmark(self, action: Action) -> None:
        """Take the mark out of the note."""
        self._notes.unmark(action)

    def quieted(self, list_title: str) -> Iterator[Quieted]:
        """What stands on accounts, by whomever it was done, see `finding.standing_on`."""
        return finding.standing_on(self._connection, list_title, self.owner().id, self._own_domain(), self._lately)

    def publish(self, parts: Sequence[str], key: str, picture: Picture | None = None) -> str:
        """Send a report to the owner alone, see `letters.publish`."""
        return letters.publish(self._connection, self.owner().id, parts, key, picture)

    def answers(self, letter: str, since: datetime, ours: Collection[str]) -> Sequence[Answer]:
        """What the owner wrote beneath a report, see `letters.answers`."""
        return letters.answers(self._connection, self.owner().id, letter, ours)

    def answer(self, parts: Sequence[str], letter: str, to: Answer, key: str) -> Sequence[str]:
        """Answer beneath what the owner wrote, to them alone, see `letters.answer`."""
        return letters.answer(self._connection, self.owner().id, parts, to.id, key)

    def channel(self) -> Channel:
        """Direct posts on the owner's server, see `instance.channel`."""
        self._raw_instance = None  # the server may have become another version since
        return instance.channel(self._connection, self._instance())

    def send_test(self, key: str) -> None:
        """Send a harmless message to the owner alone, and delete it again, see `letters.send_test`."""
        letters.send_test(self._connection, self.owner().id, key)

    def message_limit(self) -> int:
        """Characters of one post on this server."""
        return instance.max_characters(self._instance())

    def at_a_stretch(self) -> AbstractContextManager[None]:
        """What belongs together, without a pause, see `Budget.at_a_stretch`."""
        return self._connection.budget.at_a_stretch(*WINDOWS)

    def usage(self) -> Usage:
        """What was asked of the server so far."""
        return replace(self._connection.budget.usage(), clock_offset=self._connection.clock_offset)

    def close(self) -> None:
        """Release connections."""
        self._connection.close()

    def _decode(self, items: Sequence[Any]) -> Reading:
        """Decode a page; the server's domain is asked for once, when the first of its own accounts shows."""
        return statuses(items, self._own_domain() if names_own(items) else "")

    def _instance(self) -> Mapping[str, Any]:
        if self._raw_instance is None:
            self._raw_instance = instance.fetch(self._connection)
        return self._raw_instance

    def _own_domain(self) -> str:
        """The part after the @ of the server's own accounts, which may differ from its address."""
        if not self._domain:
            self._domain = instance.domain(self._instance(), self._connection.host)
        return self._domain
