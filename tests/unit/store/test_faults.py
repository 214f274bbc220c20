"""The store when things go wrong: crashes, second processes, damage, newer and older files."""

import os
import signal
import sqlite3
import stat
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import event, inspect

from bot.model import Account, Entry, Event, Lexicon, Post
from bot.platforms.base import Page
from bot.store import Store, StoreError, open_store
from bot.store.faults import StoreBusy, StoreFull, explained
from bot.store.migrations import LATEST, migrate
from bot.store.schema import metadata
from tests.databases import ON_FILES
from tests.servers.postgres import PASSWORD

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
ANN = Account("1", "ann@example.org")

WRITER = """
import sys
from datetime import UTC, datetime, timedelta
from bot.model import Account, Post
from bot.platforms.base import Page
from bot.store import open_store
NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
store = open_store(sys.argv[1])
start = int(store.cursor("home") or 0)
for n in range(start + 1, start + 100_000):
    posts = tuple(Post(f"{n}-{k}", "1", NOW - timedelta(seconds=n), text="x" * 300) for k in range(20))
    store.remember("home", Page(posts, (Account("1", "ann@example.org"),), str(n)), NOW)
    print(n, flush=True)
"""


def writer(address: str) -> "subprocess.Popen[str]":
    return subprocess.Popen([sys.executable, "-c", WRITER, address], stdout=subprocess.PIPE, text=True)


def opened(path: Path) -> Store:
    """The store, once it is let go: a server notices the end of a killed process a moment later."""
    patience = time.monotonic() + 60
    while True:
        try:
            return open_store(str(path))
        except StoreBusy:
            assert time.monotonic() < patience
            time.sleep(0.05)


def one_page(n: int) -> Page:
    return Page((Post(str(n), "1", NOW, text="x" * 2000),), (ANN,), str(n))


@pytest.mark.slow
def test_after_kill_9_cursor_and_posts_agree_and_nothing_told_is_lost(tmp_path, database):
    path, told = tmp_path / "q.db", 0
    for delay in (0.0, 0.013, 0.031, 0.05):
        with writer(database.address(path)) as process:
            assert process.stdout is not None
            told = int(process.stdout.readline())
            time.sleep(delay)
            process.send_signal(signal.SIGKILL)
            told = max([told, *(int(line) for line in process.stdout if line.endswith("\n"))])
        store = opened(path)
        cursor = int(store.cursor("home") or 0)
        assert cursor >= told
        assert store.timeline_counts("home", NOW - timedelta(days=9), NOW) == {"1": cursor * 20}
        store.check()
        store.close()


@pytest.mark.slow
def test_a_second_process_is_refused_and_told_who_holds_the_store(tmp_path, database):
    path = tmp_path / "q.db"
    with writer(database.address(path)) as process:
        try:
            assert process.stdout is not None
            process.stdout.readline()
            with pytest.raises(StoreError, match=rf"another quietfeed \(pid {process.pid}( on .+)?\) is using") as busy:
                open_store(str(path))
            assert PASSWORD not in str(busy.value)
            reader = open_store(str(path), exclusive=False)
            assert reader.cursor("home") is not None
            reader.note("seen", "while it runs")
            reader.close()
        finally:
            process.kill()
    opened(path).close()


def test_a_closed_store_may_be_opened_again(tmp_path):
    first = open_store(str(tmp_path / "q.db"))
    with pytest.raises(StoreError, match=f"pid {os.getpid()}"):
        open_store(str(tmp_path / "q.db"))
    first.close()
    open_store(str(tmp_path / "q.db")).close()


def test_a_reader_makes_the_store_where_there_is_none_and_holds_no_lock(tmp_path):
    reader = open_store(str(tmp_path / "q.db"), exclusive=False)
    assert reader.cursor("home") is None
    open_store(str(tmp_path / "q.db")).close()
    reader.close()


@ON_FILES
def test_the_store_is_readable_by_its_owner_alone(tmp_path):
    open_store(str(tmp_path / "new" / "state" / "q.db")).close()
    assert stat.S_IMODE((tmp_path / "new" / "state").stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "new" / "state" / "q.db").stat().st_mode) == 0o600


@ON_FILES
def test_a_file_that_is_no_database_is_refused_and_left_as_it_is(tmp_path):
    path = tmp_path / "q.db"
    path.write_bytes(b"these are my tax papers " * 100)
    with pytest.raises(StoreError, match="left as it is"):
        open_store(str(path))
    assert path.read_bytes() == b"these are my tax papers " * 100


def test_a_foreign_database_is_refused(tmp_path, database):
    database.make(tmp_path / "q.db")
    database.do(tmp_path / "q.db", "CREATE TABLE posts (body TEXT)")
    with pytest.raises(StoreError, match="tables that quietfeed did not make"):
        open_store(str(tmp_path / "q.db"))


