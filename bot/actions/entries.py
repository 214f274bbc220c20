"""How decisions and actions are written into the ledger: judged, planned, and what became of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import uuid4

from bot.actions.lifecycle import RENEWED, RecordedAction
from bot.model import Decision, Entry, Event, Step

JUDGE_AGAIN = timedelta(days=1)
"""A standing verdict is judged and its account's standing asked again after so long, new posts or not."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What a plan takes from the config, and from the action that it renews."""

    fingerprint: str
    list_title: str
    before: Mapping[str, str] = field(default_factory=dict)
    reason: str = ""


class Said(NamedTuple):
    """A decision as far as later ones look at it, under the names that it has in the ledger."""

    at: datetime
    rule: str | None
    step: Step | None
    """That of its rule, also where the account is protected."""
    protection: str | None
    reason: str
    limit: str
    near: bool
    fingerprint: str
    dry: bool
    feed_read: datetime | None


def said(decision: Decision, fingerprint: str, now: datetime, *, dry: bool) -> Said:
    """What a decision says."""
    verdict, shown = decision.verdict, decision.verdict.deciding
    near = shown is not None and shown.near
    reason = decision.reason or (f"nearly “{shown.rule}”" if shown and near else verdict.abstained or "")
    by = (decision.protection, reason, decision.limit, near)
    return Said(now, verdict.rule, verdict.step, *by, fingerprint, dry, verdict.feed_read)


def judged(profile: str, decision: Decision, fingerprint: str, now: datetime, *, dry: bool) -> Entry:
    """A decision as the ledger keeps it."""
    says = said(decision, fingerprint, now, dry=dry)
    return _about(
        profile,
        decision,
        fingerprint,
        now,
        dry=dry,
        event=Event.JUDGED,
        step=says.step,
        protection=says.protection,
        reason=says.reason,
        limit=says.limit,
        near=says.near,
    )


def says_something_new(entry: Entry | Said, before: Entry | Said | None, limit: datetime) -> bool:
    """Whether a decision says something that the account's last one did not, or the last one is older than `limit`."""
    if before is None or before.at <= limit:
        return True
    return _what_it_says(before) != _what_it_says(entry)


def _what_it_says(entry: Entry | Said) -> tuple[object, ...]:
    """What of a decision is worth an entry when it changes."""
    return entry.rule, entry.step, entry.protection, entry.limit, entry.near, entry.fingerprint, entry.dry


def planned(profile: str, decision: Decision, terms: Terms, now: datetime, *, dry: bool) -> Entry:
    """The PLANNED entry of a decision, with an action id of its own."""
    return _about(
        profile,
        decision,
        terms.fingerprint,
        now,
        dry=dry,
        event=Event.PLANNED,
        step=decision.step,
        reason=terms.reason,
        action_id=uuid4().hex,
        before=dict(terms.before),
        list_title=terms.list_title if decision.step is Step.LIST else "",
    )


def next_entry(action: RecordedAction, event: Event, now: datetime, reason: str) -> Entry:
    """What became of an action, as the next line of its story."""
    return replace(action.plan, at=now, event=event, reason=reason, before=dict(action.before), ends=action.ends)


def _about(profile: str, decision: Decision, fingerprint: str, now: datetime, *, dry: bool, **more: Any) -> Entry:
    """What every entry about a decision tells, and what this one tells besides."""
    verdict, shown = decision.verdict, decision.verdict.deciding
    return Entry(
        at=now,
        profile=profile,
        account=verdict.account,
        rule=verdict.rule,
        readings=verdict.readings,
        comparisons=tuple(shown.when) if shown else (),
        evidence=verdict.evidence,
        quote=verdict.quote,
        site=verdict.site,
        until=decision.until,
        fingerprint=fingerprint,
        dry=dry,
        feed_read=verdict.feed_read,
        **more,
    )


def renewal_reason(until: datetime | None) -> str:
    """Why an action ends whose place its renewal takes."""
    return f"{RENEWED} until {until:%-d %b %Y}" if until else RENEWED
