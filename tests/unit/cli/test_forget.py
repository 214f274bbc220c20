"""`forget`: nothing is left of what an account said, all else stands as before, and an interruption changes nothing."""

import json
import re
import sqlite3
import sys
import zlib
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import event

from bot.cli import main
from bot.model import Account, Asked, Dealing, Entry, Event, Quote, Step, Stretch, SweepRecord, Trail, TrailState
from bot.service import forgetting
from bot.store import Store, open_store
from bot.store.packing import lengthened, line_of
from tests.unit.cli.conftest import Says

HANDLE, OTHER = "growthhive@market.test", "tiptop@market.test"
TRACES = ("growthhive", "growth hive")
"""What tells of it, in its posts, its profile, its site and its name."""
NOW = datetime(2026, 3, 16, 6, tzinfo=UTC)


@contextmanager
def stored(folder: Path, *, exclusive: bool = False) -> Iterator[Store]:
    store = open_store(str(folder / "quietfeed.sqlite"), exclusive=exclusive)
    try:
        yield store
    finally:
        store.close()


def account(folder, handle=HANDLE) -> Account:
    with stored(folder) as store:
        return store.find_account("demo", handle)


def readable(value):
    """A value of a row as text."""
    if isinstance(value, bytes):
        with suppress(zlib.error):
            value = zlib.decompress(value)
        return value.decode("latin-1")
    return str(value)


def rows(folder) -> list[tuple[str, ...]]:
    """Every row of the store, readable, with its table; of posts and of days, with their author's id."""
    by_author = "SELECT account_id, {0}.* FROM {0} LEFT JOIN authors ON author = authors.id"
    with closing(sqlite3.connect(folder / "quietfeed.sqlite")) as database:
        tables = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        found = [
            (table, row)
            for table in tables
            for row in database.execute(
                (by_author if table in ("posts", "days") else "SELECT * FROM {0}").format(table)
            )
        ]
    return sorted((table, *map(readable, unpressed(row) if table == "posts" else row)) for table, row in found)


def unpressed(row):
    """The row of a post with its line of JSON at the end."""
    author, _, _, post_id, created_at, *_, payload = row
    return *row[:-1], line_of(payload, author, lengthened(post_id, author), created_at)


def tells(row) -> bool:
    return any(trace in cell.lower() for trace in TRACES for cell in row)


def ended(folder, who: Account) -> None:
    """Let the ledger tell of a real action that is over, and then of somebody else."""
    said = Quote("Growth Hive sells", "https://market.test/1", NOW)
    plan = Entry(NOW, "demo", who, Event.PLANNED, "self-promoter", Step.MUTE, action_id="real", dry=False)
    entry = replace(plan, site="growthhive.example", evidence=("https://market.test/@growthhive/1",), quote=said)
    entry = replace(entry, readings={"link_share": 1.0})
    last = Entry(NOW, "demo", account(folder, OTHER), Event.JUDGED)
    with stored(folder) as store:
        store.record([entry, *(replace(entry, event=one) for one in (Event.DONE, Event.UNDONE)), last])


def reported(folder, day: date, state="sent", **more) -> None:
    """A report that names both, as it is really made."""
    with stored(folder) as store:
        data = {
            "decisions": [{"handle": HANDLE, "rule": "x"}, {"handle": OTHER}],
            "question": f"is {HANDLE} yours?",
            "n": 1,
        }
        words = f"1. Growth Hive growthhive@\u2060market\u00b7test\n2. Tip {OTHER}"
        store.save_report("demo", day, words, words, json.dumps(data), NOW, state, letter=words, **more)


@pytest.fixture
def full(folder: Path) -> Path:
    """A store in which everything tells of it that can."""
    who = account(folder)
    ended(folder, who)
    reported(folder, date(2026, 3, 14), page="<p>growthhive@market.test</p>", says="Would mute 1", picture="<svg/>")
    with stored(folder) as store:
        store.set_feedback("demo", who, "noise", "", NOW)
        trail = TrailState((), NOW, NOW)
        store.remember_dealings(
            "demo", Trail.FAVOURITES, trail, [Dealing(Asked.FAVOURITES, who.id, NOW)], Stretch(NOW, NOW)
        )
        sweep = SweepRecord("demo", NOW, NOW, unread=(f"{HANDLE}: its own feed broke off", "something else"))
        store.end_sweep(store.begin_sweep(sweep), sweep)
        store.note("skipped:demo", json.dumps({who.id: NOW.isoformat(), "x": NOW.isoformat()}))
        store.note(
            "waiting:demo", json.dumps({"read": [who.id, "x"], "judge": [who.id], "missed": {who.id: [1, "2026"]}})
        )
        change = [[who.id, HANDLE, "Growth Hive", None, "mute", ""], ["x", "x@y.test", "X", None, "mute", ""]]
        store.note("rules changed:demo", json.dumps({"entry": 1, "open": False, "changes": change}))
        times = dict.fromkeys(("written", "at"), NOW.isoformat())
        answer = {"id": "1", "text": "", **times, "letter": "l", "day": "d", "stage": "done", "tries": 0, "ours": ["9"]}
        answer |= {"said": ["Kept: Growth Hive 🚀 stays"], "parts": []}
        store.note("answers:demo", json.dumps([answer]))
    return folder


