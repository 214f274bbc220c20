"""How a profile fares is kept for whoever looks: its next sweep, its waits, its troubles, and a clock that was set."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.model import Trouble
from bot.service import state, tried
from bot.service.tried import Tried
from bot.store import Store, open_store

NOW = datetime(2026, 3, 2, 6, tzinfo=UTC)
SECOND, HOUR, DAY = timedelta(seconds=1), timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = open_store(str(tmp_path / "store.sqlite"))
    yield made
    made.close()


def test_what_is_waited_for_is_told_until_it_is_over(store: Store) -> None:
    assert state.waiting("home", store, NOW) is None
    state.note_wait("home", store, "the server's limit", NOW + HOUR)
    assert state.waiting("home", store, NOW) == ("the server's limit", NOW + HOUR)
    assert state.waiting("home", store, NOW + HOUR - SECOND) is not None
    assert state.waiting("home", store, NOW + HOUR) is None
    assert state.waiting("work", store, NOW) is None, "each profile has its own"
    state.note_wait("home", store, "the server's limit", None)
    assert state.waiting("home", store, NOW) is None


def test_a_wait_of_a_day_or_more_is_a_wrong_clocks(store: Store) -> None:
    state.note_wait("home", store, "the server's limit", NOW + DAY)
    assert state.waiting("home", store, NOW) is None
    assert state.waiting("home", store, NOW + SECOND) is not None


def test_where_no_process_works_nothing_is_waited_for_and_no_sweep_comes(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Store, "in_use", lambda _: False)
    state.note_wait("home", store, "the server's limit", NOW + HOUR)
    state.note_next(store, {"home": NOW + HOUR})
    assert state.waiting("home", store, NOW) is None
    assert state.next_sweep("home", store) is None


def test_the_next_sweep_is_told_until_the_daemon_ends(store: Store) -> None:
    state.note_next(store, {"home": NOW + HOUR})
    assert state.next_sweep("home", store) == NOW + HOUR
    state.note_next(store, {"home": None})
    assert state.next_sweep("home", store) is None


@pytest.mark.parametrize(
    ("after", "told"), [(timedelta(), True), (DAY, True), (DAY + SECOND, False), (-DAY, True), (-DAY - SECOND, False)]
)
def test_a_clock_that_was_set_is_told_for_a_day(store: Store, after: timedelta, told: bool) -> None:
    state.note_jump(store, -3 * HOUR, NOW)
    assert state.jump(store, NOW + after) == ((NOW, -3 * HOUR) if told else None)


def test_trouble_is_told_since_its_first_failure_until_it_went_well(store: Store) -> None:
    assert state.troubles("home", store) == []
    state.note_trouble("home", store, "sweep", "no connection", NOW, NOW + HOUR)
    state.note_trouble("home", store, "sweep", "it said 500", NOW + HOUR, NOW + 2 * HOUR)
    assert state.troubles("home", store) == [Trouble("sweep", NOW, "it said 500", NOW + 2 * HOUR)]
    state.went_well("home", store, "report")
    assert len(state.troubles("home", store)) == 1
    state.went_well("home", store, "sweep")
    assert state.troubles("home", store) == []
    state.note_trouble("home", store, "sweep", "it said 502", NOW + DAY, NOW + DAY)
    assert state.troubles("home", store)[0].since == NOW + DAY


def test_a_clock_that_was_set_back_begins_no_trouble_in_times_to_come(store: Store) -> None:
    state.note_trouble("home", store, "sweep", "no connection", NOW + DAY, NOW + DAY)
    assert state.note_trouble("home", store, "sweep", "no connection", NOW, NOW).since == NOW


def test_one_cause_that_costs_several_things_is_told_once_and_first_what_it_cost_first(store: Store) -> None:
    state.note_trouble("home", store, "report", "the login is lost", NOW, NOW)
    state.note_trouble("home", store, "sweep", "the login is lost", NOW, NOW)
    tried.keep(
        "home", store, {"phone": Tried(NOW.date(), "waits", 1, since=NOW, why="no"), "feed": Tried(NOW.date(), "sent")}
    )
    assert [(one.what, one.words) for one in state.troubles("home", store)] == [
        ("sweep", "the login is lost"),
        ("by phone", "no report goes out by “phone”: no"),
    ]


def test_in_a_fleet_a_profile_is_swept_by_whichever_worker_though_none_holds_the_store(store: Store) -> None:
    state.note_next(store, {"ada": NOW})
    store.close()
    reader = open_store(store.url.removeprefix("sqlite:///"), exclusive=False)
    assert (state.next_sweep("ada", reader), state.at_rest("ada", reader)[1]) == (None, "quietfeed run")
    state.note_fleet("ada", reader, state.IN_FLEET)
    assert state.next_sweep("ada", reader) == NOW
    state.note_fleet("ada", reader, state.PAUSED)
    assert state.next_sweep("ada", reader) is None
    assert state.at_rest("ada", reader) == ("it is paused in the fleet", "quietfeed fleet resume ada")
    state.note_fleet("ada", reader, "")
    assert state.at_rest("ada", reader)[1] == "quietfeed run"
    reader.close()
