"""A difference in words, in its parts: what a terminal and a page both show."""

from dataclasses import dataclass

from bot.model import Account


@dataclass(frozen=True, slots=True)
class Row:
    """How many accounts fare otherwise in one way, and who first of all."""

    kind: str
    many: int
    who: str


@dataclass(frozen=True, slots=True)
class Person:
    """One account that fares otherwise."""

    account: Account
    turn: str
    """What becomes of it: `left alone → mute (not yet)`."""
    loud: str
    """How much of the timeline it is; empty where it is nothing."""
    lines: tuple[str, ...]
    """Why, one of its posts, and the owner's own word on it."""


@dataclass(frozen=True, slots=True)
class Told:
    """All that is told of a difference."""

    opening: str
    """Which two configs, over which days."""
    rows: tuple[Row, ...]
    """None where nobody fares otherwise."""
    noise: str
    """How much of the timeline is found, before and after."""
    people: tuple[Person, ...]
    """Not more than are read at once."""
    closing: tuple[str, ...]
    """How many more there are, what could not be tried, and how it fares against the owner's own judgements."""
