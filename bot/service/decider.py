"""Judging accounts by their own feeds and deciding about them, with everything that a decision takes into account."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from bot.actions import limits
from bot.actions.entries import judged
from bot.actions.executor import Hands, Rehearsal
from bot.actions.lifecycle import Track, of_account
from bot.clock import Clock
from bot.config import Config
from bot.judging import quota, rules, trust
from bot.model import Account, Action, Decision, Entry, Event, History, Verdict
from bot.platforms.base import Feed, Platform
from bot.service.daily import local_zone
from bot.store import Store

BACKFILL = timedelta(hours=1)
"""Whoever shows in the timeline within the first hour was followed before quietfeed came."""
JUDGE_AGAIN = timedelta(days=1)
"""A standing verdict is judged and its account's standing asked again after so long, new posts or not."""


class Decider:
    """Judges and decides for one profile during one sweep, and keeps what changed in the ledger."""

    def __init__(
        self,
        profile: str,
        platform: Platform,
        store: Store,
        config: Config,
        clock: Clock,
        real: Hands,
        hands: Hands | Rehearsal,
    ) -> None:
        self.profile, self.platform, self.store = profile, platform, store
        self.config, self.clock = config, clock
        self.real = real
        self.hands = hands
        """What the decisions will be carried out by: in dry run a rehearsal."""
        self.newest = store.latest_judged(profile)
        """The newest decision on every account judged so far, by account id."""

    def entry(self, decision: Decision) -> Entry:
        """The decision as a line of the ledger."""
        return judged(self.profile, decision, self.config.fingerprint, self.clock.now(), dry=self.hands.dry)

    def keep(self, entries: Sequence[Entry]) -> None:
        """Write decisions into the ledger."""
        self.store.record(entries)
        self.newest.update({entry.account.id: entry for entry in entries})

    def decide(self, accounts: Sequence[Account]) -> list[Decision]:
        """Judge the accounts by their own feeds, decide, and record what changed; loudest in the timeline first."""
        histories = sorted(self.proofs(accounts), key=lambda h: (-(h.timeline_posts or 0), h.account.id))
        verdicts = [rules.judge(h, self.config.rules, self.config.minimum, self.profile) for h in histories]
        decisions = self.decided(verdicts)
        limit = self.clock.now() - JUDGE_AGAIN
        entries = [self.entry(decision) for decision in decisions]
        self.keep([e for e in entries if _news(self.newest.get(e.account.id), e, limit)])
        return decisions

    def decided(self, verdicts: Sequence[Verdict]) -> list[Decision]:
        """The verdicts through the gates of trust and the limits."""
        now, around = self.clock.now(), self.around(verdicts)
        decisions = trust.decide(verdicts, around, self.config.trust, now)
        to_act = [d.account.id for d in decisions if d.action not in (None, Action.REPORT)]
        past = limits.Past(
            tracks=self.hands.tracks(),
            judged={one: self.judged(one) for one in to_act},
            standing=around.standing,
            first_seen=self.newcomers(to_act),
            followed=self.platform.owner().following if to_act else None,
            usual=self.usual(),
            condemned=self.condemned(decisions),
        )
        return limits.plan(decisions, past, self.config.limits, now)

    def since(self) -> datetime:
        """The beginning of the window."""
        return self.clock.now() - self.config.window

    def over_quota(self) -> list[Decision]:
        """Decisions on those who brought more to the timeline today than a rule's quota, until the owner's midnight."""
        quotas = [rule for rule in self.config.rules if rule.quota is not None]
        if not quotas:
            return []
        now, zone, live = self.clock.now(), local_zone(self.config), self.hands.tracks()
        today = self.store.timeline_counts(self.profile, quota.day_began(now, zone), now)
        least = min(rule.quota for rule in quotas if rule.quota is not None)
        owner = self.store.noted(f"owner id:{self.profile}")
        loud = [one for one, many in today.items() if many > least and one != owner and not of_account(live, one)]
        histories = self.store.histories(
            self.profile, self.platform.name, self.since(), now, self.config.lexicon, authors=loud
        )
        found = [(h, quota.exceeded(h, today[h.account.id], quotas, self.profile)) for h in histories]
        verdicts = [quota.verdict(h, rule, today[h.account.id]) for h, rule in found if rule is not None]
        decisions = trust.decide(verdicts, self.around(verdicts), self.config.trust, now)
        ends = quota.day_ends(now, zone)
        lasting = [quota.until_midnight(decision, ends) for decision in decisions]
        return limits.briefly(lasting, limits.Past(live), self.config.limits, now)

    def around(self, verdicts: Sequence[Verdict]) -> trust.Circumstances:
        """How the owner stands to the accounts that a rule fires on, apart from our own deeds, and the owner's word."""
        fired = [verdict.account for verdict in verdicts if verdict.action]
        lately = self.clock.now() - self.config.trust.within
        asked = self.platform.standing(fired, lately) if fired else {}
        done = self.real.tracks()
        return trust.Circumstances(
            {one: trust.apart_from(how, of_account(done, one)) for one, how in asked.items()},
            kept=frozenset(self.store.feedback(self.profile, "keep")),
            vetoed=frozenset(self.store.feedback(self.profile, "veto")),
        )

    def judged(self, account_id: str) -> list[Entry]:
        """Every decision on an account, oldest first."""
        return self.store.entries(self.profile, account_id=account_id, events={Event.JUDGED})

    def newcomers(self, accounts: Sequence[str]) -> dict[str, datetime]:
        """When accounts that were not there at the first sweep first showed in the timeline."""
        installed = self.store.noted(f"installed:{self.profile}")
        began = datetime.fromisoformat(installed) + BACKFILL if installed else self.clock.now()
        return {one: at for one, at in self.store.first_seen(self.profile, accounts).items() if at > began}

    def condemned(self, decisions: Sequence[Decision]) -> dict[str, int]:
        """By rule, how many accounts are condemned, these decisions counted in."""
        newest = dict(self.newest)
        for decision in decisions:
            newest[decision.account.id] = self.entry(decision)
        return limits.condemned(list(newest.values()))

    def usual(self) -> dict[str, int]:
        """By rule, how many accounts it condemned when the owner last looked."""
        noted = self.store.noted(f"usual:{self.profile}")
        return dict(json.loads(noted)["rules"]) if noted else {}

    def note_usual(self) -> None:
        """Keep how many accounts each rule condemns, as what is usual from now on.

        A dry run keeps what it finds, since the owner reads of it; afterwards it is kept once a day, and a rule that
        suddenly finds too many keeps its old number until the owner confirms (`limits.sudden`).
        """
        noted, today = self.store.noted(f"usual:{self.profile}"), self.clock.now().date().isoformat()
        before = json.loads(noted) if noted else {}
        if before.get("day") == today and not self.hands.dry:
            return
        found = limits.condemned(list(self.newest.values()))
        now_many = {rule.name: found.get(rule.name, 0) for rule in self.config.rules}
        kept = {} if self.hands.dry else before.get("rules", {})
        usual = {
            rule: kept[rule] if rule in kept and limits.sudden(many, kept[rule], self.config.limits) else many
            for rule, many in now_many.items()
        }
        self.store.note(f"usual:{self.profile}", json.dumps({"day": today, "rules": usual}))

    def judged_afresh(self, track: Track) -> Decision:
        """The decision on an account by its own feed as it is this moment."""
        feed = self.platform.posts_by(track.deed.account, self.since(), self.config.proof.posts)
        self.store.save_proof(self.profile, feed, self.clock.now())
        (history,) = self.proofs([feed.account])
        verdict = rules.judge(history, self.config.rules, self.config.minimum, self.profile)
        (decision,) = self.decided([verdict])
        self.keep([self.entry(decision)])
        return decision

    def proofs(self, accounts: Sequence[Account]) -> list[History]:
        """The accounts' own feeds as histories, each with its part of the owner's timeline."""
        counts = self.store.timeline_counts(self.profile, self.since(), self.clock.now())
        found = [self.store.proof(self.profile, account.id) for account in accounts]
        return [proved(feed, at, self.platform.name, counts, self.config) for feed, at in filter(None, found)]


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


