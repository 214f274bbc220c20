"""On which databases a test runs that opens a store: on each, unless it is said here why not."""

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import pytest

import bot.store
from tests.databases import ON_FILES

HERE = Path(__file__).parent
OPENS = re.compile(r"\b(open_store|remembered)\b|\b(town|world|test_daily) import\b")
"""What a file of tests says whose tests open a store, themselves or by what they share."""
ON_FILES_ALONE: Mapping[str, tuple[str, ...]] = {
    "it is about what becomes of a file": (
        "service/test_recovering.py",
        "test_addresses.py",
        "test_files.py",
        "test_fuzz.py",
        "test_fuzz_targets.py",
    ),
    "weeks are lived through, once for all its tests, and ask nothing of a database that a few days do not": (
        "service/test_two_weeks.py",
        "tuning/",
    ),
    "it makes stores without end, and asks nothing of them that other files do not": ("actions/test_machine.py",),
    "a page asks of a store what tests of other rooms ask of both": ("desk/",),
    "tests/live/test_postgres_verbs.py runs every verb on both, and compares": ("cli/",),
}
"""By why they need no server: files of tests, and folders. A single test says so by ON_FILES."""
SLOW_ON_EACH = ("service/test_daily.py", "store/")
"""Where slow tests need one as well. Elsewhere weeks of sweeps ask nothing of it that a few days do not."""


def on_each(file: Path) -> bool:
    """Whether the tests of that file are of every database."""
    return not _excused(file) and _opens(file)


def _excused(file: Path) -> bool:
    return any(_in(file, files) for files in ON_FILES_ALONE.values())


def _in(file: Path, named: tuple[str, ...]) -> bool:
    return file.relative_to(HERE).as_posix().startswith(named)


@cache
def _opens(file: Path) -> bool:
    return OPENS.search(file.read_text("utf-8")) is not None


def pytest_collectstart(collector: pytest.Collector) -> None:
    """Before the tests of a file are made out of it."""
    if isinstance(collector, pytest.Module) and HERE in collector.path.parents and on_each(collector.path):
        collector.add_marker(pytest.mark.usefixtures("database"))


@pytest.hookimpl(tryfirst=True)
def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Before several tests are made of one."""
    test = metafunc.definition
    if "database" in metafunc.fixturenames and test.get_closest_marker("slow") and not _in(test.path, SLOW_ON_EACH):
        test.add_marker(ON_FILES)


@pytest.fixture(autouse=True)
def _on_each_or_excused(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """A store that a test opens without being of every database would never be seen on a server."""
    if "database" in request.fixturenames or _excused(request.path):
        return

    def refuse(_: str) -> None:
        pytest.fail(f"{request.path.name} opens a store: let tests/unit/conftest.py see it, or say there why not")

    monkeypatch.setattr(bot.store, "located", refuse)
