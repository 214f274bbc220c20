"""Until when nobody is touched: the config's dry run, the first days, the first report, and the owner's consent."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.config import Limits, default_config
from bot.service import mode
from bot.store import Store, open_store

NOW = datetime(2026, 3, 9, 6, tzinfo=UTC)
SECOND, DAY = timedelta(seconds=1), timedelta(days=1)
LIVE = replace(default_config(), dry_run=False, limits=Limits(first_days_dry=7 * DAY))
BEFORE = "first days, nothing is done before 9 Mar"
UNREPORTED = "first days, nothing is done before a first report"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = open_store(str(tmp_path / "store.sqlite"))
    yield made
    made.close()


def report(store: Store, state: str, at: datetime = NOW - DAY) -> None:
    store.save_report("home", at.date(), "", "", "{}", at, state)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("installed", "reported", "consented", "days", "why"),
    [
        (NOW - 7 * DAY, "sent", False, 7, ""),
        (NOW - 7 * DAY, "kept", False, 7, ""),
        (NOW - 7 * DAY, "planned", False, 7, UNREPORTED),
        (NOW - 7 * DAY, "failed", False, 7, UNREPORTED),
        (NOW - 7 * DAY, "", False, 7, UNREPORTED),
        (NOW - 7 * DAY + SECOND, "sent", False, 7, BEFORE),
        (NOW - 7 * DAY + SECOND, "", True, 7, ""),
        (None, "sent", False, 7, "first days, nothing is done before 16 Mar"),
        (NOW, "", False, 0, ""),
    ],
)
def test_why_nothing_is_done_yet(
    store: Store, installed: datetime | None, reported: str, consented: bool, days: int, why: str
) -> None:
    if installed is not None:
        store.note("installed:home", installed.isoformat())
    if reported:
        report(store, reported)
    if consented:
        store.note("consent:home", NOW.isoformat())
    config = replace(LIVE, limits=replace(LIVE.limits, first_days_dry=days * DAY))
    assert mode.why_dry("home", store, config, NOW) == why
    assert mode.is_dry("home", store, config, NOW) is bool(why)
    assert mode.why_dry("home", store, replace(config, dry_run=True), NOW) == "dry run"


def test_the_last_report_is_the_newest_one_that_reached_the_owner_or_lies_as_a_file(store: Store) -> None:
    assert mode.last_reported("home", store) is None
    for days, state in ((5, "sent"), (4, "kept"), (3, "failed"), (2, "planned")):
        report(store, state, NOW - days * DAY)
    assert mode.last_reported("home", store) == NOW - 4 * DAY
    assert mode.last_reported("work", store) is None
