"""A test that an owner writes into a rule: a history, and whether the rule should fire on it."""

from dataclasses import dataclass, field

from bot.judging.made import Made
from bot.model import Expect


@dataclass(frozen=True, slots=True)
class RuleTest:
    """One history, captured or made up, and whether the rule should fire on it."""

    says: str
    """What the test shows, in a few words."""
    expect: Expect
    """Whether the rule `fires`, or `spares` the account."""
    account: str = ""
    """File of captured accounts (`quietfeed capture`), relative to this config; each of them is held against the
    rule."""
    made: Made | None = None
    """An account that you make up instead."""
    place: str = field(default="", compare=False)
