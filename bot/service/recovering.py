"""After a store was damaged: what was saved and lost, told to the owner, and nothing done by what is not known.

Two things must not happen: that somebody is acted on twice, or against the owner's word, since the record of it is
lost; and that an action of ours is taken for the owner's. So the network is looked at for our marks at once, and where
anything is missing that says what was done or who is protected, nothing new is done until the owner says so.
"""

import json
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from bot.errors import Failure
from bot.report.figures import plural
from bot.service import finding
from bot.store import Mark, Store, StoreDamaged, located, open_store

if TYPE_CHECKING:
    from bot.store.recovery import Recovery

KINDS: Mapping[str, tuple[tuple[str, str], str]] = {
    "ledger": (("line of the ledger", "lines of the ledger"), "the ledger"),
    "feedback": (("word of yours", "words of yours"), "your words"),
    "notes": (("note", "notes"), "notes"),
    "accounts": (("account", "accounts"), "accounts"),
    "dealings": (("account you dealt with", "accounts you dealt with"), "whom you dealt with"),
    "reports": (("report", "reports"), "reports"),
    "sweeps": (("sweep", "sweeps"), "sweeps"),
    "own_feeds": (("own feed", "own feeds"), "own feeds"),
    "months": (("month of own feeds", "months of own feeds"), "what own feeds showed before"),
    "judgings": (("judging", "judgings"), "what decisions rested on"),
    "audited": (("account of an audit", "accounts of an audit"), "what an audit read"),
    "posts": (("post", "posts"), "posts"),
}
"""What lies in a table: so many of it, and as what may be missing."""
SHOWN = ("ledger", "feedback")
"""What is counted in a sentence."""
CONSENT = "quietfeed confirm --i-have-read-the-report"


class Recovered(Failure):
    """A store was damaged, and another one has its place: whoever worked in it begins anew."""


@contextmanager
def at_work(url: str, profiles: Collection[str], now: datetime, tell: Callable[[str], object]) -> Iterator[Store]:
    """The store for whoever sweeps. One that is found damaged is put aside and made anew: what came of it is told, and
    in the middle of work raised as Recovered."""
    try:
        store = open_store(url)
    except StoreDamaged as damage:
        tell(make_anew(url, profiles, now, damage))
        store = open_store(url)
    try:
        yield store
    except StoreDamaged as damage:
        store.close()
        raise Recovered(make_anew(url, profiles, now, damage)) from damage
    finally:
        store.close()


def make_anew(url: str, profiles: Collection[str], now: datetime, damage: StoreDamaged | None = None) -> str:
    """Put the damaged store aside, and what can be saved in its place; what came of it, in sentences. Raises the damage
    where it cannot be found again, StoreError where the store is in use or the disk refuses."""
    from bot.store.recovery import recover  # of no use to anybody else

    path = Path(located(url).database or "")
    lasting = recover(path, now)
    if lasting is None:
        if damage is not None:
            raise damage
        return ""
    store = open_store(url)
    try:
        for profile in sorted({*profiles, *store.profiles()}):
            _prepare(profile, store, lasting, now)
    finally:
        store.close()
    return _told(lasting)


def _prepare(profile: str, store: Store, made: "Recovery", now: datetime) -> None:
    """Have our marks looked for at the next sweep, keep what is told, and whether anything may be done."""
    asks: finding.Question = "" if made.may_act else "open"
    finding.keep(finding.Look(question=asks), profile, store)
    known, last = store.told(profile), store.mark()
    if known is not None:  # numbers that are lost are given again
        mark = Mark(min(known.sweep, last.sweep), min(known.entry, last.entry))
        store.note(f"told:{profile}", json.dumps({"sweep": mark.sweep, "entry": mark.entry}))
    facts = {"at": now.isoformat(), "words": _told(made), "holds": not made.may_act, "told": False}
    _keep(profile, store, facts)


def held(profile: str, store: Store) -> bool:
    """Whether nothing may be done until the owner says so."""
    return bool(_noted(profile, store).get("holds"))


def release(profile: str, store: Store) -> None:
    """The owner has said that it may go on."""
    if facts := _noted(profile, store):
        _keep(profile, store, {**facts, "holds": False, "told": True})


def sentence(profile: str, store: Store) -> str:
    """What the owner is told of a damage that they do not know of yet, or that they are asked about; else empty."""
    facts = _noted(profile, store)
    if not facts or (facts["told"] and not facts["holds"]):
        return ""
    asks = f"nothing new is done until you say so: `{CONSENT}`; for " if facts["holds"] else ""
    return f"{asks}{facts['words']}"


def told(profile: str, store: Store) -> None:
    """A report has told it."""
    facts = _noted(profile, store)
    if facts and not facts["told"]:
        _keep(profile, store, {**facts, "told": True})


def _told(made: "Recovery") -> str:
    """`the store was damaged, and made anew with 120 lines of the ledger; lost in part: posts; the damaged file:
    quietfeed.sqlite.damaged-2026-11-30`"""
    saved = [plural(made.saved[name], *KINDS[name][0]) for name in SHOWN if made.saved.get(name)]
    lost = _lost(made)
    holds = f"with {', '.join(saved)}" if saved else "with nothing in it"
    names = ", ".join(lost[:3]) + (" and more" if len(lost) > 3 else "")
    missing = f"lost in part: {names}" if lost else "nothing is lost"
    return f"the store was damaged, and made anew {holds}; {missing}; the damaged file: {made.aside.name}"


def _lost(made: "Recovery") -> list[str]:
    return [words for name, (_, words) in KINDS.items() if name in made.broken]


def _keep(profile: str, store: Store, facts: Mapping[str, object]) -> None:
    store.note(f"recovered:{profile}", json.dumps(facts))


def _noted(profile: str, store: Store) -> dict[str, object]:
    return store.noted_as(f"recovered:{profile}", lambda noted: dict(json.loads(noted))) or {}
