"""Whom changed quotas would have muted on other days: two replays held against each other, account by account."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.judging.rules import Rule
from bot.model import Account, Entry, Judgement, Opinion
from bot.tuning.quotas import Days
from bot.tuning.trial import Pair


class DayKind(StrEnum):
    """How quotas find an account otherwise, the weightiest first."""

    MORE = "over quota on more days"
    FEWER = "over quota on fewer days"
    OTHER = "over quota on other days"


@dataclass(frozen=True)
class DayChange:
    """One account that quotas would have muted on other days."""

    before: Days
    after: Days
    share: float
    """Its part of the items in the owner's timeline, 0 to 1."""
    judgement: Judgement | None = None
    """The owner's own word on it."""

    @property
    def newly(self) -> tuple[Entry, ...]:
        """The plans of the days that are new, oldest first."""
        return _without(self.after, self.before)

    @property
    def no_longer(self) -> tuple[Entry, ...]:
        """The plans of the days that are gone."""
        return _without(self.before, self.after)

    @property
    def kind(self) -> DayKind:
        """Whether it is muted more often."""
        before, after = len(self.before.plans), len(self.after.plans)
        return DayKind.OTHER if before == after else DayKind.MORE if after > before else DayKind.FEWER

    @property
    def account(self) -> Account:
        """Whom it is about."""
        return (*self.newly, *self.no_longer)[0].account

    @property
    def agrees(self) -> bool | None:
        """Whether it would fare more as the owner said of it; None where they said nothing, or it is as often."""
        if self.judgement is None or self.kind is DayKind.OTHER:
            return None
        return (self.judgement.opinion is Opinion.NOISE) is (self.kind is DayKind.MORE)


def _without(some: Days, others: Days) -> tuple[Entry, ...]:
    return tuple(some.plans[day] for day in sorted(some.plans.keys() - others.plans.keys()))


@dataclass(frozen=True)
class QuotaDifference:
    """What changed quotas would have changed."""

    changes: tuple[DayChange, ...] = ()
    """The loudest account first in each kind."""
    since: datetime | None = None
    """From when on the quotas of both configs were held again; None where those of one never were."""
    differ: bool = False
    """Whether the two configs have other quotas."""
    hidden: bool = False
    """Whether mutes that are gone hid what a quota of the new config would have counted."""


def quota_difference(
    pair: Pair,
    rules: tuple[Sequence[Rule], Sequence[Rule]],
    share: Callable[[Iterable[str]], float],
    judgements: Mapping[str, Judgement],
) -> QuotaDifference:
    """What the later config changes. `rules` are those of both, `share` is an account's part of the timeline."""
    before, after = pair.before, pair.after
    old, new = ([rule for rule in some if rule.quota is not None] for some in rules)
    changes = []
    for account in before.days.keys() | after.days.keys():
        was, now = before.days.get(account, Days()), after.days.get(account, Days())
        if was.plans.keys() != now.plans.keys():
            changes.append(DayChange(was, now, share([account]), judgements.get(account)))
    order = list(DayKind)
    changes.sort(key=lambda one: (order.index(one.kind), -one.share, one.account.handle))
    return QuotaDifference(
        tuple(changes),
        since=_later(before.quotas_since, after.quotas_since),
        differ=old != new,
        hidden=bool(new) and any(change.no_longer and change.before.really for change in changes),
    )


def _later(one: datetime | None, other: datetime | None) -> datetime | None:
    return max(one, other) if one and other else None
