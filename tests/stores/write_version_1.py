"""Writes `version_1.sql`: a store as the program kept it before its words were changed, with actions in force.

It runs on that version of the program, so it is not run by the tests:

    git worktree add ../before 485dcd7
    PYTHONPATH=../before:. .venv/bin/python -m tests.stores.write_version_1 > tests/stores/version_1.sql
"""

import random
import sqlite3
import sys
import tempfile
import uuid
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from bot.hands import Hands
from bot.policy import Limits
from bot.rules import Bounds, Minimum, Rule
from bot.sweep import sweep

from bot import daily, entries
from bot.clock import SimulatedClock
from bot.config import Profile, Proof, ReportSettings, default_config
from bot.model import Action, Event
from bot.platforms.base import Unreachable
from bot.platforms.memory import Memory
from bot.store import Store, open_store
from tests.stores import hamlet

DAY = timedelta(days=1)
RULES = (
    Rule("bare links", {"bare_link_share": Bounds(at_least=0.9)}, Action.MUTE, duration=DAY),
    Rule("headlines", {"link_share": Bounds(at_least=0.9)}, Action.LIST, duration=60 * DAY),
    Rule("reposts", {"repost_share": Bounds(at_least=0.9)}, Action.HIDE_REPOSTS, duration=30 * DAY),
    Rule("at most 30 a day", {}, Action.MUTE, quota=30),
)
ACTING = replace(
    default_config(),
    profiles=(Profile("home", "memory"), Profile("dry", "memory")),
    rules=RULES,
    minimum=Minimum(own_posts=0, days_seen=1),
    limits=Limits(
        per_sweep=50,
        per_day=99,
        followed_share_per_week=1.0,
        first_days_dry=timedelta(),
        confirm_after=DAY / 2,
        newly_followed=timedelta(),
        sudden_least=20,
    ),
    proof=Proof(posts=40, max_age=timedelta(hours=6)),
    report=ReportSettings(timezone="UTC"),
    dry_run=False,
    fingerprint="hamlet",
)


class Hamlet:
    """Robin's login, and a profile that only rehearses on the same network."""

    def __init__(self, folder: Path) -> None:
        self.clock = SimulatedClock(hamlet.START)
        self.network = hamlet.network(self.clock)
        self.store = open_store(str(folder / "store.sqlite"))
        self.platform = Memory(self.network, hamlet.OWNER)

    def live(self, hours: int) -> None:
        for hour in range(hours):
            hamlet.an_hour(self.network, self.clock)
            if hour % 6 == 5:
                sweep("home", self.platform, self.store, ACTING, self.clock)
                sweep("dry", self.platform, self.store, replace(ACTING, dry_run=True), self.clock)

    def account(self, name: str):
        return self.network.account(hamlet.handle(name))

    def track(self, name: str):
        found = [t for t in self.hands.tracks() if t.deed.account.handle == hamlet.handle(name) and t.live]
        return found[-1]

    @property
    def hands(self) -> Hands:
        return Hands("home", self.platform, self.store, self.clock)


def write(folder: Path) -> Store:
    """Four days, with everything that may become of an action."""
    town = Hamlet(folder)
    town.store.set_feedback("home", town.account("kept"), "keep", "a friend of old", town.clock.now())
    town.live(72)
    town.network.unmute(hamlet.OWNER, hamlet.handle("taken-back"))
    town.store.set_feedback("home", town.account("undone"), "veto", "you undid it", town.clock.now())
    town.hands.release(town.track("undone"), Event.UNDONE, "you undid it")
    town.live(6)
    daily.deliver(
        replace(ACTING.profiles[0], report_via="direct"), town.platform, town.store, ACTING, folder,
        town.clock.now().date(), town.clock,
    )  # fmt: skip
    stuck(town)
    cut_off(town)
    return town.store


def stuck(town: Hamlet) -> None:
    """One that the server would not let go of: it is taken back by whoever comes next."""
    town.network.faults = [None, Unreachable("social.test does not answer")]
    try:
        town.hands.release(town.track("stuck"), Event.EXPIRED, "its time is up")
    except Unreachable:
        return
    raise AssertionError("it was to stay stuck")


def cut_off(town: Hamlet) -> None:
    """Two plans at which the process ended: after the deed was done, and before it."""
    by_handle = {entry.account.handle: entry for entry in town.store.latest_judged("home").values()}
    for name, done in (("cut-off", True), ("cut-short", False)):
        track = town.track(name)
        town.hands.release(track, Event.EXPIRED, "its time is up")
        judged = by_handle[hamlet.handle(name)]
        until = town.clock.now() + 20 * DAY
        title = "Quieted" if judged.action is Action.LIST else ""
        plan = replace(
            judged,
            at=town.clock.now(),
            event=Event.PLANNED,
            deed=uuid.uuid4().hex,
            until=until,
            waits="",
            reason="",
            list_title=title,
        )
        town.store.record([plan])
        if done:
            town.platform.act(entries.replace(track.deed, until=until))


def dump(path: Path) -> str:
    """The file as SQL text, without the posts of the timeline: they are long, and no action needs them."""
    with sqlite3.connect(path) as connection:
        connection.execute("DELETE FROM posts")
        connection.commit()
        return "\n".join(connection.iterdump())


def main() -> None:
    """Print the SQL."""
    numbers = random.Random(7)
    uuid.uuid4 = lambda: uuid.UUID(int=numbers.getrandbits(128), version=4)
    entries.uuid4 = uuid.uuid4
    with tempfile.TemporaryDirectory() as name:
        write(Path(name)).close()
        sys.stdout.write("-- A store as version 1 wrote it, never to be edited: every later version must open it.\n")
        sys.stdout.write("-- Written by tests/stores/write_version_1.py.\n")
        sys.stdout.write(dump(Path(name) / "store.sqlite") + "\n")


if __name__ == "__main__":
    main()
