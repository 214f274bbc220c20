"""A store with a month of a timeline in it, everybody on it judged at the end of each day by a config's rules."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from benchmarks.size import NOW, mastodon, pages
from bot.config import Config, measuring
from bot.judging.rules import judge
from bot.model import Account, Basis, Entry, Event, History, Judging, Post, Standing, SweepRecord, Verdict
from bot.platforms.base import Feed
from bot.store import Store

PROFILE = "home"
NEWEST = 120
"""Posts of an own feed that are read."""
LENGTH = 0.93
"""Of texts, as on Mastodon."""


def fill(store: Store, posts: int, config: Config) -> None:
    """Keep so many posts of a month as the timeline brought them. Nothing is done about anybody."""
    heard = Heard()
    for page in pages(mastodon, LENGTH, posts):
        at = page.posts[-1].created_at
        if heard.until and at.date() != heard.until.date():
            _look(store, heard, at, config)
        store.remember(PROFILE, page, at)
        heard.take(page.posts, page.accounts, at)
    _look(store, heard, NOW, config)


@dataclass
class Heard:
    """What was brought until now."""

    newest: dict[str, "deque[Post]"] = field(default_factory=dict)
    accounts: dict[str, Account] = field(default_factory=dict)
    total: int = 0
    until: datetime | None = None

    def take(self, posts: tuple[Post, ...], accounts: tuple[Account, ...], at: datetime) -> None:
        """Take up a page."""
        self.total, self.until = self.total + len(posts), at
        self.accounts |= {one.id: one for one in accounts}
        for post in posts:
            self.newest.setdefault(post.author, deque(maxlen=NEWEST)).appendleft(post)

    def histories(self, at: datetime, config: Config) -> Iterator[History]:
        """Everybody's own feed as it is read then."""
        for one, posts in self.newest.items():
            yield History(
                self.accounts[one], tuple(posts), at, "mastodon", True, len(posts), self.total, config.lexicon
            )


def _look(store: Store, heard: Heard, at: datetime, config: Config) -> None:
    """Read every own feed, judge it, and write that down."""
    bases, entries, last = [], [], store.last_entry()
    for history in heard.histories(at, config):
        store.save_own_feed(PROFILE, Feed(history.account, history.posts), at, config.lexicon)
        verdict = judge(history, config.rules, config.minimum, PROFILE)
        bases.append(_basis(history, verdict))
        entries.append(_entry(verdict, at, config))
    store.record(entries)
    judging = Judging(
        at,
        last,
        config.fingerprint,
        tuple(bases),
        timeline_total=heard.total,
        followed=len(bases),
        measured=measuring(config),
    )
    store.record_judging(PROFILE, judging)
    store.end_sweep(store.begin_sweep(SweepRecord(PROFILE, at)), SweepRecord(PROFILE, at, at, heard.total))


def _basis(history: History, verdict: Verdict) -> Basis:
    return Basis(
        history.account.id,
        history.until,
        history.timeline_posts or 0,
        standing=Standing(following=True),
        readings=dict(verdict.readings),
        site=verdict.site,
        rule=verdict.rule,
        step=verdict.step,
    )


def _entry(verdict: Verdict, at: datetime, config: Config) -> Entry:
    return Entry(
        at,
        PROFILE,
        verdict.account,
        Event.JUDGED,
        verdict.rule,
        verdict.step,
        readings=dict(verdict.readings),
        evidence=verdict.evidence,
        quote=verdict.quote,
        site=verdict.site,
        fingerprint=config.fingerprint,
        feed_read=at,
    )
