"""Judging accounts by their own feeds and deciding about them, with everything that a decision takes into account."""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from bot.actions import limits
from bot.actions.asking import Row
from bot.actions.dry_run import DryRunExecutor
from bot.actions.entries import JUDGE_AGAIN, judged, says_something_new
from bot.actions.executor import Executor
from bot.clock import Clock
from bot.config import Config, measuring
from bot.judging import reach, trust
from bot.model import Account, Decision, Entry, History, Step, Verdict
from bot.platforms.base import Platform, PlatformError, RateLimited, Unreachable
from bot.service import feeds, kept, recording
from bot.service.origins import Origins
from bot.service.stands import Fresh, Stands
from bot.signals.window import but
from bot.store import Store

BACKFILL = timedelta(hours=1)
"""Whoever shows in the timeline within the first hour was followed before quietfeed came."""


class Decider:
    """Judges and decides for one profile during one sweep, and keeps what changed in the ledger."""

    def __init__(
        self,
        profile: str,
        platform: Platform,
        store: Store,
        config: Config,
        clock: Clock,
        live: Executor,
        executor: Executor | DryRunExecutor,
    ) -> None:
        self.profile, self.platform, self.store = profile, platform, store
        self.config, self.clock = config, clock
        self.executor = executor
        """What the decisions will be carried out by."""
        self.newest = store.latest_judged(profile)
        """The newest decision on every account judged so far, by account id."""
        self.stands = Stands(profile, platform, store, config, clock, live)
        self.known: recording.Known
        """What stood beside the verdicts when decisions were last made."""
        self.origins = Origins(profile, platform, store, config, clock)

    def entry(self, decision: Decision) -> Entry:
        """The decision as a line of the ledger."""
        return judged(self.profile, decision, self.config.fingerprint, self.clock.now(), dry=self.executor.dry)

    def record(self, entries: Sequence[Entry]) -> None:
        """Write decisions into the ledger."""
        self.store.record(entries)
        self.newest.update({entry.account.id: entry for entry in entries})

    def word_changed(self) -> set[str]:
        """Ids of the accounts that a rule fires on, and which the owner protects by name since, or no longer."""
        known = kept.circumstances(self.profile, self.store, self.config)
        return {
            one
            for one, entry in self.newest.items()
            if entry.rule and kept.changed(entry.account, entry.protection, known, self.config.trust)
        }

    def decide(self, accounts: Sequence[Account], paused: datetime | None = None) -> list[Decision]:
        """Judge the accounts by their own feeds, decide, and record what changed; loudest in the timeline first. What
        is to be done waits where it is `paused` until then."""
        histories = sorted(self.histories(accounts), key=lambda h: (-(h.timeline_posts or 0), h.account.id))
        histories = self.whole(histories)
        decisions = self.decisions([self.verdict(history) for history in histories])
        done = self.quieted()
        decisions = [d if d.account.id in done else self.origins.waiting(d) for d in decisions]
        decisions = limits.paused(decisions, paused, done)
        self.keep_judging(histories, decisions, paused=paused, afresh=False)
        untold = self.stands.untold  # no decision, but one to be made later
        decisions = [decision for decision in decisions if decision.account.id not in untold]
        limit = self.clock.now() - JUDGE_AGAIN
        entries = [self.entry(decision) for decision in decisions]
        self.record([e for e in entries if says_something_new(e, self.newest.get(e.account.id), limit)])
        return decisions

    def keep_judging(
        self, histories: Sequence[History], decisions: Sequence[Decision], *, paused: datetime | None, afresh: bool
    ) -> None:
        """Keep what these decisions, just made, rest on."""
        first_seen = self.newcomers([history.account.id for history in histories])
        by = (self.clock.now(), self.config.fingerprint, measuring(self.config))
        untold = frozenset(self.stands.untold)
        occasion = recording.Occasion(*by, self.executor.dry, afresh, paused, first_seen, untold)
        recording.keep(self.profile, self.store, histories, decisions, self.known, occasion)

    def verdict(self, history: History) -> Verdict:
        """What the config's rules say of a history."""
        return feeds.judge(history, self.config, self.profile)

    def whole(self, histories: Sequence[History], *, renewing: bool = False) -> list[History]:
        """The histories; of accounts on which something would be done, as their own servers tell them.

        Asked for is also who would only be quieted if no reply were missing: otherwise nobody who was followed lately
        could be judged for weeks. Whoever is quieted already is only asked for where that is to be renewed.
        """
        due = [history for history in histories if self.origins.is_due(history.account)]
        suspected = [verdict for verdict in map(self._at_worst, due) if verdict.step not in (None, Step.REPORT)]
        if not suspected:
            return list(histories)
        wanted = [d.account for d in self._decided(suspected, {}) if reach.is_to_act(d, waits_for=("unconfirmed",))]
        done = frozenset() if renewing else self.quieted()
        read = [one for one in wanted if one.id not in done and self.origins.read(one, self.since())]
        told = {history.account.id: history for history in self.histories(read)}
        return [told.get(history.account.id, history) for history in histories]

    def quieted(self) -> frozenset[str]:
        """Ids of the accounts on which an action is in force."""
        return frozenset(action.account.id for action in self.executor.actions() if action.in_force)

    def _at_worst(self, history: History) -> Verdict:
        """The verdict, where it acts, otherwise what it would be if no reply were missing."""
        verdict = self.verdict(history)
        acts = verdict.step not in (None, Step.REPORT)
        return verdict if acts else self.verdict(but(history, replies_known_since=None))

    def decisions(self, verdicts: Sequence[Verdict], *, renewing: bool = False) -> list[Decision]:
        """The verdicts with the protections and the limits that stand before them; nothing is begun on an old answer.
        Where it is `renewing`, an action goes on whatever the limits say."""
        begun = self.executor.actions()

        def acts(decision: Decision) -> bool:
            if renewing:
                return decision.step not in (None, Step.REPORT)
            return reach.is_to_act(decision) and not limits.begins_nothing(decision, begun)

        return self.stands.settled(lambda fresh: self._decided(verdicts, fresh), acts)

    def _decided(self, verdicts: Sequence[Verdict], fresh: Fresh) -> list[Decision]:
        """The decisions by what was told lately, and by the `fresh` answers."""
        now, known = self.clock.now(), self.circumstances(verdicts, fresh)
        decisions = trust.decide(verdicts, known, self.config.trust, now)
        to_act = [d.account.id for d in decisions if d.step not in (None, Step.REPORT)]
        past = limits.Past(
            actions=self.executor.actions(),
            judged=self.judged(to_act),
            standing=known.standing,
            first_seen=self.newcomers(to_act),
            followed=self.platform.owner().following if to_act else None,
            usual=self.usual_counts(),
            found=self.found_by_rule(decisions),
        )
        self.known = recording.Known(now, past, known, self.store.last_entry())
        return limits.plan(decisions, past, self.config.limits, now)

    def circumstances(self, verdicts: Sequence[Verdict], fresh: Fresh) -> trust.Circumstances:
        """How the owner stands to the accounts that a rule fires on."""
        return self.stands.circumstances([verdict.account for verdict in verdicts if verdict.step], fresh)

    def since(self) -> datetime:
        """The beginning of the window."""
        return self.clock.now() - self.config.window

    def judged(self, account_ids: Iterable[str]) -> dict[str, list[Entry]]:
        """Every decision on these accounts, oldest first, by account id."""
        return self.store.judged(self.profile, account_ids)

    def newcomers(self, accounts: Sequence[str]) -> dict[str, datetime]:
        """When accounts that were not there at the first sweep first showed in the timeline."""
        installed = self.store.noted_time(f"installed:{self.profile}")
        began = installed + BACKFILL if installed else self.clock.now()
        return {one: at for one, at in self.store.first_seen(self.profile, accounts).items() if at > began}

    def found_by_rule(self, decisions: Sequence[Decision]) -> dict[str, int]:
        """By rule, how many accounts it finds, these decisions counted in."""
        newest = dict(self.newest)
        for decision in decisions:
            newest[decision.account.id] = self.entry(decision)
        return limits.found_by_rule(list(newest.values()))

    def usual_counts(self) -> dict[str, int]:
        """By rule, how many accounts it found when the owner last looked."""
        return dict(self._usual().get("rules", {}))

    def _usual(self) -> dict[str, Any]:
        return self.store.noted_as(f"usual:{self.profile}", lambda noted: dict(json.loads(noted))) or {}

    def remember_usual_counts(self) -> None:
        """Keep how many accounts each rule finds, as what is usual from now on.

        A dry run keeps what it finds, since the owner reads of it; afterwards it is kept once a day, and a rule that
        suddenly finds too many keeps its old number until the owner confirms (`limits.is_sudden`).
        """
        before, today = self._usual(), self.clock.now().date().isoformat()
        if before.get("day") == today and not self.executor.dry:
            return
        found = limits.found_by_rule(list(self.newest.values()))
        now_many = {rule.name: found.get(rule.name, 0) for rule in self.config.rules}
        kept = {} if self.executor.dry else before.get("rules", {})
        usual = {
            rule: kept[rule] if rule in kept and limits.is_sudden(many, kept[rule], self.config.limits) else many
            for rule, many in now_many.items()
        }
        self.store.note(f"usual:{self.profile}", json.dumps({"day": today, "rules": usual}))

    def judged_afresh(self, accounts: Sequence[Account]) -> dict[str, Decision | PlatformError]:
        """The decisions on accounts by their own feeds as they are this moment, by account id, or the fault that kept
        one from being read; nothing of those who were not asked for. What all of them need is asked for once."""
        read, faults = self._read_afresh(accounts)
        histories = self.whole(self.histories(read), renewing=True)
        decisions = self.decisions([self.verdict(history) for history in histories], renewing=True)
        self.keep_judging(histories, decisions, paused=None, afresh=True)
        untold = self.stands.untold
        told = {d.account.id: d for d in decisions if d.account.id not in untold}
        self.record([self.entry(decision) for decision in told.values()])
        return {**faults, **{one.id: untold[one.id] for one in read if one.id in untold}, **told}

    def _read_afresh(self, accounts: Sequence[Account]) -> tuple[list[Account], dict[str, PlatformError]]:
        """Read and keep the accounts' own feeds: those that were read, and the faults of the others by account id.
        Where it is the server, the rest are left out."""
        read: list[Account] = []
        faults: dict[str, PlatformError] = {}
        row = Row()
        for account in accounts:
            try:
                feed = feeds.read(self.platform, account, self.since(), self.config)
            except RateLimited:
                raise
            except PlatformError as fault:
                faults[account.id] = fault
                if isinstance(fault, Unreachable) and row.miss():
                    break
                continue
            row.reach()
            feeds.keep(self.store, self.profile, feed, self.clock.now(), self.config.lexicon)
            read.append(feed.account)
        return read, faults

    def histories(self, accounts: Sequence[Account]) -> list[History]:
        """The accounts' own feeds as histories, each with its part of the owner's timeline."""
        if not accounts:
            return []
        counts = self.store.timeline_counts(self.profile, self.since(), self.clock.now())
        found = [self.store.own_feed(self.profile, account.id) for account in accounts]
        name = self.platform.name
        return [
            feeds.history_of(kept, name, counts, self.config, feeds.reach_of(self.profile, name, self.store, kept))
            for kept in filter(None, found)
        ]
