"""Accounts that an earlier sweep did not come to: for want of room, after a fault, or since it was cut off.

It lies in the store, so that they wait for the next sweep and not for their own next post.
"""

import json
from collections.abc import Iterable
from datetime import datetime, timedelta

from bot.clock import Clock
from bot.store import Store

MISSED_PAUSE = timedelta(minutes=30)
"""The pause after an account could not be reached twice; four times as long after each further time."""
MOST_PAUSE = timedelta(days=1)


class Waiting:
    """What one profile's next sweep has to take up. Ids are account ids."""

    def __init__(self, profile: str, store: Store, clock: Clock) -> None:
        self.note, self.store, self.clock = f"waiting:{profile}", store, clock
        kept = store.noted_as(self.note, lambda noted: dict(json.loads(noted))) or {}
        self.to_read = set[str](kept.get("read", ()))
        """Ids of those heard or suspected whose own feeds are still to be looked at."""
        self.to_judge = set[str](kept.get("judge", ()))
        """Ids of those still to be judged, or decided about without anything having been begun."""
        self.missed = dict[str, tuple[int, str]](kept.get("missed", {}))
        """How often in a row each could not be reached, and when last."""
        self._kept = self._written()

    def add(self, *, read: Iterable[str] = (), judge: Iterable[str] = ()) -> None:
        """Keep these until a sweep has come to them; on the disk when this returns."""
        self.to_read |= set(read)
        self.to_judge |= set(judge)
        self._save()

    def settle(self, *, read: Iterable[str] | None = None, judge: Iterable[str] | None = None) -> None:
        """Only these are left to read, or to judge; None leaves them as they are."""
        self.to_read = self.to_read if read is None else set(read)
        self.to_judge = self.to_judge if judge is None else set(judge)
        self._save()

    def miss(self, account_id: str) -> None:
        """It could not be reached: it is asked for again at the next sweep, after the others, and then more rarely."""
        many, _ = self.missed.get(account_id, (0, ""))
        self.missed[account_id] = (many + 1, self.clock.now().isoformat())

    def reach(self, account_id: str) -> None:
        """It was reached."""
        self.missed.pop(account_id, None)

    def is_pausing(self, account_id: str) -> bool:
        """Whether it is left for a while; a time to come is a wrong clock's."""
        many, at = self.missed.get(account_id, (0, ""))
        if many < 2:
            return False
        since, pause = datetime.fromisoformat(at), min(MISSED_PAUSE * int(4 ** min(many - 2, 8)), MOST_PAUSE)
        return since <= self.clock.now() < since + pause

    def _save(self) -> None:
        written = self._written()
        if written != self._kept:
            self.store.note(self.note, written)
            self._kept = written

    def _written(self) -> str:
        named = self.to_read | self.to_judge
        missed = {one: told for one, told in sorted(self.missed.items()) if one in named}
        return json.dumps({"read": sorted(self.to_read), "judge": sorted(self.to_judge), "missed": missed})
