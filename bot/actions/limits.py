"""Why an action waits: for a second look, for a newly followed account to settle, after failures, for room."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cached_property

from bot.actions.entries import Said
from bot.actions.lifecycle import UNSEEN, RecordedAction, failures, in_force_on, perhaps_lifted, stands_in_for
from bot.config.types import Limits
from bot.model import Decision, Entry, Event, Standing, Step

FAILED_PAUSE = timedelta(hours=1)
"""The pause after an action that did not take; four times as long after each further one, up to MOST_PAUSE."""
MOST_PAUSE = timedelta(days=7)
STALE = timedelta(days=7)
"""Nobody is touched on posts read longer ago than this."""
LEAST_A_WEEK = 3
"""The weekly share of a small timeline is not rounded down to nothing."""
DAY, WEEK = timedelta(days=1), timedelta(days=7)
PAUSED = "paused"
"""The limit of a decision that waits for the owner's pause to end."""


@dataclass(frozen=True, slots=True)
class Limit:
    """One reason to wait: its name in the report, and the sentence that says why."""

    name: str
    reason: str


@dataclass(frozen=True)
class Past:
    """What the limits look back on. Keys are account ids."""

    actions: Sequence[RecordedAction] = ()
    """Every action on the accounts decided on, and everybody's of the last week, of the kind that is planned now: those
    of a dry run or the real ones."""
    judged: Mapping[str, Sequence[Entry | Said]] = field(default_factory=dict)
    """What was said of the accounts decided on, oldest first: JUDGED entries, or as much of them as is looked at."""
    standing: Mapping[str, Standing] = field(default_factory=dict)
    first_seen: Mapping[str, datetime] = field(default_factory=dict)
    """When an account first showed in the timeline, where it was not there from the beginning."""
    followed: int | None = None
    """How many accounts the owner follows."""
    usual: Mapping[str, int] = field(default_factory=dict)
    """By rule: how many accounts it found when the owner last looked."""
    found: Mapping[str, int] = field(default_factory=dict)
    """By rule: how many accounts it finds now."""
    this_sweep: int = 0
    """How many actions this very sweep has begun already."""

    def on(self, account: str) -> Sequence[RecordedAction]:
        """Every action on one account."""
        return self._by_account.get(account, ())

    @cached_property
    def _by_account(self) -> Mapping[str, Sequence[RecordedAction]]:
        found = defaultdict(list)
        for action in self.actions:
            found[action.account.id].append(action)
        return found


def plan(decisions: Sequence[Decision], past: Past, limits: Limits, now: datetime) -> list[Decision]:
    """The decisions, in order; those to act that have to wait say so in `limit`, and why in `reason`.

    A decision on an account on which an action is in force already begins nothing and waits for nothing.
    """
    allowance = _Allowance(past, limits, now)
    return [_with_limit(decision, _limit(decision, past, limits, now, allowance)) for decision in decisions]


def plan_until_midnight(decisions: Sequence[Decision], past: Past, limits: Limits, now: datetime) -> list[Decision]:
    """The same for mutes until midnight (`quota`), which need no second look and only heed the limits of a sweep and
    of a day; these they share with what the rules ask for."""
    allowance = _Allowance(past, limits, now, weekly=False)
    return [_with_limit(decision, allowance.take() if decision.step else None) for decision in decisions]


def _with_limit(decision: Decision, limit: Limit | None) -> Decision:
    return replace(decision, limit=limit.name, reason=limit.reason) if limit else decision


def _limit(decision: Decision, past: Past, limits: Limits, now: datetime, allowance: "_Allowance") -> Limit | None:
    """The first limit that makes the decision wait."""
    if decision.step in (None, Step.REPORT) or begins_nothing(decision, past.on(decision.account.id)):
        return None
    return (
        _newly_followed(decision, past, limits, now)
        or _unconfirmed(decision, past, limits, now)
        or _failed_before(decision, past, now)
        or _too_many_at_once(decision, past, limits)
        or allowance.take()
    )


def begins_nothing(decision: Decision, actions: Sequence[RecordedAction]) -> bool:
    """Whether an action is in force on the account already, other than one that only stands in for this step."""
    in_force = in_force_on(actions, decision.account.id)
    return any(not stands_in_for(action, decision.step) for action in in_force)


def _newly_followed(decision: Decision, past: Past, limits: Limits, now: datetime) -> Limit | None:
    standing = past.standing.get(decision.account.id)
    since = (standing.followed_since if standing else None) or past.first_seen.get(decision.account.id)
    if since is None or since <= now - limits.newly_followed:
        return None
    return Limit(
        "newly followed",
        f"you follow it since {since:%-d %b}; it is left alone until {since + limits.newly_followed:%-d %b}",
    )


