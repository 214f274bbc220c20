"""`export all`: every record of the store in one archive, as docs say, and nothing that is secret."""

import json
import zipfile
from contextlib import closing
from dataclasses import fields
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select

from bot import archive
from bot.config.credentials import Credentials
from bot.model import Account, Entry, Event, Lexicon, Post
from bot.platforms.base import Feed, Page
from bot.report.files import FILES
from bot.store import open_store, schema
from tests.unit.cli.conftest import Says

NOW = datetime(2026, 3, 16, 6, tzinfo=UTC)
NASTY = Post("p\x00", "n\ud800", NOW, text="\x1b[31m\u202e'; \ud800\x00 </script>")


@pytest.fixture
def full(folder: Path) -> Path:
    """The demo with all that it lacks: a report, an audit, a word of the owner's, hostile text, and another profile."""
    with closing(open_store(str(folder / "quietfeed.sqlite"))) as store:
        store.save_report("demo", date(2026, 3, 15), "*a*", "a", '{"n": 1}', NOW, "sent", page="<p>")
        store.set_feedback("demo", Account("1", "ann@a.test"), "noise", "a note", NOW)
        store.remember("demo", Page((NASTY,), (Account(NASTY.author, "x\x00y"),), None), NOW)
        store.record([Entry(NOW, "gone", Account("1", "ann@a.test"), Event.JUDGED)])
        store.note("clock set", "x")
        store.save_audited("demo", Feed(Account("1", "ann@a.test"), ()), NOW, Lexicon(), "moved")
    return folder


def taken(folder: Path, name="all.zip") -> dict[str, list[dict]]:
    """What is in the archive, by kind."""
    with zipfile.ZipFile(folder / name) as found:
        assert found.testzip() is None
        names = [one for one in found.namelist() if one != "README.txt"]
        return {one.removesuffix(".jsonl"): [json.loads(line) for line in found.open(one)] for one in names}


def test_every_record_of_the_store_is_in_it(says: Says, full: Path) -> None:
    code, out, err = says("export", "all", "--output", "all.zip")
    assert code == 0
    assert "all.zip: " in out
    assert "no login: keep it to yourself" in err
    found = taken(full)
    assert list(found) == list(FILES)
    tables = {"words": schema.feedback} | {
        one: schema.metadata.tables[one] for one in found if one in schema.metadata.tables
    }
    with closing(open_store(str(full / "quietfeed.sqlite"))) as store, store.reading() as connection:
        for kind, table in tables.items():
            of_profile = select(func.count()).select_from(table)
            many = connection.execute(of_profile).scalar_one()
            assert (kind, len(found[kind])) == (kind, many + (kind == "notes"))  # what is of no profile is of both
    assert set(schema.metadata.tables) - set(tables) - {"feedback"} == {"schema_version", "authors", "days", "months"}


def test_the_keys_are_those_that_docs_name(says: Says, full: Path) -> None:
    says("export", "all", "--output", "all.zip")
    for kind, rows in taken(full).items():
        assert rows, kind
        if FILES[kind].word or FILES[kind].beside:
            words = {one.name for one in fields(FILES[kind].word)} if FILES[kind].word else set()
            assert {key for row in rows for key in row} <= words | set(FILES[kind].beside) | {"profile"}, kind


def test_own_feeds_are_captured_accounts_and_the_ledger_is_the_ledger(says: Says, full: Path) -> None:
    says("export", "all", "--output", "all.zip")
    with zipfile.ZipFile(full / "all.zip") as found:
        feeds = list(archive.read(found.read("own_feeds.jsonl").decode().splitlines()))
        ledger = found.read("ledger.jsonl").decode()
    with closing(open_store(str(full / "quietfeed.sqlite"))) as store:
        for history in feeds:
            kept = store.own_feed("demo", history.account.id)
            assert history.account == kept.feed.account
            assert {post.id for post in history.posts} == {post.id for post in kept.feed.posts}
    assert says("export", "ledger")[1] == "".join(
        f"{line}\n" for line in ledger.splitlines() if '"profile": "demo"' in line
    )


def test_posts_that_showed_once_are_told_with_their_times(says: Says, full: Path) -> None:
    says("export", "all", "--output", "all.zip")
    found = taken(full)["past_posts"]
    assert all(one["shown"][0]["from"] for one in found)
    assert any("until" in one["shown"][0] for one in found)
    assert any("until" not in one["shown"][-1] for one in found)


