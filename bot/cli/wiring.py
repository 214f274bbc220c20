"""How the parts are put together for a verb: config, store, credentials and platforms."""

import argparse
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from bot.cli.terminal import say
from bot.clock import Clock, SystemClock, TellingClock
from bot.config import Config, Profile, find, load, some, state_dir
from bot.config.credentials import Credentials, login_of
from bot.errors import UserError
from bot.files import close_to_others
from bot.platforms.base import LoginNeeded, Platform, PlatformError, next_step
from bot.platforms.budget import PATIENCE, Asked
from bot.platforms.reading import Reading
from bot.report.escape import terminal

if TYPE_CHECKING:
    from bot.service.ways import Reach
    from bot.store import Store

BY_HAND = 0.8
"""The share of the server's limits for a verb that somebody waits for; the daemon keeps to its own."""
STEADY = 0.2
"""The share of the server's limits that the daemon keeps to."""


def config(arguments: argparse.Namespace, environ: os._Environ[str] = os.environ) -> Config:
    """The config that the verb works by. Its warnings are for `doctor`, and for the report."""
    credentials()  # from here on no fault tells what the environment holds
    return load(find(arguments.config, environ, Path.cwd()))


def chosen(config: Config, names: Sequence[str]) -> tuple[Profile, ...]:
    """The profiles named, or all."""
    return tuple(p for name in names for p in config.chosen(name)) if names else config.chosen()


def one(config: Config, name: str | None) -> Profile:
    """The profile named, or the only one."""
    profiles = config.chosen(name)
    if len(profiles) > 1:
        raise UserError(f"{config.path} has several profiles ({some([p.name for p in profiles])}): say which")
    return profiles[0]


def store_url(config: Config, environ: os._Environ[str] = os.environ) -> str:
    """DATABASE_URL, else the config's `store`, else a file in the state directory."""
    return environ.get("DATABASE_URL") or config.store or str(state_dir(environ) / "quietfeed.sqlite")


def _note(words: str) -> None:
    say(f"note: {terminal(words)}", file=sys.stderr)


@contextmanager
def opened(config: Config, *, exclusive: bool, tell: Callable[[str], None] = _note) -> Iterator["Store"]:
    """The store, closed to others before it is opened, and closed again at the end. Only now is its library
    imported."""
    from bot.store import open_store

    url = store_url(config)
    closed_to_others(url, tell)
    store = open_store(url, exclusive=exclusive)
    try:
        yield store
    finally:
        store.close()


@contextmanager
def at_work(
    config: Config,
    tell: Callable[[str], object],
    open_too: Callable[[str], None] = _note,
    patient: Clock | None = None,
) -> Iterator["Store"]:
    """The store for whoever sweeps. One that is damaged is put aside and made anew: what came of it is told, or raised
    as Recovered in the middle of work. `open_too` is told what others could reach until now. Where a clock is given to
    wait by, a server is waited for."""
    from bot.service import recovering
    from bot.service.awaiting import awaited
    from bot.store import open_store

    url, names = store_url(config), [profile.name for profile in config.profiles]
    closed_to_others(url, open_too)

    def make(url: str) -> "Store":
        return awaited(partial(open_store, url), patient) if patient else open_store(url)

    with recovering.at_work(url, names, datetime.now(UTC), tell, make) as store:
        yield store


def kept_places(url: str, environ: os._Environ[str] = os.environ) -> Iterator[Path]:
    """Where the bot keeps what nobody else should read: its folders, and the files of the store at that address."""
    from bot.store import sqlite_file

    folder, reports = state_dir(environ), state_dir(environ) / "reports"
    folders = (folder, reports, *reports.glob("*"))
    # The owner's home is theirs alone to open and close.
    yield from (one for one in folders if one.is_dir() and one != Path.home())
    if path := sqlite_file(url):
        yield from (Path(f"{path}{suffix}") for suffix in ("", "-wal", "-shm", ".lock"))


