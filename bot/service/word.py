"""The owner's word on an account, carried out: kept, taken back, muted or listed because they asked for it.

The command line and the answers to a report come here; neither has a way of its own.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.actions.dry_run import DryRunExecutor
from bot.actions.entries import Terms
from bot.actions.executor import Executor
from bot.actions.lifecycle import ASKED, UNDID, RecordedAction, in_force_on
from bot.clock import Clock
from bot.config import Config
from bot.model import Account, Decision, Event, Step, Verdict
from bot.platforms.base import Platform
from bot.platforms.reading import DOING, Reading
from bot.service import kept
from bot.service.mode import is_dry
from bot.store import FeedbackKind, Store

AnyExecutor = Executor | DryRunExecutor
LEFT = "its profile left the fleet"
USUALLY = timedelta(days=30)
"""How long what the owner asks for lasts where they do not say."""
BY_NAME: tuple[FeedbackKind, ...] = ("keep", "veto")
"""The owner's words that protect an account."""
KEPT = "you keep it"
ANEW = "you asked for it anew"


@dataclass(frozen=True, slots=True)
class Dropped:
    """What came of a protection that was to end."""

    was_protected: bool
    by_config: bool
    """Whether the config protects the account still."""


@dataclass(frozen=True, slots=True)
class Obeyed:
    """What came of an action that the owner asked for."""

    event: Event
    """DONE; PLANNED in dry run; FAILED or CANCELLED, and `why`."""
    action: RecordedAction | None = None
    why: str = ""


def keep(profile: str, account: Account, why: str, store: Store, now: datetime) -> None:
    """Protect an account; what is in force on it ends with the next sweep."""
    store.set_feedback(profile, account, "keep", why, now)


def unkeep(profile: str, account: Account, store: Store, config: Config) -> Dropped:
    """Protect an account no longer, be it by `keep` or since an action on it was taken back."""
    dropped = [store.drop_feedback(profile, account.id, kind) for kind in BY_NAME]
    return Dropped(any(dropped), kept.by_config(profile, store, config, account))


def quieter(profile: str, platform: Platform, store: Store, config: Config, clock: Clock, step: Step) -> AnyExecutor:
    """What a step that the owner asks for is done by now: while nothing may be touched it is only recorded. Raises
    OnlyReads where the config would have it done, and the login may only read."""
    if isinstance(platform, Reading) and not config.dry_run:
        platform.refuse(DOING[step])
    if is_dry(profile, store, config, clock.now()):
        return DryRunExecutor(profile, store, clock)
    return Executor(profile, platform, store, clock)


def undoer(profile: str, platform: Platform, store: Store, clock: Clock) -> Executor:
    """What takes back what was really done, in dry run too. Raises OnlyReads where the login may only read."""
    if isinstance(platform, Reading):
        platform.refuse("taking back what was done")
    return Executor(profile, platform, store, clock)


def undo(executor: AnyExecutor, action: RecordedAction) -> Event:
    """Take one action back, and leave its account alone from then on; what became of it. Raises as the executor does:
    the word stands all the same, and the next sweep takes the action back."""
    executor.store.set_feedback(executor.profile, action.account, "veto", UNDID, executor.clock.now())
    return executor.take_back(action, Event.UNDONE, UNDID)


def undo_on(executor: AnyExecutor, account: Account) -> list[tuple[Step, Event]]:
    """The same with all that is in force on an account, or may be: each step, and what became of it."""
    return [(action.step, undo(executor, action)) for action in in_force_on(executor.actions(), account.id)]


def leave(executor: AnyExecutor, action: RecordedAction) -> Event:
    """Take one action back since quietfeed leaves the owner's account; no word of theirs, so it protects nobody."""
    return executor.take_back(action, Event.UNDONE, LEFT)


def ask(
    executor: AnyExecutor, account: Account, step: Step, until: datetime, config: Config, since: datetime | None = None
) -> Obeyed:
    """Do a step on an account until then, in place of whatever is in force on it by quietfeed, since the owner asks.

    No rule has a say in it and no limit holds it up, nor is it renewed; it ends in time, by `keep` or by `undo`. An
    account that is kept is left alone all the same, until it is kept no longer; that an action on it was once taken
    back holds nothing up: this is the newer word. What was asked for `since` then and took is not done again.
    """
    profile, store = executor.profile, executor.store
    if refusal := _refusal(account, profile, store, config):
        return Obeyed(Event.CANCELLED, None, refusal)
    done = since and _asked_since(executor.actions(), account, step, since)
    if not done:
        event = _carry_out(executor, account, step, until, config)
        done = _newest(executor.actions(), account, step)
        if event not in (Event.DONE, Event.PLANNED) or done is None:
            return Obeyed(event, None, _why_not(event, done))
    for other in in_force_on(executor.actions(), account.id):
        if other.plan.action_id == done.plan.action_id or not other.in_force:
            continue
        if other.step is step:
            executor.close(other, ANEW)
        else:
            executor.take_back(other, Event.EXPIRED, f"you asked for {step.replace('_', ' ')} instead")
    return Obeyed(done.last.event, done)


def _refusal(account: Account, profile: str, store: Store, config: Config) -> str:
    """Why an account is left alone though the owner asks; empty where it is not."""
    if account.id == store.noted(f"owner id:{profile}"):
        return "that is you"
    by_word = account.id in store.feedback(profile, "keep")
    return KEPT if by_word or kept.by_config(profile, store, config, account) else ""


def _carry_out(executor: AnyExecutor, account: Account, step: Step, until: datetime, config: Config) -> Event:
    """The step itself. An action that was taken back before protects the account no longer, if this one takes."""
    profile, store = executor.profile, executor.store
    stands = [one for one in executor.actions() if one.account.id == account.id and one.step is step and one.in_force]
    terms = Terms(config.fingerprint, config.list_title, stands[-1].before if stands else {}, ASKED)
    decision = Decision(Verdict(account, None, step, (), {}), step, until=until)
    veto = store.feedback(profile, "veto").get(account.id)
    store.drop_feedback(profile, account.id, "veto")
    event = executor.carry_out(decision, terms)
    if veto and event not in (Event.DONE, Event.PLANNED):
        store.set_feedback(profile, veto.account, "veto", veto.why, veto.at)
    return event


def _asked_since(
    actions: Sequence[RecordedAction], account: Account, step: Step, since: datetime
) -> RecordedAction | None:
    asked = (a for a in actions if a.is_asked and a.in_force and a.account.id == account.id and a.step is step)
    return next((action for action in asked if action.plan.at >= since), None)


def _newest(actions: Sequence[RecordedAction], account: Account, step: Step) -> RecordedAction | None:
    mine = [a for a in actions if a.is_asked and a.account.id == account.id and a.step is step]
    return mine[-1] if mine else None


def _why_not(event: Event, action: RecordedAction | None) -> str:
    if event is Event.FAILED and action is not None:
        return action.last.reason
    return "you did it yourself already, or the server does not say whether you did"
