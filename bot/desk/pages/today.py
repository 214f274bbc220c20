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
    """The report's own facts, or that nothing was read yet; and the days before that have a report."""
    name = visit.profile.name
    mark = visit.store.fingerprint(name), visit.config, visit.about
    return {**visit.seat.once(("today", name), mark, lambda: _known(visit)), "account_page": visit.account_page}


def _known(visit: Visit) -> dict[str, object]:
    before = [_before(visit, day) for day, _ in reversed(visit.store.reports(visit.profile.name))]
    listed = {"lately": before[:LATELY], "earlier": before[LATELY:]}
    if visit.profile.name not in visit.store.last_sweeps():
        return {"unread": True, **listed}
    return {"unread": False, **_report(visit), **listed}


def _report(visit: Visit) -> dict[str, object]:
    lately = daily.lately(visit.profile.name, visit.store, visit.now)
    day = daily.compose(visit.profile, visit.store, visit.config, visit.today, visit.now, lately)
    seen = pages.pictures(day, visit.store, visit.config, visit.now, visit.zone)
    return page.facts(day, seen)


def _before(visit: Visit, day: date) -> Before:
    kept = visit.store.report(visit.profile.name, day)
    says = kept.sentence if kept else ""
    return Before(day_name(day), day.isoformat(), inline(says, SENTENCE))
