"""Some days of the simulated year, with all its faults: the short form of `make soak`."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.soak import books
from tests.soak.books import FLAT, INVARIANTS
from tests.soak.year import PLACES, Place, Year

DAYS, SEED = 10, 3
STARTS = {"Europe/Berlin": datetime(2026, 3, 25, 5, tzinfo=UTC), "Africa/Cairo": datetime(2026, 4, 20, 5, tzinfo=UTC)}
"""Some days before the clocks change."""
NOT_YET = frozenset({books.POSTS})
"""Invariants that the program is known to breach: to be emptied."""
LOGINS = False
"""Whether a login may die and be made anew, which a running program does not take up yet."""


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.zone)
def test_some_days_of_the_year_pass_without_a_breach(place: Place, tmp_path: Path) -> None:
    year = Year(place, DAYS, SEED, tmp_path, STARTS[place.zone], logins=LOGINS)
    kept = year.run()
    print(year.figures())
    assert [str(breach) for breach in kept.breaches if breach.invariant not in NOT_YET] == []
    assert kept.reports >= DAYS / 2
    assert sum(kept.ended.values()) >= 5
    assert year.weather.faults >= 20
    assert year.life.deaths >= 2
    assert set(INVARIANTS) > NOT_YET | {FLAT}  # too short to tell what grows
