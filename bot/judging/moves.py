"""One end of one bound of a rule, moved: what a suggestion comes to."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.judging.rightness import End
from bot.judging.rules import Bounds, Rule


@dataclass(frozen=True, slots=True)
class Move:
    """One end of a bound under a rule's `when`, and where it goes."""

    rule: str
    """The rule's name."""
    signal: str
    end: End
    now: float
    """Where it is."""
    instead: float
    """Where it goes."""

    @property
    def tighter(self) -> bool:
        """Whether the rule fires on fewer accounts then."""
        return (self.instead > self.now) is (self.end == "at_least")

    def bounds(self, rule: Rule) -> Bounds:
        """The bounds of that signal, moved."""
        return replace(rule.when[self.signal], **{self.end: self.instead})

    def of(self, rule: Rule) -> Rule:
        """The rule with the bound moved."""
        return replace(rule, when={**rule.when, self.signal: self.bounds(rule)})


def moved(rules: Sequence[Rule], moves: Sequence[Move]) -> tuple[Rule, ...]:
    """The rules with these bounds moved, in their order."""
    changed = {rule.name: rule for rule in rules}
    for move in moves:
        changed[move.rule] = move.of(changed[move.rule])
    return tuple(changed[rule.name] for rule in rules)
