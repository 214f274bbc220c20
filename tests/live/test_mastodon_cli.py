"""The program as its owner runs it, against a server of the Mastodon API: command line and daemon, as processes."""

import json
import os
import re
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit
from urllib.request import urlopen

import pytest

from tests.live.daemon import PROGRAM, Daemon, running
from tests.live.journey import until
from tests.servers.mastodon_network import seeded
from tests.servers.mastodon_stub import Stub

pytestmark = pytest.mark.live

REPOSITORY = Path(__file__).parents[2]
CONFIG = """\
profiles:
{profiles}
sweep: {{every: {every}, jitter: 0s}}
report: {{at: "00:00", timezone: UTC}}
"""
PROFILE = "  - {{name: {name}, platform: mastodon, server: '{server}'}}\n"
NOBODY = "http://127.0.0.1:9"
"""A port where nothing listens."""
SLOW_START = 20.0


class Owner:
    """Somebody with a config, a state directory and a token for the server."""

    def __init__(self, folder: Path, stub: Stub) -> None:
        self.folder, self.stub = folder, stub
        self.config = folder / "config.yaml"
        self.state = folder / "state"
        self.env = {
            **{name: value for name, value in os.environ.items() if not name.startswith("QUIETFEED_")},
            "QUIETFEED_STATE_DIR": str(self.state),
            "QUIETFEED_HOME_TOKEN": stub.network.token,
            "PYTHONPATH": str(REPOSITORY),
        }
        self.env.pop("DATABASE_URL", None)
        self.write(home=stub.url)

    def write(self, every: str = "10m", **profiles: str) -> None:
        shown = "".join(PROFILE.format(name=name, server=server) for name, server in profiles.items())
        self.config.write_text(CONFIG.format(profiles=shown.rstrip("\n"), every=every))

    def run(self, *words: str, stdin: str = "", seconds: float = 90) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [*PROGRAM, *words, "--config", str(self.config)],
            env=self.env, input=stdin, capture_output=True, text=True, timeout=seconds, cwd=self.folder,
        )  # fmt: skip
        assert "Traceback" not in done.stderr
        return done

    def start(self, *words: str) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            [*PROGRAM, *words, "--config", str(self.config)],
            env=self.env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            cwd=self.folder,
        )  # fmt: skip

    def daemon(self, *words: str) -> AbstractContextManager[Daemon]:
        return running(*words, "--config", str(self.config), env=self.env, folder=self.folder)

    @property
    def letters(self) -> list[str]:
        return [s.content for s in self.stub.network.statuses if s.visibility == "direct" and not s.deleted]


@pytest.fixture
def stub() -> Iterator[Stub]:
    with Stub(seeded(datetime.now(UTC), shop="")) as running:
        yield running


@pytest.fixture
def owner(tmp_path: Path, stub: Stub) -> Owner:
    return Owner(tmp_path, stub)


# -- the daemon


def test_the_daemon_sweeps_and_reports_once_and_a_restart_catches_up_without_a_second_report(owner: Owner) -> None:
    with owner.daemon() as daemon:
        daemon.said("swept profile=home")
        daemon.said("report profile=home .*state=sent")
        daemon.ends()
    letters = len(owner.letters)
    assert letters >= 1
    assert "Would list" in owner.letters[0]
    today = datetime.now(UTC).date().isoformat()
    assert (owner.state / "reports" / "home" / f"{today}.md").read_text("utf-8").startswith("# quietfeed")
    dropper = next(i for i, a in owner.stub.network.accounts.items() if a["acct"] == "dropper0")
    for number in range(3):
        owner.stub.network.post(dropper, f"<p>Offer {number}</p>", datetime.now(UTC))
    owner.write(every="5s", home=owner.stub.url)  # so that the restart finds the last sweep to be long ago
    status = owner.run("status", "--json")
    assert json.loads(status.stdout)["profiles"][0]["last_report"] == today
    with owner.daemon() as daemon:
        daemon.said("started")
        daemon.said(rf"swept .*new={3 + letters}")  # the owner's own letters are on the timeline too
        time.sleep(1)
        daemon.ends()
    assert len(owner.letters) == letters


