"""Doing and taking back: every deed is planned before it is done, read back after it, and recorded both times.

`Hands` touches the platform. `Rehearsal` carries out the same plans on the ledger alone: it is what a dry run has
instead of hands. Both are given the same decisions.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import timedelta

from bot.actions.entries import Terms, became, no_better, planned
from bot.actions.lifecycle import INTERRUPTED, RENEWAL, Track, gone, ours, replaced, stands, taken_over, tracks
from bot.clock import Clock
from bot.model import Action, Decision, Deed, Event, Standing
from bot.platforms.base import AccountGone, Platform, PlatformError, RateLimited, Unreachable
from bot.store import Store

READ_BACK = 3
"""How often a deed that does not show yet is read back, and done again, before it is taken for failed."""
PAUSE = 2.0
"""Seconds before it is tried again, twice as long each further time."""
AT_ONCE = 2
"""How often a deed that could not be taken back is tried again at the very next sweep; then after pauses."""
LIFT_PAUSE, MOST_LIFT_PAUSE = timedelta(hours=1), timedelta(days=1)
PASSING = (Unreachable, RateLimited)
"""Faults of the network as a whole: the sweep ends. Any other fault of a platform costs the one deed."""
YOURS = "you muted it anew yourself: it is yours now"


class Rehearsal:
    """Plans go into the ledger, marked dry, and stay there."""

    dry = True

    def __init__(self, profile: str, store: Store, clock: Clock) -> None:
        self.profile, self.store, self.clock = profile, store, clock

    def perform(self, decision: Decision, terms: Terms) -> Event:
        """Record what would be done; CANCELLED, and nothing recorded, where the owner protected it this moment."""
        if decision.account.id in protected(self.profile, self.store):
            return Event.CANCELLED
        plan = planned(self.profile, decision, terms, self.clock.now(), dry=True)
        self.store.record([plan])
        return Event.PLANNED

    def tracks(self) -> list[Track]:
        """The rehearsed deeds."""
        return told(self.store, self.profile, dry=True)

    def protected(self) -> dict[str, str]:
        """Whom the owner protects by name, and why."""
        return protected(self.profile, self.store)

    def still_ours(self, track: Track) -> bool:
        """Nobody can have changed what was never done."""
        return track.live

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
        """Plan, do, read back, record: DONE, or FAILED with the reason.

        CANCELLED, and nothing recorded, where the owner was quicker: they protected the account, or did the same
        themselves, since the decision was made. A fault of the network passes through and leaves the plan open, for
        `recover`.
        """
        plan = planned(self.profile, decision, terms, self.clock.now(), dry=False)
        (track,) = tracks([plan], dry=False)
        if decision.account.id in self.protected() or (not track.renewal and stands(track.deed, self._now(track))):
            return Event.CANCELLED
        self.store.record([plan])
        return self._carry_out(track)

    def tracks(self) -> list[Track]:
        """The deeds that were meant."""
        return told(self.store, self.profile, dry=False)

    def protected(self) -> dict[str, str]:
        """Whom the owner protects by name, and why."""
        return protected(self.profile, self.store)

    def _carry_out(self, track: Track) -> Event:
        try:
            before = self.platform.act(track.deed)
        except PlatformError as fault:
            if isinstance(fault, PASSING):
                raise
            return self._note(track, Event.FAILED, str(fault))
        done = replace(track, deed=replace(track.deed, before=dict(track.deed.before or before)))
        fault_shown, standing = self._read_back(done.deed, stands, self.platform.act)
        if standing is None:
            self._drop(done)
            return self._note(done, Event.FAILED, fault_shown or f"the {_noun(track.deed.action)} did not take")
        if self._taken_back_meanwhile(done):
            self._drop(done)
            return Event.CANCELLED
        return self._done(done, standing, RENEWAL if track.renewal else "")

    def _done(self, track: Track, standing: Standing, reason: str) -> Event:
        ends = standing.muted_until if track.deed.action is Action.MUTE else None
        return self._note(replace(track, ends=ends), Event.DONE, reason)

    def _drop(self, track: Track) -> None:
        """Take back what did not show, or is wanted no more: a server may only be slow, and nobody would end it."""
        try:
            self.platform.undo(track.deed)
        except PlatformError as fault:
            if isinstance(fault, PASSING):
                raise

    def _taken_back_meanwhile(self, track: Track) -> bool:
        """Whether `quietfeed undo`, a process of its own, took the deed back while it was being done."""
        deeds = self.store.entries(self.profile, account_id=track.deed.account.id, events=set(Event) - {Event.JUDGED})
        return any(entry.deed == track.plan.deed and entry.event is not Event.PLANNED for entry in deeds)

    def _read_back(
        self, deed: Deed, shows: Callable[[Deed, Standing], bool], again: Callable[[Deed], object]
    ) -> tuple[str, Standing | None]:
        """Read the deed back, and do (or undo) it again where it does not show, a few times.

        How the owner stands to the account once it shows; None, and the fault where there was one, if it does not.
        """
        try:
            for attempt in range(READ_BACK):
                standing = self.standing([deed]).get(deed.account.id, Standing())
                if shows(deed, standing):
                    return "", standing
                if attempt < READ_BACK - 1:
                    self.clock.wait(PAUSE * 2**attempt)
                    again(deed)
        except PlatformError as fault:
            if isinstance(fault, PASSING):
                raise
            return str(fault), None
        return "", None

    def standing(self, deeds: Iterable[Deed]) -> dict[str, Standing]:
        """How the owner stands to the accounts of the deeds, without what the owner did with their posts."""
        accounts = {deed.account.id: deed.account for deed in deeds}
        return self.platform.standing(list(accounts.values()), None) if accounts else {}

    def _now(self, track: Track) -> Standing:
        return self.standing([track.deed]).get(track.deed.account.id, Standing())

    def release(self, track: Track, event: Event, reason: str) -> Event:
        """Announce, take back, read back, record `event`. A mute that the owner set anew is left to them.

        LIFTING where it could not be taken back: `recover` tries again.
        """
        if track.last.event is not Event.LIFTING:
            lifting = became(track, Event.LIFTING, self.clock.now(), f"{event}: {reason}")
            self.store.record([lifting])
            track = replace(track, last=lifting)
        try:
            standing = self._now(track)
            if taken_over(track, standing):
                return self._note(track, Event.CANCELLED, YOURS)
            if not gone(track.deed, standing):
                self.platform.undo(track.deed)
                fault_shown, now = self._read_back(track.deed, gone, self.platform.undo)
                if now is None:
                    return self._stuck(track, fault_shown or f"the {_noun(track.deed.action)} still shows")
        except AccountGone as lost:
            reason = f"{reason}; {lost}"
        except PlatformError as fault:
            self._stuck(track, str(fault))
            if isinstance(fault, PASSING):
                raise
            return Event.LIFTING
        return self._note(track, event, reason)

    def _stuck(self, track: Track, trouble: str) -> Event:
        """Keep that it could not be taken back yet, and why."""
        lifting = became(track, Event.LIFTING, self.clock.now(), track.last.reason)
        self.store.record([replace(lifting, waits=trouble)])
        return Event.LIFTING

    def close(self, track: Track, reason: str) -> Event:
        """Record that a deed has run out where nothing is to be taken back: another one has its place."""
        return self._note(track, Event.EXPIRED, reason)

    def recover(self) -> None:
        """Finish what a crash or a fault left open: a plan whose effect shows is done, another is cancelled; what
        was being taken back is taken back; what a renewal has replaced is closed."""
        everything = self.tracks()
        unfinished = [track for track in everything if track.open and not self._pausing(track)]
        standing = self.standing(track.deed for track in unfinished)
        ends_told = any(track.ends for track in everything)
        for track in unfinished:
            now = standing.get(track.deed.account.id, Standing())
            if track.last.event is Event.LIFTING:
                word, _, reason = track.last.reason.partition(": ")
                self.release(track, Event(word), reason)
            elif ours(track, now, ends_told=ends_told):
                self._done(track, now, "found done after an interruption")
            else:
                self._note(track, Event.CANCELLED, INTERRUPTED)
        self._close_replaced()

    def _pausing(self, track: Track) -> bool:
        """Whether a deed that could not be taken back is left for a while, so that the rest of the sweep goes on."""
        more = track.troubles - AT_ONCE
        now, since = self.clock.now(), track.last.at
        return more > 0 and since <= now < since + min(LIFT_PAUSE * 4 ** min(more - 1, 8), MOST_LIFT_PAUSE)

    def _close_replaced(self) -> None:
        """A crash between a renewal and its record leaves two deeds of which one is done with."""
        everything = self.tracks()
        for track in everything:
            follower = replaced(track, everything) if track.live else None
            if follower:
                self.close(track, no_better(follower.deed.until))

    def watch(self) -> None:
        """Notice what the owner changed by hand: a deed that is gone is a veto, a mute set anew is theirs."""
        live = [track for track in self.tracks() if track.live]
        standing = self.standing(track.deed for track in live)
        for track in live:
            now = standing.get(track.deed.account.id)
            if now is not None:
                self._compare(track, now)

    def still_ours(self, track: Track) -> bool:
        """Look at one deed again, before something is decided about it."""
        standing = self.standing([track.deed]).get(track.deed.account.id)
        return standing is None or self._compare(track, standing) is None

    def _compare(self, track: Track, standing: Standing) -> Event | None:
        """How the owner ended the deed; None where they did not, or where the platform does not say."""
        deed, now = track.deed, self.clock.now()
        if taken_over(track, standing):
            return self._note(track, Event.CANCELLED, YOURS)
        if stands(deed, standing) or track.ended_by_itself(now):
            return None  # as it should be, or run out: `expire` sees to that
        if standing.following is None:
            return None  # the account is gone or cannot be seen: that is none of the owner's doing
        if deed.action is not Action.MUTE and not standing.following:
            return self._note(track, Event.CANCELLED, "you do not follow it any more")
        self.store.set_feedback(self.profile, deed.account, "veto", "you took it back by hand", now)
        return self._note(track, Event.VETOED, "you took it back by hand")

    def _note(self, track: Track, event: Event, reason: str) -> Event:
        self.store.record([became(track, event, self.clock.now(), reason)])
        return event


def protected(profile: str, store: Store) -> dict[str, str]:
    """Whom the owner protects by name or by having taken a deed back: the sentence that says so, by account id."""
    kept = dict.fromkeys(store.feedback(profile, "keep"), "kept: you asked to keep it")
    return dict.fromkeys(store.feedback(profile, "veto"), "veto: you took back what was done to it") | kept


def told(store: Store, profile: str, *, dry: bool) -> list[Track]:
    """Every deed of the profile that the ledger tells of: the rehearsed or the real ones."""
    return tracks(store.deeds(profile), dry=dry)


def _noun(action: Action) -> str:
    return {Action.MUTE: "mute", Action.LIST: "list entry", Action.HIDE_REPOSTS: "hiding of reposts"}[action]
