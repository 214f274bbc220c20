"""What is recorded of one profile, read from the store once for any number of configs."""

import gc
from dataclasses import replace
from datetime import timedelta
from functools import cached_property

from bot.config import Config, Profile
from bot.errors import UserError
from bot.judging import hints
from bot.model import Account, History, Judgement, Lexicon, Opinion
from bot.store import Store
from bot.tuning.difference import Difference, Timeline, difference
from bot.tuning.measured import Measured
from bot.tuning.record import Record
from bot.tuning.replay import replay


class Past:
    """The judgings of one profile, so many days back from the last of them. Accounts never looked at count that brought
    `least_posts` to the timeline. Raises UserError where there are no judgings."""

    def __init__(self, profile: Profile, store: Store, back: timedelta, least_posts: int) -> None:
        self.profile, self.store, self.least_posts = profile, store, least_posts
        self.record = Record(store.judgings(profile.name), store.numbered_entries(profile.name))
        if not self.record.judgings:
            raise UserError(
                f"nothing is recorded of “{profile.name}” in {store.url} yet. What is known at each judging is kept "
                "from now on: let `quietfeed run` work for some days, then try again"
            )
        self.until = self.record.judgings[-1].at
        first = min(judging.at for judging in self.record.judgings)
        self.since = max(self.until - back, first)
        self.measured = Measured(profile.name, profile.platform, store.past_feeds(profile.name))
        counts = store.timeline_counts(profile.name, self.since, self.until)
        self.timeline = Timeline(self.since, self.until, counts, short=first > self.until - back)
        self.judgements = {**self._kept(), **store.judgements(profile.name)}

    def _kept(self) -> dict[str, Judgement]:
        """Accounts that a name in the config keeps are fine."""
        of = {basis.account: basis for judging in self.record.judgings for basis in judging.bases}
        kept = [basis for basis in of.values() if basis.kept_as]
        return {
            basis.account: Judgement(Account(basis.account, basis.kept_as), Opinion.FINE, basis.read, "kept")
            for basis in kept
        }

    def held(self, old: Config, new: Config) -> Difference:
        """What the new config changes."""
        gc.disable()  # a replay makes much that stays and no circles: looking for them would double its time
        try:
            before = replay(self.record, self.since, old, self.measured)
            after = before if old is new else replay(self.record, self.since, new, self.measured)
        finally:
            gc.enable()
        return difference(before, after, self.timeline, self.judgements, self._unread(old, new))

    def _unread(self, old: Config, new: Config) -> int:
        """How many accounts only the new config would look at closer."""
        if old.rules == new.rules and old.lexicon == new.lexicon:
            return 0
        return len(self._suspects(new) - self._suspects(old))

    def _suspects(self, config: Config) -> set[str]:
        """Ids of the accounts never looked at that the timeline gives reason to look at."""
        heard = (replace(history, lexicon=config.lexicon) for history in self._heard)
        found = hints.suspects(heard, config.rules, self.least_posts, self.profile.name)
        return {account.id for account in found}

    @cached_property
    def _heard(self) -> tuple[History, ...]:
        """What the timeline showed of accounts whose own feeds were never read."""
        name, owner = self.profile.name, self.store.noted(f"owner id:{self.profile.name}")
        known = {*self.measured.feeds, *self.store.own_feed_times(name), owner}
        others = [one for one, many in self.timeline.counts.items() if many >= self.least_posts and one not in known]
        return tuple(
            self.store.histories(name, self.profile.platform, self.since, self.until, Lexicon(), authors=others)
        )
