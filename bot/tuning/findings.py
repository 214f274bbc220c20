"""What rules come to on samples, look by look: the ground on which a bound is chosen."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from bot.judging.moves import Move
from bot.judging.rules import Bounds, Minimum, Rule, Ruling, ruling_of
from bot.model import Account, Opinion
from bot.tuning.samples import Readings, Sample

NOTHING, TOLD, ACTING = -1, 0, 1
"""How much is asked for on an account: nothing, a word in the report, or some step (its severity, 1 and more)."""


def asked(ruling: Ruling) -> int:
    """How much rules ask for: NOTHING, TOLD (a rule that only watches too), else the severity of the step."""
    if ruling.fired is None or ruling.step is None:
        return NOTHING
    return TOLD if ruling.fired.only_watches else ruling.step.severity


@dataclass(frozen=True)
class Look:
    """One look at an account under some rules."""

    readings: Readings
    ruling: Ruling
    applies: frozenset[str] | None = None
    """Names of the rules that judge it; None: all."""

    @property
    def asked(self) -> int:
        """How much the rules ask for."""
        return asked(self.ruling)

    def is_judged_by(self, rule: Rule) -> bool:
        """Whether the rule applies to this account."""
        return self.applies is None or rule.name in self.applies

    @property
    def rule(self) -> str | None:
        """The rule that decides."""
        return self.ruling.fired.name if self.ruling.fired else None


@dataclass(frozen=True)
class Finding:
    """All looks at one account."""

    sample: Sample
    looks: tuple[Look, ...]

    @property
    def opinion(self) -> Opinion | None:
        """The owner's word."""
        return self.sample.opinion

    @property
    def asked(self) -> int:
        """The most that the rules ask for at any look."""
        return max((look.asked for look in self.looks), default=NOTHING)


class Ground:
    """Samples under rules, of which one after the other may change."""

    def __init__(self, samples: Sequence[Sample], rules: Sequence[Rule], minimum: Minimum) -> None:
        self.rules, self.minimum = tuple(rules), minimum
        self.findings = tuple(
            Finding(one, tuple(self._look(readings, one.applies) for readings in one.looks)) for one in samples
        )

    def moved(self, move: Move) -> "Ground":
        """The same with a bound moved. Only looks at which it holds otherwise than before are judged again."""
        rule = next(one for one in self.rules if one.name == move.rule)
        after = move.bounds(rule)
        before = move.held(rule).get(move.signal, Bounds())
        ground = Ground((), self.with_(move.of(rule, self.minimum)), self.minimum)

        def again(look: Look) -> Look:
            reading = look.readings.get(move.signal)
            if move.under == "evidence":
                reading = reading or 0  # what is not known is no evidence
            same = before.hold(reading) is after.hold(reading)
            return look if same else ground._look(look.readings, look.applies)

        ground.findings = tuple(Finding(one.sample, tuple(map(again, one.looks))) for one in self.findings)
        return ground

    def said(self, opinion: Callable[[Account], Opinion | None]) -> "Ground":
        """The same with another word of the owner's on each account."""
        ground = Ground((), self.rules, self.minimum)
        ground.findings = tuple(
            Finding(replace(one.sample, opinion=opinion(one.sample.account)), one.looks) for one in self.findings
        )
        return ground

    def _look(self, readings: Readings, applies: frozenset[str] | None) -> Look:
        rules = [rule for rule in self.rules if applies is None or rule.name in applies]
        return Look(readings, ruling_of(readings, rules, self.minimum), applies)

    def asked(self, look: Look, rules: Sequence[Rule]) -> int:
        """How much other rules ask for at a look."""
        return asked(ruling_of(look.readings, [rule for rule in rules if look.is_judged_by(rule)], self.minimum))

    def without(self, rule: Rule) -> tuple[Rule, ...]:
        """The rules without one."""
        return tuple(one for one in self.rules if one.name != rule.name)

    def with_(self, rule: Rule) -> tuple[Rule, ...]:
        """The rules with one changed."""
        return tuple(rule if one.name == rule.name else one for one in self.rules)

    def of(self, opinion: Opinion | None) -> Iterator[Finding]:
        """The findings on accounts of that opinion."""
        return (finding for finding in self.findings if finding.opinion is opinion)

    @property
    def as_said(self) -> int:
        """How many of the judged accounts the rules treat as the owner said: fine ones are left alone, noise is
        found."""
        fine = sum(finding.asked < ACTING for finding in self.of(Opinion.FINE))
        return fine + sum(finding.asked >= ACTING for finding in self.of(Opinion.NOISE))
