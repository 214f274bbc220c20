"""The whole store moved to a real PostgreSQL server and back, and what befalls a copy there."""

import signal
import subprocess
import sys
import time
from collections import Counter

import psycopg
import pytest

from bot.cli import main
from bot.errors import UserError
from bot.model import Entry, Event
from bot.store import StoreError, located, open_store
from bot.store.checking import look_through
from bot.store.copying import Place, copy, copy_to_file
from tests.unit.store.test_copying import NASTY, NOW, filled, nobody, rows

pytestmark = pytest.mark.live


@pytest.fixture
def store(tmp_path):
    opened = filled(tmp_path / "q.sqlite")
    yield opened
    opened.close()


def tables(url):
    with psycopg.connect(url) as connection:
        return connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone()[0]


def test_a_store_is_moved_to_a_server_and_back_and_is_the_same(store, postgres, tmp_path):
    url = postgres.address(postgres.fresh())
    before = rows(store.path)
    there = copy(store, url, nobody)
    assert "hunter2" not in there.where
    moved = open_store(url)
    assert moved.entries() == store.entries()
    assert copy(moved, str(tmp_path / "back.sqlite"), nobody).counts == there.counts
    assert rows(tmp_path / "back.sqlite") == before
    moved.close()


def test_the_numbers_go_on_where_they_were(store, postgres):
    url = postgres.address(postgres.fresh())
    copy(store, url, nobody)
    moved = open_store(url)
    for one in (store, moved):
        one.record([Entry(NOW, "home", NASTY, Event.JUDGED)])
    assert moved.mark() == store.mark()
    moved.close()


def test_a_backup_of_a_server_is_of_one_moment_whatever_is_written_meanwhile(postgres, store, tmp_path):
    url = postgres.address(postgres.fresh())
    copy(store, url, nobody)
    moved = open_store(url)
    beside = open_store(url, exclusive=False)
    copy_to_file(moved, tmp_path / "backup.sqlite", lambda *_: beside.note("written meanwhile", "yes"))
    assert rows(tmp_path / "backup.sqlite") == rows(store.path)
    assert moved.noted("written meanwhile") == "yes"
    beside.close()
    moved.close()


def test_a_database_that_holds_something_is_refused_and_left_as_it_is(postgres, store):
    url = postgres.address(postgres.fresh())
    taken = open_store(url)
    taken.close()
    copy(store, url, nobody)  # tables alone are nothing
    with pytest.raises(UserError, match="is not empty") as refused:
        copy(store, url, nobody)
    assert "hunter2" not in str(refused.value)


def test_a_database_with_tables_of_another_program_is_refused(postgres, store):
    url = postgres.address(postgres.fresh())
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE posts (body text)")
    with pytest.raises(StoreError, match="tables that quietfeed did not make"):
        copy(store, url, nobody)
    assert tables(url) == 1


def test_a_database_in_use_is_refused(postgres, store):
    url = postgres.address(postgres.fresh())
    daemon = open_store(url)
    with pytest.raises(StoreError, match="another quietfeed"):
        copy(store, url, nobody)
    daemon.close()


KILLED = """
import os, signal, sys
from bot.store import open_store
from bot.store.copying import copy
def told(stage, done, total):
    if stage == sys.argv[3]:
        os.kill(os.getpid(), signal.SIGKILL)
copy(open_store(sys.argv[1]), sys.argv[2], told)
"""


@pytest.mark.parametrize("stage", ["copying ledger", "comparing posts"])
def test_a_copy_that_was_killed_leaves_nothing_and_the_next_one_goes_through(postgres, tmp_path, stage):
    filled(tmp_path / "q.sqlite", posts=600).close()
    url = postgres.address(postgres.fresh())
    done = subprocess.run([sys.executable, "-c", KILLED, tmp_path / "q.sqlite", url, stage])
    assert done.returncode == -signal.SIGKILL
    store = open_store(str(tmp_path / "q.sqlite"))
    assert tables(url) == 0
    place = Place(located(url))
    for _ in range(100):  # the server notices the end of a killed client a moment later
        if not place.in_use():
            break
        time.sleep(0.1)
    place.close()
    copy(store, url, nobody)
    moved = open_store(url)
    assert moved.timeline_total("ho\x00me", NOW.replace(year=2025), NOW) == 600
    moved.close()
    store.close()


def test_the_verbs_move_it_and_show_no_password(postgres, store, tmp_path, monkeypatch, capsys):
    store.close()
    url = postgres.address(postgres.fresh())
    (tmp_path / "config.yaml").write_text(
        "profiles: [{name: home, platform: mastodon, server: 'https://social.example.com'}]\nstore: q.sqlite\n"
    )
    monkeypatch.chdir(tmp_path)
    for name in ("DATABASE_URL", "QUIETFEED_CONFIG"):
        monkeypatch.delenv(name, raising=False)
    assert main(["store", "copy", "--to", url]) == 0
    monkeypatch.setenv("DATABASE_URL", url)
    assert main(["store", "backup", "b.sqlite"]) == 0
    assert main(["store", "copy", "--from", "b.sqlite"]) == 2
    monkeypatch.setenv("DATABASE_URL", postgres.address(postgres.fresh()))
    assert main(["store", "copy", "--from", "b.sqlite"]) == 0
    said = "".join(capsys.readouterr())
    assert "compared row by row" in said
    assert "hunter2" not in said
    assert rows(tmp_path / "b.sqlite") == rows(store.path)


def test_a_server_is_looked_through_too(postgres, store):
    url = postgres.address(postgres.fresh())
    copy(store, url, nobody)
    moved = open_store(url)
    looked = look_through(moved, nobody)
    assert (looked.file, looked.unreadable, looked.references) == ((), {}, ())
    assert looked.rows == look_through(store, nobody).rows + Counter(notes=1)  # the word of whoever holds the lock
    with psycopg.connect(url) as connection:
        connection.execute("UPDATE days SET posts = posts + 1")
    assert look_through(moved, nobody).references == ("3 posts are there, and 4 are counted on their days",)
    moved.close()
