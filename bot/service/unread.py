"""What the server cannot tell for good, and whether the owner was told: until then it holds the accounts concerned."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.judging.trust import Trust
from bot.model import Asked, Standing, Stays, Unread
from bot.store import Store


@dataclass(frozen=True, slots=True)
class Untold:
    """One thing that stays unread, since when, and whether the owner has read of it."""

    unread: Unread
    since: datetime
    told: bool = False

    @property
    def sentence(self) -> str:
        """What the owner reads."""
        return gone_on_without(self.unread)


def gone_on_without(unread: Unread) -> str:
    """`your server cannot tell whom you bookmarked; quietfeed goes on without that protection`."""
    return f"{unread.sentence}; quietfeed goes on without that protection"


def staying(profile: str, store: Store, trust: Trust | None = None) -> list[Untold]:
    """What stays unread as far as it was asked; with `trust` only what a protection switched on there rests on."""
    found = store.noted_as(f"unread:{profile}", lambda noted: [_built(one) for one in json.loads(noted)]) or []
    return [one for one in found if trust is None or trust.rests_on(one.unread.asked)]


def told(profile: str, store: Store) -> frozenset[str]:
    """Keys of what stays unread and the owner was told of."""
    return frozenset(one.unread.key for one in staying(profile, store) if one.told)


def remember(profile: str, store: Store, standing: Mapping[str, Standing], now: datetime) -> None:
    """Keep what stays unread after the owner's standing was asked for, in place of what did before.

    What was read again is forgotten, with the owner's having been told; what was only refused this time says nothing.
    """
    unread = {one.key: one for how in standing.values() for one in how.unread}
    passing = {one.asked for one in unread.values() if not one.stays}
    before = {one.unread.key: one for one in staying(profile, store)}
    kept = {key: one for key, one in before.items() if one.unread.asked in passing}
    for key, one in unread.items():
        if one.stays:
            known = before.get(key)
            kept[key] = Untold(one, known.since if known else now, known.told if known else False)
    if standing and kept != before:
        _save(profile, store, kept.values())


def tell(profile: str, store: Store, known_at: datetime) -> None:
    """Keep that the owner was told of everything that was known at that time."""
    now = staying(profile, store)
    after = [Untold(one.unread, one.since, one.told or one.since <= known_at) for one in now]
    if after != now:
        _save(profile, store, after)


def _save(profile: str, store: Store, found: Iterable[Untold]) -> None:
    facts = [
        {
            "asked": one.unread.asked,
            "sentence": one.unread.sentence,
            "stays": one.unread.stays,
            "since": one.since.isoformat(),
            "told": one.told,
        }
        for one in found
    ]
    store.note(f"unread:{profile}", json.dumps(facts))


def _built(fact: Mapping[str, str | bool]) -> Untold:
    unread = Unread(Asked(str(fact["asked"])), str(fact["sentence"]), Stays(str(fact["stays"])))
    return Untold(unread, datetime.fromisoformat(str(fact["since"])), bool(fact["told"]))
