"""One round: poll, judge, decide, act, record. The only place where the core meets the world."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.actions import expiry
from bot.actions.entries import Terms
from bot.actions.executor import DryRunExecutor, Executor, recorded_actions
from bot.actions.lifecycle import INSTEAD, QUOTA, in_force_on, stands_in_for
from bot.actions.limits import begins_nothing
from bot.clock import Clock
from bot.config import Config
from bot.errors import Stopped, UserError
from bot.judging import rules
from bot.judging.rules import Mode, Rule
from bot.model import Account, Decision, Entry, Event, Step, SweepRecord
from bot.platforms.base import AccountGone, Feed, Gap, Page, Platform, Unreachable
from bot.platforms.dry import Dry
from bot.service import feeds, finding, kept
from bot.service.decider import JUDGE_AGAIN, Decider, is_dry, last_reported
from bot.store import Store


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a sweep is, for whoever watches: `done` of `total` (None: not known) in a `stage`."""

    stage: str
    done: int
    total: int | None = None


Watch = Callable[[Progress], None]


def next_end(profile: str, store: Store) -> datetime | None:
    """When the next action in force runs out."""
    ends = (action.until for action in recorded_actions(store, profile, dry=False) if action.in_force)
    return min((end for end in ends if end is not None), default=None)


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
    return _Sweep(profile, platform, store, config, clock, watch).run()


