"""Doing and taking back: every action is planned before it is done, read back after it, and recorded both times.

In dry run `DryRunExecutor` takes its place, which is given the same decisions and carries them out on the ledger alone.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta

from bot.actions import seen
from bot.actions.asking import standing_of
from bot.actions.entries import Terms, next_entry, planned, renewal_reason
from bot.actions.lifecycle import (
    ASKED,
    ENDS,
    INTERRUPTED,
    RENEWAL,
    UNSEEN,
    YOURS,
    RecordedAction,
    from_plan,
    is_away,
    is_effect_of,
    is_in_place,
    is_lifted,
    is_owners_now,
    is_told,
    renewal_of,
    standing_alone,
)
from bot.actions.recorded import protected_by_name, recorded_actions
from bot.clock import Clock
from bot.model import Action, Decision, Event, Standing, Step
from bot.platforms.base import AccountGone, Platform, PlatformError, RateLimited, Unreachable
from bot.store import Store

READ_BACK = 3
"""How often an action that does not show yet is read back, and done again, before it is taken for failed."""
PAUSE = 2.0
"""Seconds before it is tried again, twice as long each further time."""
AT_ONCE = 2
"""How often an action that could not be taken back is tried again at the very next sweep; then after pauses."""
LIFT_PAUSE, MOST_LIFT_PAUSE = timedelta(hours=1), timedelta(days=1)
PASSING = (Unreachable, RateLimited)
"""Faults after which it is not known whether the action took: it is left for `recover`."""
TOLD_AGAIN = (RENEWAL, ASKED)
"""Reasons of a plan that are those of its being done as well."""


class Executor:
    """Plans are carried out on the platform."""

    dry = False

    def __init__(self, profile: str, platform: Platform, store: Store, clock: Clock) -> None:
        self.profile, self.platform, self.store, self.clock = profile, platform, store, clock

    def carry_out(self, decision: Decision, terms: Terms) -> Event:
        """Plan with what stands before, do, read back, record: DONE, or FAILED with the reason.

        CANCELLED, and nothing recorded, where the owner was quicker: they protected the account, or did the same
        themselves, since the decision was made, or the server does not say now. A fault of the network passes through
        and leaves the plan unfinished, for `recover`.
        """
        with self.platform.at_a_stretch():
            return self._carry_out(decision, terms)

    def _carry_out(self, decision: Decision, terms: Terms) -> Event:
        action = from_plan(planned(self.profile, decision, terms, self.clock.now(), dry=False))
        if decision.account.id in self.protected():
            return Event.CANCELLED
        if action.is_renewal or self._replaces_ours(action):
            return self._do(action)  # what stood before is what stood before the action that it goes on with
        standing = self._standing_now(action)
        if is_in_place(action, standing) or not is_told(action, standing, end_matters=False):
            return Event.CANCELLED
        try:
            before = self.platform.before(action, standing)
        except PlatformError as fault:
            if isinstance(fault, PASSING):
                raise
            self.store.record([action.plan])
            return self._record(action, Event.FAILED, str(fault))
        return self._do(from_plan(replace(action.plan, before=dict(before))))

    def actions(self) -> list[RecordedAction]:
        """The actions that were meant."""
        return recorded_actions(self.store, self.profile, dry=False)

    def protected(self) -> dict[str, str]:
        """Whom the owner protects by name, and why."""
        return protected_by_name(self.profile, self.store)

    def _refused(self, action: RecordedAction) -> bool:
        """Ask for it; whether it was refused for good, which is recorded. Raises what passes."""
        try:
            self.platform.act(action)
        except PlatformError as fault:
            if isinstance(fault, PASSING):
                raise
            self._record(action, Event.FAILED, str(fault))
            return True
        return False

    def _do(self, action: RecordedAction) -> Event:
        self.store.record([action.plan])
        if self._refused(action):
            return Event.FAILED
        fault_shown, standing = self._read_back(action, is_in_place, self.platform.act)
        if standing is None:
            self._undo_quietly(action)
            return self._record(action, Event.FAILED, fault_shown or f"the {_noun(action.step)} did not take")
        if self._was_taken_back_meanwhile(action):
            self._undo_quietly(action)
            return Event.CANCELLED
        return self._record_done(action, standing, action.plan.reason if action.plan.reason in TOLD_AGAIN else "")

    def _replaces_ours(self, action: RecordedAction) -> bool:
        """Whether the owner asks for what is in force by us, be it for another time."""
        return action.is_asked and any(
            one.in_force and one.step is action.step and one.account.id == action.account.id for one in self.actions()
        )

    def _record_done(self, action: RecordedAction, standing: Standing, reason: str) -> Event:
        ends = standing.muted_until if action.step is Step.MUTE else None
        action = replace(action, ends=ends)
        self.mark(action)
        return self._record(action, Event.DONE, reason)

    def mark(self, action: RecordedAction) -> None:
        """Mark an action in force as ours. A mark that cannot be set now costs nothing but the mark."""
        with suppress(PlatformError):
            self.platform.mark(action, action.ends)

    def unmark(self, action: RecordedAction) -> None:
        """Take the mark away of an action that is over, and that was done once."""
        if action.last.event is not Event.PLANNED:
            with suppress(PlatformError):
                self.platform.unmark(action)

    def _undo_quietly(self, action: Action) -> None:
        """Take back what did not show, or is wanted no more: a server may only be slow, and nobody would end it."""
        try:
            self.platform.undo(action)
        except PlatformError as fault:
            if isinstance(fault, PASSING):
                raise

    def _was_taken_back_meanwhile(self, action: RecordedAction) -> bool:
        """Whether `quietfeed undo`, a process of its own, took the action back while it was being done."""
        entries = self.store.entries(self.profile, account_id=action.account.id, events=set(Event) - {Event.JUDGED})
        return any(e.action_id == action.plan.action_id and e.event is not Event.PLANNED for e in entries)

    def _read_back(
        self, action: Action, shows: Callable[[Action, Standing], bool], again: Callable[[Action], object]
    ) -> tuple[str, Standing | None]:
        """Read the action back, and do (or undo) it again where it does not show, a few times.

        How the owner stands to the account once it shows; None, and the fault where there was one, if it does not.
        """
        try:
            for attempt in range(READ_BACK):
                standing = self._standing_now(action)
                if not (is_in_place(action, standing) or is_told(action, standing, end_matters=False)):
                    return _untold(standing), None
                if shows(action, standing):
                    return "", standing
                if attempt < READ_BACK - 1:
                    self.clock.wait(PAUSE * 2**attempt)
                    again(action)
        except PlatformError as fault:
            if isinstance(fault, PASSING):
                raise
            return str(fault), None
        return "", None

    def standing(self, actions: Sequence[Action]) -> dict[str, Standing]:
        """How the owner stands to the accounts of the actions, without what the owner did with their posts. Whoever
        cannot be reached is left out."""
        accounts = {action.account.id: action.account for action in actions}
        return standing_of(self.platform, list(accounts.values()), deciding=False)[0]

    def _standing_now(self, action: Action) -> Standing:
        return self.platform.standing([action.account], deciding=False).get(action.account.id, Standing())

    def take_back(self, action: RecordedAction, event: Event, reason: str) -> Event:
        """Announce, take back, read back, record `event`. A mute that the owner set anew is left to them.

        LIFTING where it could not be taken back: `recover` tries again.
        """
        with self.platform.at_a_stretch():
            return self._take_back(action, event, reason)

    def _take_back(self, action: RecordedAction, event: Event, reason: str) -> Event:
        if action.last.event is not Event.LIFTING:
            lifting = next_entry(action, Event.LIFTING, self.clock.now(), f"{event}: {reason}")
            self.store.record([lifting])
            action = replace(action, last=lifting)
        try:
            standing = self._standing_now(action)
            if not is_told(action, standing, end_matters=action.ends is not None):
                return self._record_trouble(action, _untold(standing))
            if is_owners_now(action, standing):
                return self._record(action, Event.CANCELLED, YOURS)
            if not is_lifted(action, standing) or is_away(standing):
                self.platform.undo(action)
                fault_shown, now = self._read_back(action, is_lifted, self.platform.undo)
                if now is None:
                    return self._record_trouble(action, fault_shown or f"the {_noun(action.step)} still shows")
        except AccountGone as gone:
            reason = f"{reason}; {gone}"
        except PlatformError as fault:
            self._record_trouble(action, str(fault))
            if isinstance(fault, PASSING):
                raise
            return Event.LIFTING
        return self._record(action, event, reason)

    def _record_trouble(self, action: RecordedAction, trouble: str) -> Event:
        """Keep that it could not be taken back yet, and why."""
        lifting = next_entry(action, Event.LIFTING, self.clock.now(), action.last.reason)
        self.store.record([replace(lifting, limit=trouble)])
        return Event.LIFTING

    def close(self, action: RecordedAction, reason: str) -> Event:
        """Record that an action has run out where nothing is to be taken back: another one has its place."""
        self.store.record([next_entry(action, Event.EXPIRED, self.clock.now(), reason)])
        return Event.EXPIRED

    def recover(self) -> None:
        """Finish what a crash or a fault left unfinished: a plan whose effect shows is done, another is cancelled;
        what was being taken back is taken back; what a renewal has replaced is closed."""
        everything = self.actions()
        unfinished = [action for action in everything if action.unfinished and not self._is_pausing(action)]
        standing = self.standing(unfinished)
        ends_told = any(action.ends for action in everything)
        for action in unfinished:
            now = standing.get(action.account.id)
            if action.last.event is Event.LIFTING:
                word, _, reason = action.last.reason.partition(": ")
                with suppress(Unreachable):  # it costs the one action, and is kept with it
                    self.take_back(action, Event(word), reason)
            elif now is None or not is_told(action, now, end_matters=ends_told):
                continue  # whether it took is seen when the server says so again
            elif is_effect_of(action, now, ends_told=ends_told):
                with suppress(Unreachable):  # as above: it stays a plan
                    self._finish(action, now)
            else:
                self._record(action, Event.CANCELLED, INTERRUPTED)
        self._close_renewed()

    def _finish(self, action: RecordedAction, standing: Standing) -> Event:
        """Record what was found done; a list entry only once all is done again that belongs to it, where that is a
        request of its own."""
        if action.step is Step.LIST and self.platform.list_quiets_apart and self._refused(action):
            return Event.FAILED
        return self._record_done(action, standing, "found done after an interruption")

    def _is_pausing(self, action: RecordedAction) -> bool:
        """Whether an action that could not be taken back is left for a while, so that the sweep's rest goes on."""
        more = action.troubles - AT_ONCE
        now, since = self.clock.now(), action.last.at
        return more > 0 and since <= now < since + min(LIFT_PAUSE * 4 ** min(more - 1, 8), MOST_LIFT_PAUSE)

    def _close_renewed(self) -> None:
        """A crash between a renewal and its record leaves two actions of which one is done with."""
        everything = self.actions()
        for action in everything:
            renewal = renewal_of(action, everything) if action.in_force else None
            if renewal:
                self.close(action, renewal_reason(renewal.until))

    def watch(self) -> None:
        """Notice what the owner changed by hand: an action that is gone is a veto, a mute set anew is theirs."""
        everything = self.actions()
        alone = standing_alone(everything)
        standing = self.standing(alone)
        shown = set()
        for action in alone:
            now = standing.get(action.account.id)
            if now is not None and self._note_change_by_hand(action, now) is None and is_in_place(action, now):
                shown.add(action.plan.action_id)
        in_force = [action for action in everything if action.in_force]
        seen.remember(self.profile, self.store, in_force, shown, self.clock.now())

    def untouched(self, actions: Sequence[RecordedAction]) -> list[RecordedAction]:
        """Look at actions again, before something is done about them: those that the owner left as they were."""
        told = self.standing(actions)
        known = [(action, told[action.account.id]) for action in actions if action.account.id in told]
        return [action for action, standing in known if self._note_change_by_hand(action, standing) is None]

    def _note_change_by_hand(self, action: RecordedAction, standing: Standing) -> Event | None:
        """How the action ended meanwhile, by the owner's hand or perhaps so; None where it did not, where the platform
        does not say, or where the server ended it by itself, as it said."""
        now = self.clock.now()
        told = is_told(action, standing, end_matters=action.ends is not None)
        if told and is_owners_now(action, standing):
            return self._record(action, Event.CANCELLED, YOURS)
        if is_in_place(action, standing):
            return None
        servers_now = self._servers_now()
        if action.may_have_ended_by_itself(servers_now):
            unseen = told and action.has_run_out(servers_now) and not seen.was_seen(self.profile, self.store, action)
            return self._record(action, Event.EXPIRED, UNSEEN) if unseen else None  # the others `expire` sees to
        if is_away(standing) or not told:
            return None  # the account is gone or cannot be seen: that is none of the owner's doing
        if action.step is not Step.MUTE and not standing.following:
            return self._record(action, Event.CANCELLED, "you do not follow it any more")
        self.store.set_feedback(self.profile, action.account, "veto", "you took it back by hand", now)
        return self._record(action, Event.VETOED, "you took it back by hand")

    def _servers_now(self) -> datetime:
        """The present by the clock that ends mutes, which is the server's: ours may have been set wrongly."""
        return self.clock.now() + timedelta(seconds=self.platform.usage().clock_offset or 0.0)

    def _record(self, action: RecordedAction, event: Event, reason: str) -> Event:
        if event in ENDS and reason != YOURS:  # where a store that is lost now had renewed it, its mark must stay
            self.unmark(action)
        self.store.record([next_entry(action, event, self.clock.now(), reason)])
        return event


def _untold(standing: Standing) -> str:
    return "; ".join(one.sentence for one in standing.unread if not one.stays)


def _noun(step: Step) -> str:
    return {Step.MUTE: "mute", Step.LIST: "list entry", Step.HIDE_REPOSTS: "hiding of reposts"}[step]
