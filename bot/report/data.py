"""Decisions and days as JSON-ready dictionaries, for programs."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from bot.model import Comparison, Decision, Entry, Verdict
from bot.report.day import Day, Line
from bot.report.escape import terminal


def decision_data(profile: str, decision: Decision) -> dict[str, Any]:
    """One decision as `sweep --json` prints it: profile, handle, rule, action, hold, readings, evidence, and for
    whoever wants to know more reason, until (ISO 8601) and comparisons. Unknown readings are null."""
    verdict = decision.verdict
    return {
        "profile": profile,
        "handle": terminal(decision.account.handle),
        "rule": verdict.rule,
        "action": decision.action,
        "hold": decision.hold,
        "waits": decision.waits or None,
        "readings": dict(verdict.readings),
        "evidence": [terminal(url) for url in verdict.evidence],
        "reason": terminal(decision.reason),
        "until": moment(decision.until),
        "comparisons": comparisons(deciding(verdict)),
    }


def entry_data(entry: Entry) -> dict[str, Any]:
    """A judgement of the ledger, as `decision_data` writes a decision: what is held has no action."""
    return _told(entry.profile, entry)


def _told(profile: str, told: Entry | Line) -> dict[str, Any]:
    return {
        "profile": profile,
        "handle": terminal(told.account.handle),
        "rule": told.rule,
        "action": None if told.hold else told.action,
        "hold": told.hold,
        "waits": terminal(told.waits) or None,
        "readings": dict(told.readings),
        "evidence": [terminal(url) for url in told.evidence],
        "reason": terminal(told.reason),
        "until": moment(told.until),
        "comparisons": comparisons(told.comparisons),
    }


def verdict_data(verdict: Verdict) -> dict[str, Any]:
    """A verdict on a captured account as `judge --json` prints it: handle, rule, action, abstained, readings."""
    return {
        "handle": terminal(verdict.account.handle),
        "rule": verdict.rule,
        "action": verdict.action,
        "abstained": verdict.abstained,
        "readings": dict(verdict.readings),
        "evidence": [terminal(url) for url in verdict.evidence],
    }


def deciding(verdict: Verdict) -> tuple[Comparison, ...]:
    """The bounds of the rule that decided, else of the rule that nearly fired, else none."""
    chosen = next((r for r in verdict.rules if r.rule == verdict.rule), None)
    near = next((r for r in verdict.rules if r.near), None)
    shown = chosen or near
    return (*shown.when, *shown.unless) if shown else ()


def comparisons(held: Iterable[Comparison]) -> list[dict[str, Any]]:
    """Each bound and its reading as a dictionary; an end that a bound lacks is null."""
    return [
        {"signal": c.signal, "reading": c.reading, "at_least": c.at_least, "at_most": c.at_most, "holds": c.holds}
        for c in held
    ]


def moment(when: datetime | None) -> str | None:
    """ISO 8601 in UTC, or None."""
    return when.isoformat() if when else None


def data(day: Day) -> dict[str, Any]:
    """The report of a day with everything that its other forms show."""
    lines = [*day.planned, *(line for group in day.held.values() for line in group)]
    return {
        "profile": day.profile,
        "platform": day.platform,
        "owner": terminal(day.owner),
        "date": day.date.isoformat(),
        "dry_run": day.dry,
        "decisions": [_decision(day, line) for line in lines],
        "near_misses": [_decision(day, line) for line in day.near],
        "deeds": {name: [_decision(day, line) for line in some] for name, some in _deeds(day).items()},
        "timeline": {"items": day.timeline_items, "noise_share": _rounded(day.noise_share)},
        "polled": {
            "sweeps": day.sweeps,
            "new_posts": day.new_posts,
            "unreadable": day.unreadable,
            "judged": day.judged,
        },
        "gaps": [terminal(gap) for gap in day.gaps],
        "errors": [terminal(error) for error in day.errors],
        "spend": {
            "requests": day.requests,
            "writes": day.writes,
            "retries": day.retries,
            "waited_seconds": round(day.waited, 1),
            "limit": day.limit,
            "remaining": day.remaining,
        },
    }


def _deeds(day: Day) -> dict[str, tuple[Line, ...]]:
    names = ("done", "failed", "cancelled", "expired", "undone", "vetoed")
    return {name: getattr(day, name) for name in names}


def _decision(day: Day, line: Line) -> dict[str, Any]:
    return {**_told(day.profile, line), "timeline_share": _rounded(line.timeline_share)}


def _rounded(share: float | None) -> float | None:
    return None if share is None else round(share, 4)
