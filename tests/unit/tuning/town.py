"""Weeks of a town swept by the real program, with faults and the owner's hand, and its past as a replay takes it up."""

import random
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from bot.config import Config, as_written, fingerprint, written
from bot.judging.rules import Bounds, Rule
from bot.model import EPOCH, Entry, Event, Step
from bot.platforms.base import PlatformError
from bot.service.word import keep
from bot.tuning.measured import Measured
from bot.tuning.outcomes import Replay
from bot.tuning.record import Record
from bot.tuning.replay import replay
from tests.unit.service.town import DAY, HOUR, LIMITS, MUTE, OWNER, Town

LIST = Rule("chatty", {"link_share": Bounds(at_least=0.5)}, Step.LIST, duration=5 * DAY)


class Weeks(Town):
    """Eight droppers, of which some begin to talk, some are kept, some cannot be reached; swept twice a day."""

    def __init__(self, folder: Path, seed: int, *, dry: bool = False, keep: tuple[str, ...] = ()) -> None:
        super().__init__(folder, 8)
        self.chance = random.Random(seed)
        limits = replace(
            LIMITS, per_sweep=3, per_day=4, followed_share_per_week=0.5, confirm_after=DAY, newly_followed=2 * DAY
        )
        self.use(replace(self.config, rules=(MUTE, LIST), limits=limits, dry_run=dry))
        self.use(replace(self.config, trust=replace(self.config.trust, keep=keep)))

    def use(self, config: Config) -> None:
        """Judge by this from now on."""
        self.config = replace(config, fingerprint=fingerprint(config))

    def go_on(self, days: int) -> None:
        """Live for so many days, in which anything may happen."""
        for _ in range(2 * days):
            for handle in self.droppers:
                for _ in range(self.chance.randint(0, 4)):
                    self.post(handle, links=self.chance.random() < 0.9)
            self.clock.wait(12 * 3600)
            self.something_happens()
            with suppress(PlatformError):
                self.sweep()

    def something_happens(self) -> None:
        handle, asked = self.chance.choice(self.droppers), self.chance.choice(["posts_by", "standing", "act", "undo"])
        account, owner = self.network.account(handle), self.network.account(OWNER)
        self.break_on(asked, *([handle] if self.chance.random() < 0.4 else []))
        if self.chance.random() < 0.06:
            keep("home", account, "a friend", self.store, self.clock.now())
        if self.chance.random() < 0.1 and self.network.muted(owner.id, account.id):
            self.network.unmute(OWNER, handle)
        if self.chance.random() < 0.05:
            self.network.follow(handle, OWNER)

    def record(self) -> Record:
        return Record(self.store.judgings("home"), self.store.numbered_entries("home"))

    def measured(self) -> Measured:
        return Measured("home", "memory", self.store.past_feeds("home"))

    def replayed(self, config: Config | None = None, back: timedelta | None = None) -> Replay:
        since = self.clock.now() - back if back else EPOCH
        return replay(self.record(), since, config or self.config, self.measured())

    def decided(self) -> list[Entry]:
        return [entry for _, entry in self.record().entries if entry.event is Event.JUDGED]

    def with_rules(self, *rules: Rule) -> Config:
        config = replace(self.config, rules=rules)
        return replace(config, fingerprint=fingerprint(config))


def same(config: Config) -> Config:
    """The config as it is remembered."""
    return as_written(written(config), config)


__all__ = ["DAY", "HOUR", "LIST", "MUTE", "Weeks", "same"]
