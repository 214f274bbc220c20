"""A demo that was kept, for the verbs that work on its store."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.cli import demo, main

Says = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="session")
def kept_demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder as `demo --keep` leaves it."""
    folder = tmp_path_factory.mktemp("demo")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(demo, "start_of", lambda *, kept: demo.START)
        assert main(["demo", "--keep", str(folder), "--json"]) == 0
    return folder


@pytest.fixture
def folder(kept_demo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The same, to be changed."""
    monkeypatch.setenv("QUIETFEED_STATE_DIR", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "xdg"))
    for name in ("DATABASE_URL", "QUIETFEED_CONFIG"):
        monkeypatch.delenv(name, raising=False)
    copied = tmp_path / "demo"
    shutil.copytree(kept_demo, copied)
    monkeypatch.chdir(copied)
    return copied


@pytest.fixture
def says(folder: Path, capsys: pytest.CaptureFixture[str]) -> Says:
    """Runs a verb there: code, out, err."""

    def run(*words: str) -> tuple[int, str, str]:
        capsys.readouterr()
        code = main(list(words))
        return code, *capsys.readouterr()

    return run
