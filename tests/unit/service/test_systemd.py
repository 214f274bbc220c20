"""systemd hears what the service says of itself, and silence is no fault where nobody listens."""

import os
import socket
import time

import pytest

from bot.service import systemd


@pytest.fixture
def listener(tmp_path):
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as heard:
        heard.bind(str(tmp_path / "notify"))
        heard.settimeout(2)
        yield heard


def test_a_state_arrives_word_for_word(listener):
    assert systemd.notify("READY=1", {"NOTIFY_SOCKET": listener.getsockname()})
    assert listener.recv(100) == b"READY=1"


def test_an_abstract_socket_is_understood():
    name = f"quietfeed-test-{os.getpid()}"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as heard:
        heard.bind(f"\0{name}")
        heard.settimeout(2)
        assert systemd.notify("STOPPING=1", {"NOTIFY_SOCKET": f"@{name}"})
        assert heard.recv(100) == b"STOPPING=1"


@pytest.mark.parametrize("address", ["", "vsock:1:2", "relative/path", "/nobody/listens/here"])
def test_without_a_listener_nothing_happens(address):
    assert systemd.notify("READY=1", {"NOTIFY_SOCKET": address}) is False
    assert systemd.notify("READY=1", {}) is False


def test_signs_of_life_come_twice_as_often_as_systemd_asks():
    assert systemd.watchdog_interval({"WATCHDOG_USEC": "30000000"}) == 15.0
    assert systemd.watchdog_interval({"WATCHDOG_USEC": "30000000", "WATCHDOG_PID": str(os.getpid())}) == 15.0


@pytest.mark.parametrize("environ", [{}, {"WATCHDOG_USEC": "soon"}, {"WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "1"}])
def test_nobody_watches_unless_systemd_says_so_to_this_process(environ):
    assert systemd.watchdog_interval(environ) is None


def test_a_reload_says_when_it_began(listener, monkeypatch):
    monkeypatch.setitem(os.environ, "NOTIFY_SOCKET", listener.getsockname())
    before = time.monotonic_ns() // 1000
    systemd.reloading()
    first, second = listener.recv(100).decode().split("\n")
    assert first == "RELOADING=1"
    assert before <= int(second.removeprefix("MONOTONIC_USEC=")) <= time.monotonic_ns() // 1000
