"""Whether anything can be kept is asked without keeping anything."""

import shutil
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace

import pytest

from bot.store import Store, StoreError, open_store


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "store.sqlite"


def changes(store: Store) -> int:
    """What changes whenever anybody writes."""
    with store.reading() as connection:
        return int(connection.exec_driver_sql("PRAGMA data_version").scalar() or 0)


def test_a_store_that_can_be_written_is_asked_and_stays_as_it_is(file: Path) -> None:
    with closing(open_store(str(file))) as store, closing(open_store(str(file), exclusive=False)) as beside:
        before = changes(beside), file.stat().st_size, Path(f"{file}-wal").stat().st_size
        store.check_writable()
        assert (changes(beside), file.stat().st_size, Path(f"{file}-wal").stat().st_size) == before


def test_a_disk_that_is_full_is_said_by_whoever_asks(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with closing(open_store(str(file))) as store, closing(open_store(str(file), exclusive=False)) as beside:
        monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=2_345_678))
        for asked in (store, beside):
            with pytest.raises(StoreError, match=r"the disk is full but for 2.3 MB. Free some space"):
                asked.check_writable()


def test_a_store_that_may_not_be_written_is_said(file: Path) -> None:
    open_store(str(file)).close()
    with closing(open_store(str(file), exclusive=False)) as store:
        with store.reading() as connection:
            connection.exec_driver_sql("PRAGMA query_only=ON")  # root may write whatever its mode
        with pytest.raises(StoreError, match="it cannot be written"):
            store.check_writable()


def test_nobody_waits_for_the_process_that_works_in_it(file: Path) -> None:
    with (
        closing(open_store(str(file))) as store,
        store.writing(),
        closing(open_store(str(file), exclusive=False)) as beside,
    ):
        beside.check_writable()