@ON_FILES
def test_a_damaged_file_is_told_by_check_and_kept(tmp_path):
    path = tmp_path / "q.db"
    store = open_store(str(path))
    for n in range(60):
        store.remember("home", one_page(n), NOW)
    store.close()
    content = bytearray(path.read_bytes())
    content[8192:40960] = b"\xa5" * (40960 - 8192)
    path.write_bytes(content)
    with pytest.raises(StoreError, match="damaged"):
        open_store(str(path), exclusive=False).check()
    assert path.read_bytes()[8192:40960] == b"\xa5" * (40960 - 8192)


def test_a_record_that_cannot_be_decoded_is_a_clear_error(tmp_path, database):
    store = open_store(str(tmp_path / "q.db"))
    store.remember("home", one_page(1), NOW)
    database.do(tmp_path / "q.db", "UPDATE posts SET payload = 'not json'")
    with pytest.raises(StoreError, match="record that cannot be read"):
        list(store.histories("home", "memory", NOW - timedelta(days=1), NOW, Lexicon()))
    store.close()


@pytest.mark.parametrize("at", [10**18, 253402300799 * 10**6, 2**62, -(10**17), -(2**62)])
def test_a_time_beyond_the_calendar_is_a_clear_error(tmp_path, database, at):
    store = open_store(str(tmp_path / "q.db"))
    store.remember("home", one_page(1), NOW)
    store.record([Entry(NOW, "home", ANN, Event.JUDGED)])
    for table in ("posts", "accounts", "ledger"):
        for name in ("created_at", "at"):  # of a name that stands twice the last one counts
            last = f"substr(payload, 1, length(payload) - 1) || ',\"{name}\":{at}}}'"
            database.do(tmp_path / "q.db", f"UPDATE {table} SET payload = {last}")
    database.do(tmp_path / "q.db", f"UPDATE accounts SET first_seen = {at}")
    for read in (
        lambda: list(store.histories("home", "memory", NOW - timedelta(days=1), NOW, Lexicon())),
        lambda: store.accounts("home", ["1"]),
        lambda: store.first_seen("home", ["1"]),
        lambda: list(store.entries("home")),
    ):
        with pytest.raises(StoreError, match="record that cannot be read"):
            read()
    store.close()


@pytest.mark.parametrize("written", ["9999-12-31T23:59:59+00:00", "0000-01-01", "soon", "2026-05-01T12:00:00"])
def test_a_noted_time_that_is_none_is_a_clear_error(tmp_path, written):
    store = open_store(str(tmp_path / "q.db"))
    assert store.noted_time("installed:home") is None
    store.note("installed:home", NOW.isoformat())
    assert store.noted_time("installed:home") == NOW
    store.note("installed:home", written)
    with pytest.raises(StoreError, match="record that cannot be read"):
        store.noted_time("installed:home")
    store.close()


def test_a_damaged_account_does_not_break_the_page_that_meets_it(tmp_path, database):
    store = open_store(str(tmp_path / "q.db"))
    store.remember("home", one_page(1), NOW)
    database.do(tmp_path / "q.db", "UPDATE accounts SET payload = '{}'")
    with pytest.raises(StoreError, match="record that cannot be read"):
        store.remember("home", one_page(2), NOW)
    store.close()


def test_a_newer_store_is_refused_and_left_as_it_is(tmp_path, database):
    path = tmp_path / "q.db"
    open_store(str(path)).close()
    database.do(path, "UPDATE schema_version SET version = 999")
    for exclusive in (True, False):
        with pytest.raises(StoreError, match="newer quietfeed"):
            open_store(str(path), exclusive=exclusive)
    assert database.do(path, "SELECT version FROM schema_version") == [(999,)]


@ON_FILES
def test_a_full_disk_is_told_and_costs_only_the_page_that_did_not_fit(tmp_path):
    store = open_store(str(tmp_path / "q.db"))
    store.remember("home", one_page(0), NOW)

    @event.listens_for(store._engine, "begin")
    def _fill_the_disk(connection):
        connection.exec_driver_sql("PRAGMA max_page_count = 1")

    def remember_much():
        for n in range(1, 1000):
            store.remember("home", one_page(n), NOW)

    with pytest.raises(StoreError, match="disk is full"):
        remember_much()
    (history,) = store.histories("home", "memory", NOW - timedelta(days=1), NOW, Lexicon(), newest=1000)
    assert str(len(history.posts) - 1) == store.cursor("home")
    store.close()


@ON_FILES
def test_a_store_that_cannot_be_written_is_told(tmp_path):
    store = open_store(str(tmp_path / "q.db"))
    event.listen(store._engine, "begin", lambda connection: connection.exec_driver_sql("PRAGMA query_only = 1"))
    with pytest.raises(StoreError, match="cannot be written"):
        store.note("a", "b")
    with pytest.raises(StoreError, match="cannot be written"):
        store.remember("home", Page((Post("1", "1", NOW),), (), None), NOW)
    store.close()


