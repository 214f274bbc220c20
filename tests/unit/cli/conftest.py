"""A demo that was kept, for the verbs that work on its store; a server for those that ask one."""

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.cli import demo, main
from tests.servers.mastodon_network import seeded
from tests.servers.mastodon_stub import Stub

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


@pytest.fixture(scope="module")
def server() -> Iterator[Stub]:
    """A Mastodon server with people on it."""
    with Stub(seeded(datetime.now(UTC), shop="")) as stub:
        yield stub


@pytest.fixture
def stub(server: Stub) -> Stub:
    """The server, as it is on a good day."""
    server.answers_left, server.network.pkce, server.network.known_scopes = None, True, None
    server.log.clear()
    server.faults.clear()
    return server
