"""A damaged file: put aside as it was, and a store in its place with all that can be read of it, and nothing else."""

import random
import shutil
import sqlite3
import stat
from collections import Counter
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import UserError
from bot.model import Post
from bot.platforms.base import Page
from bot.store import StoreDamaged, StoreError, open_store
from bot.store.pages import Pages
from bot.store.recovery import NEEDED, recover
from bot.store.rescue import ORDER
from bot.store.schema import metadata
from tests.databases import ON_FILES
from tests.unit.store.test_copying import NASTY, filled, rows

pytestmark = ON_FILES

NOW = datetime(2026, 5, 2, 12, tzinfo=UTC)
PAGE = 4096


@pytest.fixture(scope="module")
def sound(tmp_path_factory) -> Path:
    """A store with something of everything, closed."""
    path = tmp_path_factory.mktemp("sound") / "q.sqlite"
    filled(path, posts=200).close()
    return path


@pytest.fixture
def path(sound, tmp_path) -> Path:
    """The same, to be damaged; quietfeed has been at work in it."""
    copied = tmp_path / "q.sqlite"
    shutil.copy(sound, copied)
    Path(f"{copied}.lock").touch()
    return copied


def overwrite(path: Path, begins: int, ends: int, seed: int = 1) -> None:
    content = bytearray(path.read_bytes())
    content[begins:ends] = random.Random(seed).randbytes(min(ends, len(content)) - begins)
    path.write_bytes(content)


def roots(path: Path) -> dict[str, int]:
    with closing(sqlite3.connect(path)) as database:
        return {name: (page - 1) * PAGE for name, page in database.execute("SELECT name, rootpage FROM sqlite_master")}


def holds_no_more(path: Path, before: dict[str, list[tuple]]) -> dict[str, int]:
    """How many rows of each table are missing; each that is there was there before. What signals need of posts is left
    out: it has a checksum of its own, and is made out again where it is damaged."""
    now, before = (
        {name: [row[:4] if name == "own_feeds" else row[:7] for row in found] for name, found in held.items()}
        for held in (rows(path), before)
    )
    more = {name: Counter(now[name]) - Counter(before[name]) for name in metadata.tables if name != "days"}
    assert not any(more.values()), more
    return {name: len(before[name]) - len(now[name]) for name in now if len(now[name]) != len(before[name])}


def test_every_table_is_saved():
    assert {table.name for table in ORDER} == set(metadata.tables) - {"schema_version", "days"}


def test_a_sound_store_is_left_as_it_is(path):
    content = path.read_bytes()
    assert recover(path, NOW) is None
    assert path.read_bytes() == content
    assert {file.name for file in path.parent.iterdir()} == {"q.sqlite", "q.sqlite.lock"}


@pytest.mark.parametrize("ends", [16, 100, PAGE])
def test_without_its_beginning_every_row_is_saved_page_by_page(path, ends):
    before = rows(path)
    overwrite(path, 0, ends)
    damaged = path.read_bytes()
    with pytest.raises(StoreDamaged, match="store recover"):
        open_store(str(path))
    made = recover(path, NOW)
    assert made.aside.name == "q.sqlite.damaged-2026-05-02"
    assert made.aside.read_bytes() == damaged
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    lost = holds_no_more(path, before)
    assert lost == {"cursors": 1}, "posts may be missing, so the timeline is read again"
    assert not made.may_act, "whether that is all is not known"


def test_what_is_lost_with_a_page_of_posts_is_posts_and_how_far_they_were_read(path):
    before = rows(path)
    overwrite(path, roots(path)["posts"], roots(path)["posts"] + PAGE)
    made = recover(path, NOW)
    assert set(holds_no_more(path, before)) <= {"posts", "cursors", "days"}
    assert made.broken == {"posts"}
    assert made.may_act
    store = open_store(str(path))
    store.check()
    assert store.cursor("ho\x00me") is None
    store.close()
    with closing(sqlite3.connect(path)) as database:
        counted = database.execute("SELECT sum(posts), (SELECT count(*) FROM posts) FROM days").fetchone()
    assert counted[0] == counted[1] == made.saved["posts"]


@pytest.mark.parametrize("table", ["ledger", "feedback", "notes", "accounts"])
def test_where_it_may_be_missing_what_was_done_or_who_is_protected_nothing_may_be_done(path, table):
    overwrite(path, roots(path)[table], roots(path)[table] + PAGE)
    made = recover(path, NOW)
    assert table in made.broken
    assert not made.may_act
    open_store(str(path)).close()


@pytest.mark.parametrize("index", ["ledger_by_time", "ledger_by_account", "posts_by_time", "accounts_by_handle"])
def test_a_damaged_index_costs_nothing(path, index):
    before = rows(path)
    overwrite(path, roots(path)[index], roots(path)[index] + PAGE)
    made = recover(path, NOW)
    assert holds_no_more(path, before) == {}
    assert (made.broken, made.may_act) == (frozenset(), True)


def test_a_file_that_was_cut_off_gives_what_is_left(path):
    before = rows(path)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    made = recover(path, NOW)
    holds_no_more(path, before)
    assert sum(made.saved.values()) > 0
    open_store(str(path)).close()


