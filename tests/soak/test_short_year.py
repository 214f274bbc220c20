"""Some days of the simulated year, with all its faults: the short form of `make soak`, in a process of its own too."""

from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from multiprocessing import get_context
from pathlib import Path

import pytest

from tests.databases import AnyDatabase
from tests.soak.books import FLAT, INVARIANTS
from tests.soak.year import PLACES, Place, Year

pytestmark = pytest.mark.slow

DAYS, SEED = 10, 3
STARTS = {"Europe/Berlin": datetime(2026, 3, 25, 5, tzinfo=UTC), "Africa/Cairo": datetime(2026, 4, 20, 5, tzinfo=UTC)}
"""Some days before the clocks change."""


@dataclass(frozen=True)
class Lived:
    """What the days came to."""

    figures: str
    breaches: list[str]
    reports: int
    ended: int
    faults: int
    deaths: int


def lived(place: Place, folder: Path, address: str) -> Lived:
    year = Year(place, DAYS, SEED, folder, STARTS[place.zone], address=address)
    kept = year.run()
    breaches = [str(breach) for breach in kept.breaches]
    ended = sum(kept.ended.values())
    return Lived(year.figures(), breaches, kept.reports, ended, year.weather.faults, year.life.deaths)


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.zone)
def test_some_days_of_the_year_pass_without_a_breach(place: Place, tmp_path: Path, database: AnyDatabase) -> None:
    address = database.address(tmp_path / "quietfeed.sqlite")
    with ProcessPoolExecutor(1, get_context("spawn")) as process:
        days = process.submit(lived, place, tmp_path, address).result()
    print(days.figures)
    assert days.breaches == []
    assert days.reports >= DAYS / 2
    assert days.ended >= 5
    assert days.faults >= 20
    assert days.deaths >= 2
    assert FLAT in INVARIANTS  # ten days are too short to tell what grows: `make soak` does
