"""The program as its owner runs it on a real Bluesky network: first config to daily report, command by command."""

import json
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.live.conftest import Seeded
from tests.live.journey import Journey, plain
from tests.live.seed_bluesky import PASSWORD

pytestmark = pytest.mark.live

NOISE = {"the-dropper.test", "the-mirror.test"}
SPARED = {"the-friend.test", "the-curator.test", "the-blogger.test", "the-photographer.test", "the-threader.test"}
OWNER = "the-reader.test"


@pytest.fixture(scope="module")
def newcomer(bluesky: Seeded, tmp_path_factory: pytest.TempPathFactory) -> Journey:
    """The reader of the seeded network, with nothing yet."""
    return Journey(tmp_path_factory.mktemp("newcomer"))


@pytest.fixture(scope="module")
def configured(newcomer: Journey, bluesky: Seeded) -> Journey:
    """With a config."""
    said = newcomer.said("init", "--platform", "bluesky", "--server", bluesky.network.pds, "--handle", OWNER)
    assert "next: quietfeed login" in said
    return newcomer


@pytest.fixture(scope="module")
def member(configured: Journey) -> Journey:
    """Logged in."""
    done = configured.run("login", stdin=f"{PASSWORD}\n")
    assert f"home: logged in as {OWNER}\n" in done.stdout
    assert PASSWORD not in done.stdout + done.stderr
    return configured


@pytest.fixture(scope="module")
def swept(member: Journey) -> Journey:
    """After a first sweep."""
    member.run("sweep")
    return member


def test_a_wrong_password_is_refused_and_nothing_is_kept(bluesky: Seeded, tmp_path: Path) -> None:
    owner = Journey(tmp_path)
    owner.run("init", "--platform", "bluesky", "--server", bluesky.network.pds, "--handle", OWNER)
    refused = owner.run("login", stdin="no-such-password\n", code=2)
    assert "handle or app password is wrong" in refused.stderr
    assert "no-such-password" not in refused.stderr
    assert not (owner.state / "credentials.json").exists()
    assert "quietfeed login" in owner.run("sweep", code=2).stderr


def test_the_session_is_kept_for_the_owner_alone(member: Journey) -> None:
    kept = member.state / "credentials.json"
    assert kept.stat().st_mode & 0o777 == 0o600
    assert set(json.loads(kept.read_text())["home"]) == {"app_password", "session"}
    assert PASSWORD not in member.config.read_text()


def test_the_doctor_finds_all_well(member: Journey) -> None:
    checks = {check["what"]: check for check in member.data("doctor", "--json")}
    assert {check["state"] for check in checks.values()} <= {"ok", "note"}
    assert checks["home: owner"]["words"] == OWNER
    assert "readable" in checks["home: timeline"]["words"]
    assert "lists on Bluesky are public" in member.said("doctor")


def test_a_sweep_shows_on_a_terminal_and_in_a_pipe_who_only_broadcasts(member: Journey) -> None:
    said = plain(member.said("sweep"))
    assert "the-dropper.test" in said
    assert "dry run" in said.casefold()


def test_a_sweep_names_the_broadcasters_with_readings_and_evidence_and_spares_the_rest(swept: Journey) -> None:
    found = {row["handle"]: row for row in swept.rows("sweep", "--json")}
    assert {"profile", "handle", "rule", "step", "protection", "limit", "readings", "evidence"} <= set(
        found["the-dropper.test"]
    )
    acted = {handle for handle, row in found.items() if row["step"]}
    assert acted == NOISE
    assert not {handle for handle, row in found.items() if row["rule"]} & SPARED
    dropper = found["the-dropper.test"]
    assert dropper["readings"]["link_share"] == 1
    assert len(dropper["evidence"]) == 3
    assert all(url.startswith("https://bsky.app/profile/") for url in dropper["evidence"])


