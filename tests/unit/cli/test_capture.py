"""`capture --from`: accounts captured before, chosen, made fit to be shown, or refused."""

import gzip
import json
from dataclasses import replace
from pathlib import Path

import pytest

from bot.archive import dump
from bot.cli import capture, main
from bot.model import Account, Post
from bot.report.escape import terminal
from tests.unit.anonymise import made
from tests.unit.service.test_origins import DAY, DROP, World


@pytest.fixture
def files(tmp_path, monkeypatch, capsys):
    """Runs `capture` beside a file of three accounts, without a config: `files("--from", …)` -> code, out, err."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("QUIETFEED_STATE_DIR", str(tmp_path / "state"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "none"))
    for name in ("QUIETFEED_CONFIG", "DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)
    histories = [replace(made.history(n, 25), account=Account(str(n), f"ines{n}@town.test")) for n in range(3)]
    Path("some.jsonl").write_text("".join(f"{dump(history)}\n" for history in histories))

    def run(*words):
        code = main(["capture", *words])
        shown = capsys.readouterr()
        return code, shown.out, shown.err

    return run


def handles(lines):
    return [json.loads(line)["account"]["handle"] for line in lines.splitlines()]


def test_a_captured_file_is_made_fit_to_be_shown_without_a_config_or_a_server(files):
    code, out, err = files("--anonymise", "--from", "some.jsonl")
    assert code == 0
    assert handles(out) == ["account1@site1.test", "account2@site1.test", "account3@site1.test"]
    assert terminal("ines1@town.test: now account2@site1.test") in err
    assert "ines" not in out


def test_only_the_accounts_that_are_named_are_taken_from_a_file(files):
    code, out, _ = files("@Ines1@town.test", "--from", "some.jsonl")
    assert (code, handles(out)) == (0, ["ines1@town.test"])


def test_a_name_that_no_file_holds_is_told_and_the_others_are_written(files):
    code, out, err = files("ines2@town.test", "ben@town.test", "--from", "some.jsonl", "--output", "-")
    assert (code, handles(out)) == (2, ["ines2@town.test"])
    assert terminal("ben@town.test: not in some.jsonl") in err


def test_several_files_and_packed_ones_come_into_one(files):
    Path("packed.gz").write_bytes(gzip.compress(Path("some.jsonl").read_bytes()))
    code, _, _ = files("--from", "some.jsonl", "--from", "packed.gz", "--anonymise", "--output", "shown.jsonl.gz")
    assert code == 0
    assert len(gzip.decompress(Path("shown.jsonl.gz").read_bytes()).splitlines()) == 6
    assert Path("shown.jsonl.gz").stat().st_mode & 0o777 == 0o600


def test_a_line_that_cannot_be_read_costs_that_line(files):
    Path("some.jsonl").write_text("{\n" + Path("some.jsonl").read_text())
    code, out, err = files("--anonymise", "--from", "some.jsonl")
    assert (code, len(handles(out))) == (1, 3)
    assert "some.jsonl:1: no JSON" in err


def test_an_account_that_would_read_otherwise_is_not_written_and_the_signal_is_named(files):
    """Of a text only the beginning is read, and under other names these words of one letter take more room."""
    posts = tuple(Post(str(n), "7", made.UNTIL, "x " * 9_990 + f"end{n}") for n in range(12))
    history = replace(made.history(1, 0), account=Account("7", "long@town.test"), posts=posts, until=made.UNTIL)
    Path("some.jsonl").write_text(f"{dump(history)}\n{Path('some.jsonl').read_text()}")
    code, out, err = files("--anonymise", "--from", "some.jsonl")
    assert (code, len(handles(out))) == (1, 3)
    assert terminal("long@town.test: not written") in err
    assert "duplicate_text_share 0.0 -> 1.0" in err


def test_nothing_is_written_where_nothing_may_be(files):
    code, out, _ = files("ben@town.test", "--anonymise", "--from", "some.jsonl", "--output", "shown.jsonl")
    assert (code, out) == (2, "")
    assert not Path("shown.jsonl").exists()


def test_a_file_that_is_there_is_only_replaced_where_that_is_asked_for(files):
    Path("kept.jsonl").write_text("dear to somebody\n")
    code, out, err = files("ines1@town.test", "--from", "some.jsonl", "--output", "kept.jsonl")
    assert (code, out) == (2, "")
    assert "kept.jsonl is there already. Choose another name, or replace it: --force" in err
    assert Path("kept.jsonl").read_text() == "dear to somebody\n"
    assert files("ines1@town.test", "--from", "some.jsonl", "--output", "kept.jsonl", "--force")[0] == 0
    assert handles(Path("kept.jsonl").read_text()) == ["ines1@town.test"]


def test_whom_to_capture_has_to_be_said(files):
    code, _, err = files("--anonymise")
    assert code == 2
    assert "--from FILE" in err


def test_a_file_in_the_place_of_a_name_is_told_how_to_be_read(files):
    code, _, err = files("--anonymise", "some.jsonl")
    assert code == 2
    assert "--from some.jsonl" in err


def test_what_an_accounts_own_server_told_once_is_captured_too(tmp_path):
    """The daemon asked there before it acted: what it judges by is what the file holds."""
    world = World(tmp_path)
    world.lived(4 * DAY)
    assert world.asked == 1
    history = capture.as_judged(DROP, "home", world.platform, world.store, world.config, world.clock.now())
    assert history.replies_known_since is None
    assert len(history.posts) == len(world.store.own_feed("home", history.account.id).feed.posts)
    told = capture.as_judged("ann@town.test", "home", world.platform, world.store, world.config, world.clock.now())
    assert told.replies_known_since is not None
    world.store.close()


def test_a_file_tells_nobody_what_a_post_said(files):
    post = Post("1", "7", made.UNTIL, "Zephyrine sells kettles", ("https://zephyrine.test/kettles",))
    history = replace(made.history(1, 0), account=Account("7", "zephyrine@town.test"), posts=(post,), until=made.UNTIL)
    Path("some.jsonl").write_text(dump(history))
    _, out, _ = files("--anonymise", "--from", "some.jsonl")
    assert "zephyrine" not in out.casefold()
    assert "kettles" not in out
