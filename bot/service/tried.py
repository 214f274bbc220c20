"""How far each other way is with the newest report, kept in the store: sent, to be tried again or given up, and why."""

import json
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Literal

from bot.model import Trouble
from bot.store import Store

TryState = Literal["trying", "sent", "waits", "given up", "nothing"]
"""`trying` is kept before it is sent, `nothing` where the day has nothing to say."""


@dataclass(frozen=True, slots=True)
class Tried:
    """What became of the report of a day by one way. Times are kept as UTC."""

    day: date
    state: TryState
    tries: int = 0
    cut_off: int = 0
    """How often the process ended while it was being sent, so that it may have arrived."""
    since: datetime | None = None
    """When it first failed since it last went well, whatever the day."""
    until: datetime | None = None
    """When it is tried again."""
    why: str = ""


def known(profile: str, store: Store) -> dict[str, Tried]:
    """The ways that were tried, by name."""
    return store.noted_as(_name(profile), _read) or {}


def keep(profile: str, store: Store, tried: Mapping[str, Tried]) -> None:
    """Keep how far the ways are."""
    store.note(_name(profile), json.dumps({way: asdict(one) for way, one in tried.items()}, default=str))


def forget_others(profile: str, store: Store, ways: Collection[str]) -> None:
    """Forget the ways that the config names no more."""
    before = known(profile, store)
    if not before.keys() <= set(ways):
        keep(profile, store, {way: one for way, one in before.items() if way in ways})


def troubles(profile: str, store: Store) -> list[Trouble]:
    """The ways that fail at present."""
    return [
        Trouble(f"by {way}", one.since, f"no report goes out by “{way}”: {one.why}", one.until or one.since)
        for way, one in known(profile, store).items()
        if one.since
    ]


def _name(profile: str) -> str:
    return f"report ways:{profile}"


def _read(noted: str) -> dict[str, Tried]:
    def one(facts: dict[str, str]) -> Tried:
        times = {key: datetime.fromisoformat(at) if (at := facts[key]) else None for key in ("since", "until")}
        return Tried(**{**facts, **times, "day": date.fromisoformat(facts["day"])})  # type: ignore[arg-type]

    return {way: one(facts) for way, facts in dict(json.loads(noted)).items()}
