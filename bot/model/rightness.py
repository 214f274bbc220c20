"""How a rule's actions fared with the owner, and which bound would have spared those that they took back."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Sparing:
    """A bound of a rule that would have spared every action that the owner took back."""

    signal: str
    end: Literal["at_least", "at_most"]
    """Which end of the bound is to be moved."""
    now: float
    """Where it is."""
    instead: float
    """Where it would have to be."""
    lost: int
    """Of the actions that the owner did not take back, how many it would have spared too."""


@dataclass(frozen=True, slots=True)
class RuleRecord:
    """What became of one rule's actions, as far back as the ledger goes. A renewal goes on with an action."""

    rule: str
    taken_back: int = 0
    """By the owner: undone, lifted by hand, or kept from then on."""
    confirmed: int = 0
    """The owner muted the account anew themselves, or said that it was right."""
    ended: int = 0
    """By themselves: their time was up, or nothing asked for them any more."""
    in_force: int = 0
    often: bool = False
    """Whether so many were taken back that the rule may be wrong."""
    sparing: Sparing | None = None
    """The bound to move, where they were taken back often and one bound tells them from the others."""
    dry: bool = False
    """Whether it is about what a dry run would have done; taken back is then what the owner kept."""

    @property
    def actions(self) -> int:
        """How many actions there were."""
        return self.taken_back + self.confirmed + self.ended + self.in_force
