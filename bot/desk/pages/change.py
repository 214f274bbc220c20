"""A change of the config, shown before it is kept: moved bounds, and what a backup would bring back."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from bot.config import backups
from bot.desk.proposal import Proposal, kept, moved, put_back, said, told
from bot.desk.visit import Done, Facts, Form, NotThere, Visit
from bot.errors import UserError
from bot.report.figures import moment

MEANWHILE = "{} was changed meanwhile, and nothing was written. Below is what the change would be now."
KEPT = "{} is changed; as it was, it is kept in {}. {}"
RETURNED = "{} is as it was again; what it said until now is kept in {}. {}"
ONWARD = (
    "A running quietfeed takes it up by itself within seconds. Nothing is done at once: what your limits ask for, such "
    "as a second look, holds for a changed rule as ever."
)


def facts(visit: Visit) -> Facts:
    """Moved bounds: the lines that they change. Without any, how the config was before."""
    try:
        proposal = moved(visit)
    except UserError as fault:
        return _page(visit, None, said(fault))
    return {
        **_page(visit, proposal, proposal.hindrance),
        "moves": [told(move) for move in proposal.moves],
        "before": [] if proposal.moves else _before(visit, proposal.file.path),
    }


def back(visit: Visit) -> Facts:
    """A backup of the config: the lines that it would bring back."""
    name = visit.query.get("backup", "")
    try:
        proposal = put_back(visit, name)
    except NotThere:
        raise
    except UserError as fault:
        return {**_page(visit, None, said(fault)), "backup": name}
    return {**_page(visit, proposal, proposal.hindrance), "backup": name}


def keep(visit: Visit, form: Form) -> Done:
    """Write the moved bounds into the config."""
    here = visit.to("/change", move=visit.every("move"))
    return _written(visit, form, partial(moved, visit), KEPT, here)


def bring_back(visit: Visit, form: Form) -> Done:
    """Write the backup into the config."""
    name = visit.query.get("backup", "")
    return _written(visit, form, partial(put_back, visit, name), RETURNED, visit.to("/back", backup=name))


def _written(visit: Visit, form: Form, propose: Callable[[], Proposal], words: str, here: str) -> Done:
    name = visit.seat.path.name
    try:
        backup = kept(propose, form["mark"])
    except UserError as fault:
        return Done(f"Nothing was written. {said(fault)}", here)
    if backup is None:
        return Done(MEANWHILE.format(name), here)
    return Done(words.format(name, backup.name, ONWARD), visit.to("/change"))


def _page(visit: Visit, proposal: Proposal | None, hindrance: str) -> dict[str, object]:
    return {
        "config": visit.seat.path.name,
        "proposal": proposal,
        "hindrance": hindrance,
        "asked": {"move": visit.every("move"), "backup": visit.query.get("backup", "")},
        "moves": [],
        "before": [],
    }


def _before(visit: Visit, path: Path) -> list[tuple[str, str]]:
    """Each backup by its name, with the time until which the config said so, the newest first."""
    return [(one.path.name, moment(one.at, visit.today, visit.zone)) for one in backups(path)]
