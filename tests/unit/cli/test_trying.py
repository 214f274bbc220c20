"""`quietfeed try` on the demo's store: an edited line, another file, at every save, and captured accounts."""

import json
import os
import re
import shutil
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import pytest

from bot.cli import main
from bot.config import load
from bot.model import EPOCH, Event
from bot.report.shapes import TriedJson, TryJson
from bot.store import open_store
from bot.tuning.measured import Measured
from bot.tuning.record import Record
from bot.tuning.replay import replay
from tests.shapes import misfits
from tests.unit.cli.conftest import Says
from tests.unit.cli.test_guide import is_shown

REPOSITORY = Path(__file__).parents[3]
ASKED, INSTEAD = "promo_words: {at_least: 0.12}", "promo_words: {at_least: 0.3}"
"""A line of the shipped rules, and the same as it is tried in docs/tuning.md."""


@pytest.fixture
def tried(says: Says) -> Says:
    """Runs `quietfeed try` there: code, out, err."""
    return partial(says, "try")


def edit(path: Path, before: str = ASKED, after: str = INSTEAD) -> None:
    text = path.read_text("utf-8")
    assert before in text
    path.write_text(text.replace(before, after), "utf-8")


def test_a_config_that_is_as_before_changes_nothing(tried):
    code, out, _ = tried()
    assert code == 0
    assert out.startswith("config.yaml says what is judged by since 2 Mar: nothing would change.")


def test_the_demos_config_decides_again_as_was_decided(folder):
    store = open_store("quietfeed.sqlite", exclusive=False)
    record = Record(store.judgings("demo"), store.numbered_entries("demo"))
    measured = Measured("demo", "memory", store.past_feeds("demo"))
    store.close()
    recorded = [entry for _, entry in record.entries if entry.event is Event.JUDGED]
    assert len(recorded) > 100
    assert list(replay(record, EPOCH, load(folder / "config.yaml"), measured).decisions) == recorded


def test_an_edited_line_tells_who_fares_otherwise_as_the_page_on_tuning_shows_it(tried, folder):
    edit(folder / "config.yaml")
    code, out, _ = tried()
    assert code == 0
    assert is_shown("try", out), out


def test_another_file_is_held_against_the_config_in_use(tried, folder):
    shutil.copy(folder / "config.yaml", folder / "new.yaml")
    edit(folder / "new.yaml")
    code, out, _ = tried("--config", "new.yaml")
    assert code == 0
    assert out.startswith("With new.yaml instead of the config in use, over 14 days")
    assert "mute → list" in out


