"""What became of each deed: the ledger's entries folded into deeds that are open, live or ended."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.model import Action, Deed, Entry, Event, Standing

SAME_END = timedelta(minutes=10)
"""Two ends of a mute that are closer than this are one: servers count from when the request arrives."""
BY_ITSELF = timedelta(minutes=2)
"""A mute that is gone so shortly before its end has run out; gone earlier, somebody has lifted it."""
QUOTA = "quota"
"""Reason of a plan that only lasts until the owner's midnight: it is neither judged again nor renewed."""
INTERRUPTED = "interrupted before it was done"
"""Reason of a plan that a crash or a fault cut off before it took."""
RENEWAL = "renewed"
"""Reason of a plan that goes on with a deed that ran out."""
ENDS = frozenset({Event.FAILED, Event.CANCELLED, Event.EXPIRED, Event.UNDONE, Event.VETOED})
"""Events after which a deed is over."""


@dataclass(frozen=True)
class Track:
    """One deed as the ledger tells it, from its plan to where it is now."""

    plan: Entry
    """Its PLANNED entry: rule, readings and evidence."""
    last: Entry
    """Its newest entry."""
    deed: Deed
    """With what stood before, where that is known."""
    ends: datetime | None = None
    """When the server said, once it was done, that it ends by itself."""
    troubles: int = 0
    """How often taking it back failed."""

    @property
    def open(self) -> bool:
        """Begun and not finished: a crash or a fault came between."""
        return self.last.event in (Event.PLANNED, Event.LIFTING)

    @property
    def live(self) -> bool:
        """Done and not taken back. A rehearsed deed is live from its plan on."""
        return self.last.event is Event.DONE or (self.plan.dry and self.last.event is Event.PLANNED)

    @property
    def took(self) -> bool:
        """Whether it was done, or may have been."""
        return self.last.event not in (Event.FAILED, Event.CANCELLED)

    @property
    def brief(self) -> bool:
        """Whether it only lasts until the owner's midnight."""
        return self.plan.reason == QUOTA

    @property
    def renewal(self) -> bool:
        """Whether it only goes on with what another deed began."""
        return self.plan.reason == RENEWAL

    def over(self, now: datetime) -> bool:
        """Whether its time has run out, by our clock or as the server counts."""
        return any(end is not None and now >= end for end in (self.deed.until, self.ends))

    def ended_by_itself(self, now: datetime) -> bool:
        """Whether the server may have ended it: only where it said that it would."""
        return self.ends is not None and self.over(now + BY_ITSELF)


def tracks(entries: Iterable[Entry], *, dry: bool) -> list[Track]:
    """Every deed of the entries (in the order written), the rehearsed ones or the real ones."""
    found: dict[str, Track] = {}
    for entry in entries:
        if not entry.deed or entry.dry is not dry:
            continue
        before = found.get(entry.deed)
        if before is None:
            if entry.event is Event.PLANNED:
                found[entry.deed] = Track(entry, entry, deed_of(entry))
        elif before.last.event not in ENDS:
            found[entry.deed] = _further(before, entry)
    return list(found.values())


def _further(track: Track, entry: Entry) -> Track:
    """A track with its next entry. What is being taken back stays so, though another process notes that it is done."""
    if entry.event is Event.DONE:
        track = replace(track, deed=replace(track.deed, before=dict(entry.before)), ends=entry.ends)
        return track if track.last.event is Event.LIFTING else replace(track, last=entry)
    return replace(track, last=entry, troubles=track.troubles + bool(entry.event is Event.LIFTING and entry.waits))


def deed_of(entry: Entry) -> Deed:
    """The deed that a PLANNED entry announces."""
    assert entry.action is not None  # noqa: S101  a plan always has one
    return Deed(entry.account, entry.action, entry.until, entry.list_title, dict(entry.before))


def stands(deed: Deed, standing: Standing) -> bool:
    """Whether the deed's effect is in place, be it by a stronger step."""
    return not gone(deed, standing) or (deed.action is Action.HIDE_REPOSTS and standing.muted)


def gone(deed: Deed, standing: Standing) -> bool:
    """Whether nothing of the deed itself is left."""
    if deed.action is Action.MUTE:
        return not standing.muted
    if deed.action is Action.HIDE_REPOSTS:
        return not standing.reposts_hidden
    return deed.action is Action.LIST and not on_list(deed.list_title, standing)


def on_list(title: str, standing: Standing) -> bool:
    """Whether the account is on the list of that title; case and outer spaces tell no two lists apart."""
    return title.strip().casefold() in {one.strip().casefold() for one in standing.lists}


def taken_over(track: Track, standing: Standing) -> bool:
    """Whether the owner has muted anew, for another time than the deed did: the mute is theirs from then on.

    Held against the end that the server told when the deed was done, so that its clock may differ from ours. Where
    it told none, a mute set anew for good looks like ours, and nothing is concluded.
    """
    if track.deed.action is not Action.MUTE or not standing.muted:
        return False
    if standing.muted_until is None:
        return track.ends is not None
    meant = track.ends or track.deed.until
    return meant is None or abs(standing.muted_until - meant) > SAME_END


def ours(track: Track, standing: Standing, *, ends_told: bool) -> bool:
    """Whether what stands is the effect of a plan that was cut off, and not a mute that the owner set since.

    `ends_told`: this server has told the end of a mute before, so one without an end is not ours.
    """
    if gone(track.deed, standing):
        return False
    if track.deed.action is not Action.MUTE:
        return True
    end, meant = standing.muted_until, track.deed.until
    if end is None or meant is None:
        return end is meant or (end is None and not ends_told)
    return abs(end - meant) <= SAME_END


def replaced(track: Track, all_tracks: Sequence[Track]) -> Track | None:
    """The deed that goes on with this one."""
    same = [t for t in all_tracks if t.live and t.renewal and t.deed.account.id == track.deed.account.id]
    later = [t for t in same if t.deed.action is track.deed.action and t.plan.deed != track.plan.deed]
    return next((t for t in reversed(later) if t.plan.at >= track.plan.at), None)


def of_account(all_tracks: Sequence[Track], account_id: str) -> list[Deed]:
    """The deeds that stand on an account."""
    return [t.deed for t in all_tracks if t.deed.account.id == account_id and (t.live or t.open)]


def failures(all_tracks: Sequence[Track], account_id: str) -> list[Entry]:
    """The account's deeds that failed or were cut off since the last one that took, oldest first."""
    run: list[Entry] = []
    for track in all_tracks:
        if track.deed.account.id == account_id and not track.plan.dry:
            run = [*run, track.last] if _failed(track.last) else []
    return run


def _failed(entry: Entry) -> bool:
    cut_off = entry.event is Event.CANCELLED and entry.reason == INTERRUPTED
    return entry.event is Event.FAILED or cut_off
