"""Decisions, entries and days as JSON-ready dictionaries, for programs; `bot.report.shapes` tells what is in them."""

import json
from collections.abc import Iterable, Iterator
from datetime import datetime

from bot.model import Comparison, Entry, Quote, Verdict
from bot.report.accounts import numbered
from bot.report.day import Day, Line
from bot.report.escape import terminal
from bot.report.good_links import good_links_data
from bot.report.reasons import because
from bot.report.rightness import rightness_data
from bot.report.rule_changes import rule_changes_data, upgrade_data
from bot.report.shapes import (
    ComparisonJson,
    DecisionJson,
    EntryJson,
    OutcomesJson,
    QuoteJson,
    ReportedJson,
    ReportJson,
    TriedJson,
    VerdictJson,
)


def entry_data(entry: Entry) -> DecisionJson:
    """The decision that an entry of the ledger keeps: on a protected account there is no step."""
    return _decision(entry.profile, entry)


def ledger_data(entry: Entry) -> EntryJson:
    """A line of the ledger."""
    return {
        **_decision(entry.profile, entry),
        "at": entry.at.isoformat(),
        "event": entry.event,
        "action_id": entry.action_id or None,
        "dry_run": entry.dry,
        "account_id": terminal(entry.account.id),
        "near": entry.near,
        "site": terminal(entry.site),
        "quote": _quote(entry.quote),
        "list": terminal(entry.list_title) or None,
        "ends": moment(entry.ends),
        "before": {terminal(key): terminal(value) for key, value in entry.before.items()},
        "feed_read": moment(entry.feed_read),
        "fingerprint": entry.fingerprint,
    }


def ledger_lines(entries: Iterable[Entry]) -> Iterator[str]:
    """The ledger as JSON Lines."""
    return (f"{json.dumps(ledger_data(entry), ensure_ascii=False)}\n" for entry in entries)


def _decision(profile: str, made: Entry | Line) -> DecisionJson:
    return {
        "profile": profile,
        "handle": terminal(made.account.handle),
        "rule": made.rule,
        "step": None if made.protection else made.step,
        "protection": made.protection,
        "limit": terminal(made.limit) or None,
        "readings": dict(made.readings),
        "evidence": [terminal(url) for url in made.evidence],
        "reason": terminal(made.reason),
        "until": moment(made.until),
        "comparisons": comparisons(made.comparisons),
    }


def tried_data(before: Verdict, after: Verdict) -> TriedJson:
    """One captured account under two configs."""
    return {
        "handle": terminal(after.account.handle),
        "rule_before": before.rule,
        "step_before": before.step,
        "rule_after": after.rule,
        "step_after": after.step,
    }


def verdict_data(verdict: Verdict) -> VerdictJson:
    """A verdict on a captured account."""
    return {
        "handle": terminal(verdict.account.handle),
        "rule": verdict.rule,
        "step": verdict.step,
        "action": verdict.step,
        "abstained": verdict.abstained,
        "readings": dict(verdict.readings),
        "evidence": [terminal(url) for url in verdict.evidence],
    }


def comparisons(compared: Iterable[Comparison]) -> list[ComparisonJson]:
    """Each bound and its reading as a dictionary; an end that a bound lacks is null."""
    return [
        {"signal": c.signal, "reading": c.reading, "at_least": c.at_least, "at_most": c.at_most, "holds": c.holds}
        for c in compared
    ]


def moment(when: datetime | None) -> str | None:
    """ISO 8601 in UTC, or None."""
    return when.isoformat() if when else None


def data(day: Day) -> ReportJson:
    """The report of a day with everything that its other forms show."""
    lines = [*day.planned, *(line for group in day.protected.values() for line in group)]
    numbers = [line.account for _, some in numbered(day) for _, line in some]
    return {
        "profile": day.profile,
        "platform": day.platform,
        "owner": terminal(day.owner),
        "date": day.date.isoformat(),
        "dry_run": day.dry,
        "decisions": [_reported(day, line) for line in lines],
        "numbered": [{"id": one.id, "handle": terminal(one.handle)} for one in numbers],
        "in_force": [_reported(day, line) for line in day.in_force],
        "spared": [_reported(day, line) for line in day.spared],
        "near_misses": [_reported(day, line) for line in day.near],
        "actions": _outcomes(day),
        "good_links": good_links_data(day.good_links),
        "rules": rightness_data(day.rules),
        "rules_changed": rule_changes_data(day.rules_changed),
        "upgrade": upgrade_data(day.upgrade),
        "config_warnings": [terminal(one) for one in day.config_warnings],
        "timeline": {"items": day.timeline_items, "noise_share": _rounded(day.noise_share)},
        "polled": {
            "sweeps": day.sweeps,
            "new_posts": day.new_posts,
            "unreadable": day.unreadable,
            "judged": day.judged,
        },
        "gaps": [terminal(gap) for gap in day.gaps],
        "unread": [terminal(sentence) for sentence in day.unread],
        "cannot_be_known": [terminal(sentence) for sentence in day.staying],
        "question": terminal(day.question) or None,
        "paused": terminal(day.paused) or None,
        "errors": [terminal(error) for error in day.errors],
        "usage": {
            "requests": day.requests,
            "writes": day.writes,
            "retries": day.retries,
            "waited_seconds": round(day.waited, 1),
            "allowed": day.allowed,
            "remaining": day.remaining,
        },
    }


def _outcomes(day: Day) -> OutcomesJson:
    return {
        "done": [_reported(day, line) for line in day.done],
        "found_again": [_reported(day, line) for line in day.found_again],
        "failed": [_reported(day, line) for line in day.failed],
        "cancelled": [_reported(day, line) for line in day.cancelled],
        "expired": [_reported(day, line) for line in day.expired],
        "undone": [_reported(day, line) for line in day.undone],
        "vetoed": [_reported(day, line) for line in day.vetoed],
    }


def _reported(day: Day, line: Line) -> ReportedJson:
    return {
        **_decision(day.profile, line),
        "timeline_share": _rounded(line.timeline_share),
        "why": terminal(because(line.readings, line.comparisons, line.site)),
        "quote": _quote(line.quote),
        "new": line.new,
    }


def _quote(quote: Quote | None) -> QuoteJson | None:
    if quote is None:
        return None
    return {"text": terminal(quote.text), "url": terminal(quote.url), "at": quote.at.isoformat()}


def _rounded(share: float | None) -> float | None:
    return None if share is None else round(share, 4)
