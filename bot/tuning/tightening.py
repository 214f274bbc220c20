"""A rule that fires on accounts called fine: the bound that spares most of them at the least loss."""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bot.judging.moves import Move
from bot.judging.rightness import holding_bounds, sparing_bounds, way
from bot.judging.rules import Minimum, Rule
from bot.model import Account, Opinion
from bot.tuning.findings import ACTING, NOTHING, Finding, Ground, Look
from bot.tuning.suggestion import (
    FINE_WEIGHS,
    LEAST,
    BoundEnd,
    Lack,
    Refuses,
    Suggestion,
    Without,
    allowed,
    coarsest,
    ends_of,
    is_possible,
    needed_of,
    noise_share,
)

MILDER = 0.5
"""Noise on which something milder is done is lost by half."""


@dataclass(frozen=True)
class Found:
    """An account on which the rule decides at some look."""

    rule: Rule
    minimum: Minimum
    """The general one."""
    finding: Finding
    by_rule: tuple[tuple[Look, int], ...]
    """The looks at which it decides, each with what would be asked for without it."""
    others: int
    """The most that is asked for at its other looks."""

    @property
    def opinion(self) -> Opinion | None:
        """The owner's word."""
        return self.finding.opinion

    @property
    def account(self) -> Account:
        """Who it is."""
        return self.finding.sample.account

    def held(self, move: Move) -> list[bool]:
        """At each of these looks, whether the rule still fires once the bound is moved."""
        spares = move.sparing(self.rule, self.minimum)
        return [not spares(look.readings) for look, _ in self.by_rule]

    def after(self, move: Move) -> int:
        """The most that is asked for once the bound is moved."""
        looks = zip(self.by_rule, self.held(move), strict=True)
        return max((self.others, *(look.asked if held else without for (look, without), held in looks)))

    def is_harsher(self, move: Move) -> bool:
        """Whether more is asked for at some look, since a rule below asks for more than this one."""
        looks = zip(self.by_rule, self.held(move), strict=True)
        return any(not held and without > look.asked for (look, without), held in looks)

    def is_lost(self, move: Move) -> bool:
        """Whether nothing is done or told any more that was."""
        return self.after(move) < min(self.finding.asked, ACTING)

    def loss(self, move: Move) -> float:
        """How much of it is lost: all, half where something milder is done, or nothing."""
        return 1.0 if self.is_lost(move) else MILDER if self.after(move) < self.finding.asked else 0.0


def tighter(rule: Rule, ground: Ground, refuses: Refuses) -> Suggestion | Without | None:
    """The bound whose move spares the accounts called fine at the least loss; None where it fires on none of them."""
    found = list(_found(rule, ground))
    wrong = tuple(one.account for one in found if one.opinion is Opinion.FINE)
    if not wrong:
        return None
    if len(wrong) < LEAST:
        return Without(rule.name, Lack.FEW, Opinion.FINE, wrong)
    weighed = [(_gain(move, found), *_preferred(move), move) for move in _moves(rule, ground.minimum, found)]
    worth = sorted((one for one in weighed if one[0] > 0), key=lambda one: one[:3], reverse=True)
    best, why = allowed((move for *_, move in worth), refuses)
    if best is None or why is not None:
        return Without(rule.name, why or Lack.NONE, Opinion.FINE, wrong, best)
    return _suggestion(best, found)


def _found(rule: Rule, ground: Ground) -> Iterator[Found]:
    others = ground.without(rule)
    for finding in ground.findings:
        by_rule = [look for look in finding.looks if look.rule == rule.name]
        if by_rule:
            elsewhere = max((look.asked for look in finding.looks if look.rule != rule.name), default=NOTHING)
            without = tuple((look, ground.asked(look, others)) for look in by_rule)
            yield Found(rule, ground.minimum, finding, without, elsewhere)


def _preferred(move: Move) -> tuple[bool, float]:
    """Of moves that come to the same the greatest: more evidence only puts off, and the nearest surprises least."""
    return move.under != "evidence", -way(move.signal, move.now, move.instead)


def _moves(rule: Rule, minimum: Minimum, found: Iterable[Found]) -> Iterator[Move]:
    """The nearest moves that spare some or all of those called fine, and are harsher on none of them."""
    fine = [one for one in found if one.opinion is Opinion.FINE]
    for at in (*ends_of(rule), *needed_of(rule, minimum)):
        for cut in sorted({cut for one in fine for cut in _last(one, at)}):
            moves = [at.move(rule, bound) for bound in _sparing(at, cut)]
            possible = [one for one in moves if one.tighter and is_possible(one, rule)]
            milder = [one for one in possible if not any(who.is_harsher(one) for who in fine)]
            yield from _roundest_of_best(milder, found)


def _sparing(at: BoundEnd, cut: float) -> Iterator[float]:
    """The nearest bounds that spare whoever reads so, the roundest first."""
    step = coarsest(at.now)
    if at.under == "evidence":  # in whole posts and days
        yield from ((math.floor(cut / each) + 1) * each for each in dict.fromkeys((step, 1)))
    elif at.under == "unless":
        yield from holding_bounds(at.signal, at.end, [cut], step)
    else:
        yield from sparing_bounds(at.signal, at.end, [cut], step)


def _roundest_of_best(moves: list[Move], found: Iterable[Found]) -> Iterator[Move]:
    """Of moves that spare up to the same reading the best, and of equals the first, which is the roundest."""
    if moves:
        yield max(moves, key=lambda move: _gain(move, found))


def _last(one: Found, at: BoundEnd) -> Iterator[float]:
    """The reading that must be spared so that the rule does not decide at any look; none where it is not known."""
    readings = [reading for look, _ in one.by_rule if (reading := look.readings[at.signal]) is not None]
    if readings:
        yield max(readings) if at.is_widest_below else min(readings)


def _gain(move: Move, found: Iterable[Found]) -> float:
    """What a move is worth, in accounts called noise; less than nothing where it would lose all of these."""
    of = {opinion: [one for one in found if one.opinion is opinion] for opinion in (*Opinion, None)}
    spared = sum(not any(one.held(move)) for one in of[Opinion.FINE])
    if of[Opinion.NOISE] and all(one.is_lost(move) for one in of[Opinion.NOISE]):
        return -1.0
    likely = noise_share(len(of[Opinion.FINE]), len(of[Opinion.NOISE]))
    lost, others = (sum(one.loss(move) for one in of[opinion]) for opinion in (Opinion.NOISE, None))
    return FINE_WEIGHS * spared - lost - likely * others


def _suggestion(move: Move, found: list[Found]) -> Suggestion:
    def of(opinion: Opinion | None) -> list[Found]:
        return [one for one in found if one.opinion is opinion]

    return Suggestion(
        move,
        right=tuple(one.account for one in of(Opinion.FINE) if not any(one.held(move))),
        lost=tuple(one.account for one in of(Opinion.NOISE) if one.is_lost(move)),
        others_lost=tuple(one.account for one in of(None) if one.is_lost(move)),
        newly=tuple(one.account for one in of(None) if one.is_harsher(move)),
        fine=len(of(Opinion.FINE)),
        noise=len(of(Opinion.NOISE)),
    )
