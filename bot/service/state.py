"""How a profile fares in the daemon, kept in the store for whoever looks: its next sweep, its waits, its troubles."""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta

from bot.model import Trouble
from bot.platforms.base import LoginNeeded
from bot.report.status import NO_DAEMON
from bot.service import tried
from bot.store import Store

WORKS = ("config", "login", "sweep", "report", "ping")
"""What can fail by itself; a sweep that fails for its login is told as the login."""
IN_FLEET, PAUSED = "swept", "paused"
"""How a profile stands in a fleet."""
SWEEP = frozenset({"login", "sweep"})
"""Of these one fails at a time, and a sweep that goes well ends both."""


def note_next(store: Store, upcoming: Mapping[str, datetime | None]) -> None:
    """Keep when the daemon sweeps each profile next, by its name, all at once; None where it does not run."""
    store.note_all({f"next:{profile}": at.isoformat() if at else "" for profile, at in upcoming.items()})


def next_sweep(profile: str, store: Store) -> datetime | None:
    """When the daemon sweeps next; None where none is at work, be it that one was killed. In a fleet some worker will,
    unless the profile is paused there: one that is not at work holds nothing of the store."""
    upcoming, fleet = store.noted_time(f"next:{profile}"), store.noted(f"fleet:{profile}")
    return upcoming if fleet == IN_FLEET or (not fleet and store.in_use()) else None


def note_fleet(profile: str, store: Store, stands: str) -> None:
    """Keep how it stands in a fleet: IN_FLEET, PAUSED there, or nothing where it is in none."""
    if store.noted(f"fleet:{profile}") != stands:
        store.note(f"fleet:{profile}", stands)


def at_rest(profile: str, store: Store) -> tuple[str, str]:
    """Why nobody sweeps it where nobody does, in a clause, and the command that changes it."""
    fleet = store.noted(f"fleet:{profile}")
    if fleet == PAUSED:
        return "it is paused in the fleet", f"quietfeed fleet resume {profile}"
    return ("no worker has come to it", "quietfeed worker") if fleet else NO_DAEMON


def note_wait(profile: str, store: Store, what_for: str, until: datetime | None) -> None:
    """Keep what is waited for; `until` is None once that is over."""
    store.note(f"waiting for:{profile}", f"{until.isoformat()} {what_for}" if until else "")


def waiting(profile: str, store: Store, now: datetime) -> tuple[str, datetime] | None:
    """What is waited for and until when, or None. A wait that a killed process left behind is none."""

    def read(noted: str) -> tuple[str, datetime]:
        until, _, what_for = noted.partition(" ")
        return what_for, datetime.fromisoformat(until)

    found = store.noted_as(f"waiting for:{profile}", read)
    return found if found and store.in_use() and now < found[1] < now + timedelta(days=1) else None


def sweep_fails_for(fault: Exception) -> str:
    """What a sweep that raised this fails for: the login where that is refused or not there."""
    return "login" if isinstance(fault, LoginNeeded) else "sweep"


def note_trouble(profile: str, store: Store, what: str, words: str, now: datetime, again: datetime) -> Trouble:
    """Keep that something failed; since when is that of the first failure since it last went well."""
    if what in SWEEP:
        _forget(profile, store, *SWEEP - {what})
    before = _trouble(profile, store, what)
    found = Trouble(what, min(before.since, now) if before else now, words, again)
    facts = {"since": found.since.isoformat(), "words": words, "again": again.isoformat()}
    store.note(f"trouble:{what}:{profile}", json.dumps(facts))
    return found


def went_well(profile: str, store: Store, what: str) -> None:
    """Forget the trouble that there was."""
    _forget(profile, store, *(SWEEP if what in SWEEP else (what,)))


def _forget(profile: str, store: Store, *works: str) -> None:
    for what in works:
        if store.noted(f"trouble:{what}:{profile}"):
            store.note(f"trouble:{what}:{profile}", "")


def troubles(profile: str, store: Store) -> list[Trouble]:
    """What fails at present; one cause, told in one sentence, once."""
    found = [trouble for what in WORKS if (trouble := _trouble(profile, store, what))]
    found += tried.troubles(profile, store)
    return list({trouble.words: trouble for trouble in reversed(found)}.values())[::-1]


def note_jump(store: Store, by: timedelta, now: datetime) -> None:
    """Keep that somebody set the clock by so much."""
    store.note("clock set", f"{now.isoformat()} {by.total_seconds():.0f}")


def jump(store: Store, now: datetime) -> tuple[datetime, timedelta] | None:
    """When the clock was last set, by its own telling, and by how much; None where that is more than a day ago."""

    def read(noted: str) -> tuple[datetime, timedelta]:
        at, _, seconds = noted.partition(" ")
        return datetime.fromisoformat(at), timedelta(seconds=float(seconds))

    found = store.noted_as("clock set", read)
    return found if found and abs(now - found[0]) <= timedelta(days=1) else None


def _trouble(profile: str, store: Store, what: str) -> Trouble | None:
    def read(noted: str) -> Trouble:
        facts = json.loads(noted)
        since, again = datetime.fromisoformat(facts["since"]), datetime.fromisoformat(facts["again"])
        return Trouble(what, since, str(facts["words"]), again)

    return store.noted_as(f"trouble:{what}:{profile}", read)
