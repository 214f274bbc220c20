"""A whole small network in memory: accounts, follows, posts, mutes, lists, and what everybody may do by hand.

It behaves as an honest server does. Facts that it copies are Mastodon's (`feed_manager.rb`): the home timeline
holds at most 800 items and drops replies to people whom the reader does not follow, muted accounts, reposts and
mentions of them, members of exclusive lists, and hidden reposts. Posts dated later than the clock do not exist yet.
"""

from bisect import bisect_right, insort
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal, TypeAlias

from bot import handles
from bot.clock import Clock
from bot.errors import UserError
from bot.model import EPOCH, SELF, Account, Post
from bot.platforms.base import Picture

HOME_HOLDS = 800
"""Items that a home timeline holds."""
Pair: TypeAlias = tuple[str, str]
"""Ids of who does it and to whom (or to which post) it is done."""
Place: TypeAlias = tuple[datetime, int]
"""Where a post stands in time: two posts of one moment stand in the order in which they were written."""


@dataclass(frozen=True, slots=True)
class Request:
    """One thing asked of the network: when, by whom (handle), what, and whether it changes anything."""

    at: datetime
    handle: str
    what: str
    write: bool = False


@dataclass(frozen=True, slots=True)
class Message:
    """One private message, as its reader finds it."""

    at: datetime
    handle: str
    key: str
    parts: tuple[str, ...]
    url: str
    picture: Picture | None = None


@dataclass(frozen=True, slots=True)
class Written:
    """What somebody wrote beneath a private message."""

    id: str
    at: datetime
    author: str
    """Their id."""
    url: str
    """The message's."""
    text: str


@dataclass(slots=True)
class OwnedList:
    """One account's list. Members of an exclusive one do not show in its home timeline."""

    title: str
    exclusive: bool = False
    members: set[str] = field(default_factory=set)


