"""A proxy in front of a real server, that passes on what it is asked until it is told to break something on the way.

`with FaultProxy(stub.url) as proxy: proxy.strike(FAULTS["reset in the body"], "/timelines/") … proxy.url, proxy.heard`.
It speaks for its target: where that names itself in an answer, the proxy stands there. Every request is recorded whole,
with its headers, whether it was passed on or not.
"""

import gzip
import http.client
import re
import socket
import ssl
import struct
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache, partial
from math import inf
from urllib.parse import urlsplit

from tests.servers import rogue
from tests.servers.rogue import Rogue, Say, plain

DROPPED = frozenset({"connection", "keep-alive", "transfer-encoding", "content-length", "host", "accept-encoding"})


@dataclass(frozen=True)
class Honest:
    """What the target answers."""

    head: bytes
    """Up to and with the empty line."""
    body: bytes


Break = Callable[[socket.socket, Callable[[], Honest]], None]
"""Answers on a connection, with as much of the honest answer as it likes."""


@dataclass
class Strike:
    """One fault: `path` is a pattern that the request line must match, `after` how many such requests pass before, and
    `times` how many it strikes."""

    fault: Break
    path: str
    after: float
    times: float


class FaultProxy(Rogue):
    """As a context. With `tls` it speaks https, as `host`."""

    def __init__(self, target: str, tls: ssl.SSLContext | None = None, host: str = "") -> None:
        super().__init__(tls=tls, name=host)
        self.target = target
        self.strikes: list[Strike] = []
        self.struck = 0

    def strike(self, fault: Break, path: str = "", *, after: float = 0, times: float = inf) -> None:
        """Break the answers to requests whose first line matches."""
        self.strikes.append(Strike(fault, path, after, times))

    def mend(self) -> None:
        """Break nothing any more."""
        self.strikes.clear()

    def reply(self, connection: socket.socket, request: str) -> None:
        """Pass the request on, or break it."""
        if "\r\n\r\n" not in request:  # whoever asked has hung up
            return
        fault = self._fault(request.partition("\r\n")[0])
        if fault is None:
            honest = self._honest(request)
            connection.sendall(honest.head + honest.body)
        else:
            self.struck += 1
            fault(connection, partial(self._honest, request))

    def _fault(self, line: str) -> Break | None:
        for strike in self.strikes:
            if re.search(strike.path, line):
                strike.after -= 1
                if strike.after < 0 and strike.times > 0:
                    strike.times -= 1
                    return strike.fault
        return None

    def _honest(self, request: str) -> Honest:
        head, _, body = request.partition("\r\n\r\n")
        line, *fields = head.split("\r\n")
        method, path, _ = line.split(" ")
        headers = dict(field.split(": ", 1) for field in fields)
        kept = {name: value for name, value in headers.items() if name.lower() not in DROPPED}
        parts = urlsplit(self.target)
        connection: http.client.HTTPConnection = http.client.HTTPConnection(parts.netloc, timeout=60)
        if parts.scheme == "https":
            trusting = ssl._create_unverified_context()
            connection = http.client.HTTPSConnection(parts.netloc, timeout=60, context=trusting)
        try:
            connection.request(method, path, body.encode("latin-1") or None, {**kept, "Accept-Encoding": "identity"})
            answer = connection.getresponse()
            content = answer.read().replace(self.target.encode(), self.url.encode())
        finally:
            connection.close()
        told = [f"{name}: {value.replace(self.target, self.url)}" for name, value in answer.getheaders()
                if name.lower() not in DROPPED]  # fmt: skip
        lines = [f"HTTP/1.1 {answer.status} So", *told, f"Content-Length: {len(content)}", "Connection: close", "", ""]
        return Honest("\r\n".join(lines).encode("latin-1"), content)


def reset(connection: socket.socket) -> None:
    """Cut the connection off, as a broken way does: what was sent before may be lost too."""
    line = socket.fromfd(connection.fileno(), connection.family, connection.type)
    line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()
    line.close()


def stall(connection: socket.socket) -> None:
    """Say nothing more, until whoever asked hangs up."""
    while connection.recv(65536):
        pass


def cut(share: Callable[[Honest], bytes], end: Say) -> Break:
    """Send a part of the honest answer, then end it so."""

    def answer(connection: socket.socket, ask: Callable[[], Honest]) -> None:
        connection.sendall(share(ask()))
        end(connection)

    return answer


def instead(say: Say) -> Break:
    """Answer without asking the target."""
    return lambda connection, _: say(connection)


def changed(change: Callable[[Honest], bytes]) -> Break:
    """Answer something else made of the honest answer."""
    return cut(change, lambda _: None)


def nothing(_: Honest) -> bytes:
    return b""


