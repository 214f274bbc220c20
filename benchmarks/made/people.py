"""Who posts on a made-up timeline, how often and what: the same each time."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

WORDS = (
    "the a of in on morning garden train coffee light river small big new old read write think about with from idea "
    "music photo rain sun friend question answer week today tomorrow never always maybe people city window paper"
).split()


@dataclass(frozen=True)
class Item:
    """One thing that happens on the timeline; `number` counts them from the oldest."""

    number: int
    author: int
    at: datetime
    text: str
    url: str = ""
    answers: bool = False
    tags: tuple[str, ...] = ()
    pictures: int = 0


def is_dropper(author: int) -> bool:
    """One account in ten only drops links."""
    return author % 10 == 3


def timeline(accounts: int, items: int, until: datetime, during: timedelta, seed: int = 1) -> Iterator[Item]:
    """So many items by so many accounts, oldest first, evenly spread over the time before `until`. A few accounts are
    loud and many are quiet."""
    chance = random.Random(seed)
    loudness = [1 / (1 + number) ** 0.6 for number in range(accounts)]
    authors = chance.choices(range(accounts), loudness, k=items)
    for number, author in enumerate(authors):
        at = until - during * ((items - number) / (items + 1))
        yield _item(chance, number, author, at)


def _item(chance: random.Random, number: int, author: int, at: datetime) -> Item:
    text = " ".join(chance.choices(WORDS, k=chance.randint(8, 40))).capitalize() + "."
    if is_dropper(author):
        return Item(number, author, at, text, url=f"https://shop{author}.example/offer/{seed_of(number)}?utm_source=x")
    linked = chance.random() < 0.3
    return Item(
        number,
        author,
        at,
        text,
        url=f"https://site{chance.randint(0, 300)}.example/{seed_of(number)}" if linked else "",
        answers=not linked and chance.random() < 0.3,
        tags=tuple(chance.sample(WORDS, 2)) if chance.random() < 0.3 else (),
        pictures=chance.randint(1, 4) if chance.random() < 0.2 else 0,
    )


def seed_of(number: int) -> str:
    """A part of a path that no other item has."""
    return f"{number:06d}-and-some-words-of-a-title"
