"""What the timeline brought of accounts that are loud on a day, as it was known at any time gone by."""

from bisect import bisect_left, bisect_right
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Protocol, TypeAlias

from bot.config import Config
from bot.model import Account, History, Post

NEWEST = 60
"""So many items of an account a sweep looks at."""
Day: TypeAlias = tuple[datetime, datetime]
Times: TypeAlias = Sequence[tuple[datetime, datetime]]
"""Of items in order of time: their own time, and from when on they were there to be counted."""


class Items(Protocol):
    """The posts of one profile that are still kept."""

    def of(self, account: str) -> Sequence[tuple[datetime, Post]]:
        """Those of one account, newest first, each with when it was seen."""

    def total(self, since: datetime, until: datetime) -> int:
        """How many of since <= time <= until had been seen by then."""


@dataclass(frozen=True)
class Heard:
    """Who was loud when."""

    since: datetime
    """From then on every post is still kept."""
    times: Mapping[str, Times]
    """By account id."""
    accounts: Mapping[str, Account]
    """As they are known now."""
    items: Items
    platform: str
    kept: Mapping[str, datetime] = field(default_factory=dict)
    """By account id: since when the owner asks to keep it."""
    vetoed: Mapping[str, datetime] = field(default_factory=dict)
    """By account id: since when the owner has taken an action on it back."""
    readings: dict[Hashable, dict[str, float | None]] = field(default_factory=dict)
    """What was measured, for the next config that is tried."""
    _days: dict[Day, dict[str, list[datetime]]] = field(default_factory=dict)

    def brought(self, day: Day, now: datetime, more_than: int) -> dict[str, int]:
        """By account id, how many items of the day were there by now; only who brought more than so many."""
        found = {one: bisect_right(there, now) for one, there in self._of_day(day).items() if len(there) > more_than}
        return {one: many for one, many in found.items() if many > more_than}

    def _of_day(self, day: Day) -> dict[str, list[datetime]]:
        """From when on each item of the day was there."""
        if day not in self._days:
            began, ends = day
            of = {
                one: sorted(there for _, there in times[bisect_left(times, (began,)) : bisect_left(times, (ends,))])
                for one, times in self.times.items()
            }
            self._days[day] = {one: times for one, times in of.items() if times}
        return self._days[day]

    def history(self, account: str, now: datetime, config: Config, *, share: bool) -> History:
        """What the timeline had shown of an account by now, as a sweep takes it up; with its `share` of the timeline
        where a signal asks for that."""
        since, items = now - config.window, self.items.of(account)
        first = bisect_left(items, -now.timestamp(), key=_backwards)
        last = bisect_right(items, -since.timestamp(), key=_backwards)
        seen = (post for at, post in islice(items, first, last) if at <= now)
        newest = tuple(islice(seen, NEWEST))
        return History(
            account=self.accounts.get(account) or Account(id=account, handle=account),
            posts=newest,
            until=now,
            platform=self.platform,
            complete=False,
            timeline_posts=len(newest) + sum(1 for _ in seen) if share else None,
            timeline_total=self.items.total(since, now) if share else None,
            lexicon=config.lexicon,
        )


def _backwards(item: tuple[datetime, Post]) -> float:
    """By this items that stand newest first are in rising order."""
    return -item[1].created_at.timestamp()
