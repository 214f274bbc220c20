"""Planted secrets are nowhere to be seen: every verb, on good days and on bad ones, its files and its processes.

The verbs are the parser's own: one that is new has to be given words in VERBS.
"""

import io
import json
import os
import re
import shutil
import signal
import socket
import stat
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, nullcontext, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from bot.cli import main, wiring
from bot.desk.pages import PAGES, WRITES
from bot.service import auditing
from tests import planted
from tests.live.daemon import PROGRAM, running
from tests.planted import Leak, leaks
from tests.servers import bluesky_stub
from tests.servers.mastodon_network import seeded
from tests.servers.mastodon_stub import Stub
from tests.servers.receivers import Receiver
from tests.servers.rogue import Rogue
from tests.verbs import VERBS

pytestmark = pytest.mark.live

REPOSITORY = Path(__file__).parents[2]
BELONGS = {"credentials.json": "where they are kept"}
CONFIG = """\
profiles:
  - {{name: home, platform: mastodon, server: "{home}", report_also: [phone, feed]}}
  - {{name: sky, platform: bluesky, handle: owner.test, bot_handle: bot.test, server: "{sky}"}}
"""


def echoing(rogue: Rogue, status: int) -> Callable[..., None]:
    """A server that says again all that it was told, in the body and the headers, in the form of both networks."""

    def answer(connection: socket.socket) -> None:
        told = rogue.heard[-1]
        body = json.dumps({"error": told, "error_description": told, "message": told}).encode()
        one_line = " ".join(told.split())
        head = f"HTTP/1.1 {status} {one_line}\r\nContent-Type: application/json\r\nX-Told: {one_line}\r\n"
        head += f"Link: <http://x.test/?max_id=1&t={one_line}>; rel=next\r\nContent-Length: {len(body)}\r\n"
        connection.sendall(f"{head}Connection: close\r\n\r\n".encode("latin-1", "replace") + body)

    return answer


@contextmanager
def a_bad_day(world: "World", day: str) -> Iterator[None]:
    """Both servers say again with that status what they were told, or nothing at all on a day of `silence`."""
    with Rogue() as rogue:
        rogue.answer = echoing(rogue, int(day)) if day.isdigit() else lambda _: None
        (world.folder / "config.yaml").write_text(CONFIG.format(home=rogue.url, sky=rogue.url))
        yield


@dataclass
class World:
    """Servers, a folder, and what was seen of secrets."""

    folder: Path
    home: str
    sky: str
    hook: Receiver
    more: dict[str, str] = field(default_factory=dict)
    """What else stands in the environment."""
    seen: list[Leak] = field(default_factory=list)

    @property
    def environment(self) -> dict[str, str]:
        return planted.environment(self.hook.address, self.folder / "state") | self.more

    @property
    def told(self) -> str:
        """What was seen, a line each."""
        return "\n".join(map(str, self.seen))

    def look(self, shown: str | bytes, where: str) -> None:
        self.seen += leaks(shown, where)

    def look_at_files(self, where: str) -> None:
        """What was written, and who may read it."""
        for leak in planted.leaks_in_files(self.folder, BELONGS):
            self.seen.append(Leak(leak.secret, f"{where}: {leak.where}", leak.words))
        for path in (self.folder / "state").rglob("*"):
            assert not stat.S_IMODE(path.stat().st_mode) & 0o077, path


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with a_good_day(tmp_path_factory.mktemp("planted"), datetime.now(UTC)) as world:
        yield world


@contextmanager
def a_good_day(folder: Path, now: datetime, **more: str) -> Iterator[World]:
    """Servers, and a folder after a sweep; `more` is what else stands in the environment."""
    with ExitStack() as stack:
        patch = stack.enter_context(pytest.MonkeyPatch.context())
        patch.setattr(bluesky_stub, "PASSWORD", planted.PASSWORD)
        network = seeded(now, shop="")
        network.tokens[planted.TOKEN] = "read write"
        home, sky = stack.enter_context(Stub(network)), stack.enter_context(bluesky_stub.serving())
        sky.answers["app.bsky.actor.getProfile"] = lambda query: {"did": query["actor"][0], "handle": "ann.test"}
        hook = stack.enter_context(Receiver())
        world = World(folder, home.url, sky.url, hook, more)
        laid_out(world)
        with at_home(world, patch):
            assert main(["sweep", "home"]) == 0
        yield world


