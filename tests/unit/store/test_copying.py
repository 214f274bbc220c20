"""A copy of the store is the store, row by row; or it is not there at all."""

import os
import resource
import shutil
import signal
import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from bot.errors import UserError
from bot.model import Account, Entry, Event, Lexicon, Post, Step, SweepRecord
from bot.platforms.base import Feed, Page
from bot.store import Store, StoreError, open_store
from bot.store.copying import TABLES, copy, copy_to_file
from bot.store.lock import FileLock
from bot.store.schema import metadata, version
from tests.databases import ON_FILES

pytestmark = ON_FILES  # a server is copied in tests/live/test_store_copy.py

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
NASTY = Account("a\x00b\ud800", "x'\"\\@exämple.org", display_name="\x00\udfff\U0001f600")


def filled(path: Path, posts: int = 3) -> Store:
    """A store with something in it, hostile text included, of which a number was forgotten."""
    store = open_store(str(path))
    page = tuple(
        Post(f"{n}\x00", NASTY.id, NOW - timedelta(minutes=n), text="; DROP TABLE --\ud800") for n in range(posts)
    )
    store.remember("ho\x00me", Page(page, (NASTY,), "c\x00"), NOW)
    store.save_own_feed("home", Feed(NASTY, page), NOW, Lexicon())
    planned = Entry(NOW, "home", NASTY, Event.PLANNED, step=Step.MUTE, action_id="d", until=NOW, dry=False)
    store.record([Entry(NOW, "home", NASTY, Event.JUDGED), planned, replace(planned, event=Event.DONE)])
    store.end_sweep(store.begin_sweep(SweepRecord("home", NOW)), SweepRecord("home", NOW, ended=NOW))
    store.save_report("home", date(2026, 5, 1), "\x00", "b", "{}", NOW, "sent", "\x00")
    store.set_feedback("home", NASTY, "keep", "\x00", NOW)
    store.note("a:\x00", "b\x00")
    store.prune("home", NOW - timedelta(days=9), NOW - timedelta(days=9), NOW)
    return store


def rows(path: Path) -> dict[str, list[tuple]]:
    with closing(sqlite3.connect(path)) as database:
        return {name: sorted(database.execute(f"SELECT * FROM {name}"), key=repr) for name in metadata.tables}


def nobody(*_: object) -> None:
    """Hears nothing."""


@pytest.fixture
def store(tmp_path: Path):
    opened = filled(tmp_path / "q.sqlite")
    yield opened
    opened.close()


def test_a_copy_holds_every_row_and_goes_on_by_the_same_numbers(store, tmp_path):
    made = copy(store, f"sqlite:///{tmp_path / 'far' / 'copy.sqlite'}", nobody)
    assert made.counts == {table.name: len(rows(store.path)[table.name]) for table in TABLES}
    assert rows(tmp_path / "far" / "copy.sqlite") == rows(store.path)
    copied = open_store(str(tmp_path / "far" / "copy.sqlite"))
    assert copied.entries() == store.entries()
    for one in (store, copied):
        one.record([Entry(NOW, "home", NASTY, Event.JUDGED)])
    assert copied.mark() == store.mark()
    copied.close()


def test_every_table_is_copied():
    assert {table.name for table in TABLES} == set(metadata.tables) - {version.name}


def test_a_copy_is_its_owners_alone_and_nothing_lies_beside_it(store, tmp_path):
    before = os.umask(0)
    copy(store, str(tmp_path / "far" / "copy.sqlite"), nobody)
    os.umask(before)
    assert {file.name for file in (tmp_path / "far").iterdir()} == {"copy.sqlite", "copy.sqlite.lock"}
    assert stat.S_IMODE((tmp_path / "far" / "copy.sqlite").stat().st_mode) == 0o600


def test_a_backup_is_of_one_moment_whatever_is_written_meanwhile(store, tmp_path):
    beside = open_store(str(store.path), exclusive=False)
    before = rows(store.path)

    def write(*_):
        beside.note("written meanwhile", "yes")

    copy_to_file(store, tmp_path / "backup.sqlite", write)
    assert rows(tmp_path / "backup.sqlite") == before
    assert store.noted("written meanwhile") == "yes"
    beside.close()


def test_a_backup_put_in_the_place_of_the_store_is_the_store(store, tmp_path):
    copy_to_file(store, tmp_path / "backup.sqlite", nobody)
    before = rows(store.path)
    store.note("later", "lost")
    store.close()
    shutil.copy(tmp_path / "backup.sqlite", store.path)
    back = open_store(str(store.path))
    assert back.noted("later") is None
    back.check()
    back.close()
    assert rows(store.path) == before


