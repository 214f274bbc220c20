"""The quotas of one config, held again at the end of each sweep gone by, with nothing counted but what was there then.

A mute hides the rest of a day: after one that was really done, nothing more of that day was counted, so that it is not
known how far beyond a higher quota the account would have come. Before sweeps kept when they held quotas, and where
posts of that day are forgotten, nothing is held again: what quotas did stands as it was.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.actions import limits
from bot.actions.lifecycle import RecordedAction, in_force_on
from bot.config import Config, measuring
from bot.judging import quota, rules, trust
from bot.model import Basis, Decision, Entry, History, Judging, Verdict
from bot.tuning.heard import Heard
from bot.tuning.measured import OF_THE_TIMELINE


@dataclass(frozen=True)
class Days:
    """The days on which quotas muted one account."""

    plans: Mapping[datetime, Entry] = field(default_factory=dict)
    """By the midnight that ended each."""
    really: bool = False
    """Whether one of these mutes was really done, so that the rest of its day was hidden."""
    asked: bool = True
    """Whether it was ever asked how the owner stands to the account."""
    asked_later: datetime | None = None
    """When that was first asked, where it was only after the first of these days."""


class Quotas:
    """Says whom the quotas of a config find at the end of a sweep."""

    def __init__(self, profile: str, config: Config, heard: Heard | None) -> None:
        self.profile, self.config, self.heard = profile, config, heard
        self.least, self.signals = quota.least(config.rules), quota.signals(config.rules)
        self.measured = measuring(config)

    def can_hold(self, judging: Judging) -> bool:
        """Whether all is known that the quotas count."""
        if self.least is None:
            return True
        return self.heard is not None and judging.day is not None and judging.day[0] >= self.heard.since

    def verdicts(self, judging: Judging, actions: Callable[[str], Sequence[RecordedAction]]) -> list[Verdict]:
        """What they say of those who brought too much by then and on whom nothing is in force, in their turn. `actions`
        are those of an account, by its id."""
        if self.least is None or self.heard is None or judging.day is None:
            return []
        told = {basis.account: basis for basis in judging.bases}
        counted = self.heard.brought(judging.day, judging.at, self.least)
        today = counted | {one: int(basis.readings[quota.POSTS_TODAY] or 0) for one, basis in told.items()}
        loud = [one for one, many in today.items() if many > self.least and not in_force_on(actions(one), one)]
        loud.sort(key=lambda one: quota.turn(one, today[one]))
        return [self._verdict(self.heard, one, today[one], told.get(one), judging) for one in loud]

    def _verdict(self, heard: Heard, account: str, today: int, told: Basis | None, judging: Judging) -> Verdict:
        share = not OF_THE_TIMELINE.isdisjoint(self.signals)
        history = heard.history(account, judging.at, self.config, share=share)
        if told is not None and told.rule is not None and told.protection != trust.MOVED:
            history = replace(history, account=replace(history.account, moved_to=None))  # it moved later
        known = heard.readings.setdefault((account, judging.at, self.measured), {})
        if told is not None and judging.measured == self.measured:
            known.update(told.readings)

        def reading(of: History, names: Iterable[str]) -> dict[str, float | None]:
            wanted = list(names)
            known.update(rules.read(of, [name for name in wanted if name not in known]))
            return {name: known[name] for name in wanted}

        return quota.judge(history, today, self.config.rules, self.profile, reading)

    def basis(self, account: str, judging: Judging, last: Basis | None) -> Basis:
        """What a decision on an account rests on that went beyond no quota then, with its `last` basis."""
        if found := next((basis for basis in judging.bases if basis.account == account), None):
            return found
        kept, vetoed = (self.heard.kept, self.heard.vetoed) if self.heard else ({}, {})

        def said(word: Mapping[str, datetime]) -> bool:
            return account in word and word[account] <= judging.at

        called = last.kept_as if last else ""
        return Basis(account, judging.at, kept=said(kept), kept_as=called, vetoed=said(vetoed))

    def decided(
        self, verdicts: Sequence[Verdict], known: trust.Circumstances, past: limits.Past, judging: Judging
    ) -> list[Decision]:
        """The decisions, as a sweep makes them: until the owner's midnight, where no protection and no limit stands."""
        decisions = trust.decide(verdicts, known, self.config.trust, judging.at)
        if judging.day is not None:
            decisions = [quota.until_midnight(decision, judging.day[1]) for decision in decisions]
        planned = limits.plan_until_midnight(decisions, past, self.config.limits, judging.at)
        return limits.paused(planned, judging.paused)
