"""`worker`: one of the processes that sweep a fleet."""

import argparse
import os
import threading

from bot import addresses, logins, secrecy
from bot.cli import environment, wiring
from bot.cli.fleet import address, library
from bot.clock import Clock, SystemClock
from bot.config import Profile, state_dir
from bot.config.credentials import Credentials
from bot.errors import UserError
from bot.logs import event, setup
from bot.platforms.base import Platform
from bot.platforms.budget import Asked
from bot.platforms.reading import Reading
from bot.service.footprint import keep_little

MOST = 32
"""Sweeps at once, at most: each has two connections to the database."""


def worker(arguments: argparse.Namespace) -> int:
    """Sweep the fleet's profiles until a signal ends it."""
    if not 1 <= arguments.at_once <= MOST:
        raise UserError(f"--at-once {arguments.at_once}: allowed is 1 to {MOST}; start more workers for more")
    with library():
        from bot.fleet.keys import VARIABLE, keys
        from bot.fleet.members import Members, none_opens
        from bot.fleet.queue import Queue
        from bot.fleet.rounds import Rounds, World
        from bot.fleet.tables import Tables
        from bot.fleet.worker import Worker
    keep_little()
    logins.made_for_a_fleet()
    held = keys(os.environ)
    given = [one.strip() for one in os.environ[VARIABLE].split(",")]
    secrecy.note(*addresses.secrets(address()), *given)
    setup(arguments.log_level or environment.log_level(os.environ) or "info")
    tables, stop = Tables(address(), connections=arguments.at_once + 1), threading.Event()
    queue, members = Queue(tables), Members(tables)
    world = World(_connect, wiring.reach, state_dir(os.environ) / "reports", SystemClock(stop))
    rounds = Rounds(address(), members, queue, held, world)
    with rounds.store():  # it brings the tables up to date, and says best what is wrong with the address
        tables.open()
    try:
        if wrong := none_opens(members.all(), held):
            raise wrong
        Worker(tables, queue, rounds, arguments.at_once, stop).run()
    finally:
        rounds.close()
        tables.close()
    return 0


def _connect(profile: Profile, secrets: Credentials, clock: Clock, asked: Asked) -> Platform:
    platform = wiring.connect(profile, secrets, clock, wiring.STEADY, asked=asked)
    if isinstance(platform, Reading):
        event("login only reads", profile=profile.name, why=platform.why)
    return platform
