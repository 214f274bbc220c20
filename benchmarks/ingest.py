"""CPU from a server's bytes to stored posts, a thousand at a time, beside json alone and the library's objects.

Every thousand is other posts by the same people, as a timeline has it: what is remembered of a text or an address does
not help, what is remembered of a person does.
"""

import gc
import json
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.made import bluesky as made_bluesky
from benchmarks.made.mastodon import Crowd
from benchmarks.made.people import Item, timeline
from bot.platforms.answers import decoded
from bot.platforms.base import Page
from bot.platforms.bluesky.timeline import Walk
from bot.platforms.mastodon.posts import statuses
from bot.store import open_store

POSTS = 1000
"""In one round, so that its milliseconds are microseconds a post."""
ROUNDS = 9
AIM = {"Mastodon": 150}
"""Microseconds a post, from bytes to stored, on a machine on which json alone takes 14."""
JSON_THERE = 14
NOW = datetime(2026, 6, 1, tzinfo=UTC)


def mastodon_pages(rounds: list[list[Item]]) -> list[list[bytes]]:
    """Pages of 40 statuses, for each round."""
    crowd = Crowd(200)
    return [_mastodon_pages([crowd.network.json(crowd.say(item)) for item in items]) for items in rounds]


def _mastodon_pages(raw: list[Any]) -> list[bytes]:
    return [json.dumps(raw[at : at + 40]).encode() for at in range(0, len(raw), 40)]


def bluesky_pages(items: list[Item]) -> list[bytes]:
    """Pages of 100 items."""
    raw = [made_bluesky.view(item) for item in items]
    return [json.dumps({"feed": raw[at : at + 100], "cursor": "c"}).encode() for at in range(0, len(raw), 100)]


def read_mastodon(content: bytes) -> Page:
    """As the adapter does."""
    found = statuses(decoded(content), "quiet.test")
    return Page(found.posts, found.accounts, "c", found.unreadable)


def read_bluesky(content: bytes) -> Page:
    """As the adapter does."""
    return Walk(None).take(decoded(content)["feed"])


def mastodon_objects() -> Callable[[bytes], object]:
    """What Mastodon.py makes of a page."""
    from mastodon import Mastodon
    from mastodon.return_types import try_cast_recurse

    kind = Mastodon.timeline_home.__annotations__["return"]
    return lambda content: try_cast_recurse(kind, json.loads(content))


def bluesky_objects() -> Callable[[bytes], object]:
    """What atproto makes of a page."""
    from atproto_client import models
    from atproto_client.models.utils import get_or_create

    return lambda content: get_or_create(json.loads(content), models.AppBskyFeedGetTimeline.Response)


def spent(work: Callable[[bytes], object], pages: list[bytes]) -> float:
    """CPU of all pages, in milliseconds."""
    start = time.process_time()
    for page in pages:
        work(page)
    return (time.process_time() - start) * 1000


def into_store(pages: list[bytes], read: Callable[[bytes], Page]) -> float:
    """CPU of reading all pages into a new store, in milliseconds."""
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(str(Path(folder) / "quietfeed.db"))
        try:
            return spent(lambda page: store.remember("p", read(page), NOW), pages)
        finally:
            store.close()


def show(
    name: str, rounds: list[list[bytes]], read: Callable[[bytes], Page], objects: Callable[[bytes], object]
) -> None:
    """Print one platform's figures: the median round, where posts are read for the first time in each. All is measured
    in turn, so that a machine that others use is as slow for the one as for the other."""
    first, *rest = rounds
    assert sum(len(read(page).posts) for page in first) == POSTS
    library = spent(objects, first)
    gc.collect()
    gc.freeze()  # what is the benchmark's own
    figures = [
        (spent(json.loads, pages), spent(read, pages), into_store(others, read))
        for pages, others in zip(rest[::2], rest[1::2], strict=True)
    ]
    plain, ours, stored = map(median, zip(*figures, strict=True))
    size = sum(map(len, first)) / POSTS / 1000
    print(f"{name}, posts of {size:.1f} kB, CPU in µs a post (and times json alone)")
    for what, took in (("json alone", plain), ("json to posts", ours), ("json to stored posts", stored)):
        print(f"  {what:<28} {took:7.0f}  {took / plain:6.1f}x")
    if name in AIM:
        print(f"  {'  aim, where json takes 14':<28} {AIM[name]:7.0f}  {AIM[name] / JSON_THERE:6.1f}x")
    print(
        f"  {'the library’s objects alone':<28} {library:7.0f}  {library / plain:6.1f}x  ({library / stored:.1f}x ours)"
    )


def main() -> int:
    """Print both platforms' figures."""
    count = (1 + 2 * ROUNDS) * POSTS
    items = list(timeline(200, count, NOW, timedelta(days=1)))
    rounds = [items[at : at + POSTS] for at in range(0, count, POSTS)]
    show("Mastodon", mastodon_pages(rounds), read_mastodon, mastodon_objects())
    show("Bluesky", [bluesky_pages(each) for each in rounds], read_bluesky, bluesky_objects())
    return 0


if __name__ == "__main__":
    sys.exit(main())
