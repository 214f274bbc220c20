"""The store on a real PostgreSQL server, started for these tests on loopback."""

import glob
import os
import shutil
import socket
import subprocess
import sys
import time
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import psycopg
import pytest

from bot.model import Account, Basis, Entry, Event, Judging, Lexicon, Post, Standing, Step, SweepRecord
from bot.platforms.base import Feed, Page
from bot.store import StoreError, kept_feed, open_store

pytestmark = pytest.mark.live

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
NASTY = Account("a\x00b\ud800", "x'\"\\@exämple.org", display_name="\x00\udfff\U0001f600")
HOSTILE = Post("p\x00", NASTY.id, NOW, text="'; DROP TABLE posts; --\x00\ud800", links=("https://example.com/",))


def binary(name):
    found = sorted(glob.glob(f"/usr/lib/postgresql/*/bin/{name}"))
    path = found[-1] if found else shutil.which(name)
    if path is None:
        pytest.fail("PostgreSQL is not installed: `apt-get install postgresql`")
    return path


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def start(folder, port):
    """A server of our own; it refuses to run as root, so root lends it the user that Debian made for it."""
    who = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    data = folder / "data"
    if not data.exists():
        if who:
            shutil.chown(folder, "postgres")
        make = [binary("initdb"), "-D", str(data), "-U", "quietfeed", "-A", "trust", "-N", "-E", "UTF8"]
        subprocess.run([*who, *make], check=True, capture_output=True, cwd="/", timeout=60)
    serve = [binary("postgres"), "-D", str(data), "-p", str(port), "-h", "127.0.0.1", "-k", "", "-F"]
    with (folder / "log").open("ab") as log:
        server = subprocess.Popen([*who, *serve], cwd="/", stdout=log, stderr=log)
    for _ in range(100):
        try:
            psycopg.connect(f"postgresql://quietfeed@127.0.0.1:{port}/postgres").close()
        except psycopg.OperationalError:
            time.sleep(0.1)
        else:
            return server
    stop(server, folder)
    pytest.fail("PostgreSQL did not start: " + (folder / "log").read_text()[-2000:])


def stop(server, folder):
    """Stop the server by the pid that it wrote down; `runuser` in between would not pass a signal on."""
    pid_file = folder / "data" / "postmaster.pid"
    if pid_file.exists():
        os.kill(int(pid_file.read_text().split()[0]), 2)  # SIGINT: fast shutdown
    server.wait(20)


