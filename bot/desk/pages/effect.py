"""What a change of the config would have come to over the weeks that are recorded, in the words of `try`."""

from datetime import timedelta

from bot.desk.proposal import Proposal, proposed, said
from bot.desk.visit import Facts, Visit
from bot.errors import UserError
from bot.past import Past
from bot.report.accounts import named
from bot.tuning import words
from bot.tuning.told import Told

BACK = timedelta(days=30)
"""How far back it is looked."""


def facts(visit: Visit) -> Facts:
    """Who would have fared otherwise; or why that cannot be told."""
    asked = {"move": visit.every("move"), "backup": visit.query.get("backup", "")}
    there = visit.to("/back" if asked["backup"] else "/change", **asked)
    page = {"there": there, "config": visit.seat.path.name, "nobody": words.NOBODY, "named": named}
    try:
        proposal = proposed(visit)
        if proposal.before.fingerprint == proposal.after.fingerprint:
            return {**page, "told": None, "refused": ""}
        mark = visit.store.mark(), proposal.before.fingerprint, proposal.after.fingerprint
        found = visit.seat.once(("effect", visit.profile.name), mark, lambda: _held(visit, proposal))
    except UserError as fault:
        return {**page, "told": None, "refused": said(fault)}
    return {**page, "told": found, "refused": ""}


def _held(visit: Visit, proposal: Proposal) -> Told:
    past = Past(visit.profile, visit.store, BACK, proposal.after.own_feed.least_posts)
    found = past.held(proposal.before, proposal.after)
    return words.told(found, "this change", proposal.file.path.name, visit.zone)
