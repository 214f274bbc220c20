"""What moved bounds change on samples: whom the rules newly find and whom they let go, and what that comes to."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

from bot.judging.moves import Move
from bot.judging.rules import Rule
from bot.model import Account, Opinion, RuleReading
from bot.tuning.findings import ACTING, NOTHING, Finding, Ground, Look
from bot.tuning.samples import Sample

Share = Callable[[Iterable[str]], float]
"""Which part of the timeline accounts brought, by their ids: 0 to 1."""


class Turn(StrEnum):
    """How an account fares otherwise."""

    CAUGHT = "newly found"
    STEP = "another step"
    SPARED = "no longer found"


@dataclass(frozen=True)
class Turned:
    """An account that fares otherwise, at the look that decides."""

    sample: Sample
    turn: Turn
    before: Look
    after: Look
    """The same look, under the moved bounds."""
    share: float
    """Its part of the timeline, 0 to 1."""

    @property
    def account(self) -> Account:
        """Whom it is about."""
        return self.sample.account

    @property
    def agrees(self) -> bool | None:
        """Whether the rules treat it as the owner said, once they are moved; None where they said nothing."""
        if self.sample.opinion is None:
            return None
        return (self.sample.opinion is Opinion.NOISE) is (self.after.asked >= ACTING)

    @property
    def found_by(self) -> RuleReading | None:
        """The rule that finds it: of one that is let go, the one that found it."""
        deciding = self.before if self.turn is Turn.SPARED else self.after
        return outcome_of(deciding, deciding.rule)

    @property
    def kept_by(self) -> RuleReading | None:
        """The same rule, where it does not fire: before on who is newly found, after on who is let go."""
        deciding, other = (self.before, self.after) if self.turn is Turn.SPARED else (self.after, self.before)
        held = outcome_of(other, deciding.rule)
        return held if held is not None and not held.fires else None


@dataclass(frozen=True)
class Moved:
    """What moved bounds come to."""

    turned: tuple[Turned, ...]
    """The loudest first of each turn."""
    share_before: float
    """Which part of the timeline came from accounts that the rules find."""
    share_after: float
    found_before: int
    """How many accounts the rules find."""
    found_after: int
    judged: int
    """How many of the accounts the owner judged."""
    before: int
    """Of these, how many the rules treat as the owner said."""
    after: int
    against: tuple[Sample, ...]
    """Of these, who is treated otherwise once the bounds are moved."""

    def of(self, turn: Turn) -> list[Turned]:
        """Those who fare so."""
        return [one for one in self.turned if one.turn is turn]


def moved(ground: Ground, moves: Iterable[Move]) -> Ground:
    """The ground with these bounds moved, one after the other."""
    for move in moves:
        ground = ground.moved(move)
    return ground


def compared(before: Ground, after: Ground, share: Share) -> Moved:
    """What the later ground makes otherwise; both are of the same samples."""
    pairs = list(zip(before.findings, after.findings, strict=True))
    turned = [one for pair in pairs if (one := _turned(*pair, share)) is not None]
    order = list(Turn)
    turned.sort(key=lambda one: (order.index(one.turn), -one.share, one.account.handle))
    judged = [finding for finding in after.findings if finding.opinion is not None]
    found = [[one.sample.account.id for one in ground.findings if is_found(one)] for ground in (before, after)]
    return Moved(
        tuple(turned),
        share(found[0]),
        share(found[1]),
        len(found[0]),
        len(found[1]),
        len(judged),
        before.as_said,
        after.as_said,
        tuple(one.sample for one in judged if (one.opinion is Opinion.NOISE) is not (one.asked >= ACTING)),
    )


def is_found(finding: Finding) -> bool:
    """Whether a rule finds the account at any look."""
    return finding.asked > NOTHING


def deciding(finding: Finding) -> int:
    """The place of the look that decides: the newest of those at which most is asked for."""
    return max(range(len(finding.looks)), key=lambda place: (finding.looks[place].asked, place))


def found_by(ground: Ground) -> dict[str, list[Sample]]:
    """By the name of each rule, whom it finds. Each account stands under the one rule that decides on it."""
    found: dict[str, list[Sample]] = {rule.name: [] for rule in ground.rules}
    for finding in ground.findings:
        if is_found(finding):
            found[finding.looks[deciding(finding)].rule or ""].append(finding.sample)
    return found


def looks_by(ground: Ground, rule: Rule) -> list[tuple[Look, bool]]:
    """A look at each account that the rule judges, and whether the rule finds it then: of those that it finds the
    newest at which it does, of the others the newest."""
    found = []
    for finding in ground.findings:
        if finding.looks and finding.looks[-1].is_judged_by(rule):
            own = next((look for look in reversed(finding.looks) if look.rule == rule.name), None)
            found.append((own or finding.looks[-1], own is not None))
    return found


def outcome_of(look: Look, rule: str | None) -> RuleReading | None:
    """What a rule says at a look, bound by bound; None where there is none of that name."""
    return next((one for one in look.ruling.outcomes if one.rule == rule), None)


def _turned(before: Finding, after: Finding, share: Share) -> Turned | None:
    if before.asked == after.asked:
        return None
    turn = Turn.SPARED if after.asked == NOTHING else Turn.CAUGHT if before.asked == NOTHING else Turn.STEP
    place = deciding(before if turn is Turn.SPARED else after)
    account = before.sample.account.id
    return Turned(before.sample, turn, before.looks[place], after.looks[place], share([account]))