def laid_out(world: World) -> None:
    """The folder before anything was done in it."""
    planted.put_in_file(world.folder / "state")
    (world.folder / "config.yaml").write_text(CONFIG.format(home=world.home, sky=world.sky))
    (world.folder / "captured.jsonl").write_text(
        '{"account": {"handle": "ann@quiet.test"}, "posts": [{"created_at": "2026-01-01T00:00:00Z"}]}\n'
    )
    (world.folder / "muted_accounts.csv").write_text("Account address,Hide notifications\ndropper0@quiet.test,false\n")


@contextmanager
def at_home(world: World, patch: pytest.MonkeyPatch) -> Iterator[None]:
    """In the world's folder and environment."""
    with patch.context() as inner:
        for name in [name for name in os.environ if name.startswith("QUIETFEED_") or name == "DATABASE_URL"]:
            inner.delenv(name)
        for name, value in world.environment.items():
            inner.setenv(name, value)
        inner.setenv("HOME", str(world.folder))
        inner.setenv("QUIETFEED_TRACEBACK", "1")
        inner.chdir(world.folder)
        yield


@pytest.fixture
def world(good: World, tmp_path: Path) -> World:
    """A copy of the folder, to be changed."""
    folder = tmp_path / "copy"
    shutil.copytree(good.folder, folder)
    return replace(good, folder=folder, seen=[])


