"""A year in one zone: the town, the program and the books, from the first tick to the last."""

import logging
import time
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from bot.config import load
from bot.logs import LOGGER
from tests.soak.books import Books
from tests.soak.life import TICK, Life
from tests.soak.town import DAY, KEPT, Town
from tests.soak.weather import Clock, Weather

START = datetime(2026, 2, 20, 5, tzinfo=UTC)
"""Some weeks before clocks change."""
SHOWN = 5
"""Breaches of one kind that are printed."""
CONFIG = """\
dry_run: false
profiles:
  - {{name: home, platform: memory}}
rules:
  - {{name: loud, quota: 25/day, then: mute}}
  - {{name: pictures, when: {{media_share: {{at_least: 0.9}}}}, then: list, for: 4d}}
  - {{name: echoes, when: {{repost_share: {{at_least: 0.9}}}}, then: hide_reposts, for: 2d, evidence: {{own_posts: 0}}}}
  - {{name: links, when: {{link_share: {{at_least: 0.9}}}}, then: mute, for: 3d}}
evidence: {{own_posts: 10, days_seen: 3}}
trust: {{keep: [{kept}]}}
limits: {{first_days_dry: 2d, confirm_after: 12h, newly_followed: 2d, longest: 20d, sudden_least: 100,
  followed_share_per_week: 0.5}}
own_feed: {{max_age: 1d, posts: 60}}
window: 10d
sweep: {{every: 2h, jitter: 0s}}
report: {{at: "{at}", timezone: {zone}, keep_days: 30}}
"""


@dataclass(frozen=True)
class Place:
    """Where the owner lives: the zone, when the report comes, and whether the server ends mutes by itself."""

    zone: str
    at: str
    durations: bool


PLACES = (Place("Europe/Berlin", "02:30", True), Place("Africa/Cairo", "00:15", False))
"""Both reports come in an hour that is left out in spring: the one at night, the other at midnight."""


class Year:
    """So many days of one owner's life with the program."""

    def __init__(
        self,
        place: Place,
        days: int,
        seed: int,
        folder: Path,
        start: datetime = START,
        logins: bool = True,
        address: str = "",
    ) -> None:
        town, weather, life = (Random(f"{seed} {place.zone} {whose}") for whose in ("town", "weather", "life"))
        self.place, self.start, self.end = place, start, start + days * DAY
        self.clock = Clock(start)
        self.town = Town(self.clock, town, place.durations)
        self.weather = Weather(self.town, self.clock, weather, logins)
        path = folder / "config.yaml"
        path.write_text(CONFIG.format(kept=KEPT, at=place.at, zone=place.zone))
        config = load(path)
        self.life = Life(config, self.town, self.weather, self.clock, life, folder, address)
        self.books = Books(self.town, self.life, config)

    def run(self) -> Books:
        """Live it. Of what the program logs only errors matter, and these go into the books."""
        level = LOGGER.level
        LOGGER.setLevel(logging.ERROR)
        today = None
        while self.clock.now() < self.end:
            began = self.clock.now()
            if began.date() != today:
                today = began.date()
                self.new_day()
            self.life.tick()
            self.books.tick()
            self.clock.go_on((began + TICK - self.clock.now()).total_seconds())
        LOGGER.setLevel(level)
        self.books.close()
        self.life.store.close()
        return self.books

    def new_day(self) -> None:
        """Everybody writes what they will write, Robin does what Robin does, and the books are brought up to date."""
        self.town.write_until(self.clock.now() + 2 * DAY)
        if self.life.up:
            actions = [a for a in self.books.actions() if a.in_force or a.unfinished]
            self.town.day({(a.account.handle, a.step) for a in actions})
        self.books.day()

    def figures(self) -> str:
        """What the year came to, in a few lines."""
        books, weather, life = self.books, self.weather, self.life
        ends = ", ".join(f"{many} {event}" for event, many in sorted(books.ended.items()))
        size, memory = books.sizes[-1]
        return "\n".join(
            (
                f"{self.place.zone}, {(self.clock.now() - self.start).days} days",
                f"  posts {books.posts} stored, {books.told_posts} told in {books.reports} reports; "
                f"gaps {books.gaps.total()}, told {books.told_gaps.total()}",
                f"  sweeps {life.sweeps}, calls {weather.calls}, faults {weather.faults} "
                f"({weather.faults / max(1, weather.calls):.1%}), outages {weather.outages}, deaths {life.deaths}",
                f"  actions {ends}; the latest end {books.worst_end_seconds / 60:.0f} minutes late",
                f"  store {size / 2**20:.1f} MB, memory {memory / 2**20:.0f} MB",
            )
        )


def lived(place: Place, days: int, seed: int) -> tuple[str, int]:
    """The figures of a year and its breaches, as text; and how many these are."""
    with TemporaryDirectory() as folder:
        began = time.monotonic()
        year = Year(place, days, seed, Path(folder))
        breaches = year.run().breaches
        lines = [year.figures(), f"  took {time.monotonic() - began:.0f} s"]
    kinds = Counter(breach.invariant for breach in breaches)
    for name, many in kinds.items():
        lines.append(f"  BREACHED {many} times: {name}")
        lines += [f"    {breach}" for breach in breaches if breach.invariant == name][:SHOWN]
    return "\n".join(lines), len(breaches)
