"""The desk on its first day and on its worst: what it says before anything was read, and whatever befalls its store."""

import errno
import os
import socket
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot.cli import main
from bot.cli.demo import CONFIG, text_of_config
from bot.cli.desk import REFUSED
from bot.cli.playground import begins
from bot.clock import SystemClock
from bot.config import load
from bot.desk.app import AGAIN
from bot.desk.pages import PAGES
from bot.desk.seat import UPGRADED
from bot.model import Account
from bot.service import word
from bot.store import open_store
from tests.unit.desk.asked import desk_of

MENU = [page.path for page in PAGES if page.menu]


@pytest.fixture
def place(tmp_path):
    """A folder with a config, and a store in which nothing was read."""
    (tmp_path / CONFIG).write_text(text_of_config("standard", begins(SystemClock().now())), "utf-8")
    open_store(str(tmp_path / "quietfeed.sqlite")).close()
    return tmp_path


@pytest.fixture
def file(place):
    return place / "quietfeed.sqlite"


@pytest.fixture
def desk(place, file):
    """A desk on it."""
    with closing(open_store(str(file), exclusive=False)) as store:
        yield desk_of(store, load(place / CONFIG), SystemClock())


def aside(file):
    """Put the store aside, with what SQLite keeps beside it."""
    for end in ("", "-wal", "-shm"):
        if (beside := Path(f"{file}{end}")).exists():
            beside.rename(Path(f"{file}.aside{end}"))


def fault(answer):
    """What a page says that failed, which comes back by itself."""
    assert (answer.status, answer.headers.get("refresh")) == (503, str(AGAIN)), answer.text
    assert "comes back by itself" in answer.page.text
    return answer.page.text


# -- before anything was read


@pytest.mark.parametrize("path", MENU)
def test_every_page_can_be_looked_at_before_anything_was_read(desk, path):
    answer = desk.get(path)
    assert answer.status == 200, answer.text
    assert answer.page.headings[0][0] == 1


def test_where_nothing_was_read_it_says_how_to_begin(desk):
    assert "Nothing of demo was read yet." in desk.get("/").page.text
    assert "quietfeed sweep" in desk.get("/").page.text
    assert "quietfeed login" not in desk.get("/").page.text


def test_where_nobody_is_logged_in_that_comes_first(desk):
    desk.seat.logged_in = lambda profile: False
    steps = desk.get("/").page.text
    assert 0 < steps.index("quietfeed login demo") < steps.index("quietfeed sweep")


# -- the config


def test_a_config_that_breaks_is_told_and_the_last_good_one_goes_on_until_it_is_mended(desk, place):
    good = (place / CONFIG).read_text("utf-8")
    (place / CONFIG).write_text(good + "rules: [\n", "utf-8")
    broken = desk.get("/state")
    assert broken.status == 200
    assert "The config cannot be worked by as it is saved now" in broken.page.text
    assert "config.yaml:" in broken.page.text
    (place / CONFIG).unlink()
    assert "The config cannot be worked by as it is saved now" in desk.get("/state").page.text
    (place / CONFIG).write_text(good, "utf-8")
    assert "The config cannot be worked by" not in desk.get("/state").page.text


# -- the store


def test_a_store_that_was_moved_away_is_told_and_none_is_made_in_its_place(desk, file):
    aside(file)
    assert "was moved or removed. Put it back" in fault(desk.get("/"))
    assert not file.exists()
    Path(f"{file}.aside").rename(file)
    assert desk.get("/").status == 200


def test_a_damaged_store_is_told_with_the_remedy_and_one_that_was_made_anew_is_gone_on_with(desk, file):
    aside(file)
    file.write_bytes(b"these are my tax papers " * 400)
    assert "quietfeed store recover" in fault(desk.get("/"))
    file.unlink()
    with closing(open_store(str(file))) as made:
        word.keep("demo", Account("1", "robin@quiet.test"), "", made, SystemClock().now())
        assert desk.get("/").status == 200
        assert set(desk.seat.store.feedback("demo", "keep")) == {"1"}


def test_a_store_that_breaks_while_it_is_read_is_told(desk, file):
    desk.seat.store.close()
    content = bytearray(file.read_bytes())
    content[4096:] = b"\xa5" * (len(content) - 4096)
    file.write_bytes(content)
    assert "quietfeed store recover" in fault(desk.get("/"))


def test_a_newer_quietfeed_asks_for_a_new_start_of_the_desk(desk, file):
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("UPDATE schema_version SET version = version + 1")
        told = fault(desk.get("/"))
        assert "was written by a newer quietfeed" in told
        assert UPGRADED in told
        other.execute("UPDATE schema_version SET version = version - 1")
    assert desk.get("/").status == 200


def test_while_another_program_writes_the_pages_can_be_read(desk, file):
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        assert [desk.get(path).status for path in MENU] == [200] * len(MENU)
        other.execute("ROLLBACK")


@pytest.mark.parametrize("path", ["/nothing", "/?profile=nobody"])
def test_what_is_not_there_is_not_looked_for_again(desk, path):
    answer = desk.get(path)
    assert answer.status == 404
    assert "refresh" not in answer.headers


# -- at its start


@pytest.fixture
def started(place, monkeypatch, capsys):
    """What a desk says that does not start: exit code and words."""
    monkeypatch.chdir(place)
    monkeypatch.setenv("QUIETFEED_STATE_DIR", str(place / "state"))
    for name in ("QUIETFEED_CONFIG", "DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(place / "xdg"))

    def start(*words):
        capsys.readouterr()
        code = main(["desk", *words])
        return code, capsys.readouterr().err

    return start


def test_a_second_desk_at_the_same_port_is_told_what_to_do(started):
    with closing(socket.create_server(("127.0.0.1", 0))) as first:
        port = first.getsockname()[1]
        code, said = started("--port", str(port))
    assert (code, said) == (1, f"quietfeed: nothing can listen at 127.0.0.1:{port}: {REFUSED[errno.EADDRINUSE]}\n")


def test_an_address_that_is_not_this_machines_is_told(started):
    code, said = started("--port", "0", "--host", "192.0.2.1", "--base-url", "https://desk.example.org")
    assert (code, REFUSED[errno.EADDRNOTAVAIL] in said) == (1, True)


def test_a_broken_config_is_told_with_its_line(started, place):
    with (place / CONFIG).open("a", encoding="utf-8") as config:
        config.write("noise: 1\n")
    code, said = started("--port", "0")
    assert code == 2
    assert "config.yaml:" in said
    assert "| noise: 1" in said


def test_without_a_config_it_says_how_to_write_one(started, place):
    (place / CONFIG).unlink()
    code, said = started("--port", "0")
    assert code == 2
    assert "quietfeed init" in said


def test_a_store_that_cannot_be_opened_is_told_and_nothing_listens(started, file):
    file.write_bytes(b"these are my tax papers " * 400)
    code, said = started("--port", "0")
    assert code == 1
    assert "quietfeed store recover" in said
    assert os.path.getsize(file) == 9600
