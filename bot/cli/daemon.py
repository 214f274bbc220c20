"""`run`: the daemon, put together and left to itself."""

import argparse
import os
from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from logging import WARNING
from pathlib import Path

from bot.cli import environment, wiring
from bot.clock import Clock, SystemClock
from bot.config import Config, Profile, find, load, state_dir
from bot.config.credentials import Credentials
from bot.logs import event, setup
from bot.platforms.base import Platform
from bot.platforms.budget import Asked
from bot.platforms.reading import Reading
from bot.service import apart, ending, upgrades
from bot.service.footprint import keep_little
from bot.service.recovering import Recovered
from bot.service.rule_tests import held_to_tests


def run(arguments: argparse.Namespace) -> int:
    """Work until it is told to end; then the process ends here, without the interpreter's own shutdown."""
    keep_little()
    apart.from_now_on()
    config = wiring.config(arguments)
    secrets = wiring.credentials()
    for profile in config.profiles:
        secrets.only_reads(profile.name)  # a file of secrets that cannot be used is refused now, not at each sweep
    level = arguments.log_level or environment.log_level(os.environ)
    setup(level or config.log_level)
    path = find(arguments.config, os.environ, Path.cwd())

    def read() -> Config:
        return _leveled(held_to_tests(load(path)), level)

    try:
        _work(config, secrets, read)
    except Recovered as made:  # a second time it is the disk's fault: then that is the end
        _said("store damaged")(made)
        _work(config, secrets, read)
    ending.leave()


def _work(config: Config, secrets: Credentials, read: Callable[[], Config]) -> None:
    """The daemon in its store, which is closed at the end. `read` reads the config again."""
    from bot.service.daemon import Daemon

    with wiring.at_work(config, _said("store damaged"), _said("closed"), SystemClock()) as store:
        for note in upgrades.tell(store, config):
            event("upgraded", note=note)
        Daemon(
            load=read,
            connect=_connecting(secrets),
            store=store,
            folder=state_dir(os.environ) / "reports",
            login_mark=lambda profile: secrets.mark(profile.name),
            reach=wiring.reach(secrets),
        ).run()


def _connecting(secrets: Credentials) -> Callable[[Profile, Clock], Platform]:
    """How profiles are connected that keep to their server's limits together."""
    asked: dict[str, Asked] = defaultdict(Asked)

    def connect(profile: Profile, clock: Clock) -> Platform:
        platform = wiring.connect(profile, secrets, clock, wiring.STEADY, asked=asked[profile.asks])
        if isinstance(platform, Reading):
            event("login only reads", profile=profile.name, why=platform.why)
        return platform

    return connect


def _said(name: str) -> Callable[[object], None]:
    """Tells of something in the log."""
    return lambda words: event(name, WARNING, about=words)


def _leveled(config: Config, level: str) -> Config:
    """The config with a level of the log that goes before its own, if there is one."""
    return replace(config, log_level=level) if level else config
