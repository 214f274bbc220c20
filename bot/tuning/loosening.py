"""A rule that nearly fires on noise which nothing finds: the bound that finds it, and nobody called fine."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bot.judging.moves import Move
from bot.judging.rightness import End, holding_bounds, spares, way
from bot.judging.rules import Rule, ruling_of
from bot.model import Comparison, Opinion, RuleReading
from bot.tuning.findings import NOTHING, Finding, Ground, Look
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
    """A look at which one end of a bound alone keeps the rule from firing."""

    finding: Finding
    look: Look
    signal: str
    end: End
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
    caught = [one for move in _moves(rule, missed) if (one := _caught(move, rule, ground, every)) is not None]
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
            only = _only(held)
            if only is None or only.reading is None:
                continue
            for signal, end, now in ends_of(rule):
                if signal == only.signal and spares(end, now, only.reading):
                    yield Miss(finding, look, signal, end, only.reading, held.near)


def _only(held: RuleReading) -> Comparison | None:
    """The one bound that alone keeps a rule from firing; None where more does, or something else."""
    misses = [one for one in held.when if not one.holds]
    spared = held.abstained or any(one.holds for one in held.unless)
    return misses[0] if len(misses) == 1 and not spared else None


def _moves(rule: Rule, missed: Iterable[Miss]) -> Iterator[Move]:
    """The nearest moves within which some or all of the missed noise lies."""
    for signal, end, now in ends_of(rule):
        readings: dict[str, list[float]] = {}
        for miss in missed:
            if (miss.signal, miss.end) == (signal, end):
                readings.setdefault(miss.finding.sample.account.id, []).append(miss.reading)
        nearest = max if end == "at_least" else min
        for cut in sorted({nearest(some) for some in readings.values()}):
            for bound in holding_bounds(signal, end, [cut], coarsest(now)):
                move = Move(rule.name, signal, end, now, bound)
                if is_possible(move, rule) and not move.tighter:
                    yield move


def _caught(move: Move, rule: Rule, ground: Ground, misses: Iterable[Miss]) -> Caught | None:
    """What a move comes to; None where more would be asked for on somebody called fine."""
    rules = ground.with_(move.of(rule))
    changed: dict[str, Finding] = {}
    for miss in misses:
        reached = (miss.signal, miss.end) == (move.signal, move.end) and not spares(
            move.end, move.instead, miss.reading
        )
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
