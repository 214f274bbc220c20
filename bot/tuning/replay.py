"""What was recorded, decided again by a config: judging by judging, with nothing known but what was known then.

The same pure functions as in a sweep judge, protect, limit and renew. Where the replay decides as was really decided,
an action lives as the ledger tells, failures and the owner's hand included; where it decides otherwise, an action takes
at once and lasts as long as its rule says.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial

from bot.actions import limits
from bot.actions.entries import JUDGE_AGAIN, Said, judged, said, says_something_new
from bot.actions.lifecycle import KEPT, TAKEN_BACK, RecordedAction
from bot.config import Config
from bot.judging import reach, trust
from bot.model import Basis, Decision, Entry, Event, Judging, Made, Step, Verdict
from bot.tuning.heard import Heard
from bot.tuning.life import Lives
from bot.tuning.measured import Measured
from bot.tuning.outcomes import Fate, Outcome, Replay
from bot.tuning.quotas import Days, Quotas
from bot.tuning.record import Record, Standings
from bot.tuning.rulings import Ruled, Rulings


def replay(
    record: Record,
    since: datetime,
    config: Config,
    measured: Measured,
    heard: Heard | None = None,
    rulings: Rulings | None = None,
) -> Replay:
    """Decide again what was judged since then, going on from what the ledger held at that time. Without what was
    `heard` quotas are not held again: what they did stands as it was. `rulings` know what other configs came to."""
    return _Replay(record, since, config, rulings or Rulings(measured), heard).run()


class _Replay:
    """The state of a replay between two judgings."""

    def __init__(self, record: Record, since: datetime, config: Config, rulings: Rulings, heard: Heard | None) -> None:
        self.config, self.rulings, self.measured = config, rulings, rulings.measured
        self.ruled = rulings.of(config)
        self.record = record.since(since)
        before = record.before(self.record)
        self.standings = Standings(record.judgings)
        self.lives = Lives(self.measured.profile, config)
        self.quotas = Quotas(self.measured.profile, config, heard)
        self.quotas_since: datetime | None = None
        self.lives.begin(entry for _, entry in before.entries if entry.event is not Event.JUDGED)
        self.judged: defaultdict[str, list[Entry | Said]] = defaultdict(list)
        """Decisions, oldest first, by account id."""
        for _, entry in before.entries:
            if entry.event is Event.JUDGED:
                self.judged[entry.account.id].append(entry)
        self.newest: dict[str, Entry | Said] = {account: entries[-1] for account, entries in self.judged.items()}
        self.bases = {basis.account: basis for judging in before.looks for basis in judging.bases}
        """The last one of each account."""
        self.verdicts: dict[str, Ruled] = {}
        self.written: list[tuple[Said, Decision]] = []
        """What was said, and the decision that said it."""
        self.told: dict[str, tuple[Said, Decision]] = {}
        """The last of these, by account id."""
        self.followed = next((one.followed for one in record.judgings if one.followed is not None), None)
        self.usual: Mapping[str, int] | None = None
        self.found = Counter(limits.found_by_rule(list(self.newest.values())))
        """By rule, how many accounts it finds by the newest decisions."""

    def run(self) -> Replay:
        started = False
        for step in self.record.in_turn():
            if isinstance(step, Entry):
                self.lives.hear(step)
            elif step.day is not None:
                self.hold(step)
            else:
                if not started:
                    self.take_up(step)
                started = True
                self.judge(step)
        decided = (one for one in self.verdicts if one in self.newest or one in self.lives.begun)
        fates = {account: self._fate(account) for account in decided}
        return Replay(fates, self._outcome, Made(self.written, self._whole), dict(self._days()), self.quotas_since)

    def take_up(self, first: Judging) -> None:
        """Judge again whom another config judged last, as a sweep does when its config has changed."""
        due = [
            basis
            for account, basis in self.bases.items()
            if account in self.newest and self.newest[account].fingerprint != self.config.fingerprint
        ]
        now = {basis.account for basis in first.bases}
        others = tuple(basis for basis in due if basis.account not in now)
        if others:
            self.judge(replace(first, bases=_loudest_first(others), afresh=False))
        self.lives.note_in_force(dry=first.dry)

    def judge(self, judging: Judging) -> None:
        """Decide about the accounts of one judging, and do what is decided."""
        self.lives.end_the_day(judging.at, dry=judging.dry)
        self.bases |= {basis.account: basis for basis in judging.bases}
        self.followed = judging.followed if judging.followed is not None else self.followed
        self._renew_or_end(judging, besides={basis.account for basis in judging.bases} if judging.afresh else set())
        decisions = self._decisions(judging.bases, judging)
        recorded = {basis.account: basis for basis in judging.bases}
        self.lives.touch(recorded)
        for decision in decisions:
            self.lives.differs.discard(decision.account.id)
            if _outcome_of(decision) != _recorded(recorded[decision.account.id]):
                self.lives.differs.add(decision.account.id)
        self._write(decisions, judging)
        if judging.afresh:
            return self._renew_or_end(judging, besides=set())
        self.lives.act(decisions, recorded, judging.at, dry=judging.dry)
        self.lives.end_the_spared(self.newest, self._protected, judging.at, dry=judging.dry)
        return self._remember_usual_counts(judging)

    def hold(self, judging: Judging) -> None:
        """Hold the quotas of a day as they were held at the end of a sweep."""
        self.lives.end_the_day(judging.at, dry=judging.dry)
        if judging.day is None or not self.quotas.can_hold(judging):
            return
        self.quotas_since = self.quotas_since or judging.at
        verdicts = self.quotas.verdicts(judging, self.lives.actions(dry=judging.dry).of)
        decisions = self._for_today(verdicts, judging) if verdicts else []
        self.lives.hold(decisions, {one.account: one for one in judging.bases}, judging.at, dry=judging.dry)

    def _for_today(self, verdicts: Sequence[Verdict], judging: Judging) -> list[Decision]:
        """What is decided on those whom a quota finds, or may, protections and limits included."""
        ids = [verdict.account.id for verdict in verdicts if verdict.step]
        bases = [self.quotas.basis(one, judging, self.bases.get(one)) for one in ids]
        begun = self.lives.begun_since(judging.began or judging.at, dry=judging.dry)
        past = limits.Past(self._actions(ids, judging), this_sweep=begun)
        return self.quotas.decided(verdicts, self._circumstances(bases, judging), past, judging)

    def _renew_or_end(self, judging: Judging, besides: set[str]) -> None:
        """What has run out by now, and has no more of its own to tell."""
        run_out = [one for one in self.lives.run_out(judging.at, dry=judging.dry) if one.account.id not in besides]
        bases = [self.bases[one.account.id] for one in run_out if one.account.id in self.bases]
        found = {d.account.id: d for d in self._decisions(bases, replace(judging, afresh=True))} if bases else {}
        for action in run_out:
            self.lives.renew_or_end(action, found.get(action.account.id), judging.at)

    def _decisions(self, bases: Sequence[Basis], judging: Judging) -> list[Decision]:
        """What the config decides on these accounts, protections and limits included."""
        if not bases:
            return []
        of = {basis.account: basis for basis in bases}
        judged = (self.ruled(basis, judging) for basis in bases)
        verdicts = [verdict for verdict in judged if verdict is not None]
        self.verdicts |= {verdict.account.id: verdict for verdict in verdicts}
        known = self._circumstances(bases, judging)
        decisions = trust.decide(verdicts, known, self.config.trust, judging.at)
        decisions = limits.plan(decisions, self._past(decisions, of, known, judging), self.config.limits, judging.at)
        if not judging.afresh:
            done = self.lives.quieted(of, dry=judging.dry)
            decisions = [d if d.account.id in done else _asking_first(d, of[d.account.id]) for d in decisions]
            decisions = limits.paused(decisions, judging.paused, done)
        return [d for d in decisions if not (of[d.account.id].untold and d.verdict.step)]

    def _circumstances(self, bases: Iterable[Basis], judging: Judging) -> trust.Circumstances:
        names = self.config.trust.keep
        asked = {basis.account: self.standings.of(basis, judging.at) for basis in bases}
        return trust.Circumstances(
            standing={account: standing for account, standing in asked.items() if standing is not None},
            kept=frozenset(basis.account for basis in bases if basis.kept or basis.kept_as in names),
            vetoed=frozenset(basis.account for basis in bases if basis.vetoed),
            own_host=judging.own_host,
            told=frozenset(judging.told),
        )

    def _past(
        self, decisions: Sequence[Decision], of: Mapping[str, Basis], known: trust.Circumstances, judging: Judging
    ) -> limits.Past:
        ids = [decision.account.id for decision in decisions]
        first = {account: of[account].first_seen for account in ids}
        return limits.Past(
            actions=self._actions(ids, judging),
            judged={account: self.judged[account] for account in ids if account in self.judged},
            standing=known.standing,
            first_seen={account: at for account, at in first.items() if at is not None},
            followed=self.followed,
            usual=self._usual(judging),
            found=self._found_with(decisions),
        )

    def _actions(self, accounts: Iterable[str], judging: Judging) -> list[RecordedAction]:
        """What the limits look back on."""
        actions = self.lives.actions(dry=judging.dry)
        lately = {action.plan.action_id: action for action in actions.since(judging.at - limits.WEEK)}
        return [
            *(one for account in accounts for one in actions.of(account) if one.plan.action_id not in lately),
            *lately.values(),
        ]

    def _found_with(self, decisions: Sequence[Decision]) -> Mapping[str, int]:
        """By rule, how many accounts it finds, these decisions counted in."""
        found = self.found.copy()
        for decision in decisions:
            before = _finds(self.newest.get(decision.account.id))
            now = "" if decision.protection else decision.verdict.rule or ""
            if before != now:
                found[before] -= 1
                found[now] += 1
        return found

    def _usual(self, judging: Judging) -> Mapping[str, int]:
        """By rule, how many accounts it usually finds: as was recorded under the same config, else as it found here."""
        if judging.fingerprint == self.config.fingerprint or self.usual is None:
            return judging.usual
        return self.usual

    def _remember_usual_counts(self, judging: Judging) -> None:
        """As a sweep does: a rule that suddenly finds too many keeps its old number, other than in dry run."""
        before = {} if judging.dry else self._usual(judging)
        now_many = {rule.name: self.found[rule.name] for rule in self.config.rules}
        self.usual = {
            rule: before[rule] if rule in before and limits.is_sudden(many, before[rule], self.config.limits) else many
            for rule, many in now_many.items()
        }

    def _write(self, decisions: Iterable[Decision], judging: Judging) -> None:
        """Keep what the ledger would: everything where an action had run out, otherwise what says something new."""
        at = judging.decided or judging.at
        limit = at - JUDGE_AGAIN
        for decision in decisions:
            account, says = decision.account.id, said(decision, self.config.fingerprint, at, dry=judging.dry)
            before = self.newest.get(account)
            if judging.afresh or says_something_new(says, before, limit):
                self.found[_finds(before)] -= 1
                self.found[_finds(says)] += 1
                self.newest[account] = says
                self.judged[account].append(says)
                self.told[account] = says, decision
                self.written.append((says, decision))

    def _whole(self, told: tuple[Said, Decision]) -> Entry:
        """A decision as it would stand in the ledger, with all that it shows."""
        says, decision = told[0], self.rulings.whole(told[1], self.config)
        return judged(self.measured.profile, decision, says.fingerprint, says.at, dry=says.dry)

    def _last(self, account: str) -> Entry | None:
        """The last decision on an account as it would stand in the ledger."""
        if account in self.told:
            return self._whole(self.told[account])
        recorded = self.newest.get(account)
        return recorded if isinstance(recorded, Entry) else None

    def _protected(self, account: str) -> str:
        """Why an account is protected by the owner's word; empty where it is not."""
        basis = self.bases.get(account)
        if basis is None or not (basis.kept or basis.vetoed):
            return ""
        return KEPT if basis.kept else TAKEN_BACK

    def _fate(self, account: str) -> Fate:
        if account in self.lives.begun:
            return Fate(self.lives.begun[account].step)
        last = self.newest[account]
        fires = last.rule is not None and not last.protection
        waits = bool(fires and last.limit)
        return Fate(last.step if waits or (fires and last.step is Step.REPORT) else None, waits)

    def _outcome(self, account: str) -> Outcome:
        last, begun = self._last(account), self.lives.begun.get(account)
        verdict = self.rulings.verdict(self.verdicts[account], self.config)
        asked, later = self._asked(account, begun.plan if begun else last)
        entry, plan = last, None
        if begun is not None:
            goes_on = last is not None and not last.protection and last.step is begun.step
            plan = self.lives.whole_plan(begun, partial(self.rulings.whole, config=self.config))
            entry = last if goes_on else plan
        assert entry is not None  # noqa: S101  who has a fate was decided on
        return Outcome(verdict, entry, self._fate(account), asked=asked, plan=plan, asked_later=later)

    def _asked(self, account: str, decided: Entry | None) -> tuple[bool, datetime | None]:
        """Whether it was ever asked how the owner stands to an account, and when first, where that was after it was
        decided about."""
        first = self.standings.first_asked(account)
        return first is not None, first if first and decided and decided.at < first else None

    def _days(self) -> Iterator[tuple[str, Days]]:
        """Who was muted by a quota."""
        for account, days in self.lives.days().items():
            asked, later = self._asked(account, min(days.plans.values(), key=lambda plan: plan.at))
            yield account, replace(days, asked=asked, asked_later=later)


def _finds(entry: Entry | Said | None) -> str:
    """By which rule the account is found; empty where it is not, or is protected."""
    return entry.rule or "" if entry and not entry.protection else ""


def _asking_first(decision: Decision, basis: Basis) -> Decision:
    """A decision to act that waited for the account's own server to be asked waits for that here too."""
    waits = basis.unasked and reach.is_to_act(decision)
    return replace(decision, limit=basis.limit, reason=basis.unasked) if waits else decision


def _outcome_of(decision: Decision) -> tuple[object, ...]:
    return decision.verdict.rule, decision.step, decision.protection


def _recorded(basis: Basis) -> tuple[object, ...]:
    return basis.rule, basis.step, basis.protection


def _loudest_first(bases: Iterable[Basis]) -> tuple[Basis, ...]:
    """In the order in which a sweep decides."""
    return tuple(sorted(bases, key=lambda basis: (-basis.timeline_posts, basis.account)))
