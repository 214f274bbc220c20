"""What rules and signals are in force, and how their own tests went."""

from typing import TypedDict

from bot.report.shapes.decided import ComparisonJson


class SignalJson(TypedDict):
    """Something that can be measured."""

    name: str
    """The key in a rule."""
    unit: str
    """`share`, `count`, `per day`, `flag`, `ratio` or `days`."""
    doc: str
    """What counts, what does not, and when it cannot be known."""
    not_on: list[str]
    """Networks that cannot give it."""


class RuleTestJson(TypedDict):
    """What came of one test of a rule."""

    rule: str
    """The rule that was tested."""
    says: str
    """What its owner calls the test."""
    place: str
    """Where it stands, as `file:line:column`."""
    expect: str
    """`fires` or `spares`."""
    got: str
    """What the rule did, in the same words."""
    passed: bool
    """Whether the two are the same."""
    handle: str
    """The account that the rest speaks of: the first that is not as expected, otherwise the first."""
    accounts: int
    """How many accounts the test holds the rule against."""
    why: str
    """The bounds and the readings that decided, in words."""
    decides: str | None
    """The rule that decides about the account among all of the config."""
    comparisons: list[ComparisonJson]
    """The tested rule's bounds, then its exceptions."""


class RuleChangedJson(TypedDict):
    """A part of a config that changes a rule which stands elsewhere."""

    keys: list[str]
    """What it changes, as the file calls it: `then`, `when link_share`."""
    place: str
    """Where that stands, as `file:line`."""


class RuleJson(TypedDict):
    """A rule in force, and where it comes from."""

    name: str
    """What reports and the ledger call it."""
    step: str
    """`report`, `hide_reposts`, `list` or `mute`."""
    lasts: str | None
    """How long the action lasts, as the file writes it: `30d`; null for a quota."""
    mode: str
    """`act`, or `shadow` where it only watches."""
    quota: int | None
    """Posts a day, of a rule with a quota."""
    shipped: bool
    """Whether it comes with quietfeed, changed since or not."""
    place: str | None
    """Where it stands, as `file:line`; null for a shipped one."""
    changes: list[RuleChangedJson]
    """What changes it since."""
    text: str
    """All of it, as a file would have it."""


class RulesJson(TypedDict):
    """The rules of a config."""

    version: str
    """Of quietfeed, with which the shipped ones come."""
    strictness: str | None
    """Of the shipped ones: `gentle`, `standard` or `strict`; null where none is used."""
    rules: list[RuleJson]
    """In the order in which they are asked: the first that fits decides."""
    left_out: list[str]
    """Names of shipped rules that are not used, where others are."""
