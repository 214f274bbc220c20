"""Whether anything can be kept is asked without keeping anything."""

import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace

import pytest

from bot.store import Store, StoreDamaged, StoreError, open_store
from tests.databases import ON_FILES, AnyDatabase, Files


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "store.sqlite"


def changes(database: AnyDatabase, file: Path, beside: Store) -> object:
    """What changes whenever anybody writes: the file and its log; on a server, whose transaction each note is of."""
    if database.name != Files.name:
        return sorted(database.do(file, "SELECT key, xmin::text FROM notes"))
    with beside.reading() as connection:
        seen = connection.exec_driver_sql("PRAGMA data_version").scalar()
    return seen, file.stat().st_size, Path(f"{file}-wal").stat().st_size


def read_only(database: AnyDatabase, file: Path, store: Store) -> None:
    """Let the open store take nothing more, as where a file's mode or a server's standby says so; root may write to
    any file, whatever its mode."""
    if database.name != Files.name:
        database.do(file, f"ALTER DATABASE {database.database(file)} SET default_transaction_read_only = on")
        database.settle(file)  # which holds for connections to come
        return
    with store.reading() as connection:
        connection.exec_driver_sql("PRAGMA query_only=ON")


def test_a_store_that_can_be_written_is_asked_and_stays_as_it_is(database: AnyDatabase, file: Path) -> None:
    with closing(open_store(str(file))) as store, closing(open_store(str(file), exclusive=False)) as beside:
        before = changes(database, file, beside)
        store.check_writable()
        assert changes(database, file, beside) == before


@ON_FILES
def test_a_disk_that_is_full_is_said_by_whoever_asks(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with closing(open_store(str(file))) as store, closing(open_store(str(file), exclusive=False)) as beside:
        monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=2_345_678))
        for asked in (store, beside):
            with pytest.raises(StoreError, match=r"the disk is full but for 2.3 MB. Free some space"):
                asked.check_writable()


def test_a_store_that_may_not_be_written_is_said(database: AnyDatabase, file: Path) -> None:
    open_store(str(file)).close()
    with closing(open_store(str(file), exclusive=False)) as store:
        read_only(database, file, store)
        with pytest.raises(StoreError, match=r"it (cannot be written|takes no writes now)"):
            store.check_writable()


def test_nobody_waits_for_the_process_that_works_in_it(file: Path) -> None:
    with (
        closing(open_store(str(file))) as store,
        store.writing(),
        closing(open_store(str(file), exclusive=False)) as beside,
    ):
        beside.check_writable()


def free_pages_miscounted(file: Path) -> None:
    """The head counts fewer free pages than there are (sqlite.org/fileformat.html#the_freelist), which SQLite does not
    mind as it writes."""
    with closing(open_store(str(file))) as store:
        store.try_room()
    with file.open("r+b") as opened:
        opened.seek(36)
        assert int.from_bytes(opened.read(4), "big") > 100
        opened.seek(36)
        opened.write((1).to_bytes(4, "big"))


def notes_overwritten(file: Path) -> None:
    with closing(sqlite3.connect(file)) as connection:
        size = connection.execute("PRAGMA page_size").fetchone()[0]
        (page,) = connection.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'notes'").fetchone()
    with file.open("r+b") as opened:
        opened.seek((page - 1) * size)
        opened.write(b"\x0d" + b"\xff" * 40)


@ON_FILES
@pytest.mark.parametrize("damage", [free_pages_miscounted, notes_overwritten])
def test_room_is_not_looked_for_in_a_file_that_is_damaged_there(file: Path, damage: Callable[[Path], None]) -> None:
    open_store(str(file)).close()
    damage(file)
    before = file.read_bytes()
    with closing(open_store(str(file), exclusive=False)) as store, pytest.raises(StoreDamaged, match="damaged"):
        store.try_room()
    assert file.read_bytes() == before


def test_room_is_found_and_nothing_of_it_stays(database: AnyDatabase, file: Path) -> None:
    with closing(open_store(str(file))) as store:
        kept = database.do(file, "SELECT key FROM notes ORDER BY key")
        store.try_room()
        assert database.do(file, "SELECT key FROM notes ORDER BY key") == kept


def test_who_works_in_it_is_told_to_whoever_asks(file: Path) -> None:
    store = open_store(str(file))
    with closing(open_store(str(file), exclusive=False)) as beside:
        for asked in (store, beside):
            assert asked.worker().split(" on ")[0] == f"pid {os.getpid()}"
        store.close()
        assert beside.worker() == ""
