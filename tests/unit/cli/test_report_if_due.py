"""`sweep --report-if-due`, as cron starts it: the report of the day goes out once, and only what goes wrong is told.

`status --check` says whether all of it goes well.
"""

from contextlib import closing
from datetime import UTC, datetime

import pytest

from bot.cli import main
from bot.service import state
from bot.store import open_store
from tests.servers.mastodon_network import seeded
from tests.servers.mastodon_stub import Stub

PROFILE = """\
profiles:
  - {name: home, platform: mastodon, server: "%s", report_also: [%s]}
store: store.sqlite
report: {at: "%s", timezone: "%s"}
"""
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
    assert "by phone: it has no address: run `quietfeed login home --notify phone`" in err
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
        assert [trouble.what for trouble in state.troubles("home", store)] == ["sweep"]
        assert store.reports("home") == []
    monkeypatch.setenv("QUIETFEED_HOME_TOKEN", owner.network.token)
    assert owner(*CRON) == (0, "", "")
    assert owner.letters
    with owner.store() as store:
        assert state.troubles("home", store) == []


def test_whether_all_is_well_is_a_line_and_an_exit_code(owner, monkeypatch):
    assert owner("status", "--check") == (1, "home: nothing was read yet\n", "")
    owner(*CRON)
    code, out, _ = owner("status", "--check")
    assert (code, out.startswith("home: all is well, read ")) == (0, True)
    monkeypatch.setenv("QUIETFEED_HOME_TOKEN", "another")
    owner(*CRON)
    code, out, _ = owner("status", "--check")
    assert (code, "quietfeed login home" in out, out.count("\n")) == (1, True, 1)
    assert owner("status", "--check", "--json")[0] == 1
    assert owner("status")[0] == 0
    (owner.folder / "config.yaml").write_text("rules: 3")
    assert owner("status", "--check")[0] == 2
