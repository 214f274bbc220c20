"""One round: poll, judge, decide, act, record. The only place where the core meets the world."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

from bot.actions import expiry, limits
from bot.actions.asking import Row
from bot.actions.dry_run import DryRunExecutor
from bot.actions.entries import JUDGE_AGAIN, Terms
from bot.actions.executor import Executor
from bot.actions.lifecycle import QUOTA
from bot.actions.recorded import recorded_actions
from bot.clock import Clock
from bot.config import Config
from bot.errors import Stopped, UserError
from bot.judging import hints
from bot.judging.rules import applying
from bot.model import EPOCH, STOPPED, Account, Entry, Event, SweepRecord
from bot.platforms.base import AccountGone, Feed, Gap, Page, Platform, PlatformError, RateLimited, told
from bot.platforms.dry import Dry
from bot.platforms.reading import Reading
from bot.service import feeds, finding, good_links, kept, pausing, quotas, rule_changes, used
from bot.service.acting import Acting
from bot.service.answering import Ears
from bot.service.dealings import LOOK_EVERY
from bot.service.decider import Decider
from bot.service.mode import is_dry, last_reported, note_login
from bot.service.waiting import Waiting
from bot.store import Store


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a sweep is, for whoever watches: `done` of `total` (None: not known) in a `stage`."""

    stage: str
    done: int
    total: int | None = None


Watch = Callable[[Progress], None]


TRY_AGAIN, IN_TIME = timedelta(minutes=30), timedelta(hours=3)
"""What had run out and could not be ended calls for a sweep so long after the last one, until it is so late; from then
on it waits for the sweeps in their turn."""


def next_end(profile: str, store: Store, swept: datetime = EPOCH) -> datetime | None:
    """When an end calls for a sweep: the next to come, or one that the sweep at `swept` could not bring about."""
    actions = recorded_actions(store, profile, dry=False)
    ends = [a.until for a in actions if a.until and (a.in_force or a.last.event is Event.LIFTING)]
    return min((end if end > swept else swept + TRY_AGAIN for end in ends if end > swept - IN_TIME), default=None)


@dataclass(frozen=True)
class Outcome:
    """What a sweep came to."""

    record: SweepRecord
    judged: tuple[Entry, ...]
    """The newest decision on every account judged so far, decided in this sweep or before."""
    fresh: frozenset[str]
    """Ids of the accounts that were judged in this very sweep."""
    over_quota: tuple[Entry, ...] = ()
    """Plans of this sweep that only last until the owner's midnight."""


def sweep(
    profile: str, platform: Platform, store: Store, config: Config, clock: Clock, watch: Watch = lambda _: None
) -> Outcome:
    """Run one round for one profile; what it polled and decided is in the store when it returns.

    A fault ends the round: it is recorded with what was found until then, and raised.
    """
    with store.snapshot():
        return _Sweep(profile, platform, store, config, clock, watch).run()


