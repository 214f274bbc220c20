"""What became of each deed: the ledger's entries folded into deeds that are open, live or ended."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.model import Action, Deed, Entry, Event, Standing

SAME_END = timedelta(minutes=10)
"""Two ends of a mute that are closer than this are one: servers count from when the request arrives."""
QUOTA = "quota"
"""Reason of a plan that only lasts until the owner's midnight: it is neither judged again nor renewed."""
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
        """Whether its time has run out."""
        return self.deed.until is not None and now >= self.deed.until


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
            deed = replace(before.deed, before=dict(entry.before)) if entry.event is Event.DONE else before.deed
            found[entry.deed] = Track(before.plan, entry, deed)
    return list(found.values())


def deed_of(entry: Entry) -> Deed:
    """The deed that a PLANNED entry announces."""
    assert entry.action is not None  # noqa: S101  a plan always has one
    return Deed(entry.account, entry.action, entry.until, entry.list_title, dict(entry.before))


def stands(deed: Deed, standing: Standing) -> bool:
    """Whether the deed's effect is in place."""
    if deed.action is Action.MUTE:
        return standing.muted
    if deed.action is Action.HIDE_REPOSTS:
        return standing.reposts_hidden or standing.muted
    return deed.action is Action.REPORT or deed.list_title in standing.lists


def taken_over(deed: Deed, standing: Standing) -> bool:
    """Whether the owner has muted anew, for another time than the deed did: the mute is theirs from then on.

    Only a server that tells when a mute ends can show it; where it tells none at all, nothing is concluded.
    """
    if deed.action is not Action.MUTE or not standing.muted or standing.muted_until is None or deed.until is None:
        return False
    return abs(standing.muted_until - deed.until) > SAME_END


def of_account(all_tracks: Sequence[Track], account_id: str) -> list[Deed]:
    """The deeds that stand on an account."""
    return [t.deed for t in all_tracks if t.deed.account.id == account_id and (t.live or t.open)]


def failures(all_tracks: Sequence[Track], account_id: str) -> list[Entry]:
    """The account's failed deeds since the last one that took, oldest first."""
    run: list[Entry] = []
    for track in all_tracks:
        if track.deed.account.id != account_id or track.plan.dry:
            continue
        run = [*run, track.last] if track.last.event is Event.FAILED else []
    return run
