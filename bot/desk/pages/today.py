"""Today: the page of the report, as it would be made now."""

from bot.desk.visit import Facts, Visit
from bot.report import page
from bot.service import daily, pages


def facts(visit: Visit) -> Facts:
    """The report's own facts; where nothing was read yet, that."""
    mark = visit.store.mark(), visit.now.replace(second=0, microsecond=0), visit.config.fingerprint
    if not visit.store.sweeps(visit.profile.name):
        return {"unread": True}
    return {"unread": False, **visit.seat.once(("today", visit.profile.name), mark, lambda: _report(visit))}


def _report(visit: Visit) -> dict[str, object]:
    today = visit.now.astimezone(visit.zone).date()
    lately = daily.lately(visit.profile.name, visit.store, visit.now)
    day = daily.compose(visit.profile, visit.store, visit.config, today, visit.now, lately)
    seen = pages.pictures(day, visit.store, visit.config, visit.now, visit.zone)
    return page.facts(day, seen)
