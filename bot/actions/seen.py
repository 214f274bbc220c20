"""Which timed mutes were seen in place shortly before their end.

Where nobody could look for longer, a mute that is gone may have run out, or the owner may have lifted it.
"""

import json
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from bot.actions.lifecycle import RecordedAction
from bot.store import Store

SHORTLY = timedelta(hours=8)
"""Longer than the pause after faults: only where sweeps kept failing, or did not run, is nothing seen for so long."""


def was_seen(profile: str, store: Store, action: RecordedAction) -> bool:
    """Whether an action was seen in place shortly before its end, be it when it was done. One until midnight is never
    renewed, so that it does not matter."""
    return action.until_midnight or _is_near(action, action.last.at) or action.plan.action_id in _noted(profile, store)


def remember(
    profile: str, store: Store, in_force: Iterable[RecordedAction], shown: Collection[str], now: datetime
) -> None:
    """Keep which of the actions in force end shortly and were seen now: those whose ids are `shown`. Of actions that
    are over nothing is kept."""
    before = _noted(profile, store)
    seen = {
        action.plan.action_id
        for action in in_force
        if action.plan.action_id in before or (action.plan.action_id in shown and _is_near(action, now))
    }
    if seen != before:
        store.note(_note(profile), json.dumps(sorted(seen)))


def _is_near(action: RecordedAction, at: datetime) -> bool:
    return action.ends is not None and at >= action.ends - SHORTLY


def _noted(profile: str, store: Store) -> frozenset[str]:
    return store.noted_as(_note(profile), lambda noted: frozenset(json.loads(noted))) or frozenset()


def _note(profile: str) -> str:
    return f"seen:{profile}"
