"""What happens to an action when its time is up, its rule is gone, or the owner has come to stand by the account."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.actions.entries import Terms, renewal_reason
from bot.actions.executor import DryRunExecutor, Executor
from bot.actions.lifecycle import RENEWAL, RecordedAction
from bot.config.types import Limits
from bot.judging.trust import FEED_UNREAD, NOT_KNOWN, SHADOW, STANDING_UNKNOWN
from bot.model import Decision, Entry, Event
from bot.platforms.base import PlatformError, RateLimited, Unreachable

SAYS_NOTHING = frozenset({FEED_UNREAD, STANDING_UNKNOWN, NOT_KNOWN, SHADOW})
"""Protections that say nothing of the owner's bond to the account."""
PATIENCE = timedelta(days=1)
"""So long an action whose time is up waits for the account's posts to be readable again."""


def expire(
    executor: Executor | DryRunExecutor,
    judged_afresh: Callable[[RecordedAction], Decision],
    limits: Limits,
    terms: Terms,
    now: datetime,
    *,
    renew: bool,
) -> None:
    """Judge again, on fresh posts, every account whose action has run out: renew it for longer, or end it.

    `judged_afresh` reads the account's own feed; where that is gone or refused, the action ends. Without `renew`
    (the owner went back to dry run) whatever has run out ends.
    """
    fault: Unreachable | None = None
    for action in executor.actions():
        if not action.in_force or not action.has_run_out(now):
            continue
        if action.until_midnight or not renew:
            executor.take_back(action, Event.EXPIRED, "the day is over" if action.until_midnight else "its time is up")
            continue
        try:
            decision = judged_afresh(action)
        except RateLimited:
            raise
        except Unreachable as broken:
            fault = broken  # one account's feed that cannot be read must not keep the others muted …
            if now >= (action.until or now) + PATIENCE:  # … nor itself
                executor.take_back(action, Event.EXPIRED, f"its time is up; {broken}")
            continue
        except PlatformError as lost:
            executor.take_back(action, Event.EXPIRED, f"its time is up; {lost}")
            continue
        if executor.is_untouched(action):
            renewed = replace(terms, before=action.before, reason=RENEWAL)
            _renew_or_end(executor, action, decision, limits, renewed, now)
    if fault:
        raise fault


def _renew_or_end(
    executor: Executor | DryRunExecutor,
    action: RecordedAction,
    decision: Decision,
    limits: Limits,
    terms: Terms,
    now: datetime,
) -> None:
    """An action of twice the length in place of the one that ran out, or its end: where a renewal fails too."""
    until = now + longer(action, limits.longest)
    if decision.step is not action.step:
        executor.take_back(action, Event.EXPIRED, f"its time is up: {_why_not_renewed(decision)}")
    elif executor.carry_out(replace(decision, until=until), terms) in (Event.DONE, Event.PLANNED):
        executor.close(action, renewal_reason(until))
    else:
        executor.take_back(action, Event.EXPIRED, "its time is up, and it could not be renewed")


def _why_not_renewed(decision: Decision) -> str:
    if decision.step is not None:
        return f"now “{decision.verdict.rule}” fires, which asks for something else"
    return decision.reason or "no rule fires on its fresh posts"


def longer(action: RecordedAction, most: timedelta) -> timedelta:
    """Twice the time that the action was meant to last, up to `most`."""
    lasted = action.until - action.plan.at if action.until else most
    return min(lasted * 2, most)


def end_the_spared(
    executor: Executor | DryRunExecutor,
    judged: Callable[[Iterable[str]], Mapping[str, Sequence[Entry]]],
    reported: datetime | None,
    fingerprint: str,
) -> None:
    """End what no rule of the config asks for any more, and what is done to accounts that the owner protects.

    `judged` gives the JUDGED entries of accounts, oldest first. A changed config ends only what a report made since
    (`reported`: when the last one was made) has shown first; a dry run needs no such care.
    """
    protected = executor.protected()
    in_force = [action for action in executor.actions() if action.in_force]
    entries_of = judged(action.account.id for action in in_force)
    for action in in_force:
        if protection := protected.get(action.account.id):
            executor.take_back(action, Event.UNDONE, protection)
            continue
        entries = entries_of.get(action.account.id, ())
        last = entries[-1] if entries else None
        if last is None:
            continue
        if last.protection and last.protection not in SAYS_NOTHING:
            executor.take_back(action, Event.UNDONE, f"{last.protection}: {last.reason}")
        elif last.rule is None and last.fingerprint == fingerprint != action.plan.fingerprint:
            shown = reported is not None and reported > _spared_since(entries)
            if executor.dry or shown:
                executor.take_back(action, Event.UNDONE, "no rule of your config fires on it any more")


def _spared_since(entries: Sequence[Entry]) -> datetime:
    """Since when the account is judged without a rule firing."""
    since = entries[-1].at
    for entry in reversed(entries):
        if entry.rule is not None:
            break
        since = entry.at
    return since
