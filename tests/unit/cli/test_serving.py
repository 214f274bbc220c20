"""What serves the desk: a connection on which nothing is asked for is closed, and no other."""

import asyncio
import socket
from contextlib import asynccontextmanager, closing

import pytest

from bot.cli import serving

TIMEOUT = 20
ASKED = b"GET / HTTP/1.1\r\nHost: here\r\n\r\n"


@pytest.fixture(autouse=True)
def _hurried(monkeypatch):
    monkeypatch.setattr(serving, "HEAD_SECONDS", 0.05)


@asynccontextmanager
async def served(answers):
    """A reader and a writer, connected to a server of that application."""
    with closing(socket.create_server(("127.0.0.1", 0))) as place:
        server = serving.server(answers)
        running = asyncio.create_task(server._serve([place]))
        reader, writer = await asyncio.open_connection(*place.getsockname())
        try:
            yield reader, writer
        finally:
            writer.close()
            server.should_exit = True
            await running


async def at_once(scope, receive, send):
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"4")]})
    await send({"type": "http.response.body", "body": b"page"})


async def slowly(scope, receive, send):
    await asyncio.sleep(10 * serving.HEAD_SECONDS)
    await at_once(scope, receive, send)


def asked(answers, *said, closes):
    """What comes back to these words: until the other side closes, or until the page is there."""

    async def ask():
        async with served(answers) as (reader, writer):
            found = b""
            for words in said:
                writer.write(words)
                if words.endswith(b"\r\n\r\n"):
                    found += await asyncio.wait_for(reader.readuntil(b"page"), TIMEOUT)
            return found + (await asyncio.wait_for(reader.read(), TIMEOUT) if closes else b"")

    return asyncio.run(ask())


@pytest.mark.parametrize("said", [b"", b"G", b"GET / HTTP/1.1\r\nHost: here\r\n"])
def test_who_does_not_say_what_they_want_is_not_waited_for(said):
    assert asked(at_once, said, closes=True) == b""


def test_nor_is_one_who_has_asked_before():
    assert asked(at_once, ASKED, b"GET / HT", closes=True).endswith(b"page")


def test_a_page_may_take_longer_than_a_question():
    assert asked(slowly, ASKED, ASKED, closes=False).count(b"200 OK") == 2
