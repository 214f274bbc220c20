"""One owner's login on a small network in memory: the demo and the tests run the real program against it."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime, timedelta

from bot.errors import UserError
from bot.model import EPOCH, SELF, Account, Action, Asked, Doing, Post, Standing, Step, Trail, Unread
from bot.platforms import memory_actions, memory_notes
from bot.platforms.base import (
    AccountGone,
    Answer,
    Channel,
    Enough,
    Feed,
    Follower,
    Gap,
    NotPrivate,
    Page,
    Picture,
    PlatformError,
    Quieted,
    Server,
    TrailPage,
    Unreachable,
    Unsupported,
    Usage,
    never,
)
from bot.platforms.marks import mark_of, marked, unmarked
from bot.platforms.memory_standing import Stands, followers, follows
from bot.platforms.network import Message, Network, Place, Request
from bot.platforms.questions import Questions, refused
from bot.platforms.remembered import NEVER

__all__ = ["Memory", "Message", "Network", "Request"]

PAGE = 40
"""Most items of one page."""
TRAILS: Mapping[Trail, str] = {
    Trail.POSTS: "own posts",
    Trail.FAVOURITES: "favourites",
    Trail.BOOKMARKS: "bookmarks",
}
"""What the request for each trail is called."""
MAX_CHARACTERS = 500
"""Greatest length of one message, in characters."""


class Memory:
    """The Platform protocol on a Network, logged in as `handle`.

    It can stand in for another platform by `name`: as `mastodon`, who lives on another host than the owner is remote.
    """

    def __init__(self, network: Network, handle: str, name: str = "memory") -> None:
        self.name, self.list_quiets_apart = name, False
        self.network = network
        self.handle = handle
        self._me = network.account(handle).id
        self._requests = self._writes = 0
        self._stands = Stands(network, self._me, self._ask, PAGE)

    def _ask(self, what: str, write: bool = False) -> None:
        """One request: counted and logged, then it may fail."""
        self._requests += 1
        self._writes += write
        request = Request(self.network.clock.now(), self.handle, what, write)
        self.network.requests.append(request)
        _raise_next(self.network.faults)
        if self.network.trouble is not None:
            self.network.trouble(request)

    def owner(self) -> Account:
        """The account that is logged in."""
        self._ask("owner")
        return self.network.known(self._me)

    def server(self) -> Server:
        """What the server is."""
        self._ask("server")
        host = self.handle.partition("@")[2]
        return Server(f"https://{host}", "quietfeed memory", MAX_CHARACTERS, clock_offset=0.0)

    def timeline(self, after: str | None) -> Iterator[Page]:
        """Everything since `after`, oldest first; a page is full while more may follow. No cursor: all that is held.

        Where more came than the server holds, the first page tells of the gap.
        """
        place = _place(after)
        while True:
            self._ask("timeline")
            waiting = self.network.home(self._me, place)
            lost = waiting[: max(0, len(waiting) - self.network.holds)]
            items = waiting[len(lost) :][:PAGE]
            gap = _gap(lost, place) if lost and after is not None else None
            place = items[-1][0] if items else place
            posts = tuple(post for _, post in items)
            yield Page(posts, self._named(posts), _cursor(place) if place[0] > EPOCH else None, gap=gap)
            if len(items) < PAGE:
                return

    def _named(self, posts: Sequence[Post]) -> tuple[Account, ...]:
        ids = dict.fromkeys(one for post in posts for one in (post.author, post.repost_of) if one)
        return tuple(self.network.known(one) for one in ids)

    def posts_by(self, account: Account, since: datetime, limit: int, enough: Enough = never) -> Feed:
        """The account's own feed, newest first, one request a page. Raises AccountGone where it is barred or gone."""
        self._ask("posts_by")
        if account.id not in self.network.accounts or account.id in self.network.gone:
            raise AccountGone(f"{account.handle} is not there any more")
        if (account.id, self._me) in self.network.blocks:
            raise AccountGone(f"{account.handle} blocks you")
        inside = [post for post in self.network.feed_here(account.id) if post.created_at >= since]
        read = min(len(inside), PAGE)
        while read < min(len(inside), limit) and not enough(inside[:read]):
            self._ask("posts_by")
            read += PAGE
        shown = tuple(inside[: min(read, limit)])
        return Feed(self.network.known(account.id), shown, truncated=len(inside) > len(shown))

    def origin_feed(self, account: Account, since: datetime, limit: int) -> Feed | None:
        """Everything that its own server shows, None for who lives on the owner's; Unreachable where it is closed."""
        if account.handle.partition("@")[2] == self.handle.partition("@")[2]:
            return None
        self._ask("origin_feed")
        if account.id in self.network.closed or account.id in self.network.gone:
            raise Unreachable(f"the server of {account.handle} shows nothing to strangers")
        inside = [post for post in self.network.feed(account.id) if post.created_at >= since]
        return Feed(self.network.known(account.id), tuple(inside[:limit]), truncated=len(inside) > limit)

    def find(self, handle: str) -> Account:
        """The account of a handle. Raises UserError where there is none."""
        self._ask("find")
        return self.network.account(handle)

    def standing(self, accounts: Sequence[Account], deciding: bool, within: timedelta = NEVER) -> dict[str, Standing]:
        """How the owner stands to each account, see `memory_standing`."""
        return self._stands.to(accounts, within)

    def followed(self, accounts: Sequence[Account]) -> frozenset[str]:
        """Whom of the accounts the owner follows: one request per page of accounts."""
        for _ in range(0, len(accounts), PAGE):
            self._ask("relations")
        return frozenset(one.id for one in accounts if (self._me, one.id) in self.network.follows)

    def follows(self) -> Iterator[Account]:
        """Everybody whom the owner follows, who is gone as well: one request a page."""
        return follows(self.network, self._me, self._ask, PAGE)

    def followers(self, since: datetime) -> Iterator[Follower]:
        """Who followed the owner since, newest first."""
        self._ask("followers")
        return iter(followers(self.network, self._me, since))

    def takes(self, feeds: int) -> timedelta:
        """No time at all."""
        return timedelta(0)

    def trail(self, trail: Trail, cursor: str | None) -> TrailPage:
        """One page of what the owner did, dated, one request; the cursor names the last doing of the page before."""
        questions = Questions((Unsupported,), _refused)
        questions.ask(trail.asked, lambda: self._ask(TRAILS[trail]))
        if questions.unread():
            return TrailPage(unread=questions.unread())
        dated = self._doings(trail)
        behind = [item for item in dated if cursor is None or item[0] < _before(cursor)]
        page = behind[:PAGE]
        onward = f"{page[-1][0][0].isoformat()}/{page[-1][0][1]}" if len(behind) > PAGE else None
        return TrailPage(tuple(doing for _, doing in page), onward, max((at for (at, _), _ in page), default=None))

    def _doings(self, trail: Trail) -> list[tuple[tuple[datetime, str], Doing]]:
        """Everything that the owner did, newest first, each with its place."""
        net, me = self.network, self._me
        if trail is Trail.POSTS:
            found = [(post.created_at, post.id, *_dealt(post)) for post in net.feed(me)]
        else:
            valued = net.favourites if trail is Trail.FAVOURITES else net.bookmarks
            found = [(at, post, trail.asked[0], (author,)) for at, post, author in net.valued(valued, me)]
        doings = [((at, key), Doing(f"{key} {at.isoformat()}", asked, ids, at)) for at, key, asked, ids in found]
        return sorted(doings, key=lambda item: item[0], reverse=True)

    def lists(self) -> tuple[str, ...]:
        """Titles of the owner's lists."""
        self._ask("lists")
        return tuple(owned.title for owned in self.network.lists[self._me])

    def before(self, action: Action, standing: Standing) -> Mapping[str, str]:
        """Whether the step stands already, under its name; of a mute also `until`, where it has an end."""
        return memory_actions.before(action, standing)

    def act(self, action: Action) -> None:
        """Do the action. Only a followed account can be listed or lose its reposts."""
        self._write(action, action.step, memory_actions.act)

    def undo(self, action: Action) -> None:
        """Take the action back: what stood before it stands again, also on who is gone."""
        self._write(action, f"undo {action.step}", memory_actions.undo)

    def _write(self, action: Action, what: str, do: Callable[[Network, str, Action], None]) -> None:
        if action.step is not Step.REPORT:
            self._ask(what, write=True)
            self._stands.forget(action)
            do(self.network, self._me, action)
            _raise_next(self.network.lost)

    def mark(self, action: Action, ends: datetime | None) -> None:
        """Mark what was done in the owner's note on the account."""
        self._write_note(action, marked(self._note(action), mark_of(action, ends)))

    def unmark(self, action: Action) -> None:
        """Take the mark out of the note."""
        self._write_note(action, unmarked(self._note(action), mark_of(action)))

    def _note(self, action: Action) -> str:
        return self.network.notes.get((self._me, action.account.id), "")

    def _write_note(self, action: Action, text: str) -> None:
        if text != self._note(action):
            self._ask("note", write=True)
            self.network.write_note(self.handle, memory_actions.handle_of(self.network, action), text)
            _raise_next(self.network.lost)

    def quieted(self, list_title: str) -> Iterator[Quieted]:
        """What stands on accounts, by whomever it was done."""
        self._ask("quieted")
        return memory_notes.standing_on(self.network, self._me, list_title)

    def publish(self, parts: Sequence[str], key: str, picture: Picture | None = None) -> str:
        """Send a private message to the owner; returns its page. Raises PlatformError for a part that is too long."""
        self._ask("publish", write=True)
        sent = self.network.messages
        known = next((one for one in sent if (one.handle, one.key) == (self.handle, key)), None)
        if known is not None:
            return known.url
        if any(len(part) > MAX_CHARACTERS for part in parts):
            raise PlatformError(f"a message carries at most {MAX_CHARACTERS} characters")
        if self.network.privacy == "broken":
            raise NotPrivate("it would have been visible to your followers, so it was deleted")
        url = f"{self.network.accounts[self._me].url}/messages/{len(sent) + 1}"
        sent.append(Message(self.network.clock.now(), self.handle, key, tuple(parts), url, picture))
        _raise_next(self.network.lost)
        return url

    def answers(self, letter: str, since: datetime, ours: Collection[str]) -> Sequence[Answer]:
        """What the owner wrote beneath a message."""
        self._ask("answers")
        if letter not in {message.url for message in self.network.messages}:
            raise Unsupported("there is no such message any more")
        mine = [one for one in self.network.answers_to_letters if (one.url, one.author) == (letter, self._me)]
        return [Answer(one.id, one.text, one.at) for one in mine if one.at >= since]

    def answer(self, parts: Sequence[str], letter: str, to: Answer, key: str) -> Sequence[str]:
        """Send the owner a message."""
        return [self.publish(parts, key)]

    def channel(self) -> Channel:
        """The network itself."""
        return Channel(self.handle.partition("@")[2], self.network.software, self.network.privacy == "known")

    def send_test(self, key: str) -> None:
        """Send a message, and take it back."""
        self.publish(["A test."], key)
        del self.network.messages[-1]

    def message_limit(self) -> int:
        """The greatest length of one part, in characters."""
        return MAX_CHARACTERS

    def at_a_stretch(self) -> AbstractContextManager[None]:
        """Nothing here waits for limits."""
        return nullcontext()

    def usage(self) -> Usage:
        """What was asked so far by this login."""
        return Usage(requests=self._requests, writes=self._writes)

    def close(self) -> None:
        """Nothing to release."""


