"""How decisions and deeds are written into the ledger: judged, planned, and what became of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import uuid4

from bot.actions.lifecycle import Track
from bot.model import Action, Decision, Entry, Event, RuleReading, Verdict


@dataclass(frozen=True, slots=True)
class Terms:
    """What a plan takes from the config, and from the deed that it renews."""

    fingerprint: str
    list_title: str
    before: Mapping[str, str] = field(default_factory=dict)
    reason: str = ""


def judged(profile: str, decision: Decision, fingerprint: str, now: datetime, *, dry: bool) -> Entry:
    """A decision as the ledger keeps it; a held one keeps the action that its rule asked for."""
    verdict, shown = decision.verdict, deciding(decision.verdict)
    near = bool(shown and shown.near)
    return replace(
        _of(profile, decision, fingerprint, now, dry=dry),
        event=Event.JUDGED,
        action=verdict.action,
        hold=decision.hold,
        reason=decision.reason or (f"nearly “{shown.rule}”" if shown and near else verdict.abstained or ""),
        waits=decision.waits,
        near=near,
    )


def planned(profile: str, decision: Decision, terms: Terms, now: datetime, *, dry: bool) -> Entry:
    """The PLANNED entry of a decision, with a deed id of its own."""
    return replace(
        _of(profile, decision, terms.fingerprint, now, dry=dry),
        event=Event.PLANNED,
        action=decision.action,
        reason=terms.reason,
        deed=uuid4().hex,
        before=dict(terms.before),
        list_title=terms.list_title if decision.action is Action.LIST else "",
    )


def became(track: Track, event: Event, now: datetime, reason: str) -> Entry:
    """What became of a deed, as the next line of its story."""
    return replace(track.plan, at=now, event=event, reason=reason, before=dict(track.deed.before), ends=track.ends)


def _of(profile: str, decision: Decision, fingerprint: str, now: datetime, *, dry: bool) -> Entry:
    """What every entry about a decision tells."""
    verdict, shown = decision.verdict, deciding(decision.verdict)
    return Entry(
        at=now,
        profile=profile,
        account=verdict.account,
        event=Event.JUDGED,
        rule=verdict.rule,
        readings=verdict.readings,
        comparisons=shown.when if shown else (),
        evidence=verdict.evidence,
        until=decision.until,
        fingerprint=fingerprint,
        dry=dry,
        proved=verdict.proved,
    )


def deciding(verdict: Verdict) -> RuleReading | None:
    """The rule that decided, otherwise the first that nearly did."""
    fired = next((reading for reading in verdict.rules if reading.rule == verdict.rule), None)
    return fired or next((reading for reading in verdict.rules if reading.near), None)


def no_better(until: datetime | None) -> str:
    """Why a deed ends whose place another one takes."""
    return f"no better: renewed until {until:%-d %b %Y}" if until else "no better: renewed"
