"""`store`: backed up and copied by hand, on the demo's store."""

import json
import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest

from tests.unit.cli.conftest import Says

pytestmark = pytest.mark.slow


def dump(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as database:
        return list(database.iterdump())


def test_a_backup_is_named_by_its_day_and_holds_the_store(says: Says, folder: Path) -> None:
    code, out, err = says("store", "backup")
    (made,) = folder.glob("quietfeed-*.sqlite")
    assert code == 0
    assert out.startswith(f"{made.name}: ")
    assert "row by row" in out
    assert "keep it to yourself" in err
    assert dump(made) == dump(folder / "quietfeed.sqlite")
    assert stat.S_IMODE(made.stat().st_mode) == 0o600


def test_a_backup_replaces_nothing_unless_it_is_told_to(says: Says, folder: Path) -> None:
    (folder / "b.sqlite").write_text("mine")
    code, _, err = says("store", "backup", "b.sqlite")
    assert (code, (folder / "b.sqlite").read_text()) == (2, "mine")
    assert "--force" in err
    assert says("store", "backup", "b.sqlite", "--force")[0] == 0
    assert dump(folder / "b.sqlite") == dump(folder / "quietfeed.sqlite")


def test_a_backup_is_made_while_the_daemon_holds_the_store_and_a_copy_is_not(says: Says, folder: Path) -> None:
    from bot.store import open_store

    daemon = open_store(str(folder / "quietfeed.sqlite"))
    assert says("store", "backup", "b.sqlite")[0] == 0
    code, _, err = says("store", "copy", "--to", "c.sqlite")
    assert code == 1
    assert "another quietfeed" in err
    assert not (folder / "c.sqlite").exists()
    daemon.close()


def test_a_backup_is_brought_back_to_where_the_store_belongs(says: Says, folder: Path) -> None:
    says("store", "backup", "b.sqlite")
    before = dump(folder / "quietfeed.sqlite")
    code, _, err = says("store", "copy", "--from", "b.sqlite")
    assert code == 2
    assert "move it aside" in err
    (folder / "quietfeed.sqlite").rename(folder / "old.sqlite")
    code, out, _ = says("store", "copy", "--from", "b.sqlite")
    assert code == 0
    assert "ledger\t" in out
    assert dump(folder / "quietfeed.sqlite") == before
    assert says("status")[0] == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("copy",), "copy where to?"),
        (("copy", "--to", "quietfeed.sqlite"), "is the store itself"),
        (("copy", "--from", "nowhere.sqlite"), "there is no store at nowhere.sqlite"),
        (("copy", "--from", "sqlite:///nowhere.sqlite"), "there is no store at"),
        (("copy", "--to", "x", "--force"), "takes no --force"),
        (("backup", "--to", "x"), "takes no --to"),
        (("recover", "x"), "takes no FILE"),
        (("backup", "quietfeed.sqlite", "--force"), "is the store itself"),
        (("copy", "--to", "mysql://me:hunter2@db.test/x"), "only SQLite"),
        (("copy", "--to", "postgres://me:hunter2@127.0.0.1:1/x"), "does not answer"),
    ],
)
def test_what_cannot_be_is_refused_with_what_to_do(says: Says, folder: Path, words: tuple[str, ...], said: str) -> None:
    before = dump(folder / "quietfeed.sqlite")
    code, out, err = says("store", *words)
    assert code in (1, 2)
    assert said in err
    assert "hunter2" not in out + err
    assert dump(folder / "quietfeed.sqlite") == before
    assert not (folder / "nowhere.sqlite").exists()


def overwrite(path: Path, table: str = "") -> None:
    """Overwrite a page of a table, or the file's beginning."""
    with closing(sqlite3.connect(path)) as database:
        roots = dict(database.execute("SELECT name, rootpage FROM sqlite_master"))
    content = bytearray(path.read_bytes())
    begins = 4096 * (roots[table] - 1) if table else 0
    content[begins : begins + 100] = b"\x5a" * 100
    path.write_bytes(content)


