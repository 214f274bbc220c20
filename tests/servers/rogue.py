"""A server that does what it likes with a connection, byte by byte: it drips, never ends, packs bombs, sends elsewhere.

`with Rogue() as rogue: rogue.answer = drip_headers; … rogue.url, rogue.heard`.
"""

import gzip
import json
import socket
import ssl
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from functools import cache

Say = Callable[[socket.socket], None]
"""Answers one request on its connection, which is closed afterwards."""

GIGABYTE = 1_000_000_000


class Rogue:
    """Whoever connects is heard out, and then answered by `answer`."""

    def __init__(self, answer: Say | None = None, tls: ssl.SSLContext | None = None, name: str = "") -> None:
        self.answer: Say = answer or plain(200, b"{}")
        self.heard: list[str] = []
        """Each request as it came, headers and body."""
        self._tls = tls
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.host = f"127.0.0.1:{self._listener.getsockname()[1]}"
        self.url = f"http://{self.host}"
        if tls:  # for the name that a certificate can bear
            self.url = f"https://{name or 'localhost'}:{self._listener.getsockname()[1]}"

    def __enter__(self) -> "Rogue":
        threading.Thread(target=self._serve, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.close()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                threading.Thread(target=self._meet, args=(connection,), daemon=True).start()

    def _meet(self, connection: socket.socket) -> None:
        with suppress(OSError), self._secured(connection) as line:
            request = _request(line)
            self.heard.append(request)
            self.reply(line, request)

    def _secured(self, connection: socket.socket) -> socket.socket:
        if self._tls is None:
            return connection
        connection.settimeout(5)  # whoever does not trust us says nothing more
        line = self._tls.wrap_socket(connection, server_side=True)
        line.settimeout(None)
        return line

    def reply(self, connection: socket.socket, request: str) -> None:
        """Answer one request."""
        self.answer(connection)


class Mute(Rogue):
    """Says what it has to say without having heard anything: it reads nothing of what comes."""

    def _meet(self, connection: socket.socket) -> None:
        with connection, suppress(OSError):
            self.heard.append("")
            self.answer(connection)


def _request(connection: socket.socket) -> str:
    """Headers, and as much of a body as they announce."""
    heard = b""
    while b"\r\n\r\n" not in heard:
        more = connection.recv(65536)
        if not more:
            return heard.decode("latin-1")
        heard += more
    head, _, body = heard.partition(b"\r\n\r\n")
    lengths = [line.split(b":")[1] for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
    while lengths and len(body) < int(lengths[0]):
        body += connection.recv(65536)
    return (head + b"\r\n\r\n" + body).decode("latin-1")


def plain(status: int, body: bytes, headers: str = "") -> Say:
    """An ordinary answer."""
    head = f"HTTP/1.1 {status} Such\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n"
    return lambda connection: connection.sendall(f"{head}Connection: close\r\n{headers}\r\n".encode() + body)


def redirect(status: int, to: str) -> Say:
    """Sends whoever asks elsewhere."""
    return plain(status, b"", f"Location: {to}\r\n")


def drip_headers(connection: socket.socket) -> None:
    """One byte of a header at a time, for ever."""
    connection.sendall(b"HTTP/1.1 200 OK\r\nX-Long: ")
    _drip(connection, b"a")


def drip_body(connection: socket.socket) -> None:
    """One byte of the body at a time, for ever."""
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1000000\r\n\r\n[")
    _drip(connection, b" ")


def drip_lengthless(connection: socket.socket) -> None:
    """The same without a length: cut off, it looks whole."""
    connection.sendall(b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n{"feed": [], "profiles": []} ')
    _drip(connection, b" ")


def drip_chunk_length(connection: socket.socket) -> None:
    """One digit of the length of a chunk at a time, for ever."""
    connection.sendall(
        b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n[]\r\n"
    )
    _drip(connection, b"0")


def drip_handshake(connection: socket.socket) -> None:
    """The beginning of TLS, one byte at a time, for ever."""
    connection.sendall(b"\x16\x03\x03\x40\x00\x02\x00\x3f\xfc")
    _drip(connection, b"\x03")


def continue_for_ever(connection: socket.socket) -> None:
    """Promises an answer, again and again."""
    while True:
        connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
        time.sleep(0.02)


def endless_body(connection: socket.socket) -> None:
    """As fast as it is read, up to a gigabyte."""
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n[")
    for _ in range(GIGABYTE // 65536):
        connection.sendall(b" " * 65536)


@cache
def bomb(layers: int = 1, name: str = "gzip") -> Say:
    """A hundred megabytes of blanks, packed once or oftener."""
    packed = b"[" + b" " * 100_000_000 + b"]"
    for _ in range(layers):
        packed = gzip.compress(packed, 1)
    return plain(200, packed, f"Content-Encoding: {', '.join([name] * layers)}\r\n")


def packed(answer: object) -> Say:
    """An honest answer, packed as asked for."""
    return plain(200, gzip.compress(json.dumps(answer).encode()), "Content-Encoding: gzip\r\n")


def _drip(connection: socket.socket, byte: bytes) -> None:
    while True:
        connection.sendall(byte)
        time.sleep(0.02)
