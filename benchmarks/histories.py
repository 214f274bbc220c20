"""A long memory: a store with 60 days of a busy timeline, its histories read once, and then swept over."""

import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.made.people import timeline
from benchmarks.made.resident import megabytes
from bot.config import Config, default_config
from bot.judging import hints
from bot.model import Account, Post
from bot.platforms.base import Page
from bot.service.good_links import SPAN
from bot.store import Store, open_store

ACCOUNTS, DAYS = 500, 60
POSTS = 1500 * DAYS
NOW = datetime(2026, 6, 1, tzinfo=UTC)
HEARD = 12
"""Accounts that a sweep hears."""


def fill(store: Store, posts: int) -> None:
    """Remember the timeline, page by page."""
    page: list[Post] = []
    for item in timeline(ACCOUNTS, posts, NOW, timedelta(days=DAYS)):
        links = (item.url,) if item.url else ()
        page.append(Post(f"{item.number:018d}", f"a{item.author}", item.at, f"{item.text} {item.url}", links))
        if len(page) == 1000 or item.number == posts - 1:
            names = sorted({post.author for post in page})
            people = tuple(Account(name, f"{name}@example.org", bio="Of this and that") for name in names)
            store.remember("p", Page(tuple(page), people, "c"), page[-1].created_at)
            page = []


def seconds(store: Store, config: Config, authors: set[str] | None) -> tuple[float, int]:
    """CPU of looking for suspects among the authors, or everybody; and how many there are."""
    start = time.process_time()
    found = store.histories("p", "mastodon", NOW - timedelta(days=DAYS), NOW, config.lexicon, of=authors)
    suspects = hints.suspects(found, config.rules, config.own_feed.least_posts)
    return time.process_time() - start, len(suspects)


def main(posts: int = POSTS) -> int:
    """Print CPU, memory and size."""
    config = default_config()
    with tempfile.TemporaryDirectory(prefix="quietfeed-bench-") as folder:
        store = open_store(str(Path(folder) / "quietfeed.sqlite"))
        try:
            start = time.process_time()
            fill(store, posts)
            print(f"{posts} posts by {ACCOUNTS} accounts in {DAYS} days: {store.size() / 2**20:.0f} MB on the disk")
            print(f"  {'remembering them':<36} {time.process_time() - start:6.2f} s of CPU")
            before = megabytes()
            loudest = {f"a{number}" for number in range(HEARD)}
            some, everybody = seconds(store, config, loudest), seconds(store, config, None)
            print(f"  {f'suspects among the {HEARD} loudest':<36} {some[0]:6.2f} s of CPU, {some[1]} found")
            print(f"  {'suspects among everybody':<36} {everybody[0]:6.2f} s of CPU, {everybody[1]} found")
            start = time.process_time()
            linked = store.linked_posts("p", NOW - SPAN, NOW, lambda post: post.author in loudest)
            spent = time.process_time() - start
            print(f"  {'links of a week, for good ones':<36} {spent:6.2f} s of CPU, {len(linked)} by the loudest")
            print(f"  {'memory':<36} {megabytes():6.1f} MB at most, {before:.1f} MB before the first was read")
        finally:
            store.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
