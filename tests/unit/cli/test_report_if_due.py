"""`sweep --report-if-due`, as cron starts it: the report of the day goes out once, and only what goes wrong is told.

`status --check` says whether all of it goes well.
"""

import json
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.cli import main
from bot.service import state
from bot.store import open_store
from tests.servers.mastodon_network import seeded
from tests.servers.mastodon_stub import Stub

pytestmark = pytest.mark.slow

PROFILE = """\
profiles:
  - {name: home, platform: mastodon, server: "%s", report_also: [%s]}
store: store.sqlite
report: {at: "%s", timezone: "%s"}
"""
DAY = timedelta(days=1)
CRON = ("sweep", "--report-if-due")


def noon() -> str:
    """A time zone in which it is between twelve and one now."""
    return f"Etc/GMT{datetime.now(UTC).hour - 12:+d}"


class Owner:
    """Somebody whose cron starts sweeps, in this process."""

    def __init__(self, folder, stub, capsys):
        self.folder, self.network, self.url, self.capsys = folder, stub.network, stub.url, capsys
        self.wants()

    def wants(self, at="01:00", also=""):
        (self.folder / "config.yaml").write_text(PROFILE % (self.url, also, at, noon()))

    def __call__(self, *words):
        code = main(words)
        shown = self.capsys.readouterr()
        return code, shown.out, shown.err

    @property
    def letters(self):
        """The reports that the owner was sent."""
        ours = (one for one in self.network.statuses if one.author == self.network.owner and not one.deleted)
        return [one for one in ours if one.visibility == "direct"]

    def store(self):
        return closing(open_store(str(self.folder / "store.sqlite")))


@pytest.fixture
def owner(tmp_path, monkeypatch, capsys):
    with Stub(seeded(datetime.now(UTC), shop="")) as stub:
        monkeypatch.chdir(tmp_path)
        monkeypatch.setenv("QUIETFEED_STATE_DIR", str(tmp_path / "state"))
        monkeypatch.setenv("QUIETFEED_HOME_TOKEN", stub.network.token)
        for name in ("QUIETFEED_CONFIG", "QUIETFEED_CONFIG_YAML", "DATABASE_URL"):
            monkeypatch.delenv(name, raising=False)
        yield Owner(tmp_path, stub, capsys)


def test_once_its_hour_has_come_the_report_is_sent_once_and_nothing_is_printed(owner):
    assert owner(*CRON) == (0, "", "")
    sent = len(owner.letters)
    assert sent
    assert owner(*CRON) == (0, "", "")
    assert len(owner.letters) == sent


def test_before_its_hour_it_only_sweeps(owner):
    owner.wants(at="23:00")
    assert owner(*CRON) == (0, "", "")
    assert owner.letters == []
    with owner.store() as store:
        assert [sweep.error for sweep in store.sweeps("home")] == [""]
        assert store.reports("home") == []


def test_a_sweep_without_the_option_sends_no_report(owner):
    assert "dropper0" in owner("sweep")[1]
    assert owner.letters == []


def test_on_a_terminal_it_shows_what_it_found_and_where_the_report_went(owner, monkeypatch):
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    monkeypatch.setenv("COLUMNS", "200")
    code, out, _ = owner(*CRON)
    assert code == 0
    assert "dropper0" in out
    assert "sent to you alone: http" in out


def test_what_it_is_to_print_by_standard_output_is_the_report_and_comes_once(owner):
    owner.wants(also="stdout")
    code, out, err = owner(*CRON)
    assert (code, err) == (0, "")
    assert out.startswith("quietfeed · ")
    assert owner(*CRON) == (0, "", "")


def test_a_way_that_fails_is_told_and_costs_neither_the_sweep_nor_the_letter(owner):
    owner.wants(also="phone")
    code, out, err = owner(*CRON)
    assert (code, out) == (1, "")
    assert "by phone: it has no address; on this machine: `quietfeed login home --notify phone`" in err
    assert owner.letters


def test_a_lost_login_is_told_kept_for_the_report_and_no_report_is_tried_by_it(owner, monkeypatch):
    owner.wants(at="23:00")
    owner(*CRON)
    monkeypatch.setenv("QUIETFEED_HOME_TOKEN", "another")
    owner.wants()
    code, out, err = owner(*CRON)
    assert (code != 0, out) == (True, "")
    assert err.count("quietfeed login home") == 1
    with owner.store() as store:
        assert [trouble.what for trouble in state.troubles("home", store)] == ["login"]
        assert store.reports("home") == []
    monkeypatch.setenv("QUIETFEED_HOME_TOKEN", owner.network.token)
    assert owner(*CRON) == (0, "", "")
    assert owner.letters
    with owner.store() as store:
        assert state.troubles("home", store) == []


def test_whether_all_is_well_is_a_line_and_an_exit_code(owner, monkeypatch):
    said = "critical: home: nothing was read yet, and no daemon is at work\n"
    assert owner("status", "--check") == (2, said, "")
    owner(*CRON)
    code, out, _ = owner("status", "--check")
    assert (code, out.startswith("ok: home read "), out.count("\n")) == (0, True, 1)
    monkeypatch.setenv("QUIETFEED_HOME_TOKEN", "another")
    owner(*CRON)
    code, out, _ = owner("status", "--check")
    assert (code, "quietfeed login home" in out, out.count("\n")) == (2, True, 1)
    assert owner("status")[0] == owner("status", "--json")[0] == 0


def test_a_report_that_waits_is_a_warning(owner):
    owner.wants(also="phone")
    owner(*CRON)
    code, out, _ = owner("status", "--check")
    assert (code, out.startswith("warning: home: "), "phone" in out) == (1, True, True)


@pytest.mark.parametrize(
    ("config", "code", "says"),
    [
        ("rules: 3", 3, "unknown: config.yaml:1:8: "),
        ("dry_run: true", 3, "unknown: config.yaml names no profile"),
        ("profiles: [{name: home, platform: memory}]\nstore: config.yaml/store.sqlite", 2, "critical: the store "),
    ],
)
def test_what_cannot_be_looked_at_is_told_to_a_monitor_in_the_same_form(owner, config, code, says):
    (owner.folder / "config.yaml").write_text(config)
    told, out, err = owner("status", "--check")
    assert (told, out.startswith(says), out.count("\n"), err) == (code, True, 1, "")
    told, out, err = owner("status", "--check", "--json")
    health = json.loads(out)["health"]
    assert (told, health["code"], err) == (code, code, "")
    assert says == f"{health['state']}: {health['reason']}"[: len(says)]
    (owner.folder / "config.yaml").unlink()
    assert owner("status", "--check")[0] == 3


def test_what_a_daemon_noted_that_was_killed_is_not_taken_for_one_at_work(owner):
    owner(*CRON)
    with owner.store() as store:
        state.note_next(store, {"home": datetime.now(UTC) + timedelta(minutes=9)})
        assert ", and no daemon" not in owner("status", "--check")[1]
    with closing(open_store(str(owner.folder / "store.sqlite"))) as store:
        for sweep in store.sweeps("home"):
            long_ago = replace(sweep, started=sweep.started - DAY, ended=sweep.ended - DAY)
            store.end_sweep(1, long_ago)
    assert owner("status", "--check")[:2] == (
        2,
        "critical: home: nothing was read for 1 day, and no daemon is at work\n",
    )
