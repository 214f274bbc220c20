"""Doing and taking back: every deed is planned before it is done, read back after it, and recorded both times.

`Hands` touches the platform. `Rehearsal` carries out the same plans on the ledger alone: it is what a dry run has
instead of hands. Both are given the same decisions.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import uuid4

from bot.clock import Clock
from bot.deeds import SAME_END, Track, stands, taken_over, tracks
from bot.model import Action, Decision, Deed, Entry, Event, Standing
from bot.platforms.base import AccountGone, Platform, Unsupported
from bot.store import Store

READ_BACK = 3
"""How often a deed that does not show yet is read back, and done again, before it is taken for failed."""
PAUSE = 2.0
"""Seconds before it is tried again, twice as long each further time."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What a plan takes from the config, and from the deed that it renews."""

    fingerprint: str
    list_title: str
    before: Mapping[str, str] = field(default_factory=dict)
    reason: str = ""


class Rehearsal:
    """Plans go into the ledger, marked dry, and stay there."""

    dry = True

    def __init__(self, profile: str, store: Store, clock: Clock) -> None:
        self.profile, self.store, self.clock = profile, store, clock

    def perform(self, decision: Decision, terms: Terms) -> Event:
        """Record what would be done."""
        plan = planned(self.profile, decision, terms, self.clock.now(), dry=True)
        self.store.record([plan])
        return Event.PLANNED

    def tracks(self) -> list[Track]:
        """The rehearsed deeds."""
        return told(self.store, self.profile, dry=True)

    def release(self, track: Track, event: Event, reason: str) -> Event:
        """Record that it would be taken back."""
        self.store.record([became(track, event, self.clock.now(), reason)])
        return event

    def close(self, track: Track, reason: str) -> Event:
        """Record that a deed would have run out."""
        return self.release(track, Event.EXPIRED, reason)


