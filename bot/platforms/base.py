"""The Platform protocol: what the core may ask of a network, and how a network may fail."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol, TypeAlias

from bot.errors import Failure, UserError
from bot.logins import anew
from bot.model import Account, Action, Doing, Look, Post, Standing, Step, Trail, Unread


class PlatformError(Failure):
    """The network could not do what was asked; the sweep ends and the next one tries again."""


class Unreachable(PlatformError):
    """No usable answer: connection refused or reset, timeout, 5xx, malformed body; or none at all, since the address or
    the certificate is wrong.

    `remedy` is what the owner can do, in a clause; empty where there is nothing to do but to wait.
    """

    def __init__(self, message: str, remedy: str = "") -> None:
        super().__init__(message)
        self.remedy = remedy

    @property
    def may_pass(self) -> bool:
        """Whether it may be over within seconds, so that asking again at once is worth it: what waits for the owner to
        do something is not."""
        return not self.remedy


class Unusable(Unreachable):
    """An answer that is none for us and would be no better a moment later: it leads to another host, does not end in
    time, or is too large."""

    may_pass = False


class RateLimited(PlatformError):
    """The server asked us to wait (429). `retry_at` says until when, None where the server did not."""

    def __init__(self, message: str, retry_at: datetime | None = None) -> None:
        super().__init__(message)
        self.retry_at = retry_at


class LoginNeeded(UserError):
    """No valid login: token missing, revoked or expired. Whoever knows the profile names the remedy: `told`."""


class Unsupported(PlatformError):
    """The server does not have this (404 or 501 on an endpoint, or a feature that its version lacks)."""


class OnlyReads(Unsupported):
    """This login is for reading alone, and this would write: nothing was asked of the server. `remedy` is the next
    step, in which {anew} stands for how a login is made anew."""

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(message)
        self.remedy = remedy


class NotPrivate(Unsupported):
    """Others than the owner could see what was sent to the owner. Whether it could be deleted, the message says."""


class NotNow(Unsupported):
    """A letter was refused in a way that may pass: it is worth another try, later. `login` is the option of that verb
    by which a login is made anew, where that is what is wrong."""

    def __init__(self, message: str, login: str = "") -> None:
        super().__init__(message)
        self.login = login


class AccountGone(PlatformError):
    """The account cannot be read any more: deleted, suspended, deactivated, or it blocks the owner."""


def next_step(fault: Exception, profile: str, *, by_hand: bool = False) -> str:
    """What the owner can do about a fault of a profile's network, in a clause; empty where the fault says so itself, or
    where it passes and nobody sits there (`by_hand`) who could look closer."""
    if isinstance(fault, LoginNeeded):
        return anew(profile)
    if isinstance(fault, NotNow) and fault.login:
        return anew(profile, fault.login)
    if isinstance(fault, OnlyReads):
        return fault.remedy.format(anew=anew(profile))
    if isinstance(fault, RateLimited):
        return "it goes on by itself"
    if isinstance(fault, Unreachable) and not (fault.may_pass and by_hand):
        return fault.remedy
    if isinstance(fault, Unreachable):
        return "is the address right, and the server up? `quietfeed doctor` looks closer"
    if isinstance(fault, AccountGone):
        return "it was deleted or suspended, or does not let you read it"
    if isinstance(fault, PlatformError):
        return "`quietfeed doctor` says what the server lacks"
    return ""


def told(fault: Exception, profile: str, *, by_hand: bool = False) -> str:
    """A fault as the owner reads it: what is wrong, and the next step."""
    return "; ".join(part for part in (str(fault), next_step(fault, profile, by_hand=by_hand)) if part)


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
    posts: Sequence[Post]
    unreadable: int = 0
    truncated: bool = False
    """Whether the server holds more inside the window than the limit allowed."""
    origin_read: datetime | None = None
    """When the account's own server was last asked for it; None where only the owner's server was."""
    looks: tuple[Look, ...] = ()
    """How many posts the owner's server counted when the feed was read, and before, oldest first."""


