"""Taking over what stands on accounts and the ledger does not know: an earlier store's actions, found again."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import uuid4

from bot.actions.lifecycle import SAME_END, RecordedAction
from bot.model import Entry, Event
from bot.platforms.base import Quieted
from bot.store import Store

UNTOLD = timedelta(days=1)
"""So long lasts what is taken over where nobody says when it ends: then it is judged afresh."""


def known(found: Quieted, actions: Sequence[RecordedAction]) -> RecordedAction | None:
    """The action of the ledger that this is the effect of: in force, or not finished yet."""
    own = (a for a in actions if _same(found, a) and (a.in_force or a.unfinished))
    return next(own, None)


def ended(found: Quieted, actions: Sequence[RecordedAction]) -> list[RecordedAction]:
    """The actions of that step on that account which the ledger tells the end of."""
    return [a for a in actions if _same(found, a) and not (a.in_force or a.unfinished)]


def is_over(found: Quieted, actions: Sequence[RecordedAction]) -> bool:
    """Whether the ledger tells how this very action ended: its mark outlived it, and what stands is the owner's."""
    return any(_is_its_mark(found, action) for action in ended(found, actions))


def _same(found: Quieted, action: RecordedAction) -> bool:
    return action.account.id == found.account.id and action.step is found.step


def _is_its_mark(found: Quieted, action: RecordedAction) -> bool:
    """Whether the mark is that of the action, or of one still older: it tells the end that the action had, or one that
    lies before the action was over."""
    meant = action.ends or action.until
    if found.until is None or meant is None:
        return found.until is meant
    return found.until <= action.last.at or abs(found.until - meant) <= SAME_END


def take_over(found: Quieted, reason: str, profile: str, fingerprint: str, store: Store, now: datetime) -> Entry:
    """Write it into the ledger as an action that was planned and done, so that it ends and can be undone; its plan.

    Nothing is asked of the platform.
    """
    plan = Entry(
        at=now,
        profile=profile,
        account=found.account,
        event=Event.PLANNED,
        step=found.step,
        reason=reason,
        until=found.until or now + UNTOLD,
        action_id=uuid4().hex,
        before=dict(found.before),
        fingerprint=fingerprint,
        dry=False,
        list_title=found.list_title,
    )
    store.record([plan, replace(plan, event=Event.DONE, ends=found.ends)])
    return plan
