"""The daemon as a process meets a damaged store in the middle of its work: it mends it and goes on."""

import os
import shutil
import sys

import pytest

from bot.cli import main
from tests.live.daemon import running
from tests.unit.cli.conftest import kept_demo
from tests.unit.cli.test_store import overwrite

pytestmark = pytest.mark.live
__all__ = ["kept_demo"]


def test_the_daemon_mends_it_and_goes_on_without_being_started_again(kept_demo, tmp_path, monkeypatch, capsys):
    folder = tmp_path / "demo"
    shutil.copytree(kept_demo, folder)
    monkeypatch.chdir(folder)
    state = str(tmp_path / "state")
    env = {**os.environ, "QUIETFEED_STATE_DIR": state, "PYTHONPATH": os.pathsep.join(sys.path)}
    overwrite(folder / "quietfeed.sqlite", "ledger")
    damaged = (folder / "quietfeed.sqlite").read_bytes()
    with running(env=env, folder=folder) as daemon:
        told = daemon.said("store damaged")
        assert "lost in part: the ledger" in told
        assert "made anew with 1" in told
        daemon.said("info swept")
        daemon.ends()
    (aside,) = folder.glob("quietfeed.sqlite.damaged-*")
    assert len(aside.read_bytes()) >= len(damaged), "it was worked in until the damage was met"
    monkeypatch.setenv("QUIETFEED_STATE_DIR", str(tmp_path / "state"))
    assert main(["status"]) == 0
    assert "nothing new is done until you say so" in capsys.readouterr().out
    assert main(["store", "check"]) == 0