class _Sweep:
    """The state of one round."""

    def __init__(
        self, profile: str, platform: Platform, store: Store, config: Config, clock: Clock, watch: Watch
    ) -> None:
        self.profile, self.store, self.config, self.clock, self.watch = profile, store, config, clock, watch
        self.record = SweepRecord(profile, clock.now())
        self.used_before = platform.usage()
        self.heard: set[str] = set()
        self.live = Executor(profile, platform, store, clock)
        """For what was really done before: it is watched, and ends on time, in dry run as well."""
        self.dry = is_dry(profile, store, config, clock.now())
        self.executor = DryRunExecutor(profile, store, clock) if self.dry else self.live
        self.platform = Dry(platform) if self.dry else platform
        self.decider = Decider(profile, self.platform, store, config, clock, self.live, self.executor)

    def run(self) -> Outcome:
        number = self.store.begin_sweep(self.record)
        try:
            self.meet_owner()
            self.live.recover()
            self.poll()
            self.live.watch()
            finding.look_around(self.live, self.config, dry=self.dry)
            met = [entry.account for entry in self.decider.newest.values()]
            kept.remember_names(self.profile, self.store, self.config.trust.keep, met)
            fresh = self.read_own_feeds(self.suspects())
            due = self.due(fresh)
            self.record = replace(self.record, judged=len(due))
            self.act(self.decider.decide(due), Terms(self.config.fingerprint, self.config.list_title))
            self.act(self.decider.over_quota(), Terms(self.config.fingerprint, "", reason=QUOTA))
            self.end_what_ran_out()
            self.decider.remember_usual_counts()
            oldest = self.clock.now() - timedelta(days=self.config.report.keep_days)
            self.store.prune(self.profile, self.since(), oldest)
        except (UserError, Stopped) as fault:
            self.record = replace(self.record, error=str(fault) or "stopped")
            raise
        finally:
            self.record = self.counted()
            self.store.end_sweep(number, self.record)
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

    def poll(self) -> None:
        """Store everything new on the timeline, page by page."""
        for page in self.platform.timeline(self.store.cursor(self.profile)):
            new = self.store.remember(self.profile, page, self.clock.now())
            self.heard |= {post.author for post in page.posts}
            self.record = _with_page(self.record, page, new)
            self.watch(Progress("reading the timeline", self.record.posts))
            self.clock.check()

    def suspects(self) -> list[Account]:
        """Accounts that the timeline gives reason to look at, loudest first: of those heard in this sweep, or of
        everybody where the rules are new."""
        known = self.store.noted(f"rules:{self.profile}") == self.config.fingerprint
        histories = self.store.histories(
            self.profile,
            self.platform.name,
            self.since(),
            self.clock.now(),
            self.config.lexicon,
            authors=self.heard if known else None,
        )
        found = rules.suspects(histories, self.config.rules, self.config.own_feed.least_posts, self.profile)
        self.store.note(f"rules:{self.profile}", self.config.fingerprint)
        self.record = replace(self.record, suspects=len(found))
        return found

    def read_own_feeds(self, suspects: Sequence[Account]) -> set[str]:
        """Read the own feeds that are missing or stale, within the sweep's allowance; ids of those fetched."""
        wanted = self.stale(suspects)[: self.config.own_feed.per_sweep]
        fetched: set[str] = set()
        broken: Unreachable | None = None
        for number, account in enumerate(wanted, 1):
            self.clock.check()
            self.watch(Progress("reading own feeds", number, len(wanted)))
            try:
                feed = feeds.read(self.platform, account, self.since(), self.config)
                broken = None
            except AccountGone:
                feed = Feed(account, ())  # remembered as empty, so that it is not asked for at every sweep
            except Unreachable as fault:
                if broken:
                    raise  # not the one account's feed: the server
                broken = fault
                self.not_read(f"the own feed of {account.handle} could not be read: {fault}")
                continue
            feeds.keep(self.store, self.profile, feed, self.clock.now())
            self.record = replace(self.record, unreadable=self.record.unreadable + feed.unreadable)
            if not feeds.is_whole(feed, self.config.own_feed.posts):
                self.not_read(f"the own feed of {account.handle} could not be read whole")
            fetched.add(account.id)
        self.record = replace(self.record, own_feeds=len(fetched))
        return fetched

    def not_read(self, sentence: str) -> None:
        """Keep what could not be read of accounts' own feeds."""
        self.record = replace(self.record, unread=(*self.record.unread, sentence))

    def stale(self, suspects: Sequence[Account]) -> list[Account]:
        """Suspects never asked for first, then those with posts newer than an own feed that is too old: sooner where
        an action waits for its second look."""
        read_at, newest = self.store.own_feed_times(self.profile), self.store.newest_posts(self.profile)
        judged = self.decider.newest
        owner = self.store.noted(f"owner id:{self.profile}")
        now, own_feed, limits = self.clock.now(), self.config.own_feed, self.config.limits

        def outdated(account: Account) -> bool:
            at, last = read_at[account.id], judged.get(account.id)
            lasts = min(own_feed.max_age, limits.confirm_after) if last and last.limit else own_feed.max_age
            return at + lasts <= now and newest.get(account.id, at) > at

        unasked = [a for a in suspects if a.id not in read_at and a.id != owner]
        return unasked + [a for a in suspects if a.id in read_at and outdated(a)]

    def due(self, fresh: Iterable[str]) -> list[Account]:
        """Accounts to judge now: a fresh own feed, changed rules, another word of the owner's on them, a decision that
        has stood for a day, or one for which there was no room in the last sweep."""
        limit = self.clock.now() - JUDGE_AGAIN
        again = {
            account
            for account, entry in self.decider.newest.items()
            if entry.fingerprint != self.config.fingerprint
            or entry.dry is not self.dry
            or (entry.rule and entry.at <= limit)
            or entry.limit == "sweep limit"
        }
        again |= self.decider.word_changed()
        return list(self.store.accounts(self.profile, again | set(fresh)).values())

    def act(self, decisions: Sequence[Decision], terms: Terms) -> None:
        """Carry out what waits for nothing."""
        for decision in decisions:
            if decision.step in (None, Step.REPORT) or decision.limit:
                continue
            if begins_nothing(decision, self.executor.actions()):
                continue
            self.clock.check()
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
        acting = [rule for rule in self.config.rules if rule.name in firing and rule.mode is Mode.ACT]
        return next((rule for rule in acting if 0 < rule.then.severity < step.severity), None)

    def end_stand_ins(self, decision: Decision) -> None:
        """Take back what only stood in for a step that took at last."""
        for action in in_force_on(self.executor.actions(), decision.account.id):
            if stands_in_for(action, decision.step):
                self.executor.take_back(action, Event.EXPIRED, f"the {decision.step} that was wanted took")

    def end_what_ran_out(self) -> None:
        """Renew or end what has run out, and end what nothing asks for any more."""
        terms = Terms(self.config.fingerprint, self.config.list_title)
        for executor in (self.live, self.executor) if self.dry else (self.live,):
            expiry.expire(
                executor,
                self.decider.judged_afresh,
                self.config.limits,
                terms,
                self.clock.now(),
                renew=executor is self.executor,
            )
            expiry.end_the_spared(
                executor, self.decider.judged, last_reported(self.profile, self.store), self.config.fingerprint
            )

    def counted(self) -> SweepRecord:
        """The record with what the sweep asked, ended now."""
        used, before = self.platform.usage(), self.used_before
        return replace(
            self.record,
            ended=self.clock.now(),
            unread=(*self.record.unread, *self.decider.unread),
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
