"""One past, held against one pair of configs after the other.

Most accounts are found by no rule: nothing ever becomes of them, so they are told apart by their readings alone and not
followed from judging to judging. Whom only the other config of a pair may find is followed apart from all others.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property

from bot.config import Config
from bot.model import Event, Judging
from bot.tuning.heard import Heard
from bot.tuning.measured import Measured
from bot.tuning.outcomes import Outcome, Replay
from bot.tuning.record import Record
from bot.tuning.replay import replay
from bot.tuning.rulings import Rulings

CONFIGS = 2
"""Of so many configs the last replay is kept: of one that stays, and of one that is edited."""


@dataclass(frozen=True)
class Pair:
    """What came of the past under two configs."""

    before: Replay
    after: Replay
    others: int = 0
    """How many accounts were judged beside those that are told of: no rule of either finds them."""


class Trial:
    """What is recorded of one profile since some time, and what was made of it."""

    def __init__(self, record: Record, since: datetime, measured: Measured) -> None:
        self.record, self.since, self.measured = record, since, measured
        self._rulings = Rulings(measured, self._looks)
        self._done: dict[tuple[str, frozenset[str], int], Replay] = {}

    def held(self, old: Config, new: Config, heard: Heard | None = None, told: Collection[str] = ()) -> Pair:
        """The past under both. Everybody in `told` is told of, found or not."""
        loud = heard.times if heard else ()
        one, other = (
            frozenset({*self.measured.may_be_found(self._looks, config), *self._written_of, *loud})
            for config in (old, new)
        )
        followed = frozenset({*one, *other, *told})
        before, after = (self._replayed(old, one, followed, heard), self._replayed(new, other, followed, heard))
        return Pair(before, after, len(self._judged - followed))

    def _replayed(self, config: Config, found: frozenset[str], followed: frozenset[str], heard: Heard | None) -> Replay:
        """The past of these accounts under one config, of which it may find some. The others have no part in what
        becomes of these, nor these in what becomes of the others."""
        key = (config.fingerprint, found, id(heard))
        if key not in self._done:
            while len(self._done) >= CONFIGS:
                del self._done[next(iter(self._done))]
            self._done[key] = self._replay(config, found, heard)
        done = self._done[key] = self._done.pop(key)  # the last one asked for goes last
        if followed == found:
            return done
        others = self._replay(config, followed - found, None)

        def tell(account: str) -> Outcome:
            return (others if account in others.fates else done).tell(account)

        return replace(done, fates={**done.fates, **others.fates}, tell=tell)

    def _replay(self, config: Config, accounts: frozenset[str], heard: Heard | None) -> Replay:
        return replay(self.record.of(accounts), self.since, config, self.measured, heard, self._rulings)

    @cached_property
    def _looks(self) -> tuple[Judging, ...]:
        return tuple(self.record.looks)

    @cached_property
    def _written_of(self) -> frozenset[str]:
        """Ids of the accounts of which the ledger tells that a rule found them, or that something was done, and of
        those that brought more than a quota."""
        told = {entry.account.id for _, entry in self.record.entries if entry.rule or entry.event is not Event.JUDGED}
        return frozenset({*told, *(basis.account for one in self.record.judgings if one.day for basis in one.bases)})

    @cached_property
    def _judged(self) -> frozenset[str]:
        """Ids of the accounts that were judged in this time by feeds that are remembered."""
        return frozenset(self._remembered())

    def _remembered(self) -> Iterator[str]:
        last = {basis.account: basis for one in self._looks if one.at >= self.since for basis in one.bases}
        return (account for account, basis in last.items() if self.measured.remembers(basis))
