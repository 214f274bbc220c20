"""What can be wrong before a fleet is reached is said with the next step; the rest is tried in tests/live."""

import subprocess
import sys
from pathlib import Path

import pytest

from bot.cli import main
from bot.fleet.keys import VARIABLE, keys

PERSONAL = (
    "import sys, bot.cli.daemon, bot.service.daemon, bot.store, bot.cli.parser as p; p.build();"
    "print(*{'procrastinate', 'asgiref', 'psycopg', 'cryptography'} & set(sys.modules))"
)


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("QUIETFEED_STATE_DIR", str(tmp_path / "state"))
    for name in ("DATABASE_URL", VARIABLE):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize("words", [["fleet"], ["fleet", "list"], ["fleet", "add", "a.yaml"], ["fleet", "pause", "a"]])
def test_a_fleet_needs_a_database(words, capsys):
    assert main(words) == 2
    assert "set DATABASE_URL to postgresql://" in capsys.readouterr().err


def test_a_file_is_no_place_for_a_fleet(monkeypatch, capsys, tmp_path):
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/a.sqlite")
    assert main(["fleet"]) == 2
    assert "a fleet lives in PostgreSQL" in capsys.readouterr().err
    assert not (tmp_path / "a.sqlite").exists()


def test_a_worker_needs_a_key_and_shows_nothing_of_a_wrong_one(monkeypatch, capsys):
    monkeypatch.setenv("DATABASE_URL", "postgresql://a:sesame@127.0.0.1:1/none")
    assert main(["worker"]) == 2
    assert f"{VARIABLE} is not set" in capsys.readouterr().err
    monkeypatch.setenv(VARIABLE, "sesame")
    assert main(["worker"]) == 2
    told = capsys.readouterr().err
    assert "is no key" in told
    assert "sesame" not in told


@pytest.mark.parametrize("many", ["0", "-1", "1000"])
def test_a_worker_takes_a_sensible_number_at_once(many, capsys):
    assert main(["worker", "--at-once", many]) == 2
    assert "allowed is 1 to 32" in capsys.readouterr().err


def test_a_new_key_is_printed_without_a_database(capsys):
    assert main(["fleet", "new-key"]) == 0
    assert keys({VARIABLE: capsys.readouterr().out})


def test_a_missing_extra_is_said_with_what_to_install(monkeypatch, capsys):
    monkeypatch.setenv("DATABASE_URL", "postgresql://a@127.0.0.1:1/none")
    for name in [name for name in sys.modules if name.startswith(("bot.fleet", "procrastinate"))]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "procrastinate", None)
    assert main(["fleet"]) == 2
    assert "pip install 'quietfeed[fleet]'" in capsys.readouterr().err


def test_the_personal_daemon_is_free_of_it():
    done = subprocess.run(
        [sys.executable, "-c", PERSONAL], capture_output=True, text=True, check=True, cwd=Path(__file__).parents[3]
    )
    assert done.stdout.split() == []