class Network:
    """The network and what its members do by hand. People are named by handle, times default to now.

    `faults` are raised one by one, one a request (None lets a request pass); `trouble` is asked at every request
    and may raise by itself; `lost` are raised one by one after a write has taken, as when the answer gets lost.
    `privacy` of messages is `known`, `unknown`, or `broken`: then they go to followers, and are deleted; `software`
    names what the network runs on.
    `requests` and `messages` are there to be looked at. Whoever is `unheard` lives on a server that never sent their
    replies to others; where that server is `closed` it does not show them to strangers either.
    """

    def __init__(self, clock: Clock, holds: int = HOME_HOLDS) -> None:
        self.clock = clock
        self.holds = holds
        self.faults: list[Exception | None] = []
        self.lost: list[Exception | None] = []
        self.trouble: Callable[[Request], None] | None = None
        self.software = "quietfeed memory"
        self.privacy: Literal["known", "unknown", "broken"] = "known"
        self.requests: list[Request] = []
        self.messages: list[Message] = []
        self.answers_to_letters: list[Written] = []
        self.accounts: dict[str, Account] = {}
        self.gone: set[str] = set()
        self.unheard: set[str] = set()
        self.closed: set[str] = set()
        self.follows: dict[Pair, datetime] = {}
        self.mutes: dict[Pair, datetime | None] = {}
        self.hidden: set[Pair] = set()
        self.blocks: set[Pair] = set()
        self.notified: set[Pair] = set()
        self.favourites: dict[Pair, datetime] = {}
        self.bookmarks: dict[Pair, datetime] = {}
        self.notes: dict[Pair, str] = {}
        self.lists: dict[str, list[OwnedList]] = defaultdict(list)
        self._ids: dict[str, str] = {}
        self._posts: list[tuple[datetime, int, Post]] = []
        self._feeds: dict[str, list[tuple[datetime, int, Post]]] = defaultdict(list)
        self._authors: dict[str, str] = {}
        self._serial = 0

    # Who is there

    def join(self, handle: str, account: Account | None = None) -> Account:
        """A new account; what is told of it besides the handle is taken from `account`."""
        name, _, host = handle.partition("@")
        told = account or Account("", handle, display_name=name.capitalize())
        made = replace(told, id=f"a{len(self.accounts) + 1}", handle=handle, url=f"https://{host}/@{name}")
        self.accounts[made.id] = made
        self._ids[handles.key(handle)] = made.id
        return made

    def account(self, handle: str) -> Account:
        """The account of a handle, with its present numbers. Raises UserError where there is none."""
        found = handle if handle in self.accounts else self._ids.get(handles.key(handle))
        if found is None or found in self.gone:
            raise UserError(f"there is no account {handle!r}; check the spelling, it is written name@host")
        return self.known(found)

    def known(self, account_id: str) -> Account:
        """The account of an id; its numbers are those told when it joined and what happened since."""
        told = self.accounts[account_id]
        return replace(
            told,
            followers=(told.followers or 0) + sum(whom == account_id for _, whom in self.follows),
            following=(told.following or 0) + sum(who == account_id for who, _ in self.follows),
            post_count=len(self._until_now(self._feeds[account_id])),
        )

    def suspend(self, handle: str) -> None:
        """Take the account and its posts away for good."""
        self.gone.add(self._id(handle))

    def hide_replies(self, handle: str, closed: bool = False) -> None:
        """Their server sends their replies to nobody here, and where `closed` tells no stranger of them."""
        self.unheard.add(self._id(handle))
        if closed:
            self.closed.add(self._id(handle))

    def _id(self, handle: str) -> str:
        return self._ids[handles.key(handle)]

    # What people write

    def post(self, who: str, post: Post | str, at: datetime | None = None, answering: Post | None = None) -> Post:
        """Publish; of a Post given, id, author, time, page and the answer are filled in."""
        author = self._id(who)
        draft = Post("", author, EPOCH, text=post) if isinstance(post, str) else post
        if answering is not None:
            to = SELF if answering.author == author else answering.author
            draft = replace(draft, reply_to=to, reply_to_post=answering.id)
        return self._publish(author, draft, at)

    def answer(self, who: str, url: str, text: str) -> str:
        """Write beneath a private message; the id of what was written."""
        self._serial += 1
        self.answers_to_letters.append(Written(f"w{self._serial}", self.clock.now(), self._id(who), url, text))
        return self.answers_to_letters[-1].id

    def edit(self, written: str, text: str) -> None:
        """Write something else in its place."""
        self.answers_to_letters = [
            replace(one, text=text) if one.id == written else one for one in self.answers_to_letters
        ]

    def repost(self, who: str, post: Post, at: datetime | None = None) -> Post:
        """Show somebody's post again."""
        shown = replace(post, repost_of=post.author, reply_to=None, reply_to_post=None)
        return self._publish(self._id(who), shown, at)

    def _publish(self, author: str, draft: Post, at: datetime | None) -> Post:
        self._serial += 1
        number = f"p{self._serial}"
        page = draft.url if draft.repost_of else f"{self.accounts[author].url}/{number}"
        made = replace(draft, id=number, author=author, created_at=at or self.clock.now(), url=page)
        item = (made.created_at, self._serial, made)
        insort(self._posts, item)
        insort(self._feeds[author], item)
        self._authors[number] = draft.repost_of or author  # to favourite a repost is to favourite the post
        return made

    def delete(self, post: Post) -> None:
        """Take a post back, and with it every repost of it."""
        for shelf in (self._posts, *self._feeds.values()):
            shelf[:] = [item for item in shelf if item[2].id != post.id and (post.repost_of or item[2].url != post.url)]

    # What people do to each other

    def follow(self, who: str, whom: str, at: datetime | None = None) -> None:
        """Follow somebody."""
        self.follows.setdefault((self._id(who), self._id(whom)), at or self.clock.now())

    def unfollow(self, who: str, whom: str) -> None:
        """Follow no longer: it leaves the lists too, and hidden reposts and notifications are forgotten."""
        pair = (self._id(who), self._id(whom))
        self.follows.pop(pair, None)
        self.hidden.discard(pair)
        self.notified.discard(pair)
        for owned in self.lists[pair[0]]:
            owned.members.discard(pair[1])

    def mute(self, who: str, whom: str, until: datetime | None = None) -> None:
        """Mute, for good or until then; a mute that stands is replaced."""
        self.mutes[self._id(who), self._id(whom)] = until

    def unmute(self, who: str, whom: str) -> None:
        """Mute no longer."""
        self.mutes.pop((self._id(who), self._id(whom)), None)

    def hide_reposts(self, who: str, whom: str, hidden: bool = True) -> None:
        """Do not show (or show again) what somebody followed reposts."""
        (self.hidden.add if hidden else self.hidden.discard)((self._id(who), self._id(whom)))

    def block(self, who: str, whom: str) -> None:
        """Bar somebody from one's posts; follows end both ways."""
        self.blocks.add((self._id(who), self._id(whom)))
        self.unfollow(who, whom)
        self.unfollow(whom, who)

    def write_note(self, who: str, whom: str, text: str) -> None:
        """Write a private note on somebody, in place of the one before; an empty one is none."""
        self.notes[self._id(who), self._id(whom)] = text

    def notify(self, who: str, whom: str) -> None:
        """Turn notifications on for somebody's posts."""
        self.notified.add((self._id(who), self._id(whom)))

    def favourite(self, who: str, post: Post, at: datetime | None = None) -> None:
        """Favourite a post."""
        self.favourites[self._id(who), post.id] = at or self.clock.now()

    def bookmark(self, who: str, post: Post, at: datetime | None = None) -> None:
        """Bookmark a post."""
        self.bookmarks[self._id(who), post.id] = at or self.clock.now()

    def add_to_list(self, who: str, title: str, whom: str, exclusive: bool = False) -> None:
        """Put somebody on a list, which is made where there is none of that title yet."""
        owner = self._id(who)
        owned = next((one for one in self.lists[owner] if one.title == title), None)
        if owned is None:
            owned = OwnedList(title, exclusive)
            self.lists[owner].append(owned)
        owned.members.add(self._id(whom))

    def remove_from_list(self, who: str, title: str, whom: str) -> None:
        """Take somebody off a list."""
        for owned in self.lists[self._id(who)]:
            if owned.title == title:
                owned.members.discard(self._id(whom))

    # What people see

    def muted(self, who: str, whom: str) -> bool:
        """Whether a mute stands, by ids; one that has expired does not."""
        until = self.mutes.get((who, whom), EPOCH)
        return until is None or until > self.clock.now()

    def home(self, reader: str, after: Place = (EPOCH, 0)) -> list[tuple[Place, Post]]:
        """The reader's (an id) home timeline behind a place, oldest first, however long: a server holds the end."""
        start = bisect_right(self._posts, after, key=lambda item: item[:2])
        items = self._until_now(self._posts)[start:]
        return [((at, serial), post) for at, serial, post in items if self._shows(reader, post)]

    def feed(self, account_id: str) -> list[Post]:
        """The account's own feed with replies and reposts, newest first."""
        return [post for _, _, post in reversed(self._until_now(self._feeds[account_id]))]

    def feed_here(self, account_id: str) -> list[Post]:
        """What the reader's own server has of it, newest first."""
        posts = self.feed(account_id)
        if account_id not in self.unheard:
            return posts
        return [post for post in posts if post.repost_of is not None or post.reply_to in (None, SELF)]

    def whole_feed(self, handle: str) -> list[Post]:
        """Everything of somebody, the future included, oldest first."""
        return [post for _, _, post in self._feeds[self._id(handle)]]

    def valued(self, actions: dict[Pair, datetime], who: str) -> list[tuple[datetime, str, str]]:
        """Each post that somebody (an id) favourited or bookmarked: when, its id, and its author's."""
        now = self.clock.now()
        mine = [(at, post_id) for (doer, post_id), at in actions.items() if doer == who and at <= now]
        return [(at, post_id, self._authors[post_id]) for at, post_id in mine]

    def _until_now(self, items: list[tuple[datetime, int, Post]]) -> list[tuple[datetime, int, Post]]:
        return items[: bisect_right(items, self.clock.now(), key=lambda item: item[0])]

    def _shows(self, reader: str, post: Post) -> bool:
        if post.author == reader:
            return True
        pair = (reader, post.author)
        if pair not in self.follows or self._silenced(reader, (post.author, post.repost_of, *post.mentions)):
            return False
        if post.repost_of is not None and pair in self.hidden:
            return False
        if any(owned.exclusive and post.author in owned.members for owned in self.lists[reader]):
            return False
        return post.reply_to in (None, SELF, reader) or (reader, post.reply_to) in self.follows

    def _silenced(self, reader: str, involved: Iterable[str | None]) -> bool:
        return any(one and (one in self.gone or self.muted(reader, one)) for one in involved)
