"""`demo`: the real program on a bundled, made-up network, in simulated time."""

import argparse
import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.cli.explain import found_in_store
from bot.cli.known import now_as
from bot.cli.playground import ADDRESS, begins
from bot.cli.progress import watched
from bot.cli.terminal import columns, say
from bot.clock import SimulatedClock
from bot.config import Config, Profile, example, read
from bot.demo.people import KEPT, OWNER, PEOPLE
from bot.demo.world import DAYS, build
from bot.platforms.dry import Dry
from bot.platforms.memory import Memory
from bot.report.data import entry_data
from bot.report.explain import explain as explained
from bot.service.report_files import write_page
from bot.service.sweep import Outcome, Progress, Watch, sweep
from bot.store import Store, open_store

START = datetime(2026, 3, 2, 6, tzinfo=UTC)
EVERY = timedelta(hours=12)
"""Simulated time between two sweeps."""
PROFILE = Profile("demo", "memory", report_via="direct")
PAGE = "report.html"
"""The report as a page, beside the store in a folder that is kept."""
CONFIG = "config.yaml"
"""The config beside them, so that every verb that asks no server works there."""
OPENING = f"""\
# The demo's config: the shipped rules on a made-up network. Change a line, save, and run `quietfeed try` here.
dry_run: true
store: quietfeed.sqlite

profiles:
  - {{name: {PROFILE.name},
     platform: {PROFILE.platform}%s

trust:
  keep: ["{KEPT}"]
"""
SHOWN = "growthhive@market.test"
"""The account that is explained at the end."""


def demo(arguments: argparse.Namespace) -> int:
    """Sweep the bundled network for two simulated weeks, then show the report and an explanation."""
    config = demo_config(arguments.strictness)
    start = start_of(kept=bool(arguments.keep))
    with folder(arguments.keep) as place:
        store = open_store(str(place / "quietfeed.sqlite"))
        try:
            outcome, now = live(store, config, start)
            show(outcome, store, config, now, as_json=arguments.json)
            if arguments.keep:
                write_page(now_as("html", PROFILE, store, config, now), place / PAGE)
                keep_config(place, arguments.strictness, start, as_json=arguments.json)
        finally:
            store.close()
    return 0


def start_of(*, kept: bool) -> datetime:
    """When the two weeks begin: always the same, but for a demo that is kept, whose last day is today."""
    return begins(datetime.now(UTC)) if kept else START


def demo_config(strictness: str) -> Config:
    """What the demo works by: the shipped rules of that strictness, and what else it needs."""
    return read(text_of_config(strictness), Path(CONFIG))


def text_of_config(strictness: str, start: datetime | None = None) -> str:
    """The same as a file: the standard rules written out, to be changed; others by their name. With a `start` the
    network can be asked again."""
    since = f", server: {ADDRESS.format(start)}}}" if start else "}"
    opening = OPENING % since
    if strictness != "standard":
        return f"{opening}\nstrictness: {strictness}\nrules: shipped\n"
    rules = example().partition("\n# Your noise rules.")[2].partition("\n# The least evidence")[0]
    return f"{opening}\n# Your noise rules.{rules}"


@contextmanager
def folder(kept: str | None) -> Iterator[Path]:
    """Where the demo's store lies: a folder to keep, or one that is gone afterwards."""
    if kept:
        yield Path(kept)
        return
    with tempfile.TemporaryDirectory(prefix="quietfeed-demo-") as name:
        yield Path(name)


def keep_config(place: Path, strictness: str, start: datetime, *, as_json: bool) -> None:
    """Write the config into the demo's folder, so that the other verbs work there; one that is there already stays."""
    path = place / CONFIG
    if not path.exists():
        path.write_text(text_of_config(strictness, start), encoding="utf-8")
    if not as_json:
        say(
            f"\nKept in {place}. There, change a line of {path.name} and see what it would do: quietfeed try\n"
            "Or look around: quietfeed review, quietfeed explain HANDLE, quietfeed ledger"
        )


def live(store: Store, config: Config, start: datetime = START) -> tuple[Outcome, datetime]:
    """Two weeks of sweeps against the network in memory."""
    clock = SimulatedClock(start)
    network = build(start, clock=clock)
    platform = Dry(Memory(network, OWNER))
    rounds = int(timedelta(days=DAYS) / EVERY)
    with watched("demo") as watch:
        for number in range(1, rounds + 1):
            clock.wait(EVERY.total_seconds())
            outcome = sweep(PROFILE.name, platform, store, config, clock)
            tell(watch, number, rounds)
    return outcome, clock.now()


def tell(watch: Watch, number: int, rounds: int) -> None:
    """Show how far the simulated time is."""
    watch(Progress(f"{DAYS} days of sweeps", number, rounds))


def show(outcome: Outcome, store: Store, config: Config, now: datetime, *, as_json: bool) -> None:
    """Print what the demo came to: the report, and why one account is in it."""
    if as_json:
        for entry in outcome.judged:
            print(json.dumps(entry_data(entry), ensure_ascii=False))
        return
    say(f"{len(PEOPLE)} made-up accounts, swept for {DAYS} days in simulated time.\n")
    say(now_as("text", PROFILE, store, config, now, whole=True))
    say(f"\nWhy? quietfeed explain {SHOWN}\n")
    found = found_in_store(SHOWN, PROFILE, store, config)
    if found:
        say(explained(*found, width=columns()))