class Cluster:
    def __init__(self, folder):
        self.folder, self.port = folder, free_port()
        self.server = start(folder, self.port)

    def restart(self):
        stop(self.server, self.folder)
        self.server = start(self.folder, self.port)

    def fresh(self):
        """The URL of an empty database, in the form that hosts hand out."""
        name = f"q{time.monotonic_ns()}"
        with psycopg.connect(f"postgresql://quietfeed@127.0.0.1:{self.port}/postgres", autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        return f"postgres://quietfeed:hunter2@127.0.0.1:{self.port}/{name}"


@pytest.fixture(scope="module")
def cluster():
    import tempfile
    from pathlib import Path

    folder = Path(tempfile.mkdtemp(prefix="quietfeed-postgres-"))  # not tmp_path: another user must reach it
    folder.chmod(0o755)
    running = Cluster(folder)
    yield running
    stop(running.server, folder)
    shutil.rmtree(folder)


@pytest.fixture
def store(cluster):
    opened = open_store(cluster.fresh())
    yield opened
    opened.close()


def test_pages_come_back_as_histories_hostile_text_and_all(store):
    page = Page((HOSTILE, Post("2", NASTY.id, NOW - DAY)), (NASTY,), "c\x00\ud800")
    assert store.remember("ho\x00me", page, NOW) == 2
    assert store.remember("ho\x00me", page, NOW) == 0
    (history,) = store.histories("ho\x00me", "memory", NOW - 9 * DAY, NOW, Lexicon())
    assert history.posts == page.posts
    assert history.account == NASTY
    assert store.cursor("ho\x00me") == "c\x00\ud800"
    assert store.find_account("ho\x00me", NASTY.handle) == NASTY
    assert store.first_seen("ho\x00me", [NASTY.id]) == {NASTY.id: NOW}
    assert store.timeline_counts("ho\x00me", NOW - 9 * DAY, NOW) == {NASTY.id: 2}
    assert store.newest_posts("ho\x00me", [NASTY.id]) == {NASTY.id: NOW}


def test_everything_else_comes_back_too(store):
    feed = Feed(NASTY, (HOSTILE,), truncated=True)
    store.save_own_feed("home", feed, NOW, Lexicon())
    assert store.own_feed("home", NASTY.id) == kept_feed(feed, NOW)
    planned = Entry(NOW, "home", NASTY, Event.PLANNED, step=Step.MUTE, reason="\x00", action_id="d", until=NOW + DAY)
    judged = Entry(NOW, "home", NASTY, Event.JUDGED, rule="a")
    store.record([planned, judged, replace(judged, rule="b")])
    assert store.entries("home", events={Event.PLANNED}) == [planned]
    assert store.latest_judged("home")[NASTY.id].rule == "b"
    begun = SweepRecord("home", NOW)
    store.end_sweep(store.begin_sweep(begun), replace(begun, ended=NOW, error="\x00"))
    assert store.sweeps("home") == [replace(begun, ended=NOW, error="\x00")]
    store.save_report("home", date(2026, 5, 1), "\x00", "b", "{}", NOW, "planned")
    store.save_report("home", date(2026, 5, 1), "a", "b", "{}", NOW, "sent", "\x00")
    assert store.reports("home") == [(date(2026, 5, 1), "sent")]
    store.set_feedback("home", NASTY, "keep", "\x00", NOW)
    assert store.feedback("home", "keep")[NASTY.id].why == "\x00"


def test_an_account_is_forgotten_hostile_names_and_all(store):
    other = Account("2", "ann@example.org")
    page = Page((HOSTILE, Post("2", NASTY.id, NOW - DAY), Post("3", other.id, NOW)), (NASTY, other), "c")
    store.remember("home", page, NOW)
    store.save_own_feed("home", Feed(NASTY, (HOSTILE,)), NOW, Lexicon())
    store.record([Entry(NOW, "home", NASTY, Event.JUDGED, rule="a"), Entry(NOW, "home", other, Event.JUDGED)])
    bases = (Basis(NASTY.id, NOW), Basis(other.id, NOW))
    store.record_judging("home", Judging(NOW, 0, "f", bases))
    for kind in ("noise", "keep"):
        store.set_feedback("home", NASTY, kind, "\x00", NOW)
    store.save_report("home", date(2026, 5, 1), "a", "b", "{}", NOW, "planned")

    def forget(*, only_count):
        return store.forget(
            "home", NASTY.id, NASTY.handle.__contains__, notes_instead={"a": "\x00"}, reports_instead=[],
            made_anew=[date(2026, 5, 1)], only_count=only_count,
        )  # fmt: skip

    assert forget(only_count=True) == forget(only_count=False)
    gone = forget(only_count=False)
    assert (gone.items, gone.feed, gone.decisions, gone.judgements, gone.words) == (0, False, 0, 0, 1)
    assert store.timeline_counts("home", NOW - 9 * DAY, NOW) == {other.id: 1}
    assert store.own_feed("home", NASTY.id) is None
    assert store.latest_judged("home").keys() == {other.id}
    assert [basis.account for basis in store.judgings("home")[0].bases] == [other.id]
    assert store.judgements("home")[NASTY.id].account == Account(NASTY.id, NASTY.handle)
    assert (store.reports("home"), store.noted("a")) == ([], "\x00")
    assert store.drop_feedback("home", NASTY.id, "keep") is True
    store.note("a\x00", "b\x00")
    assert store.noted("a\x00") == "b\x00"
    store.check()
    assert store.size() > 0


def test_what_was_known_before_comes_back_as_it_was(store):
    feeds = [Feed(NASTY, (HOSTILE,)), Feed(NASTY, (replace(HOSTILE, text="edited"),), truncated=True), Feed(NASTY, ())]
    for day, feed in enumerate(feeds):
        store.save_own_feed("home", feed, NOW + day * DAY, Lexicon())
    past = store.past_feeds("home")[NASTY.id]
    assert [past.as_of(NOW + day * DAY).feed for day in range(3)] == feeds
    basis = Basis(NASTY.id, NOW, standing=Standing(lists=("\x00",)), step=Step.LIST, readings={"own_posts": None})
    made = Judging(NOW, store.last_entry(), "x", (basis,), usual={"a": 1}, told=("mutes lacking",))
    store.record_judging("home", made)
    assert store.judgings("home") == [made]
    store.prune("home", NOW + 9 * DAY, NOW + 9 * DAY, NOW + 9 * DAY)
    assert (store.judgings("home"), store.past_feeds("home")) == ([], {})


def test_old_records_go_and_living_actions_stay(store):
    store.remember("home", Page((HOSTILE,), (NASTY,), "c"), NOW)
    living = Entry(NOW, "home", NASTY, Event.DONE, action_id="d")
    store.record([Entry(NOW, "home", NASTY, Event.JUDGED), living])
    assert store.prune("home", NOW + DAY, NOW + DAY, NOW + DAY) == 2
    assert store.timeline_counts("home", NOW - 9 * DAY, NOW + DAY) == {}
    assert store.entries() == [living]


def test_ids_and_days_sort_as_they_do_in_sqlite(store):
    ids = ["a", "B", "_", "10", "9"]
    store.remember("home", Page(tuple(Post(i, "1", NOW) for i in ids), (), None), NOW)
    (history,) = store.histories("home", "memory", NOW - DAY, NOW, Lexicon())
    assert [post.id for post in history.posts] == sorted(ids, reverse=True)


def test_a_second_process_is_refused_and_a_reader_is_not(cluster):
    url = cluster.fresh()
    daemon = "import sys; from bot.store import open_store; s = open_store(sys.argv[1]); print(1, flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-c", daemon, url], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        try:
            process.stdout.readline()
            with pytest.raises(StoreError, match=f"another quietfeed .pid {process.pid} on ") as caught:
                open_store(url)
            assert "hunter2" not in str(caught.value)
            reader = open_store(url, exclusive=False)
            assert reader.cursor("home") is None
            reader.close()
        finally:
            process.kill()
    for _ in range(50):  # the server notices the end of a killed client a moment later
        try:
            open_store(url).close()
            break
        except StoreError:
            time.sleep(0.1)
    else:
        pytest.fail("the lock outlived the process that held it")


def test_the_password_is_masked(store):
    assert "hunter2" not in store.url
    assert "***" in store.url


def test_a_database_that_is_not_there_is_a_clear_error(cluster):
    with pytest.raises(StoreError, match="DATABASE_URL"):
        open_store(f"postgres://quietfeed@127.0.0.1:{cluster.port}/nothing_here")


def test_after_a_restart_of_the_server_the_store_goes_on_and_holds_its_lock(cluster):
    url = cluster.fresh()
    store = open_store(url)
    store.note("a", "before")
    cluster.restart()
    store.note("a", "after")
    assert store.noted("a") == "after"
    with pytest.raises(StoreError, match="another quietfeed"):
        open_store(url)
    store.close()
    open_store(url).close()
