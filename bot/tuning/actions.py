"""The actions of one kind in a replay: those of an account, those in force, those that have run out."""

from bisect import bisect_left, insort
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from heapq import heappop, heappush

from bot.actions import lifecycle
from bot.actions.lifecycle import RecordedAction
from bot.model import Entry


class Actions:
    """What `lifecycle.fold` makes of entries, taken in one by one."""

    def __init__(self) -> None:
        self._by_id: dict[str, RecordedAction] = {}
        self._in_force: dict[str, RecordedAction] = {}
        self._of: defaultdict[str, list[str]] = defaultdict(list)
        """By account id: the ids of its actions, in the order of planning."""
        self._planned: list[tuple[datetime, int, str]] = []
        """When each was planned, its number and its id, in order of time."""
        self._ends: list[tuple[datetime, str]] = []
        """A heap: when actions in force end, with their ids."""
        self._over: dict[str, None] = {}
        """Ids of actions of which an end has come."""

    def get(self, action_id: str) -> RecordedAction | None:
        """The action of that id."""
        return self._by_id.get(action_id)

    def go_on(self, entry: Entry) -> None:
        """Take in the next entry."""
        known = entry.action_id in self._by_id
        lifecycle.go_on(self._by_id, entry)
        action = self._by_id.get(entry.action_id)
        if action is None:
            return
        if not known:
            self._of[action.account.id].append(entry.action_id)
            insort(self._planned, (entry.at, len(self._planned), entry.action_id))
        if action.in_force:
            self._in_force[entry.action_id] = action
            for end in (action.until, action.ends):
                if end is not None:
                    heappush(self._ends, (end, entry.action_id))
        else:
            self._in_force.pop(entry.action_id, None)

    def of(self, account: str) -> list[RecordedAction]:
        """Every action on one account, in the order of planning."""
        return [self._by_id[one] for one in self._of[account]] if account in self._of else []

    def since(self, time: datetime) -> Iterator[RecordedAction]:
        """Those planned then or later."""
        first = bisect_left(self._planned, time, key=lambda planned: planned[0])
        return (self._by_id[action_id] for _, _, action_id in self._planned[first:])

    @property
    def in_force(self) -> list[RecordedAction]:
        """Those in force."""
        return list(self._in_force.values())

    def in_force_on(self, account: str) -> bool:
        """Whether one of those on the account is in force."""
        return account in self._of and not self._in_force.keys().isdisjoint(self._of[account])

    def run_out(self, now: datetime) -> list[RecordedAction]:
        """Those in force whose time is up."""
        while self._ends and self._ends[0][0] <= now:
            self._over[heappop(self._ends)[1]] = None
        self._over = {one: None for one in self._over if one in self._in_force}
        return [self._in_force[one] for one in self._over if self._in_force[one].has_run_out(now)]
