"""`fleet`: the profiles of many owners, added, listed, paused and removed by whoever runs the workers."""

import argparse
import json
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from bot import logins
from bot.cli import wiring
from bot.cli.terminal import say, table
from bot.config import Profile
from bot.config.credentials import Credentials
from bot.errors import UserError
from bot.report import fleet as told
from bot.report.escape import terminal
from bot.report.figures import plural
from bot.service import state
from bot.store import Store, open_store

if TYPE_CHECKING:
    from bot.fleet.keys import Keys
    from bot.fleet.members import Member, Members
    from bot.fleet.queue import Queue

INSTALL = "pip install 'quietfeed[fleet]'"
YAML = (".yaml", ".yml")


@dataclass(frozen=True)
class Fleet:
    """An open fleet: its profiles, its queue, and the store beside."""

    members: "Members"
    queue: "Queue"
    store: Store


def fleet(arguments: argparse.Namespace) -> int:
    """Do what is asked for."""
    with library():
        if arguments.what == "new-key":
            from bot.fleet.keys import new_key

            print(new_key())
            return 0
        logins.made_for_a_fleet()
        with opened() as kept:
            return DOES[arguments.what](kept, arguments)


def _list(kept: Fleet, arguments: argparse.Namespace) -> int:
    now = datetime.now(UTC)
    found = _status(kept, now)
    if arguments.json:
        print(json.dumps(told.data(found), ensure_ascii=False, indent=1))
        return 0
    if found.profiles:
        print(table(told.table(found, now)))
    say(told.summary(found, now))
    return 0


def _status(kept: Fleet, now: datetime) -> told.FleetStatus:
    places, last = kept.queue.places(), kept.store.last_sweeps()
    workers, silent = kept.queue.workers(now)
    found = []
    for member in kept.members.all():
        place, profile = places.get(member.name), _profile(member)
        failures = place.failures if place else 0
        one = told.FleetProfile(
            member.name,
            profile.platform if profile else "",
            profile.server if profile else "",
            member.added,
            member.paused,
            at_work=place is not None and place.at_work,
            last=last.get(member.name),
            upcoming=(place.at or now) if place and not member.paused else None,
            failures=failures,
            troubles=tuple(state.troubles(member.name, kept.store)) if failures else (),
        )
        found.append(one)
    return told.FleetStatus(workers, silent, found)


def _profile(member: "Member") -> Profile | None:
    """What it is in its config; None where this version does not understand that any more."""
    from bot.fleet.members import profile_of

    try:
        return profile_of(member.name, member.config)[0]
    except UserError:
        return None


def _add(kept: Fleet, arguments: argparse.Namespace) -> int:
    """All or none: what is wrong with one is said before anything is kept."""
    keys, secrets = keys_here(), wiring.credentials()
    found = [one for named in arguments.names for one in _read(named, arguments)]
    for path, _, profile in found:
        _refuse(profile, path, kept, secrets, keys, replace=arguments.replace)
    for _, text, profile in found:
        given = secrets.taken_along(profile.name) if secrets.logged_in(profile) else None
        sealed = keys.seal(profile.name, given) if given is not None else None
        replaced = kept.members.add(profile.name, text, sealed)
        if not replaced:
            state.note_fleet(profile.name, kept.store, state.IN_FLEET)
        became = f"{'replaced' if replaced else 'added'}{_login(profile, sealed)}"
        say(f"{profile.name}: {became}; {_put(kept, profile.name)}")
    return 0


def _put(kept: Fleet, name: str) -> str:
    """Let a profile be swept at once, if it is not paused; what comes of that, in a clause."""
    if kept.members.get(name).paused:
        return f"still paused, until `quietfeed fleet resume {name}`"
    kept.queue.put_now(name)
    at_work, _ = kept.queue.workers(datetime.now(UTC))
    return "swept at once" if at_work else "swept as soon as there is a worker (`quietfeed worker`)"


def _login(profile: Profile, sealed: str | None) -> str:
    if sealed is None:
        return ", with the login that the fleet has"
    return ", its login encrypted" if profile.platform != "memory" else ""


def _read(named: str, arguments: argparse.Namespace) -> list[tuple[Path, str, Profile]]:
    """The profiles of a file, or one of the config here, each with its config's place and text."""
    from bot.fleet.admission import admitted

    is_file = named.endswith(YAML) or Path(named).is_file()
    path = Path(named) if is_file else wiring.config(arguments).path
    text, config = admitted(path)
    for warning in config.warnings:
        say(f"note: {terminal(warning)}")
    return [(path, text, profile) for profile in config.chosen(None if is_file else named)]


