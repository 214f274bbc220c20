"""What rules say at each look, as far as it decides.

Looks are ruled again only where a bound holds otherwise than under a config that was tried before: what is edited is
mostly a bound, and most looks are far from it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from bot.config import Config
from bot.judging import reach, rules
from bot.judging.rules import Bounds, Rule, Ruling
from bot.model import Account, Basis, Decision, Judging, RuleReading, Verdict
from bot.tuning.measured import OF_THE_TIMELINE, Measured, asks_of_timeline

CONFIGS = 2
"""The rulings of so many configs are kept: of one that stays, and of one that is edited."""


@dataclass(frozen=True, kw_only=True)
class Ruled(Verdict):
    """A verdict without what is shown of it, which is made when it is told of."""

    basis: Basis
    judging: Judging


Known: TypeAlias = dict[tuple[int, int], Ruled]
"""By the id of the basis, and the total of the timeline where the rules ask for a share of it."""


class Rulings:
    """The rulings of one config after the other on one past."""

    def __init__(self, measured: Measured, looks: Sequence[Judging] = ()) -> None:
        self.measured, self.looks = measured, looks
        self._known: dict[str, tuple[Config, Known]] = {}
        """By fingerprint, the config that was asked for last comes last."""

    def of(self, config: Config) -> Callable[[Basis, Judging], Ruled | None]:
        """How the config's rules rule at a look; None where the feed is not remembered."""
        if config.fingerprint not in self._known:
            known = self._as_before(config)
            while len(self._known) >= CONFIGS:
                del self._known[next(iter(self._known))]
            self._known[config.fingerprint] = config, known
        _, known = self._known[config.fingerprint] = self._known.pop(config.fingerprint)
        timeline = asks_of_timeline(config)
        applying = rules.applying(config.rules, self.measured.profile, self.measured.platform)

        def ruled(basis: Basis, judging: Judging) -> Ruled | None:
            key = id(basis), judging.timeline_total if timeline else 0
            if key not in known:
                told = self.measured.bare(basis, judging, config, applying)
                if told is None:
                    return None
                known[key] = reach.lowered(_ruled(*told, basis, judging))
            return known[key]

        return ruled

    def _as_before(self, config: Config) -> Known:
        """What is known already of a config from others whose rules differ in nothing but bounds."""
        found: list[tuple[set[int], Known]] = []
        for before, known in self._known.values():
            rules = edited(before, config)
            if rules is not None:
                otherwise = {id(basis) for basis in self.measured.otherwise(self.looks, config, rules)}
                found.append((otherwise, known))
        otherwise, known = min(found, key=lambda one: len(one[0]), default=(set(), {}))
        return {key: ruled for key, ruled in known.items() if key[0] not in otherwise}

    def verdict(self, ruled: Ruled, config: Config) -> Verdict:
        """The whole verdict, with what is shown of it."""
        return self.measured.verdict(ruled.basis, ruled.judging, config) or ruled

    def whole(self, decision: Decision, config: Config) -> Decision:
        """The decision with the whole of its verdict."""
        verdict = decision.verdict
        return replace(decision, verdict=self.verdict(verdict, config)) if isinstance(verdict, Ruled) else decision


def _ruled(account: Account, ruling: Ruling, basis: Basis, judging: Judging) -> Ruled:
    near = ruling.nearly if ruling.fired is None else None
    return Ruled(
        account=account,
        rule=ruling.fired.name if ruling.fired else None,
        step=ruling.step,
        rules=(RuleReading(near.name, fires=False, when=(), near=True),) if near else (),
        readings={},
        shadow=ruling.shadow,
        duration=ruling.duration,
        lowered=ruling.lowered,
        complete=basis.complete,
        feed_read=basis.read,
        seen_share=basis.seen_share,
        basis=basis,
        judging=judging,
    )


def edited(old: Config, new: Config) -> list[tuple[Rule, Rule]] | None:
    """The rules of which bounds differ, as they are in both; None where the configs rule otherwise in more, or a bound
    on what the timeline showed differs, which is another at each judging."""
    if (old.minimum, old.window, old.lexicon) != (new.minimum, new.window, new.lexicon):
        return None
    if list(map(_apart_from_bounds, old.rules)) != list(map(_apart_from_bounds, new.rules)):
        return None
    found = [(one, other) for one, other in zip(old.rules, new.rules, strict=True) if one != other]
    return None if any(_of_the_timeline(one) != _of_the_timeline(other) for one, other in found) else found


def _of_the_timeline(rule: Rule) -> list[Bounds]:
    return [one for bounds in (rule.when, rule.unless) for name, one in bounds.items() if name in OF_THE_TIMELINE]


def _apart_from_bounds(rule: Rule) -> tuple[object, ...]:
    bounds = tuple(rule.when), tuple(rule.unless)
    return (rule.name, rule.then, rule.duration, rule.mode, rule.only, rule.minimum, rule.quota, *bounds)
