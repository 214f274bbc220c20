"""What doctor, status and every verb say where something is wrong: once, with the time and the next step by name."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.cli import main, wiring
from bot.service import state
from bot.store import open_store
from tests.servers.mastodon_network import Network
from tests.servers.mastodon_stub import Stub

NOW = datetime.now(UTC)


@pytest.fixture
def stub():
    with Stub(Network()) as made:
        yield made


@pytest.fixture
def quietfeed(tmp_path, monkeypatch, capsys, stub):
    """Runs a verb in a folder with one profile on the stub: `quietfeed("status")` -> code, out, err."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("QUIETFEED_STATE_DIR", str(tmp_path / "state"))
    monkeypatch.setenv("QUIETFEED_HOME_TOKEN", stub.network.token)
    monkeypatch.delenv("QUIETFEED_CONFIG", raising=False)
    monkeypatch.delenv("DATABASE_URL", raising=False)
    write_config(stub.url)

    def run(*words):
        code = main(words)
        shown = capsys.readouterr()
        return code, shown.out, shown.err

    return run


def write_config(url, more=""):
    Path("config.yaml").write_text(
        f"profiles:\n  - {{name: home, platform: mastodon, server: '{url}', report_via: file}}\n{more}"
    )


def held():
    """The store as a daemon holds it."""
    return open_store("state/quietfeed.sqlite")


def bad(out):
    return [line for line in out.splitlines() if line.startswith("✗")]


@pytest.mark.parametrize("keep", ["", "trust: {keep: [anna@example.org]}\n"])
def test_one_dead_token_is_one_line_of_the_doctors_with_the_command_that_mends_it(quietfeed, stub, keep):
    write_config(stub.url, keep)
    stub.network.tokens.clear()
    code, out, _ = quietfeed("doctor")
    assert code == 1
    (line,) = bad(out)
    assert "not valid any more" in line
    assert "    → on this machine: `quietfeed login home`" in out
    assert "PROFILE" not in out


def test_a_server_that_is_down_is_one_line_too(quietfeed, monkeypatch):
    monkeypatch.setattr("bot.platforms.budget.FIRST_PAUSE", 0.0)
    write_config("http://127.0.0.1:9")
    code, out, _ = quietfeed("doctor")
    assert code == 1
    (line,) = bad(out)
    assert "no connection" in line
    assert "is the address right, and the server up?" in out


@pytest.mark.parametrize("verb", ["sweep", "explain dropper@market.test", "capture a@b.test c@d.test"])
def test_a_verb_that_is_refused_names_the_profile_to_log_in(quietfeed, stub, verb):
    stub.network.tokens.clear()
    code, _, err = quietfeed(*verb.split())
    assert code == 2
    assert err.count("on this machine: `quietfeed login home`") == 1


@pytest.mark.parametrize("verb", ["sweep", "explain dropper@market.test"])
def test_a_verb_that_finds_no_server_names_the_next_step(quietfeed, monkeypatch, verb):
    monkeypatch.setattr("bot.platforms.budget.FIRST_PAUSE", 0.0)
    write_config("http://127.0.0.1:9")
    code, _, err = quietfeed(*verb.split())
    assert code == 1
    assert "no connection" in err
    assert "is the address right, and the server up? `quietfeed doctor` looks closer" in err


@pytest.mark.parametrize(("every", "words"), [("30s", "30 seconds"), ("10m", "10 minutes"), ("2h", "2 hours")])
def test_the_doctor_says_how_often_as_people_do(quietfeed, stub, every, words):
    write_config(stub.url, f"sweep: {{every: {every}, jitter: 0s}}\n")
    assert f"a sweep every {words}, the report at" in quietfeed("doctor", "--offline")[1]


def test_status_beside_a_daemon_says_when_it_sweeps_next_and_without_one_that_none_is_at_work(quietfeed):
    quietfeed("status")
    store = held()
    state.note_next(store, {"home": datetime.now(UTC) + timedelta(minutes=20)})
    assert "; next in 20 minutes; " in quietfeed("status")[1]
    assert json.loads(quietfeed("status", "--json")[1])["profiles"][0]["next_sweep"]
    store.close()  # as a kill leaves it
    assert "; no daemon is at work (quietfeed run); " in quietfeed("status")[1]
    assert json.loads(quietfeed("status", "--json")[1])["profiles"][0]["next_sweep"] is None


def test_status_and_the_doctor_say_what_is_waited_for_while_it_is(quietfeed, stub):
    write_config(stub.url, "report: {timezone: UTC}\n")
    quietfeed("status")
    store = held()
    now = datetime.now(UTC)
    until = now + timedelta(minutes=9)
    state.note_wait("home", store, "the server's limit", until)
    words = f"waiting for the server's limit until {until:%H:%M}"
    assert words in quietfeed("status")[1] or until.date() != now.date()
    assert "waiting for the server's limit until" in quietfeed("doctor", "--offline")[1]
    store.close()
    assert "waiting for" not in quietfeed("status")[1]


def test_what_the_daemon_cannot_do_is_told_until_a_sweep_by_hand_went_well(quietfeed):
    quietfeed("status")
    store = held()
    since = NOW - timedelta(days=2)
    for at in (since, NOW):
        state.note_trouble("home", store, "sweep", "no connection; try", at, NOW + timedelta(hours=1))
    state.note_trouble("home", store, "report", "no connection; try", NOW, NOW)
    assert state.troubles("home", store)[0].since == since
    store.close()
    for words in (("status",), ("doctor", "--offline")):
        assert quietfeed(*words)[1].count("no connection; try") == 1
    store = held()
    state.went_well("home", store, "report")
    store.close()
    assert quietfeed("sweep")[0] == 0
    assert "no connection; try" not in quietfeed("status")[1]


def test_a_state_directory_that_is_open_to_others_is_closed_and_said(quietfeed):
    quietfeed("status")
    assert "by others" not in quietfeed("doctor", "--offline")[1]
    Path("state").chmod(0o755)
    out = quietfeed("doctor", "--offline")[1]
    assert "state can be read by others on this machine (mode 755): it is yours alone from now on" in out
    Path("state/quietfeed.sqlite").chmod(0o666)
    err = quietfeed("status")[2]
    assert "quietfeed.sqlite can be changed by others on this machine (mode 666): it is yours alone from now on" in err
    assert "by others" not in quietfeed("doctor", "--offline")[1]
    assert quietfeed("status")[2] == ""


def test_whoever_waits_for_a_limit_is_told_what_for_and_until_when(capsys):
    wiring.say_wait("the server's limit", datetime(2026, 3, 2, 3, 12, tzinfo=UTC))
    wiring.say_wait("the server's limit", None)
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("waiting for the server's limit until ")
