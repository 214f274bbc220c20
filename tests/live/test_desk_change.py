"""A change kept on the desk while the daemon runs beside it: the daemon takes it up, and does nothing at once."""

import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlencode

import pytest

from bot.config import load
from bot.store import open_store
from tests.live.daemon import running
from tests.live.desks import desk, send
from tests.live.places import CONFIG
from tests.servers.mastodon_network import seeded
from tests.servers.mastodon_stub import Stub

pytestmark = pytest.mark.live

MOVE = urlencode({"move": "bare links|when|link_share|at_least|0.97"})


@pytest.fixture
def stub() -> Iterator[Stub]:
    with Stub(seeded(datetime.now(UTC), shop="")) as made:
        yield made


@pytest.fixture
def env(tmp_path: Path, stub: Stub) -> dict[str, str]:
    """What programs know, beside the config that lies there."""
    profile = f"{{name: home, platform: mastodon, server: '{stub.url}'}}"
    text = CONFIG.format(dry_run="true", profile=profile, lasts="30d", first_days="0d")
    (tmp_path / "config.yaml").write_text(f"# Mine.\n{text}# The end.\n")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("QUIETFEED_", "DATABASE_"))}
    own = {"STATE_DIR": str(tmp_path / "state"), "HOME_TOKEN": stub.network.token}
    return kept | {f"QUIETFEED_{name}": value for name, value in own.items()}


def in_use(folder: Path, env: dict[str, str]) -> str:
    """The fingerprint of what the daemon judges by, as the store keeps it."""
    store = open_store(str(folder / "state" / "quietfeed.sqlite"), exclusive=False)
    try:
        return str(json.loads(store.noted("used:home") or "[{}]")[0].get("fingerprint"))
    finally:
        store.close()


def test_a_running_daemon_takes_up_what_was_kept_and_what_was_put_back(
    tmp_path: Path, env: dict[str, str], stub: Stub
) -> None:
    path = tmp_path / "config.yaml"
    before, first = path.read_bytes(), load(path)
    with running(env=env, folder=tmp_path) as daemon, desk(tmp_path, env) as browser:
        daemon.said("swept profile=home")
        assert in_use(tmp_path, env) == first.fingerprint
        done = send(browser, browser.get(f"/change?{MOVE}"), "/keep-change")
        assert "A running quietfeed takes it up by itself" in done.text
        assert path.read_bytes() == before.replace(b"link_share: {at_least: 0.9}", b"link_share: {at_least: 0.97}", 1)
        assert "changed=rules" in daemon.said("config reloaded", seconds=60)
        changed = load(path)
        swept = daemon.said_times("swept profile=home")
        daemon.said("swept profile=home", count=swept + 2)
        assert in_use(tmp_path, env) == changed.fingerprint != first.fingerprint
        told = browser.get(f"/effect?{MOVE}").text
        assert "Nothing that decides about anybody changes." in told
        back = browser.get(done.link("Put it back as it was"))
        returned = send(browser, back, "/put-back")
        assert "config.yaml is as it was again" in returned.text
        assert path.read_bytes() == before
        daemon.said("config reloaded", count=2, seconds=60)
        swept = daemon.said_times("swept profile=home")
        daemon.said("swept profile=home", count=swept + 2)
        assert in_use(tmp_path, env) == first.fingerprint
        daemon.ends()
    assert [asked for asked in stub.writes if asked.path.endswith(("/mute", "/lists"))] == []
