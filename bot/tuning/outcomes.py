"""What a replay came to: on each account, and in its decisions."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import NamedTuple

from bot.model import Entry, Step, Verdict
from bot.tuning.quotas import Days


class Fate(NamedTuple):
    """What becomes of one account in a replay, in brief."""

    due: Step | None
    """What was done about it in this time, would have been told of it (`report`), or waits to be done; None where
    nothing is."""
    waits: bool = False
    """Whether an action on it still waits at the end."""

    @property
    def step(self) -> Step | None:
        """What was done or told."""
        return None if self.waits else self.due


@dataclass(frozen=True)
class Outcome:
    """What a replay came to on one account."""

    verdict: Verdict
    """The last one."""
    entry: Entry
    """The last decision; of an action that no decision asks for any more, its plan."""
    fate: Fate
    asked: bool = True
    """Whether it was ever asked how the owner stands to it."""
    plan: Entry | None = None
    """Of the last action, where there was one."""
    asked_later: datetime | None = None
    """When that was first asked, where it was only after what the outcome tells of was decided."""

    @property
    def step(self) -> Step | None:
        """What was done about it, or told of it."""
        return self.fate.step

    @property
    def waits(self) -> bool:
        """Whether an action on it still waits."""
        return self.fate.waits

    @property
    def due(self) -> Step | None:
        """What was done or told, or waits to be."""
        return self.fate.due


@dataclass(frozen=True)
class Replay:
    """What came of the past under one config."""

    fates: Mapping[str, Fate]
    """By account id, everybody judged."""
    tell: Callable[[str], Outcome]
    """The whole outcome on one of them, by account id: made when it is told of, since of most nothing is."""
    decisions: Sequence[Entry]
    """Every decision as it would stand in the ledger, in the order of deciding."""
    days: Mapping[str, Days] = field(default_factory=dict)
    """By account id, who was muted by a quota."""
    quotas_since: datetime | None = None
    """When quotas were first held again; None where that was never possible."""

    @cached_property
    def outcomes(self) -> Mapping[str, Outcome]:
        """All of them, by account id."""
        return {account: self.tell(account) for account in self.fates}
