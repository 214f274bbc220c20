"""A bound that is suggested, or why none is; and what both are weighed by."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from bot.judging.moves import Move, Under
from bot.judging.rightness import LEAST_TAKEN_BACK, PRIOR_ACTIONS, PRIOR_TAKEN_BACK, End
from bot.judging.rules import Bounds, Minimum, Rule
from bot.model import Account, Opinion
from bot.signals import BY_NAME, UNITS

LEAST = LEAST_TAKEN_BACK
"""So many accounts must speak for a bound: one or two say nothing of a rule."""
FINE_WEIGHS = 3
"""A missed marketer is forgiven, a muted friend is not: one account called fine weighs as many called noise."""
COARSE = 5
"""Counts from twenty on are moved in steps of so many where that costs nothing."""
COARSE_FROM = 20


@dataclass(frozen=True)
class Suggestion:
    """A bound to move, and what that comes to on the accounts that are known."""

    move: Move
    right: tuple[Account, ...]
    """Judged accounts on which the rule is right then: called fine and spared, or called noise and found."""
    lost: tuple[Account, ...] = ()
    """Called noise, and found no more by any rule."""
    others_lost: tuple[Account, ...] = ()
    """Not judged, and found no more by any rule."""
    newly: tuple[Account, ...] = ()
    """Not judged, and more is asked for on them than before."""
    fine: int = 0
    """Of the accounts that it rests on, how many were called fine."""
    noise: int = 0

    @property
    def judged(self) -> int:
        """How many judged accounts it rests on."""
        return self.fine + self.noise


class Lack(StrEnum):
    """Why no bound is suggested for a rule that is wrong on some account."""

    FEW = "too few"
    """Too few accounts speak for it."""
    NONE = "no bound"
    """No bound tells these accounts from the others."""
    TESTS = "own tests"
    """The rule's own tests speak against it."""
    HAND = "by hand"
    """The file is written so that only its owner can change it."""


@dataclass(frozen=True)
class Without:
    """A rule that is wrong on some account, and for which no bound is suggested."""

    rule: str
    why: Lack
    opinion: Opinion
    """What the owner called the accounts on which it is wrong: fine, and it fires; noise, and it nearly does."""
    accounts: tuple[Account, ...]
    move: Move | None = None
    """The bound that would mend it, where there is one."""


Refuses = Callable[[Move], Lack | None]
"""Why a move cannot be suggested, be it for what the file or the rule's own tests say; None where it can."""


def allowed(moves: Iterable[Move], refuses: Refuses) -> tuple[Move | None, Lack | None]:
    """The first move that is not refused; where all are, the first of them and why. A file that cannot be changed is
    not asked again."""
    first: Move | None = None
    said: Lack | None = None
    for move in moves:
        why = refuses(move)
        if why is None:
            return move, None
        if first is None:
            first, said = move, why
        if why is Lack.HAND:
            break
    return first, said


def noise_share(fine: int, noise: int) -> float:
    """How likely somebody whom a rule finds is noise, by the judged ones that it finds: 3 in 4 where none is."""
    return 1 - (fine + PRIOR_TAKEN_BACK) / (fine + noise + PRIOR_ACTIONS)


def coarsest(now: float) -> float:
    """The steps in which a count is moved at first."""
    return COARSE if now >= COARSE_FROM else 1


class BoundEnd(NamedTuple):
    """One end of a bound of a rule, where it is."""

    under: Under
    signal: str
    end: End
    now: float

    @property
    def is_widest_below(self) -> bool:
        """Whether the rule fires on more accounts, the lower it is."""
        return (self.end == "at_least") is not (self.under == "unless")

    def move(self, rule: Rule, instead: float) -> Move:
        """It moved elsewhere."""
        return Move(rule.name, self.signal, self.end, self.now, instead, self.under)


def ends_of(rule: Rule) -> Iterator[BoundEnd]:
    """Every end of every bound, and of every exception."""
    parts: tuple[tuple[Under, Mapping[str, Bounds]], ...] = (("when", rule.when), ("unless", rule.unless))
    for under, held in parts:
        for signal, bounds in held.items():
            if bounds.at_least is not None:
                yield BoundEnd(under, signal, "at_least", bounds.at_least)
            if bounds.at_most is not None:
                yield BoundEnd(under, signal, "at_most", bounds.at_most)


def needed_of(rule: Rule, minimum: Minimum) -> Iterator[BoundEnd]:
    """What evidence a rule needs of an account; `minimum` is the general one."""
    needed = rule.minimum or minimum
    yield BoundEnd("evidence", "own_posts", "at_least", needed.own_posts)
    yield BoundEnd("evidence", "days_seen", "at_least", needed.days_seen)


def is_possible(move: Move, rule: Rule) -> bool:
    """Whether any reading lies within the bounds when one end is moved so; and of an exception, whether not every one
    does, for then the rule would never fire."""
    bounds = move.bounds(rule)
    if move.now == move.instead or (move.under == "unless" and _hold_always(bounds, move.signal)):
        return False
    return bounds.at_least is None or bounds.at_most is None or bounds.at_least <= bounds.at_most


def _hold_always(bounds: Bounds, signal: str) -> bool:
    """Whether the bounds hold for whatever can be read."""
    least, most = UNITS[BY_NAME[signal].unit]
    return bounds.hold(least or 0.0) and (bounds.at_most is None if most is None else bounds.hold(most))
