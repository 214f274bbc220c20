"""At the level `debug` each request is a line of the log, which holds no secret and nothing that anybody wrote."""

import logging
from datetime import UTC, datetime

import pytest

from bot.clock import SystemClock
from bot.platforms.asked import LONGEST, logged
from bot.platforms.base import LoginNeeded
from bot.platforms.mastodon import Mastodon
from tests.servers.mastodon_network import seeded
from tests.servers.mastodon_stub import Stub


def facts(caplog):
    return [record.facts for record in caplog.records if record.message == "asked"]


@logged(lambda method, address, _: (method, address), len)
def send(method, address, answer):
    """Gives the answer, or raises it."""
    if isinstance(answer, Exception):
        raise answer
    return answer


def test_a_request_is_told_by_method_host_path_status_and_time(caplog):
    caplog.set_level(logging.DEBUG, "quietfeed")
    assert send("GET", "https://robin:hunter2@social.example:444/api/x?token=hunter2#here", "four") == "four"
    (told,) = facts(caplog)
    assert (told["method"], told["host"], told["path"], told["status"]) == ("GET", "social.example", "/api/x", 4)
    assert told["took"].endswith("s")
    assert "hunter2" not in str(told)


def test_one_that_fails_is_told_by_the_kind_of_fault_and_fails_as_ever(caplog):
    caplog.set_level(logging.DEBUG, "quietfeed")
    with pytest.raises(ConnectionError):
        send("GET", f"https://social.example/{'x' * 999}", ConnectionError("hunter2"))
    (told,) = facts(caplog)
    assert (told["failed"], len(told["path"]), "status" in told) == ("ConnectionError", LONGEST, False)
    assert "hunter2" not in str(told)


def test_at_every_other_level_nothing_is_told(caplog):
    caplog.set_level(logging.INFO, "quietfeed")
    send("GET", "https://social.example/", "four")
    assert facts(caplog) == []


def test_what_is_asked_of_a_mastodon_server_is_told(caplog):
    caplog.set_level(logging.DEBUG, "quietfeed")
    with Stub(seeded(datetime.now(UTC), shop="")) as stub:
        platform = Mastodon(stub.url, stub.network.token, SystemClock())
        posts = [post for page in platform.timeline(None) for post in page.posts]
        with pytest.raises(LoginNeeded):
            Mastodon(stub.url, "another", SystemClock()).owner()
        platform.close()
    told = facts(caplog)
    assert posts
    assert ("GET", "/api/v1/timelines/home", 200) in {(one["method"], one["path"], one.get("status")) for one in told}
    assert any(one.get("status") == 401 for one in told)
    said = str(told)
    assert stub.network.token not in said
    assert not any(post.text in said for post in posts if len(post.text) > 5)
