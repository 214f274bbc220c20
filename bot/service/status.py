"""How each profile fares, as the store tells it: for `status`, `doctor` and the health page."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta

from bot.actions.recorded import recorded_actions
from bot.config import Config, Profile
from bot.model import Step
from bot.report.health import Ailment, Level
from bot.report.status import ProfileStatus
from bot.service import daily, pausing, state
from bot.service.mode import why_dry
from bot.store import Store, StoreError

LATELY = timedelta(days=2)
"""Sweeps of so long are looked through first: nearly always the last that went well is among them."""


def fares(profile: Profile, store: Store, config: Config, now: datetime) -> ProfileStatus:
    """How a profile fares."""
    name = profile.name
    mode = why_dry(name, store, config, now)
    in_force = _in_force(name, store, dry=bool(mode))
    sweeps = store.sweeps(name, since=now - LATELY)
    if not any(one.ended and not one.error for one in sweeps):
        sweeps = store.sweeps(name)
    return ProfileStatus(
        name,
        profile.platform,
        mode,
        last=max(sweeps, key=lambda one: one.started, default=None),
        read=max((one.ended for one in sweeps if one.ended and not one.error), default=None),
        next_sweep=state.next_sweep(name, store),
        at_rest=state.at_rest(name, store),
        waiting=state.waiting(name, store, now),
        troubles=tuple(state.troubles(name, store)),
        zone=daily.local_zone(config),
        jump=state.jump(store, now),
        last_report=max((day for day, _ in store.reports(name)), default=None),
        paused=pausing.until(name, store, now),
        question=daily.asked(name, store, again=True),
        quieted=len({account for account, _ in in_force}),
        standing=Counter(step for _, step in in_force),
    )


def _in_force(profile: str, store: Store, *, dry: bool) -> set[tuple[str, Step]]:
    """By account id and step, what is in force, or would be in dry run."""
    return {(one.account.id, one.step) for one in recorded_actions(store, profile, dry=dry) if one.in_force}


def store_ailments(store: Store) -> Iterator[Ailment]:
    """What keeps the store from keeping anything."""
    try:
        store.check_writable()
    except StoreError as fault:
        yield Ailment(Level.CRITICAL, str(fault))
