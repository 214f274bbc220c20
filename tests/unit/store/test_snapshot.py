"""Within a snapshot nothing is read twice, and nothing is told but as it stands: whoever wrote it."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, nullcontext
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Barrier, Thread
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event

from bot.model import (
    Account,
    Asked,
    Dealing,
    Entry,
    Event,
    Lexicon,
    Post,
    Step,
    Stretch,
    SweepRecord,
    Trail,
    TrailState,
)
from bot.platforms.base import Feed, Page
from bot.store import Mark, Store, StoreError, open_store
from bot.store.records import SMALL
from tests.databases import ON_FILES

NOW = datetime(2026, 3, 2, 6, tzinfo=UTC)
ANN = Account("1", "ann@town.test")
PLAN = Entry(at=NOW, profile="home", account=ANN, event=Event.PLANNED, step=Step.MUTE, action_id="a")


@pytest.fixture
def path(tmp_path: Path) -> str:
    return str(tmp_path / "store.sqlite")


@pytest.fixture
def store(path: str) -> Iterator[Store]:
    made = open_store(path)
    yield made
    made.close()


def told(store: Store) -> list[Any]:
    """Everything that a snapshot keeps, by the store's own words."""
    notes = [store.noted(name) for name in ("a", "b", "none", "ünder/\x00")]
    words = [store.feedback("home", kind) for kind in ("keep", "veto", "fine")]
    return [notes, words, store.judgements("home"), store.action_entries("home"), store.action_entries("work")]