class Hands:
    """Plans are carried out on the platform."""

    dry = False

    def __init__(self, profile: str, platform: Platform, store: Store, clock: Clock) -> None:
        self.profile, self.platform, self.store, self.clock = profile, platform, store, clock

    def perform(self, decision: Decision, terms: Terms) -> Event:
        """Plan, do, read back, record: DONE, or FAILED with the reason. A fault of the network passes through and
        leaves the plan open, for `recover`."""
        plan = planned(self.profile, decision, terms, self.clock.now(), dry=False)
        self.store.record([plan])
        (track,) = tracks([plan], dry=False)
        return self._carry_out(track)

    def tracks(self) -> list[Track]:
        """The deeds that were meant."""
        return told(self.store, self.profile, dry=False)

    def _carry_out(self, track: Track) -> Event:
        try:
            before = self.platform.act(track.deed)
        except (Unsupported, AccountGone) as fault:
            return self._note(track, Event.FAILED, str(fault))
        done = replace(track, deed=replace(track.deed, before=dict(track.deed.before or before)))
        if self._shows(done.deed, wanted=True):
            return self._note(done, Event.DONE, "")
        return self._note(done, Event.FAILED, f"the {_noun(track.deed.action)} did not take")

    def _shows(self, deed: Deed, *, wanted: bool) -> bool:
        """Read the deed back, and do (or undo) it again where it does not show, a few times."""
        for attempt in range(READ_BACK):
            if stands(deed, self.standing([deed]).get(deed.account.id, Standing())) is wanted:
                return True
            if attempt < READ_BACK - 1:
                self.clock.wait(PAUSE * 2**attempt)
                if wanted:
                    self.platform.act(deed)
                else:
                    self.platform.undo(deed)
        return False

    def standing(self, deeds: Iterable[Deed]) -> dict[str, Standing]:
        """How the owner stands to the accounts of the deeds, without what the owner did with their posts."""
        accounts = {deed.account.id: deed.account for deed in deeds}
        return self.platform.standing(list(accounts.values()), None) if accounts else {}

    def release(self, track: Track, event: Event, reason: str) -> Event:
        """Announce, take back, read back, record `event`. What the owner's own mute would lose is never touched."""
        if track.last.event is not Event.LIFTING:
            lifting = became(track, Event.LIFTING, self.clock.now(), f"{event}: {reason}")
            self.store.record([lifting])
            track = replace(track, last=lifting)
        try:
            self.platform.undo(track.deed)
        except AccountGone as gone:
            return self._note(track, event, f"{reason}; {gone}")
        if self._shows(track.deed, wanted=False):
            return self._note(track, event, reason)
        return self._note(track, event, f"{reason}; it still shows, look at it yourself")

    def close(self, track: Track, reason: str) -> Event:
        """Record that a deed has run out where nothing is to be taken back: another one has its place."""
        return self._note(track, Event.EXPIRED, reason)

    def recover(self) -> None:
        """Finish what a crash or a fault left open: a plan whose effect shows is done, another is cancelled; what
        was being taken back is taken back."""
        open_tracks = [track for track in self.tracks() if track.open]
        standing = self.standing(track.deed for track in open_tracks)
        for track in open_tracks:
            if track.last.event is Event.LIFTING:
                word, _, reason = track.last.reason.partition(": ")
                self.release(track, Event(word), reason)
            elif stands(track.deed, standing.get(track.deed.account.id, Standing())):
                self._note(track, Event.DONE, "found done after an interruption")
            else:
                self._note(track, Event.CANCELLED, "interrupted before it was done")

    def watch(self) -> None:
        """Notice what the owner changed by hand: a deed that is gone is a veto, a mute set anew is theirs."""
        live = [track for track in self.tracks() if track.live]
        standing = self.standing(track.deed for track in live)
        for track in live:
            now = standing.get(track.deed.account.id)
            if now is not None:
                self._compare(track, now)

    def _compare(self, track: Track, standing: Standing) -> None:
        deed = track.deed
        if taken_over(deed, standing):
            self._note(track, Event.CANCELLED, "you muted it anew yourself: it is yours now")
        elif stands(deed, standing) or track.over(self.clock.now() + SAME_END):
            return  # as it should be, or run out by itself: `expire` sees to that
        elif deed.action is not Action.MUTE and standing.following is False:
            self._note(track, Event.CANCELLED, "you do not follow it any more")
        else:
            self.store.set_feedback(self.profile, deed.account, "veto", "you took it back by hand", self.clock.now())
            self._note(track, Event.VETOED, "you took it back by hand")

    def _note(self, track: Track, event: Event, reason: str) -> Event:
        self.store.record([became(track, event, self.clock.now(), reason)])
        return event


def told(store: Store, profile: str, *, dry: bool) -> list[Track]:
    """Every deed of the profile that the ledger tells of: the rehearsed or the real ones."""
    return tracks(store.entries(profile, events=set(Event) - {Event.JUDGED}), dry=dry)


def planned(profile: str, decision: Decision, terms: Terms, now: datetime, *, dry: bool) -> Entry:
    """The PLANNED entry of a decision, with a deed id of its own."""
    verdict = decision.verdict
    fired = next((rule for rule in verdict.rules if rule.rule == verdict.rule), None)
    return Entry(
        at=now,
        profile=profile,
        account=verdict.account,
        event=Event.PLANNED,
        rule=verdict.rule,
        action=decision.action,
        reason=terms.reason,
        readings=verdict.readings,
        comparisons=fired.when if fired else (),
        evidence=verdict.evidence,
        until=decision.until,
        deed=uuid4().hex,
        before=dict(terms.before),
        fingerprint=terms.fingerprint,
        dry=dry,
        proved=verdict.proved,
        list_title=terms.list_title if decision.action is Action.LIST else "",
    )


def became(track: Track, event: Event, now: datetime, reason: str) -> Entry:
    """What became of a deed, as the next line of its story."""
    return replace(track.plan, at=now, event=event, reason=reason, before=dict(track.deed.before))


def _noun(action: Action) -> str:
    return {Action.MUTE: "mute", Action.LIST: "list entry", Action.HIDE_REPOSTS: "hiding of reposts"}[action]
