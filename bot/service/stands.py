"""How the owner stands to accounts, in one sweep: as it was told lately, and afresh before anything is done.

A sweep decides twice where it has to. First by what was told within a day: whom that protects, or whose action waits,
is not asked about. Whoever something would be done to is, and decided about again, so that no action rests on an old
answer.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta

from bot.actions.asking import standing_of
from bot.actions.executor import Executor
from bot.actions.lifecycle import in_force_on
from bot.clock import Clock
from bot.config import Config
from bot.judging import trust
from bot.model import Account, Decision, Standing
from bot.platforms.base import Platform, Unreachable
from bot.service import kept, unread
from bot.service.dealings import LOOK_EVERY, Dealings, Kept
from bot.store import Store

LATELY = timedelta(days=1)
"""What the platform told of follows, mutes and lists within so long will do where nothing is done."""
Fresh = Mapping[str, Standing | None]
"""By account id: how the owner stands to those asked about anew for one decision, None where that could not be told."""


class Stands:
    """How the owner of one profile stands to accounts, during one sweep."""

    def __init__(
        self, profile: str, platform: Platform, store: Store, config: Config, clock: Clock, live: Executor
    ) -> None:
        self.profile, self.platform, self.store, self.config, self.clock = profile, platform, store, config, clock
        self.live = live
        """Knows what was really done, in dry run as well."""
        self.dealings = Dealings(platform, Kept(profile, store), config.trust, clock)
        self.unread: dict[str, None] = {}
        """What could not be read of how the owner stands to accounts, each in a sentence, in the order of asking."""
        self.untold: dict[str, Unreachable] = {}
        """By account id: why it could not be told how the owner stands to it, where that concerns the one account."""

    def settled(self, decide: Callable[[Fresh], list[Decision]], acts: Callable[[Decision], bool]) -> list[Decision]:
        """The decisions, made again until everybody was asked about afresh on whom one of them `acts`: who turns out to
        be protected may leave room for somebody else."""
        fresh: dict[str, Standing | None] = {}
        while True:
            decisions = decide(fresh)
            asked = [one.account for one in decisions if acts(one) and one.account.id not in fresh]
            if not asked:
                return decisions
            fresh |= self.afresh(asked)

    def afresh(self, accounts: Sequence[Account]) -> dict[str, Standing | None]:
        """How the owner stands to the accounts this moment, None where that cannot be told; and what they did until
        now is known when this returns."""
        self.dealings.look()
        told = self._asked(accounts, timedelta(0))
        return {account.id: told.get(account.id) for account in accounts}

    def circumstances(self, accounts: Sequence[Account], fresh: Fresh) -> trust.Circumstances:
        """How the owner stands to accounts apart from our own actions, and their word: by the `fresh` answers, and by
        what was told lately on everybody else."""
        asked: dict[str, Standing] = {one: how for one, how in fresh.items() if how is not None}
        if accounts:
            self.dealings.look(LOOK_EVERY)
            asked |= self._asked([one for one in accounts if one.id not in fresh], LATELY)
            asked = self.dealings.joined(asked)
        unread.remember(self.profile, self.store, asked, self.clock.now())
        done = self.live.actions()
        stands = {one: trust.without_our_actions(how, in_force_on(done, one)) for one, how in asked.items()}
        known = kept.circumstances(self.profile, self.store, self.config, stands)
        holding = [one for how in asked.values() for one in how.unread if known.holds(one, self.config.trust)]
        self.unread.update(dict.fromkeys(one.sentence for one in holding))
        return known

    def _asked(self, accounts: Sequence[Account], within: timedelta) -> dict[str, Standing]:
        """What is told of these accounts, and kept of which nothing could be."""
        told, faults = standing_of(self.platform, accounts, deciding=True, within=within)
        for account in accounts:
            self.untold.pop(account.id, None)
            if fault := faults.get(account.id):
                self.untold[account.id] = fault
                self.unread[f"how you stand to {account.handle} could not be read: {fault}"] = None
        return told
