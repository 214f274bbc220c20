"""The Platform protocol: what the core may ask of a network, and how a network may fail."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from bot.errors import Failure, UserError
from bot.model import Account, Action, Doing, Look, Post, Standing, Step, Trail, Unread


class PlatformError(Failure):
    """The network could not do what was asked; the sweep ends and the next one tries again."""


class Unreachable(PlatformError):
    """No usable answer: connection refused or reset, timeout, 5xx, malformed body. Passing, so worth retrying."""


class RateLimited(PlatformError):
    """The server asked us to wait (429). `retry_at` says until when, None where the server did not."""

    def __init__(self, message: str, retry_at: datetime | None = None) -> None:
        super().__init__(message)
        self.retry_at = retry_at


class LoginNeeded(UserError):
    """No valid login: token missing, revoked or expired. The remedy is `quietfeed login PROFILE`."""


class Unsupported(PlatformError):
    """The server does not have this (404 or 501 on an endpoint, or a feature that its version lacks)."""


class AccountGone(PlatformError):
    """The account cannot be read any more: deleted, suspended, deactivated, or it blocks the owner."""


class DryRunViolation(AssertionError):
    """A write was attempted in dry run: a fault in quietfeed itself, never caught."""


@dataclass(frozen=True, slots=True)
class Gap:
    """A stretch of the timeline that could not be read. `since` and `until` bound it where known."""

    reason: str
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """One page of the owner's home timeline.

    `cursor` is what `timeline(after=…)` wants next time once this page is stored, or None where the page alone
    is no place to go on from (a walk back in time is only safe to resume from when it has ended).
    """

    posts: tuple[Post, ...]
    accounts: tuple[Account, ...]
    """Everybody whom the posts name as author or reposted author, as far as the page told."""
    cursor: str | None
    unreadable: int = 0
    """Items that were skipped because they could not be read."""
    gap: Gap | None = None


@dataclass(frozen=True, slots=True)
class Feed:
    """An account's own feed, newest first, replies included."""

    account: Account
    posts: tuple[Post, ...]
    unreadable: int = 0
    truncated: bool = False
    """Whether the server holds more inside the window than the limit allowed."""
    origin_read: datetime | None = None
    """When the account's own server was last asked for it; None where only the owner's server was."""
    looks: tuple[Look, ...] = ()
    """How many posts the owner's server counted when the feed was read, and before, oldest first."""


@dataclass(frozen=True, slots=True)
class TrailPage:
    """One page of what the owner did, newest first."""

    doings: tuple[Doing, ...] = ()
    onward: str | None = None
    """Leads to the next page, of older doings; None where there is none."""
    latest: datetime | None = None
    """When the latest on this page was done; where they are not `dated`, when the latest of the posts was written."""
    dated: bool = True
    """Whether the network tells when each was done. Otherwise only their order is known."""
    by_post: bool = False
    """Whether they seem to stand in the order in which the posts were written, as some servers list favourites: then
    a new one may stand anywhere."""
    unreadable: int = 0
    """Items of which it cannot be read whom they concern."""
    cut: bool = False
    """Whether the trail ends here though it should go on."""
    unread: tuple[Unread, ...] = ()
    """Why the page could not be read, where it could not; what else it says means nothing then."""


@dataclass(frozen=True, slots=True)
class Usage:
    """What was asked of the server since the adapter was made, and what it allows."""

    requests: int = 0
    writes: int = 0
    retries: int = 0
    waited: float = 0.0
    """Seconds spent waiting for limits or after faults."""
    allowed: int | None = None
    """Requests that the server allows in its present window, where it says."""
    remaining: int | None = None
    reset: datetime | None = None


@dataclass(frozen=True, slots=True)
class Server:
    """What `doctor` tells of the server."""

    url: str
    software: str
    """As it names itself, with its version."""
    max_characters: int
    lacks: Mapping[Step, str] = field(default_factory=dict)
    """Steps of the ladder that the server lacks, each with what will be done instead."""
    notes: tuple[str, ...] = ()
    """Further facts worth a line: missing endpoints, scopes, clock difference."""
    clock_offset: float | None = None
    """Seconds by which the server's clock is ahead of ours."""


class Platform(Protocol):
    """One owner's login on one server.

    Every method may raise PlatformError, LoginNeeded, or Stopped when the process is ending.
    """

    name: str
    """`mastodon`, `bluesky` or `memory`."""

    def owner(self) -> Account:
        """The account that is logged in."""

    def server(self) -> Server:
        """What the server is and what it lacks."""

    def timeline(self, after: str | None) -> Iterator[Page]:
        """Everything on the home timeline since the cursor `after`, page by page, without a hole.

        With `after=None` as far back as the server gives. Muted accounts do not show there. A page that cannot
        be fetched raises; what was yielded before stays valid.
        """

    def posts_by(self, account: Account, since: datetime, limit: int) -> Feed:
        """The account's own feed, replies and reposts included, newest first: at most `limit` posts, none older
        than `since`. Raises AccountGone where it cannot be read."""

    def origin_feed(self, account: Account, since: datetime, limit: int) -> Feed | None:
        """The account's public posts as its own server shows them to everybody, for the replies that the owner's
        server was never sent; without the owner's login or name. Ids of posts are that server's; account and authors
        of own posts carry the ids of `account`. None where there is no other server. Raises PlatformError where it
        does not tell."""

    def find(self, handle: str) -> Account:
        """The account of a handle. Raises UserError with a clear word where there is none."""

    def standing(self, accounts: Sequence[Account], deciding: bool) -> dict[str, Standing]:
        """How the owner stands to each account, by account id; what they did is told by `trail`. Always fresh, never
        cached.

        `deciding`: asked for the sake of the protections, so what cannot be read is kept as unread. Otherwise an
        action is read back: a fault of the network is raised, and what only protects is not asked.
        """

    def trail(self, trail: Trail, cursor: str | None) -> TrailPage:
        """One page of what the owner did: the newest, or the one that a page's `onward` leads to. A cursor may be
        kept; one that the server does not know any more may lead to an empty page, to another, or to a fault."""

    def lists(self) -> tuple[str, ...]:
        """Titles of the owner's lists."""

    def act(self, action: Action) -> Mapping[str, str]:
        """Do the action; doing it again changes nothing. Returns what stood before, for `undo`.

        Raises Unsupported where the server or the account does not allow this step.
        """

    def undo(self, action: Action) -> None:
        """Take the action back and restore `action.before`; undoing it again changes nothing."""

    def publish(self, parts: Sequence[str], key: str) -> str:
        """Send a report to the owner alone, in order, as one thread; returns where it can be read.

        `key` makes it idempotent: the same key never publishes twice. Raises Unsupported, with a clear word,
        where no private channel is configured, and where the server would make it visible to others.
        """

    def message_limit(self) -> int:
        """The greatest length of one part for `publish`, in characters as the platform counts them."""

    def usage(self) -> Usage:
        """What was asked of the server so far."""

    def close(self) -> None:
        """Release connections."""