def statements(store: Store, do: Callable[[], object]) -> int:
    """How many statements it takes."""
    found: list[str] = []

    def hear(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        found.append(statement)

    event.listen(store._engine, "before_cursor_execute", hear)
    do()
    event.remove(store._engine, "before_cursor_execute", hear)
    return len(found)


@ON_FILES
def test_what_was_read_is_read_once(store: Store) -> None:
    store.note("a", "1")
    with store.snapshot():
        first = told(store)
        assert statements(store, lambda: told(store)) == 0
        assert told(store) == first
    assert statements(store, lambda: told(store)) > 0


@ON_FILES
def test_a_sweeps_own_note_is_read_without_asking(store: Store) -> None:
    with store.snapshot():
        assert store.noted("a") is None
        store.note("a", "1")
        assert statements(store, lambda: store.noted("a")) == 0
        assert store.noted("a") == "1"


@pytest.mark.parametrize("text", ["", "ä" * SMALL, "x" * SMALL, "x" * (SMALL + 1), "\ud800\x00"])
def test_any_note_reads_within_a_snapshot_as_without(store: Store, text: str) -> None:
    store.note("before", text)
    with store.snapshot():
        told(store)
        store.note("meanwhile", text)
        assert (store.noted("before"), store.noted("meanwhile")) == (text, text)


def test_what_another_process_writes_meanwhile_is_seen(path: str, store: Store) -> None:
    """`quietfeed keep`, `undo` and `pause` are such processes."""
    beside = open_store(path, exclusive=False)
    with store.snapshot():
        told(store)
        beside.set_feedback("home", ANN, "keep", "they are fine", NOW)
        assert list(store.feedback("home", "keep")) == ["1"]
        beside.note("pause:home", "for ever")
        assert store.noted("pause:home") == "for ever"
        beside.record([PLAN])
        assert store.action_entries("home") == (PLAN,)
    beside.close()


def test_what_another_thread_writes_meanwhile_is_seen_and_has_no_part_in_the_snapshot(store: Store) -> None:
    with store.snapshot():
        told(store)
        thread = Thread(target=lambda: store.note("a", "theirs"))
        thread.start()
        thread.join()
        assert store.noted("a") == "theirs"


@ON_FILES
def test_any_number_of_sweeps_have_the_store_at_once(store: Store) -> None:
    many = 40
    all_there, well = Barrier(many), []

    def sweep(number: int) -> None:
        with store.snapshot(), store.reading() as connection:
            connection.exec_driver_sql("SELECT 1")
            all_there.wait(60)  # each now holds a connection, and needs another one to write
            store.note(f"sweep {number}", "well")
            well.append(number)

    threads = [Thread(target=sweep, args=(number,), daemon=True) for number in range(many)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(well) == list(range(many))


@ON_FILES
def test_a_fault_within_a_snapshot_passes_as_it_is_and_ends_it(store: Store) -> None:
    with pytest.raises(KeyError, match="mine"), store.snapshot():
        raise KeyError("mine")
    assert statements(store, lambda: store.noted("a")) > 0


@ON_FILES
def test_a_snapshot_within_a_snapshot_is_the_same(store: Store) -> None:
    with store.snapshot():
        store.noted("a")
        with store.snapshot():
            assert statements(store, lambda: store.noted("a")) == 0
        assert statements(store, lambda: store.noted("a")) == 0


def test_a_transaction_that_goes_on_is_left_alone(store: Store) -> None:
    with store.snapshot(), store.reading():
        assert store.noted("a") is None
        store.note("a", "1")
        assert store.noted("a") == "1"


@ON_FILES
def test_a_note_that_cannot_be_read_costs_only_whoever_asks_for_it(store: Store) -> None:
    store.note("good", "1")
    with store._engine.connect() as connection:
        connection.exec_driver_sql("INSERT INTO notes VALUES ('bad', CAST(x'ff' AS TEXT))")
        connection.commit()
    with store.snapshot():
        assert store.noted("good") == "1"
        with pytest.raises(StoreError):
            store.noted("bad")


@pytest.mark.parametrize("within", [True, False])
def test_a_damaged_word_of_the_owners_is_a_fault_of_the_store(store: Store, within: bool) -> None:
    store.set_feedback("home", ANN, "keep", "why", NOW)
    with store._engine.connect() as connection:
        connection.exec_driver_sql("UPDATE feedback SET payload = 'x'")
        connection.commit()
    with store.snapshot() if within else nullcontext(), pytest.raises(StoreError):
        store.feedback("home", "keep")


def dealt(store: Store) -> None:
    stretch = Stretch(NOW, NOW)
    found = [Dealing(Asked.FAVOURITES, "1", NOW)]
    store.remember_dealings("home", Trail.FAVOURITES, TrailState((), NOW, NOW), found, stretch)


def reported(store: Store) -> None:
    store.save_report("home", NOW.date(), "m", "t", "{}", NOW, "sent", tells=Mark(1, 1), told=True)


WRITES: dict[str, Callable[[Store], object]] = {
    "note": lambda store: store.note("a", "1"),
    "another note": lambda store: store.note("a", "2"),
    "odd note": lambda store: store.note("ünder/\x00", "\ud800"),
    "keep": lambda store: store.set_feedback("home", ANN, "keep", "why", NOW),
    "veto": lambda store: store.set_feedback("home", ANN, "veto", "why", NOW + timedelta(hours=1)),
    "fine": lambda store: store.set_feedback("home", ANN, "fine", "why", NOW),
    "drop": lambda store: store.drop_feedback("home", "1", "keep"),
    "record": lambda store: store.record([PLAN, replace(PLAN, profile="work")]),
    "judge": lambda store: store.record([replace(PLAN, event=Event.JUDGED, action_id="")]),
    "remember": lambda store: store.remember("home", Page((Post("p", "1", NOW),), (ANN,), "c"), NOW),
    "own feed": lambda store: store.save_own_feed("home", Feed(ANN, ()), NOW, Lexicon()),
    "dealings": dealt,
    "forget dealings": lambda store: store.forget_dealings("home", Trail.FAVOURITES, NOW),
    "sweep": lambda store: store.end_sweep(store.begin_sweep(SweepRecord("home", NOW)), SweepRecord("home", NOW)),
    "report": reported,
    "forget report": lambda store: store.forget_report("home", NOW.date()),
    "prune": lambda store: store.prune("home", NOW, NOW + timedelta(days=1), NOW),
}


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(writes=st.lists(st.tuples(st.sampled_from(sorted(WRITES)), st.sampled_from(["own", "other"]), st.booleans())))
def test_within_a_snapshot_all_is_told_as_without_it(tmp_path: Path, writes: list[tuple[str, str, bool]]) -> None:
    path = str(tmp_path / f"{uuid4()}.sqlite")
    with ExitStack() as stack:
        own = open_store(path)
        stack.callback(own.close)
        other = open_store(path, exclusive=False)
        stack.callback(other.close)
        stack.enter_context(own.snapshot())
        for write, whose, looks in writes:
            WRITES[write](own if whose == "own" else other)
            if looks:
                assert told(own) == told(other)
        assert told(own) == told(other)
