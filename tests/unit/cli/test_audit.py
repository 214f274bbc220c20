"""`audit` and `check` on the demo: what they print, what they refuse, and what docs/audit.md shows of it."""

import csv
import json
import re
import sys
import webbrowser
from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest

from bot.audit.groups import definition
from bot.audit.seen import Group
from bot.audit.telling import CALLED
from bot.cli import audit as verb
from bot.cli import main
from bot.service.auditing import Whom
from bot.store import open_store
from tests.servers.mastodon_network import Network
from tests.servers.mastodon_stub import Stub
from tests.unit.cli.conftest import Says

DOCS = Path(__file__).parents[3] / "docs" / "audit.md"


def test_the_table_in_a_pipe_has_a_line_for_everybody_and_says_on_the_side_what_it_comes_to(says: Says) -> None:
    code, out, err = says("audit")
    lines = [line.split("\t") for line in out.splitlines()]
    assert code == 0
    assert lines[0] == ["group", "account", "name", "why", "posts_a_day", "part", "protection"]
    assert len(lines) == 1 + 43
    assert "24 accounts to read (19 more were read lately)." in err
    assert "14 only broadcast links; together they are 53 % of what is posted." in err


def test_a_second_audit_reads_nothing(says: Says) -> None:
    first = says("audit")[1]
    code, out, err = says("audit")
    assert (code, out) == (0, first)
    assert "to read" not in err


def test_each_form_tells_the_same_accounts(says: Says, folder: Path) -> None:
    data = json.loads(says("audit", "--json")[1])
    handles = [one["handle"] for one in data["accounts"]]
    assert len(handles) == 43
    assert [row["account"] for row in csv.DictReader(StringIO(says("audit", "--format", "csv")[1]))] == handles
    assert all(handle in says("audit", "--format", "html")[1] for handle in handles[:3])


def test_whom_the_owner_keeps_and_whom_a_sweep_left_alone_is_told_beside_it_without_a_request(says: Says) -> None:
    told = {row["account"]: row["protection"] for row in csv.DictReader(StringIO(says("audit", "--format", "csv")[1]))}
    spared = ("coupons@deals.test", "jo@social.test", "townhall@news.test", "longreads@library.test")
    assert [told[one] for one in spared] == ["kept", "mutual", "on a list", "favourited"]
    assert told["growthhive@market.test"] == ""
    data = {one["handle"]: one for one in json.loads(says("audit", "--json")[1])["accounts"]}
    jo = data["jo@social.test"]
    assert (jo["protection"], jo["reason"]) == ("mutual", "you follow each other")
    assert data["growthhive@market.test"]["protection"] is None
    assert "answered nobody. Left alone: you follow each other." in says("audit", "--format", "html")[1]


def test_a_word_of_the_owners_counts_at_once_and_when_it_is_taken_back_no_more(says: Says) -> None:
    def protection() -> str | None:
        accounts = json.loads(says("audit", "--json")[1])["accounts"]
        return next(one["protection"] for one in accounts if one["handle"] == "growthhive@market.test")

    assert says("keep", "growthhive@market.test")[0] == 0
    assert protection() == "kept"
    assert says("keep", "--drop", "growthhive@market.test")[0] == 0
    assert protection() is None


def test_it_is_written_to_a_file_that_is_not_replaced_by_accident(says: Says, folder: Path) -> None:
    path = folder / "audit.csv"
    code, out, err = says("audit", "--format", "csv", "--output", str(path))
    assert (code, out) == (0, "")
    assert path.read_text("utf-8").startswith("group,account,")
    assert path.stat().st_mode & 0o077 == 0
    path.write_text("mine")
    code, _, err = says("audit", "--format", "csv", "--output", str(path))
    assert code == 2
    assert "--force" in err
    assert path.read_text("utf-8") == "mine"
    assert says("audit", "--format", "csv", "--output", str(path), "--force")[0] == 0
    assert path.read_text("utf-8").startswith("group,account,")


