"""What the doctor says of the environment: secrets that no profile reads, and what goes unheard."""

import os
from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches

from bot.cli.checks import Check, State
from bot.config import Config, Profile, secret_variable
from bot.config.credentials import BOT_LOGINS, FROM_ENVIRONMENT, LOGINS
from bot.config.loading import WHOLE
from bot.config.types import LOG_LEVELS
from bot.errors import UserError
from bot.service.switch import PING
from bot.service.ways import FEED, STDOUT, secret_name

WHAT = "environment"
SUFFIXES = ("_TOKEN", "_APP_PASSWORD", "_BOT_PASSWORD", "_PING")
LOG_LEVEL = "QUIETFEED_LOG_LEVEL"
NOTIFY = "_NOTIFY_"
"""Within the names of addresses that reports go to."""
OURS = "QUIETFEED_"
CLOSE = 0.85
"""How alike two names are of which one was meant for the other."""


def log_level(environ: Mapping[str, str]) -> str:
    """How much the daemon is to tell, as the environment says; empty where it says nothing. Raises UserError."""
    level = environ.get(LOG_LEVEL, "").strip().lower()
    if level and level not in LOG_LEVELS:
        raise UserError(f"{LOG_LEVEL} is no level of the log; write one of {', '.join(LOG_LEVELS)}, or unset it")
    return level


def checks(config: Config, environ: "os._Environ[str]" = os.environ) -> Iterator[Check]:
    """A line for each variable that does nothing. No value is ever shown."""
    if environ.get("QUIETFEED_CONFIG") and environ.get(WHOLE):
        words = f"{WHOLE} goes unheard, since QUIETFEED_CONFIG names a file"
        yield Check(WHAT, State.NOTE, words, "unset one of the two")
    if environ.get("DATABASE_URL") and config.store:
        words = "`store` in the config goes unheard, since DATABASE_URL names another"
        yield Check(WHAT, State.NOTE, words, "unset DATABASE_URL, or remove `store`")
    try:
        log_level(environ)
    except UserError as fault:
        yield Check(WHAT, State.BAD, str(fault))
    yield from _fleet_key(environ)
    read = {profile.name: tuple(_read_by(profile)) for profile in config.profiles}
    for name in sorted(environ):
        if _is_secret(name) and not any(name in names for names in read.values()):
            yield Check(WHAT, State.NOTE, f"{name} is read by no profile of the config", _remedy(name, read))


def _fleet_key(environ: Mapping[str, str]) -> Iterator[Check]:
    """A fleet's key that is none; where there is none, this machine has no part in a fleet."""
    if environ.get("QUIETFEED_FLEET_KEY"):
        from bot.fleet.keys import keys  # the library that it needs is large

        try:
            keys(environ)
        except UserError as fault:
            yield Check(WHAT, State.BAD, str(fault))


def _is_secret(name: str) -> bool:
    return name.startswith(OURS) and (name.endswith(SUFFIXES) or NOTIFY in name)


def _read_by(profile: Profile) -> Iterator[str]:
    """The variables that may hold a secret of the profile."""
    logins = (*LOGINS.get(profile.platform, ()), *BOT_LOGINS.get(profile.platform, ()))
    ways = [secret_name(way) for way in profile.report_also if way not in (STDOUT, FEED)]
    for secret in (*(name for name in logins if name in FROM_ENVIRONMENT), *ways, PING):
        yield secret_variable(profile.name, secret)


def _remedy(name: str, read: Mapping[str, Sequence[str]]) -> str:
    """What was meant: another secret of the profile that it names, or another profile."""
    of_it = [one for profile, names in read.items() if name.startswith(secret_variable(profile, "")) for one in names]
    everything = [one for names in read.values() for one in names]
    close = get_close_matches(name, of_it or everything, n=1, cutoff=CLOSE)
    if close:
        return f"did you mean {close[0]}?"
    return f"that profile reads {', '.join(of_it)}" if of_it else "unset it, or rename the profile"