def test_an_empty_file_where_a_store_was_is_no_new_store(path):
    path.write_bytes(b"")
    for exclusive in (True, False):
        with pytest.raises(StoreDamaged, match="nothing is left"):
            open_store(str(path), exclusive=exclusive)
    made = recover(path, NOW)
    assert not any(made.saved.values())
    assert not made.may_act
    open_store(str(path)).close()


def test_an_empty_file_where_none_was_is_a_new_store(tmp_path):
    (tmp_path / "q.sqlite").write_bytes(b"")
    open_store(str(tmp_path / "q.sqlite")).close()


@pytest.mark.slow
def test_what_was_never_a_store_is_left_as_it_is_and_nothing_beside_it(tmp_path):
    path = tmp_path / "taxes.txt"
    path.write_bytes(b"these are my tax papers " * 1000)
    for meet in (open_store, lambda one: recover(Path(one), NOW)):
        with pytest.raises(UserError, match="left as it is"):
            meet(str(path))
    assert path.read_bytes() == b"these are my tax papers " * 1000
    assert [file.name for file in tmp_path.iterdir()] == ["taxes.txt"]


def test_what_stands_in_the_log_alone_is_saved_too(path):
    """As after a kill: nothing of it was taken into the file yet."""
    store = open_store(str(path))
    store.note("late:home", "in the log")
    copied = path.parent / "killed" / "q.sqlite"
    copied.parent.mkdir()
    for end in ("", "-wal", ".lock"):
        shutil.copy(f"{path}{end}", f"{copied}{end}")
    store.close()
    before = rows(path)
    overwrite(copied, 0, 100)
    made = recover(copied, NOW)
    assert holds_no_more(copied, before) == {"cursors": 1}
    assert Path(f"{made.aside}-wal").exists()
    assert not Path(f"{copied}-wal").exists()


def test_a_log_of_another_store_costs_what_stood_in_the_log_and_the_owner_is_asked(path, tmp_path):
    filled(tmp_path / "other" / "q.sqlite", posts=900).close()
    other = open_store(str(tmp_path / "other" / "q.sqlite"))
    posts = tuple(Post(f"other {n}", NASTY.id, NOW, text="x" * 200) for n in range(99))
    other.remember("ho\x00me", Page(posts, (), "another store's"), NOW)
    shutil.copy(f"{other.path}-wal", f"{path}-wal")
    other.close()
    before = rows_without_log(path)
    made = recover(path, NOW)
    assert holds_no_more(path, before) == {}
    assert not made.may_act, "the latest of all stood in the log"
    assert made.broken == NEEDED


def rows_without_log(path: Path) -> dict[str, list[tuple]]:
    alone = path.parent / "alone.sqlite"
    shutil.copy(path, alone)
    return rows(alone)


def test_a_row_that_cannot_be_decoded_is_left_out(path):
    overwrite(path, roots(path)["ledger_by_time"], roots(path)["ledger_by_time"] + PAGE)
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("UPDATE sweeps SET payload = '{\"started\": 9e99}'")
    made = recover(path, NOW)
    assert made.saved["sweeps"] == 0
    assert made.broken == {"sweeps"}


def test_a_store_in_use_is_not_recovered(path):
    store = open_store(str(path))
    with pytest.raises(StoreError, match="another quietfeed"):
        recover(path, NOW)
    store.close()


def test_damaged_files_of_one_day_lie_side_by_side(path):
    for _ in range(3):
        overwrite(path, 0, 100)
        recover(path, NOW)
    names = {file.name for file in path.parent.iterdir() if "damaged" in file.name}
    assert names == {f"q.sqlite.damaged-2026-05-02{end}" for end in ("", "-2", "-3")}


def test_where_no_second_name_can_be_had_the_file_is_put_aside_all_the_same(path, monkeypatch):
    def refused(*_):
        raise PermissionError

    monkeypatch.setattr(Path, "hardlink_to", refused)
    overwrite(path, 0, 100)
    damaged = path.read_bytes()
    assert recover(path, NOW).aside.read_bytes() == damaged
    open_store(str(path)).close()


@pytest.mark.slow
@settings(max_examples=15)
@given(seed=st.integers(0, 2**32), pages=st.integers(1, 6), ends=st.sampled_from([1.0, 0.9, 0.3]))
def test_whatever_is_damaged_nothing_is_made_up(sound, tmp_path_factory, seed, pages, ends):
    path = tmp_path_factory.mktemp("any") / "q.sqlite"
    shutil.copy(sound, path)
    Path(f"{path}.lock").touch()
    before = rows(path)
    chance = random.Random(seed)
    for _ in range(pages):
        at = chance.randrange(path.stat().st_size)
        overwrite(path, at, at + chance.randrange(1, 2 * PAGE), seed)
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * ends)])
    made = recover(path, NOW)
    if made is not None:
        known = {*made.broken, "days", "cursors", "trails"}
        assert holds_no_more(path, before).keys() <= known, "no loss goes unsaid"
    store = open_store(str(path))
    list(store.entries())
    store.close()


@given(content=st.binary(max_size=3 * 512), size=st.sampled_from([512, 4096]))
def test_any_bytes_can_be_read_as_pages(tmp_path_factory, content, size):
    path = tmp_path_factory.mktemp("bytes") / "q.sqlite"
    path.write_bytes(b"SQLite format 3\0" + size.to_bytes(2, "big") + b"\r" * 82 + b"\r\0\0\0\5" + content * 4)
    list(Pages(path).cells())
