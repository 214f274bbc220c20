"""A dead man's switch hears of each moment, costs a sweep seconds at most, and its address shows nowhere."""

import threading

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.notify import Outcome
from bot.notify.switch import address_of, ping
from tests.servers.certificates import Authority
from tests.servers.fault_proxy import FAULTS, FaultProxy
from tests.servers.receivers import Receiver
from tests.servers.rogue import Mute, drip_handshake

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


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_no_redirect_is_followed_and_the_owner_is_asked_for_another_address(receiver, status):
    receiver.status, receiver.location = status, f"http://{receiver.address}/elsewhere"
    outcome = ping(f"http://{receiver.address}/{SECRET}", "start")
    assert (outcome.sent, outcome.why) == (False, "it redirects elsewhere, where nothing was sent")
    assert outcome.with_step("on this machine: …").why.endswith("; for another address, on this machine: …")
    assert len(receiver.taken) == 1


@pytest.mark.parametrize(("status", "wrong"), [(401, True), (404, True), (410, True), (429, False), (500, False)])
def test_a_refusal_is_told_by_its_number(receiver, status, wrong):
    receiver.status = status
    outcome = ping(f"http://{receiver.address}/{SECRET}", "start")
    assert (outcome.sent, outcome.why, outcome.wrong_address) == (False, f"it answered HTTP {status}", wrong)


SLOW = "silence", "a header byte by byte", "100 Continue for ever"


@pytest.mark.parametrize("name", SLOW)
def test_a_server_that_does_not_end_costs_its_time_and_leaves_nothing_behind(receiver, name):
    with FaultProxy(f"http://{receiver.address}") as proxy:
        proxy.strike(FAULTS[name])
        outcome = ping(f"{proxy.url}/{SECRET}", "start", longest=0.2)
        assert outcome.why == "it took too long to answer"
        for thread in threading.enumerate():
            if thread.name == "ping":
                thread.join(10)
                assert not thread.is_alive()


def test_a_greeting_of_tls_that_drips_leaves_nothing_behind_either():
    with Mute(drip_handshake) as server:
        assert ping(f"https://{server.host}/{SECRET}", "start", longest=0.2).why == "it took too long to answer"
        for thread in threading.enumerate():
            if thread.name == "ping":
                thread.join(10)
                assert not thread.is_alive()


BROKEN = {
    "reset at once": "the connection was cut off",
    "reset in the headers": "the connection was cut off",
    "closed without a word": "the connection was cut off",
    "no http": "what answers there speaks no HTTP that is spoken here",
    "endless headers": "what answers there speaks no HTTP that is spoken here",
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_broke_is_told_without_the_address_and_asks_nothing(receiver, name):
    with FaultProxy(f"http://{receiver.address}") as proxy:
        proxy.strike(FAULTS[name])
        outcome = ping(f"{proxy.url}/{SECRET}", "start")
    assert outcome == Outcome(False, BROKEN[name])


@pytest.mark.parametrize("name", ["an endless body", "a gzip bomb"])
def test_of_an_answer_no_more_is_read_than_that_it_was_heard(receiver, name):
    with FaultProxy(f"http://{receiver.address}") as proxy:
        proxy.strike(FAULTS[name])
        assert ping(f"{proxy.url}/{SECRET}", "start").sent


@pytest.mark.parametrize(("trusted", "words"), [(False, "nobody whom this machine trusts"), (True, "")])
def test_a_certificate_is_looked_at_before_the_address_is_sent(receiver, tmp_path, monkeypatch, trusted, words):
    authority = Authority(tmp_path)
    if trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(authority.path))
    with FaultProxy(f"http://{receiver.address}", authority.serving()) as proxy:
        outcome = ping(f"{proxy.url}/{SECRET}", "start")
        assert outcome.sent is trusted
        assert words in outcome.why
        assert len(proxy.heard) == trusted


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