def _unconfirmed(decision: Decision, past: Past, limits: Limits, now: datetime) -> Limit | None:
    """A rule must fire again on posts read at least `confirm_after` later, and must not have let go in between.

    A milder rule's verdict confirms nothing: who was only reported for a year is not muted on the first day of a
    rule that mutes. Nor does what was found before the owner may have taken an action back.
    """
    feed_read = decision.verdict.feed_read
    if feed_read is None:
        return Limit("unconfirmed", "when its posts were read is not known")
    ended = perhaps_lifted(past.on(decision.account.id), decision.account.id)
    if ended and feed_read <= ended:
        return Limit("unconfirmed", f"{UNSEEN}; waits for a look at fresh posts")
    if now - feed_read > STALE:
        return Limit("unconfirmed", f"its posts were last read on {feed_read:%-d %b}; waits for a look at fresh ones")
    first = feed_read
    for entry in reversed(past.judged.get(decision.account.id, ())):
        if feed_read - first >= limits.confirm_after:
            break
        if entry.rule is None or not _as_severe(entry.step, decision.step) or (ended and entry.at <= ended):
            break
        first = entry.feed_read or first
    if feed_read - first >= limits.confirm_after:
        return None
    again = f"{first + limits.confirm_after:%-d %b %H:%M} UTC"
    return Limit("unconfirmed", f"found for the first time; waits for a second look at fresh posts after {again}")


def _as_severe(step: Step | None, wanted: Step | None) -> bool:
    return step is not None and wanted is not None and step.severity >= wanted.severity


def _failed_before(decision: Decision, past: Past, now: datetime) -> Limit | None:
    failed = failures(past.on(decision.account.id), decision.account.id, decision.step)
    if not failed or (len(failed) == 1 and failed[0].event is Event.CANCELLED):  # one crash is no fault of the action
        return None
    again = min(failed[-1].at, now) + min(FAILED_PAUSE * 4 ** min(len(failed) - 1, 8), MOST_PAUSE)
    if now >= again:
        return None
    return Limit("failed before", f"{failed[-1].reason}; tried again after {again:%-d %b %H:%M} UTC")


def _too_many_at_once(decision: Decision, past: Past, limits: Limits) -> Limit | None:
    rule = decision.verdict.rule or ""
    now_many, usual = past.found.get(rule, 0), past.usual.get(rule)
    if usual is None or not is_sudden(now_many, usual, limits):
        return None
    return Limit(
        "too many at once",
        f"“{rule}” suddenly finds {now_many} accounts, {usual} when you last looked; see `quietfeed report`, then "
        "`quietfeed confirm`",
    )


def is_sudden(many: int, usual: int, limits: Limits) -> bool:
    """Whether a rule finds so many more accounts than usual that all of them wait."""
    return many > usual * limits.sudden_factor + limits.sudden_least


def paused(
    decisions: Sequence[Decision], ends: datetime | None, quieted: Collection[str] = frozenset()
) -> list[Decision]:
    """The decisions; those to act that wait for nothing else wait for the end of the pause, where there is one. On who
    is `quieted` (ids) nothing more is done in any case."""
    if ends is None:
        return list(decisions)
    why = f"you asked to pause; nothing is done before {ends:%-d %b %H:%M} UTC"

    def waits(decision: Decision) -> bool:
        acts = decision.step not in (None, Step.REPORT)
        return acts and not decision.limit and decision.account.id not in quieted

    return [replace(d, limit=PAUSED, reason=why) if waits(d) else d for d in decisions]


@dataclass(frozen=True, slots=True)
class Room:
    """How much one of the limits on how many actions are begun leaves."""

    name: str
    """As decisions that wait for it name it."""
    most: int
    used: int
    reason: str
    """Why no more is begun once it is used up."""

    @property
    def left(self) -> int:
        """How many more may be begun; below zero where it was set lower since."""
        return self.most - self.used


def rooms(past: Past, limits: Limits, now: datetime, *, weekly: bool = True) -> list[Room]:
    """What each of these limits leaves, in the order in which they are asked."""
    begun = [a for a in past.actions if a.is_new and not a.is_asked]  # what the owner asks for takes no room
    today = sum(action.plan.at > now - DAY for action in begun)
    week = sum(action.plan.at > now - WEEK for action in begun if not action.until_midnight)
    found = [
        Room("sweep limit", limits.per_sweep, past.this_sweep, f"{limits.per_sweep} actions a sweep are the most"),
        Room("daily limit", limits.per_day, today, f"{limits.per_day} actions a day are the most, {today} are done"),
    ]
    if weekly:
        most = max(LEAST_A_WEEK, int((past.followed or 0) * limits.followed_share_per_week))
        share = f"{limits.followed_share_per_week:.0%}".replace("%", " %")
        whom = f"the {past.followed}" if past.followed is not None else "an unknown number of"
        words = f"{share} of {whom} accounts you follow, and {LEAST_A_WEEK} at least, are the most in a week"
        found.append(Room("weekly limit", most, week, f"{words}, {week} are done"))
    return found


class _Allowance:
    """How many more actions the limits allow; each one taken leaves one less. Counted when the first one is asked for:
    mostly, nobody comes so far."""

    def __init__(self, past: Past, limits: Limits, now: datetime, *, weekly: bool = True) -> None:
        self.past, self.limits, self.now, self.weekly = past, limits, now, weekly
        self.taken = 0

    @cached_property
    def rooms(self) -> list[Room]:
        """What each limit leaves."""
        return rooms(self.past, self.limits, self.now, weekly=self.weekly)

    def take(self) -> Limit | None:
        """Room for one more action, or the limit that says no."""
        for room in self.rooms:
            if self.taken >= room.left:
                return Limit(room.name, room.reason)
        self.taken += 1
        return None


def found_by_rule(entries: Sequence[Entry | Said]) -> dict[str, int]:
    """By rule, how many accounts the newest entries find; protected ones are not counted."""
    return dict(Counter(entry.rule for entry in entries if entry.rule and not entry.protection))
