"""Ledger: every decision and what became of each action, newest first, a page of lines at a time."""

from dataclasses import dataclass

from bot.desk.visit import Facts, Visit
from bot.report.escape import handle, inline
from bot.report.explain import what_was
from bot.report.figures import moment

LINES = 100
"""On one page."""
LONGEST = 300
"""Characters of a reason."""


@dataclass(frozen=True, slots=True)
class Row:
    """One entry."""

    at: str
    iso: str
    handle: str
    account: str
    """Account id."""
    what: str
    why: str


def facts(visit: Visit) -> Facts:
    """So many lines before the one that was asked for, and where the older ones are."""
    decisions = visit.query.get("only") != "actions"
    before = visit.query.get("before", "")
    found = visit.store.entries_before(
        visit.profile.name,
        int(before) if before.isascii() and before.isdigit() and len(before) < 19 else None,
        LINES + 1,
        decisions=decisions,
    )
    today = visit.now.astimezone(visit.zone).date()
    rows = [
        Row(
            moment(entry.at, today, visit.zone),
            entry.at.isoformat(),
            handle(entry.account),
            entry.account.id,
            what_was(entry),
            inline(entry.reason, LONGEST),
        )
        for _, entry in found[:LINES]
    ]
    older = found[LINES - 1][0] if len(found) > LINES else None
    return {"rows": rows, "older": older, "decisions": decisions, "first": not before}