def test_hostile_text_comes_back_and_steers_no_terminal(says: Says, full: Path) -> None:
    says("export", "all", "--output", "all.zip")
    with zipfile.ZipFile(full / "all.zip") as found:
        posts = found.read("posts.jsonl")
    assert posts.isascii()
    assert b"\x1b" not in posts
    (nasty,) = (row for row in taken(full)["posts"] if row["id"] == NASTY.id)
    assert (nasty["text"], nasty["author"]) == (NASTY.text, NASTY.author)


def test_it_is_for_its_owner_alone_and_so_is_what_is_taken_out(says: Says, full: Path) -> None:
    says("export", "all", "--output", "all.zip")
    assert (full / "all.zip").stat().st_mode & 0o777 == 0o600
    with zipfile.ZipFile(full / "all.zip") as found:
        assert {one.external_attr >> 16 for one in found.infolist()} == {0o600}


def test_no_login_is_in_it(says: Says, full: Path, tmp_path: Path) -> None:
    Credentials({}, tmp_path).set("demo", "token", "very-secret-token", "https://home.test")
    says("export", "all", "--output", "all.zip")
    with zipfile.ZipFile(full / "all.zip") as found:
        assert not any(b"very-secret-token" in found.read(name) for name in found.namelist())


def test_the_readme_counts_the_lines_of_each_file(says: Says, full: Path) -> None:
    says("export", "all", "--output", "all.zip")
    found = taken(full)
    with zipfile.ZipFile(full / "all.zip") as opened:
        words = opened.read("README.txt").decode()
    for kind, rows in found.items():
        assert f"  {kind}.jsonl " in words
        assert f" {len(rows):,} line{'' if len(rows) == 1 else 's'}: " in words
    assert "no password and no token" in words
    assert max(map(len, words.splitlines())) < 170


def test_one_profile_alone_is_written_when_it_is_named(says: Says, full: Path) -> None:
    says("export", "all", "--output", "all.zip")
    says("export", "all", "--output", "one.zip", "--profile", "demo")
    profiles = [
        {row["profile"] for rows in taken(full, name).values() for row in rows} for name in ("all.zip", "one.zip")
    ]
    assert profiles == [{"demo", "gone"}, {"demo"}]


def test_without_a_name_it_is_named_after_the_day_and_replaces_nothing(says: Says, full: Path) -> None:
    assert says("export", "all")[0] == 0
    (made,) = full.glob("quietfeed-????-??-??.zip")
    before = made.read_bytes()
    code, _, err = says("export", "all")
    assert code == 2
    assert "is there already" in err
    assert made.read_bytes() == before


def test_where_it_cannot_be_written_nothing_is_left_behind(says: Says, full: Path) -> None:
    code, _, err = says("export", "all", "--output", "no/such/folder/all.zip")
    assert code == 1
    assert "No such file or directory" in err


def test_a_damaged_record_costs_itself(says: Says, full: Path) -> None:
    says("export", "all", "--output", "all.zip")
    before = taken(full)
    with closing(open_store(str(full / "quietfeed.sqlite"))) as store, store.writing() as connection:
        connection.exec_driver_sql("UPDATE sweeps SET payload = '{' WHERE id = 3")
        connection.exec_driver_sql("UPDATE own_feeds SET payload = 'x' WHERE account_id = 'a2'")
    assert says("export", "all", "--output", "all.zip", "--force")[0] == 0
    for kind, rows in taken(full).items():
        damaged = [row for row in rows if "damaged" in row]
        assert len(rows) == len(before[kind])
        assert len(damaged) == (kind in ("sweeps", "own_feeds"))
        assert all(row in before[kind] for row in rows if row not in damaged)


def test_where_it_cannot_be_read_the_archive_that_was_there_stays(says: Says, full: Path) -> None:
    says("export", "all", "--output", "all.zip")
    before = (full / "all.zip").read_bytes()
    with closing(open_store(str(full / "quietfeed.sqlite"))) as store, store.writing() as connection:
        connection.exec_driver_sql("UPDATE ledger SET payload = '{' WHERE id = 3")
    code, _, err = says("export", "all", "--output", "all.zip", "--force")
    assert code != 0
    assert "cannot be read" in err
    assert (full / "all.zip").read_bytes() == before
    assert not list(full.glob(".*new"))