def closed_to_others(url: str, tell: Callable[[str], None]) -> None:
    """Close all of that to others than its owner, and `tell` each thing that was open. Raises UserError where others
    have a hand in it."""
    for place in kept_places(url):
        if wrong := close_to_others(place):
            tell(f"{wrong}: it is yours alone from now on")


def credentials() -> Credentials:
    """The secrets of this owner."""
    return Credentials(os.environ, state_dir(os.environ))


def reach(secrets: Credentials) -> "Reach":
    """How the world beside the platforms is reached: by the owner's addresses, and by standard output."""
    from bot.service.ways import Reach

    return Reach(secret=secrets.get, say=lambda words: print(words, flush=True))


def connect(
    profile: Profile,
    secrets: Credentials,
    clock: Clock,
    share: float,
    patience: float = PATIENCE,
    asked: Asked | None = None,
) -> Platform:
    """The owner's login of a profile, which only reads where it was made for that. Only now is the platform's library
    imported. `patience` as in `Budget`; `asked` is what all profiles on that server asked of it."""
    made = {"mastodon": _mastodon, "bluesky": _bluesky}.get(profile.platform)
    if made is None:
        from bot.cli.playground import network_of

        return Reading(network_of(profile, clock), "the demo's network is made up anew for each verb", "")
    if not secrets.logged_in(profile):
        raise LoginNeeded(f"profile “{profile.name}” is not logged in on {profile.server}{secrets.nor_set(profile)}")
    platform = made(profile, secrets, clock, share, patience, asked)
    return Reading(platform) if secrets.only_reads(profile.name) else platform


def _mastodon(
    profile: Profile, secrets: Credentials, clock: Clock, share: float, patience: float, asked: Asked | None
) -> Platform:
    from bot.platforms.mastodon import Mastodon

    token = secrets.get(profile.name, "token", login_of(profile)) or ""
    return Mastodon(profile.server, token, clock, share=share, patience=patience, asked=asked)


def _bluesky(
    profile: Profile, secrets: Credentials, clock: Clock, share: float, patience: float, asked: Asked | None
) -> Platform:
    from bot.platforms.bluesky import Bluesky, BotLogin

    owner, messenger = login_of(profile), None
    if profile.bot_handle:
        bot = login_of(profile, bot=True)
        messenger = BotLogin(
            profile.bot_handle,
            password=lambda: secrets.get(profile.name, "bot_password", bot),
            session=secrets.get(profile.name, "bot_session", bot),
            save_session=lambda session: secrets.set(profile.name, "bot_session", session, bot),
            server=profile.server,
        )
    return Bluesky(
        profile.server,
        secrets.get(profile.name, "session", owner),
        clock,
        handle=profile.handle,
        password=lambda: secrets.get(profile.name, "app_password", owner),
        save_session=lambda session: secrets.set(profile.name, "session", session, owner),
        share=share,
        appview=profile.appview,
        bot=messenger,
        patience=patience,
        asked=asked,
    )


@contextmanager
def connected(profile: Profile, patience: float = PATIENCE, secrets: Credentials | None = None) -> Iterator[Platform]:
    """The owner's login for a verb that somebody waits for, closed again at the end; by `secrets` that lie elsewhere
    than this owner's, if there are any. Faults of the network that leave it name the next step; waits are told."""
    clock = TellingClock(SystemClock(), say_wait)
    try:
        with closing(connect(profile, secrets or credentials(), clock, BY_HAND, patience)) as platform:
            yield platform
    except (LoginNeeded, PlatformError) as fault:
        fault.next_step = next_step(fault, profile.name, by_hand=True)
        raise


def say_wait(what_for: str, until: datetime | None) -> None:
    """Tell whoever sits there what takes so long."""
    if until:
        say(f"waiting for {what_for} until {until.astimezone():%H:%M:%S} …", file=sys.stderr, flush=True)
