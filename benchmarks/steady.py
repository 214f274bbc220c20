"""CPU of a steady sweep, with ten new posts, on stores of 10,000, 100,000 and a million posts of sixty days.

    python -m benchmarks.steady [posts …]

Everything that a sweep does is done, against a server that answers at once; what it asks of it is left out.
"""

import random
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median

from sqlalchemy import event

from bot.clock import SimulatedClock
from bot.config import Config, OwnFeed, Profile, default_config
from bot.model import Account, Post
from bot.platforms.base import Enough, Feed, Page, never
from bot.platforms.memory import Memory
from bot.platforms.network import Network
from bot.service.sweep import sweep
from bot.store import Store, open_store

SIZES = (10_000, 100_000, 1_000_000)
ACCOUNTS, NEW, SWEEPS = 1000, 10, 9
START = datetime(2026, 6, 1, tzinfo=UTC)
PAST, EVERY = timedelta(days=59), timedelta(minutes=10)
AIM = 50.0
"""Milliseconds."""
WORDS = "tea rain boat moss fern lake song road bread light river stone garden letter window paper".split()


class Steady(Memory):
    """A server with ten new posts each time that it is asked."""

    def __init__(self, network: Network, people: list[Account]) -> None:
        super().__init__(network, "owner@quiet.test")
        self.people, self.chance, self.number = people, random.Random(1), 0
        self.loudness = [1 / (1 + place) ** 0.6 for place in range(len(people))]

    def said(self, at: datetime) -> Post:
        """One post by anybody."""
        self.number += 1
        who = self.chance.choices(self.people, self.loudness)[0]
        text = " ".join(self.chance.choices(WORDS, k=20))
        linked = (f"https://site{self.number % 300}.example/{self.number}",) if self.number % 3 == 0 else ()
        return Post(f"p{self.number}", who.id, at, text, linked, url=f"https://town.test/{self.number}")

    def timeline(self, after: str | None) -> Iterator[Page]:
        """Ten posts of the last minutes."""
        now = self.network.clock.now()
        posts = tuple(self.said(now - timedelta(seconds=30 * (NEW - number))) for number in range(NEW))
        yield Page(posts, (), f"c{self.number}")

    def posts_by(self, account: Account, since: datetime, limit: int, enough: Enough = never) -> Feed:
        """A feed of somebody who converses."""
        now = self.network.clock.now()
        posts = (
            Post(f"{account.id}-{n}", account.id, now - timedelta(hours=n), "Quite so", reply_to="b")
            for n in range(120)
        )
        return Feed(account, tuple(posts))


def filled(store: Store, server: Steady, posts: int) -> None:
    """Keep so many posts of the past."""
    step = PAST / posts
    for begin in range(0, posts, 1000):
        many = min(1000, posts - begin)
        made = tuple(server.said(START - PAST + step * (begin + number)) for number in range(many))
        store.remember("home", Page(made, tuple(server.people) if not begin else (), None), made[-1].created_at)


def steady(posts: int, config: Config, folder: Path) -> tuple[float, float, int]:
    """CPU and time on the clock of a steady sweep, in milliseconds, and its statements of SQL: medians."""
    clock = SimulatedClock(START)
    network = Network(clock)
    network.join("owner@quiet.test")
    people = [network.join(f"somebody{number}@town.test") for number in range(ACCOUNTS)]
    server, store = Steady(network, people), open_store(str(folder / f"{posts}.sqlite"), exclusive=True)
    statements = [0]
    event.listen(store._engine, "before_cursor_execute", lambda *_: statements.__setitem__(0, statements[0] + 1))
    try:
        filled(store, server, posts)
        for _ in range(8):
            clock.wait(EVERY.total_seconds())
            sweep("home", server, store, config, clock)
        cpu, wall, asked = [], [], []
        for _ in range(SWEEPS):
            clock.wait(EVERY.total_seconds())
            statements[0], began, used = 0, time.perf_counter(), time.process_time()
            sweep("home", server, store, config, clock)
            cpu.append((time.process_time() - used) * 1000)
            wall.append((time.perf_counter() - began) * 1000)
            asked.append(statements[0])
        return median(cpu), median(wall), int(median(asked))
    finally:
        store.close()


def main(sizes: tuple[int, ...] = SIZES) -> int:
    """Print the figures of each size."""
    config = replace(
        default_config(), profiles=(Profile("home", "memory"),), own_feed=OwnFeed(origin=False, per_sweep=200)
    )
    print(f"a steady sweep with {NEW} new posts of {ACCOUNTS} accounts (aim {AIM:.0f} ms of CPU at each size)")
    for posts in sizes:
        with tempfile.TemporaryDirectory(prefix="quietfeed-bench-") as folder:
            cpu, wall, asked = steady(posts, config, Path(folder))
        print(f"  {posts:>9,} posts stored  {cpu:7.1f} ms of CPU  {wall:7.1f} ms  {asked} statements")
    return 0


if __name__ == "__main__":
    sys.exit(main(tuple(map(int, sys.argv[1:])) or SIZES))
