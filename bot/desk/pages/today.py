"""Today: the page of the report, as it would be made now, and the reports of days before."""

from dataclasses import dataclass
from datetime import date

from bot.desk.visit import Facts, Visit
from bot.report import page
from bot.report.escape import inline
from bot.report.figures import day as day_name
from bot.service import daily, pages

SENTENCE = 300
LATELY = 7
"""Reports that are listed at once; those before are folded away."""


@dataclass(frozen=True, slots=True)
class Before:
    """A day that has a report."""

    name: str
    iso: str
    says: str


def facts(visit: Visit) -> Facts:
    """The report's own facts; where nothing was read yet, that."""
    name = visit.profile.name
    mark = visit.store.fingerprint(name), visit.config, visit.about
    before = visit.seat.once(("before", name), mark[0], lambda: reports(visit))
    shown = {"lately": before[:LATELY], "earlier": before[LATELY:], "account_page": visit.account_page}
    if name not in visit.store.last_sweeps():
        return {"unread": True, **shown}
    return {"unread": False, **visit.seat.once(("today", name), mark, lambda: _report(visit)), **shown}


def _report(visit: Visit) -> dict[str, object]:
    today = visit.now.astimezone(visit.zone).date()
    lately = daily.lately(visit.profile.name, visit.store, visit.now)
    day = daily.compose(visit.profile, visit.store, visit.config, today, visit.now, lately)
    seen = pages.pictures(day, visit.store, visit.config, visit.now, visit.zone)
    return page.facts(day, seen)


def reports(visit: Visit) -> list[Before]:
    """The days that have a report, the newest first, each with its sentence."""
    name = visit.profile.name
    return [_before(visit, day) for day, _ in reversed(visit.store.reports(name))]


def _before(visit: Visit, day: date) -> Before:
    kept = visit.store.report(visit.profile.name, day)
    says = (kept.says or kept.text.partition("\n")[0]) if kept else ""
    return Before(day_name(day), day.isoformat(), inline(says, SENTENCE))