def _refuse(profile: Profile, path: Path, kept: Fleet, secrets: Credentials, keys: "Keys", *, replace: bool) -> None:
    """Raise UserError where a profile cannot be taken up."""
    from bot.fleet.members import MemberCredentials

    there = kept.members.find(profile.name) is not None
    if there and not replace:
        raise UserError(
            f"“{profile.name}” is in the fleet already: --replace puts this config and login in its place. If that is "
            "another owner's, give this profile a name of its own in its file"
        )
    of_fleet = there and MemberCredentials(profile.name, kept.members, keys).logged_in(profile)
    if not of_fleet and not secrets.logged_in(profile):
        nor = ", and the login that the fleet has is another one" if there else ""
        raise UserError(
            f"profile “{profile.name}” is not logged in on {profile.server}{nor}: first "
            f"`quietfeed --config {path} login {profile.name}` on this machine, which the owner does, or allows"
        )


def _pause(kept: Fleet, arguments: argparse.Namespace) -> int:
    for member in _named(kept, arguments.names):
        kept.members.pause(member.name, paused=True)
        state.note_fleet(member.name, kept.store, state.PAUSED)
        kept.queue.take_out(member.name)
        say(f"{member.name}: paused; `quietfeed fleet resume {member.name}` goes on")
    return 0


def _resume(kept: Fleet, arguments: argparse.Namespace) -> int:
    for member in _named(kept, arguments.names):
        kept.members.pause(member.name, paused=False)
        state.note_fleet(member.name, kept.store, state.IN_FLEET)
        say(f"{member.name}: goes on, {_put(kept, member.name)}")
    return 0


def _remove(kept: Fleet, arguments: argparse.Namespace) -> int:
    """Nobody, where what stays on an account of one is neither to be undone nor left."""
    from bot.cli.leaving import leave, refuse_what_stays

    for name in arguments.names:
        refuse_what_stays(kept, name, arguments)
    return max(leave(kept, name, arguments) for name in dict.fromkeys(arguments.names))


def _show(kept: Fleet, arguments: argparse.Namespace) -> int:
    for member in _named(kept, arguments.names):
        print(terminal(member.config), end="" if member.config.endswith("\n") else "\n")
    return 0


def _rotate(kept: Fleet, arguments: argparse.Namespace) -> int:
    many = kept.members.renew_keys(keys_here())
    say(f"{plural(many, 'login')} encrypted anew; the other keys can be taken out of QUIETFEED_FLEET_KEY now")
    return 0


DOES: dict[str, Callable[[Fleet, argparse.Namespace], int]] = {
    "list": _list,
    "add": _add,
    "pause": _pause,
    "resume": _resume,
    "remove": _remove,
    "show": _show,
    "rotate-key": _rotate,
}


def _named(kept: Fleet, names: Sequence[str]) -> "list[Member]":
    """Each of them, once. Raises UserError where the fleet has none of a name."""
    return [kept.members.get(name) for name in dict.fromkeys(names)]


def keys_here() -> "Keys":
    """Those of the environment. Raises UserError where there is none."""
    from bot.fleet.keys import keys

    return keys(os.environ)


@contextmanager
def library() -> Iterator[None]:
    """Say what to install where the extra is missing."""
    try:
        yield
    except ModuleNotFoundError as missing:
        if missing.name not in ("procrastinate", "psycopg_pool", "cryptography"):
            raise
        raise UserError(f"a fleet needs {missing.name}, which is not installed: {INSTALL}") from None


def address() -> str:
    """Where the fleet lives. Raises UserError where nobody said."""
    found = os.environ.get("DATABASE_URL", "")
    if not found:
        raise UserError("a fleet lives in PostgreSQL: set DATABASE_URL to postgresql://user:password@host/name")
    return found


@contextmanager
def opened() -> Iterator[Fleet]:
    """The fleet, closed again at the end."""
    from bot.fleet.members import Members
    from bot.fleet.queue import Queue
    from bot.fleet.tables import Tables

    tables = Tables(address())
    store = open_store(address(), exclusive=False)  # it says best what is wrong with the address
    try:
        tables.open()
        yield Fleet(Members(tables), Queue(tables), store)
    finally:
        tables.close()
        store.close()
