"""What a decision is, an entry of the ledger, and what was undone or adopted."""

from typing import TypedDict

Readings = dict[str, float | None]


class ComparisonJson(TypedDict):
    """One reading against its bound."""

    signal: str
    """The signal's name."""
    reading: float | None
    """Its value, null where it cannot be known."""
    at_least: float | None
    """The least that the bound asks for."""
    at_most: float | None
    """The most that it allows."""
    holds: bool
    """Whether the reading is known and within."""


class QuoteJson(TypedDict):
    """A post in its own words."""

    text: str
    """What it says, cut short."""
    url: str
    """Its page, or its id where it has none."""
    at: str
    """When it was written."""


class DecisionJson(TypedDict):
    """A verdict with its step, its protection or its limit."""

    profile: str
    """Name of the profile in the config."""
    handle: str
    """The account."""
    rule: str | None
    """The first rule that fires."""
    step: str | None
    """`report`, `hide_reposts`, `list` or `mute`: what is done, or would be; null where no rule fires or a protection
    stands."""
    protection: str | None
    """Why the account is left alone whatever the rules say: `mutual`, `kept`, `favourited`, …"""
    limit: str | None
    """Why the action waits: `unconfirmed`, `daily limit`, …"""
    readings: Readings
    """Every signal that a rule asked for."""
    evidence: list[str]
    """Pages of posts that show it."""
    reason: str
    """The protection or the limit in a sentence, or why the step is milder than the rule's."""
    until: str | None
    """When the action ends."""
    comparisons: list[ComparisonJson]
    """The deciding rule's bounds; where none fires, those of the rule that nearly does."""


class EntryJson(DecisionJson):
    """A line of the ledger: a decision, or what became of an action."""

    at: str
    """When it was written."""
    event: str
    """`judged`, `planned`, `done`, `failed`, `cancelled`, `lifting`, `expired`, `undone` or `vetoed`."""
    action_id: str | None
    """Ties the entries of one action together; null for a judgement."""
    dry_run: bool
    """Whether it only tells what would be."""
    account_id: str
    """The platform's own id of the account, which stays when its handle changes."""
    near: bool
    """Whether a rule nearly fired, and none did."""
    site: str
    """Where most of its links led; empty where no rule fired."""
    quote: "QuoteJson | None"
    """One of the posts that were judged."""
    list: str | None
    """Title of the list that the account is put on."""
    ends: str | None
    """When the server said that it ends the action by itself."""
    before: dict[str, str]
    """What stood before the action, as the platform told it: what undoing it puts back."""
    feed_read: str | None
    """When the account's own feed was read that was judged."""
    fingerprint: str
    """Of the config that decided: entries with the same one were decided by the same rules."""


class UndoneJson(DecisionJson):
    """An action that was chosen to be undone."""

    outcome: str
    """What became of it, in words."""


class AdoptedJson(TypedDict):
    """Something that stands on an account and is not in the ledger, or was not until you said so."""

    handle: str
    """The account."""
    step: str
    """`hide_reposts`, `list` or `mute`."""
    until: str | None
    """When it ends; null where that is not known, or never."""
    list: str | None
    """Title of the list that the account is on."""
    adopted: bool
    """Whether it is quietfeed's from now on."""


class VerdictJson(TypedDict):
    """A verdict on a captured account."""

    handle: str
    """The account."""
    rule: str | None
    """The first rule that fires."""
    step: str | None
    """What that rule asks for."""
    action: str | None
    """The same as `step`, for readers of captured files' format 1."""
    abstained: str | None
    """Why no rule could be judged, where none could."""
    readings: Readings
    """Every signal that a rule asked for."""
    evidence: list[str]
    """Pages of posts that show it."""