def _raise_next(faults: list[Exception | None]) -> None:
    """Raise the first of the faults set up, if it is one."""
    fault = faults.pop(0) if faults else None
    if fault is not None:
        raise fault


def _refused(asked: Asked, fault: UserError) -> Unread:
    return refused(asked, str(fault))


def _dealt(post: Post) -> tuple[Asked | None, tuple[str, ...]]:
    """With whom the owner dealt in a post of theirs."""
    if post.repost_of is not None:
        return Asked.REPOSTS, (post.repost_of,)
    return (Asked.ANSWERS, (post.reply_to,)) if post.reply_to not in (None, SELF) else (None, ())


def _before(cursor: str) -> tuple[datetime, str]:
    """The place that a trail's cursor names; one that is not ours leads to nothing, as on servers."""
    at, _, key = cursor.partition("/")
    try:
        return datetime.fromisoformat(at), key
    except ValueError:
        return EPOCH, ""


def _cursor(place: Place) -> str:
    return f"{place[0].isoformat()}/{place[1]}"


def _place(cursor: str | None) -> Place:
    """Where a cursor stands; one that is not ours begins anew, as servers do."""
    at, _, serial = (cursor or "").partition("/")
    try:
        return datetime.fromisoformat(at), int(serial)
    except ValueError:
        return EPOCH, 0


def _gap(lost: Sequence[tuple[Place, Post]], place: Place) -> Gap:
    reason = f"more came than the server holds: {len(lost)} posts were lost"
    return Gap(reason, since=place[0], until=lost[-1][0][0])
