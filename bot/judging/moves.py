"""One end of one bound of a rule, moved: what a suggestion comes to."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from bot.judging.rightness import End
from bot.judging.rules import Bounds, Minimum, Rule, ruling_of

Under = Literal["when", "unless", "evidence"]
"""Where in a rule a bound stands. Of `evidence`, what is needed at least of `own_posts` and `days_seen`."""


@dataclass(frozen=True, slots=True)
class Move:
    """One end of a bound of a rule, and where it goes."""

    rule: str
    """The rule's name."""
    signal: str
    end: End
    now: float
    """Where it is."""
    instead: float
    """Where it goes."""
    under: Under = "when"

    @property
    def tighter(self) -> bool:
        """Whether the rule fires on fewer accounts then: an exception spares more of them, the wider it is."""
        narrower = (self.instead > self.now) is (self.end == "at_least")
        return narrower is not (self.under == "unless")

    def bounds(self, rule: Rule) -> Bounds:
        """The bounds of that signal, moved."""
        if self.under == "evidence":
            return Bounds(at_least=self.instead)
        return replace(self.held(rule)[self.signal], **{self.end: self.instead})

    def held(self, rule: Rule) -> Mapping[str, Bounds]:
        """The bounds beside it, and its own, as they are; those of evidence are none."""
        return {"when": rule.when, "unless": rule.unless, "evidence": {}}[self.under]

    def of(self, rule: Rule, minimum: Minimum) -> Rule:
        """The rule with the bound moved. `minimum` is the general one, which a rule may name its own beside."""
        if self.under == "evidence":
            least: dict[str, int] = {self.signal: int(self.instead)}
            return replace(rule, minimum=replace(rule.minimum or minimum, **least))
        changed = {**self.held(rule), self.signal: self.bounds(rule)}
        return replace(rule, unless=changed) if self.under == "unless" else replace(rule, when=changed)

    def sparing(self, rule: Rule, minimum: Minimum) -> Callable[[Mapping[str, float | None]], bool]:
        """Tells of readings whether the bound, once it is moved, keeps the rule from firing."""
        if self.under == "evidence":
            changed = [self.of(rule, minimum)]
            return lambda readings: ruling_of(readings, changed, minimum).fired is None
        bounds, spared = self.bounds(rule), self.under == "unless"
        return lambda readings: bounds.hold(readings[self.signal]) is spared


def moved(rules: Sequence[Rule], moves: Sequence[Move], minimum: Minimum) -> tuple[Rule, ...]:
    """The rules with these bounds moved, in their order; `minimum` is the general one."""
    changed = {rule.name: rule for rule in rules}
    for move in moves:
        changed[move.rule] = move.of(changed[move.rule], minimum)
    return tuple(changed[rule.name] for rule in rules)