def test_a_verb_that_meets_a_damaged_store_says_so_and_leaves_it_and_recover_mends_it(says: Says, folder: Path) -> None:
    store = folder / "quietfeed.sqlite"
    overwrite(store)
    damaged = store.read_bytes()
    for verb in ("status", "report", "doctor"):
        code, out, err = says(verb)
        assert code == 1
        assert "`quietfeed store recover` saves what can be read" in out + err
    assert store.read_bytes() == damaged
    code, out, _ = says("store", "recover")
    assert code == 0
    assert "made anew with 156 lines of the ledger" in out
    assert next(folder.glob("quietfeed.sqlite.damaged-*")).read_bytes() == damaged
    code, out, _ = says("status")
    assert code == 0
    assert "nothing new is done until you say so" in out
    says("confirm", "--i-have-read-the-report")
    assert "nothing new is done" not in says("status")[1]
    assert "is sound: nothing was changed" in says("store", "recover")[1]


def test_a_sweep_that_meets_a_damaged_store_mends_it_and_the_next_one_goes_on(says: Says, folder: Path) -> None:
    overwrite(folder / "quietfeed.sqlite", "ledger")
    code, _, err = says("sweep")
    assert code == 1
    assert "the store was damaged, and made anew" in err
    code, out, _ = says("sweep")
    assert code == 0
    assert "Nothing new is done until you say so" in out


def test_a_database_of_a_server_is_not_recovered(says: Says, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://me:hunter2@db.test/x")
    code, _, err = says("store", "recover")
    assert code == 2
    assert "only a file" in err
    assert "hunter2" not in err


MEDDLED = {
    "DELETE FROM days WHERE posts = 1": ("references", "are counted on their days"),
    "UPDATE posts SET payload = '{}' WHERE id IN (SELECT id FROM posts LIMIT 2)": ("records", "2 of posts"),
    "UPDATE months SET payload = x'00' WHERE account_id IN (SELECT account_id FROM months LIMIT 1)": (
        "records",
        "1 of months",
    ),
    "UPDATE cursors SET value = '\\ud8'": ("records", "1 of cursors"),
    "DELETE FROM ledger WHERE event = 'planned'; UPDATE ledger SET event = 'done' WHERE 0": None,
    """INSERT INTO notes VALUES ('told:demo', '{"sweep":1,"entry":99999}')""": ("references", "that are not there"),
}


@pytest.mark.parametrize("statement", MEDDLED)
def test_a_check_says_what_is_wrong_and_what_to_do(says: Says, folder: Path, statement: str) -> None:
    with closing(sqlite3.connect(folder / "quietfeed.sqlite")) as database:
        database.executescript(statement)
    code, out, _ = says("store", "check", "--json")
    bad = {one["what"]: one for one in json.loads(out) if one["state"] == "bad"}
    wanted = MEDDLED[statement]
    assert (code, set(bad)) == (1, {wanted[0]}) if wanted else (code, bad) == (0, {})
    if wanted:
        assert wanted[1] in bad[wanted[0]]["words"]
        assert bad[wanted[0]]["remedy"]


def test_a_check_of_a_sound_store_says_so_and_changes_nothing(says: Says, folder: Path) -> None:
    before = dump(folder / "quietfeed.sqlite")
    says("store", "backup", "b.sqlite")
    for words in ((), ("b.sqlite",)):
        code, out, _ = says("store", "check", *words)
        assert code == 0
        assert [line[0] for line in out.splitlines()] == ["✓"] * 5
    assert dump(folder / "quietfeed.sqlite") == before


def test_a_check_of_a_damaged_file_ends_with_one(says: Says, folder: Path) -> None:
    overwrite(folder / "quietfeed.sqlite", "posts_by_time")
    code, out, _ = says("store", "check")
    assert code == 1
    assert "✗ file:" in out
    assert "store recover" in out


def test_what_cannot_be_read_is_left_out_by_recover(says: Says, folder: Path) -> None:
    with closing(sqlite3.connect(folder / "quietfeed.sqlite")) as database, database:
        database.execute("UPDATE sweeps SET payload = '{}' WHERE id = 1")
    assert says("status")[0] == 1
    assert "lost in part: sweeps" in says("store", "recover")[1]
    assert says("status")[0] == 0
    assert says("store", "check")[0] == 0