class _Sweep:
    """The state of one round."""

    def __init__(
        self, profile: str, platform: Platform, store: Store, config: Config, clock: Clock, watch: Watch
    ) -> None:
        self.profile, self.store, self.config, self.clock, self.watch = profile, store, config, clock, watch
        self.record = SweepRecord(profile, clock.now())
        self.number: int
        """By what the store knows the round, once it has begun."""
        self.used_before = platform.usage()
        self.waiting = Waiting(profile, store, clock)
        self.carried = frozenset(one for one in self.waiting.to_judge if not self.waiting.is_pausing(one))
        """Ids of accounts that an earlier sweep did not come to judge, or to act on."""
        self.live = Executor(profile, platform, store, clock)
        """For what was really done before: it is watched, and ends on time, in dry run as well."""
        note_login(profile, store, isinstance(platform, Reading))
        self.dry = is_dry(profile, store, config, clock.now())
        self.executor = DryRunExecutor(profile, store, clock) if self.dry else self.live
        self.platform = Dry(platform) if self.dry else platform
        self.decider = Decider(profile, self.platform, store, config, clock, self.live, self.executor)
        self.acting = Acting(self.executor, applying(config.rules, profile, platform.name), clock)

    def run(self) -> Outcome:
        self.number = self.store.begin_sweep(self.record)
        try:
            rule_changes.begin(self.profile, self.store, self.config)
            self.meet_owner()
            self.live.recover()
            self.live.watch()
            finding.look_around(self.live, self.config, dry=self.dry)
            self.hear()
            pausing.in_bounds(self.profile, self.store, self.clock.now())
            self.end_what_ran_out()
            self.poll()
            self.decider.stands.dealings.look(
                LOOK_EVERY, lambda pages: self.watch(Progress("reading what you did", pages))
            )
            met = [entry.account for entry in self.decider.newest.values()]
            kept.remember_names(self.profile, self.store, self.config.trust.keep, met)
            fresh = self.read_own_feeds(self.suspects())
            self.decide_and_act(self.due(fresh))
            self.hold_to_quotas()
            self.end_the_spared()
            rule_changes.end(self.profile, self.store, self.decider.newest, waiting=bool(self.waiting.to_read))
            self.look_for_good_links()
            self.decider.remember_usual_counts()
            oldest = self.clock.now() - timedelta(days=self.config.report.keep_days)
            self.store.prune(self.profile, self.since(), oldest, self.clock.now())
        except (UserError, Stopped) as fault:
            self.record = replace(self.record, error=told(fault, self.profile) or STOPPED)
            raise
        finally:
            self.record = self.counted()
            self.store.end_sweep(self.number, self.record)
        judged = tuple(self.decider.newest.values())
        return Outcome(self.record, judged, frozenset(fresh), self.silenced())

    def silenced(self) -> tuple[Entry, ...]:
        """The plans of this sweep under a quota."""
        plans = [action.plan for action in self.executor.actions() if action.until_midnight]
        return tuple(plan for plan in plans if plan.at >= self.record.started)

    def meet_owner(self) -> None:
        """Keep who the owner is, for the reports and so that nobody is judged for the owner's posts; asked once."""
        if not self.store.noted(f"owner:{self.profile}"):
            owner = self.platform.owner()
            self.store.note(f"owner:{self.profile}", owner.handle)
            self.store.note(f"owner id:{self.profile}", owner.id)
            self.store.note(f"installed:{self.profile}", self.clock.now().isoformat())

    def since(self) -> datetime:
        return self.clock.now() - self.config.window

    def hear(self) -> None:
        """Obey what the owner answered to a report, before anything else is decided."""
        profile = next((one for one in self.config.profiles if one.name == self.profile), None)
        if profile is not None:
            ears = Ears(profile, self.platform, self.store, self.config, self.clock, self.live, self.executor)
            for sentence in ears.hear():
                self.not_read(sentence)

    def poll(self) -> None:
        """Store everything new on the timeline, page by page."""
        for page in self.platform.timeline(self.store.cursor(self.profile)):
            self.waiting.add(read=(post.author for post in page.posts))
            with_page = partial(_with_page, self.record, page)
            new = self.store.remember(self.profile, page, self.clock.now(), (self.number, with_page))
            self.record = with_page(new)
            self.watch(Progress("reading the timeline", self.record.posts))
            self.clock.check()

    def suspects(self) -> list[Account]:
        """Accounts that the timeline gives reason to look at, loudest first: of those heard since a sweep last came to
        look, or of everybody where the rules are new."""
        known = self.store.noted(f"rules:{self.profile}") == self.config.fingerprint
        histories = self.store.histories(
            self.profile,
            self.platform.name,
            self.since(),
            self.clock.now(),
            self.config.lexicon,
            of=self.waiting.to_read if known else None,
        )
        found = hints.suspects(histories, self.config.rules, self.config.own_feed.least_posts, self.profile)
        self.waiting.settle(read=(account.id for account in found))
        self.store.note(f"rules:{self.profile}", self.config.fingerprint)
        used.remember(self.profile, self.store, self.config, self.clock.now())
        self.record = replace(self.record, suspects=len(found))
        return found

    def read_own_feeds(self, suspects: Sequence[Account]) -> set[str]:
        """Read the own feeds that are missing or stale, within the sweep's allowance; ids of those fetched. The others
        wait for the next sweep. One that cannot be read costs that one; several in a row are the server's doing."""
        stale = self.stale(suspects)
        wanted = [one for one in stale if not self.waiting.is_pausing(one.id)][: self.config.own_feed.per_sweep]
        self.waiting.add(judge=(account.id for account in wanted))
        fetched: set[str] = set()
        row = Row()
        for number, account in enumerate(wanted, 1):
            self.clock.check()
            self.watch(Progress("reading own feeds", number, len(wanted)))
            if self.read_own_feed(account):
                fetched.add(account.id)
                row.reach()
            elif row.miss():
                break
        self.waiting.settle(read=(account.id for account in stale if account.id not in fetched))
        self.record = replace(self.record, own_feeds=len(fetched))
        return fetched

    def read_own_feed(self, account: Account) -> bool:
        """Read and keep one own feed; False, and it is told, where that cannot be done."""
        try:
            feed = feeds.read(self.platform, account, self.since(), self.config)
        except AccountGone:
            feed = Feed(account, ())  # remembered as empty, so that it is not asked for at every sweep
        except RateLimited:
            raise
        except PlatformError as fault:
            self.waiting.miss(account.id)
            self.not_read(f"the own feed of {account.handle} could not be read: {fault}")
            return False
        self.waiting.reach(account.id)
        feeds.keep(self.store, self.profile, feed, self.clock.now(), self.config.lexicon)
        self.record = replace(self.record, unreadable=self.record.unreadable + feed.unreadable)
        if not feeds.is_whole(feed, self.config.own_feed.posts):
            self.not_read(f"the own feed of {account.handle} could not be read whole")
        return True

    def not_read(self, sentence: str) -> None:
        """Keep what could not be read of an account."""
        self.record = replace(self.record, unread=(*self.record.unread, sentence))

    def stale(self, suspects: Sequence[Account]) -> list[Account]:
        """Suspects never asked for first, then those with posts newer than an own feed that is too old: sooner where
        an action waits for its second look; and what a clock set back since dates ahead. Last of all those that could
        not be reached the last time."""
        read_at = self.store.own_feed_times(self.profile)
        newest = self.store.newest_posts(self.profile, [account.id for account in suspects])
        judged = self.decider.newest
        owner = self.store.noted(f"owner id:{self.profile}")
        now, own_feed, confirm_after = self.clock.now(), self.config.own_feed, self.config.limits.confirm_after

        def outdated(account: Account) -> bool:
            at, last = read_at[account.id], judged.get(account.id)
            lasts = min(own_feed.max_age, confirm_after) if last and last.limit else own_feed.max_age
            return at > now or (at + lasts <= now and newest.get(account.id, at) > at)

        unasked = [a for a in suspects if a.id not in read_at and a.id != owner]
        stale = unasked + [a for a in suspects if a.id in read_at and outdated(a)]
        return sorted(stale, key=lambda account: account.id in self.waiting.missed)

    def due(self, fresh: Iterable[str]) -> list[Account]:
        """Accounts to judge now: a fresh own feed, changed rules, another word of the owner's on them, a decision that
        has stood for a day, or one that an earlier sweep had no room for or did not come to."""
        limit = self.clock.now() - JUDGE_AGAIN
        again = {
            account
            for account, entry in self.decider.newest.items()
            if entry.fingerprint != self.config.fingerprint
            or entry.dry is not self.dry
            or (entry.rule and entry.at <= limit)
            or entry.limit == "sweep limit"
            or (entry.limit == limits.PAUSED and not self.paused)
        }
        again |= self.decider.word_changed() | self.carried
        return list(self.store.accounts(self.profile, again | set(fresh)).values())

    def decide_and_act(self, due: Sequence[Account]) -> None:
        """Judge these accounts and do what is decided; whom it does not come to, the next sweep takes up."""
        self.record = replace(self.record, judged=len(due))
        self.waiting.add(judge=(account.id for account in due))
        decisions = self.decider.decide(due, self.paused)
        left = self.acting.act(decisions, Terms(self.config.fingerprint, self.config.list_title))
        for account_id in self.decider.stands.untold:
            self.waiting.miss(account_id)
        pausing = {one for one in self.waiting.to_judge if self.waiting.is_pausing(one)}
        self.waiting.settle(judge=left | set(self.decider.stands.untold) | pausing)

    def hold_to_quotas(self) -> None:
        """Mute until midnight who brought too much today, as far as the rules left room."""
        sweep = quotas.Round(self.record.started, self.acting.begun, self.paused)
        decisions = quotas.decide(self.decider, self.clock.now(), sweep)
        self.acting.act(decisions, Terms(self.config.fingerprint, "", reason=QUOTA))

    @property
    def paused(self) -> datetime | None:
        """Until when the owner asked to pause, where they did."""
        return pausing.until(self.profile, self.store, self.clock.now())

    @property
    def executors(self) -> tuple[Executor | DryRunExecutor, ...]:
        """What was really done ends in dry run as well."""
        return (self.live, self.executor) if self.dry else (self.live,)

    def look_for_good_links(self) -> None:
        """See what those who are quieted, or would be in dry run, shared and others valued."""
        actions = [action for executor in self.executors for action in executor.actions()]
        good_links.look(self.profile, self.platform, self.store, self.clock, actions, self.decider.newest)

    def end_what_ran_out(self) -> None:
        """Renew or end what has run out, before anything else that could fail; and what a dry run planned."""
        if not self.dry:
            expiry.end_the_dry_run(DryRunExecutor(self.profile, self.store, self.clock))
        terms = Terms(self.config.fingerprint, self.config.list_title)
        afresh, now = self.decider.judged_afresh, self.clock.now()
        for executor in self.executors:
            renew = executor is self.executor and not self.paused
            for sentence in expiry.expire(executor, afresh, self.config.limits, terms, now, renew=renew):
                self.not_read(sentence)

    def end_the_spared(self) -> None:
        """End what nothing asks for any more."""
        reported, fingerprint = last_reported(self.profile, self.store), self.config.fingerprint
        keeps = partial(kept.by_config, self.profile, self.store, self.config)
        for executor in self.executors:
            for sentence in expiry.end_the_spared(executor, self.decider.judged, reported, fingerprint, keeps):
                self.not_read(sentence)

    def counted(self) -> SweepRecord:
        """The record with what the sweep asked, ended now."""
        used, before = self.platform.usage(), self.used_before
        return replace(
            self.record,
            ended=self.clock.now(),
            unread=(*self.record.unread, *self.decider.stands.unread, *self.acting.not_done),
            requests=used.requests - before.requests,
            writes=used.writes - before.writes,
            retries=used.retries - before.retries,
            waited=used.waited - before.waited,
            allowed=used.allowed,
            remaining=used.remaining,
        )


def _with_page(record: SweepRecord, page: Page, new: int) -> SweepRecord:
    return replace(
        record,
        posts=record.posts + len(page.posts),
        new_posts=record.new_posts + new,
        unreadable=record.unreadable + page.unreadable,
        gaps=record.gaps + ((_sentence(page.gap),) if page.gap else ()),
    )


def _sentence(gap: Gap) -> str:
    when: Mapping[str, datetime | None] = {"from": gap.since, "to": gap.until}
    bounds = " ".join(f"{word} {time:%Y-%m-%d %H:%M} UTC" for word, time in when.items() if time)
    return f"{gap.reason} ({bounds})" if bounds else gap.reason
