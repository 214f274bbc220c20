"""Every verb says on a server's store what it says on a file, and ends alike."""

import io
import re
import shutil
import sys
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.cli import main, wiring
from bot.clock import SimulatedClock
from bot.config import load
from bot.desk.door import door
from bot.desk.pages import PAGES
from bot.desk.visit import Page
from tests import planted
from tests.live.journey import until
from tests.live.test_planted import World, a_good_day, at_home
from tests.servers.postgres import Server
from tests.unit.desk.asked import PORT, TOKEN, Answer, Asked, desk_of
from tests.verbs import VERBS

pytestmark = pytest.mark.live

ELSEWHERE = {
    "init": "asks no store", "judge": "asks no store", "test-rules": "asks no store", "rules": "asks no store",
    "signals": "asks no store", "schema": "asks no store", "completion": "asks no store", "help": "asks no store",
    "demo": "makes a store of its own",
    "store": "says other things of a file: test_store_copy",
    "run": "ends by a signal: test_postgres_daemon",
    "desk": "ends by a signal: its pages are looked at below",
    "fleet": "knows no files: test_fleet", "worker": "knows no files: test_fleet",
}  # fmt: skip
"""Why a verb is not held against itself here."""
OTHER = {
    r"(sqlite|postgresql)://[^\s)]+": "STORE",
    r"authorize\?\S+": "LOGIN",
    r'name="session" value="[\w-]+"': "SESSION",
    r"\d+( (second|minute)s?)?": "0",
}
"""What differs from one time to the next, and what stands here for it: places, keys, times."""


@dataclass
class Both:
    """The same day, once with a store in a file and once with one on a server."""

    on_file: World
    on_server: World
    server: Server
    swept: str
    """The name of the database as the sweep left it."""


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory, postgres: Server) -> Iterator[Both]:
    now, name = datetime.now(UTC), postgres.fresh()
    with ExitStack() as stack:
        days = [
            stack.enter_context(a_good_day(tmp_path_factory.mktemp(where), now, **more))
            for where, more in (("file", {}), ("server", {"DATABASE_URL": postgres.address(name)}))
        ]
        yield Both(*days, postgres, name)


def said(world: World, words: list[str], capsys: pytest.CaptureFixture[str], patch: pytest.MonkeyPatch) -> list[str]:
    """The code that a verb ended with, and the lines that it showed."""
    code: object = None
    with at_home(world, patch):
        patch.setattr(sys, "stdin", io.StringIO(f"{planted.PASSWORD if 'sky' in words else planted.TOKEN}\n"))
        with suppress(SystemExit):
            code = main(words)
    shown = capsys.readouterr()
    return alike(world, f"{code}\n{shown.out}\n{shown.err}")


def alike(world: World, text: str) -> list[str]:
    """The lines without what differs from one time to the next."""
    text = text.replace(str(world.folder), "FOLDER")
    for pattern, word in OTHER.items():
        text = re.sub(pattern, word, text)
    return text.splitlines()


@pytest.mark.parametrize("verb", [verb for verb in VERBS if verb not in ELSEWHERE])
def test_a_verb_says_the_same_and_ends_alike_on_a_server(
    both: Both, verb: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    name = both.server.fresh(both.swept)
    sides = [
        replace(both.on_file, folder=tmp_path / "file"),
        replace(both.on_server, folder=tmp_path / "server", more={"DATABASE_URL": both.server.address(name)}),
    ]
    for side, day in zip(sides, (both.on_file, both.on_server), strict=True):
        shutil.copytree(day.folder, side.folder)
    for words in VERBS[verb]:
        on_file, on_server = (said(side, words, capsys, monkeypatch) for side in sides)
        assert on_server == on_file, words
    assert not list((tmp_path / "server").rglob("*.sqlite"))
    both.server.drop(name)


def ready(asked: Asked, path: str) -> Answer:
    """The page once it is there: one that takes long says so, and is looked for again."""
    answers: list[Answer] = []

    def is_there() -> bool:
        answers.append(asked.get(path))
        return not any(words in answers[-1].text for words in ("data-again", "Look again"))

    until(is_there, lambda: answers[-1].text)
    return answers[-1]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.key)
def test_a_page_of_the_desk_is_the_same_on_a_server(both: Both, page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    entry, shown = door(TOKEN, "127.0.0.1", PORT), []
    for side in (both.on_file, both.on_server):
        with at_home(side, monkeypatch):
            config = load(side.folder / "config.yaml")
            with wiring.opened(config, exclusive=False) as store:
                asked = desk_of(store, config, SimulatedClock(datetime.now(UTC)), wiring.connected, entry)
                answers = [ready(asked, f"{page.path}?profile={profile}") for profile in ("home", "sky")]
        assert all(answer.status < 500 for answer in answers)
        shown.append([alike(side, f"{answer.status}\n{answer.text}") for answer in answers])
    assert shown[0] == shown[1]