def test_nothing_is_left_of_what_it_said_and_all_else_stands_as_before(says: Says, full: Path) -> None:
    who, before = account(full), rows(full)
    code, out, err = says("forget", HANDLE, "--yes")
    assert (code, err) == (0, "")
    assert "420 items of your timeline" in out
    assert "1 judgement of yours, 1 report that named it" in out
    assert out.endswith("What stays: when you last answered or valued it, 3 bare lines of the ledger.\n")
    after = rows(full)
    left = [row for row in after if tells(row)]
    assert [row[0] for row in left] == ["ledger"] * 3
    for row in left:
        told = json.loads(row[-1])
        assert told.pop("account") == {"id": who.id, "handle": HANDLE}
        assert not any(trace in json.dumps(told) for trace in TRACES)
        assert told["readings"] == {"link_share": 1.0}
    about_it = {
        "accounts",
        "authors",
        "posts",
        "days",
        "own_feeds",
        "months",
        "ledger",
        "judgings",
        "sweeps",
        "reports",
        "feedback",
        "notes",
    }
    gone = [row for row in before if row not in after]
    assert {row[0] for row in gone} == about_it
    assert all(tells(row) or re.search(rf"\b{who.id}\b", " ".join(row)) for row in gone)
    assert len([row for row in before if row[0] == "judgings"]) == len([row for row in after if row[0] == "judgings"])


def test_what_is_told_beside_it_stays(says: Says, full: Path) -> None:
    who = account(full)
    says("forget", HANDLE, "--yes")
    with stored(full) as store:
        report = store.report("demo", date(2026, 3, 14))
        assert json.loads(report.data) == {"decisions": [{"handle": OTHER}], "question": "", "n": 1}
        assert report.text == "quietfeed · Sat 14 Mar: the report of “demo” named an account that is forgotten by now."
        assert (report.state, report.page, report.letter, report.says, report.picture) == (
            "sent",
            "",
            "",
            "Would mute 1",
            "<svg/>",
        )
        assert store.sweeps("demo")[-1].unread == ("something else",)
        assert json.loads(store.noted("waiting:demo")) == {"read": ["x"], "judge": [], "missed": {}}
        assert [change[0] for change in json.loads(store.noted("rules changed:demo"))["changes"]] == ["x"]
        assert [dealing.account for dealing in store.dealings("demo", [who.id])] == [who.id]
        assert all(post.author != who.id for post in store.hidden_posts("demo")[1])
        assert store.hidden_posts("demo")[1]


def test_the_other_verbs_work_as_before(says: Says, full: Path) -> None:
    says("forget", HANDLE, "--yes")
    for words in (
        ["report"],
        ["status"],
        ["ledger"],
        ["try"],
        ["review", "--list"],
        ["explain", OTHER],
        ["keep"],
    ):
        code, out, err = says(*words)
        assert (words, code, err) == (words, 0, "")
        assert HANDLE not in out or words == ["ledger"]


def test_what_protects_it_stays_with_no_more_than_its_name(says: Says, full: Path) -> None:
    says("keep", HANDLE, "--why", "my sister")
    who = account(full)
    _, out, _ = says("forget", HANDLE, "--yes")
    assert "What stays: your word that protects it" in out
    with stored(full) as store:
        assert store.feedback("demo", "keep")[who.id].account == Account(who.id, HANDLE)
        assert store.feedback("demo", "keep")[who.id].why == "my sister"
        assert store.judgements("demo").keys() == {who.id}


@pytest.mark.parametrize(
    "events", [(), (Event.DONE,), (Event.DONE, Event.LIFTING)], ids=["begun", "done", "being lifted"]
)
def test_what_quietfeed_did_to_it_has_to_be_undone_first(says: Says, folder: Path, events: tuple[Event, ...]) -> None:
    who, before = account(folder), None
    with stored(folder) as store:
        entry = Entry(
            NOW, "demo", who, Event.PLANNED, "r", Step.MUTE, until=NOW + timedelta(days=30), action_id="a", dry=False
        )
        store.record([entry, *(replace(entry, event=one) for one in events)])
    before = rows(folder)
    code, _, err = says("forget", HANDLE, "--yes")
    assert code == 2
    assert f"{HANDLE} is muted by quietfeed until 15 Apr" in err
    assert f"`quietfeed undo {HANDLE}` first" in err
    assert rows(folder) == before


def test_the_number_of_the_ledgers_last_entry_is_never_given_again(says: Says, folder: Path) -> None:
    """Reports go on behind the last entry that they told."""
    who = account(folder)
    with stored(folder) as store:
        store.record([Entry(NOW, "demo", who, Event.JUDGED, "r", Step.MUTE, quote=Quote("Growth Hive", "", NOW))])
        last = store.mark().entry
    _, out, _ = says("forget", HANDLE, "--yes")
    assert "1 bare line of the ledger" in out
    with stored(folder) as store:
        assert store.mark().entry == last
        assert store.latest_judged("demo")[who.id].quote is None


