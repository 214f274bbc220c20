"""The lives of actions in a replay: those that were recorded, as far as it decides alike, and its own."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from bot.actions.entries import Said, Terms, next_entry, planned, renewal_reason
from bot.actions.expiry import SAYS_NOTHING, longer
from bot.actions.lifecycle import (
    DRY_RUN_OVER,
    OWNERS_WORD,
    QUOTA,
    RENEWAL,
    RecordedAction,
    from_plan,
    in_force_on,
)
from bot.actions.limits import begins_nothing
from bot.config import Config
from bot.judging.reach import is_to_act
from bot.model import Basis, Decision, Entry, Event
from bot.tuning.actions import Actions
from bot.tuning.quotas import Days

AS_THEY_COME = frozenset({Event.DONE, Event.FAILED, Event.CANCELLED, Event.VETOED})
"""What the network and the owner's hand make of an action, whatever the rules say."""


class Lives:
    """Every action of one profile in one replay, those of a dry run and the real ones."""

    def __init__(self, profile: str, config: Config) -> None:
        self.profile, self.config = profile, config
        self._found = {True: Actions(), False: Actions()}
        self._recorded = {True: Actions(), False: Actions()}
        """The same as they really were."""
        self._touched: dict[bool, dict[str, None]] = {True: {}, False: {}}
        """Ids of the accounts of which something is known that was not when it was last asked whom to spare."""
        self._own: dict[str, Decision] = {}
        """What was decided, by the ids of the actions that never were, but for this replay."""
        self._wanted: dict[str, Decision] = {}
        """By account id: to be acted on, as was really decided too; what came of it, the ledger tells next."""
        self.differs: set[str] = set()
        """Ids of the accounts on which this replay last decided otherwise than was recorded."""
        self.begun: dict[str, RecordedAction] = {}
        """By account id: the last action that was planned, or in force at the beginning, other than for a day."""
        self._for_today: set[str] | None = None
        """Ids of the accounts to be muted until midnight, as was really decided too. None while no quotas were held."""
        self._silenced: list[RecordedAction] = []
        """Planned under a quota."""
        self._until_midnight: set[str] = set()
        """Ids of those that never were, but for this replay, and whose day is not over."""

    def actions(self, *, dry: bool) -> Actions:
        """All of one kind."""
        return self._found[dry]

    def begin(self, entries: Iterable[Entry]) -> None:
        """Take over what was recorded before the replay begins."""
        for entry in entries:
            self._take_in(entry)
            self._recorded[entry.dry].go_on(entry)

    def note_in_force(self, *, dry: bool) -> None:
        """What is in force now counts as begun."""
        lasting = [one for one in self._found[dry].in_force if not one.until_midnight]
        self.begun |= {action.account.id: action for action in lasting}

    def quieted(self, accounts: Iterable[str], *, dry: bool) -> frozenset[str]:
        """Those of the accounts (ids) on which an action is in force."""
        return frozenset(filter(self._found[dry].in_force_on, accounts))

    def touch(self, accounts: Iterable[str]) -> None:
        """Something new is known of these accounts (ids)."""
        told = dict.fromkeys(accounts)
        for touched in self._touched.values():
            touched.update(told)

    def _take_in(self, entry: Entry) -> None:
        self._found[entry.dry].go_on(entry)
        self.touch([entry.account.id])

    def hear(self, entry: Entry) -> None:
        """Take in what was recorded next of an action, where it holds in this replay too."""
        self._recorded[entry.dry].go_on(entry)
        action = self._found[entry.dry].get(entry.action_id)
        if entry.event is Event.PLANNED:
            if self._is_taken_over(entry):
                self._write(replace(entry, fingerprint=self.config.fingerprint))
        elif action is not None and self._holds(entry, action):
            self._write(entry)

    def _is_taken_over(self, plan: Entry) -> bool:
        """Whether what was really planned is planned in this replay."""
        action, account = from_plan(plan), plan.account.id
        if action.is_asked or action.is_found_again:
            return True
        if action.until_midnight and self._for_today is not None:
            return account in self._for_today
        if action.until_midnight:
            return any(rule.name == plan.rule and rule.quota is not None for rule in self.config.rules)
        if action.is_renewal:
            goes_on = any(one.step is plan.step for one in in_force_on(self._found[plan.dry].of(account), account))
            return goes_on and account not in self.differs
        wanted = self._wanted.get(account)
        return wanted is not None and (wanted.step is plan.step or action.is_instead)

    def _holds(self, entry: Entry, action: RecordedAction) -> bool:
        """Whether what really became of an action becomes of it in this replay."""
        by_owner = entry.reason.startswith(OWNERS_WORD) or entry.reason == DRY_RUN_OVER
        given = entry.event in AS_THEY_COME or action.is_asked or action.until_midnight
        return by_owner or given or action.account.id not in self.differs

    def _follows(self, action: RecordedAction) -> bool:
        """Whether the ledger tells what becomes of it."""
        return not self._is_own(action) and action.account.id not in self.differs

    def _write(self, entry: Entry) -> None:
        self._take_in(entry)
        action = self._found[entry.dry].get(entry.action_id)
        if entry.event is Event.PLANNED and action is not None:
            if action.until_midnight:
                self._silenced.append(action)
            else:
                self.begun[entry.account.id] = action

    def act(self, decisions: Iterable[Decision], recorded: Mapping[str, Basis], now: datetime, *, dry: bool) -> None:
        """Begin what waits for nothing. Where the same was really decided, what came of it is heard next."""
        terms = Terms(self.config.fingerprint, self.config.list_title)
        for decision in decisions:
            account = decision.account.id
            self._wanted.pop(account, None)
            if not is_to_act(decision) or begins_nothing(decision, self._found[dry].of(account)):
                continue
            if self._was_begun(decision, recorded.get(account), dry=dry):
                self._wanted[account] = decision
            else:
                self._plan(decision, terms, now, dry=dry)

    def _was_begun(self, decision: Decision, basis: Basis | None, *, dry: bool) -> bool:
        """Whether the same was really to be begun."""
        if basis is None or basis.step is not decision.step or basis.limit:
            return False
        return not begins_nothing(decision, self._recorded[dry].of(decision.account.id))

    def hold(self, decisions: Iterable[Decision], recorded: Mapping[str, Basis], now: datetime, *, dry: bool) -> None:
        """Mute until midnight whom a quota finds and nothing keeps from it. Where the same was really decided, what
        came of it is heard next."""
        self._for_today = set()
        terms = Terms(self.config.fingerprint, "", reason=QUOTA)
        for decision in filter(is_to_act, decisions):
            basis = recorded.get(decision.account.id)
            if basis is not None and basis.step is decision.step and not basis.limit:
                self._for_today.add(decision.account.id)
            else:
                self._plan(decision, terms, now, dry=dry)

    def begun_since(self, began: datetime, *, dry: bool) -> int:
        """How many actions were begun since then that count for the limit of a sweep."""
        new = self._found[dry].since(began)
        return sum(one.counts and not (one.is_renewal or one.is_asked) for one in new)

    def end_the_day(self, now: datetime, *, dry: bool) -> None:
        """End what only lasted until a midnight gone by, where the ledger does not tell of it."""
        for action in map(self._found[dry].get, list(self._until_midnight)):
            if action is not None and action.has_run_out(now):
                self._until_midnight.discard(action.plan.action_id)
                if action.in_force:
                    self.end(action, Event.EXPIRED, "the day is over", now)

    def days(self) -> dict[str, Days]:
        """By account id, on which days it was muted until midnight, first ones first."""
        found: dict[str, Days] = {}
        for begun in self._silenced:
            action = self._found[begun.plan.dry].get(begun.plan.action_id) or begun
            before = found.get(action.account.id, Days())
            if action.counts and action.until is not None and action.until not in before.plans:
                really = before.really or not (action.plan.dry or self._is_own(action))
                found[action.account.id] = Days({**before.plans, action.until: action.plan}, really)
        return found

    def _is_own(self, action: RecordedAction) -> bool:
        return action.plan.action_id in self._own

    def _plan(self, decision: Decision, terms: Terms, now: datetime, *, dry: bool) -> None:
        plan = planned(self.profile, decision, terms, now, dry=dry)
        self._own[plan.action_id] = decision
        if plan.reason == QUOTA:
            self._until_midnight.add(plan.action_id)
        self._write(plan)
        if not dry:
            self._write(replace(plan, event=Event.DONE))

    def whole_plan(self, action: RecordedAction, whole: Callable[[Decision], Decision]) -> Entry:
        """The plan of an action, with all that it shows by the `whole` of what was decided."""
        plan, decision = action.plan, self._own.get(action.plan.action_id)
        if decision is None:
            return plan
        terms = Terms(plan.fingerprint, self.config.list_title, plan.before, plan.reason)
        told = planned(self.profile, whole(decision), terms, plan.at, dry=plan.dry)
        return replace(told, action_id=plan.action_id)

    def run_out(self, now: datetime, *, dry: bool) -> list[RecordedAction]:
        """Actions whose time is up, and of which the ledger does not tell what becomes."""
        return [one for one in self._found[dry].run_out(now) if not one.until_midnight and not self._follows(one)]

    def renew_or_end(self, action: RecordedAction, decision: Decision | None, now: datetime) -> None:
        """What becomes of an action that has run out: renewed for longer where its step is asked for once more."""
        dry = action.plan.dry
        if decision is None or decision.step is not action.step or action.is_asked:
            return self.end(action, Event.EXPIRED, "its time is up", now)
        until = now + longer(action, self.config.limits.longest)
        terms = Terms(self.config.fingerprint, self.config.list_title, reason=RENEWAL)
        self._plan(replace(decision, until=until), terms, now, dry=dry)
        return self.end(action, Event.EXPIRED, renewal_reason(until), now)

    def end(self, action: RecordedAction, event: Event, reason: str, now: datetime) -> None:
        """End an action."""
        self._write(next_entry(action, event, now, reason))

    def end_the_spared(
        self, newest: Mapping[str, Entry | Said], protected: Callable[[str], str], now: datetime, *, dry: bool
    ) -> None:
        """End what no rule asks for any more, and what is done to accounts that the owner protects (by id, why). Looked
        at are those of whom something new is known: nothing else has changed."""
        touched, self._touched[dry] = self._touched[dry], {}
        for account in filter(self._found[dry].in_force_on, touched):
            for action in self._found[dry].of(account):
                if not action.in_force or self._follows(action):
                    continue
                why = protected(account) or self._why_spared(action, newest.get(account))
                if why:
                    self.end(action, Event.UNDONE, why, now)

    def _why_spared(self, action: RecordedAction, last: Entry | Said | None) -> str:
        if last is None or action.is_asked:
            return ""
        if last.protection and last.protection not in SAYS_NOTHING:
            return f"{last.protection}: {last.reason}"
        spared = last.rule is None and last.fingerprint == self.config.fingerprint != action.plan.fingerprint
        return "no rule of your config fires on it any more" if spared else ""
