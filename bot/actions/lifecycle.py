"""What became of each action: the ledger's entries folded into actions that are unfinished, in force or ended."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.model import Action, Asked, Entry, Event, Standing, Step

SAME_END = timedelta(minutes=10)
"""Two ends of a mute that are closer than this are one: servers count from when the request arrives."""
BY_ITSELF = timedelta(minutes=2)
"""A mute that is gone so shortly before its end has run out; gone earlier, somebody has lifted it."""
QUOTA = "quota"
"""Reason of a plan that only lasts until the owner's midnight: it is neither judged again nor renewed."""
INTERRUPTED = "interrupted before it was done"
"""Reason of a plan that a crash or a fault cut off before it took."""
UNSEEN = "its time was up and it was gone when quietfeed could look again: you may have taken it back yourself"
"""Reason of an end that nobody saw come."""
RENEWAL = "renewed"
"""Reason of a plan that goes on with an action that ran out."""
ASKED = "you asked for it"
"""Reason of a plan that the owner asked for: no rule has a say in it, and it is not renewed."""
RENEWED = "no better: renewed"
"""Beginning of the reason of an end that such a plan brings about."""
DRY_RUN_OVER = "the dry run is over"
"""Reason of the end of what a dry run planned."""
UNDID = "you undid it"
"""Reason of an end that the owner asked for."""
KEPT = "kept: you asked to keep it"
TAKEN_BACK = "taken back: you took back what was done to it"
"""Why an account is protected by name, and the reason of an end that follows from it."""
OWNERS_WORD = (UNDID, KEPT, TAKEN_BACK)
"""Beginnings of the reasons of ends by the owner's word."""
YOURS = "you muted it anew yourself: it is yours now"
"""Reason of an end that leaves the account muted, by the owner."""
INSTEAD = "instead: "
"""Beginning of the reason of a plan that is milder than what was wanted, which did not take."""
AGAIN = "found again: "
"""Beginning of the reason of a plan that takes over what an earlier store had done."""
MARKED = f"{AGAIN}it carries quietfeed's mark"
NAMED = f"{AGAIN}you said that quietfeed did it"
ENDS = frozenset({Event.FAILED, Event.CANCELLED, Event.EXPIRED, Event.UNDONE, Event.VETOED})
"""Events after which an action is over."""


@dataclass(frozen=True, kw_only=True)
class RecordedAction(Action):
    """One action as the ledger tells it, from its plan to where it is now."""

    plan: Entry
    """Its PLANNED entry: rule, readings and evidence."""
    last: Entry
    """Its newest entry."""
    ends: datetime | None = None
    """When the server said, once it was done, that it ends by itself."""
    troubles: int = 0
    """How often taking it back failed."""

    @property
    def unfinished(self) -> bool:
        """Begun and not finished: a crash or a fault came between."""
        return self.last.event in (Event.PLANNED, Event.LIFTING)

    @property
    def in_force(self) -> bool:
        """Done and not taken back. In dry run an action is in force from its plan on."""
        return self.last.event is Event.DONE or (self.plan.dry and self.last.event is Event.PLANNED)

    @property
    def counts(self) -> bool:
        """Whether it was done, or may have been."""
        return self.last.event not in (Event.FAILED, Event.CANCELLED)

    @property
    def until_midnight(self) -> bool:
        """Whether it only lasts until the owner's midnight."""
        return self.plan.reason == QUOTA

    @property
    def is_renewal(self) -> bool:
        """Whether it only goes on with what another action began."""
        return self.plan.reason == RENEWAL

    @property
    def is_asked(self) -> bool:
        """Whether the owner asked for it, and no rule did."""
        return self.plan.reason == ASKED

    @property
    def is_new(self) -> bool:
        """Whether it was done, or may have been, and goes on with nothing that was done before."""
        return self.counts and not self.is_renewal and not self.is_found_again

    @property
    def is_instead(self) -> bool:
        """Whether it only stands in for a stronger step that did not take."""
        return self.plan.reason.startswith(INSTEAD)

    @property
    def is_found_again(self) -> bool:
        """Whether an earlier store had done it."""
        return self.plan.reason.startswith(AGAIN)

    def has_run_out(self, now: datetime) -> bool:
        """Whether its time is up, by our clock or as the server counts."""
        return any(end is not None and now >= end for end in (self.until, self.ends))

    def may_have_ended_by_itself(self, now: datetime) -> bool:
        """Whether the server may have ended it: only where it said that it would."""
        return self.ends is not None and self.has_run_out(now + BY_ITSELF)


def fold(entries: Iterable[Entry], *, dry: bool) -> list[RecordedAction]:
    """Every action of the entries (in the order written), those of a dry run or the real ones."""
    found: dict[str, RecordedAction] = {}
    for entry in entries:
        if entry.dry is dry:
            go_on(found, entry)
    return list(found.values())


def go_on(found: dict[str, RecordedAction], entry: Entry) -> None:
    """Add to actions by id what the next entry tells of one of them."""
    before = found.get(entry.action_id)
    if before is None:
        if entry.event is Event.PLANNED:
            found[entry.action_id] = from_plan(entry)
    elif before.last.event not in ENDS:
        found[entry.action_id] = _with_next(before, entry)


