"""The town, its server and the bot's folder, which can be put back to where they were, and the lives that are led."""

import copy
import multiprocessing
import pickle
import shutil
import signal
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from tests.crash.agreement import disagreements
from tests.crash.life import FAULT, POINTS, STORE, Orders, live
from tests.crash.town import Town
from tests.databases import AnyDatabase
from tests.servers.mastodon_stub import Asked, Stub

CONFIG = """\
dry_run: false
profiles:
  - {{name: home, platform: mastodon, server: '{server}'}}
rules:
  - {{name: pictures, when: {{media_share: {{at_least: 0.9}}}}, then: list, for: 2d}}
  - {{name: echoes, when: {{repost_share: {{at_least: 0.9}}}}, then: hide_reposts, for: 2d, evidence: {{own_posts: 0}}}}
  - {{name: links, when: {{link_share: {{at_least: 0.9}}}}, then: mute, for: 2d}}
evidence: {{own_posts: 10, days_seen: 3}}
limits: {{per_sweep: 20, per_day: 50, followed_share_per_week: 1, first_days_dry: 0d, confirm_after: 0d,
  newly_followed: 0d, sudden_least: 100}}
own_feed: {{max_age: 1h}}
report: {{at: "00:00", timezone: UTC}}
"""
FORKED = multiprocessing.get_context("forkserver")
FORKED.set_forkserver_preload(["__main__", "tests.crash.life"])
PATIENCE = 60
"""Seconds after which a life that does not end is a fault of its own."""


@dataclass(frozen=True)
class Checkpoint:
    """Where everything stood."""

    folder: Path
    town: bytes
    asked: list[Asked]


class World:
    """Everything that outlives the bot."""

    def __init__(self, folder: Path, stub: Stub, town: Town, database: AnyDatabase) -> None:
        self.folder, self.stub, self.database = folder / "state", stub, database
        self.kept = folder / "kept"
        self.folder.mkdir(parents=True)
        stub.network = town
        (self.folder / "config.yaml").write_text(CONFIG.format(server=stub.url))
        self.vetoed: set[str] = set()
        self.read: set[str] = set()

    @property
    def town(self) -> Town:
        assert isinstance(self.stub.network, Town)
        return self.stub.network

    @property
    def store(self) -> Path:
        """The path of the store, or that for which its database stands."""
        return self.folder / STORE

    @property
    def address(self) -> str:
        return self.database.address(self.store)

    def checkpoint(self, name: str) -> Checkpoint:
        shutil.copytree(self.folder, self.kept / name)
        if self.database.has(self.store):
            self.database.copy(self.store, self.kept / name / STORE)
        return Checkpoint(self.kept / name, self.town.packed(), copy.copy(self.stub.log))

    def back_to(self, there: Checkpoint) -> None:
        shutil.rmtree(self.folder)
        shutil.copytree(there.folder, self.folder)
        self.database.remove(self.store)
        if self.database.has(there.folder / STORE):
            self.database.copy(there.folder / STORE, self.store)
        self.stub.network = pickle.loads(there.town)
        self.stub.log[:] = there.asked

    def life(self, at: datetime, verb: str = "sweep", die_at: int = 0) -> list[str] | None:
        """Lead one life; the points that it passed, or None where it was killed. Raises AssertionError where it
        ended otherwise."""
        self.town.at = at
        self.database.settle(self.store)
        orders = Orders(self.folder, self.address, self.town.token, at, verb, die_at)
        process = FORKED.Process(target=live, args=(orders,))
        process.start()
        process.join(PATIENCE)
        if process.exitcode == -signal.SIGKILL and die_at:
            return None
        if process.exitcode != 0:
            process.kill()
            fault = self.folder / FAULT
            raise AssertionError(fault.read_text() if fault.exists() else f"exit code {process.exitcode}")
        return (self.folder / POINTS).read_text().splitlines()

    def disagreements(self) -> list[str]:
        return disagreements(self.address, self.town, self.stub.log, self.vetoed, self.read)
