"""Good links from those the owner quieted: looked for a few times a day, and told once.

Whoever is muted, or on a list that hides its members, shows in no timeline any more. So a few of their own feeds are
read each day, and what these link to is remembered for as long as a page is news. What others liked the networks tell
only post by post, a request each: it is not asked for, so shares and reposts count.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta

from bot.actions.lifecycle import RecordedAction
from bot.clock import Clock
from bot.judging.good_links import MOST_WORDS, good_links, page_of, pages
from bot.model import EPOCH, Account, Entry, GoodLink, Post, Step
from bot.platforms.base import AccountGone, Platform, PlatformError
from bot.store import Store, StoredReport

MOST_TOLD = 5
"""Links of one report."""
EVERY = timedelta(hours=6)
AFTER_FAULT = timedelta(hours=1)
SPAN = timedelta(days=7)
"""So long a page is news: what was shared before is not told any more."""
READ_EVERY = timedelta(days=1)
READS = 3
"""Own feeds of hidden accounts that one look reads, those first that were not read for longest: a dozen a day."""
POSTS = 40
"""Posts read of each: one page."""
MOST_KEPT = 3_000
"""Posts of theirs that are remembered, the newest."""
MOST_FOUND = 20
"""Links that wait to be told."""
MOST_ASKED = 80
"""Accounts of which one look asks whether the owner follows them."""
REMEMBERED = 2_000
"""Pages that are remembered as told: those of a year at least."""


def look(
    profile: str,
    platform: Platform,
    store: Store,
    clock: Clock,
    actions: Sequence[RecordedAction],
    newest: Mapping[str, Entry],
) -> None:
    """Look for good links where it is time, and keep what was found.

    `actions` are all that are known, those of a dry run included: quieted is who is listed or muted, or would be.
    `newest` is the newest decision on each account: whom a rule finds and nothing protects speaks for no link, though
    what is to be done about it may still wait.

    A fault of the platform costs this look, which comes again in an hour.
    """
    now, (at, before) = clock.now(), store.good_links(profile)
    in_force = [action for action in actions if action.in_force and action.step in (Step.LIST, Step.MUTE)]
    if not in_force or at <= now < at + EVERY:
        return
    quieted = {action.account.id: action.account for action in in_force}
    noise = frozenset(one for one, entry in newest.items() if entry.rule and not entry.protection)
    looking = _Looking(profile, platform, store, clock, quieted, noise)
    hidden = {action.account.id: action.account for action in in_force if not action.plan.dry}
    try:
        looking.read(hidden)
        store.keep_good_links(profile, now, looking.found())
    except PlatformError:
        store.keep_good_links(profile, now - EVERY + AFTER_FAULT, before)


class _Looking:
    """One look."""

    def __init__(
        self,
        profile: str,
        platform: Platform,
        store: Store,
        clock: Clock,
        quieted: Mapping[str, Account],
        noise: frozenset[str],
    ) -> None:
        self.profile, self.platform, self.store, self.clock = profile, platform, store, clock
        self.quieted = quieted
        self.nobody = noise | quieted.keys() | {store.noted(f"owner id:{profile}") or ""}
        """Ids of those who speak for no link, the owner among them."""
        self.now = clock.now()
        self.since = self.now - SPAN
        self.read_at, self.posts = store.hidden_posts(profile)
        """When hidden accounts' own feeds were last read, by account id, and their posts with links."""

    def read(self, hidden: Mapping[str, Account]) -> None:
        """Read a few of the hidden accounts' own feeds, and remember what they link to, and what those feeds do that
        were read to judge by."""
        self.read_at = {one: at for one, at in self.read_at.items() if one in self.quieted and at <= self.now}
        self.posts = [post for post in self.posts if post.author in self.quieted and post.created_at >= self.since]
        try:
            self._take_known()
            due = [one for one in hidden if self.read_at.get(one, EPOCH) + READ_EVERY <= self.now]
            for one in sorted(due, key=lambda one: (self.read_at.get(one, EPOCH), one))[:READS]:
                self.clock.check()
                self._read(hidden[one])
        finally:
            self.store.keep_hidden_posts(self.profile, self.read_at, self.posts)

    def _take_known(self) -> None:
        for one, at in self.store.own_feed_times(self.profile).items():
            known = one in self.quieted and self.read_at.get(one, EPOCH) < at <= self.now
            if known and (kept := self.store.own_feed(self.profile, one)):
                self._take(one, kept.feed.posts, at)

    def _read(self, account: Account) -> None:
        self._take(account.id, (), self.now)  # one that breaks is not asked for again before its turn
        with suppress(AccountGone):
            self._take(account.id, self.platform.posts_by(account, self.since, POSTS).posts, self.now)

    def _take(self, account: str, posts: Sequence[Post], at: datetime) -> None:
        self.read_at[account] = at
        known = {(post.author, post.id) for post in self.posts}
        fresh = [post for post in posts if post.links and self.since <= post.created_at <= self.now]
        more = [*self.posts, *(_slim(post) for post in fresh if (post.author, post.id) not in known)]
        self.posts = sorted(more, key=lambda post: post.created_at, reverse=True)[:MOST_KEPT]

    def found(self) -> list[GoodLink]:
        """The good links that were not told yet, the best first."""
        quieted, told = self.quieted, _told(self.profile, self.store)
        theirs = [*self.posts, *self._linked(lambda post: post.author in quieted or post.repost_of in quieted)]
        wanted = frozenset().union(*map(pages, theirs)) - told.keys()
        others = self._linked(lambda post: post.author not in self.nobody and not wanted.isdisjoint(pages(post)))
        shared = frozenset().union(*map(pages, others))
        posts = [*others, *(post for post in theirs if not shared.isdisjoint(pages(post)))]
        links = good_links(posts, quieted, self._followed(posts))
        return [_named(link) for link in links if page_of(link.url) in wanted][:MOST_FOUND]

    def _linked(self, wanted: Callable[[Post], bool]) -> list[Post]:
        return self.store.linked_posts(self.profile, self.since, self.now, wanted)

    def _followed(self, posts: Sequence[Post]) -> dict[str, Account]:
        """Whom of those who wrote or reposted these the owner follows: the timeline also shows followed hashtags, what
        others repost, and those who were followed once."""
        ids = [*(post.author for post in posts), *(post.repost_of for post in posts if post.repost_of)]
        asked = [one for one in dict.fromkeys(ids) if one not in self.nobody][:MOST_ASKED]
        known = self.store.accounts(self.profile, asked)
        followed = self.platform.followed(list(known.values())) if known else frozenset()
        return {one: known[one] for one in asked if one in followed}


