"""What a change of the config would have come to over the weeks that are recorded, in the words of `try`."""

import json

from bot.desk.held import held
from bot.desk.proposal import Proposal, proposed, said
from bot.desk.visit import Facts, Visit
from bot.errors import UserError
from bot.service.apart import elsewhere
from bot.tuning import words


def facts(visit: Visit) -> Facts:
    """Who would have fared otherwise; or why that cannot be told."""
    asked = {"move": visit.every("move"), "backup": visit.query.get("backup", "")}
    there = visit.to("/back" if asked["backup"] else "/change", **asked)
    page = {"there": there, "config": visit.seat.path.name, "nobody": words.NOBODY}
    try:
        proposal = proposed(visit)
        if proposal.before.fingerprint == proposal.after.fingerprint:
            return {**page, "told": None, "refused": ""}
        mark = visit.store.mark(), proposal.before.fingerprint, proposal.after.fingerprint
        found = visit.seat.once(("effect", visit.profile.name), mark, lambda: _held(visit, proposal))
    except UserError as fault:
        return {**page, "told": None, "refused": said(fault)}
    return {**page, "told": found, "refused": ""}


def _held(visit: Visit, proposal: Proposal) -> object:
    file = proposal.file
    return json.loads(
        elsewhere(held, visit.store.address, visit.profile.name, str(file.path), file.text, proposal.text)
    )
