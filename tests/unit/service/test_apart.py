"""Pages made in a process of their own: what comes back, and what is done where it breaks off."""

import os
import signal
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bot.errors import Failure
from bot.service import apart as room
from bot.service.apart import apart, elsewhere


def process() -> str:
    return str(os.getpid())


def picture(content: bytes, *, times: int) -> bytes:
    print("a library that prints")
    return content * times


def variables() -> str:
    return " ".join(os.environ)


def refused() -> str:
    raise ValueError("no picture")


def ended() -> str:
    os.kill(os.getpid(), signal.SIGKILL)
    return ""


def alone(place: str) -> str:
    Path(place).touch(exist_ok=False)
    time.sleep(0.2)
    Path(place).unlink()
    return "made"


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that is to stay small, until the test is over."""
    monkeypatch.setattr(room, "_wanted", False)
    room.from_now_on()


def test_a_page_is_made_by_another_process() -> None:
    assert apart(process) != process()


def test_where_nobody_asked_for_that_it_is_made_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "_wanted", False)
    assert apart(process) == process()


def test_what_takes_much_room_is_made_elsewhere_whoever_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "_wanted", False)
    assert elsewhere(process) != process()


def test_bytes_come_back_as_they_were_made() -> None:
    assert apart(picture, b"\x00\xff\n", times=3) == b"\x00\xff\n" * 3


def test_text_comes_back_as_it_was_made() -> None:
    assert apart(str.upper, "grüße \ud800 \u2028") == "GRÜSSE \ud800 \u2028"


def test_what_the_work_raises_is_raised() -> None:
    with pytest.raises(ValueError, match="no picture"):
        apart(refused)


def test_a_process_that_is_ended_costs_the_page_and_not_the_daemon() -> None:
    with pytest.raises(Failure, match="signal 9"):
        apart(ended)


def test_for_many_owners_there_is_one_such_process_at_a_time(tmp_path: Path) -> None:
    with ThreadPoolExecutor(3) as pool:
        assert list(pool.map(apart, [alone] * 3, [str(tmp_path / "at work")] * 3)) == ["made"] * 3


def test_where_no_process_can_be_had_it_is_made_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    assert apart(process) == process()


def test_the_process_gets_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QUIETFEED_TOOTS_TOKEN", "secret")
    monkeypatch.setenv("DATABASE_URL", "postgresql://owner:secret@db.test/quiet")
    given = apart(variables).split()
    assert [name for name in given if name.startswith(("QUIETFEED_", "DATABASE_URL"))] == []
