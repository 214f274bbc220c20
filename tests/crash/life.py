"""One life of the bot in a process of its own, which may be killed at any point where it writes or asks."""

import contextlib
import logging
import os
import signal
import sys
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import mastodon  # noqa: F401
import psycopg  # noqa: F401
import requests
from sqlalchemy import Connection, event
from sqlalchemy.dialects import sqlite  # noqa: F401
from sqlalchemy.dialects.postgresql import base  # noqa: F401
from sqlalchemy.engine import Engine
from sqlalchemy.pool import Pool

import bot.cli.actions
import bot.cli.parser
import bot.platforms.mastodon  # noqa: F401
from bot import addresses
from bot.cli import main, wiring
from bot.clock import SimulatedClock
from bot.config import default_config, load
from bot.report.day import build
from bot.report.page import page
from bot.report.picture import talk
from bot.report.picture.png import png
from bot.report.pictured import Pictures, Talk, Voice
from bot.service.runner import Runner
from bot.store import open_store
from bot.urls import domain

STORE = "quietfeed.sqlite"
POINTS, FAULT = "points.txt", "fault.txt"
"""Where a life leaves the points that it passed, and what broke it."""
BROKEN = 70

TALK = Talk((Voice("ann@example.com", 0.9, 0.1, 0.2, True),))
# Warmed up, like the imports above: every life is a fork of a process that has done all this once.
default_config()
domain("https://example.com/")
page(build("home", "mastodon", "robin", date(2026, 3, 2), (), (), {}), Pictures(TALK))
png(talk.svg(TALK))


@dataclass(frozen=True)
class Orders:
    """What a process is to do, and where it is to die: at the point of that number, counted from 1; 0 is nowhere."""

    folder: Path
    address: str
    """Of the store."""
    token: str
    at: datetime
    verb: str = "sweep"
    die_at: int = 0


class Points:
    """Counts the points that are passed, and kills this very process at one of them."""

    def __init__(self, die_at: int, address: str) -> None:
        self.die_at, self.address = die_at, address
        self.passed: list[str] = []

    def __call__(self, what: str) -> None:
        self.passed.append(what)
        if len(self.passed) == self.die_at:
            os.kill(os.getpid(), signal.SIGKILL)

    def watch(self, reports: Path) -> None:
        """Every request before it is sent, and after it was answered where it changes anything (to die after another
        one is to die before the next point); every commit before it is made (to die after it likewise); every file
        before it is written."""
        self._watch_requests()
        self._watch_store()
        self._watch_files(str(reports))

    def _watch_requests(self) -> None:
        send: Callable[..., requests.Response] = requests.Session.send

        def watched(session: requests.Session, request: requests.PreparedRequest, **more: Any) -> requests.Response:
            what = f"{request.method} {urlsplit(request.url or '').path}"
            self(f"asking {what}")
            answer = send(session, request, **more)
            if request.method != "GET":
                self(f"answered {what}")
            return answer

        requests.Session.send = watched  # type: ignore[assignment,method-assign]

    def _watch_store(self) -> None:
        def committing(connection: Connection) -> None:
            if connection.get_execution_options().get("writes"):
                self("committing")

        event.listen(Engine, "commit", committing)
        # What is written outlives the process without it; only a power cut needs the disk to have it.
        if addresses.is_address(self.address):
            return
        event.listen(Pool, "checkout", lambda connection, *_: connection.execute("PRAGMA synchronous=OFF"))

    def _watch_files(self, reports: str) -> None:
        def audit(name: str, given: tuple[Any, ...]) -> None:
            if name == "open" and str(given[0]).startswith(reports) and given[2] & (os.O_WRONLY | os.O_RDWR):
                self(f"opening {Path(given[0]).suffix}")

        sys.addaudithook(audit)


def live(orders: Orders) -> None:
    """The process: do as ordered, and leave word of it. Exits with BROKEN where something went wrong."""
    os.environ.update(QUIETFEED_STATE_DIR=str(orders.folder), QUIETFEED_HOME_TOKEN=orders.token)
    os.environ["DATABASE_URL"] = orders.address if addresses.is_address(orders.address) else ""
    points = Points(orders.die_at, orders.address)
    points.watch(orders.folder / "reports")
    try:
        {"sweep": sweep, "undo": undo}[orders.verb](orders)
    except BaseException:  # noqa: BLE001  told to whoever started this process
        (orders.folder / FAULT).write_text(traceback.format_exc())
        os._exit(BROKEN)
    (orders.folder / POINTS).write_text("\n".join(points.passed))
    os._exit(0)  # as fast as a process can end that has nothing left to do


def sweep(orders: Orders) -> None:
    """What the daemon does: a sweep, then the report if it is due."""
    config = load(orders.folder / "config.yaml")
    store = open_store(orders.address)
    runner = Runner(
        config.profiles[0],
        config,
        lambda profile, clock: wiring.connect(profile, wiring.credentials(), clock, share=1.0),
        store,
        SimulatedClock(orders.at),
        orders.folder / "reports",
    )
    logging.basicConfig(filename=orders.folder / FAULT, level=logging.WARNING)
    runner.sweep()
    store.close()
    if runner.resting.failures:
        raise AssertionError(f"the round failed: {(orders.folder / FAULT).read_text()}")


def undo(orders: Orders) -> None:
    """What the owner does: take everything back."""
    with open(os.devnull, "w") as nowhere, contextlib.redirect_stdout(nowhere):
        code = main(["undo", "--all", "--config", str(orders.folder / "config.yaml")])
    if code:
        raise AssertionError(f"quietfeed undo --all: exit code {code}")