def test_on_the_first_day_what_waits_is_tried_and_the_noise_is_that_of_the_weeks_before(
    stub, tmp_path, monkeypatch, capsys
):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("QUIETFEED_STATE_DIR", str(tmp_path / "state"))
    monkeypatch.setenv("QUIETFEED_HOME_TOKEN", stub.network.token)
    for name in ("QUIETFEED_CONFIG", "QUIETFEED_CONFIG_YAML", "DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)
    config = f'profiles: [{{name: home, platform: mastodon, server: "{stub.url}"}}]\nstore: store.sqlite\nrules:\n'
    Path("config.yaml").write_text(f"{config}  - use: shipped\n")
    assert main(["sweep"]) == 0
    Path("config.yaml").write_text(f"{config}  - use: shipped\n  - use: feed mirror\n    then: mute\n")
    capsys.readouterr()
    assert main(["try"]) == 0
    out = capsys.readouterr().out
    assert "another step                  3   " in out
    assert out.count("list (not yet) → mute (not yet)   14 % of your timeline") == 3
    assert re.search(r"noise +4[23] % of your timeline", out)


def test_fewer_days_are_asked_for(tried, folder):
    edit(folder / "config.yaml")
    _, out, _ = tried("--days", "3")
    assert "over 3 days (13 Mar to 16 Mar):" in out


def test_the_json_is_what_its_table_says(tried, folder):
    edit(folder / "config.yaml")
    _, out, _ = tried("--json")
    data = json.loads(out)
    assert misfits(data, TryJson) == []
    done, *waiting = data["changes"]
    assert (done["handle"], done["before"], done["after"]) == ("growthhive@market.test", "mute", "list")
    assert [(one["before"], one["waits_before"], one["waits_after"]) for one in waiting] == [(None, "mute", "list")] * 3


def test_a_quota_that_is_added_tells_on_which_days_it_would_have_muted_whom(tried, folder):
    edit(folder / "config.yaml", "\nrules:\n", "\nrules:\n  - {name: ten a day, quota: 10/day, then: mute}\n")
    _, out, _ = tried()
    assert "over quota on more days       6   Growth Hive 🚀 (5 days)" in out
    assert "Newly on 2 Mar, 3 Mar, 4 Mar and 2 more: 13 to 19 posts of the day had come by then (“ten a day”)." in out
    assert "A mute hides" not in out, "in dry run nothing was hidden"
    data = json.loads(tried("--json")[1])
    assert misfits(data, TryJson) == []
    assert data["quotas"][0]["after"] == len(data["quotas"][0]["newly"]) == 5


def test_a_store_without_judgings_says_what_to_wait_for(tried, folder):
    (folder / "quietfeed.sqlite").unlink()
    code, _, err = tried()
    assert code == 2
    assert "nothing is recorded of “demo” in sqlite:///" in err
    assert "quietfeed run" in err


def test_an_unreadable_config_says_its_faults(tried, folder):
    edit(folder / "config.yaml", "promo_words:", "promo_word:")
    code, _, err = tried()
    assert code == 2
    assert "promo_words" in err


def test_a_config_that_fails_its_own_tests_is_tried_and_said_to_be_taken_up_by_no_daemon(tried, folder):
    edit(folder / "config.yaml", "expect: spares", "expect: fires")
    code, out, err = tried()
    assert (code, out[:38]) == (0, "config.yaml says what is judged by sin")
    assert err.startswith("quietfeed: no daemon takes this config up:\nconfig.yaml:")
    edit(folder / "config.yaml")
    code, out, err = tried("--json")
    assert (code, len(json.loads(out)["changes"])) == (0, 4)
    assert "feed mirror" in err


@pytest.mark.parametrize("days", ["0", "-1", "many", "99999"])
def test_days_that_are_none_are_refused(tried, days, capsys):
    with pytest.raises(SystemExit) as left:
        tried("--days", days)
    assert left.value.code == 2
    assert "days" in capsys.readouterr().err


def test_captured_accounts_are_judged_by_both(tried, folder):
    links = [
        {
            "created_at": f"2026-01-{day:02}T{hour:02}:00:00Z",
            "text": "Buy",
            "links": [f"https://shop.test/{day}/{hour}"],
        }
        for day in range(1, 29)
        for hour in range(3)
    ]
    captured = [{"account": {"handle": handle}, "posts": links} for handle in ("drop@shop.test", "\x1bdrop@shop.test")]
    (folder / "sure.jsonl").write_text("\n".join(map(json.dumps, captured)) + "\nno account\n")
    edit(folder / "config.yaml", "top_domain_share: {at_least: 0.9}", "top_domain_share: {at_least: 1.0}")
    code, out, err = tried("--accounts", "sure.jsonl")
    assert code == 1
    assert "sure.jsonl:3" in err
    assert "of 2 accounts fare otherwise with config.yaml than with the config in use." in out
    assert "\x1b" not in out
    _, out, _ = tried("--accounts", "sure.jsonl", "--json")
    rows = [json.loads(line) for line in out.splitlines()]
    assert len(rows) == 2
    assert [fault for row in rows for fault in misfits(row, TriedJson)] == []


def test_it_tries_again_at_every_save_and_waits_on_after_a_fault(folder):
    env = {**os.environ, "PYTHONPATH": str(REPOSITORY), "PYTHONUNBUFFERED": "1"}
    command = [sys.executable, "-m", "bot", "try", "--watch"]
    with (folder / "out").open("wb") as out:
        running = subprocess.Popen(command, cwd=folder, env=env, stdout=out, stderr=subprocess.STDOUT)
    try:
        wait_for(folder / "out", "nothing would change")
        wait_for(folder / "out", "Ctrl-C ends")
        edit(folder / "config.yaml", ASKED, "promo_words: {at_leest: 0.3}")
        wait_for(folder / "out", "|                     ^^^^^^^^")
        edit(folder / "config.yaml", "promo_words: {at_leest: 0.3}", INSTEAD)
        wait_for(folder / "out", "mute → list")
        (folder / "more.yaml").write_text(
            "rules: [{name: a pile, when: {link_share: {at_leest: 0.1}}, then: report}]\n", "utf-8"
        )
        edit(folder / "config.yaml", "rules:", "include: more.yaml\nrules:")
        wait_for(folder / "out", "more.yaml:1")
        edit(folder / "more.yaml", "at_leest", "at_least")
        wait_for(folder / "out", "“a pile”")
        edit(folder / "more.yaml", "a pile", "a heap")
        wait_for(folder / "out", "“a heap”")
        running.send_signal(2)
        assert running.wait(timeout=30) == 0
        assert "Traceback" not in (folder / "out").read_text("utf-8")
    finally:
        running.kill()
        running.wait()


def wait_for(path: Path, words: str) -> None:
    until = time.monotonic() + 60
    while words not in path.read_text("utf-8"):
        assert time.monotonic() < until, path.read_text("utf-8")
        time.sleep(0.1)