def test_explain_shows_each_reading_against_its_bound(swept: Journey) -> None:
    said = plain(swept.said("explain", "the-dropper.test", "--all"))
    assert re.search(r"link_share\s+1\.00\s.*≥ 0\.9", said)
    assert "https://bsky.app/profile/" in said
    spared = swept.data("explain", "the-curator.test", "--json")
    assert spared["handle"] == "the-curator.test"
    assert spared["rule"] is None
    fresh = swept.data("explain", "@the-dropper.test", "--fresh", "--json")
    assert fresh["rule"] is not None
    assert "nobody-at-all.test" in swept.run("explain", "nobody-at-all.test", code=2).stderr


def test_status_and_report_carry_what_they_show_as_json(swept: Journey) -> None:
    (profile,) = swept.data("status", "--json")["profiles"]
    assert profile["profile"] == "home"
    assert profile["platform"] == "bluesky"
    report = swept.data("report", "--format", "json")
    assert report["dry_run"] is True
    assert report["owner"] == OWNER
    told = {row["handle"] for row in report["decisions"] if row["step"]}
    assert told == NOISE
    assert report["timeline"]["noise_share"] > 0.1
    assert report["gaps"] == []
    assert report["errors"] == []


def test_what_is_captured_is_judged_offline_as_it_was_online(swept: Journey, tmp_path: Path) -> None:
    online = {row["handle"]: row["rule"] for row in swept.rows("sweep", "--json")}
    names = ("the-dropper.test", "the-mirror.test", "the-curator.test")
    swept.run("capture", *names, "--output", str(tmp_path / "some.jsonl.gz"))
    elsewhere = Journey(tmp_path / "elsewhere")
    judged = elsewhere.rows("judge", str(tmp_path / "some.jsonl.gz"), "--json")
    assert {row["handle"]: row["rule"] for row in judged} == {name: online.get(name) for name in names}


def test_nothing_new_costs_little_and_changes_nothing(swept: Journey) -> None:
    before = swept.rows("ledger", "--json")
    swept.run("sweep")
    (profile,) = swept.data("status", "--json")["profiles"]
    assert profile["last_sweep"]["new_posts"] == 0
    assert profile["last_sweep"]["usage"] | {"requests": 0} == {
        "requests": 0, "writes": 0, "retries": 0, "waited_seconds": 0.0, "allowed": None, "remaining": None,
    }  # fmt: skip
    assert profile["last_sweep"]["usage"]["requests"] <= 2, "the walk, and whether a session is there"
    assert swept.rows("ledger", "--json") == before


def test_the_daemon_sweeps_keeps_its_report_for_later_with_a_clear_word_and_ends_in_time(
    member: Journey, bluesky: Seeded, tmp_path: Path
) -> None:
    """Chat is absent there: the letter cannot be sent, so that it waits, lies as a file, and the log says why."""
    owner = Journey(tmp_path)
    text = member.config.read_text().replace('at: "08:00"', 'at: "00:00"\n  timezone: UTC')
    direct = 'report_via: direct\n    bot_handle: "the-usefulbot.test"'
    owner.config.write_text(text.replace("report_via: file", direct))
    owner.run("login", stdin=f"{PASSWORD}\n")
    owner.run("login", "--bot", stdin=f"{PASSWORD}\n")
    with owner.daemon() as daemon:
        swept = daemon.said("swept profile=home")
        assert "judged=" in swept
        waits = daemon.said("report waits profile=home")
        assert "no private message" in waits
        owner.run("status")
        daemon.ends()
    today = datetime.now(UTC).date().isoformat()
    file = owner.state / "reports" / "home" / f"{today}.md"
    assert "dropper" in file.read_text("utf-8")
    assert file.stat().st_mode & 0o777 == 0o600
    assert owner.data("report", "--date", today, "--format", "json")["owner"] == OWNER
    log = "\n".join(daemon.lines)
    assert PASSWORD not in log
    assert "eyJ" not in log, "the beginning of every token"


def test_a_daemon_ends_in_time_while_it_reads_the_first_timeline(member: Journey, tmp_path: Path) -> None:
    owner = Journey(tmp_path)
    owner.config.write_text(member.config.read_text())
    owner.run("login", stdin=f"{PASSWORD}\n")
    with owner.daemon() as daemon:
        daemon.said("started")
        daemon.ends()
    owner.run("sweep")
