"""A picture is ready, or becomes so in a little while, or is left out; it never raises."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.clock import SimulatedClock
from bot.platforms.base import LoginNeeded, Picture, Unreachable
from bot.platforms.mastodon.connection import Answer, Refused
from bot.platforms.mastodon.media_files import MEDIA, WAITS, upload
from tests.unit.platforms.mastodon.told import Several, Told

PICTURE = Picture(b"png", "x" * 1_600)
READY, WORKING, LATER = Answer(200, {"id": "9", "url": "/9"}), Answer(206, {"id": "9"}), Answer(202, {"id": "9"})
LOOK = "/api/v1/media/9"


class Taking(Told):
    """Takes an upload, and answers it so."""

    def __init__(self, taken: Any, *looks: Any) -> None:
        super().__init__({LOOK: Several(*looks)} if looks else {})
        self.taken, self.clock = taken, SimulatedClock(datetime(2026, 5, 1, tzinfo=UTC))
        self.written: list[tuple[str, str, Mapping[str, Any], Mapping[str, Any]]] = []

    def write(self, method: str, path: str, params: Mapping[str, Any], **more: Any) -> Answer:
        self.written.append((method, path, params, more))
        if isinstance(self.taken, Exception):
            raise self.taken
        assert isinstance(self.taken, Answer)
        return self.taken


def test_a_picture_is_sent_once_with_as_many_words_as_there_is_room_for() -> None:
    server = Taking(READY)
    assert upload(server, PICTURE) == "9"  # type: ignore[arg-type]
    file = {"file": ("quietfeed.png", b"png", "image/png")}
    assert server.written == [("POST", MEDIA, {"description": "x" * 1500}, {"repeatable": False, "files": file})]
    assert server.asked == []


@pytest.mark.parametrize("taken", [LATER, WORKING, Answer(200, {"id": "9"}), Answer(202, {"id": "9", "url": "/9"})])
@pytest.mark.parametrize("looks", [1, 2, len(WAITS)])
def test_what_is_worked_on_is_waited_for(taken: Answer, looks: int) -> None:
    server = Taking(taken, *[WORKING] * (looks - 1), READY)
    began = server.clock.now()
    assert upload(server, PICTURE) == "9"  # type: ignore[arg-type]
    assert len(server.asked) == looks
    assert (server.clock.now() - began).total_seconds() == sum(WAITS[:looks])


@pytest.mark.parametrize("look", [WORKING, Answer(200, {"id": "9"}), Answer(206, {"id": "9", "url": "/9"})])
def test_what_does_not_become_ready_is_left_out(look: Answer) -> None:
    server = Taking(LATER, look)
    assert upload(server, PICTURE) == ""  # type: ignore[arg-type]
    assert len(server.asked) == len(WAITS)


@pytest.mark.parametrize(
    "taken", [Answer(200, {"url": "/9"}), Answer(200, None), Refused("no", 404), LoginNeeded("no")]
)
def test_what_is_not_taken_is_left_out(taken: Any) -> None:
    server = Taking(taken)
    assert upload(server, PICTURE) == ""  # type: ignore[arg-type]
    assert server.asked == []


def test_a_fault_on_the_way_leaves_it_out() -> None:
    assert upload(Taking(LATER, Unreachable("down")), PICTURE) == ""  # type: ignore[arg-type]
