"""What `--json` prints has the shapes of docs/json.md, for every verb that takes it."""

import argparse
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.cli import main, parser
from bot.cli.playground import ADDRESS, begins
from bot.model import Account, Entry, Event, Step
from bot.report.shapes import PRINTED
from bot.store import open_store
from tests.shapes import misfits

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a config and a store in which something was judged, done and kept."""
    folder = tmp_path_factory.mktemp("json")
    (folder / "config.yaml").write_text(
        f"profiles: [{{name: demo, platform: memory, server: '{ADDRESS.format(begins(datetime.now(UTC)))}'}}]\n"
        "store: quietfeed.sqlite\ntrust: {keep: [robin@quiet.test]}\n"
    )
    assert main(["demo", "--keep", str(folder), "--json"]) == 0
    store = open_store(str(folder / "quietfeed.sqlite"), exclusive=False)
    judged = next(entry for entry in store.latest_judged("demo").values() if entry.step)
    store.record([_real(judged, Event.PLANNED), _real(judged, Event.DONE)])
    store.set_feedback("demo", Account("x", "ann@quiet.test"), "keep", "my baker", judged.at)
    for one in list(store.latest_judged("demo").values())[:4]:
        store.set_feedback("demo", one.account, "noise" if one.account == judged.account else "fine", "", judged.at)
    store.set_feedback("demo", judged.account, "noise", "", judged.at)
    store.close()
    return folder


def _real(judged: Entry, event: Event) -> Entry:
    """An entry of an action that was really done."""
    return Entry(judged.at, "demo", judged.account, event, judged.rule, Step.MUTE, action_id="a1", dry=False)


@pytest.fixture
def printed(kept: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Runs a verb in that folder and reads what it prints."""
    monkeypatch.chdir(kept)
    monkeypatch.setenv("QUIETFEED_STATE_DIR", str(kept))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    capsys.readouterr()

    def run(*words: str) -> str:
        main([*words, "--json"])
        return capsys.readouterr().out

    return run


WORDS = {
    "try": ["try"],
    "tune": ["tune"],
    "ledger": ["ledger"],
    "undo": ["undo", "--all", "--dry-run"],
    "report": ["report"],
    "explain": ["explain", "growthhive@market.test"],
    "check": ["check", "growthhive@market.test"],
    "audit": ["audit"],
    "status": ["status"],
    "keep": ["keep"],
    "review": ["review", "--again"],
    "signals": ["signals"],
    "rules": ["rules"],
    "test-rules": ["test-rules"],
    "doctor": ["doctor", "--offline"],
    "store check": ["store", "check"],
}


@pytest.mark.parametrize("verb", WORDS)
def test_a_verb_prints_what_its_table_says(printed, verb):
    shape, many = PRINTED[verb]
    out = printed(*WORDS[verb])
    rows = [json.loads(line) for line in out.splitlines()] if many.startswith("an object a line") else json.loads(out)
    rows = [rows] if many == "one object" else rows
    assert rows
    assert [fault for row in rows for fault in misfits(row, shape)] == []


def test_the_demo_and_judge_print_what_their_tables_say(printed, tmp_path):
    captured = tmp_path / "captured.jsonl"
    captured.write_text(
        '{"account": {"handle": "ann@quiet.test"}, "posts": [{"created_at": "2026-01-01T00:00:00Z"}]}\n'
    )
    for words in (["demo"], ["judge", str(captured)]):
        rows = [json.loads(line) for line in printed(*words).splitlines()]
        assert rows
        assert [fault for row in rows for fault in misfits(row, PRINTED[words[0]][0])] == []


def test_every_verb_that_prints_json_has_a_table():
    """`sweep` prints what `demo` prints, the live tests look at it; `adopt` needs a server, see test_adopt, and
    `fleet` a database, see tests/unit/report/test_fleet.py."""
    choices = next(a for a in parser.build()._actions if isinstance(a, argparse._SubParsersAction)).choices
    takes = {verb for verb, one in choices.items() if "--json" in one.format_help()}
    assert takes == {verb.split()[0] for verb in PRINTED}
    assert set(WORDS) | {"adopt", "demo", "fleet", "judge", "sweep"} == set(PRINTED)


def test_a_value_of_another_shape_is_noticed():
    (verdict, _) = PRINTED["judge"]
    good = json.loads(
        '{"handle":"a","rule":null,"step":null,"action":null,"abstained":null,"readings":{"x":1},"evidence":[]}'
    )
    assert misfits(good, verdict) == []
    assert misfits({**good, "handle": 1}, verdict) == ["$.handle is 1, not str"]
    assert misfits({**good, "readings": {"x": "1"}}, verdict) == ["$.readings.x is '1', not float"]
    assert misfits({**good, "more": 1}, verdict) == ["$.more is in no table"]
    del good["rule"]
    assert misfits(good, verdict) == ["$.rule is missing"]


def test_the_demo_that_is_kept_leaves_its_report_as_a_page(kept):
    page = (kept / "report.html").read_text("utf-8")
    assert "Growth Hive" in page
    assert page.count('role="img"') == 2, "its pictures; bars are small ones of their own"
