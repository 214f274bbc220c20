"""One command of the owner's, obeyed: what was done, in a sentence, and nothing twice where a crash came between."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.actions.dry_run import DryRunExecutor
from bot.actions.executor import Executor
from bot.actions.lifecycle import UNDID, RecordedAction
from bot.clock import Clock
from bot.config import Config, Profile
from bot.errors import UserError
from bot.model import Account, Event, Step
from bot.platforms.base import LoginNeeded, PlatformError
from bot.report import replies
from bot.report.sentences import capital
from bot.service import pausing, whom, word
from bot.service.commands import Command, Part, Unclear, Verb
from bot.service.daily import local_zone
from bot.store import Store, StoredReport

LEAST = timedelta(hours=1)
"""How long something lasts at least that was asked for long before it could be done."""
STEPS = {Verb.MUTE: Step.MUTE, Verb.LIST: Step.LIST}


class UnknownAccount(UserError):
    """A number or a name in a command that no account bears."""


def numbered(report: StoredReport | None) -> tuple[Account, ...]:
    """The accounts of a report by their numbers, number 1 first; none where it has no numbers, or is not there."""
    try:
        rows = json.loads(report.data).get("numbered", []) if report else []
        return tuple(Account(str(row["id"]), str(row["handle"])) for row in rows)
    except (ValueError, TypeError, KeyError, AttributeError):
        return ()


@dataclass(frozen=True)
class Obedience:
    """What commands are carried out by: those of one answer, first read `at`, to the report with these numbers."""

    profile: Profile
    store: Store
    config: Config
    clock: Clock
    live: Executor
    executor: Executor | DryRunExecutor
    """What new actions are done by; in dry run `live` still takes back what was really done."""
    find: Callable[[str], Account]
    """The platform's."""
    numbers: Sequence[Account]
    at: datetime

    def obey(self, part: Part) -> str:
        """Do what is asked; the sentences that tell it. Raises PlatformError, and LoginNeeded, where the network fails;
        then it may be obeyed again, and is not done twice."""
        if isinstance(part, Unclear):
            return replies.unclear(part.said, part.meant, part.waits)
        try:
            accounts = [self._account(target) for target in part.whom]
        except (PlatformError, LoginNeeded):
            raise
        except UserError as unknown:
            return capital(str(unknown))
        if not accounts:
            return self._without_account(part)
        do = {Verb.KEEP: self._keep, Verb.UNKEEP: self._unkeep, Verb.UNDO: self._undo, Verb.WHY: self._why}.get(
            part.verb, self._quiet
        )
        return "\n".join(do(part, account, again) for account, again in accounts)

    def _account(self, target: int | str) -> tuple[Account, str]:
        """The account that is meant, and how it is named in the next command."""
        if isinstance(target, str):
            found = whom.anywhere(target, self.profile, self.store, self.find)
            return found, found.handle
        if not 0 < target <= len(self.numbers):
            raise UnknownAccount(replies.no_number(target, len(self.numbers)))
        told = self.numbers[target - 1]
        return self.store.accounts(self.profile.name, [told.id]).get(told.id, told), str(target)

    def _without_account(self, command: Command) -> str:
        name, zone, began = self.profile.name, local_zone(self.config), min(self.at, self.clock.now())
        if command.verb is Verb.PAUSE:
            return replies.paused(pausing.begin(name, self.store, began, command.span), zone)
        if command.verb is Verb.RESUME:
            return replies.resumed(pausing.end(name, self.store, self.clock.now()))
        return replies.HELP

    def _keep(self, _: Command, account: Account, again: str) -> str:
        word.keep(self.profile.name, account, "you answered so", self.store, self.clock.now())
        return replies.kept(account, again)

    def _unkeep(self, _: Command, account: Account, __: str) -> str:
        dropped = word.unkeep(self.profile.name, account, self.store, self.config)
        return replies.unkept(account, dropped.was_protected, dropped.by_config)

    def _why(self, _: Command, account: Account, __: str) -> str:
        return replies.why(account, self.store.latest_judged(self.profile.name).get(account.id))

    def _quiet(self, command: Command, account: Account, again: str) -> str:
        step, now = STEPS[command.verb], self.clock.now()
        end = max(min(self.at, now) + (command.span or word.USUALLY), now + LEAST)
        outcome = word.ask(self.executor, account, step, end, self.config, since=self.at)
        told = outcome.action.until if outcome.action and outcome.action.until else end
        return replies.asked(account, step, outcome.event, told, outcome.why, local_zone(self.config), again)

    def _undo(self, _: Command, account: Account, __: str) -> str:
        executors = [self.live] if self.executor is self.live else [self.live, self.executor]
        undone: list[Step] = []
        left = False
        for executor in executors:
            undone += [action.step for action in executor.actions() if self._is_undone(action, account)]
            for step, event in word.undo_on(executor, account):
                left |= event is Event.LIFTING
                undone.append(step)
        return replies.undone(account, list(dict.fromkeys(undone)), left)

    def _is_undone(self, action: RecordedAction, account: Account) -> bool:
        """Whether this very command has taken it back before a crash."""
        ended = action.last.event is Event.UNDONE and action.last.reason == UNDID
        return ended and action.account.id == account.id and action.last.at >= self.at
