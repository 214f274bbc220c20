"""What is recorded of one profile, read from the store once for any number of configs."""

import gc
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cached_property

from bot.config import Config, Profile
from bot.errors import UserError
from bot.judging import hints, quota
from bot.model import EPOCH, Account, History, Judgement, Lexicon, Opinion, Post
from bot.store import FeedbackKind, Store
from bot.tuning.days import quota_difference
from bot.tuning.difference import Difference, Timeline, difference
from bot.tuning.heard import Heard
from bot.tuning.measured import Measured
from bot.tuning.record import Record
from bot.tuning.trial import Trial

DAY = timedelta(days=1)


class _Items:
    """The posts of one profile, those of an account read when it is asked for."""

    def __init__(self, profile: str, store: Store, until: datetime) -> None:
        self.profile, self.store, self.until = profile, store, until
        self._of: dict[str, list[tuple[datetime, Post]]] = {}

    def of(self, account: str) -> Sequence[tuple[datetime, Post]]:
        if account not in self._of:
            self._of[account] = self.store.items_of(self.profile, account, EPOCH, self.until)
        return self._of[account]

    def total(self, since: datetime, until: datetime) -> int:
        return self.store.total_then(self.profile, since, until)


class Past:
    """The judgings of one profile, so many days back from the last of them, and what the timeline brought in as many
    days, be it before the first judging. Accounts never looked at count that brought `least_posts` to the timeline.
    Raises UserError where there are no judgings."""

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
        self.began = self.until - back
        self.since = max(self.began, first)
        self.measured = Measured(profile.name, profile.platform, store.past_feeds(profile.name))
        self.trial = Trial(self.record, self.since, self.measured)
        counts = store.timeline_counts(profile.name, self.began, self.until)
        self.timeline = Timeline(self.since, self.until, counts, short=first > self.began)
        self._loud: dict[tuple[int, datetime], Heard] = {}
        """By the smallest quota and the time from which every post is kept, what was read."""
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
            pair = self.trial.held(old, new, self._heard_of(old, new), self.judgements)
        finally:
            gc.enable()
        quotas = quota_difference(pair, (old.rules, new.rules), self.timeline.share, self.judgements)
        return difference(pair, self.timeline, self.judgements, self._unread(old, new), quotas)

    def _heard_of(self, old: Config, new: Config) -> Heard | None:
        """What the quotas of two configs count; None where neither has any."""
        least = quota.least([*old.rules, *new.rules])
        if least is None:
            return None
        whole = max(self.until - min(old.window, new.window), self.since - 2 * DAY)
        if (least, whole) not in self._loud:
            self._loud[least, whole] = self._read_loud(least, whole)
        return self._loud[least, whole]

    def _read_loud(self, least: int, whole: datetime) -> Heard:
        name, store = self.profile.name, self.store
        times = store.loud(name, whole, self.until, least)
        times.pop(store.noted(f"owner id:{name}") or "", None)

        def since(kind: FeedbackKind) -> dict[str, datetime]:
            return {account: word.at for account, word in store.feedback(name, kind).items()}

        return Heard(
            since=whole,
            times=times,
            accounts=store.accounts(name, times),
            items=_Items(name, store, self.until),
            platform=self.profile.platform,
            kept=since("keep"),
            vetoed=since("veto"),
        )

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
        return tuple(self.store.histories(name, self.profile.platform, self.began, self.until, Lexicon(), of=others))
