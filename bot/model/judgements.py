"""The owner's own judgements of accounts, what rules are measured by and tuned from; and whom they are asked about."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.model.posts import Account
from bot.model.verdicts import Decision, Verdict


class Opinion(StrEnum):
    """What the owner takes an account for."""

    NOISE = "noise"
    """It only broadcasts: to quiet it is right."""
    FINE = "fine"
    """The owner wants it: to quiet it is wrong."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """The owner's newest word on one account."""

    account: Account
    opinion: Opinion
    at: datetime
    how: str
    """How it came, in one or two words: `kept`, `taken back`, `confirmed`, `reviewed`."""


class Question(StrEnum):
    """Why the owner is asked about an account, in the order of asking."""

    NEAR = "near"
    """A rule nearly fires on it."""
    WAITING = "waiting"
    """A rule fires on it, and what follows is still to be decided or waits."""
    SHADOW = "shadow"
    """A rule that only watches fires on it."""
    LOWERED = "lowered"
    """Something milder is done than its rule asks for."""
    UNKNOWN = "unknown"
    """Too little is known of it, or of how the owner stands to it."""


@dataclass(frozen=True, slots=True)
class Case:
    """An account that is borderline or undecided."""

    verdict: Verdict
    question: Question
    decision: Decision | None = None
    """What was last decided of that verdict; None where nothing was yet."""
    timeline_share: float | None = None
    """Its part of the items in the owner's timeline, 0 to 1."""
    skipped: datetime | None = None
    """When the owner skipped it, if they did."""
    missed: float = 0.0
    """Of a near miss: how far the rule is from firing, as a part of what still counts as near, 0 to 1."""

    @property
    def account(self) -> Account:
        """Who it is about."""
        return self.verdict.account
