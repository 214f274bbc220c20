"""What every test shares: properties never hang on the clock, and try the same examples at every run unless asked.

`HYPOTHESIS_PROFILE=thorough` tries many more, others each time.
"""

import logging
import os
import re
import signal
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

import bot.store
from bot import logins, logs, secrecy
from bot.service import apart
from tests.databases import AnyDatabase, Databases, Files, template
from tests.servers.postgres import CannotStart, Server

BLUESKY = re.compile(r"\bbluesky_network\b|\bSeeded\b|\badapter\b")
"""What a file of live tests says that asks for the network."""
SLOW = [HealthCheck.too_slow]
settings.register_profile("quick", deadline=None, max_examples=40, derandomize=True, suppress_health_check=SLOW)
settings.register_profile("thorough", deadline=None, max_examples=1000, suppress_health_check=SLOW)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # in the background a shell makes all that it starts deaf to it
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Where live tests run in several processes (`--dist loadgroup`), those of a file stay together, and all files that
    need the Bluesky network: it takes a minute to start, and half a gigabyte."""
    from xdist.scheduler import LoadScopeScheduling

    class ByServer(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            file = nodeid.partition("::")[0]
            return "bluesky" if needs_bluesky(config.rootpath / file) else file

    return ByServer(config, log) if config.getoption("dist") == "loadgroup" else None


@cache
def needs_bluesky(file: Path) -> bool:
    return file.parent.name == "live" and BLUESKY.search(file.read_text()) is not None


@pytest.fixture(autouse=True)
def as_a_new_process(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What one test noted as a secret is an ordinary word in the next, what one let be made apart is made here,
    logins are made here too, and what one let be logged to its own standard error goes there no more."""
    monkeypatch.setattr(secrecy, "_known", {})
    monkeypatch.setattr(secrecy, "_forms", ())
    monkeypatch.setattr(apart, "_wanted", False)
    monkeypatch.setattr(logins, "_way", logins.HERE)
    levels = {logger: logger.level for logger in (logs.LOGGER, logging.getLogger())}
    yield
    for logger, level in levels.items():
        logger.setLevel(level)
        logger.handlers[:] = [handler for handler in logger.handlers if type(handler) is not logging.StreamHandler]


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """A PostgreSQL server of our own, for as long as tests run."""
    try:
        server = Server()
    except CannotStart as fault:
        pytest.fail(str(fault), pytrace=False)
    try:
        yield server.start()
    finally:
        server.remove()


@pytest.fixture(scope="session")
def empty_store(postgres: Server) -> str:
    """The name of a database there in which there is a store, and nothing in it."""
    return template(postgres)


DATABASES = [Files.name, pytest.param(Databases.name, marks=pytest.mark.live)]
"""What a fixture is to be parametrised with that makes one test of each."""


def chosen(request: pytest.FixtureRequest) -> AnyDatabase:
    """The one that the fixture's parameter names."""
    if request.param == Files.name:
        return Files()
    return Databases(request.getfixturevalue("postgres"), request.getfixturevalue("empty_store"))


@pytest.fixture(params=DATABASES)
def database(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[AnyDatabase]:
    """The database that every store of a test lies in: each test is one of SQLite, and a live one of PostgreSQL."""
    found = chosen(request)
    monkeypatch.setattr(bot.store, "located", found.located)
    yield found
    found.close()
