"""One round: poll, judge, decide, record. The only place where the core meets the world."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot import policy, rules
from bot.clock import Clock
from bot.config import Config
from bot.errors import Stopped, UserError
from bot.model import Account, Decision, Entry, Event, History, RuleReading, SweepRecord, Verdict
from bot.platforms.base import AccountGone, Feed, Gap, Page, Platform
from bot.store import Store

JUDGE_AGAIN = timedelta(days=1)
"""A standing verdict is judged and its account's standing asked again after so long, new posts or not."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a sweep is, for whoever watches: `done` of `total` (None: not known) in a `stage`."""

    stage: str
    done: int
    total: int | None = None


Watch = Callable[[Progress], None]


@dataclass(frozen=True)
class Outcome:
    """What a sweep came to."""

    record: SweepRecord
    judged: tuple[Entry, ...]
    """The newest decision on every account judged so far, decided in this sweep or before."""
    fresh: frozenset[str]
    """Ids of the accounts that were judged in this very sweep."""


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
        self.profile, self.platform, self.store = profile, platform, store
        self.config, self.clock, self.watch = config, clock, watch
        self.record = SweepRecord(profile, clock.now())
        self.spent_before = platform.spend()
        self.heard: set[str] = set()

    def run(self) -> Outcome:
        number = self.store.begin_sweep(self.record)
        try:
            self.meet_owner()
            self.poll()
            fresh = self.prove(self.suspects())
            self.decide(self.due(fresh))
            self.store.prune(
                self.profile, self.since(), self.clock.now() - timedelta(days=self.config.report.keep_days)
            )
        except (UserError, Stopped) as fault:
            self.record = replace(self.record, error=str(fault) or "stopped")
            raise
        finally:
            self.record = self.counted()
            self.store.end_sweep(number, self.record)
        judged = self.store.latest_judged(self.profile)
        return Outcome(self.record, tuple(judged.values()), frozenset(fresh))

    def meet_owner(self) -> None:
        """Keep who the owner is, for the reports and so that nobody is judged for the owner's posts; asked once."""
        if not self.store.noted(f"owner:{self.profile}"):
            owner = self.platform.owner()
            self.store.note(f"owner:{self.profile}", owner.handle)
            self.store.note(f"owner id:{self.profile}", owner.id)

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
        """Suspects never asked for first, then those with posts newer than a proof that is too old."""
        proved, newest = self.store.proof_times(self.profile), self.store.newest_posts(self.profile)
        oldest_good = self.clock.now() - self.config.proof.max_age
        owner = self.store.noted(f"owner id:{self.profile}")
        unasked = [a for a in suspects if a.id not in proved and a.id != owner]
        outdated = [
            a
            for a in suspects
            if a.id in proved and proved[a.id] < oldest_good and newest.get(a.id, proved[a.id]) > proved[a.id]
        ]
        return unasked + outdated

    def due(self, fresh: Iterable[str]) -> list[Account]:
        """Accounts to judge now: a fresh proof, changed rules, or a decision that has stood for a day."""
        before = self.store.latest_judged(self.profile)
        limit = self.clock.now() - JUDGE_AGAIN
        again = {
            account
            for account, entry in before.items()
            if entry.fingerprint != self.config.fingerprint or (entry.rule and entry.at <= limit)
        }
        wanted = again | set(fresh)
        known = self.store.accounts(self.profile, wanted)
        return list(known.values())

    def decide(self, accounts: Sequence[Account]) -> None:
        """Judge the accounts by their own feeds and record what changed."""
        verdicts = [
            rules.judge(history, self.config.rules, self.config.minimum, self.profile)
            for history in self.proofs(accounts)
        ]
        self.watch(Progress("judging", len(verdicts), len(verdicts)))
        fired = [verdict.account for verdict in verdicts if verdict.action]
        standing = self.platform.standing(fired, self.clock.now() - self.config.trust.within) if fired else {}
        around = policy.Circumstances(
            standing,
            kept=frozenset(self.store.feedback(self.profile, "keep")),
            vetoed=frozenset(self.store.feedback(self.profile, "veto")),
        )
        decisions = policy.decide(verdicts, around, self.config.trust, self.clock.now())
        before = self.store.latest_judged(self.profile)
        entries = [self.entry(decision) for decision in decisions]
        limit = self.clock.now() - JUDGE_AGAIN
        self.store.record([e for e in entries if _news(before.get(e.account.id), e, limit)])
        self.record = replace(self.record, judged=len(verdicts))

    def proofs(self, accounts: Sequence[Account]) -> list[History]:
        """The accounts' own feeds as histories, each with its part of the owner's timeline."""
        counts = self.store.timeline_counts(self.profile, self.since(), self.clock.now())
        found = [self.store.proof(self.profile, account.id) for account in accounts]
        return [proved(feed, at, self.platform.name, counts, self.config) for feed, at in filter(None, found)]

    def entry(self, decision: Decision) -> Entry:
        """The decision as a line of the ledger."""
        return judged_entry(self.profile, decision, self.clock.now(), self.config)

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


def proved(feed: Feed, at: datetime, platform: str, counts: Mapping[str, int], config: Config) -> History:
    """An own feed, fetched `at`, as the history to judge; `counts` are timeline items by account id."""
    return History(
        account=feed.account,
        posts=tuple(p for p in feed.posts if p.created_at > at - config.window),
        until=at,
        platform=platform,
        timeline_posts=counts.get(feed.account.id, 0),
        timeline_total=sum(counts.values()),
        lexicon=config.lexicon,
    )


def judged_entry(profile: str, decision: Decision, now: datetime, config: Config) -> Entry:
    """A decision as the ledger keeps it; a held one keeps the action that its rule asked for."""
    verdict = decision.verdict
    shown = deciding(verdict)
    return Entry(
        at=now,
        profile=profile,
        account=verdict.account,
        event=Event.JUDGED,
        rule=verdict.rule,
        action=verdict.action,
        hold=decision.hold,
        reason=decision.reason or (f"nearly “{shown.rule}”" if shown and shown.near else verdict.abstained or ""),
        readings=verdict.readings,
        comparisons=shown.when if shown else (),
        evidence=verdict.evidence,
        until=decision.until,
        fingerprint=config.fingerprint,
        dry=config.dry_run,
        near=bool(shown and shown.near),
    )


def deciding(verdict: Verdict) -> RuleReading | None:
    """The rule that fired, otherwise the first that nearly did."""
    return next((r for r in verdict.rules if r.fires), None) or next((r for r in verdict.rules if r.near), None)


def _news(before: Entry | None, now: Entry, limit: datetime) -> bool:
    """Whether an entry says something that the account's last one did not, or the last one is a day old."""
    if before is None or before.at <= limit:
        return True
    return (before.rule, before.action, before.hold, before.near, before.fingerprint, before.dry) != (
        now.rule,
        now.action,
        now.hold,
        now.near,
        now.fingerprint,
        now.dry,
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
