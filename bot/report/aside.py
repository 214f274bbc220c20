"""A part of the page of a day that not every day has: a heading, a sentence, and lines that may lead somewhere."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Item:
    """One line of it. All of it may be hostile text: the page makes it harmless."""

    words: str
    url: str = ""
    """Where the words lead; where it is no address of the web, nowhere."""
    note: str = ""
    """What is said behind it."""


@dataclass(frozen=True, slots=True)
class Aside:
    """One part."""

    title: str
    items: tuple[Item, ...] = ()
    intro: str = ""
