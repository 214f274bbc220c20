"""A rule that fires on accounts called fine: the bound that spares most of them at the least loss."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bot.judging.moves import Move
from bot.judging.rightness import End, spares, sparing_bounds, way
from bot.judging.rules import Rule
from bot.model import Account, Opinion
from bot.tuning.findings import ACTING, NOTHING, Finding, Ground, Look
from bot.tuning.suggestion import (
    FINE_WEIGHS,
    LEAST,
    Lack,
    Refuses,
    Suggestion,
    Without,
    allowed,
    coarsest,
    ends_of,
    is_possible,
    noise_share,
)

MILDER = 0.5
"""Noise on which something milder is done is lost by half."""


@dataclass(frozen=True)
class Found:
    """An account on which the rule decides at some look."""

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
        return [not spares(move.end, move.instead, look.readings[move.signal]) for look, _ in self.by_rule]

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
    weighed = [(_gain(move, found), -way(move.signal, move.now, move.instead), move) for move in _moves(rule, found)]
    worth = sorted((one for one in weighed if one[0] > 0), key=lambda one: one[:2], reverse=True)
    best, why = allowed((move for _, _, move in worth), refuses)
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
            yield Found(finding, without, elsewhere)


def _moves(rule: Rule, found: Iterable[Found]) -> Iterator[Move]:
    """The nearest moves that spare some or all of those called fine, and are harsher on none of them."""
    fine = [one for one in found if one.opinion is Opinion.FINE]
    for signal, end, now in ends_of(rule):
        for cut in sorted({_last(one, signal, end) for one in fine}):
            moves = [
                Move(rule.name, signal, end, now, bound)
                for bound in sparing_bounds(signal, end, [cut], coarsest(now))
                if not spares(end, now, cut)
            ]
            possible = [one for one in moves if one.tighter and is_possible(one, rule)]
            milder = [one for one in possible if not any(who.is_harsher(one) for who in fine)]
            yield from _roundest_of_best(milder, found)


def _roundest_of_best(moves: list[Move], found: Iterable[Found]) -> Iterator[Move]:
    """Of moves that spare up to the same reading the best, and of equals the first, which is the roundest."""
    if moves:
        yield max(moves, key=lambda move: _gain(move, found))


def _last(one: Found, signal: str, end: End) -> float:
    """The reading that must be spared so that the rule does not decide at any look."""
    readings = [reading for look, _ in one.by_rule if (reading := look.readings[signal]) is not None]
    return max(readings) if end == "at_least" else min(readings)


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
