"""What works in a config but may surprise: told by one report, and by `doctor` whenever it is asked."""

import json
import re
from collections.abc import Sequence

from bot.config import Config
from bot.store import Store, StoredReport

PLACE = re.compile(r"^[^\n]*?:\d+:\d+: ")
"""Where it stands, which moves with every line above."""
ALSO = re.compile(r" \(the same on lines? [^()]*\)$")
MOST_KEPT = 200


def untold(profile: str, store: Store, config: Config) -> tuple[str, ...]:
    """The warnings that no report told yet, each with its place."""
    known = _known(profile, store)
    return tuple(one for one in config.warnings if _about(one) not in known)


def told(report: StoredReport, store: Store) -> None:
    """Keep that the owner has what the report tells."""
    said = [_about(str(one)) for one in json.loads(report.data).get("config_warnings") or ()]
    known = _known(report.profile, store)
    if new := [one for one in said if one not in known]:
        store.note(_note(report.profile), json.dumps([*known, *new][-MOST_KEPT:]))


def _about(warning: str) -> str:
    """What it says, wherever it stands."""
    return ALSO.sub("", PLACE.sub("", warning))


def _known(profile: str, store: Store) -> Sequence[str]:
    return store.noted_as(_note(profile), lambda noted: [str(one) for one in json.loads(noted)]) or []


def _note(profile: str) -> str:
    return f"warned:{profile}"
