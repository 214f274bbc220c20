"""What holds a decision back a while: confirmation, newness, failures before, and limits on how much is done."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bot.actions.lifecycle import Track, failures, of_account
from bot.config.types import Limits
from bot.judging.trust import Gate
from bot.model import Action, Decision, Entry, Event, Standing

FAILED_PAUSE = timedelta(hours=1)
"""The pause after a deed that did not take; four times as long after each further one, up to MOST_PAUSE."""
MOST_PAUSE = timedelta(days=7)
STALE = timedelta(days=7)
"""Nobody is touched on posts read longer ago than this."""
LEAST_A_WEEK = 3
"""The weekly share of a small timeline is not rounded down to nothing."""
DAY, WEEK = timedelta(days=1), timedelta(days=7)


@dataclass(frozen=True)
class Past:
    """What the brakes look back on. Keys are account ids."""

    tracks: Sequence[Track] = ()
    """Every deed, of the kind that is planned now: rehearsed or real."""
    judged: Mapping[str, Sequence[Entry]] = field(default_factory=dict)
    """JUDGED entries of the accounts decided on, oldest first."""
    standing: Mapping[str, Standing] = field(default_factory=dict)
    first_seen: Mapping[str, datetime] = field(default_factory=dict)
    """When an account first showed in the timeline, where it was not there from the beginning."""
    followed: int | None = None
    """How many accounts the owner follows."""
    usual: Mapping[str, int] = field(default_factory=dict)
    """By rule: how many accounts it condemned when the owner last saw it."""
    condemned: Mapping[str, int] = field(default_factory=dict)
    """By rule: how many accounts it condemns now."""


def plan(decisions: Sequence[Decision], past: Past, limits: Limits, now: datetime) -> list[Decision]:
    """The decisions, in order; those to act that have to wait say so in `waits`, and why in `reason`.

    A decision on an account on which a deed stands already is no new deed and waits for nothing.
    """
    room = _Room(past, limits, now)
    return [_braked(decision, past, limits, now, room) for decision in decisions]


def briefly(decisions: Sequence[Decision], past: Past, limits: Limits, now: datetime) -> list[Decision]:
    """The same for mutes until midnight (`quota`), which need no confirmation and only heed the daily limits."""
    room = _Room(past, limits, now, weekly=False)
    return [_with(decision, room.take() if decision.action else None) for decision in decisions]


def _with(decision: Decision, gate: Gate | None) -> Decision:
    return replace(decision, waits=gate.name, reason=gate.reason) if gate else decision


def _braked(decision: Decision, past: Past, limits: Limits, now: datetime, room: "_Room") -> Decision:
    if decision.action in (None, Action.REPORT) or of_account(past.tracks, decision.account.id):
        return decision
    gate = (
        _newly_followed(decision, past, limits, now)
        or _unconfirmed(decision, past, limits, now)
        or _failing(decision, past, now)
        or _too_many(decision, past, limits)
        or room.take()
    )
    return _with(decision, gate)


def _newly_followed(decision: Decision, past: Past, limits: Limits, now: datetime) -> Gate | None:
    standing = past.standing.get(decision.account.id)
    since = (standing.followed_since if standing else None) or past.first_seen.get(decision.account.id)
    if since is None or since <= now - limits.newly_followed:
        return None
    return Gate(
        "newly followed",
        f"you follow it since {since:%-d %b}; it is left alone until {since + limits.newly_followed:%-d %b}",
    )


def _unconfirmed(decision: Decision, past: Past, limits: Limits, now: datetime) -> Gate | None:
    """A rule must fire again on posts read at least `confirm_after` later, and must not have let go in between.

    A milder rule's verdict confirms nothing: who was only reported for a year is not muted on the first day of a
    rule that mutes.
    """
    proved = decision.verdict.proved
    first = proved
    for entry in reversed(past.judged.get(decision.account.id, ())):
        if entry.rule is None or not _as_severe(entry.action, decision.action):
            break
        first = entry.proved or first
    if proved is None or first is None:
        return Gate("unconfirmed", "when its posts were read is not known")
    if now - proved > STALE:
        return Gate("unconfirmed", f"its posts were last read on {proved:%-d %b}; to be confirmed by fresh ones")
    if proved - first >= limits.confirm_after:
        return None
    again = f"{first + limits.confirm_after:%-d %b %H:%M} UTC"
    return Gate("unconfirmed", f"found for the first time; to be confirmed by fresh posts after {again}")


def _as_severe(action: Action | None, wanted: Action | None) -> bool:
    return action is not None and wanted is not None and action.severity >= wanted.severity


def _failing(decision: Decision, past: Past, now: datetime) -> Gate | None:
    failed = failures(past.tracks, decision.account.id)
    if not failed or (len(failed) == 1 and failed[0].event is Event.CANCELLED):  # one crash is no fault of the deed
        return None
    again = min(failed[-1].at, now) + min(FAILED_PAUSE * 4 ** min(len(failed) - 1, 8), MOST_PAUSE)
    if now >= again:
        return None
    return Gate("failed before", f"{failed[-1].reason}; tried again after {again:%-d %b %H:%M} UTC")


def _too_many(decision: Decision, past: Past, limits: Limits) -> Gate | None:
    rule = decision.verdict.rule or ""
    now_many, usual = past.condemned.get(rule, 0), past.usual.get(rule)
    if usual is None or not sudden(now_many, usual, limits):
        return None
    return Gate(
        "too many at once",
        f"“{rule}” suddenly finds {now_many} accounts, {usual} when you last looked; see `quietfeed report`, then "
        "`quietfeed confirm`",
    )


def sudden(many: int, usual: int, limits: Limits) -> bool:
    """Whether a rule finds so many more accounts than usual that it is held whole."""
    return many > usual * limits.sudden_factor + limits.sudden_least


class _Room:
    """How many more deeds the limits allow; each one taken leaves room for one less."""

    def __init__(self, past: Past, limits: Limits, now: datetime, *, weekly: bool = True) -> None:
        counted = [t for t in past.tracks if t.took and not t.renewal and (not weekly or not t.brief)]
        begun = [track.plan.at for track in counted]
        today, week = sum(at > now - DAY for at in begun), sum(at > now - WEEK for at in begun)
        self.left: dict[str, tuple[int, str]] = {
            "sweep limit": (limits.per_sweep, f"{limits.per_sweep} deeds in one sweep are the most"),
            "daily limit": (limits.per_day - today, f"{limits.per_day} deeds a day are the most, {today} are done"),
        }
        if weekly:
            most = max(LEAST_A_WEEK, int((past.followed or 0) * limits.followed_share_per_week))
            share = f"{limits.followed_share_per_week:.0%}".replace("%", " %")
            whom = f"the {past.followed}" if past.followed is not None else "an unknown number of"
            words = f"{share} of {whom} accounts you follow, and {LEAST_A_WEEK} at least, are the most in a week"
            self.left["weekly limit"] = (most - week, f"{words}, {week} are done")
        self.taken = 0

    def take(self) -> Gate | None:
        """Room for one more deed, or the limit that says no."""
        for name, (most, words) in self.left.items():
            if self.taken >= most:
                return Gate(name, words)
        self.taken += 1
        return None


def condemned(entries: Sequence[Entry]) -> dict[str, int]:
    """By rule, how many accounts the newest entries condemn."""
    return dict(Counter(entry.rule for entry in entries if entry.rule and not entry.hold))