def test_a_report_is_not_sent_again_after_the_daemon_was_killed_while_it_was_sent(owner: Owner) -> None:
    owner.stub.fault("slow", "/api/v1/statuses$", number=1.5)  # it takes, but nobody is there to hear so
    with owner.daemon() as daemon:
        daemon.said("swept profile=home")
        until(lambda: any(asked.method == "POST" and "statuses" in asked.path for asked in owner.stub.log))
        daemon.kill()
    time.sleep(2)
    with owner.daemon() as daemon:
        daemon.said("report profile=home .*state=sent", seconds=60)
        daemon.ends()
    assert len(owner.letters) == len(set(owner.letters))
    assert sum("Would list" in letter for letter in owner.letters) >= 1


def test_sigterm_ends_an_idle_daemon_cleanly(owner: Owner) -> None:
    with owner.daemon() as daemon:
        daemon.said("report profile=home")
        daemon.ends(within=3)
        daemon.said("stopped clean=True")


def test_sigterm_ends_a_daemon_whose_request_hangs(owner: Owner) -> None:
    owner.stub.fault("slow", "timelines/home", times=5, number=30)
    with owner.daemon() as daemon:
        daemon.said("started")
        until(lambda: any("timelines/home" in asked.path for asked in owner.stub.log))
        daemon.ends()
        daemon.said("stopped clean=False")
    assert owner.run("status").returncode == 0


def test_sigterm_ends_a_daemon_that_waits_to_try_again(owner: Owner) -> None:
    owner.stub.fault("status", "timelines/home", times=50, number=503)
    with owner.daemon() as daemon:
        until(lambda: sum("timelines/home" in asked.path for asked in owner.stub.log) >= 2)
        daemon.ends(within=3)
        daemon.said("sweep stopped")
        daemon.said("stopped clean=True")


def test_sigterm_ends_a_daemon_that_waits_for_the_servers_limit(owner: Owner) -> None:
    owner.stub.fault("limited_retry", "timelines/home", times=5, number=120)
    with owner.daemon() as daemon:
        until(lambda: any("timelines/home" in asked.path for asked in owner.stub.log))
        time.sleep(0.5)
        daemon.ends(within=3)


def test_control_c_ends_it_without_a_traceback(owner: Owner) -> None:
    with owner.daemon() as daemon:
        daemon.said("started")
        daemon.ends(signal.SIGINT)
        assert "Traceback" not in "\n".join(daemon.lines)


def test_many_signals_at_once_end_it_once(owner: Owner) -> None:
    with owner.daemon() as daemon:
        daemon.said("started")
        for _ in range(20):
            daemon.send(signal.SIGHUP)
            daemon.send(signal.SIGTERM)
        daemon.ends()
        assert sum("info stopped" in line for line in daemon.lines) == 1


def test_sighup_takes_up_a_good_config_and_keeps_the_last_good_one_on_a_fault(owner: Owner, stub: Stub) -> None:
    with Stub(seeded(datetime.now(UTC), shop="")) as other, owner.daemon() as daemon:
        daemon.said("swept profile=home")
        owner.env["QUIETFEED_AWAY_TOKEN"] = ""
        good = owner.config.read_text()
        owner.config.write_text(good + "unknown_key: 1\nsweep: {every: never}\n")
        daemon.send(signal.SIGHUP)
        kept = daemon.said("config kept")
        assert "unknown_key" in kept
        assert "config.yaml:" in kept
        owner.config.write_text("")
        daemon.send(signal.SIGHUP)
        daemon.said("config kept", count=2)
        owner.write(home=stub.url, away=other.url)
        daemon.send(signal.SIGHUP)
        assert "profiles=home,away" in daemon.said("config reloaded")
        assert "quietfeed login away" in daemon.said("sweep failed profile=away")
        daemon.ends()


