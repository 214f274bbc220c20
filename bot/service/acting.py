"""Carrying out what a sweep decided, one account after the other, and something milder where a step is refused."""

from collections.abc import Sequence
from dataclasses import replace

from bot.actions.asking import Row
from bot.actions.dry_run import DryRunExecutor
from bot.actions.entries import Terms
from bot.actions.executor import Executor
from bot.actions.lifecycle import INSTEAD, in_force_on, stands_in_for
from bot.actions.limits import begins_nothing
from bot.clock import Clock
from bot.judging.rules import Mode, Rule
from bot.model import Decision, Event, Step
from bot.platforms.base import Unreachable


class Acting:
    """Acts for one sweep by these rules."""

    def __init__(self, executor: Executor | DryRunExecutor, rules: Sequence[Rule], clock: Clock) -> None:
        self.executor, self.rules, self.clock = executor, rules, clock
        self.not_done: list[str] = []
        """What could not be done since an account could not be reached, each in a sentence."""
        self.before = frozenset(action.plan.action_id for action in executor.actions())

    @property
    def begun(self) -> int:
        """How many actions were begun in this sweep that count for its limit."""
        new = [action for action in self.executor.actions() if action.plan.action_id not in self.before]
        return sum(action.counts and not (action.is_renewal or action.is_asked) for action in new)

    def act(self, decisions: Sequence[Decision], terms: Terms) -> set[str]:
        """Carry out what waits for nothing; ids of the accounts that it did not come to. An account that cannot be
        reached costs that one; several in a row are the server's doing."""
        waiting = [d for d in decisions if d.step not in (None, Step.REPORT) and not d.limit]
        left = {decision.account.id for decision in waiting}
        row = Row()
        for decision in waiting:
            self.clock.check()
            try:
                self.act_on(decision, terms)
            except Unreachable as fault:
                self.not_done.append(f"nothing could be done about {decision.account.handle} yet: {fault}")
                if row.miss():
                    break
            else:
                row.reach()
                left.discard(decision.account.id)
        return left

    def act_on(self, decision: Decision, terms: Terms) -> None:
        """Carry out one decision, where nothing is in force on its account."""
        if begins_nothing(decision, self.executor.actions()):
            return
        event = self.executor.carry_out(decision, terms)
        if event is Event.FAILED:
            self.fall_back(decision, terms)
        elif event is Event.DONE:
            self.end_stand_ins(decision)

    def fall_back(self, decision: Decision, terms: Terms) -> None:
        """A step that the server or the account refuses is tried again at later sweeps. Meanwhile the step of the
        next rule that fires and asks for less, if there is one: never a harsher one."""
        standing_in = in_force_on(self.executor.actions(), decision.account.id)
        milder = None if standing_in or decision.step is None else self.milder(decision, decision.step)
        if milder is None:
            return
        verdict = replace(decision.verdict, rule=milder.name, step=milder.then, duration=milder.duration)
        until = self.clock.now() + milder.duration if milder.duration else None
        instead = replace(terms, reason=f"{INSTEAD}the {decision.step} did not take")
        self.executor.carry_out(replace(decision, verdict=verdict, step=milder.then, until=until), instead)

    def milder(self, decision: Decision, step: Step) -> Rule | None:
        """The first rule that fires, acts, and asks for less than the step."""
        firing = {reading.rule for reading in decision.verdict.rules if reading.fires}
        acting = [rule for rule in self.rules if rule.name in firing and rule.mode is Mode.ACT]
        return next((rule for rule in acting if 0 < rule.then.severity < step.severity), None)

    def end_stand_ins(self, decision: Decision) -> None:
        """Take back what only stood in for a step that took at last."""
        for action in in_force_on(self.executor.actions(), decision.account.id):
            if stands_in_for(action, decision.step):
                self.executor.take_back(action, Event.EXPIRED, f"the {decision.step} that was wanted took")
