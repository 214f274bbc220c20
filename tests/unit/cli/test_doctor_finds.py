"""`doctor` finds in one run, without a network, whatever mistake of config, credentials or environment the tests know.

Not found so, since only the network can tell: an address at which no server is, a login that was revoked or lacks a
permission, kept names that nobody bears, a server without lists, an address of a report at which nobody listens
(`report --send-test` tries it), and a host whose disk forgets. `doctor` without --offline tells the first five.
"""

import argparse
import json
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfoNotFoundError

import pytest

from bot.cli import main
from bot.cli.checks import Check, State, data
from bot.cli.doctor import examine
from bot.service import state
from bot.store import Store, open_store
from tests.unit.config import test_config, test_faults, test_including, test_rule_tests

PROFILES = """\
profiles:
  - {name: home, platform: mastodon, server: "https://mastodon.example", report_also: [phone, feed]}
  - {name: sky, platform: bluesky, handle: robin.example.org, bot_handle: reports.example.org}
report: {timezone: UTC}
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("QUIETFEED_STATE_DIR", str(tmp_path / "state"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "xdg"))
    for name in ("QUIETFEED_CONFIG", "QUIETFEED_CONFIG_YAML", "DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "config.yaml").write_text(PROFILES)
    return tmp_path


def found() -> list[Check]:
    """What the doctor says, before any server is asked."""
    return list(examine(argparse.Namespace(config=None, offline=True, json=True)))


def tables(*tests: Callable[..., Any]) -> Iterator[Any]:
    """The rows that other tests are given."""
    for test in tests:
        yield from (row for mark in test.pytestmark if mark.name == "parametrize" for row in mark.args[1])


# -- the config


def wrong_configs() -> Iterator[tuple[str, str]]:
    """Every text that the tests of the config know to be wrong, and what is to be said of it."""
    home, of_faults = test_faults.HOME, test_faults
    for line, said in tables(of_faults.test_an_option_that_is_wrong_is_told_with_its_place_and_what_is_allowed):
        yield f"# one\n{home}{line}\n", said
    for bounds, said in tables(of_faults.test_a_bound_that_no_reading_can_meet_is_a_fault):
        yield f"{home}rules:\n  - name: links\n    then: mute\n    when: {bounds}\n", said
    for profile, said in tables(of_faults.test_a_profile_that_cannot_log_in_is_a_fault):
        yield f"profiles:\n  - {profile}\n", said
    for key in tables(of_faults.test_a_secret_in_the_file_is_told_where_it_belongs_and_never_repeated):
        yield f"profiles:\n  - name: home\n    platform: memory\n    {key}: hunter2\n", "does not belong in this file"
    for text, said in tables(
        of_faults.test_what_is_no_yaml_is_told_in_plain_words,
        of_faults.test_a_quote_that_is_not_closed_is_told_where_it_was_opened,
    ):
        yield text, said
    for listed, said in tables(of_faults.test_another_way_of_the_report_is_a_name_and_never_an_address):
        yield f"profiles:\n  - {{name: home, platform: memory, report_also: {listed}}}\n", said
    for rule, said in tables(of_faults.test_a_rule_written_otherwise_than_it_is_meant_is_told_how):
        yield f"{home}rules:\n  - {rule}\n", said
    for test, said in tables(test_rule_tests.test_what_is_wrong_in_a_test_is_told_with_its_place):
        yield f"{test_rule_tests.RULE}      - {test}\n", said


@pytest.mark.slow
def test_every_fault_of_a_config_that_the_tests_know_is_found_with_its_place_and_the_remedy(folder: Path) -> None:
    rows = list(wrong_configs())
    assert len(rows) > 150
    for text, said in rows:
        (folder / "config.yaml").write_text(text, "utf-8")
        (check,) = found()
        assert (check.what, check.state) == ("config", State.BAD), text
        assert said in check.words, text
        assert "config.yaml:" in check.words, text
        assert "mend the lines named" in check.remedy, text
        assert "hunter2" not in check.words, text


def test_every_fault_of_included_files_is_found(folder: Path) -> None:
    for files, said in tables(test_including.test_what_is_wrong_is_told_with_the_file_and_the_place):
        for name, text in files.items():
            (folder / name).parent.mkdir(exist_ok=True)
            (folder / name).write_text(text)
        first = next(iter(files))
        (check,) = examine(argparse.Namespace(config=first, offline=True, json=True))
        assert (check.state, said in check.words) == (State.BAD, True), files


@pytest.mark.slow
def test_every_warning_of_a_config_is_found(folder: Path) -> None:
    for text, said in tables(test_config.test_what_works_but_surprises_is_a_warning):
        (folder / "config.yaml").write_text(text)
        assert any(said in check.words or "names no profile" in check.words for check in found()), text


# -- credentials, environment, machine


class Mistake:
    """One that an owner may make: how, and what the doctor says of it."""

    def __init__(self, make: Callable[[Path, pytest.MonkeyPatch], object], what: str, says: str, remedy: str) -> None:
        self.make, self.what, self.says, self.remedy = make, what, says, remedy


def credentials(text: str | bytes, mode: int = 0o600) -> Callable[[Path, pytest.MonkeyPatch], object]:
    def make(folder: Path, _: pytest.MonkeyPatch) -> None:
        path = folder / "state" / "credentials.json"
        path.parent.mkdir(mode=0o700, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        path.chmod(mode)

    return make


def variable(name: str, value: str = "hunter2") -> Callable[[Path, pytest.MonkeyPatch], object]:
    return lambda _, patch: patch.setenv(name, value)


def adds(text: str) -> Callable[[Path, pytest.MonkeyPatch], object]:
    return lambda folder, _: (folder / "config.yaml").write_text(PROFILES + text)


def damaged_store(folder: Path, _: pytest.MonkeyPatch) -> None:
    (folder / "state").mkdir(mode=0o700)
    (folder / "state" / "quietfeed.sqlite").write_bytes(b"no store at all, whatever it was " * 200)


def read_only_store(folder: Path, patch: pytest.MonkeyPatch) -> None:
    """Root may write to any file, whatever its mode: so the connections themselves take nothing."""
    open_store(str(folder / "state" / "quietfeed.sqlite")).close()
    check = Store.check

    def held_back(store: Store) -> None:
        with store.reading() as connection:
            connection.exec_driver_sql("PRAGMA query_only=ON")
        check(store)

    patch.setattr(Store, "check", held_back)


def without_a_library(_: Path, patch: pytest.MonkeyPatch) -> None:
    patch.setattr("bot.cli.ways.find_spec", lambda _: None)
    patch.setenv("QUIETFEED_HOME_NOTIFY_PHONE", "ntfy://ntfy.example/hunter2")


def no_time_zone(folder: Path, patch: pytest.MonkeyPatch) -> None:
    (folder / "config.yaml").write_text(PROFILES.replace("report: {timezone: UTC}\n", ""))

    def nowhere() -> None:
        raise ZoneInfoNotFoundError("no time zone found with key Nowhere/Land")

    patch.setattr("bot.service.daily.get_localzone", nowhere)


MISTAKES = {
    "no config": Mistake(
        lambda folder, _: (folder / "config.yaml").unlink(), "config", "no config found", "run `quietfeed init`"
    ),
    "a config that is a directory": Mistake(
        variable("QUIETFEED_CONFIG", "."), "config", "is a directory", "name the config file in it"
    ),
    "a config that is not there": Mistake(
        variable("QUIETFEED_CONFIG", "gone.yaml"), "config", "gone.yaml does not exist", "run `quietfeed init`"
    ),
    "a huge config": Mistake(
        lambda folder, _: (folder / "config.yaml").write_bytes(b"#" * 600_000),
        "config",
        "larger than 512 KB",
        "a config is a short text file",
    ),
    "no profile": Mistake(
        lambda folder, _: (folder / "config.yaml").write_text("dry_run: true\n"),
        "config",
        "names no profile",
        "add one under `profiles:`",
    ),
    "two configs": Mistake(
        lambda folder, patch: (
            patch.setenv("QUIETFEED_CONFIG", str(folder / "config.yaml")),
            patch.setenv("QUIETFEED_CONFIG_YAML", PROFILES),
        ),
        "environment",
        "QUIETFEED_CONFIG_YAML goes unheard",
        "unset one of the two",
    ),
    "a failing test of a rule": Mistake(
        adds(
            "rules:\n  - name: links\n    when: {link_share: {at_least: 0.9}}\n    then: mute\n"
            "    tests:\n      - {says: half is enough, expect: fires, made: {posts: 60, links: 0.5}}\n"
        ),
        "tests of the rules",
        "config.yaml:10:9: the test “half is enough” of rule “links” fails",
        "",
    ),
    "a captured account that is not there": Mistake(
        adds(
            "rules:\n  - name: links\n    when: {link_share: {at_least: 0.9}}\n    then: mute\n"
            "    tests:\n      - {says: a, expect: fires, account: a.jsonl}\n"
        ),
        "tests of the rules",
        "a.jsonl is not there",
        "write it with `quietfeed capture",
    ),
    "nobody is logged in": Mistake(lambda *_: None, "home: login", "not logged in", "quietfeed login home"),
    "nobody is logged in on Bluesky": Mistake(lambda *_: None, "sky: login", "not logged in", "quietfeed login sky"),
    "the account that sends the report is not logged in": Mistake(
        lambda *_: None, "sky: login of reports.example.org", "not logged in", "quietfeed login sky --bot"
    ),
    "credentials of another server": Mistake(
        credentials(json.dumps({"home": {"token": "hunter2"}, "made for": {"home token": "other.example"}})),
        "home: login",
        "not logged in",
        "quietfeed login home",
    ),
    "damaged credentials": Mistake(
        credentials("{"), "home: login", "credentials.json is damaged", "remove it and run `quietfeed login`"
    ),
    "damaged credentials beside a token in the environment": Mistake(
        lambda folder, patch: (credentials(b"\xff")(folder, patch), variable("QUIETFEED_HOME_TOKEN")(folder, patch)),
        "home: login",
        "credentials.json is damaged",
        "remove it and run `quietfeed login`",
    ),
    "credentials open to others": Mistake(
        credentials("{}", 0o644), "home: login", "by others on this machine (mode 644)", "run `chmod 600"
    ),
    "a login to read alone that is to act": Mistake(
        lambda folder, patch: (
            credentials(json.dumps({"home": {"token": "hunter2"}, "only reads": {"home": "yes"}}))(folder, patch),
            adds("dry_run: false\n")(folder, patch),
        ),
        "home: login",
        "it was made to read alone, so nothing is done though `dry_run` is off",
        "quietfeed login home",
    ),
    "a variable that no profile reads": Mistake(
        variable("QUIETFEED_HOM_TOKEN"),
        "environment",
        "HOM_TOKEN is read by no profile",
        "QUIETFEED_HOME_TOKEN?",
    ),
    "a token for Bluesky": Mistake(
        variable("QUIETFEED_SKY_TOKEN"),
        "environment",
        "SKY_TOKEN is read by no profile",
        "reads QUIETFEED_SKY_APP_PASSWORD",
    ),
    "an address that no report goes to": Mistake(
        variable("QUIETFEED_HOME_NOTIFY_PHONES"), "environment", "is read by no profile", "QUIETFEED_HOME_NOTIFY_PHONE?"
    ),
    "a level of the log that is none": Mistake(
        variable("QUIETFEED_LOG_LEVEL", "verbose"), "environment", "is no level of the log", "write one of debug, info"
    ),
    "a key of a fleet that is none": Mistake(
        variable("QUIETFEED_FLEET_KEY"), "environment", "FLEET_KEY is no key", "quietfeed fleet new-key"
    ),
    "a way without an address": Mistake(
        lambda *_: None, "home: report by phone", "it has no address", "quietfeed login home --notify phone"
    ),
    "a way whose address is none": Mistake(
        variable("QUIETFEED_HOME_NOTIFY_PHONE"),
        "home: report by phone",
        "its address is none that apprise knows",
        "quietfeed login home --notify phone",
    ),
    "a way without its library": Mistake(
        without_a_library, "home: report by phone", "apprise is not installed", "quietfeed[notify]"
    ),
    "a feed without its library": Mistake(
        without_a_library, "home: report by feed", "feedgenerator is not installed", "quietfeed[notify]"
    ),
    "a switch whose address is none": Mistake(
        variable("QUIETFEED_HOME_PING", "hunter2"),
        "home: dead man's switch",
        "its address is none of the web",
        "quietfeed login home --ping",
    ),
    "a store that is none": Mistake(damaged_store, "store", "it is damaged", "store recover"),
    "a disk that is full": Mistake(
        lambda _, patch: patch.setattr("shutil.disk_usage", lambda _: SimpleNamespace(free=2_345_678)),
        "store",
        "the disk is full but for 2.3 MB",
        "Free some space",
    ),
    "a store that may not be written": Mistake(
        read_only_store, "store", "it cannot be written", "Check the owner and the permissions"
    ),
    "a store in no directory": Mistake(
        adds("store: config.yaml/store.sqlite\n"), "store", "its directory is a file", "Choose another place"
    ),
    "a store's address that is none": Mistake(
        variable("DATABASE_URL", "postgres://robin:hunter2@db.test:no/x"),
        "store",
        "address cannot be read",
        "it looks like sqlite",
    ),
    "a store of another kind": Mistake(
        variable("DATABASE_URL", "mysql://robin:hunter2@db.test/x"), "store", "only SQLite", "PostgreSQL (postgresql://"
    ),
    "two stores": Mistake(
        lambda folder, patch: (
            adds("store: a.sqlite\n")(folder, patch),
            patch.setenv("DATABASE_URL", f"sqlite:///{folder}/b.sqlite"),
        ),
        "environment",
        "`store` in the config goes unheard",
        "unset DATABASE_URL",
    ),
    "a machine without a time zone": Mistake(
        no_time_zone, "schedule", "this machine's time zone is not known", "set `timezone` under `report`"
    ),
}


def told_of(check: Check) -> str:
    """What it is of, as programs are told: `home: login`."""
    return data([check])[0]["what"]


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_found_with_its_remedy(name: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mistake = MISTAKES[name]
    mistake.make(folder, monkeypatch)
    told = [check for check in found() if told_of(check) == mistake.what and check.state is not State.WELL]
    assert any(mistake.says in one.words and mistake.remedy in f"{one.words} {one.remedy}" for one in told), told
    assert "hunter2" not in str(found())


TOGETHER = (
    "two configs",
    "damaged credentials beside a token in the environment",
    "a variable that no profile reads",
    "a token for Bluesky",
    "an address that no report goes to",
    "a way without its library",
    "a feed without its library",
    "a store of another kind",
)


def test_many_mistakes_are_found_in_one_run_and_the_exit_code_says_so(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in TOGETHER:
        MISTAKES[name].make(folder, monkeypatch)
    assert main(["doctor", "--offline", "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    for name in set(TOGETHER) - {
        "nobody is logged in on Bluesky",
        "the account that sends the report is not logged in",
    }:
        mistake = MISTAKES[name]
        assert [one for one in told if one["what"] == mistake.what and mistake.says in one["words"]], name
    assert sum(one["state"] == "bad" for one in told) >= 5


def test_what_is_well_is_exit_code_0_and_a_config_at_fault_2(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "config.yaml").write_text("profiles: [{name: home, platform: memory}]\nreport: {timezone: UTC}\n")
    assert main(["doctor", "--offline"]) == 0
    assert "✗" not in capsys.readouterr().out
    (folder / "config.yaml").write_text("profiles: 3\n")
    assert main(["doctor", "--offline"]) == 2


# -- the page for monitors


def metrics() -> Check:
    (check,) = (check for check in found() if check.what == "metrics")
    return check


@pytest.mark.slow
def test_a_port_for_metrics_that_another_program_has_is_found(folder: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        adds(f"metrics: {{listen: '127.0.0.1:{other.getsockname()[1]}'}}\n")(folder, pytest.MonkeyPatch())
        assert "`quietfeed run` will serve http://127.0.0.1:" in metrics().words or metrics().state is State.BAD
        other.listen()
        assert metrics().words.startswith("another program listens on 127.0.0.1:")
        assert metrics().remedy == "choose another port under `metrics:`"
    assert metrics().state is State.WELL
    store = open_store(str(folder / "state" / "quietfeed.sqlite"))
    state.note_next(store, {"home": None})
    assert "nobody listens on" in metrics().words
    assert metrics().state is State.BAD
    store.close()
