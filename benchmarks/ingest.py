"""CPU from a server's bytes to stored facts, a thousand timeline posts, beside json alone and the library's objects."""

import json
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median

from benchmarks.made import bluesky as made_bluesky
from benchmarks.made.mastodon import Crowd
from benchmarks.made.people import Item, timeline
from bot.platforms.base import Page
from bot.platforms.bluesky.timeline import Walk
from bot.platforms.mastodon.posts import statuses
from bot.store import open_store

POSTS = 1000
NOW = datetime(2026, 6, 1, tzinfo=UTC)


def mastodon_pages(items: list[Item]) -> list[bytes]:
    """Pages of 40 statuses."""
    crowd = Crowd(200)
    raw = [crowd.network.json(crowd.say(item)) for item in items]
    return [json.dumps(raw[at : at + 40]).encode() for at in range(0, len(raw), 40)]


def bluesky_pages(items: list[Item]) -> list[bytes]:
    """Pages of 100 items."""
    raw = [made_bluesky.view(item) for item in items]
    return [json.dumps({"feed": raw[at : at + 100], "cursor": "c"}).encode() for at in range(0, len(raw), 100)]


def read_mastodon(content: bytes) -> Page:
    """As the adapter does."""
    found = statuses(json.loads(content), "quiet.test")
    return Page(found.posts, found.accounts, "c", found.unreadable)


def read_bluesky(content: bytes) -> Page:
    """As the adapter does."""
    return Walk(None, NOW).take(json.loads(content)["feed"])


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


def milliseconds(work: Callable[[bytes], object], pages: list[bytes], times: int = 5) -> float:
    """CPU of all pages: the median of some rounds."""
    spent = []
    for _ in range(times):
        start = time.process_time()
        for page in pages:
            work(page)
        spent.append((time.process_time() - start) * 1000)
    return median(spent)


def into_store(path: Path, pages: list[bytes], read: Callable[[bytes], Page]) -> float:
    """CPU of reading all pages into a new store, once."""
    store = open_store(str(path))
    try:
        return milliseconds(lambda page: store.remember("p", read(page), NOW), pages, times=1)
    finally:
        store.close()


def show(name: str, pages: list[bytes], read: Callable[[bytes], Page], objects: Callable[[bytes], object]) -> None:
    """Print one platform's figures."""
    assert sum(len(read(page).posts) for page in pages) == POSTS
    plain, ours = (milliseconds(work, pages) for work in (json.loads, read))
    library = milliseconds(objects, pages, times=1)
    with tempfile.TemporaryDirectory() as folder:
        stored = median(into_store(Path(folder) / f"{number}.sqlite", pages, read) for number in range(5))
    size = sum(map(len, pages)) / POSTS / 1000
    print(f"{name}, {POSTS} posts of {size:.1f} kB, CPU in ms (and times json alone)")
    for what, spent in (("json alone", plain), ("json to posts", ours), ("json to stored posts", stored)):
        print(f"  {what:<28} {spent:7.0f}  {spent / plain:6.1f}x")
    print(
        f"  {'the library’s objects alone':<28} {library:7.0f}  {library / plain:6.1f}x  ({library / stored:.1f}x ours)"
    )


def main() -> int:
    """Print both platforms' figures."""
    items = list(timeline(200, POSTS, NOW, timedelta(days=1)))
    show("Mastodon", mastodon_pages(items), read_mastodon, mastodon_objects())
    show("Bluesky", bluesky_pages(items), read_bluesky, bluesky_objects())
    return 0


if __name__ == "__main__":
    sys.exit(main())