def test_nothing_is_replaced_but_a_backup_that_is_to_be(store, tmp_path):
    taken = tmp_path / "taken.sqlite"
    taken.write_bytes(b"something else")
    for make in (lambda: copy(store, str(taken), nobody), lambda: copy_to_file(store, taken, nobody)):
        with pytest.raises(UserError, match="is there already"):
            make()
    assert taken.read_bytes() == b"something else"
    copy_to_file(store, taken, nobody, replace=True)
    assert rows(taken) == rows(store.path)


def test_the_store_itself_is_never_replaced(store, tmp_path):
    (tmp_path / "link.sqlite").symlink_to(store.path)
    for path in (store.path, tmp_path / "link.sqlite"):
        with pytest.raises(UserError, match="is the store itself"):
            copy_to_file(store, path, nobody, replace=True)
        with pytest.raises(UserError, match="is the store itself"):
            copy(store, str(path), nobody)


def test_a_log_of_another_database_is_never_read_into_the_copy(store, tmp_path):
    (tmp_path / "copy.sqlite-wal").write_bytes(Path(f"{store.path}-wal").read_bytes())
    with pytest.raises(UserError, match="open, or was cut off"):
        copy(store, str(tmp_path / "copy.sqlite"), nobody)
    assert not (tmp_path / "copy.sqlite").exists()


def test_a_place_in_use_is_refused(store, tmp_path):
    other = filled(tmp_path / "other.sqlite")
    with pytest.raises(UserError, match="is there already"):
        copy(store, str(other.path), nobody)
    with pytest.raises(UserError, match="open, or was cut off"):
        copy_to_file(store, other.path, nobody, replace=True)
    other.close()


def test_a_place_that_another_copy_is_made_at_is_refused(store, tmp_path):
    lock = FileLock(tmp_path / "copy.sqlite.lock")
    lock.take("here")
    with pytest.raises(StoreError, match="another quietfeed"):
        copy(store, str(tmp_path / "copy.sqlite"), nobody)
    lock.release()


def test_of_a_damaged_store_no_copy_is_kept(store, tmp_path):
    store.close()
    with closing(sqlite3.connect(store.path, isolation_level=None)) as database:
        database.execute("PRAGMA writable_schema = ON")
        database.execute("UPDATE sqlite_master SET rootpage = 3 WHERE name = 'ledger_by_time'")
    damaged = open_store(str(store.path), exclusive=False)
    with pytest.raises(StoreError, match="damaged"):
        copy_to_file(damaged, tmp_path / "copy.sqlite", nobody)
    damaged.close()
    assert not list(tmp_path.glob("*copy.sqlite*"))


def test_a_row_that_differs_after_all_is_told_and_nothing_is_kept(store, tmp_path):
    def meddle(stage, done, total):
        if (stage, done) == ("pages", total):  # the last page is there: nobody else knows the file yet
            [new] = tmp_path.glob(".copy.sqlite.*.new")
            with closing(sqlite3.connect(new, isolation_level=None)) as copied:
                copied.execute("PRAGMA journal_mode = OFF")
                copied.execute("UPDATE ledger SET at = at + 1 WHERE id = 2")

    with pytest.raises(StoreError, match="a row of ledger differs"):
        copy_to_file(store, tmp_path / "copy.sqlite", meddle)
    assert not list(tmp_path.glob("*copy.sqlite*"))


KILLED = """
import os, signal, sys
from pathlib import Path
from bot.store import open_store
from bot.store.copying import copy_to_file
store = open_store(sys.argv[1], exclusive=False)
def told(stage, done, total):
    if stage.startswith(sys.argv[3]):
        os.kill(os.getpid(), signal.SIGKILL)
copy_to_file(store, Path(sys.argv[2]), told)
"""


@pytest.mark.parametrize("stage", ["pages", "comparing"])
def test_a_copy_that_was_killed_is_not_there_and_the_next_one_is(tmp_path, stage):
    store = filled(tmp_path / "q.sqlite", posts=600)
    into = tmp_path / "copies" / "copy.sqlite"
    into.parent.mkdir()
    done = subprocess.run([sys.executable, "-c", KILLED, store.path, into, stage])
    assert done.returncode == -signal.SIGKILL
    assert not into.exists()
    [left] = into.parent.glob(".copy.sqlite.*.new")
    Path(f"{left}-wal").write_bytes(b"left over")
    copy_to_file(store, into, nobody)
    assert rows(into) == rows(store.path)
    assert [file.name for file in into.parent.iterdir()] == ["copy.sqlite"]
    store.close()


def test_a_full_disk_leaves_no_half_copy_and_is_told(store, tmp_path):
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (40_000, limits[1]))
    try:
        with pytest.raises(StoreError, match="disk"):
            copy_to_file(store, tmp_path / "copy.sqlite", nobody)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, handler)
    assert not list(tmp_path.glob("*copy.sqlite*"))