def last_reported(profile: str, store: Store) -> datetime | None:
    """When the newest report was made that reached the owner, or lies where they find it."""
    days = [day for day, state in store.reports(profile) if state in ("sent", "kept")]
    report = store.report(profile, max(days)) if days else None
    return report.at if report else None


def rehearsing(profile: str, store: Store, config: Config, now: datetime) -> bool:
    """Whether nothing may be touched yet: the config says so, or it is too early.

    A new install only rehearses for the first days and until a first report was made, unless the owner consented
    (`quietfeed confirm --i-have-read-the-report`).
    """
    if config.dry_run:
        return True
    if store.noted(f"consent:{profile}"):
        return False
    installed = store.noted(f"installed:{profile}")
    young = now < (datetime.fromisoformat(installed) if installed else now) + config.limits.first_days_dry
    unseen = config.limits.first_days_dry > timedelta(0) and last_reported(profile, store) is None
    return young or unseen


def _news(before: Entry | None, now: Entry, limit: datetime) -> bool:
    """Whether an entry says something that the account's last one did not, or the last one is a day old."""
    if before is None or before.at <= limit:
        return True
    return _gist(before) != _gist(now)


def _gist(entry: Entry) -> tuple[object, ...]:
    return entry.rule, entry.action, entry.hold, entry.waits, entry.near, entry.fingerprint, entry.dry
