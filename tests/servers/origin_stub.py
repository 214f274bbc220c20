"""Another server, on loopback over TLS: what it shows to strangers, by its API or as an outbox, and how it misbehaves.

`with OriginStub("shop.test") as stub: … PublicWeb(clock, **stub.reached())`. Names lead here by `stub.addresses`.
"""

import json
import ssl
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.servers.certificates import Authority

Raw = dict[str, Any]
PAGE = 20
"""Items of a page of the outbox, as Mastodon's."""


@dataclass
class Asked:
    """One request as it came."""

    path: str
    headers: dict[str, str] = field(default_factory=dict)


class OriginStub:
    """One server at `host` with one account, whose posts (`notes`, newest first) are ActivityPub objects.

    `shows` names what it answers: `api`, `outbox`, both or neither. `instead` takes a handler and answers itself.
    `context` is the TLS that several servers share; by itself it makes its own.
    """

    def __init__(
        self, host: str, name: str = "drop", shows: str = "api outbox", context: ssl.SSLContext | None = None
    ) -> None:
        self.host, self.name, self.shows = host, name, shows
        self.notes: list[Raw] = []
        self.log: list[Asked] = []
        self.instead: Callable[[BaseHTTPRequestHandler], None] | None = None
        self.actor = f"https://{host}/users/{name}"
        self._folder = TemporaryDirectory()
        handler = type("Bound", (_Handler,), {"stub": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._server.daemon_threads = True
        context = context or Authority(Path(self._folder.name)).serving(host)
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self.addresses = {host: [("127.0.0.1", int(self._server.server_address[1]))]}

    def reached(self) -> Raw:
        """Arguments of PublicWeb by which names lead here and this server's certificate is trusted."""
        context = ssl.create_default_context(cafile=str(Path(self._folder.name) / "certificate.pem"))
        return {"resolve": lambda host: self.addresses[host], "allows": lambda _: True, "context": context}

    def __enter__(self) -> "OriginStub":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._folder.cleanup()

    def write(self, text: str, at: datetime, **more: Any) -> Raw:
        """Add a note, newest first."""
        number = f"{int(at.timestamp() * 1000)}{len(self.notes)}"
        note = {
            "id": f"{self.actor}/statuses/{number}",
            "type": "Note",
            "url": f"https://{self.host}/@{self.name}/{number}",
            "published": f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
            "attributedTo": self.actor,
            "content": f"<p>{text}</p>",
            "inReplyTo": None,
            "tag": [],
            "attachment": [],
            **more,
        }
        self.notes = sorted([*self.notes, note], key=lambda one: str(one["published"]), reverse=True)
        return note

    def answer(self, text: str, at: datetime, whom: str = "https://town.test/users/ann") -> Raw:
        """Add a reply to somebody elsewhere."""
        mention = {"type": "Mention", "href": whom, "name": "@ann@town.test"}
        return self.write(text, at, inReplyTo=f"{whom}/statuses/1", tag=[mention])

    def status(self, note: Raw) -> Raw:
        """The note as the API of this server shows it: with ids of its own."""
        parent = note["inReplyTo"]
        own = bool(parent) and parent.startswith(self.actor)
        return {
            "id": note["id"].rpartition("/")[2],
            "uri": note["id"],
            "url": note["url"],
            "created_at": note["published"],
            "in_reply_to_id": parent and (parent.rpartition("/")[2] if own else "77"),
            "in_reply_to_account_id": parent and ("9" if own else "55"),
            "content": note["content"],
            "reblog": None,
            "account": {
                "id": "9",
                "acct": self.name,
                "username": self.name,
                "url": f"https://{self.host}/@{self.name}",
            },
        }

    def found(self, path: str, query: dict[str, list[str]]) -> object:
        """The answer to a path, None where there is none."""
        by_api, outbox = "api" in self.shows, "outbox" in self.shows
        if by_api and path == "/api/v1/accounts/lookup" and query.get("acct") == [self.name]:
            return {"id": "9", "acct": self.name}
        if by_api and path == "/api/v1/accounts/9/statuses":
            rows = [self.status(note) for note in self.notes]
            before = query.get("max_id", [""])[0]
            start = next((n + 1 for n, row in enumerate(rows) if row["id"] == before), 0)
            return rows[start : start + int(query["limit"][0])]
        if outbox and path == "/.well-known/webfinger" and query.get("resource") == [f"acct:{self.name}@{self.host}"]:
            return {"links": [{"rel": "self", "type": "application/activity+json", "href": self.actor}]}
        if outbox and path == f"/users/{self.name}":
            return {"id": self.actor, "type": "Person", "outbox": f"{self.actor}/outbox"}
        if outbox and path == f"/users/{self.name}/outbox":
            return self._outbox(query.get("page", [""])[0])
        return None

    def _outbox(self, page: str) -> Raw:
        box = f"{self.actor}/outbox"
        if not page:
            return {"id": box, "type": "OrderedCollection", "totalItems": len(self.notes), "first": f"{box}?page=0"}
        start = int(page) * PAGE
        items = [self.activity(note) for note in self.notes[start : start + PAGE]]
        more = {"next": f"{box}?page={int(page) + 1}"} if start + PAGE < len(self.notes) else {}
        return {"type": "OrderedCollectionPage", "orderedItems": items, **more}

    def activity(self, note: Raw) -> Raw:
        """How the outbox tells of it."""
        if note["type"] == "Announce":
            return {**note, "object": note["object"]}
        return {"type": "Create", "id": f"{note['id']}/activity", "published": note["published"], "object": note}


class _Handler(BaseHTTPRequestHandler):
    stub: OriginStub
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        pass

    def do_GET(self) -> None:
        self.stub.log.append(Asked(self.path, dict(self.headers)))
        if self.stub.instead is not None:
            self.stub.instead(self)
            return
        parts = urlsplit(self.path)
        found = self.stub.found(parts.path, parse_qs(parts.query))
        send(self, 404 if found is None else 200, json.dumps({"error": "no"} if found is None else found).encode())


def send(handler: BaseHTTPRequestHandler, status: int, body: bytes, **headers: str) -> None:
    """Answer with a body."""
    handler.send_response(status)
    for name, value in headers.items():
        handler.send_header(name, value)
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)


def trickle(handler: BaseHTTPRequestHandler) -> None:
    """Answer a byte now and then, for ever."""
    handler.send_response(200)
    handler.end_headers()
    while True:
        handler.wfile.write(b" ")
        handler.wfile.flush()
        time.sleep(0.05)
