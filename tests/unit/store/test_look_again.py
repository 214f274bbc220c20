"""Whoever keeps a store open for long without the lock goes on in the one that lies in its place, or says why not."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.model import Account
from bot.store import StoreAway, StoreDamaged, StoreError, StoreNewer, open_store
from tests.databases import ON_FILES

NOW = datetime(2026, 3, 16, 8, 0, tzinfo=UTC)
DEALS = Account("1", "deals@market.test")


@pytest.fixture
def path(tmp_path):
    return tmp_path / "store.sqlite"


@pytest.fixture
def store(path):
    opened = open_store(str(path), exclusive=False)
    yield opened
    opened.close()


def replace(path, *words):
    """Put aside what lies there, and a new store with these words in its place, as a recovery does."""
    for end in ("", "-wal", "-shm"):
        if (beside := path.with_name(path.name + end)).exists():
            beside.rename(path.with_name(f"aside.sqlite{end}"))
    made = open_store(str(path))
    for word in words:
        made.note("word", word)
    made.close()


def test_a_store_that_is_as_it_was_stays_open(store):
    store.note("word", "first")
    assert store.look_again() is False
    assert store.noted("word") == "first"


@ON_FILES
def test_another_file_in_its_place_is_read_and_written_from_then_on(store, path):
    store.note("word", "first")
    replace(path, "recovered")
    assert store.look_again() is True
    assert store.noted("word") == "recovered"
    store.set_feedback("home", DEALS, "keep", "", NOW)
    fresh = open_store(str(path), exclusive=False)
    assert set(fresh.feedback("home", "keep")) == {"1"}
    fresh.close()
    assert store.look_again() is False


@ON_FILES
def test_one_that_was_moved_away_is_told_and_taken_up_once_it_is_back(store, path):
    store.note("word", "first")
    store.look_again()
    path.rename(path.with_name("elsewhere"))
    with pytest.raises(StoreAway, match="was moved or removed"):
        store.look_again()
    assert not path.exists()
    path.with_name("elsewhere").rename(path)
    assert store.look_again() is False
    assert store.noted("word") == "first"


@ON_FILES
@pytest.mark.parametrize("content", [b"", b"these are my tax papers " * 400])
def test_a_damaged_file_in_its_place_is_told_until_there_is_a_sound_one(store, path, content):
    replace(path, "recovered")
    sound = path.read_bytes()
    path.write_bytes(content)
    for _ in range(2):
        with pytest.raises(StoreDamaged):
            store.look_again()
        assert path.read_bytes() == content
    path.unlink()
    path.write_bytes(sound)
    assert store.look_again() is True
    assert store.noted("word") == "recovered"


@ON_FILES
def test_an_older_store_in_its_place_is_brought_up_to_date(store, path, database):
    path.rename(path.with_name("aside"))
    for end in ("-wal", "-shm"):
        path.with_name(path.name + end).unlink(missing_ok=True)
    script = Path(__file__).with_name("version_1.sql").read_text("utf-8")
    database.older(path, script)
    assert store.look_again() is True
    assert store.last_sweeps() is not None


def test_a_newer_quietfeed_that_brought_the_tables_up_to_date_is_told(store, path, database):
    store.note("word", "first")
    database.do(path, "UPDATE schema_version SET version = 999")
    with pytest.raises(StoreNewer, match="written by a newer quietfeed"):
        store.look_again()


def test_the_lock_of_a_daemon_is_no_hindrance(store, path):
    daemon = open_store(str(path))
    assert store.look_again() is False
    daemon.close()


@ON_FILES
def test_who_holds_the_lock_of_a_file_that_was_put_aside_still_writes_nothing(path):
    daemon = open_store(str(path))
    replaced = path.with_name("aside")
    path.rename(replaced)
    with pytest.raises(StoreError, match="was moved, removed or replaced"):
        daemon.note("word", "lost")
    daemon.close()
