"""One round: poll, judge, decide, act, record. The only place where the core meets the world."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.actions import expiry
from bot.actions.entries import Terms
from bot.actions.executor import Hands, Rehearsal, told
from bot.actions.lifecycle import QUOTA, of_account
from bot.clock import Clock
from bot.config import Config
from bot.errors import Stopped, UserError
from bot.judging import rules
from bot.judging.rules import Mode
from bot.model import Account, Action, Decision, Entry, Event, SweepRecord
from bot.platforms.base import AccountGone, Feed, Gap, Page, Platform
from bot.platforms.dry import Dry
from bot.service.decider import JUDGE_AGAIN, Decider, last_reported, rehearsing
from bot.store import Store


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a sweep is, for whoever watches: `done` of `total` (None: not known) in a `stage`."""

    stage: str
    done: int
    total: int | None = None


Watch = Callable[[Progress], None]


def next_end(profile: str, store: Store) -> datetime | None:
    """When the next deed that stands runs out."""
    ends = (track.deed.until for track in told(store, profile, dry=False) if track.live)
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
        self.spent_before = platform.spend()
        self.heard: set[str] = set()
        self.real = Hands(profile, platform, store, clock)
        """For what was done before: it is watched, and runs out on time, in dry run as well."""
        self.dry = rehearsing(profile, store, config, clock.now())
        self.hands = Rehearsal(profile, store, clock) if self.dry else self.real
        self.platform = Dry(platform) if self.dry else platform
        self.decider = Decider(profile, self.platform, store, config, clock, self.real, self.hands)

    def run(self) -> Outcome:
        number = self.store.begin_sweep(self.record)
        try:
            self.meet_owner()
            self.real.recover()
            self.poll()
            self.real.watch()
            fresh = self.prove(self.suspects())
            due = self.due(fresh)
            self.record = replace(self.record, judged=len(due))
            self.act(self.decider.decide(due), Terms(self.config.fingerprint, self.config.list_title))
            self.act(self.decider.over_quota(), Terms(self.config.fingerprint, "", reason=QUOTA))
            self.give_second_chances()
            self.decider.note_usual()
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
        plans = [track.plan for track in self.hands.tracks() if track.brief]
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
        found = rules.suspects(histories, self.config.rules, self.config.proof.least_posts, self.profile)
        self.store.note(f"rules:{self.profile}", self.config.fingerprint)
        self.record = replace(self.record, suspects=len(found))
        return found

    def prove(self, suspects: Sequence[Account]) -> set[str]:
        """Fetch the own feeds that are missing or stale, within the sweep's allowance; ids of those fetched."""
        wanted = self.stale(suspects)[: self.config.proof.per_sweep]
        fetched: set[str] = set()
        for number, account in enumerate(wanted, 1):
            self.clock.check()
            self.watch(Progress("reading suspects' own feeds", number, len(wanted)))
            try:
                feed = self.platform.posts_by(account, self.since(), self.config.proof.posts)
            except AccountGone:
                feed = Feed(account, ())  # remembered as empty, so that it is not asked for at every sweep
            self.store.save_proof(self.profile, feed, self.clock.now())
            self.record = replace(self.record, unreadable=self.record.unreadable + feed.unreadable)
            fetched.add(account.id)
        self.record = replace(self.record, proofs=len(fetched))
        return fetched

    def stale(self, suspects: Sequence[Account]) -> list[Account]:
        """Suspects never asked for first, then those with posts newer than a proof that is too old: sooner where a
        deed waits for its confirmation."""
        proved, newest = self.store.proof_times(self.profile), self.store.newest_posts(self.profile)
        judged = self.decider.newest
        owner = self.store.noted(f"owner id:{self.profile}")
        now, proof, limits = self.clock.now(), self.config.proof, self.config.limits

        def outdated(account: Account) -> bool:
            at, last = proved[account.id], judged.get(account.id)
            lasts = min(proof.max_age, limits.confirm_after) if last and last.waits else proof.max_age
            return at + lasts <= now and newest.get(account.id, at) > at

        unasked = [a for a in suspects if a.id not in proved and a.id != owner]
        return unasked + [a for a in suspects if a.id in proved and outdated(a)]

    def due(self, fresh: Iterable[str]) -> list[Account]:
        """Accounts to judge now: a fresh proof, changed rules, a decision that has stood for a day, or one for which
        there was no room in the last sweep."""
        limit = self.clock.now() - JUDGE_AGAIN
        again = {
            account
            for account, entry in self.decider.newest.items()
            if entry.fingerprint != self.config.fingerprint
            or entry.dry is not self.dry
            or (entry.rule and entry.at <= limit)
            or entry.waits == "sweep limit"
        }
        return list(self.store.accounts(self.profile, again | set(fresh)).values())

    def act(self, decisions: Sequence[Decision], terms: Terms) -> None:
        """Carry out what nothing holds back."""
        for decision in decisions:
            if decision.action in (None, Action.REPORT) or decision.waits:
                continue
            if of_account(self.hands.tracks(), decision.account.id):
                continue
            self.clock.check()
            if self.hands.perform(decision, terms) is Event.FAILED:
                self.fall_back(decision, terms)

    def fall_back(self, decision: Decision, terms: Terms) -> None:
        """A step that the server or the account does not allow: take that of the next rule that fires too."""
        firing = {reading.rule for reading in decision.verdict.rules if reading.fires}
        for rule in self.config.rules:
            if rule.name in firing and rule.then not in (decision.action, Action.REPORT) and rule.mode is Mode.ACT:
                verdict = replace(decision.verdict, rule=rule.name, action=rule.then, duration=rule.duration)
                until = self.clock.now() + rule.duration if rule.duration else None
                self.hands.perform(replace(decision, verdict=verdict, action=rule.then, until=until), terms)
                return

    def give_second_chances(self) -> None:
        """Renew or release what has run out, and release what nothing holds any more."""
        terms = Terms(self.config.fingerprint, self.config.list_title)
        for hands in (self.real, self.hands) if self.dry else (self.real,):
            expiry.expire(
                hands,
                self.decider.judged_afresh,
                self.config.limits,
                terms,
                self.clock.now(),
                renew=hands is self.hands,
            )
            expiry.release_the_spared(
                hands, self.decider.judged, last_reported(self.profile, self.store), self.config.fingerprint
            )

    def counted(self) -> SweepRecord:
        """The record with what the sweep spent, ended now."""
        spent, before = self.platform.spend(), self.spent_before
        return replace(
            self.record,
            ended=self.clock.now(),
            requests=spent.requests - before.requests,
            writes=spent.writes - before.writes,
            retries=spent.retries - before.retries,
            waited=spent.waited - before.waited,
            limit=spent.limit,
            remaining=spent.remaining,
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
