"""Live sweeps whose writes break: whatever strikes one, in the end the server has what the ledger says, once."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.model import Event, Step
from bot.platforms import answers
from tests.live import homes
from tests.live.homes import HOUR, Home
from tests.live.places import COMPANY, DONE, LIST, OnBluesky, done_at
from tests.servers.fault_proxy import FAULTS, Break, cut, instead, limited, nothing, reset, stall, web_page
from tests.servers.rogue import plain

pytestmark = pytest.mark.live

MONTHS = HOUR * 24 * 120
"""Longer than any action here lasts, and than the window that is judged by."""
CUT, LATE, LIMITED = "the connection was cut off", "did not finish its answer within", "asks to slow down"


def soon(seconds: int) -> Break:
    return limited(lambda _: (datetime.now(UTC) + timedelta(seconds=seconds)).isoformat(timespec="seconds"))


STRIKES: dict[str, tuple[Break, str]] = {
    "cut off before it was heard": (instead(reset), CUT),
    "cut off after it was done": (FAULTS["reset at once"], CUT),
    "silence before it was heard": (instead(stall), LATE),
    "silence after it was done": (FAULTS["silence"], LATE),
    "503": (instead(plain(503, b'{"error": "such"}')), "said 503"),
    "504 after it was done": (cut(nothing, plain(504, b"")), "said 504"),
    "502 as a web page": (web_page(502), "said 502"),
    "200 as a web page": (web_page(200), "is no JSON"),
    "429 without a time": (limited(None), LIMITED),
    "429 for five minutes": (soon(300), LIMITED),
}
"""What can strike a write, and how it is told."""
WORDS = {Step.MUTE: "muted", Step.HIDE_REPOSTS: "reposts hidden"}
DEMANDS = ("quietfeed ", "config", "is the address")


@pytest.fixture(scope="module")
def company(request: pytest.FixtureRequest) -> OnBluesky:
    """One for all faults, which is left with nothing done to it."""
    return OnBluesky(request.getfixturevalue("bluesky_network"))


@pytest.fixture
def on_stub(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Home]:
    """Where the server ends a mute by itself, or not."""
    with homes.on_stub(tmp_path, missing=request.param) as home:
        yield home


@pytest.fixture
def on_bluesky(company: OnBluesky, tmp_path: Path) -> Iterator[Home]:
    with homes.on_bluesky(tmp_path, company) as home:
        yield home


def struck(home: Home, monkeypatch: pytest.MonkeyPatch, name: str, path: str, after: int = 0) -> None:
    """From now on writes to that path break; nothing is waited for long."""
    home.proxy.strike(STRIKES[name][0], path, after=after)
    if name.startswith("silence"):
        monkeypatch.setattr(answers, "SECONDS", 1.0)


def agree(home: Home, title: str = LIST) -> None:
    """The server has what the ledger says, and nothing twice."""
    assert not [action for action in home.actions if action.unfinished]
    names = {home.place.handle(name): name for name in COMPANY}
    force = {(names[action.account.handle], action.step) for action in home.actions if action.in_force}
    stands = {name: {WORDS[step] for who, step in force if who == name and step is not Step.LIST} for name in COMPANY}
    assert {name: found - {"listed"} for name, found in home.stands.items()} == stands
    held = [who for who, named in home.place.entries() if named == title]
    assert sorted(held) == sorted(who for who, step in force if step is Step.LIST)
    done = home.told_of(Event.DONE)
    assert len(done) == len(set(done)), "each once"
    assert home.place.lists().count(title) <= 1


def breaks(home: Home, monkeypatch: pytest.MonkeyPatch, name: str, path: str, meant: dict[str, set[str]]) -> None:
    """A sweep whose writes to that path break tells it, asks nothing of the owner, and is made good."""
    with monkeypatch.context() as patch:
        struck(home, patch, name, path)
        words = home.sweep() or "; ".join(home.last.unread)
    assert home.proxy.struck
    assert STRIKES[name][1] in words or (words, home.stands) == ("", meant), words
    assert not any(demand in words for demand in DEMANDS), words
    home.settle(lambda: home.stands == meant)
    assert home.stands == meant
    assert (home.last.error, home.last.unread) == ("", ())
    agree(home)


SOME = (*("cut off before it was heard", "cut off after it was done", "429 for five minutes"),)
"""One of each kind: it was not done, it was and nobody heard, it was refused for a while."""
UNTIMED = {"duration"}
"""What a server lacks where only quietfeed ends a mute."""
DOES = {"mute": "/mute ", "list": "^POST /api/v1/lists ", "entry": "^POST /api/v1/lists/", "reposts": "/follow "}
ENDS = {"mute": "/unmute ", "entry": "^DELETE /api/v1/lists/", "reposts": "/follow "}
"""What a sweep asks for as it acts, and as it ends that."""


def cases(writes: Iterable[str]) -> list[tuple[set[str], str, str]]:
    """What the server lacks, which write is struck, and by what: a mute by everything, the others by one of a kind."""
    return [(UNTIMED, "mute", name) for name in STRIKES] + [(set(), one, name) for one in writes for name in SOME]


@pytest.mark.parametrize(("on_stub", "write", "name"), cases(DOES), indirect=["on_stub"])
def test_what_a_sweep_does_on_mastodon_is_done_once(
    on_stub: Home, monkeypatch: pytest.MonkeyPatch, write: str, name: str
) -> None:
    breaks(on_stub, monkeypatch, name, DOES[write], {**done_at(on_stub.place), "talker": set()})


@pytest.mark.parametrize(("on_stub", "write", "name"), cases(ENDS), indirect=["on_stub"])
def test_what_a_sweep_ends_on_mastodon_is_ended_once(
    on_stub: Home, monkeypatch: pytest.MonkeyPatch, write: str, name: str
) -> None:
    home = on_stub
    assert home.sweep() == ""
    home.clock.wait(MONTHS.total_seconds())
    breaks(home, monkeypatch, name, ENDS[write], {who: set() for who in COMPANY})
    assert len(home.told_of(Event.EXPIRED)) == len(DONE), "each once"


@pytest.mark.parametrize("name", SOME)
def test_a_mute_and_its_end_on_bluesky_are_done_once(
    on_bluesky: Home, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    home, nothing_done = on_bluesky, {who: set[str]() for who in COMPANY}
    home.rules = 1
    breaks(home, monkeypatch, name, r"\.muteActor ", {**nothing_done, "dropper": {"muted"}})
    home.clock.wait(MONTHS.total_seconds())
    breaks(home, monkeypatch, name, r"\.unmuteActor ", nothing_done)


LISTING = {
    "cut off after it was done": ("mirror", "putRecord", 0),
    "504 after it was done": ("booster", "putRecord", 1),
    "cut off before it was heard": ("talker", "muteActorList", 0),
}
"""A fault, whom it hits, and where: as their list is made, as they are put on it, as it is muted."""


@pytest.mark.parametrize("name", LISTING)
def test_an_entry_on_a_list_on_bluesky_and_its_end_are_done_once(
    company: OnBluesky, on_bluesky: Home, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    home, (who, path, after) = on_bluesky, LISTING[name]
    home.rules = 0
    assert home.sweep() == ""
    with monkeypatch.context() as patch:
        struck(home, patch, name, path, after)
        words = home.ask_for_list(who, name)
    assert STRIKES[name][1] in words
    home.settle()
    agree(home, name)
    if not home.actions[-1].in_force:
        assert home.ask_for_list(who, name) == ""
    assert company.muted_by_list(who)
    agree(home, name)
    home.clock.wait(MONTHS.total_seconds())
    breaks(home, monkeypatch, name, "deleteRecord", {one: set() for one in COMPANY})
    assert (who, name) not in home.place.entries()