def half_the_head(honest: Honest) -> bytes:
    return honest.head[: len(honest.head) // 2]


def the_head(honest: Honest) -> bytes:
    return honest.head


def half_the_body(honest: Honest) -> bytes:
    return honest.head + honest.body[: len(honest.body) // 2]


def chunked_without_an_end(honest: Honest) -> bytes:
    head = re.sub(rb"Content-Length: \d+", b"Transfer-Encoding: chunked", honest.head)
    return head + b"%x\r\n%s\r\n" % (len(honest.body), honest.body)


def packed(packing: str) -> Callable[[Honest], bytes]:
    """Packed as it was asked for, which is no fault."""
    pack = {"gzip": gzip.compress, "deflate": zlib.compress}[packing]

    def change(honest: Honest) -> bytes:
        body = pack(honest.body)
        length = b"Content-Length: %d\r\nContent-Encoding: %s" % (len(body), packing.encode())
        return re.sub(rb"Content-Length: \d+", length, honest.head) + body

    return change


def of_type(kind: str) -> Callable[[Honest], bytes]:
    """The honest answer under a wrong name."""
    named = f"Content-Type: {kind}".encode()
    return lambda honest: re.sub(rb"(?i)content-type: [^\r]*", named, honest.head) + honest.body


def limited(named: Callable[[datetime], str] | None) -> Break:
    """A refusal with 429; `named` tells what it says of the time to come back."""

    def say(connection: socket.socket) -> None:
        when = named(datetime.now(UTC)) if named else ""
        headers = "".join(f"{name}: {when}\r\n" for name in ("X-RateLimit-Reset", "RateLimit-Reset", "Retry-After"))
        plain(429, b'{"error": "RateLimitExceeded"}', headers if when else "")(connection)

    return instead(say)


def web_page(status: int) -> Break:
    """What a proxy shows to people."""
    page = b"<!DOCTYPE html><html><h1>Bad gateway</h1></html>"
    head = f"HTTP/1.1 {status} Such\r\nContent-Type: text/html\r\nContent-Length: {len(page)}\r\nConnection: close\r\n"
    return instead(lambda connection: connection.sendall(f"{head}\r\n".encode() + page))


def endless_headers(connection: socket.socket) -> None:
    """One header after another, as fast as they are read."""
    connection.sendall(b"HTTP/1.1 200 OK\r\n")
    while True:
        connection.sendall(b"X-More: and more\r\n" * 100)


def endless_header(connection: socket.socket) -> None:
    """One header that does not end."""
    connection.sendall(b"HTTP/1.1 200 OK\r\nX-Long: ")
    while True:
        connection.sendall(b"a" * 65536)


@cache
def deflate_bomb() -> Say:
    """A hundred megabytes of blanks, packed."""
    return plain(200, zlib.compress(b"[" + b" " * 100_000_000 + b"]", 1), "Content-Encoding: deflate\r\n")


FAULTS: Mapping[str, Break] = {
    "reset at once": cut(nothing, reset),
    "reset in the headers": cut(half_the_head, reset),
    "reset behind the headers": cut(the_head, reset),
    "reset in the body": cut(half_the_body, reset),
    "closed without a word": cut(nothing, lambda _: None),
    "closed in the headers": changed(half_the_head),
    "a body shorter than its length": changed(half_the_body),
    "chunks without an end": changed(chunked_without_an_end),
    "no http": instead(lambda connection: connection.sendall(b"220 mail.example.test ESMTP\r\n")),
    "silence": cut(nothing, stall),
    "silence behind the headers": cut(the_head, stall),
    "silence in the body": cut(half_the_body, stall),
    "a header byte by byte": instead(rogue.drip_headers),
    "a body byte by byte": instead(rogue.drip_body),
    "a body without a length byte by byte": instead(rogue.drip_lengthless),
    "a chunk's length byte by byte": instead(rogue.drip_chunk_length),
    "100 Continue for ever": instead(rogue.continue_for_ever),
    "endless headers": instead(endless_headers),
    "an endless header": instead(endless_header),
    "an endless body": instead(rogue.endless_body),
    "a gzip bomb": instead(lambda connection: rogue.bomb()(connection)),
    "a gzip bomb in a bomb": instead(lambda connection: rogue.bomb(2)(connection)),
    "a deflate bomb": instead(lambda connection: deflate_bomb()(connection)),
    "a br bomb": instead(lambda connection: rogue.bomb(name="br")(connection)),
    "429 until tomorrow": limited(lambda now: f"{now + timedelta(days=1):%Y-%m-%dT%H:%M:%SZ}"),
    "429 until the year 9999": limited(lambda _: "9999-12-31T23:59:59Z"),
    "429 until a time gone by": limited(lambda now: f"{now - timedelta(hours=2):%Y-%m-%dT%H:%M:%SZ}"),
    "429 without a time": limited(None),
    "429 until nonsense": limited(lambda _: "soon, -1, NaN"),
    "502 as a web page": web_page(502),
    "200 as a web page": web_page(200),
    "an empty answer": instead(plain(200, b"")),
}
"""What can happen on the way, by name. No redirects: they need somewhere to lead to."""
