"""How much of each limit is used at present, and who waits."""

from collections.abc import Sequence
from datetime import datetime

from bot.actions.limits import LEAST_A_WEEK, Past, Room, rooms
from bot.actions.recorded import recorded_actions
from bot.clock import Clock
from bot.config import Config
from bot.model import Entry, Step
from bot.platforms.budget import SHARE
from bot.service.mode import why_dry
from bot.service.waiting import Waiting
from bot.store import Store

__all__ = ["LEAST_A_WEEK", "SHARE", "Room", "actions", "to_come", "waiting"]


def actions(
    profile: str, store: Store, config: Config, now: datetime, last_sweep: datetime | None
) -> tuple[Sequence[Room], int | None]:
    """What each limit leaves, where the last sweep began at that time; in dry run counted by what would have been done.
    Then how many accounts the owner follows, where that is known."""
    begun = recorded_actions(store, profile, dry=bool(why_dry(profile, store, config, now)))
    followed = store.last_followed(profile)
    lately = [one for one in begun if one.is_new and not one.is_asked and last_sweep and one.plan.at >= last_sweep]
    past = Past(actions=begun, followed=followed, this_sweep=len(lately))
    return rooms(past, config.limits, now), followed


def waiting(profile: str, store: Store) -> dict[str, list[Entry]]:
    """By the limit, the newest decisions to act that wait for it."""
    found: dict[str, list[Entry]] = {}
    for entry in store.latest_judged(profile).values():
        if entry.limit and not entry.protection and entry.step not in (None, Step.REPORT):
            found.setdefault(entry.limit, []).append(entry)
    return found


def to_come(profile: str, store: Store, clock: Clock) -> tuple[int, int]:
    """Whom the last sweep did not come to: how many own feeds are to be read, and how many accounts to be judged."""
    left = Waiting(profile, store, clock)
    return len(left.to_read), len(left.to_judge)
