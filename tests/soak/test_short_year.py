"""Some days of the simulated year, with all its faults: the short form of `make soak`."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.soak.books import FLAT, INVARIANTS
from tests.soak.year import PLACES, Place, Year

DAYS, SEED = 10, 3
STARTS = {"Europe/Berlin": datetime(2026, 3, 25, 5, tzinfo=UTC), "Africa/Cairo": datetime(2026, 4, 20, 5, tzinfo=UTC)}
"""Some days before the clocks change."""


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.zone)
def test_some_days_of_the_year_pass_without_a_breach(place: Place, tmp_path: Path) -> None:
    year = Year(place, DAYS, SEED, tmp_path, STARTS[place.zone])
    kept = year.run()
    print(year.figures())
    assert [str(breach) for breach in kept.breaches] == []
    assert kept.reports >= DAYS / 2
    assert sum(kept.ended.values()) >= 5
    assert year.weather.faults >= 20
    assert year.life.deaths >= 2
    assert FLAT in INVARIANTS  # ten days are too short to tell what grows: `make soak` does
