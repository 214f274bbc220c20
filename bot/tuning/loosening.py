"""A rule that nearly fires on noise which nothing finds: the bound that finds it, and nobody called fine."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bot.judging.moves import Move, Under
from bot.judging.rightness import holding_bounds, spares, sparing_bounds, way
from bot.judging.rules import Rule, ruling_of, slack
from bot.model import Comparison, Opinion, RuleReading
from bot.signals import BY_NAME
from bot.tuning.findings import NOTHING, Finding, Ground, Look
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
    noise_share,
)


@dataclass(frozen=True)
class Caught:
    """What a move comes to."""

    move: Move
    noise: tuple[Finding, ...]
    """Called noise, and found at last."""
    newly: tuple[Finding, ...]
    """Not judged, and more is asked for on them."""


@dataclass(frozen=True)
class Miss:
    """A look at which one end of a bound, or one exception, alone keeps the rule from firing."""

    finding: Finding
    look: Look
    at: BoundEnd
    reading: float
    near: bool
    """Whether by a little only."""


def looser(rule: Rule, ground: Ground, refuses: Refuses) -> Suggestion | Without | None:
    """The bound whose move finds noise that is missed by a little; None where there is none, or where the rule fires
    on somebody called fine: it is wide enough."""
    if any(look.rule == rule.name for one in ground.of(Opinion.FINE) for look in one.looks):
        return None
    missed = [miss for miss in _misses(rule, ground, ground.of(Opinion.NOISE)) if _is_overlooked(miss)]
    accounts = tuple(dict.fromkeys(miss.finding.sample.account for miss in missed))
    if len(accounts) < LEAST:
        return Without(rule.name, Lack.FEW, Opinion.NOISE, accounts) if accounts else None
    noise = sum(any(look.rule == rule.name for look in one.looks) for one in ground.of(Opinion.NOISE))
    every = list(_misses(rule, ground, ground.findings))
    caught = [
        max(alike, key=lambda one: _gain(one, noise))  # of equals the first, which is the roundest
        for moves in _moves(rule, missed)
        if (alike := [one for move in moves if (one := _caught(move, rule, ground, every)) is not None])
    ]
    weighed = [(_gain(one, noise), -way(one.move.signal, one.move.now, one.move.instead), one) for one in caught]
    worth = sorted((one for one in weighed if one[0] > 0), key=lambda one: one[:2], reverse=True)
    best, why = allowed((one.move for _, _, one in worth), refuses)
    if best is None or why is not None:
        return Without(rule.name, why or Lack.NONE, Opinion.NOISE, accounts, best)
    return _suggestion(next(one for _, _, one in worth if one.move == best), noise)


def _is_overlooked(miss: Miss) -> bool:
    """Whether it is about an account that nothing finds, and that the rule nearly does."""
    return miss.near and miss.finding.asked == NOTHING


def _misses(rule: Rule, ground: Ground, findings: Iterable[Finding]) -> Iterator[Miss]:
    for finding in findings:
        for look in (one for one in finding.looks if one.is_judged_by(rule)):
            held = ruling_of(look.readings, [rule], ground.minimum).outcomes[0]
            under, only = _only(held) or ("when", None)
            if only is None or only.reading is None:
                continue
            for at in ends_of(rule):
                if (at.under, at.signal) == (under, only.signal) and _refuses(at, only.reading):
                    near = held.near if under == "when" else _is_near(at, only.reading)
                    yield Miss(finding, look, at, only.reading, near)


def _only(held: RuleReading) -> tuple[Under, Comparison] | None:
    """The one bound, or the one exception, that alone keeps a rule from firing; None where more does, or something
    else."""
    refusing: list[tuple[Under, Comparison]] = [("when", one) for one in held.when if not one.holds]
    refusing += [("unless", one) for one in held.unless if one.holds]
    return refusing[0] if len(refusing) == 1 and not held.abstained else None


def _refuses(at: BoundEnd, reading: float) -> bool:
    """Whether the rule may fire once this end is moved: an exception ends at either."""
    return at.under == "unless" or spares(at.end, at.now, reading)


def _is_near(at: BoundEnd, reading: float) -> bool:
    """Whether a reading lies within an exception by a little only."""
    return abs(reading - at.now) <= slack(at.now, BY_NAME[at.signal].unit)


def _moves(rule: Rule, missed: Iterable[Miss]) -> Iterator[list[Move]]:
    """The nearest moves with which the rule fires on some or all of the missed noise, those together that reach as
    far."""
    for at in ends_of(rule):
        readings: dict[str, list[float]] = {}
        for miss in missed:
            if miss.at == at:
                readings.setdefault(miss.finding.sample.account.id, []).append(miss.reading)
        nearest = max if at.is_widest_below else min
        reaching = sparing_bounds if at.under == "unless" else holding_bounds
        for cut in sorted({nearest(some) for some in readings.values()}):
            moves = [at.move(rule, bound) for bound in reaching(at.signal, at.end, [cut], coarsest(at.now))]
            yield [move for move in moves if is_possible(move, rule) and not move.tighter]


def _caught(move: Move, rule: Rule, ground: Ground, misses: Iterable[Miss]) -> Caught | None:
    """What a move comes to; None where more would be asked for on somebody called fine."""
    rules, spares = ground.with_(move.of(rule, ground.minimum)), move.sparing(rule, ground.minimum)
    changed: dict[str, Finding] = {}
    for miss in misses:
        reached = miss.at.move(rule, move.instead) == move and not spares(miss.look.readings)
        if reached and ground.asked(miss.look, rules) > miss.look.asked:
            if miss.finding.opinion is Opinion.FINE:
                return None
            changed[miss.finding.sample.account.id] = miss.finding
    noise = tuple(one for one in changed.values() if one.opinion is Opinion.NOISE and one.asked == NOTHING)
    return Caught(move, noise, tuple(one for one in changed.values() if one.opinion is None))


def _gain(caught: Caught, noise: int) -> float:
    """What a move is worth, in accounts called noise: precision comes before recall."""
    if len(caught.noise) < LEAST or len(caught.newly) > len(caught.noise):
        return 0.0
    return len(caught.noise) - FINE_WEIGHS * (1 - noise_share(0, noise)) * len(caught.newly)


def _suggestion(caught: Caught, noise: int) -> Suggestion:
    accounts = tuple(one.sample.account for one in caught.noise)
    newly = tuple(one.sample.account for one in caught.newly)
    return Suggestion(caught.move, accounts, newly=newly, noise=noise + len(accounts))
