"""What the owner answered, kept from before it is obeyed until it was answered: so that it is obeyed once."""

import json
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from bot.store import Store

KEPT_FOR = timedelta(days=14)
"""Longer than any report is looked at for answers."""
KEPT = 500
"""Most that are kept."""


class Stage(StrEnum):
    """How far an answer is."""

    OBEYING = "obeying"
    ANSWERING = "answering"
    """All of it is obeyed; what is to be said was, or was not, sent yet."""
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Heard:
    """One answer of the owner's."""

    id: str
    text: str
    """As it was first read: an edit changes nothing any more. Forgotten once it is answered."""
    written: datetime
    at: datetime
    """When it was first read."""
    letter: str
    """Where the report can be read that it answers."""
    day: str
    """The report's, ISO."""
    said: tuple[str, ...] = ()
    """What is said to each of its commands that was obeyed, in their order."""
    parts: tuple[str, ...] = ()
    """All of that as it is sent."""
    stage: Stage = Stage.OBEYING
    tries: int = 0
    """How often the network failed over it."""
    ours: tuple[str, ...] = ()
    """Ids of what was sent."""


def heard(profile: str, store: Store) -> dict[str, Heard]:
    """Every answer that is kept, by id, in the order in which they were read."""

    def read(noted: str) -> dict[str, Heard]:
        return {facts["id"]: _built(facts) for facts in json.loads(noted)}

    return store.noted_as(_note(profile), read) or {}


def keep(profile: str, store: Store, one: Heard) -> Heard:
    """Keep an answer as it stands now, on the disk when this returns. Those done with long ago are forgotten."""
    known = {**heard(profile, store), one.id: one}
    kept = [each for each in known.values() if each.stage is not Stage.DONE or abs(one.at - each.at) < KEPT_FOR]
    store.note(_note(profile), json.dumps([_facts(each) for each in kept[-KEPT:]]))
    return one


def unfinished(known: Iterable[Heard]) -> list[Heard]:
    """Those that a crash or a fault came into."""
    return [one for one in known if one.stage is not Stage.DONE]


def without(profile: str, store: Store, names: Callable[[str], bool]) -> dict[str, str]:
    """The note of answers, by its name, without what was said of somebody to those done with; empty where nothing was.
    What was sent stays, where it is needed to know our own words again."""
    known = list(heard(profile, store).values())
    left = [replace(one, said=()) if one.stage is Stage.DONE and any(map(names, one.said)) else one for one in known]
    return {_note(profile): json.dumps([_facts(one) for one in left])} if left != known else {}


def _facts(one: Heard) -> dict[str, object]:
    return {**asdict(one), "written": one.written.isoformat(), "at": one.at.isoformat()}


def _built(facts: dict[str, Any]) -> Heard:
    lists = {name: tuple(facts[name]) for name in ("said", "parts", "ours")}
    times = {name: datetime.fromisoformat(facts[name]).astimezone(UTC) for name in ("written", "at")}
    return Heard(**{**facts, **lists, **times, "stage": Stage(facts["stage"])})


def _note(profile: str) -> str:
    return f"answers:{profile}"