def test_the_page_is_opened_where_reports_lie(says: Says, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    monkeypatch.setattr(webbrowser, "open", lambda url: bool(opened.append(url)) or True)
    code, out, _ = says("audit", "--format", "html", "--open")
    page = tmp_path / "reports" / "demo" / "audit.html"
    assert (code, opened) == (0, [page.as_uri()])
    assert str(page) in out
    assert "growthhive@market.test" in page.read_text("utf-8")
    for words in (("--open",), ("--format", "html", "--open", "--output", "x.html")):
        assert says("audit", *words)[0] == 2


def test_followers_of_the_last_days_can_wait(says: Says) -> None:
    code, out, err = says("audit", "--followers")
    assert code == 0
    rows = {line.split("\t")[1]: line.split("\t") for line in out.splitlines()[1:]}
    assert set(rows) == {"zoe@elsewhere.test", "yann@elsewhere.test"}
    assert rows["zoe@elsewhere.test"][-3:] == ["7 Mar", "yes", ""]
    assert "1 more followed you only in the last days and can wait." in err


@pytest.fixture
def terminal(says: Says, monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """What a verb prints on a terminal of 100 columns without colours."""
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "100")

    def run(*words: str) -> str:
        with monkeypatch.context() as patched:
            patched.setattr(sys.stdout, "isatty", lambda: True)
            return says(*words)[1]

    return run


def test_a_terminal_gets_a_table_for_each_group(terminal: Callable[..., str], says: Says) -> None:
    made = json.loads(says("audit", "--json")[1])
    out = terminal("audit")
    assert out.startswith("Of 43 accounts that you follow 14 only broadcast links;")
    for group in made["groups"]:
        assert re.search(rf"^{group['accounts']} ", out, re.MULTILINE)
    assert "Nothing was changed, and nobody is told." in out


def test_check_judges_whom_the_owner_does_not_follow_and_keeps_nothing(says: Says, folder: Path) -> None:
    before = everything(folder)
    code, out, _ = says("check", "zoe@elsewhere.test")
    assert code == 0
    assert out.startswith("zoe@elsewhere.test is left alone, for no rule fires")
    assert "quietfeed check zoe@elsewhere.test --all" in out
    assert "nothing was kept" in out
    assert everything(folder) == before


def test_check_says_what_the_rules_alone_would_do(says: Says) -> None:
    """Jo is a friend, and left alone; by the rules alone it would not be."""
    assert "is left alone" in says("explain", "jo@social.test")[1].splitlines()[0]
    assert says("check", "jo@social.test")[1].startswith("jo@social.test would be ")
    data = json.loads(says("check", "growthhive@market.test", "--json")[1])
    assert (data["step"], data["protection"], data["standing"], data["ledger"]) == ("mute", None, None, [])
    assert "own_posts" in says("check", "growthhive@market.test", "--all")[1]


def test_check_of_nobody_is_the_owners_mistake(says: Says) -> None:
    code, out, err = says("check", "nobody@nowhere.test")
    assert (code, out) == (2, "")
    assert "nobody@nowhere.test" in err


def test_check_of_who_moved_says_where_to(says: Says) -> None:
    code, out, _ = says("check", "pia@old.test")
    assert code == 0
    assert "is left alone, for no post of the last weeks is known." in out
    assert "It moved to pia@garden.test. To see what your rules say of that one: quietfeed check pia@garden.test" in out
    assert "It moved to pia@garden.test." in says("check", "pia@old.test", "--all")[1]
    assert json.loads(says("check", "pia@old.test", "--json")[1])["moved_to"] == "pia@garden.test"
    assert "moved" not in says("check", "jo@social.test")[1]


def test_check_on_a_server_tells_who_moved_and_who_is_gone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    network = Network()
    network.account("old@shop.test", moved={"id": "9", "acct": "new@shop.test"})
    gone = network.account("gone@shop.test")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("QUIETFEED_STATE_DIR", str(tmp_path))
    monkeypatch.setenv("QUIETFEED_HOME_TOKEN", network.token)
    with Stub(network) as stub:
        Path("config.yaml").write_text(f"profiles: [{{name: home, platform: mastodon, server: '{stub.url}'}}]\n")
        assert main(["check", "old@shop.test"]) == 0
        assert "It moved to new@shop.test." in capsys.readouterr().out
        stub.fault("status", f"accounts/{gone}/", number=410)
        assert main(["check", "gone@shop.test"]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert "gone@shop.test cannot be read any more" in err
    assert "it was deleted or suspended, or does not let you read it" in err
    assert "doctor" not in err


def everything(folder: Path) -> tuple[object, ...]:
    store = open_store(str(folder / "quietfeed.sqlite"), exclusive=False)
    try:
        return (store.own_feed_times("demo"), store.audited_times("demo"), store.entries("demo"), store.handles("demo"))
    finally:
        store.close()


def test_the_page_about_audits_shows_what_the_demo_prints(terminal: Callable[..., str]) -> None:
    """Where this fails, run what the page says in a demo's folder, and put it there; “…” stands for lines left out."""
    shown = re.findall(r"```\n\$ quietfeed ([^\n]+)\n(.*?)```", DOCS.read_text("utf-8"), re.DOTALL)
    assert [command.split()[0] for command, _ in shown] == ["audit", "audit", "check"]
    for command, output in shown:
        printed = iter(terminal(*command.split()).splitlines())
        assert [line for line in output.splitlines() if line != "…" and line not in printed] == [], command


def test_the_page_about_audits_defines_every_group_as_its_function_does() -> None:
    page = DOCS.read_text("utf-8")
    assert [group for group in Group if f"| {CALLED[group][0]} | {definition(group)} |" not in page] == []


def test_it_says_before_how_long_it_will_take() -> None:
    whom = Whom([], 812, timedelta(minutes=16))
    assert verb.beforehand(whom).startswith("812 accounts to read")
    assert ", some 16 minutes. Ctrl-C stops it" in verb.beforehand(whom)
