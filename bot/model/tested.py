"""A test of a rule: what is expected of it on one history, and what came of it."""

from dataclasses import dataclass
from enum import StrEnum

from bot.model.verdicts import RuleReading, Verdict


class Expect(StrEnum):
    """What a rule should do on a history."""

    FIRES = "fires"
    SPARES = "spares"


@dataclass(frozen=True)
class Tested:
    """What came of one test."""

    rule: str
    """The rule that was tested."""
    says: str
    """What its owner calls the test."""
    place: str
    """Where it stands: `config.yaml:62:7`."""
    expect: Expect
    verdict: Verdict
    """Of the first account that is not as expected, otherwise of the first."""
    accounts: int = 1
    """How many accounts the test holds the rule against."""

    @property
    def reading(self) -> RuleReading | None:
        """What the rule found; None where it does not apply to the account's network."""
        return next((reading for reading in self.verdict.rules if reading.rule == self.rule), None)

    @property
    def got(self) -> Expect:
        """What the rule did."""
        return Expect.FIRES if self.reading and self.reading.fires else Expect.SPARES

    @property
    def passed(self) -> bool:
        """Whether the rule did as expected."""
        return self.got is self.expect