def test_a_profile_whose_server_is_down_does_not_stop_the_other(owner: Owner, stub: Stub) -> None:
    owner.env["QUIETFEED_DOWN_TOKEN"] = "token-of-down"
    owner.write(down=NOBODY, home=stub.url)
    with owner.daemon() as daemon:
        daemon.said("swept profile=home")
        failed = daemon.said("sweep failed profile=down", seconds=60)
        assert "no connection" in failed
        assert "again=" in failed
        daemon.ends()
    assert "token-of-down" not in "\n".join(daemon.lines)


def test_a_second_process_on_the_same_store_is_refused_by_name(owner: Owner) -> None:
    with owner.daemon() as daemon:
        daemon.said("started")
        for verb in ("run", "sweep"):
            second = owner.run(verb)
            assert second.returncode == 1
            assert f"another quietfeed (pid {daemon.process.pid}) is using the store" in second.stderr
        assert owner.run("status").returncode == 0
        daemon.ends()


def test_systemd_hears_of_readiness_life_reload_and_end(owner: Owner, tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as heard:
        heard.bind(str(tmp_path / "notify"))
        heard.settimeout(SLOW_START)
        owner.env |= {"NOTIFY_SOCKET": str(tmp_path / "notify"), "WATCHDOG_USEC": "1000000"}
        with owner.daemon() as daemon:
            assert heard.recv(200) == b"READY=1"
            assert heard.recv(200) == b"WATCHDOG=1"
            daemon.send(signal.SIGHUP)
            words = [heard.recv(200).decode().split("\n")[0] for _ in range(4)]
            assert "RELOADING=1" in words
            assert "READY=1" in words[words.index("RELOADING=1") :]
            daemon.ends()
            while (word := heard.recv(200)) != b"STOPPING=1":
                assert word in (b"WATCHDOG=1", b"READY=1")


def test_the_log_holds_no_secret_and_is_one_line_an_event(owner: Owner, stub: Stub) -> None:
    stub.fault("reset", "timelines/home")
    stub.fault("malformed", "accounts/", times=2)
    with owner.daemon("--log-level", "debug") as daemon:
        daemon.said("swept profile=home", seconds=60)
        stub.network.tokens.clear()
        daemon.send(signal.SIGHUP)
        daemon.said("config reloaded")
        daemon.ends()
    assert stub.network.token not in "\n".join(daemon.lines)
    assert all(re.match(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ (debug|info|warning|error) ", line) for line in daemon.lines)


# -- logging in


def click(address: str) -> dict[str, str]:
    """What the owner's click on “authorize” gives: the stub answers with JSON instead of a page."""
    with urlopen(address, timeout=10) as answer:
        return dict(json.load(answer))


def page_of(process: "subprocess.Popen[str]") -> str:
    """The address that `login` shows."""
    assert process.stdout is not None
    for line in process.stdout:
        if line.startswith("  http"):
            return line.strip()
    raise AssertionError("no address was shown")


@pytest.fixture
def newcomer(owner: Owner) -> Owner:
    del owner.env["QUIETFEED_HOME_TOKEN"]
    return owner


@pytest.mark.parametrize("pkce", [True, False])
def test_logging_in_by_a_pasted_code(newcomer: Owner, stub: Stub, pkce: bool) -> None:
    stub.network.pkce = pkce
    process = newcomer.start("login")
    address = page_of(process)
    asked = parse_qs(urlsplit(address).query)
    assert ("code_challenge" in asked) is pkce
    assert "write" not in asked["scope"][0].split()
    out, _ = process.communicate(click(address)["code"] + "\n", timeout=30)
    assert process.returncode == 0, out
    assert "logged in as owner@quiet.test" in out
    kept = newcomer.state / "credentials.json"
    assert kept.stat().st_mode & 0o777 == 0o600
    token = json.loads(kept.read_text())["home"]["token"]
    assert token not in out
    assert newcomer.run("sweep").returncode == 0


def test_logging_in_by_a_redirect_to_this_machine(newcomer: Owner) -> None:
    process = newcomer.start("login", "--browser")
    address = page_of(process)
    given = click(address)
    assert given["redirect"].startswith("http://127.0.0.1:")
    for forged in ({"code": given["code"], "state": "forged"}, {"code": given["code"]}):
        with pytest.raises(OSError, match="404"):
            urlopen(f"{given['redirect']}?{urlencode(forged)}", timeout=10)
    with urlopen(f"{given['redirect']}?{urlencode(given)}", timeout=10) as page:
        assert b"logged in" in page.read()
    out, _ = process.communicate(timeout=30)
    assert process.returncode == 0, out
    assert "logged in as owner@quiet.test" in out


def test_refusing_in_the_browser_is_told_and_keeps_nothing(newcomer: Owner) -> None:
    process = newcomer.start("login", "--browser")
    asked = parse_qs(urlsplit(page_of(process)).query)
    refused = urlencode({"error": "access_denied", "state": asked["state"][0]})
    urlopen(f"{asked['redirect_uri'][0]}?{refused}", timeout=10).close()
    out, _ = process.communicate(timeout=30)
    assert process.returncode == 2
    assert "access_denied" in out
    assert not (newcomer.state / "credentials.json").exists()


def test_a_wrong_code_is_refused_with_a_clear_word_and_never_shown(newcomer: Owner) -> None:
    done = newcomer.run("login", stdin="not-the-code\n")
    assert done.returncode == 2
    assert "did not accept the code" in done.stderr
    assert "not-the-code" not in done.stdout + done.stderr
    assert not (newcomer.state / "credentials.json").exists()


def test_logging_in_with_a_token_from_a_pipe(newcomer: Owner, stub: Stub) -> None:
    done = newcomer.run("login", "--token", stdin=f"  {stub.network.token}\n")
    assert done.returncode == 0
    assert "logged in as owner@quiet.test" in done.stdout
    assert stub.network.token not in done.stdout + done.stderr
    assert newcomer.run("doctor").returncode == 0


@pytest.mark.parametrize("given", ["wrong-token\n", "\n", "", "two words\n"])
def test_a_wrong_token_is_refused_and_not_kept(newcomer: Owner, given: str) -> None:
    done = newcomer.run("login", "--token", stdin=given)
    assert done.returncode == 2
    assert "nothing was kept" in done.stderr
    assert not given.strip() or given.strip() not in done.stderr
    assert not (newcomer.state / "credentials.json").exists()


def test_logging_in_at_a_server_that_is_down_is_a_failure(newcomer: Owner) -> None:
    newcomer.write(home=NOBODY)
    done = newcomer.run("login", "--token", stdin="token\n")
    assert done.returncode == 1
    assert "no connection" in done.stderr


# -- the verbs, and what they say of trouble


def test_a_sweep_by_hand_shows_the_report_and_json_for_programs(owner: Owner) -> None:
    done = owner.run("sweep", "--json")
    assert done.returncode == 0
    decisions = [json.loads(line) for line in done.stdout.splitlines()]
    dropper = next(decision for decision in decisions if decision["handle"] == "dropper0@quiet.test")
    assert set(dropper) >= {"profile", "handle", "rule", "step", "protection", "limit", "readings", "evidence"}
    assert dropper["rule"]
    assert "dropper0@quiet.test" in owner.run("sweep").stdout
    for words in (("status", "--json"), ("report", "--format", "json"), ("explain", "dropper0@quiet.test", "--json")):
        shown = owner.run(*words)
        assert shown.returncode == 0, shown.stderr
        assert isinstance(json.loads(shown.stdout), dict)
    assert owner.run("report", "--format", "markdown").stdout.startswith("# quietfeed")
    writes = [asked for asked in owner.stub.writes if asked.method != "GET"]
    assert writes == [], "a dry run touches nothing"


def test_a_report_is_sent_by_hand_once(owner: Owner) -> None:
    assert owner.run("report", "--send").returncode == 2
    owner.run("sweep")
    done = owner.run("report", "--send")
    assert done.returncode == 0
    assert "sent to you alone" in done.stdout
    letters = len(owner.letters)
    assert owner.run("report", "--send").returncode == 0
    assert len(owner.letters) == letters >= 1
    today = datetime.now(UTC).date().isoformat()
    kept = owner.run("report", "--date", today)
    assert "dropper0@quiet.test" in kept.stdout
    missing = owner.run("report", "--date", "2001-01-01")
    assert missing.returncode == 2
    assert today in missing.stderr


def test_a_revoked_token_names_the_remedy(owner: Owner, stub: Stub) -> None:
    stub.network.tokens.clear()
    for words in (("sweep",), ("explain", "dropper0@quiet.test"), ("capture", "dropper0@quiet.test")):
        done = owner.run(*words)
        assert done.returncode == 2, done.stderr
        assert "quietfeed login" in done.stderr
        assert stub.network.token not in done.stderr
    assert owner.run("doctor").returncode == 1


def test_a_missing_token_names_the_remedy(newcomer: Owner) -> None:
    done = newcomer.run("sweep")
    assert done.returncode == 2
    assert "quietfeed login home" in done.stderr
    doctor = newcomer.run("doctor", "--offline")
    assert doctor.returncode == 1
    assert "quietfeed login home" in doctor.stdout


def test_an_unreachable_server_is_a_failure_in_one_line(owner: Owner, stub: Stub) -> None:
    owner.env["QUIETFEED_DOWN_TOKEN"] = "token"
    owner.write(down=NOBODY, home=stub.url)
    done = owner.run("sweep")
    assert done.returncode == 1
    assert re.search(r"^quietfeed: down: .*no connection", done.stderr, re.MULTILINE)
    assert "dropper0@quiet.test" in done.stdout, "the other profile was swept"


def test_a_wrong_handle_is_the_owners_mistake_and_costs_no_other(owner: Owner) -> None:
    for verb in ("explain", "capture"):
        done = owner.run(verb, "nobody@nowhere.test")
        assert done.returncode == 2, done.stderr
        assert "nobody@nowhere.test" in done.stderr
    both = owner.run("capture", "nobody@nowhere.test", "dropper0@quiet.test", "--output", "kept.jsonl.gz")
    assert both.returncode == 2
    judged = owner.run("judge", "kept.jsonl.gz", "--json")
    assert json.loads(judged.stdout)["handle"] == "dropper0@quiet.test"
    assert (owner.folder / "kept.jsonl.gz").stat().st_mode & 0o777 == 0o600


def test_a_handle_copied_from_a_report_is_understood(owner: Owner) -> None:
    assert owner.run("explain", "@dropper0@\u2060quiet.test").returncode == 0


def test_doctor_finds_all_well_and_says_what_the_server_is(owner: Owner) -> None:
    done = owner.run("doctor")
    assert done.returncode == 0, done.stdout
    assert "mastodon 4.5.2" in done.stdout
    checks = json.loads(owner.run("doctor", "--json").stdout)
    assert {"what", "state", "words", "remedy"} == set(checks[0])


def test_doctor_tells_of_a_clock_that_is_wrong_and_of_rights_that_are_missing(owner: Owner, stub: Stub) -> None:
    stub.network.skew = timedelta(minutes=-7)
    owner.env["QUIETFEED_HOME_TOKEN"] = stub.network.grant("read")
    done = owner.run("doctor")
    assert done.returncode == 1
    assert "differs from the server's by" in done.stdout
    assert "the login may only read" in done.stdout
