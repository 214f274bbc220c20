"""Dry run as an object: wraps any platform, lets reads pass and refuses every action."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from typing import NoReturn

from bot.model import Account, Action, Standing, Trail
from bot.platforms.base import (
    Answer,
    Channel,
    DryRunViolation,
    Enough,
    Feed,
    Follower,
    Page,
    Picture,
    Platform,
    Quieted,
    Server,
    TrailPage,
    Usage,
    never,
)
from bot.platforms.remembered import NEVER


class Dry:
    """A platform on which nobody can be touched.

    `publish` passes: a report to the owner alone is what a dry run is for. Whatever writes raises DryRunViolation
    before anything is asked of the server, for reaching them in dry run is a fault in quietfeed.
    """

    def __init__(self, platform: Platform) -> None:
        self.platform = platform
        self.name, self.list_quiets_apart = platform.name, platform.list_quiets_apart

    def owner(self) -> Account:
        """The account that is logged in."""
        return self.platform.owner()

    def server(self) -> Server:
        """What the server is and what it lacks."""
        return self.platform.server()

    def timeline(self, after: str | None) -> Iterator[Page]:
        """Everything on the home timeline since `after`."""
        return self.platform.timeline(after)

    def posts_by(self, account: Account, since: datetime, limit: int, enough: Enough = never) -> Feed:
        """The account's own feed."""
        return self.platform.posts_by(account, since, limit, enough)

    def origin_feed(self, account: Account, since: datetime, limit: int) -> Feed | None:
        """The account's public posts as its own server shows them."""
        return self.platform.origin_feed(account, since, limit)

    def find(self, handle: str) -> Account:
        """The account of a handle."""
        return self.platform.find(handle)

    def standing(self, accounts: Sequence[Account], deciding: bool, within: timedelta = NEVER) -> dict[str, Standing]:
        """How the owner stands to each account."""
        return self.platform.standing(accounts, deciding, within)

    def followed(self, accounts: Sequence[Account]) -> frozenset[str]:
        """Whom of the accounts the owner follows."""
        return self.platform.followed(accounts)

    def follows(self) -> Iterator[Account]:
        """Everybody whom the owner follows."""
        return self.platform.follows()

    def followers(self, since: datetime) -> Iterator[Follower]:
        """Who followed the owner since."""
        return self.platform.followers(since)

    def takes(self, feeds: int) -> timedelta:
        """How long it takes to read so many own feeds."""
        return self.platform.takes(feeds)

    def trail(self, trail: Trail, cursor: str | None) -> TrailPage:
        """One page of what the owner did."""
        return self.platform.trail(trail, cursor)

    def lists(self) -> tuple[str, ...]:
        """Titles of the owner's lists."""
        return self.platform.lists()

    def before(self, action: Action, standing: Standing) -> Mapping[str, str]:
        """What stands before the action."""
        return self.platform.before(action, standing)

    def act(self, action: Action) -> None:
        """Raises DryRunViolation."""
        _refuse(action)

    def undo(self, action: Action) -> None:
        """Raises DryRunViolation."""
        _refuse(action)

    def mark(self, action: Action, ends: datetime | None) -> None:
        """Raises DryRunViolation."""
        _refuse(action)

    def unmark(self, action: Action) -> None:
        """Raises DryRunViolation."""
        _refuse(action)

    def quieted(self, list_title: str) -> Iterator[Quieted]:
        """What stands on accounts, by whomever it was done."""
        return self.platform.quieted(list_title)

    def publish(self, parts: Sequence[str], key: str, picture: Picture | None = None) -> str:
        """Send a report to the owner alone."""
        return self.platform.publish(parts, key, picture)

    def answers(self, letter: str, since: datetime, ours: Collection[str]) -> Sequence[Answer]:
        """What the owner wrote in answer to a report."""
        return self.platform.answers(letter, since, ours)

    def answer(self, parts: Sequence[str], letter: str, to: Answer, key: str) -> Sequence[str]:
        """Answer the owner alone."""
        return self.platform.answer(parts, letter, to, key)

    def channel(self) -> Channel:
        """By what `publish` would send."""
        return self.platform.channel()

    def send_test(self, key: str) -> None:
        """Send a harmless message, and delete it again."""
        self.platform.send_test(key)

    def message_limit(self) -> int:
        """The greatest length of one part for `publish`."""
        return self.platform.message_limit()

    def at_a_stretch(self) -> AbstractContextManager[None]:
        """What belongs together, without a pause."""
        return self.platform.at_a_stretch()

    def usage(self) -> Usage:
        """What was asked of the server so far."""
        return self.platform.usage()

    def close(self) -> None:
        """Release connections."""
        self.platform.close()


def _refuse(action: Action) -> NoReturn:
    raise DryRunViolation(f"{action.step} of {action.account.handle} was attempted in dry run")
