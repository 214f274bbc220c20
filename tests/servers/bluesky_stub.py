"""A small XRPC server in this process that does to the Bluesky adapter what real ones do on bad days.

It serves one made-up owner's timeline and session, and whatever a test puts into `answers` by method. `faults` is a
queue: each request takes the first one, if any, before anything else is looked at.
"""

import base64
import json
import socket
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from bot.model import EPOCH

OWNER = "did:plc:owner"
HANDLE = "owner.test"
TID_DIGITS = "234567abcdefghijklmnopqrstuvwxyz"
PASSWORD = "app-password-of-nobody"
PUBLIC = frozenset({"com.atproto.repo.describeRepo"})
"""What is answered to anybody."""
START = datetime.now(UTC).replace(microsecond=0)
"""When the newest item was posted: now, since a first walk goes back a week."""


def stamp(time: datetime) -> str:
    """A time as records write it."""
    return time.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def tid(at: datetime, clock: int = 0) -> str:
    """The record key of something made then (atproto.com/specs/tid)."""
    number = (at - EPOCH) // timedelta(microseconds=1) << 10 | clock
    return "".join(TID_DIGITS[number >> shift & 31] for shift in range(60, -1, -5))


def token(kind: str, number: int, expires: datetime) -> str:
    """Something of the form of a JWT; the library looks into it for the time at which it ends."""
    parts = [{"alg": "HS256"}, {"exp": int(expires.timestamp()), "scope": kind, "n": number}]
    return ".".join(base64.urlsafe_b64encode(json.dumps(p).encode()).decode().rstrip("=") for p in parts) + ".c2ln"


def entry(number: int, author: str = "did:plc:friend", text: str | None = None, **record: Any) -> dict[str, Any]:
    """A timeline item; number 0 is the newest, each further one a minute older."""
    at = stamp(START - timedelta(minutes=number))
    return {
        "post": {
            "uri": f"at://{author}/app.bsky.feed.post/{number}",
            "cid": f"cid{number}",
            "author": {"did": author, "handle": f"{author.removeprefix('did:plc:')}.test", "labels": []},
            "record": {"$type": "app.bsky.feed.post", "text": text or f"Post {number}", "createdAt": at, **record},
            "indexedAt": at,
        }
    }


@dataclass
class Fault:
    """One bad answer: a status with an error body, or raw bytes, or a silence, or a hang-up."""

    status: int = 200
    error: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    raw: bytes | None = None
    silence: float = 0.0
    hang_up: bool = False
    only: str = ""
    """The one method that it strikes; others pass."""


@dataclass
class Stub:
    """The server's state, for tests to arrange and to look at."""

    url: str = ""
    feed: list[dict[str, Any]] = field(default_factory=list)
    page: int = 100
    """Items of a page, whatever is asked."""
    ends_after: int | None = None
    """After so many items the server gives no cursor, though it holds more."""
    faults: deque[Fault] = field(default_factory=deque)
    asked: Counter[str] = field(default_factory=Counter)
    sent: list[tuple[str, dict[str, Any], dict[str, str]]] = field(default_factory=list)
    """Method, body and headers of each procedure."""
    answers: dict[str, Callable[[dict[str, list[str]]], Any]] = field(default_factory=dict)
    access: str = ""
    refresh: str = ""
    sessions: int = 0

    def new_session(self) -> dict[str, Any]:
        """New tokens; the old ones are worth nothing any more."""
        self.sessions += 1
        self.access = token("access", self.sessions, datetime.now(UTC) + timedelta(hours=2))
        self.refresh = token("refresh", self.sessions, datetime.now(UTC) + timedelta(days=60))
        return {"accessJwt": self.access, "refreshJwt": self.refresh, "did": OWNER, "handle": HANDLE, "active": True}

    def revoke(self) -> None:
        """End the session: both tokens are refused from now on."""
        self.access = self.refresh = "revoked"

    def timeline(self, parameters: dict[str, list[str]]) -> dict[str, Any]:
        start = int(parameters.get("cursor", ["0"])[0])
        end = start + self.page
        known = len(self.feed) if self.ends_after is None else min(self.ends_after, len(self.feed))
        answer: dict[str, Any] = {"feed": self.feed[start : min(end, known)]}
        return answer | ({"cursor": str(end)} if end < known else {})


class Handler(BaseHTTPRequestHandler):
    """One request."""

    protocol_version = "HTTP/1.1"
    stub: Stub

    def do_GET(self) -> None:
        self.serve({})

    def do_POST(self) -> None:
        content = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.serve(json.loads(content) if content else {})

    def serve(self, body: dict[str, Any]) -> None:
        split = urlsplit(self.path)
        method = split.path.removeprefix("/xrpc/")
        self.stub.asked[method] += 1
        if self.command == "POST":
            self.stub.sent.append((method, body, dict(self.headers)))
        if self.stub.faults and self.stub.faults[0].only in ("", method):
            self.strike(self.stub.faults.popleft())
        else:
            self.reply(*self.answer(method, body, parse_qs(split.query)))

    def answer(self, method: str, body: dict[str, Any], query: dict[str, list[str]]) -> tuple[int, Any]:
        given = self.headers.get("Authorization", "").removeprefix("Bearer ")
        if method == "com.atproto.server.createSession":
            right = body.get("password") == PASSWORD
            return (
                (200, self.stub.new_session()) if right else (401, {"error": "AuthenticationRequired", "message": "no"})
            )
        if method == "com.atproto.server.refreshSession":
            return (200, self.stub.new_session()) if given == self.stub.refresh else (400, {"error": "ExpiredToken"})
        if method == "com.atproto.server.deleteSession" and given == self.stub.refresh:
            self.stub.revoke()
            return 200, None
        if given != self.stub.access and method not in PUBLIC:
            return 400, {"error": "ExpiredToken", "message": "Token has expired"}
        if method == "app.bsky.feed.getTimeline":
            return 200, self.stub.timeline(query)
        if method in self.stub.answers:
            answer = self.stub.answers[method](query)
            return answer if isinstance(answer, tuple) else (200, answer)
        return 501, {"error": "MethodNotImplemented", "message": "Method Not Implemented"}

    def strike(self, fault: Fault) -> None:
        if fault.silence:
            time.sleep(fault.silence)
        if fault.hang_up:
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        content = fault.raw if fault.raw is not None else json.dumps({"error": fault.error, "message": ""}).encode()
        self.reply_raw(fault.status, content, fault.headers)

    def reply(self, status: int, answer: Any) -> None:
        if answer is None:
            self.reply_raw(status, b"", {"Content-Type": "text/plain"})
        else:
            self.reply_raw(status, json.dumps(answer).encode(), {})

    def reply_raw(self, status: int, content: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", **headers, "Content-Length": str(len(content))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: Any) -> None:
        pass


@contextmanager
def serving() -> Iterator[Stub]:
    """The stub on a loopback port."""
    stub = Stub()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Bound", (Handler,), {"stub": stub}))
    server.daemon_threads = True
    stub.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield stub
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
