"""The other ways of a report on the command line: kept by `login`, tried by `report`, looked at by `doctor`."""

import io
import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from bot.cli import main
from bot.config import load
from tests.servers.receivers import Receiver

REPOSITORY = Path(__file__).parents[3]
HOME = "profiles:\n  - {name: home, platform: memory, report_via: file, report_also: [%s]}\n"
SKY = "profiles:\n  - {name: sky, platform: bluesky, handle: robin.example.org, report_via: file%s}\n"
SECRET = "hunter2hunter2"


@pytest.fixture
def quietfeed(tmp_path, monkeypatch, capsys):
    """Runs a verb in this process, in a folder of its own: `quietfeed("status")` -> code, out, err."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("QUIETFEED_STATE_DIR", str(tmp_path / "state"))
    for name in ("QUIETFEED_CONFIG", "DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)

    def run(*words, typed="", config=""):
        if config:
            Path("config.yaml").write_text(config)
        monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
        code = main(words)
        shown = capsys.readouterr()
        assert SECRET not in shown.out + shown.err
        return code, shown.out, shown.err

    return run


@pytest.fixture
def receiver():
    with Receiver() as made:
        yield made


def kept():
    path = Path("state/credentials.json")
    return json.loads(path.read_text()) if path.exists() else {}


# -- login


def test_an_address_is_looked_at_kept_and_never_shown(quietfeed):
    address = f"ntfys://ntfy.example.com/{SECRET}"
    code, out, _ = quietfeed("login", "--notify", "phone", typed=f"{address}\n", config=HOME % "feed")
    assert code == 0
    assert "the address of “phone” is kept (ntfy)" in out
    assert "report_also: [phone]" in out
    assert kept()["home"] == {"notify_phone": address}


def test_what_is_no_address_is_not_kept(quietfeed):
    code, _, err = quietfeed("login", "--notify", "phone", typed=f"{SECRET}\n", config=HOME % "phone")
    assert (code, "nothing was kept" in err, kept()) == (2, True, {})


@pytest.mark.parametrize("name", ["Phone", "stdout", "feed", "file", "my-phone", "ntfys://x/y"])
def test_a_way_bears_a_name_that_the_config_can_hold(quietfeed, name):
    code, _, err = quietfeed("login", "--notify", name, config=HOME % "phone")
    assert (code, "a name of your own" in err) == (2, True)


def test_the_switch_is_kept_once_it_heard_of_quietfeed(quietfeed, receiver):
    address = f"http://{receiver.address}/{SECRET}"
    receiver.status = 404
    code, _, err = quietfeed("login", "--ping", typed=f"{address}\n", config=HOME % "feed")
    assert (code, "it answered HTTP 404; nothing was kept" in err, kept()) == (2, True, {})
    receiver.status = 200
    assert quietfeed("login", "--ping", typed=f"{address}\n")[0] == 0
    assert kept()["home"] == {"ping": address}


# -- report --send-test


def test_every_way_is_tried_and_said_how_it_went(quietfeed, receiver, monkeypatch):
    monkeypatch.setenv("QUIETFEED_HOME_NOTIFY_HOOK", f"json://{receiver.address}/{SECRET}")
    monkeypatch.setenv("QUIETFEED_HOME_PING", f"http://{receiver.address}/{SECRET}/ping")
    code, out, err = quietfeed("report", "--send-test", config=HOME % "lost, stdout, feed, hook")
    assert code == 1
    assert [line for line in out.splitlines() if line.startswith("home: ")] == [
        "home: by stdout: it went out",
        "home: by feed: it went out",
        "home: by hook: it went out",
        "home: the dead man's switch: it went out",
    ]
    assert "home: by lost: it has no address; on this machine: `quietfeed login home --notify lost`" in err
    assert "There is nothing to do." in out
    assert [one.path for one in receiver.taken] == [f"/{SECRET}", f"/{SECRET}/ping"]
    assert json.loads(receiver.taken[0].body)["title"] == "quietfeed · a test"
    assert Path("state/reports/home/feed.atom").exists()


# -- doctor


def test_the_doctor_names_what_each_way_lacks_and_how_to_mend_it(quietfeed, monkeypatch):
    monkeypatch.setenv("QUIETFEED_HOME_NOTIFY_MAIL", f"mailto://robin:{SECRET}@example.com")
    monkeypatch.setenv("QUIETFEED_HOME_PING", f"gopher://{SECRET}")
    _, out, _ = quietfeed("doctor", "--offline", config=HOME % "phone, mail, stdout, feed")
    assert "✗ home: report by phone: it has no address\n    → quietfeed login home --notify phone" in out
    assert "✓ home: report by mail: there is an address" in out
    assert "✓ home: report by stdout" in out
    assert "✓ home: report by feed" in out
    assert "✗ home: dead man's switch: its address is none of the web\n    → quietfeed login home --ping" in out


def test_a_bluesky_owner_without_a_way_is_told_of_one_and_with_one_is_not(quietfeed, monkeypatch):
    monkeypatch.setenv("QUIETFEED_SKY_APP_PASSWORD", "aaaa-bbbb-cccc-dddd")
    _, out, _ = quietfeed("doctor", "--offline", config=SKY % "")
    assert "· sky: report: nobody can message themselves on Bluesky" in out
    assert "quietfeed login sky --notify phone" in out
    for way in (", report_also: [phone]", ", bot_handle: robin-reports.example.org"):
        _, out, _ = quietfeed("doctor", "--offline", config=SKY % way)
        assert "nobody can message themselves" not in out


# -- init

INIT = ("init", "--platform", "bluesky", "--handle", "robin.example.org")


def test_init_says_where_the_report_of_a_bluesky_owner_lies_when_nobody_was_asked(quietfeed):
    code, out, _ = quietfeed(*INIT)
    assert (code, "the report waits in a file" in out) == (0, True)
    assert "waits in a file" not in quietfeed(*INIT, "--notify", "phone", "--force")[1]


def test_init_takes_a_second_account_or_a_name_and_says_which_login_comes_next(quietfeed):
    code, out, _ = quietfeed(*INIT, "--bot-handle", "@robin-reports.example.org")
    assert (code, "then: quietfeed login --bot" in out) == (0, True)
    profile = load(Path("config.yaml")).profiles[0]
    assert (profile.bot_handle, profile.report_via) == ("robin-reports.example.org", "direct")
    code, out, _ = quietfeed(*INIT, "--notify", "phone", "--force")
    assert (code, "then: quietfeed login --notify phone" in out) == (0, True)
    profile = load(Path("config.yaml")).profiles[0]
    assert (profile.report_also, profile.report_via) == (("phone",), "file")
    assert quietfeed(*INIT, "--notify", "stdout", "--force")[0] == 2
    words = ("init", "--platform", "mastodon", "--server", "mastodon.example.com", "--bot-handle", "a.example.org")
    assert "--bot-handle is for bluesky" in quietfeed(*words, "--force")[2]


def test_init_asks_a_bluesky_owner_for_an_address_where_there_is_no_second_account(tmp_path):
    ours, theirs = pty.openpty()
    env = {**os.environ, "PYTHONPATH": str(REPOSITORY), "QUIETFEED_STATE_DIR": str(tmp_path / "state")}
    env.pop("QUIETFEED_CONFIG", None)
    words = [sys.executable, "-m", "bot", *INIT, "--report-at", "07:30"]
    asked = subprocess.Popen(
        words, stdin=theirs, stdout=theirs, stderr=theirs, cwd=tmp_path, env=env, start_new_session=True
    )
    os.close(theirs)
    drawn = b""
    for question, answer in (
        (b"Enter for none", b"\n"),
        (b"Address, such as", f"ntfys://x.example.com/{SECRET}\n".encode()),
    ):
        while question not in drawn:
            drawn += os.read(ours, 4096)
        os.write(ours, answer)
    while True:
        try:
            drawn += os.read(ours, 4096)
        except OSError:
            break
    os.close(ours)
    assert asked.wait(20) == 0, drawn.decode()
    assert load(tmp_path / "config.yaml").profiles[0].report_also == ("phone",)
    assert SECRET not in (tmp_path / "config.yaml").read_text() + drawn.decode()
    path = tmp_path / "state" / "credentials.json"
    assert SECRET in path.read_text()
    assert path.stat().st_mode & 0o777 == 0o600
