"""What a changed config would have changed: two replays of one past held against each other, account by account."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.model import Account, Judgement, Opinion, Step
from bot.tuning.days import QuotaDifference
from bot.tuning.outcomes import Fate, Outcome, Replay
from bot.tuning.trial import Pair

NO_QUOTAS = QuotaDifference()


class Kind(StrEnum):
    """How an account fares otherwise, the weightiest first."""

    QUIETED = "newly quieted"
    WAITS = "newly found, still waiting"
    PUT_OFF = "now only waiting"
    REPORTED = "newly reported"
    STEP = "another step"
    SPARED = "now left alone"


@dataclass(frozen=True)
class Change:
    """One account on which the two configs come to something else."""

    kind: Kind
    before: Outcome
    after: Outcome
    share: float
    """Its part of the items in the owner's timeline, 0 to 1."""
    judgement: Judgement | None = None
    """The owner's own word on it."""

    @property
    def account(self) -> Account:
        """Whom it is about."""
        return self.after.verdict.account

    @property
    def agrees(self) -> bool | None:
        """Whether the account would fare as the owner said of it; None where they said nothing."""
        if self.judgement is None:
            return None
        return (self.judgement.opinion is Opinion.NOISE) is is_acting(self.after.due)


@dataclass(frozen=True, slots=True)
class Judged:
    """How the two configs fare with accounts on which the owner gave their word."""

    many: int
    """How many there are."""
    before: int
    """Of these, how many would be quieted by the config before, be it that an action still waits."""
    after: int


@dataclass(frozen=True)
class Difference:
    """What a changed config would have changed over a time."""

    since: datetime
    until: datetime
    changes: tuple[Change, ...]
    noise_before: float
    """Which part of the timeline's items came from accounts that are found, 0 to 1."""
    noise_after: float
    fine: Judged
    """Accounts that the owner called fine, or keeps."""
    noise: Judged
    """Accounts that the owner called noise."""
    accounts: int = 0
    """How many were judged in that time."""
    posts: int = 0
    """How many items the timeline brought."""
    unread: int = 0
    """How many accounts the new config would look at whose own feeds were never read."""
    short: bool = False
    """Whether less is recorded than was asked for."""
    quotas: QuotaDifference = NO_QUOTAS

    @property
    def as_said(self) -> tuple[int, int]:
        """Of the accounts that the owner judged, how many the configs before and after treat as they said."""
        before = self.fine.many - self.fine.before + self.noise.before
        return before, self.fine.many - self.fine.after + self.noise.after


@dataclass(frozen=True)
class Timeline:
    """What the owner's timeline brought in the days that were asked for: items by account id; and the time in which
    anybody was judged."""

    since: datetime
    until: datetime
    counts: Mapping[str, int]
    short: bool = False
    """Whether less is recorded than was asked for."""

    def share(self, accounts: Iterable[str]) -> float:
        """The part of the items that these accounts brought."""
        total = sum(self.counts.values())
        return sum(self.counts.get(one, 0) for one in accounts) / total if total else 0.0


def difference(
    pair: Pair,
    timeline: Timeline,
    judgements: Mapping[str, Judgement],
    unread: int = 0,
    quotas: QuotaDifference = NO_QUOTAS,
) -> Difference:
    """What the later config changes; the loudest account first in each kind. `unread` and `quotas` are passed on."""
    before, after = pair.before, pair.after
    changes = list(_changes(pair, timeline, judgements))
    order = list(Kind)
    changes.sort(key=lambda one: (order.index(one.kind), -one.share, one.account.handle))
    return Difference(
        since=timeline.since,
        until=timeline.until,
        changes=tuple(changes),
        noise_before=timeline.share(_found(before)),
        noise_after=timeline.share(_found(after)),
        fine=_judged(before, after, judgements, Opinion.FINE),
        noise=_judged(before, after, judgements, Opinion.NOISE),
        accounts=len(after.fates) + pair.others,
        posts=sum(timeline.counts.values()),
        unread=unread,
        short=timeline.short,
        quotas=quotas,
    )


def _changes(pair: Pair, timeline: Timeline, judgements: Mapping[str, Judgement]) -> Iterator[Change]:
    before, after = pair.before, pair.after
    for account in before.fates.keys() & after.fates.keys():
        kind = kind_of(before.fates[account], after.fates[account])
        if kind is not None:
            was, now = before.tell(account), after.tell(account)
            yield Change(kind, was, now, timeline.share([account]), judgements.get(account))


def kind_of(before: Fate, after: Fate) -> Kind | None:
    """How an account fares otherwise; None where it does not."""
    if before == after:
        return None
    if is_acting(after.step):
        return Kind.STEP if is_acting(before.step) else Kind.QUIETED
    if after.waits:
        return Kind.STEP if before.waits else Kind.PUT_OFF if is_acting(before.step) else Kind.WAITS
    if after.step is Step.REPORT:
        return Kind.STEP if is_acting(before.step) or before.waits else Kind.REPORTED
    return Kind.SPARED


def is_acting(step: Step | None) -> bool:
    """Whether a step does something to an account."""
    return step not in (None, Step.REPORT)


def _found(replay: Replay) -> list[str]:
    """Ids of those who are quieted, told of, or wait."""
    return [account for account, fate in replay.fates.items() if fate.due]


def _judged(before: Replay, after: Replay, judgements: Mapping[str, Judgement], opinion: Opinion) -> Judged:
    of = [account for account, one in judgements.items() if one.opinion is opinion and account in after.fates]

    def quieted(replay: Replay) -> int:
        return sum(is_acting(replay.fates[account].due) for account in of if account in replay.fates)

    return Judged(len(of), quieted(before), quieted(after))