Enough: TypeAlias = Callable[[Sequence[Post]], bool]
"""Whether the posts read so far, newest first, are enough: then no further page is asked for."""


def never(posts: Sequence[Post]) -> bool:
    """Nothing is enough: a feed is read to its end, or as far as the limit."""
    return False


@dataclass(frozen=True, slots=True)
class Follower:
    """Somebody who followed the owner, and when."""

    account: Account
    at: datetime


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
    clock_offset: float | None = None
    """Seconds by which the server's clock is ahead of ours, as its last answer told."""


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


@dataclass(frozen=True, slots=True)
class Channel:
    """By what letters reach the owner: where, and whether it is known that nobody else sees them."""

    server: str
    """Its address."""
    software: str
    """As it names itself, with its version; empty where it does not say."""
    private: bool
    """Whether this software, in this version, is known to keep a letter private."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the owner wrote in answer to a report."""

    id: str
    """Stays the same when the text is edited."""
    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Quieted:
    """One step that stands on one account, by whomever it was done."""

    account: Account
    step: Step
    until: datetime | None = None
    """When it ends: by the server's word, else by the mark's; None where neither says."""
    ends: datetime | None = None
    """When the server says that it ends by itself."""
    ours: bool = False
    """Whether it carries quietfeed's mark."""
    list_title: str = ""
    before: Mapping[str, str] = field(default_factory=dict)
    """What `Platform.before` would tell without it: what `undo` puts back."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that goes with a letter."""

    png: bytes
    words: str
    """What it shows, for whoever does not see it."""