def from_plan(plan: Entry) -> RecordedAction:
    """The action that a PLANNED entry announces."""
    assert plan.step is not None  # noqa: S101  a plan always has one
    return RecordedAction(plan.account, plan.step, plan.until, plan.list_title, dict(plan.before), plan=plan, last=plan)


def _with_next(action: RecordedAction, entry: Entry) -> RecordedAction:
    """An action with its next entry. What is being taken back stays so, though another process notes it as done."""
    if entry.event is Event.DONE:
        action = replace(action, before=dict(entry.before), ends=entry.ends)
        return action if action.last.event is Event.LIFTING else replace(action, last=entry)
    failed = entry.event is Event.LIFTING and bool(entry.limit)
    return replace(action, last=entry, troubles=action.troubles + failed)


def is_told(action: Action, standing: Standing, *, end_matters: bool) -> bool:
    """Whether the platform says how it is with the step: what could not be read is no sign that it was taken back.

    A mute that shows is told; its end may be unread all the same, which hurts only where something hangs on it.
    """
    needed = {Step.LIST: Asked.LISTS, Step.MUTE: Asked.MUTES}.get(action.step)
    if all(one.asked is not needed or one.stays is not None for one in standing.unread):
        return True
    return action.step is Step.MUTE and standing.muted and not end_matters


def is_away(standing: Standing) -> bool:
    """Whether the platform shows nothing of the account: it may be deleted, or come back with what was done to it."""
    return standing.following is None


def is_in_place(action: Action, standing: Standing) -> bool:
    """Whether the action's effect is in place, be it by a stronger step."""
    return not is_lifted(action, standing) or (action.step is Step.HIDE_REPOSTS and standing.muted)


def is_lifted(action: Action, standing: Standing) -> bool:
    """Whether nothing of the action itself is left."""
    if action.step is Step.MUTE:
        return not standing.muted
    if action.step is Step.HIDE_REPOSTS:
        return not standing.reposts_hidden
    return not is_on_list(action.list_title, standing)


def is_on_list(title: str, standing: Standing) -> bool:
    """Whether the account is on the list of that title; case and outer spaces tell no two lists apart."""
    return title.strip().casefold() in {one.strip().casefold() for one in standing.lists}


def is_owners_now(action: RecordedAction, standing: Standing) -> bool:
    """Whether the owner has muted anew, for another time than the action did: the mute is theirs from then on.

    Held against the end that the server told when the action was done, so that its clock may differ from ours. Where
    it told none, a mute set anew for good looks like ours, and nothing is concluded.
    """
    if action.step is not Step.MUTE or not standing.muted:
        return False
    if standing.muted_until is None:
        return action.ends is not None
    meant = action.ends or action.until
    return meant is None or abs(standing.muted_until - meant) > SAME_END


def is_effect_of(action: RecordedAction, standing: Standing, *, ends_told: bool) -> bool:
    """Whether what stands is the effect of a plan that was cut off, and not a mute that the owner set since.

    `ends_told`: this server has told the end of a mute before, so one without an end is not ours.
    """
    if is_lifted(action, standing):
        return False
    if action.step is not Step.MUTE:
        return True
    end, meant = standing.muted_until, action.until
    if end is None or meant is None:
        return end is meant or (end is None and not ends_told)
    return abs(end - meant) <= SAME_END


def renewal_of(action: RecordedAction, actions: Sequence[RecordedAction]) -> RecordedAction | None:
    """The action that goes on with this one, or has its place since the owner asked for the same."""
    renewals = [a for a in actions if a.in_force and (a.is_renewal or a.is_asked) and a.account.id == action.account.id]
    others = [a for a in renewals if a.step is action.step and a.plan.action_id != action.plan.action_id]
    return next((a for a in reversed(others) if a.plan.at >= action.plan.at), None)


def in_force_on(actions: Sequence[RecordedAction], account_id: str) -> list[RecordedAction]:
    """The actions on an account that are in force, or may be."""
    return [a for a in actions if a.account.id == account_id and (a.in_force or a.unfinished)]


def standing_alone(actions: Sequence[RecordedAction]) -> list[RecordedAction]:
    """The actions in force on accounts on which no plan is half done: what shows there may be that plan's effect."""
    half_done = {a.account.id for a in actions if a.last.event is Event.PLANNED and not a.in_force}
    return [action for action in actions if action.in_force and action.account.id not in half_done]


def perhaps_lifted(actions: Sequence[RecordedAction], account_id: str) -> datetime | None:
    """When an action on the account was last found gone, which the owner may have taken back."""
    ends = [a.last.at for a in actions if a.account.id == account_id and a.last.reason == UNSEEN]
    return max(ends, default=None)


def stands_in_for(action: RecordedAction, step: Step | None) -> bool:
    """Whether an action is only there because this stronger step did not take."""
    return action.is_instead and step is not None and action.step.severity < step.severity


def failures(actions: Sequence[RecordedAction], account_id: str, step: Step | None) -> list[Entry]:
    """The account's actions of a step that failed or were cut off since the last one that took, oldest first."""
    run: list[Entry] = []
    for action in actions:
        if action.account.id == account_id and action.step is step and not action.plan.dry:
            run = [*run, action.last] if _failed(action.last) else []
    return run


def _failed(entry: Entry) -> bool:
    cut_off = entry.event is Event.CANCELLED and entry.reason == INTERRUPTED
    return entry.event is Event.FAILED or cut_off
