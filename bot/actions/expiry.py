"""What happens to an action when its time is up, its rule is gone, or the owner has come to stand by the account."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.actions.dry_run import DryRunExecutor
from bot.actions.entries import Terms, renewal_reason
from bot.actions.executor import Executor
from bot.actions.lifecycle import DRY_RUN_OVER, RENEWAL, RecordedAction, standing_alone
from bot.config.types import Limits
from bot.judging.trust import FEED_UNREAD, NOT_KNOWN, SHADOW, STANDING_UNKNOWN
from bot.model import Account, Decision, Entry, Event
from bot.platforms.base import PlatformError, Unreachable

SAYS_NOTHING = frozenset({FEED_UNREAD, STANDING_UNKNOWN, NOT_KNOWN, SHADOW})
"""Protections that say nothing of the owner's bond to the account."""
PATIENCE = timedelta(hours=1)
"""So long an action whose time is up waits for the account's posts to be readable again."""


def expire(
    executor: Executor | DryRunExecutor,
    judged_afresh: Callable[[Sequence[Account]], Mapping[str, Decision | PlatformError]],
    limits: Limits,
    terms: Terms,
    now: datetime,
    *,
    renew: bool,
) -> list[str]:
    """Judge again, on fresh posts, every account whose action has run out: renew it for longer, or end it.

    `judged_afresh` reads the accounts' own feeds and decides, by account id; where that is gone or refused, the action
    ends. Without `renew` (the owner went back to dry run, or pauses) whatever has run out ends, and so does always what
    the owner asked for: it has the time that they gave it. What is to end, ends before
    anything is asked for; one account that cannot be reached costs that one. Returns what could not be done, each in
    a sentence.
    """
    run_out = [action for action in standing_alone(executor.actions()) if action.has_run_out(now)]
    lasting = [action for action in run_out if renew and not (action.until_midnight or action.is_asked)]
    said = []
    for action in run_out:
        if action not in lasting:
            reason = "the day is over" if action.until_midnight else "its time is up"
            said += _end(executor, action, Event.EXPIRED, reason)
    found = judged_afresh([action.account for action in lasting]) if lasting else {}
    told = executor.untouched([action for action in lasting if action.account.id in found])
    for action in sorted(told, key=lambda one: _goes_on(one, found[one.account.id])):  # what ends, first
        decision = found[action.account.id]
        if isinstance(decision, PlatformError):
            said += _wait_or_end(executor, action, decision, now)
        elif not _goes_on(action, decision):
            said += _end(executor, action, Event.EXPIRED, f"its time is up: {_why_not_renewed(decision)}")
        else:
            said += _renew(executor, action, decision, limits, terms, now)
    return said


def _goes_on(action: RecordedAction, found: Decision | PlatformError) -> bool:
    """Whether the action is asked for once more."""
    return isinstance(found, Decision) and found.step is action.step


def _wait_or_end(
    executor: Executor | DryRunExecutor, action: RecordedAction, fault: PlatformError, now: datetime
) -> list[str]:
    """What becomes of an action of which nothing can be read: its end, after some patience where that may pass."""
    if isinstance(fault, Unreachable) and not action.has_run_out(now - PATIENCE):
        words = action.step.replace("_", " ")
        return [f"{action.account.handle} could not be read, so its {words} goes on though its time is up: {fault}"]
    return _end(executor, action, Event.EXPIRED, f"its time is up; {fault}")


def _end(executor: Executor | DryRunExecutor, action: RecordedAction, event: Event, reason: str) -> list[str]:
    """Take back one action; what kept it from that, where it was the one account."""
    try:
        executor.take_back(action, event, reason)
    except Unreachable as fault:  # it is kept in the ledger, and tried again
        return [f"what was done to {action.account.handle} could not be taken back yet: {fault}"]
    return []


def _renew(
    executor: Executor | DryRunExecutor,
    action: RecordedAction,
    decision: Decision,
    limits: Limits,
    terms: Terms,
    now: datetime,
) -> list[str]:
    """An action of twice the length in place of the one that ran out, or its end: where a renewal fails too."""
    until = now + longer(action, limits.longest)
    renewed = replace(terms, before=action.before, reason=RENEWAL)
    try:
        event = executor.carry_out(replace(decision, until=until), renewed)
    except Unreachable as fault:  # whether it took is seen when it is recovered
        return [f"what was done to {action.account.handle} could not be renewed yet: {fault}"]
    if event in (Event.DONE, Event.PLANNED):
        executor.close(action, renewal_reason(until))
        return []
    return _end(executor, action, Event.EXPIRED, "its time is up, and it could not be renewed")


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
    keeps: Callable[[Account], bool] = lambda _: False,
) -> list[str]:
    """End what no rule of the config asks for any more, and what is done to accounts that the owner protects. What they
    asked for themselves goes on, whatever the rules and the other protections say, until they keep the account.

    `judged` gives the JUDGED entries of accounts, oldest first; `keeps` tells whether the config keeps an account. A
    changed config ends only what a report made since (`reported`: when the last one was made) has shown first; a dry
    run needs no such care. Returns what could not be done, each in a sentence.
    """
    protected = executor.protected()
    in_force = [action for action in executor.actions() if action.in_force]
    entries_of = judged(action.account.id for action in in_force)
    said = []
    for action in in_force:
        if protection := protected.get(action.account.id):
            said += _end(executor, action, Event.UNDONE, protection)
            continue
        entries = entries_of.get(action.account.id, ())
        last = entries[-1] if entries else None
        if action.is_asked:
            if keeps(action.account):
                said += _end(executor, action, Event.UNDONE, "kept: your config keeps it")
            continue
        if last is None:
            continue
        if last.protection and last.protection not in SAYS_NOTHING:
            said += _end(executor, action, Event.UNDONE, f"{last.protection}: {last.reason}")
        elif last.rule is None and last.fingerprint == fingerprint != action.plan.fingerprint:
            shown = reported is not None and reported > _spared_since(entries)
            if executor.dry or shown:
                said += _end(executor, action, Event.UNDONE, "no rule of your config fires on it any more")
    return said


def end_the_dry_run(executor: DryRunExecutor) -> None:
    """End the plans of a dry run that is over: nobody would, and they would stand in the ledger for ever."""
    for action in executor.actions():
        if action.in_force:
            executor.close(action, DRY_RUN_OVER)


def _spared_since(entries: Sequence[Entry]) -> datetime:
    """Since when the account is judged without a rule firing."""
    since = entries[-1].at
    for entry in reversed(entries):
        if entry.rule is not None:
            break
        since = entry.at
    return since