@ON_FILES
def test_a_store_locked_by_another_program_is_told(tmp_path):
    store = open_store(str(tmp_path / "q.db"))
    event.listen(store._engine, "connect", lambda connection, _: connection.execute("PRAGMA busy_timeout = 50"))
    store._engine.dispose()
    other = sqlite3.connect(tmp_path / "q.db", isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    with pytest.raises(StoreError, match="another program holds it"):
        store.note("a", "b")
    other.execute("ROLLBACK")
    other.close()
    store.note("a", "b")
    assert store.noted("a") == "b"
    store.close()


@ON_FILES
def test_a_directory_that_is_a_file_is_told(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="directory"):
        open_store(str(tmp_path / "file" / "q.db"))


def test_an_error_never_shows_the_password_or_the_posts(tmp_path):
    with pytest.raises(StoreError) as caught:
        open_store("postgres://bot:hunter2@127.0.0.1:1/quietfeed")
    assert "hunter2" not in str(caught.value)
    assert "DATABASE_URL" in str(caught.value)


# -- migrations

VERSION_1 = Path(__file__).with_name("version_1.sql")


@pytest.mark.parametrize("version", range(1, LATEST + 1))
def test_a_store_of_any_version_opens_forever_and_nothing_in_it_is_lost(tmp_path, database, version):
    path = tmp_path / "q.db"
    database.older(path, VERSION_1.read_text(encoding="utf-8"), version)
    store = open_store(str(path))
    (history,) = store.histories("home", "memory", NOW - timedelta(days=1), NOW, Lexicon())
    assert history.account == Account("1", "ann@example.org", bio="Writes.")
    assert history.posts == (Post("p1", "1", NOW, text="Hello", links=("https://example.com/a",)),)
    assert store.cursor("home") == "p1"
    assert store.entries() == [Entry(NOW, "home", history.account, Event.JUDGED, rule="link broadcaster")]
    assert store.noted("installed") == "2026-05-01"
    store.record(store.entries())
    assert len(store.entries()) == 2
    store.close()


def test_the_tables_that_migrations_make_are_those_that_queries_know(tmp_path):
    store = open_store(str(tmp_path / "q.db"))
    with store.reading() as connection:
        found = inspect(connection)
        made = {name: {c["name"] for c in found.get_columns(name)} for name in found.get_table_names()}
        keys = {name: set(found.get_pk_constraint(name)["constrained_columns"]) for name in made}
    assert made == {name: {c.name for c in table.columns} for name, table in metadata.tables.items()}
    assert keys == {name: {c.name for c in table.primary_key} for name, table in metadata.tables.items()}
    store.close()


def test_a_migration_that_fails_halfway_leaves_the_store_as_it_was(tmp_path):
    store = open_store(str(tmp_path / "q.db"))
    store.note("a", "b")
    with pytest.raises(StoreError), store.writing() as connection:
        migrate(connection, ((),) * LATEST + (("DROP TABLE notes", "NONSENSE"),))
    assert store.noted("a") == "b"
    store.close()


@pytest.mark.slow
def test_the_owners_word_gets_through_while_the_daemon_writes(tmp_path, database):
    path = tmp_path / "q.db"
    with writer(database.address(path)) as process:
        try:
            assert process.stdout is not None
            process.stdout.readline()
            beside = open_store(str(path), exclusive=False)
            for n in range(30):
                beside.set_feedback("home", Account(str(n), f"a{n}@example.org"), "keep", "", NOW)
            assert process.poll() is None
            assert len(beside.feedback("home", "keep")) == 30
            beside.close()
        finally:
            process.kill()


@pytest.mark.parametrize("said", ["could not extend file: No space left on device", "Auf dem Gerät ist kein Platz"])
def test_a_full_disk_of_a_server_is_told_in_whichever_language(said):
    from psycopg.errors import DiskFull
    from sqlalchemy.exc import OperationalError

    fault = explained(OperationalError("INSERT", {}, DiskFull(said)), "postgresql://db.test/q")
    assert "the disk is full; nothing of the last step was saved" in str(fault)
    assert "goes on by itself" in str(fault)


def test_a_disk_without_room_for_what_processes_share_is_a_full_one():
    from sqlalchemy.exc import OperationalError

    said = sqlite3.OperationalError("disk I/O error")
    assert not isinstance(explained(OperationalError("", {}, said), "q.sqlite"), StoreFull)
    said.sqlite_errorname = "SQLITE_IOERR_SHMSIZE"
    assert isinstance(explained(OperationalError("", {}, said), "q.sqlite"), StoreFull)