@pytest.fixture(params=["400", "401", "422", "429", "500", "302", "silence", "no database"])
def bad(request: pytest.FixtureRequest, world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """The same, with servers on such a day."""
    if request.param == "no database":
        yield replace(world, more={"DATABASE_URL": planted.database("127.0.0.1:1")})
        return
    with a_bad_day(world, request.param):
        patient = wiring.connect
        monkeypatch.setattr(wiring, "connect", lambda *given, patience=0.0: patient(*given[:4], 0.0))
        monkeypatch.setattr(auditing, "LONGEST_PAUSE", timedelta(0))
        yield world


def run(world: World, words: list[str], capsys: pytest.CaptureFixture[str], patch: pytest.MonkeyPatch) -> None:
    """One verb, and a look at what it showed."""
    typed = planted.PASSWORD if "sky" in words else planted.TOKEN
    for option, variable in (("--notify", "QUIETFEED_HOME_NOTIFY_PHONE"), ("--ping", "QUIETFEED_HOME_PING")):
        typed = world.environment[variable] if option in words else typed
    with at_home(world, patch):
        patch.setattr(sys, "stdin", io.StringIO(f"{typed}\n"))
        with suppress(SystemExit):
            main(words)
    shown = capsys.readouterr()
    world.look(shown.out, f"output of {' '.join(words)}")
    world.look(shown.err, f"errors of {' '.join(words)}")


ASKING = "login logout doctor sweep report explain audit check keep undo mute list adopt import capture status".split()
"""Verbs that ask a server; what others show is the same on every day."""


@pytest.mark.parametrize("verb", [verb for verb in VERBS if verb != "run"])
def test_a_verb_shows_and_writes_no_secret(
    world: World, verb: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for words in VERBS[verb]:
        run(world, words, capsys, monkeypatch)
    world.look_at_files(verb)
    assert not world.seen, world.told


@pytest.mark.parametrize("verb", [verb for verb in VERBS if verb in ASKING])
def test_a_verb_shows_no_secret_though_servers_say_again_what_they_were_told_or_nothing(
    bad: World, verb: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for words in VERBS[verb]:
        run(bad, words, capsys, monkeypatch)
    bad.look_at_files(verb)
    assert not bad.seen, bad.told


@pytest.mark.parametrize("day", ["well", "401", "500", "silence"])
def test_the_daemon_logs_no_secret_at_any_level_and_shows_none_to_who_lists_processes(world: World, day: str) -> None:
    with nullcontext() if day == "well" else a_bad_day(world, day):
        clean = {name: value for name, value in os.environ.items() if not name.startswith("QUIETFEED_")}
        env = clean | world.environment | {"PYTHONPATH": str(REPOSITORY), "HOME": str(world.folder)}
        with running("--log-level", "debug", env=env, folder=world.folder) as daemon:
            arguments = Arguments(daemon.process.pid)
            daemon.said("swept|failed|not valid|refuse|fault", 2)
            daemon.send(signal.SIGTERM)
            assert daemon.process.wait(30) == 0
            seen = arguments.stop()
        world.look("\n".join(daemon.lines), "the log")
        world.look("\n".join(seen), "the arguments of processes")
    world.look_at_files("run")
    assert seen
    assert not world.seen, world.told


@pytest.mark.parametrize("day", ["well", "401", "500", "silence"])
def test_no_page_of_the_desk_holds_a_secret_and_the_token_stands_in_the_printed_address_alone(
    world: World, day: str
) -> None:
    with nullcontext() if day == "well" else a_bad_day(world, day):
        clean = {name: value for name, value in os.environ.items() if not name.startswith("QUIETFEED_")}
        env = clean | world.environment | {"PYTHONPATH": str(REPOSITORY), "HOME": str(world.folder)}
        process = subprocess.Popen(
            [*PROGRAM, "desk", "--port", "0"], env=env, cwd=world.folder, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip
        try:
            assert process.stdout is not None
            address = urlsplit(process.stdout.readline().split()[-1])
            assert parse_qs(address.query)["token"] == [planted.DESK_TOKEN]
            for where, shown in asked_for(address.netloc, address.query):
                world.look(shown, where)
        finally:
            process.send_signal(signal.SIGTERM)
            out, err = process.communicate(timeout=30)
        world.look(out + err, "what it said afterwards")
    world.look_at_files("desk")
    assert process.returncode == 0, err
    assert not world.seen, world.told


def asked_for(host: str, token: str) -> Iterator[tuple[str, str]]:
    """Every page of each profile, and what comes of every form, with their headers."""

    def ask(method: str, path: str, fields: str | None = None, **headers: str) -> str:
        connection = HTTPConnection(host, timeout=60)
        connection.request(method, path, fields, {"Cookie": cookie, **headers})
        answer = connection.getresponse()
        return f"{answer.status} {answer.getheaders()}\n{answer.read().decode()}"

    cookie = ""
    entered = ask("GET", f"/?{token}")
    yield "the way in", entered
    found = re.search(r"'set-cookie', '([^;]+)", entered)
    assert found
    cookie = found[1]
    assert ask("GET", "/ledger?profile=home").startswith("200")
    word = ""
    for profile in ("home", "sky"):
        for page in PAGES:
            shown = ask("GET", f"{page.path}?profile={profile}")
            carried = re.search(r'name="word" value="(\w+)"', shown)
            word = carried[1] if carried else word
            yield page.path, shown
            yield f"{page.path} with the token", ask("GET", f"{page.path}?profile={profile}&{token}")
        for write in WRITES:
            fields = urlencode({"word": word, "account": "dropper0", "for": "30d", "words": "x"})
            kind = {"Content-Type": "application/x-www-form-urlencoded", "Origin": f"http://{host}"}
            yield write.key, ask("POST", f"{write.path}?profile={profile}", fields, **kind)


class Arguments(threading.Thread):
    """Takes note of how a process and those that it starts show in a list of processes."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self.pid, self.seen, self.over = pid, set[str](), threading.Event()
        self.start()

    def run(self) -> None:
        while not self.over.wait(0.02):
            tasks = Path(f"/proc/{self.pid}/task").glob("*/children")
            with suppress(OSError):
                pids = [str(self.pid), *(pid for task in tasks for pid in task.read_text().split())]
                self.seen |= {Path(f"/proc/{pid}/cmdline").read_bytes().decode().replace("\0", " ") for pid in pids}

    def stop(self) -> set[str]:
        """What was seen."""
        self.over.set()
        self.join(5)
        return self.seen


def test_a_secret_goes_to_the_server_that_it_is_for_and_to_no_other(
    world: World, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with Rogue() as home, Rogue() as sky, Receiver() as hook:
        (world.folder / "config.yaml").write_text(CONFIG.format(home=home.url, sky=sky.url))
        world.hook = hook
        for words in (["doctor"], ["sweep"], ["report", "--profile", "home", "--send"]):
            run(world, words, capsys, monkeypatch)
    told = {"home": "\n".join(home.heard), "sky": "\n".join(sky.heard), "hook": "\n".join(map(repr, hook.taken))}
    found = {place: {leak.secret for leak in leaks(words, place)} for place, words in told.items()}
    assert found["home"] == {"token"}
    assert found["sky"] == {"app password", "bot password"} & found["sky"] != set()
    assert found["hook"] <= {"address of a webhook", "password of a webhook", "address of the switch"}
    assert "address of the switch" in found["hook"]
