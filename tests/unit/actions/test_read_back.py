"""What is read back after it was done or taken back: that it shows, that it does not, and that it cannot be told."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bot.actions.executor import READ_BACK
from bot.actions.recorded import recorded_actions
from bot.model import Event
from bot.platforms.base import Unreachable, Unsupported
from bot.platforms.memory import Request
from tests.unit.service.town import DAY, Town


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    made = Town(tmp_path, 1)
    yield made
    made.store.close()


def behind(write: str, fault: Exception, times: int = 1) -> Callable[[Request], None]:
    """The next question about the owner behind such a write ends in a fault, so many times."""
    left = [times]
    last = [""]

    def trouble(request: Request) -> None:
        if request.what == "relations" and last[0] == write and left[0]:
            left[0] -= 1
            raise fault
        last[0] = request.what if request.write else last[0]

    return trouble


def events(town: Town) -> list[Event]:
    return [entry.event for entry in town.entries()]


def writes(town: Town) -> list[str]:
    return [request.what for request in town.network.requests if request.write and request.what != "note"]


def test_what_cannot_be_read_back_for_good_is_taken_back_and_failed(town: Town) -> None:
    town.network.trouble = behind("mute", Unsupported("it says nothing of mutes"))
    town.sweep()
    assert events(town) == [Event.PLANNED, Event.FAILED]
    assert town.entries()[-1].reason == "it says nothing of mutes"
    assert writes(town) == ["mute", "undo mute"]
    assert town.muted() == set()


def test_what_cannot_be_read_back_just_now_is_settled_at_the_next_sweep(town: Town) -> None:
    town.network.trouble = behind("mute", Unreachable("no connection"))
    record = town.sweep().record
    assert events(town) == [Event.PLANNED]
    assert any("nothing could be done about" in said for said in record.unread)
    town.sweep()
    assert events(town) == [Event.PLANNED, Event.DONE]
    assert town.entries()[-1].reason == "found done after an interruption"
    assert writes(town) == ["mute"]


def test_what_does_not_show_is_done_again_until_it_does(town: Town) -> None:
    real, tries = town.network.mute, []

    def mute(who, whom, until=None):
        tries.append(whom)
        if len(tries) == READ_BACK:
            real(who, whom, until)

    town.network.mute = mute  # type: ignore[method-assign]
    town.sweep()
    assert events(town) == [Event.PLANNED, Event.DONE]
    assert writes(town) == ["mute"] * READ_BACK


def test_what_never_shows_is_failed_though_it_cannot_be_taken_back_either(town: Town) -> None:
    town.network.mute = lambda who, whom, until=None: None  # type: ignore[method-assign]
    town.network.trouble = lambda request: refuse() if request.what == "undo mute" else None
    town.sweep()
    assert events(town) == [Event.PLANNED, Event.FAILED]
    assert town.entries()[-1].reason == "the mute did not take"
    assert writes(town) == ["mute"] * READ_BACK + ["undo mute"]


def refuse() -> None:
    raise Unsupported("it cannot unmute")


@pytest.fixture
def run_out(town: Town) -> Town:
    """A mute on a server that ends none by itself, whose time is up; the account talks now."""
    town.ends_no_mute()
    town.sweep()
    town.live(3 * DAY, links=False)
    town.network.requests.clear()
    return town


def test_what_still_shows_once_taken_back_is_taken_back_again_and_told(run_out: Town) -> None:
    real = run_out.network.unmute
    run_out.network.unmute = lambda who, whom: None  # type: ignore[method-assign]
    run_out.sweep()
    (action,) = recorded_actions(run_out.store, "home", dry=False)
    assert (action.last.event, action.last.limit) == (Event.LIFTING, "the mute still shows")
    assert writes(run_out) == ["undo mute"] * READ_BACK
    run_out.network.unmute = real  # type: ignore[method-assign]
    run_out.sweep()
    assert events(run_out)[-1] is Event.EXPIRED
    assert run_out.muted() == set()


@pytest.mark.parametrize("fault", [Unreachable("no connection"), Unsupported("it says nothing of mutes")])
def test_what_was_taken_back_and_cannot_be_read_back_is_ended_once_it_can(run_out: Town, fault: Exception) -> None:
    run_out.network.trouble = behind("undo mute", fault)
    assert run_out.sweep().record.error == ""
    (action,) = recorded_actions(run_out.store, "home", dry=False)
    assert (action.last.event, action.last.limit) == (Event.LIFTING, str(fault))
    run_out.sweep()
    assert events(run_out)[-1] is Event.EXPIRED
    assert writes(run_out) == ["undo mute"], "it had taken"
    assert not run_out.store.feedback("home", "veto")


def test_an_undo_whose_answer_is_lost_is_ended_and_no_veto(run_out: Town) -> None:
    run_out.network.lost = [Unreachable("the answer was lost")]
    assert run_out.sweep().record.error == ""
    run_out.sweep()
    assert events(run_out)[-1] is Event.EXPIRED
    assert writes(run_out) == ["undo mute"]
    assert not run_out.store.feedback("home", "veto")
