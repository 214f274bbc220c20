"""State: sweeps, gaps, what fails, and what servers were asked."""

from bot.desk.visit import Facts, Visit
from bot.report.status import in_words
from bot.service.status import fares


def facts(visit: Visit) -> Facts:
    """How the profile fares, in the words of `status`."""
    return {"lines": in_words(fares(visit.profile, visit.store, visit.config, visit.now), visit.now).splitlines()}
