"""Bluesky as a Platform: what the sweep asks and tells, by one login and, for letters, a bot account's."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.clock import Clock
from bot.model import Account, Action, Standing, Trail
from bot.platforms.base import (
    Answer,
    Channel,
    Enough,
    Feed,
    Follower,
    Page,
    Picture,
    PlatformError,
    Quieted,
    Server,
    TrailPage,
    Unsupported,
    Usage,
    never,
)
from bot.platforms.bluesky import actions, chat, dealings, feed, finding, follows, standing, timeline
from bot.platforms.bluesky.login import BLUESKY, WINDOWS, Login
from bot.platforms.budget import PATIENCE, SHARE, Asked, Budget
from bot.platforms.remembered import NEVER

NOTES = (
    "lists on Bluesky are public, mutes are private: what a rule would list is muted there",
    "Bluesky mutes know no expiry; quietfeed lifts them itself",
    "a report by direct message needs a bot account whose app password allows direct messages",
)


@dataclass(frozen=True, slots=True)
class BotLogin:
    """A second account that sends the owner private messages; nobody can message themselves."""

    handle: str
    password: Callable[[], str | None]
    session: str | None
    save_session: Callable[[str], None]
    server: str = BLUESKY


class Bluesky:
    """Bluesky as a Platform.

    `server` is the PDS or entryway; after a login the account's own PDS is asked, as its DID document names it.
    `appview` names another AppView by service DID or URL, see `faults.service`. `session` is the string that
    `save_session` was last given; `password` gives the app password, or None where there is none any more.
    `asked` is what all logins of this machine asked of the server, which counts them by the machine's address.
    """

    name = "bluesky"
    list_quiets_apart = True

    def __init__(
        self,
        server: str,
        session: str | None,
        clock: Clock,
        *,
        handle: str,
        password: Callable[[], str | None],
        save_session: Callable[[str], None],
        share: float = SHARE,
        appview: str | None = None,
        bot: BotLogin | None = None,
        patience: float = PATIENCE,
        asked: Asked | None = None,
    ) -> None:
        self._clock = clock
        self._budget = Budget(clock, WINDOWS, share, patience=patience, shared={"all": asked} if asked else None)
        self._login = Login(
            server, session, clock, self._budget,
            handle=handle, password=password, save_session=save_session, appview=appview,
        )  # fmt: skip
        self._bot: Login | None = None
        if bot is not None:
            self._bot = Login(
                bot.server, bot.session, clock, self._budget,
                handle=bot.handle, password=bot.password, save_session=bot.save_session,
            )  # fmt: skip
        self._owner: Account | None = None
        self._lately = standing.Known(clock)

    def owner(self) -> Account:
        """The account that is logged in."""
        if self._owner is None:
            self._owner = feed.find(self._login, self._login.did)
        return self._owner

    def server(self) -> Server:
        """What the server is."""
        self._login.get("com.atproto.server.describeServer")
        try:
            software = f"Bluesky PDS {self._login.get('_health').get('version', '')}".strip()
        except PlatformError:
            software = "AT Protocol PDS"
        return Server(
            url=self._login.address,
            software=software,
            max_characters=self.message_limit(),
            notes=NOTES,
            clock_offset=self._login.clock_offset,
        )

    def timeline(self, after: str | None) -> Iterator[Page]:
        """Everything since the cursor, newest page first; only the last page carries a cursor, and the gap if any."""
        return timeline.walk(self._login, after)

    def posts_by(self, account: Account, since: datetime, limit: int, enough: Enough = never) -> Feed:
        """The account's own feed, replies and reposts included, newest first."""
        return feed.posts_by(self._login, account, since, limit, enough)

    def origin_feed(self, account: Account, since: datetime, limit: int) -> Feed | None:
        """None: the network's index holds what everybody posts."""
        return None

    def find(self, handle: str) -> Account:
        """The account of a handle or DID."""
        return feed.find(self._login, handle)

    def standing(self, accounts: Sequence[Account], deciding: bool, within: timedelta = NEVER) -> dict[str, Standing]:
        """How the owner stands to each account, by account id."""
        return standing.standing(self._login, accounts, deciding, self._clock.now(), self._lately, within)

    def followed(self, accounts: Sequence[Account]) -> frozenset[str]:
        """Whom of the accounts the owner follows, see `standing.followed`."""
        return standing.followed(self._login, [account.id for account in accounts])

    def follows(self) -> Iterator[Account]:
        """Everybody whom the owner follows, see `follows.follows`."""
        return follows.follows(self._login)

    def followers(self, since: datetime) -> Iterator[Follower]:
        """Who followed the owner, by their notifications, see `follows.followers`."""
        return follows.followers(self._login, since)

    def takes(self, feeds: int) -> timedelta:
        """How long it takes to read so many own feeds."""
        return self._budget.takes({"all": feeds * follows.REQUESTS}, follows.SECONDS)

    def trail(self, trail: Trail, cursor: str | None) -> TrailPage:
        """One page of what the owner did."""
        return dealings.page(self._login, trail, cursor, self._clock.now())

    def lists(self) -> tuple[str, ...]:
        """Titles of the owner's lists."""
        return tuple(str(view.get("name", "")) for view in standing.own_lists(self._login))

    def before(self, action: Action, standing: Standing) -> Mapping[str, str]:
        """What stands before the action, see `actions.before`."""
        return actions.before(self._login, action)

    def act(self, action: Action) -> None:
        """Do the action; doing it again changes nothing."""
        self._lately.forget(action)
        actions.act(self._login, action, self._clock)

    def undo(self, action: Action) -> None:
        """Take the action back; undoing it again changes nothing."""
        self._lately.forget(action)
        actions.undo(self._login, action, self._clock)

    def mark(self, action: Action, ends: datetime | None) -> None:
        """Nothing: what is on a list shows by its record, and for mutes there is no private place, see `finding`."""

    def unmark(self, action: Action) -> None:
        """Nothing."""

    def quieted(self, list_title: str) -> Iterator[Quieted]:
        """What stands on accounts, by whomever it was done, see `finding.standing_on`."""
        return finding.standing_on(self._login, list_title)

    def publish(self, parts: Sequence[str], key: str, picture: Picture | None = None) -> str:
        """Send a report to the owner by direct message from the bot login; parts already sent are left out. Messages
        there carry no pictures."""
        return chat.publish(self._messenger(), self._login.did, parts, self._clock.now())

    def answers(self, letter: str, since: datetime, ours: Collection[str]) -> Sequence[Answer]:
        """What the owner wrote to the bot login, see `chat.answers`."""
        return chat.answers(self._messenger(), self._login.did, letter, since)

    def answer(self, parts: Sequence[str], letter: str, to: Answer, key: str) -> Sequence[str]:
        """Answer the owner by direct message, see `chat.answer`."""
        return chat.answer(self._messenger(), parts, letter, to)

    def channel(self) -> Channel:
        """Bluesky's direct messages, which only the two accounts can read. Raises Unsupported without a bot account."""
        return Channel(self._messenger().server, "Bluesky chat", private=True)

    def send_test(self, key: str) -> None:
        """Send the owner a message from the bot account. It stays: nobody can delete what another received."""
        words = f"quietfeed test of {self._clock.now():%-d %b %H:%M} UTC: your reports come here, for you alone."
        chat.publish(self._messenger(), self._login.did, [words], self._clock.now())

    def _messenger(self) -> Login:
        if self._bot is None:
            raise Unsupported("Bluesky has no private posts; a report by direct message needs a bot account")
        return self._bot

    def message_limit(self) -> int:
        """Characters of a direct message."""
        return chat.MOST_CHARACTERS

    def at_a_stretch(self) -> AbstractContextManager[None]:
        """What belongs together, without a pause, see `Budget.at_a_stretch`."""
        return self._budget.at_a_stretch("all", "writes", "writes of a day")

    def usage(self) -> Usage:
        """What was asked so far, the bot login included."""
        return replace(self._budget.usage(), clock_offset=self._login.clock_offset)

    def close(self) -> None:
        """Release connections."""
        self._login.close()
        if self._bot is not None:
            self._bot.close()


def log_in(server: str, handle: str, password: str, clock: Clock, appview: str | None = None) -> tuple[str, Account]:
    """Log in with an app password; returns the session to keep, and the account. The first fault is believed. Raises
    LoginNeeded if refused."""
    sessions: list[str] = []
    login = Login(
        server, None, clock, Budget(clock, WINDOWS, patience=0.0),
        handle=handle, password=lambda: password, save_session=sessions.append, appview=appview,
    )  # fmt: skip
    try:
        account = feed.find(login, login.did)
        return sessions[-1], account
    finally:
        login.close()
