"""One account looked at: why it is found, and what the owner is asked about it."""

from typing import TypedDict

from bot.report.shapes.decided import ComparisonJson, Readings


class ExplainedRuleBoundJson(ComparisonJson):
    """One bound of one rule."""

    turning: str
    """What would turn it, in words."""


class ExplainedRuleJson(TypedDict):
    """One rule against one account."""

    rule: str
    """Its name."""
    fires: bool
    """Whether all its bounds hold."""
    decides: bool
    """Whether it is the first that fires."""
    near: bool
    """Whether one thing alone kept it from firing, and that by a little."""
    abstained: str | None
    """Why it said nothing, where it did not."""
    when: list[ExplainedRuleBoundJson]
    """Its bounds."""
    unless: list[ExplainedRuleBoundJson]
    """Its exceptions."""


class PastJson(TypedDict):
    """A line of the ledger, in short."""

    at: str
    """When it was written."""
    event: str
    """As in the ledger."""
    rule: str | None
    """The rule that decided."""
    step: str | None
    """What it asked for."""
    protection: str | None
    """Why the account was left alone."""
    dry_run: bool
    """Whether it only tells what would be."""


class JudgementJson(TypedDict):
    """Your own word on an account; of several the newest."""

    handle: str
    """The account."""
    opinion: str
    """`noise` or `fine`."""
    at: str
    """When you said it."""
    how: str
    """`reviewed`, `kept`, `taken back` or `confirmed`."""


class ExplainJson(TypedDict):
    """Why one account is judged as it is."""

    handle: str
    """The account."""
    moved_to: str | None
    """The handle of the account that it moved to; null where it did not."""
    outcome: str
    """What comes of it, in a sentence."""
    rule: str | None
    """The first rule that fires."""
    step: str | None
    """What is done, or would be; null where no rule fires or a protection stands."""
    protection: str | None
    """Why the account is left alone whatever the rules say."""
    limit: str | None
    """Why the action waits."""
    reason: str
    """The protection or the limit in a sentence, or why the step is milder than the rule's."""
    until: str | None
    """When the action ends."""
    complete: bool
    """Whether it rests on the account's own feed."""
    seen_share: float | None
    """About which part of the account's posts your server has, 0 to 1; null where that is not known."""
    abstained: str | None
    """Why no rule could be judged, where none could."""
    readings: Readings
    """Every signal that a rule asked for."""
    rules: list[ExplainedRuleJson]
    """Every rule that applies."""
    evidence: list[str]
    """Pages of posts that show it."""
    standing: list[str] | None
    """How you stand to it, each in words; null where it was not asked for."""
    judgement: JudgementJson | None
    """What you took it for."""
    ledger: list[PastJson]
    """What the ledger tells of it, oldest first."""


class CaseJson(TypedDict):
    """An account that is borderline or undecided."""

    handle: str
    """The account."""
    question: str
    """Why you are asked: `near` (a rule nearly fires), `waiting` (one fires, and what follows waits), `shadow` (one on
    trial fires), `lowered` (something milder is done than its rule asks for) or `unknown` (too little is known)."""
    sentence: str
    """What comes of it and why."""
    rule: str | None
    """The rule that it is about."""
    missed: float | None
    """Of a near miss, how far the rule is from firing: 0 at its bound, 1 as far as still counts as near."""
    timeline_share: float | None
    """The account's part of the items in your timeline, 0 to 1."""
    readings: Readings
    """Every signal that a rule asked for."""
    comparisons: list[ComparisonJson]
    """That rule's bounds."""
    judgement: JudgementJson | None
    """What you took it for before; only with `--again`."""


class ReviewJson(TypedDict):
    """Whom you may judge, and whom you judged."""

    profile: str
    """Name of the profile in the config."""
    cases: list[CaseJson]
    """The accounts that are borderline or undecided, in the order of asking."""
    judged: list[JudgementJson]
    """Your words so far, oldest first."""