def untold(profile: str, store: Store) -> tuple[GoodLink, ...]:
    """The good links for the next report, the best first."""
    told = _told(profile, store)
    return tuple(link for link in store.good_links(profile)[1] if page_of(link.url) not in told)[:MOST_TOLD]


def told(report: StoredReport, store: Store) -> None:
    """Keep that a report told of its links, by what it says for programs."""
    links = json.loads(report.data).get("good_links", ())
    if links:
        day = report.day.isoformat()
        days = _told(report.profile, store) | {page_of(link["url"]): day for link in links}
        newest = sorted(days.items(), key=lambda item: item[1])[-REMEMBERED:]
        store.note(f"good links told:{report.profile}", json.dumps(dict(newest)))


def _told(profile: str, store: Store) -> dict[str, str]:
    """The page of each link that a report told, and the report's day."""
    return store.noted_as(f"good links told:{profile}", lambda noted: dict(json.loads(noted))) or {}


def _slim(post: Post) -> Post:
    """What is needed of a post to tell of its links."""
    card = post.card_title[:MOST_WORDS]
    words = "" if card else post.text[:MOST_WORDS]
    return Post(post.id, post.author, post.created_at, words, post.links, repost_of=post.repost_of, card_title=card)


def _named(link: GoodLink) -> GoodLink:
    """The link with no more of its accounts than their names."""
    return replace(link, shared_by=_name(link.shared_by), people=tuple(map(_name, link.people)))


def _name(account: Account) -> Account:
    return Account(account.id, account.handle, account.display_name)