def test_a_report_that_is_still_to_be_sent_is_made_anew(says: Says, folder: Path) -> None:
    reported(folder, date(2026, 3, 15), "planned")
    says("forget", HANDLE, "--yes")
    with stored(folder) as store:
        assert store.reports("demo") == []


def test_the_files_of_reports_are_written_anew_without_it(says: Says, full: Path, tmp_path: Path) -> None:
    place = tmp_path / "reports" / "demo"
    place.mkdir(parents=True)
    for kind in (".md", ".txt", ".html"):
        for day in ("2026-03-13", "2026-03-14"):
            (place / f"{day}{kind}").write_text(HANDLE if day.endswith("14") else "another day")
    (place / "index.html").write_text("old")
    (place / "mine.txt").write_text(HANDLE)
    says("forget", HANDLE, "--yes")
    left = {f"2026-03-13{kind}" for kind in (".html", ".md", ".txt")} | {"2026-03-14.md", "2026-03-14.txt"}
    assert {path.name for path in place.iterdir()} == left | {"index.html", "mine.txt"}
    assert HANDLE not in "".join(
        (place / name).read_text() for name in ("2026-03-14.md", "2026-03-14.txt", "index.html")
    )
    assert (place / "2026-03-13.md").read_text() == "another day"


# -- asked first


def test_a_dry_run_tells_what_would_be_forgotten_and_changes_nothing(says: Says, full: Path) -> None:
    before = rows(full)
    code, out, err = says("forget", HANDLE, "--dry-run", "--yes")
    assert (code, err) == (0, "")
    would, nothing = out.splitlines()
    assert nothing == "Nothing was changed: this is a dry run."
    assert rows(full) == before
    assert would.replace("would be forgotten", "is forgotten") == says("forget", HANDLE, "--yes")[1].rstrip("\n")


def test_without_a_terminal_nothing_is_forgotten_and_it_is_told_what_would_be(says: Says, full: Path) -> None:
    before = rows(full)
    code, _, err = says("forget", HANDLE)
    assert code == 2
    assert f"{says('forget', HANDLE, '--dry-run')[1].splitlines()[0]} It cannot be taken back" in err
    assert "--yes does it" in err
    assert rows(full) == before


@pytest.mark.parametrize("answer", ["", "n", "yeah no"])
def test_on_a_terminal_anything_but_yes_is_no(says: Says, full: Path, monkeypatch, answer: str) -> None:
    before = rows(full)
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
    monkeypatch.setattr("builtins.input", lambda _: answer)
    code, out, err = says("forget", HANDLE)
    assert (code, err) == (2, "quietfeed: nothing is forgotten\n")
    assert out == says("forget", HANDLE, "--dry-run")[1].splitlines(keepends=True)[0]
    assert rows(full) == before


def test_yes_on_a_terminal_forgets_and_once_more_there_is_nothing_left(says: Says, folder: Path, monkeypatch) -> None:
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
    monkeypatch.setattr("builtins.input", lambda _: "y")
    assert says("forget", HANDLE)[0] == 0
    code, _, err = says("forget", HANDLE)
    assert code == 2
    assert "never showed in the timeline" in err


def test_beside_a_daemon_nothing_is_forgotten(says: Says, folder: Path) -> None:
    with stored(folder, exclusive=True):
        code, _, err = says("forget", HANDLE, "--yes")
    assert code != 0
    assert "another quietfeed" in err
    assert account(folder) is not None


# -- whole or not at all


class Cut(Exception):
    """Ends the process at some statement, as far as the store can tell."""


def cut_off_at(store: Store, statement: int):
    """Let the store fail at its n-th statement that writes."""
    seen = [0]

    def count(_connection, _cursor, words, *_):
        seen[0] += words.lstrip().split()[0].upper() in ("UPDATE", "DELETE", "INSERT")
        if seen[0] > statement:
            raise Cut

    event.listen(store._engine, "before_cursor_execute", count)


def test_cut_off_at_any_statement_nothing_is_forgotten(full: Path, tmp_path: Path) -> None:
    who, before, cut = account(full), rows(full), 0
    while True:
        with stored(full, exclusive=True) as store:
            made = forgetting.plan(who, "demo", store)
            cut_off_at(store, cut)
            try:
                forgetting.carry_out(made, "demo", store, tmp_path / "reports", lambda *_: None, only_count=False)
            except Cut:
                cut += 1
            else:
                break
        assert rows(full) == before
    assert cut > 20
    assert account(full) is None


def test_what_goes_is_overwritten_in_the_file(folder: Path) -> None:
    secret = "a sentence that nobody else says " * 500
    with stored(folder) as store:
        who = store.find_account("demo", HANDLE)
        store.set_feedback("demo", who, "noise", secret, NOW)
    assert secret[:30].encode() in (folder / "quietfeed.sqlite").read_bytes()
    assert main(["forget", HANDLE, "--yes"]) == 0
    assert secret[:30].encode() not in b"".join(path.read_bytes() for path in folder.glob("quietfeed.sqlite*"))
