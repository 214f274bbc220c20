"""What an earlier store had done: found again by its marks, taken over, and the owner asked once about the rest."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Literal

from bot.actions.adoption import ended, is_over, known, take_over
from bot.actions.executor import Executor
from bot.actions.lifecycle import MARKED, NAMED, RecordedAction
from bot.actions.recorded import recorded_actions
from bot.config import Config
from bot.model import EPOCH, Entry
from bot.platforms.base import Platform, PlatformError, Quieted
from bot.store import Store

EVERY = timedelta(days=1)
"""How often it is looked for: a store may be restored at any time."""
AFTER_FAULT = timedelta(hours=1)
Question = Literal["", "open", "told", "answered"]
"""Whether the owner is asked about what carries no mark: `told` once a report did; `answered`, they never are again."""


@dataclass(frozen=True, slots=True)
class Look:
    """What is kept of the last look."""

    at: datetime = EPOCH
    others: int = 0
    """How much stands that is neither marked nor in the ledger."""
    question: Question = ""

    def is_over(self, now: datetime) -> bool:
        """Whether it is time for another one; a look that lies ahead was a wrong clock's."""
        return not self.at <= now < self.at + EVERY

    def outlived(self, found: Quieted) -> bool:
        """Whether the time that the mark tells was up when this look was taken: had it been an action of ours still,
        the look would have met it. The ledger may have forgotten it since."""
        return found.until is not None and found.until <= self.at


def last_look(profile: str, store: Store) -> Look:
    """What the last look came to."""
    return store.noted_as(f"found:{profile}", _read) or Look()


def _read(noted: str) -> Look:
    told = json.loads(noted)
    return Look(datetime.fromisoformat(told["at"]).astimezone(UTC), int(told["others"]), told["question"])


def keep(look: Look, profile: str, store: Store) -> None:
    """Keep what a look came to."""
    noted = {"at": look.at.isoformat(), "others": look.others, "question": look.question}
    store.note(f"found:{profile}", json.dumps(noted))


def look_around(executor: Executor, config: Config, *, dry: bool) -> None:
    """Once a day, see what stands on accounts, and take over what carries a mark and is not in the ledger.

    It is taken over in the ledger alone. An action in force whose mark is missing is marked, except in dry run. A fault
    of the platform costs this look, which comes again in an hour.
    """
    profile, store, clock = executor.profile, executor.store, executor.clock
    before = last_look(profile, store)
    if not before.is_over(clock.now()):
        return
    at = clock.now()
    looking = _Looking(executor, config, replace(before, at=min(before.at, at)), dry=dry)
    try:
        for found in executor.platform.quieted(config.list_title):
            clock.check()
            looking.settle(found)
    except PlatformError:
        at -= EVERY - AFTER_FAULT
    question = before.question or _asks(looking.taken, looking.others)
    keep(Look(at, looking.others, question), profile, store)


def _asks(taken: int, others: int) -> Question:
    """Where something of an earlier store was found, more of it may stand unmarked."""
    return "" if not taken else "open" if others else "answered"


class _Looking:
    """One look: what is known, and what was met so far."""

    def __init__(self, executor: Executor, config: Config, before: Look, *, dry: bool) -> None:
        self.executor, self.config, self.before, self.dry = executor, config, before, dry
        self.actions = _by_account(executor.actions())
        self.vetoed = executor.store.feedback(executor.profile, "veto")
        self.taken = self.others = 0

    def settle(self, found: Quieted) -> None:
        """See to one of those met."""
        actions = self.actions[found.account.id]
        action = known(found, actions)
        if action is not None:
            if action.in_force and not (found.ours or self.dry):
                self.executor.mark(action)
        elif found.ours and not self.is_over(found, actions) and found.account.id not in self.vetoed:
            executor = self.executor
            take_over(found, MARKED, executor.profile, self.config.fingerprint, executor.store, executor.clock.now())
            self.taken += 1
        else:
            self.others += 1
            over = ended(found, actions)
            if over and not self.dry:
                self.executor.unmark(over[-1])  # its mark may have outlived it

    def is_over(self, found: Quieted, actions: Sequence[RecordedAction]) -> bool:
        """Whether the mark outlived its action, by the ledger or by the look before."""
        return is_over(found, actions) or self.before.outlived(found)


def _by_account(actions: Iterable[RecordedAction]) -> defaultdict[str, list[RecordedAction]]:
    found: defaultdict[str, list[RecordedAction]] = defaultdict(list)
    for action in actions:
        found[action.account.id].append(action)
    return found


def unknown(profile: str, platform: Platform, store: Store, config: Config) -> Iterator[Quieted]:
    """What stands on accounts and is not in the ledger, page by page."""
    actions = _by_account(recorded_actions(store, profile, dry=False))
    for found in platform.quieted(config.list_title):
        if known(found, actions[found.account.id]) is None:
            yield found


def adopt(found: Quieted, profile: str, store: Store, config: Config, now: datetime) -> Entry:
    """Take over what the owner said was quietfeed's; the plan of it."""
    return take_over(found, NAMED, profile, config.fingerprint, store, now)


def answered(profile: str, store: Store) -> None:
    """The owner has said what of the rest is quietfeed's: they are not asked again."""
    keep(replace(last_look(profile, store), question="answered"), profile, store)


def told(profile: str, store: Store) -> None:
    """A report has asked the owner."""
    look = last_look(profile, store)
    if look.question == "open":
        keep(replace(look, question="told"), profile, store)


def question(profile: str, store: Store, *, again: bool) -> str:
    """What the owner is asked, in a sentence; empty where nothing is to be asked, or was (unless `again`)."""
    look = last_look(profile, store)
    if not look.others or look.question not in (("open", "told") if again else ("open",)):
        return ""
    stand = "1 other stands" if look.others == 1 else f"{look.others:,} others stand"
    return (
        f"actions of an earlier quietfeed were found again by their marks; {stand} unmarked on your account: "
        "`quietfeed adopt` shows them and takes over what you name, `quietfeed adopt --none` says that they are yours"
    )
