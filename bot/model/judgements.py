"""The owner's own judgements of accounts: what rules are measured by, and tuned from."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.model.posts import Account


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