class Platform(Protocol):
    """One owner's login on one server.

    Every method may raise PlatformError, LoginNeeded, or Stopped when the process is ending.
    """

    name: str
    """`mastodon`, `bluesky` or `memory`."""
    list_quiets_apart: bool
    """Whether what makes a list quiet its members is a request of its own, after an entry's: nobody sees of an entry
    that was cut off whether that one came through."""

    def owner(self) -> Account:
        """The account that is logged in."""

    def server(self) -> Server:
        """What the server is and what it lacks."""

    def timeline(self, after: str | None) -> Iterator[Page]:
        """Everything on the home timeline since the cursor `after`, page by page, without a hole.

        With `after=None` as far back as the server gives. Muted accounts do not show there. A page that cannot
        be fetched raises; what was yielded before stays valid.
        """

    def posts_by(self, account: Account, since: datetime, limit: int, enough: Enough = never) -> Feed:
        """The account's own feed, replies and reposts included, newest first: at most `limit` posts, none older
        than `since`. It is asked after each page whether that is `enough`. Raises AccountGone where it cannot be
        read."""

    def origin_feed(self, account: Account, since: datetime, limit: int) -> Feed | None:
        """The account's public posts as its own server shows them to everybody, for the replies that the owner's
        server was never sent; without the owner's login or name. Ids of posts are that server's; account and authors
        of own posts carry the ids of `account`. None where there is no other server. Raises PlatformError where it
        does not tell."""

    def find(self, handle: str) -> Account:
        """The account of a handle. Raises UserError with a clear word where there is none."""

    def standing(
        self, accounts: Sequence[Account], deciding: bool, within: timedelta = timedelta(0)
    ) -> dict[str, Standing]:
        """How the owner stands to each account, by account id; what they did is told by `trail`.

        `deciding`: asked for the sake of the protections, so what cannot be read is kept as unread. Otherwise an
        action is read back: a fault of the network is raised, and what only protects is not asked.

        `within`: what this login was told less than so long ago may be told again, and need not be asked for; what it
        changed itself since is. Without, all of it is fresh, as it must be for whoever acts.
        """

    def followed(self, accounts: Sequence[Account]) -> frozenset[str]:
        """Ids of those of the accounts whom the owner follows, fresh, in as few requests as the server allows; one of
        whom it does not say so is left out."""

    def follows(self) -> Iterator[Account]:
        """Everybody whom the owner follows, each once, page by page. One who is gone may be among them."""

    def followers(self, since: datetime) -> Iterator[Follower]:
        """Who followed the owner after that, newest first, each once. Raises PlatformError where the server does not
        tell it with dates."""

    def takes(self, feeds: int) -> timedelta:
        """About how long it takes to read so many own feeds one after the other, within the limits."""

    def trail(self, trail: Trail, cursor: str | None) -> TrailPage:
        """One page of what the owner did: the newest, or the one that a page's `onward` leads to. A cursor may be
        kept; one that the server does not know any more may lead to an empty page, to another, or to a fault."""

    def lists(self) -> tuple[str, ...]:
        """Titles of the owner's lists."""

    def before(self, action: Action, standing: Standing) -> Mapping[str, str]:
        """What stands before the action is first done, for `undo` to put back: read off the standing, and asked of
        the server where that does not tell. Whoever acts keeps it before anything is written, so that no effect of
        an action is ever taken for what stood before it."""

    def act(self, action: Action) -> None:
        """Do the action; doing it again changes nothing, and what is stronger than it stays as it is.

        Raises Unsupported where the server or the account does not allow this step.
        """

    def undo(self, action: Action) -> None:
        """Take the action back and restore `action.before`; undoing it again changes nothing."""

    def mark(self, action: Action, ends: datetime | None) -> None:
        """Mark what was done as quietfeed's, where only the owner sees it: another store finds it again by that.

        `ends`: when the server said that the action ends by itself. Marking again changes nothing; where there is no
        private place for it, or no permission or room, nothing is marked.
        """

    def unmark(self, action: Action) -> None:
        """Take the mark away again, and nothing else."""

    def quieted(self, list_title: str) -> Iterator[Quieted]:
        """Who is muted, whose reposts are hidden, and who is on the list of that title, by whomever it was done; of
        other lists whoever carries quietfeed's mark. Page by page, as far as a bounded number of requests reaches;
        what the server does not tell is left out."""

    def publish(self, parts: Sequence[str], key: str, picture: Picture | None = None) -> str:
        """Send a report to the owner alone, in order, as one thread; returns where it can be read. The picture goes
        with the first part; where it cannot be sent, the letter goes without.

        `key` makes it idempotent: the same key never publishes twice. Raises NotPrivate where others could see it,
        after it was deleted; NotNow where it is worth another try; Unsupported where it never will be taken.
        """

    def answers(self, letter: str, since: datetime, ours: Collection[str]) -> Sequence[Answer]:
        """What the owner's own account wrote in answer to a report, oldest first: never anybody else's words, whoever
        wrote there. One request, as a rule.

        `letter` is what `publish` returned. `ours` are the texts that quietfeed wrote there or may have written: on
        some networks it writes by the owner's own account. What was written before `since` may be left out. Raises
        Unsupported where there is no such place any more.
        """

    def answer(self, parts: Sequence[str], letter: str, to: Answer, key: str) -> Sequence[str]:
        """Answer the owner where they answered, in order, to them alone; ids of what was written.

        `key` makes it idempotent, and all is raised as by `publish`.
        """

    def channel(self) -> Channel:
        """By what `publish` would send. Raises Unsupported, with a clear word, where there is no private way at all."""

    def send_test(self, key: str) -> None:
        """Send a harmless message as `publish` would, see that nobody else can read it, and delete it again.

        Returns where all of that held. Raises NotPrivate where others could see it.
        """

    def message_limit(self) -> int:
        """The greatest length of one part for `publish`, in characters as the platform counts them."""

    def at_a_stretch(self) -> AbstractContextManager[None]:
        """What is asked within it belongs together, as an action and its read-back do: nothing there waits for limits.
        It begins once there is room for that; raises RateLimited where that is too far off."""

    def usage(self) -> Usage:
        """What was asked of the server so far."""

    def close(self) -> None:
        """Release connections."""
