"""Every verb works in a folder that `demo --keep` left, today and for two weeks more."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.cli import main
from bot.cli.playground import ADDRESS, HOUR, begins, network_of
from bot.clock import SimulatedClock
from bot.config import Profile
from bot.demo.world import DAYS, build

pytestmark = pytest.mark.slow

NOW = datetime(2026, 11, 30, 5, 59, tzinfo=UTC)
FOUND = "growthhive@market.test"
ALL = (
    "status", "report", "report --all", "report --send", "explain " + FOUND, f"explain {FOUND} --fresh --all", "sweep",
    "doctor", "keep", f"keep {FOUND}", f"keep --drop {FOUND}", "undo --all", f"mute {FOUND}", f"list {FOUND}",
    "pause 2d", "resume", "adopt", "confirm", "review", "ledger", f"ledger {FOUND}",
    f"capture {FOUND} --output g.jsonl.gz",
    "judge g.jsonl.gz", "test-rules", "signals", "signals reply_share", "schema", "try", "logout",
)  # fmt: skip


@pytest.fixture(scope="module")
def playground(tmp_path_factory):
    folder = tmp_path_factory.mktemp("playground")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("QUIETFEED_STATE_DIR", str(folder / "state"))
        for name in ("DATABASE_URL", "QUIETFEED_CONFIG"):
            patch.delenv(name, raising=False)
        assert main(["demo", "--keep", str(folder), "--json"]) == 0
        patch.chdir(folder)
        yield folder


@pytest.mark.parametrize("verb", ALL)
def test_every_verb_works_there(playground, verb, capsys, monkeypatch):
    monkeypatch.setattr("sys.stdin", (playground / "config.yaml").open())  # nobody sits there
    code = main(verb.split())
    told = capsys.readouterr()
    assert code == 0, told.err
    assert told.out or told.err


def test_its_days_end_today(playground, capsys):
    assert main(["status", "--json"]) == 0
    last = json.loads(capsys.readouterr().out)["profiles"][0]["last_sweep"]["started"]
    assert datetime.now(UTC) - datetime.fromisoformat(last) < timedelta(days=1)


def test_what_is_done_there_would_not_last_and_is_refused(playground, capsys):
    text = Path("config.yaml").read_text()
    Path("live.yaml").write_text(text.replace("dry_run: true", "dry_run: false\nlimits: {first_days_dry: 0d}"))
    assert main(["--config", "live.yaml", "mute", FOUND]) == 1
    assert "the demo's network is made up anew for each verb, and a mute needs more" in capsys.readouterr().err


@pytest.mark.parametrize("hours", [0, 1, 13, 23])
def test_the_weeks_begin_so_that_they_have_just_ended(hours):
    now = NOW + timedelta(hours=hours)
    end = begins(now) + timedelta(days=DAYS)
    assert end.hour == HOUR
    assert timedelta() <= now - end < timedelta(days=1)


def test_it_goes_on_and_what_was_before_stays():
    start = begins(NOW)
    clock = SimulatedClock(start + timedelta(days=DAYS))
    before = build(start, clock=clock)
    after = network_of(Profile("demo", "memory", server=ADDRESS.format(start)), clock).network
    owner = before.account("robin@quiet.example").id
    assert after.home(owner) == before.home(owner)
    clock.wait(timedelta(days=1).total_seconds())
    assert len(after.home(owner)) > len(before.home(owner))
