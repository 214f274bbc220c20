"""What a daemon of each kind has loaded once it has swept and reported, as a table."""

import signal
import subprocess
import time
from contextlib import ExitStack
from pathlib import Path

import pytest

from benchmarks.made import bluesky
from benchmarks.made.program import Owner
from tests.servers import bluesky_stub
from tests.servers.mastodon_network import Network
from tests.servers.mastodon_stub import Stub

pytestmark = pytest.mark.live

CODE = """
import os, sys
from bot.cli import main
leave = os._exit  # as the daemon does
os._exit = lambda code: (print("LOADED", *sys.modules, file=sys.stderr), leave(code))
main(sys.argv[1:])
"""
ALWAYS = {"apscheduler", "sqlalchemy", "yaml"}
ON_MASTODON = {"mastodon", "requests", "urllib3"}
ON_BLUESKY = {"atproto_client", "cryptography", "httpx", "pydantic"}
"""atproto's check of a DID asks for cryptography without a way around it."""
LOADED = {
    ("toots",): ALWAYS | ON_MASTODON,
    ("skies",): ALWAYS | ON_BLUESKY,
    ("toots", "skies"): ALWAYS | ON_MASTODON | ON_BLUESKY,
}
LOOKED_FOR = (
    ALWAYS
    | ON_MASTODON
    | ON_BLUESKY
    | set(
        "anyio apprise brotli charset_normalizer chardet click feedgenerator jinja2 psycopg pygments resvg_py rich"
        " zstandard".split()
    )
)
MOST_MODELS = 40
"""Modules of atproto's models that its lower client brings; those of all calls are 380."""


def loaded(somebody: Owner, profiles: tuple[str, ...], seconds: float = 60) -> set[str]:
    """The modules of a daemon that has swept each profile and made its report."""
    python, _, _, *words = somebody.command("run", every="1s")
    with subprocess.Popen(
        [python, "-c", CODE, *words], env=somebody.surroundings, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stderr is not None
        waited_for = {f" {what} profile={profile} " for profile in profiles for what in ("swept", "report")}
        deadline, told = time.monotonic() + seconds, ""
        try:
            while waited_for and time.monotonic() < deadline:
                told = process.stderr.readline() or pytest.fail("the daemon ended by itself")
                waited_for = {words for words in waited_for if words not in told}
            process.send_signal(signal.SIGTERM)
            _, rest = process.communicate(timeout=30)
        finally:
            process.kill()
    assert not waited_for
    return set(rest.partition("LOADED")[2].split())


@pytest.mark.parametrize("profiles", LOADED, ids=" and ".join)
def test_a_daemon_loads_the_libraries_of_its_platforms_and_no_other(profiles: tuple[str, ...], tmp_path: Path) -> None:
    somebody = Owner(tmp_path)
    with ExitStack() as stack:
        if "toots" in profiles:
            somebody.add_mastodon(stack.enter_context(Stub(Network())))
        if "skies" in profiles:
            stub = stack.enter_context(bluesky_stub.serving())
            bluesky.Crowd(stub)
            somebody.add_bluesky(stub)
        names = loaded(somebody, profiles)
    assert {name.split(".")[0] for name in names} & LOOKED_FOR == LOADED[profiles]
    assert len([name for name in names if name.startswith("atproto_client.models.")]) < MOST_MODELS
