"""The desk as a process: what it prints, what its server answers, and how it ends."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from bot.cli.demo import CONFIG, text_of_config
from bot.cli.playground import begins
from bot.clock import SystemClock
from bot.store import open_store
from tests import planted

pytestmark = pytest.mark.slow
TOKEN = planted.PASSWORD
"""With letters that an address cannot hold as they are."""


@dataclass
class Serving:
    """A desk that was started."""

    process: "subprocess.Popen[str]"
    address: str

    @property
    def port(self) -> int:
        return urlsplit(self.address).port or 0

    def say(self, head: str, body: bytes = b"") -> bytes:
        """Say a request by hand, its lines parted by `|`; all that comes back until the other side closes."""
        lines = head.replace("HERE", f"127.0.0.1:{self.port}").split("|")
        with closing(self.connected()) as connection:
            connection.sendall("\r\n".join([*lines, "", ""]).encode("latin-1"))
            with suppress(OSError):
                connection.sendall(body)
            return self.heard(connection)

    def connected(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout=20)

    def heard(self, connection: socket.socket) -> bytes:
        found = b""
        with suppress(ConnectionResetError):
            while part := connection.recv(65536):
                found += part
        return found

    def end(self, by: signal.Signals) -> tuple[int, str]:
        """Its exit code, and what it said on standard error."""
        self.process.send_signal(by)
        return self.process.wait(20), self.process.stderr.read()


@pytest.fixture
def started(tmp_path, monkeypatch):
    """Starts desks in a folder with an empty store."""
    (tmp_path / CONFIG).write_text(text_of_config("standard", begins(SystemClock().now())), "utf-8")
    open_store(str(tmp_path / "quietfeed.sqlite")).close()
    desks = []

    def start(*words: str, **environment: str) -> Serving:
        process = subprocess.Popen(
            [Path(sys.executable).parent / "quietfeed", "desk", "--port", "0", *words],
            cwd=tmp_path,
            env={**os.environ, "QUIETFEED_STATE_DIR": str(tmp_path / "state"), **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        desks.append(process)
        found = re.search(r"http\S+", process.stdout.readline())
        return Serving(process, found[0] if found else "")

    yield start
    for process in desks:
        process.kill()
        process.communicate()


@pytest.mark.parametrize("by", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_at_once_whoever_holds_a_connection(started, tmp_path, by):
    desk = started()
    with closing(desk.connected()) as silent, closing(desk.connected()) as half, closing(desk.connected()) as kept:
        half.sendall(b"GET / HT")
        kept.sendall(f"GET / HTTP/1.1\r\nHost: 127.0.0.1:{desk.port}\r\n\r\n".encode())
        assert kept.recv(100).startswith(b"HTTP/1.1 401")
        began = time.monotonic()
        code, said = desk.end(by)
        assert (code, said.strip()) == (0, "")
        assert time.monotonic() - began < 3
        assert silent.recv(1) == b""
    assert not (tmp_path / "quietfeed.sqlite-wal").exists()


def test_the_address_that_it_prints_opens_it_whatever_letters_the_token_has(started):
    desk = started(QUIETFEED_DESK_TOKEN=TOKEN)
    assert parse_qs(urlsplit(desk.address).query) == {"token": [TOKEN]}
    query = urlsplit(desk.address).query
    entered = desk.say(f"GET /?{query} HTTP/1.1|Host: HERE|Connection: close").decode()
    assert entered.startswith("HTTP/1.1 200")
    cookie = re.search(r"set-cookie: ([^;]+)", entered)[1]
    page = desk.say(f"GET / HTTP/1.1|Host: HERE|Cookie: {cookie}|Connection: close").decode()
    assert page.startswith("HTTP/1.1 200")
    assert "Ledger" in page
    assert not planted.leaks(page, "the first page")


def test_a_browser_is_started_with_an_address_that_opens_once(started, tmp_path):
    browser = tmp_path / "browser"
    browser.write_text(f'#!/bin/sh\necho "$1" > {tmp_path}/shown\n')
    browser.chmod(0o700)
    desk = started("--open", BROWSER=str(browser))
    shown = urlsplit(awaited(tmp_path / "shown"))
    assert shown.netloc == urlsplit(desk.address).netloc
    assert shown.query != urlsplit(desk.address).query
    answers = [desk.say(f"GET /?{shown.query} HTTP/1.1|Host: HERE|Connection: close")[9:12] for _ in range(2)]
    assert answers == [b"200", b"401"]


def awaited(file: Path) -> str:
    """What is written there, once it is."""
    until = time.monotonic() + 20
    while not (file.exists() and file.read_text().endswith("\n")):
        assert time.monotonic() < until
        time.sleep(0.05)
    return file.read_text().strip()


def test_each_start_has_a_token_of_its_own(started):
    assert len({urlsplit(started().address).query for _ in range(2)}) == 2


@pytest.mark.parametrize("token", ["short", "quietfeed", "with a line\nof its own, which no address has"])
def test_a_token_that_is_none_is_refused_without_a_word_of_it(started, token):
    desk = started(QUIETFEED_DESK_TOKEN=token)
    assert desk.process.wait(20) == 2
    said = desk.process.stderr.read()
    assert "at least 16 characters" in said
    assert token not in said.replace("quietfeed: ", "")


def test_odd_requests_are_answered_and_nothing_is_said_of_them(started):
    desk = started()
    websocket = "Upgrade: websocket|Sec-WebSocket-Version: 13|Sec-WebSocket-Key: aGFsbG8gd2VsdCEhISEhIQ=="
    odd = {
        "nonsense": 400,
        "GET / HTTP/1.1": 400,
        "GET / HTTP/1.1|Host: HERE|Host: HERE": 400,
        "GET / HTTP/1.1|Host: HERE|Host: evil.test": 400,
        "GET / HTTP/1.1|Host: HERE|X: a\x00b": 400,
        "GET / HTTP/1.0": 421,
        "GET / HTTP/1.0|Host: HERE": 401,
        "GET / HTTP/1.1|Host: evil.test|Connection: close": 421,
        "GET http://evil.test/ HTTP/1.1|Host: HERE|Connection: close": 401,
        f"GET / HTTP/1.1|Host: HERE|Connection: close, Upgrade|{websocket}": 401,
        "HEAD / HTTP/1.1|Host: HERE|Connection: close": 401,
        "OPTIONS * HTTP/1.1|Host: HERE|Connection: close": 403,
        "CONNECT evil.test:443 HTTP/1.1|Host: HERE|Connection: close": 403,
        "POST / HTTP/1.1|Host: HERE|Content-Length: 3|Content-Length: 4": 400,
        "POST / HTTP/1.1|Host: HERE|Content-Length: -1": 400,
    }
    for head, status in odd.items():
        assert desk.say(head).split(b" ")[1] == str(status).encode(), head
    assert desk.end(signal.SIGTERM)[1].strip() == ""


def test_a_form_without_end_is_not_read_of_one_who_is_not_in(started):
    desk = started()
    desk.say("POST / HTTP/1.1|Host: HERE|Content-Length: 100000000|Connection: close", b"x" * 10_000_000)
    desk.say(
        "POST / HTTP/1.1|Host: HERE|Transfer-Encoding: chunked|Connection: close", b"ffffff\r\n" + b"x" * 10_000_000
    )
    answer = desk.say("GET / HTTP/1.1|Host: HERE|Connection: close")
    assert answer.startswith(b"HTTP/1.1 401")


def test_a_head_without_end_is_not_read(started):
    desk = started()
    with closing(desk.connected()) as connection, suppress(OSError):
        connection.sendall(b"GET / HTTP/1.1\r\n")
        for _ in range(64):  # more than the system holds for a program that does not come to read it
            connection.sendall((b"x: " + b"y" * 1000 + b"\r\n") * 1000)
        pytest.fail("64 megabytes of it were taken")
    assert desk.say("GET / HTTP/1.1|Host: HERE|Connection: close").startswith(b"HTTP/1.1 401")
