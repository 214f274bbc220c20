"""A disk that is really full: a small file system in memory, which root may mount."""

import logging
import os
import subprocess
from contextlib import closing, suppress
from datetime import timedelta

import pytest

from bot.config.credentials import Credentials
from bot.errors import Failure
from bot.logs import Line
from bot.model import Post
from bot.platforms.base import Page
from bot.service.report_files import write_page
from bot.store import StoreError, open_store
from bot.store.copying import copy_to_file
from bot.store.recovery import recover
from tests.live.journey import Journey
from tests.live.places import CONFIG, on_mastodon
from tests.unit.store.test_copying import NASTY, NOW, filled, nobody, rows

pytestmark = pytest.mark.live


class Disk:
    """A file system of a few megabytes."""

    def __init__(self, place):
        self.place, self.filler = place, place / "filler"

    def fill(self):
        """Until not a byte more finds room."""
        with suppress(OSError), self.filler.open("wb", buffering=0) as out:
            while True:
                out.write(bytes(4096))

    def free(self):
        self.filler.unlink()


@pytest.fixture
def disk(tmp_path):
    place = tmp_path / "small"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(place)]
    if os.geteuid() != 0 or subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("only root may mount a file system, and not everywhere")
    yield Disk(place)
    subprocess.run(["umount", "--lazy", str(place)], check=True)  # a process of the daemon's may just be ending


def page(number):
    return Page(tuple(Post(f"{number}-{n}", NASTY.id, NOW, text="x" * 900) for n in range(50)), (NASTY,), str(number))


def test_the_store_keeps_what_it_had_says_so_and_goes_on_once_there_is_room(disk):
    store = filled(disk.place / "q.sqlite")
    before = store.timeline_total("home", NOW - timedelta(days=9), NOW)
    disk.fill()
    kept = 0

    def remember_much():
        nonlocal kept
        for kept in range(1000):  # what the log's last page still holds
            store.remember("home", page(kept), NOW)

    with pytest.raises(StoreError, match="the disk is full; nothing of the last step was saved"):
        remember_much()
    assert store.timeline_total("home", NOW - timedelta(days=9), NOW) == before + 50 * kept
    assert int(store.cursor("home") or -1) == kept - 1
    disk.free()
    store.remember("home", page(kept), NOW)
    assert store.cursor("home") == str(kept)
    store.check()
    store.close()


def test_neither_a_backup_nor_a_recovery_leaves_anything_half_made(disk):
    store = filled(disk.place / "q.sqlite", posts=2000)
    disk.fill()
    with pytest.raises(StoreError, match="full"):
        copy_to_file(store, disk.place / "b.sqlite", nobody)
    disk.free()
    store.close()
    content = bytearray((disk.place / "q.sqlite").read_bytes())
    before = rows(disk.place / "q.sqlite")
    content[:100] = bytes(100)
    (disk.place / "q.sqlite").write_bytes(content)
    disk.fill()
    with pytest.raises(StoreError, match="full"):
        recover(disk.place / "q.sqlite", NOW)
    assert (disk.place / "q.sqlite").read_bytes() == content
    disk.free()
    assert {file.name for file in disk.place.iterdir()} == {"q.sqlite", "q.sqlite.lock"}
    assert recover(disk.place / "q.sqlite", NOW)
    assert rows(disk.place / "q.sqlite")["posts"] == before["posts"]


def test_a_page_and_the_logins_file_stay_as_they_were(disk):
    secrets = Credentials({}, disk.place / "state")
    secrets.set("home", "token", "the one before")
    write_page("the one before", disk.place / "reports" / "index.html")
    disk.fill()
    with pytest.raises(Failure, match="No space left"):
        write_page("x" * 99999, disk.place / "reports" / "index.html")
    with pytest.raises(Failure, match="No space left"):
        secrets.set("home", "token", "x" * 99999)
    assert secrets.get("home", "token") == "the one before"
    assert (disk.place / "reports" / "index.html").read_text() == "the one before\n"
    assert {file.name for file in (disk.place / "reports").iterdir()} == {"index.html"}


def test_a_log_that_cannot_be_written_breaks_nothing(disk, capfd):
    log = logging.getLogger("quietfeed.full")
    with closing((disk.place / "log").open("w")) as out:
        handler = logging.StreamHandler(out)
        handler.setFormatter(Line())
        log.addHandler(handler)
        disk.fill()
        for _ in range(500):
            log.warning("said while there is no room", extra={"facts": {"what": "x" * 200}})
        disk.free()
        log.warning("said afterwards")
        log.removeHandler(handler)
    assert "said afterwards" in (disk.place / "log").read_text()
    capfd.readouterr()


@pytest.mark.parametrize("kept_before", [False, True])
def test_a_daemon_that_is_started_on_a_full_disk_says_so_once_and_begins_when_there_is_room(disk, kept_before):
    place = on_mastodon()
    owner = Journey(disk.place / "owner", place.secrets)
    words = {"profile": place.profile, "lasts": "30d", "first_days": "9d", "dry_run": "true"}
    owner.config.write_text(CONFIG.format(**words))
    if kept_before:
        owner.run("sweep")
    disk.fill()
    with owner.daemon() as daemon:
        said = daemon.said("waiting for the store")
        assert "the disk is full" in said
        assert "Free some space" in said
        checked = owner.run("status", "--check", code=2).stdout
        assert checked.startswith("critical: ")
        assert "the disk is full" in checked
        disk.free()
        daemon.said("store opened")
        daemon.said("swept profile=home")
        assert daemon.said_times("waiting for the store") == 1
        daemon.ends()
    place.stub.__exit__()


def test_a_store_that_is_opened_on_a_full_disk_is_refused_and_left_as_it_is(disk):
    filled(disk.place / "q.sqlite").close()
    before = (disk.place / "q.sqlite").read_bytes()
    disk.fill()
    with pytest.raises(StoreError, match="full"):
        open_store(str(disk.place / "q.sqlite")).note("a:b", "x" * 99999)
    assert (disk.place / "q.sqlite").read_bytes() == before
    disk.free()
    open_store(str(disk.place / "q.sqlite")).close()
