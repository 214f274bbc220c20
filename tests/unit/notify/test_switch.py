"""A dead man's switch hears of each moment, costs a sweep seconds at most, and its address shows nowhere."""

import threading

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.notify.switch import address_of, ping
from tests.servers.receivers import Receiver

SECRET = "5b1b4a3e-hunter2"


@pytest.fixture
def receiver():
    with Receiver() as made:
        yield made


def test_each_moment_has_its_place_behind_the_address(receiver):
    for moment in ("start", "success", "fail"):
        assert ping(f"http://{receiver.address}/{SECRET}/", moment).sent
    assert [one.path for one in receiver.taken] == [f"/{SECRET}/start", f"/{SECRET}", f"/{SECRET}/fail"]
    assert receiver.taken[0].headers["User-Agent"].startswith("quietfeed/")


def test_what_stands_behind_a_question_mark_stays_behind_it():
    assert address_of("https://up.example.test/p/x?key=1#there", "start") == "https://up.example.test/p/x/start?key=1"
    assert address_of("https://up.example.test", "success") == "https://up.example.test/"


@pytest.mark.parametrize("status", [301, 302, 307, 404, 500])
def test_no_redirect_is_followed_and_a_refusal_is_told_by_its_number(receiver, status):
    receiver.status, receiver.location = status, f"http://{receiver.address}/elsewhere"
    outcome = ping(f"http://{receiver.address}/{SECRET}", "start")
    assert (outcome.sent, outcome.why) == (False, f"it answered HTTP {status}")
    assert len(receiver.taken) == 1


def test_a_server_that_says_nothing_costs_no_more_than_its_time(receiver):
    done = threading.Event()
    receiver.meanwhile = lambda: done.wait(5) and None
    outcome = ping(f"http://{receiver.address}/{SECRET}", "start", longest=0.05)
    done.set()
    assert not outcome.sent
    assert SECRET not in outcome.why


@pytest.mark.parametrize(
    "url", ["", "hello", "file:///etc/passwd", "http://", "https://x:port/", "ftp://x/y", "http://[::1", "http://x/\n", "http://é/"]
)  # fmt: skip
def test_only_addresses_of_the_web_are_asked(url):
    assert address_of(url, "start") in (None, "http://x/start")
    assert not ping(url, "start", longest=0.5).sent


@example("http:// 0")
@given(st.text() | st.text("htps:/.[]@?#x1 ").map("http://".__add__))
def test_any_text_is_an_address_that_can_be_asked_for_or_none(text):
    address = address_of(text, "fail")
    assert address is None or (address.isascii() and address.isprintable() and " " not in address.partition("?")[0])


def test_a_server_that_is_not_there_is_told_without_its_address():
    with Receiver() as gone:
        address = gone.address
    outcome = ping(f"http://{address}/{SECRET}", "success")
    assert not outcome.sent
    assert SECRET not in outcome.why
    assert address not in outcome.why
