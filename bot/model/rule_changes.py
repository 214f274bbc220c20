"""What a change of the rules makes of an account."""

from dataclasses import dataclass

from bot.model.posts import Account
from bot.model.verdicts import Step


@dataclass(frozen=True, slots=True)
class RuleChange:
    """One account that the changed rules judge otherwise."""

    account: Account
    before: Step | None
    """What the rules before asked for; None where it was left alone."""
    after: Step | None
    """What they ask for now; None where it is released."""
    limit: str = ""
    """Why that waits, where it does."""


@dataclass(frozen=True, slots=True)
class Upgrade:
    """What a newer version brought of other rules, by their names."""

    version: str
    """That of quietfeed from then on."""
    changed: tuple[str, ...] = ()
    new: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
