"""What a store takes on the disk: a month of a timeline, a page after the other, and what each table and index takes.

Posts are as the adapters make them, with ids and addresses as long as real ones. Their words are made up of syllables,
so that little of a text stands in another. Texts are as long as those of some dozen real accounts of each network in
the middle: 168 characters on Mastodon, and 152 on Bluesky, links and tags included.
"""

import random
import sqlite3
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path

from benchmarks.made.people import Item, timeline
from bot.model import Account, Post
from bot.platforms.base import Page
from bot.store import open_store

ACCOUNTS, PAGE = 500, 40
NOW = datetime(2026, 6, 1, tzinfo=UTC)
AIM = 350
"""MB for a million posts."""
SYLLABLES = [first + vowel + last for first in "bcdfghklmnprstvw" for vowel in "aeiou" for last in ("", "n", "r", "s")]
LETTERS = "abcdefghijklmnopqrstuvwxyz234567"
"""Of ids on Bluesky."""


def made(chance: random.Random, letters: str, many: int) -> str:
    """So many letters."""
    return "".join(chance.choices(letters, k=many))


def words(chance: random.Random, many: int) -> str:
    """A text of so many words."""
    return " ".join("".join(chance.choices(SYLLABLES, k=chance.choice((1, 2, 2, 3)))) for _ in range(many))


def post(chance: random.Random, item: Item, length: float) -> Post:
    """What both networks have of an item, so long as it is told by a share of the timeline's words; ids and addresses
    are still to come."""
    text = words(chance, round(length * len(item.text.split())))
    link = f"https://{words(chance, 1)}.example/{words(chance, 5).replace(' ', '-')}" if item.url else ""
    return Post(
        str(item.number),
        str(item.author),
        item.at,
        " ".join(part for part in (text, link, *(f"#{tag}" for tag in item.tags)) if part),
        links=(link,) if link else (),
        reply_to=str(item.author // 2) if item.answers else None,
        reply_to_post=str(item.number) if item.answers else None,
        tags=item.tags,
        media=item.pictures,
        card_title=words(chance, 8) if link else "",
        card_description=words(chance, 20) if link else "",
    )


def mastodon(chance: random.Random, one: Post) -> Post:
    """With the ids of a Mastodon server."""
    number = f"1165{made(chance, '0123456789', 14)}"
    name = f"person{one.author}"
    return replace(
        one,
        id=number,
        author=f"1098{int(one.author) * 7919:014d}",
        url=f"https://social.example/@{name}/1165{made(chance, '0123456789', 14)}",  # its own server's number
        reply_to=one.reply_to and f"1098{int(one.reply_to) * 7919:014d}",
        reply_to_post=one.reply_to_post and f"1165{made(chance, '0123456789', 14)}",
    )


def bluesky(chance: random.Random, one: Post) -> Post:
    """With the ids of Bluesky."""

    def did(author: str) -> str:
        return f"did:plc:{made(random.Random(author), LETTERS, 24)}"

    key = f"3m{made(chance, LETTERS, 11)}"
    return replace(
        one,
        id=f"at://{did(one.author)}/app.bsky.feed.post/{key}",
        author=did(one.author),
        url=f"https://bsky.app/profile/{did(one.author)}/post/{key}",
        reply_to=one.reply_to and did(one.reply_to),
        reply_to_post=one.reply_to and f"at://{did(one.reply_to)}/app.bsky.feed.post/3m{made(chance, LETTERS, 11)}",
    )


def pages(of: Callable[[random.Random, Post], Post], length: float, posts: int) -> Iterator[Page]:
    """A month of a timeline."""
    chance = random.Random(1)
    items = timeline(ACCOUNTS, posts, NOW, timedelta(days=30))
    while found := tuple(of(chance, post(chance, item, length)) for item in islice(items, PAGE)):
        people = {one.author: Account(one.author, f"{one.author[-8:]}@social.example") for one in found}
        yield Page(found, tuple(people.values()), found[-1].id)


def main(posts: int = 100_000) -> int:
    """Print sizes."""
    for name, of, length in (("Mastodon", mastodon, 0.93), ("Bluesky", bluesky, 0.83)):
        with tempfile.TemporaryDirectory(prefix="quietfeed-bench-") as folder:
            path = Path(folder) / "quietfeed.sqlite"
            with closing(open_store(str(path))) as store:
                for page in pages(of, length, posts):
                    store.remember("home", page, page.posts[-1].created_at)
            size = path.stat().st_size / posts
            print(f"{name}: {size:.0f} MB for a million posts, {size / AIM:.2f} of the aim; of these")
            with closing(sqlite3.connect(path)) as file:
                tables = "SELECT name, sum(pgsize) FROM dbstat GROUP BY name ORDER BY 2 DESC"
                for part, taken in file.execute(tables).fetchmany(6):
                    print(f"  {part:<28} {taken / posts:6.1f}")
    return 0


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
