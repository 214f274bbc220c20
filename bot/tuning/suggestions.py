"""Better bounds from the owner's own judgements: one end of one bound a rule, where enough speaks for it.

A rule that fires on accounts called fine is tightened; one that nearly fires on noise that nothing else finds may be
loosened. Nothing suggested asks for more on an account called fine than before, at any look that is remembered.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

from bot.judging.moves import Move
from bot.judging.rules import Minimum, Rule
from bot.model import Account, Opinion
from bot.tuning.findings import ACTING, TOLD, Ground
from bot.tuning.loosening import looser
from bot.tuning.samples import Sample
from bot.tuning.suggestion import Lack, Suggestion, Without
from bot.tuning.tightening import tighter


@dataclass(frozen=True)
class Advice:
    """What the owner's judgements come to."""

    rules: tuple[Rule, ...]
    """With the suggested bounds."""
    suggestions: tuple[Suggestion, ...]
    without: tuple[Without, ...]
    fine: int
    """How many accounts called fine are known."""
    noise: int
    before: int
    """How many of both the rules treat as the owner said."""
    after: int
    still: tuple[Account, ...] = ()
    """Called fine, and something would be done to them by the new rules too."""

    @property
    def moves(self) -> tuple[Move, ...]:
        """The bounds to move."""
        return tuple(one.move for one in self.suggestions)


RefusesAll = Callable[[Sequence[Move]], Lack | None]
"""Why the last of these moves cannot be suggested when the others are; None where it can."""


def advice(samples: Sequence[Sample], rules: Sequence[Rule], minimum: Minimum, refuses: RefusesAll) -> Advice:
    """The bounds that these samples speak for; `rules` are all that judge any of them, in order."""
    ground = first = Ground(samples, rules, minimum)
    suggestions: list[Suggestion] = []
    without: list[Without] = []
    for choose in (tighter, looser):
        for name in [rule.name for rule in rules]:
            if any(one.move.rule == name for one in suggestions):
                continue
            rule = next(one for one in ground.rules if one.name == name)
            found = choose(rule, ground, partial(_refused, refuses, [one.move for one in suggestions]))
            if isinstance(found, Suggestion):
                suggestions.append(found)
                ground = ground.moved(found.move)
            elif found is not None:
                without.append(found)
    fine, noise = (sum(1 for _ in first.of(opinion)) for opinion in (Opinion.FINE, Opinion.NOISE))
    still = tuple(one.sample.account for one in ground.of(Opinion.FINE) if one.asked >= ACTING)
    order = [rule.name for rule in rules]
    suggestions.sort(key=lambda one: order.index(one.move.rule))
    left = _left(without, ground)
    return Advice(ground.rules, tuple(suggestions), left, fine, noise, first.as_said, ground.as_said, still)


def _refused(refuses: RefusesAll, before: Sequence[Move], move: Move) -> Lack | None:
    return refuses([*before, move])


def _left(without: Sequence[Without], ground: Ground) -> tuple[Without, ...]:
    """Of what is wrong those rules that are so still, under the rules with all that is suggested."""
    found = {one.sample.account.id: one.asked for one in ground.findings}

    def still(one: Without) -> tuple[Account, ...]:
        fine = one.opinion is Opinion.FINE
        return tuple(who for who in one.accounts if (found[who.id] >= TOLD if fine else found[who.id] < ACTING))

    return tuple(replace(one, accounts=still(one)) for one in without if still(one))
