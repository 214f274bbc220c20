"""What an upgrade asks of the owner is written down for each version, and told once when it first works there."""

import re
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot import __version__
from bot.cli import main
from bot.config import Profile, default_config
from bot.service import upgrades, used
from bot.service.upgrades import Version, notes, tell, versions
from bot.store import SCHEMA_VERSION, Store, open_store

CHANGELOG = (Path(__file__).parents[3] / "CHANGELOG.md").read_text("utf-8")
CONFIG = replace(default_config(), profiles=(Profile("home", "memory"),))
NEXT = Version("0.2.0", "log in again, for a new permission", "bots that say so are listed at most", 8)
KNOWN = (Version("0.10.0", "nothing", "nobody", 8), NEXT, Version("0.1.0", "nothing", "this is the first version", 7))


@pytest.fixture
def store(tmp_path):
    with closing(open_store(str(tmp_path / "store.sqlite"))) as made:
        yield made


def test_this_version_and_the_schema_of_its_store_have_their_note():
    """A new schema or version takes an entry in bot/data/upgrades.toml and its lines in CHANGELOG.md."""
    newest = versions()[0]
    assert newest.number == __version__
    assert newest.schema == SCHEMA_VERSION


def test_the_changelog_says_of_each_version_what_is_told_after_an_upgrade():
    sections = re.split(r"^## ", CHANGELOG, flags=re.MULTILINE)[1:]
    known = versions()
    for version, before in zip(known, (*known[1:], None), strict=True):
        (section,) = (one for one in sections if version.number in one.partition("\n")[0])
        lines = "\n".join(f"- {sentence}" for sentence in notes(version, before))
        assert f"\n### Upgrading\n\n{lines}\n" in section, f"write into {version.number}:\n{lines}"


def test_versions_come_newest_first_and_no_schema_ever_goes_back():
    orders = [upgrades._order(version.number) for version in versions()]
    assert orders == sorted(orders, reverse=True)
    schemas = [version.schema for version in versions()]
    assert schemas == sorted(schemas, reverse=True)


def test_whether_an_earlier_version_can_come_back_follows_from_the_schemas():
    same, other, first = (list(notes(*pair))[2] for pair in ((KNOWN[0], NEXT), (NEXT, KNOWN[2]), (KNOWN[2], None)))
    assert same == "The store keeps its schema, 8: 0.2.0 can be installed again."
    assert other.startswith("The store goes from schema 7 to 8: 0.1.0 cannot open it afterwards")
    assert first == "The store has schema 7. There is no earlier version to go back to."


def test_an_upgrade_is_told_once_with_every_version_between(store: Store):
    assert tell(store, CONFIG, KNOWN, "0.1.0") == []
    told = tell(store, CONFIG, KNOWN, "0.10.0")
    assert [line.partition(":")[0] for line in told] == ["0.10.0"] * 3 + ["0.2.0"] * 3
    assert "0.2.0: You must do: log in again, for a new permission." in told
    assert tell(store, CONFIG, KNOWN, "0.10.0") == []


def test_a_new_install_and_an_older_version_that_came_back_are_told_nothing(store: Store):
    assert tell(store, CONFIG, KNOWN, "0.2.0") == []
    assert tell(store, CONFIG, KNOWN, "0.1.0") == []
    assert len(tell(store, CONFIG, KNOWN, "0.2.0")) == 3


def test_a_store_that_was_worked_in_before_there_were_notes_is_told_of_what_came_since(store: Store, monkeypatch):
    monkeypatch.setattr(used, "__version__", "0.1.0")
    used.remember("home", store, CONFIG, datetime(2026, 3, 2, tzinfo=UTC))
    assert len(tell(store, CONFIG, KNOWN, "0.2.0")) == 3


def test_a_sweep_by_hand_tells_it_beside_what_it_prints(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("QUIETFEED_STATE_DIR", str(tmp_path / "state"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "xdg"))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    (tmp_path / "config.yaml").write_text("profiles: [{name: home, platform: memory}]\n")
    with closing(open_store(str(tmp_path / "state" / "quietfeed.sqlite"))) as store:
        store.note(upgrades.NOTE, "0.0.9")
    main(["sweep"])
    assert f"note: quietfeed {__version__}: You must do: nothing." in capsys.readouterr().err
    main(["sweep"])
    assert "note: quietfeed" not in capsys.readouterr().err
