"""A strict stub of the Mastodon API on loopback: honest paging, real refusals, and every fault on demand.

As a fixture: `with Stub(network) as stub: … stub.url, stub.network, stub.fault("reset")`.
From the command line: `python -m tests.servers.mastodon_stub --port 0 --seed` prints one line of JSON (url, token).
From another process: POST /_stub/faults, /_stub/statuses, /_stub/advance, /_stub/unmute, /_stub/clear;
GET /_stub/log, /_stub/state.
"""

import argparse
import json
import re
import socket
import ssl
import struct
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.parser import BytesParser
from email.policy import HTTP
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from tests.servers.mastodon_endpoints import ROUTES, Refusal, one, read_status
from tests.servers.mastodon_network import Network, Raw, iso, seeded

FAULTS = (
    "html403 html404 html500 object spoiled empty reset reset_after truncated malformed partial doubled revoked "
    "private mentioning nameless limited limited_iso limited_epoch limited_retry status slow"
).split()

BODIES = {"object": b'{"statuses": []}', "empty": b"", "malformed": b'[{"id": "1", "content": "cut'}
"""What some faults answer in place of a list."""


@dataclass
class Fault:
    """One fault: `path` is a pattern that the address must match, `times` how often it strikes."""

    kind: str
    path: str = ""
    times: int = 1
    number: float = 0.0
    """Status of `status`, seconds of `slow` and of the resets."""
    method: str = ""
    """Only requests of this method; empty: of any."""


@dataclass
class Asked:
    """One request as it came."""

    method: str
    path: str
    form: dict[str, list[str]] = field(default_factory=dict)
    key: str = ""


class Stub:
    """The running server."""

    def __init__(self, network: Network | None = None, port: int = 0, tls: ssl.SSLContext | None = None) -> None:
        self.network = network or Network()
        self.faults: list[Fault] = []
        self.log: list[Asked] = []
        self.lock = threading.RLock()
        self.answers_left: int | None = None
        """After so many further answers every connection is reset; None: never."""
        self.apps: dict[str, Raw] = {}
        self.codes: dict[str, Raw] = {}
        handler = type("Bound", (_Handler,), {"stub": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", port), handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        if tls:  # for the name that a certificate can bear
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True)
            self.url = f"https://localhost:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    def __enter__(self) -> "Stub":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def fault(self, kind: str, path: str = "", times: int = 1, number: float = 0.0, method: str = "") -> None:
        assert kind in FAULTS, f"no fault {kind!r}: {FAULTS}"
        with self.lock:
            self.faults.append(Fault(kind, path, times, number, method))

    @property
    def reads(self) -> list[Asked]:
        return [asked for asked in self.log if asked.method == "GET"]

    @property
    def writes(self) -> list[Asked]:
        return [asked for asked in self.log if asked.method != "GET"]

    def take_fault(self, path: str, method: str) -> Fault | None:
        with self.lock:
            if self.answers_left is not None:
                self.answers_left -= 1
                if self.answers_left < 0:
                    return Fault("reset")
            for fault in self.faults:
                if fault.method in ("", method) and re.search(fault.path, path):
                    fault.times -= 1
                    if fault.times <= 0:
                        self.faults.remove(fault)
                    return fault
        return None


def _form(body: bytes, kind: str) -> tuple[dict[str, list[str]], dict[str, bytes]]:
    """A form's fields and files."""
    if not kind.startswith("multipart/form-data"):
        return parse_qs(body.decode(), keep_blank_values=True), {}
    fields, files = {}, {}
    message = BytesParser(policy=HTTP).parsebytes(b"Content-Type: " + kind.encode() + b"\r\n\r\n" + body)
    for part in message.iter_parts():
        name = part.get_param("name", header="Content-Disposition")
        content = part.get_payload(decode=True)
        if part.get_filename():
            files[name] = content
        else:
            fields.setdefault(name, []).append(content.decode())
    return fields, files


class _Handler(BaseHTTPRequestHandler):
    """Routes a request, does the fault that waits for it, and answers."""

    stub: Stub
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1

    def log_message(self, *_: object) -> None:
        pass

    def _handle(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length)
        parts = urlsplit(self.path)
        if parts.path.startswith("/_stub/"):
            with self.stub.lock:
                self._answer(200, self._control(parts.path[7:], json.loads(body or b"{}")))
            return
        query = parse_qs(parts.query, keep_blank_values=True)
        form, self.files = _form(body, self.headers.get("Content-Type") or "")
        key = self.headers.get("Idempotency-Key") or ""
        self.stub.log.append(Asked(self.command, self.path, form, key))
        fault = self.stub.take_fault(self.path, self.command)
        if fault and self._instead(fault):
            return
        self.link, self.status = "", 200
        # Rails merges the body of a DELETE, GoToSocial reads the address only, snac the body only.
        params = query if self.command in ("GET", "DELETE") else {**query, **form}
        if self.command == "DELETE" and self.stub.network.delete_wants_body:
            params = form
        try:
            with self.stub.lock:
                status, answer = self._route(parts.path, params, fault)
        except Refusal as refusal:
            status, answer = refusal.status, {"error": str(refusal)}
        if fault and fault.kind == "reset_after":
            self._reset()
            return
        if fault and fault.kind == "spoiled" and isinstance(answer, list):
            answer = [{"id": f"spoiled {place}"} for place, _ in enumerate(answer)]  # the way to the next page stays
        if fault and fault.kind == "nameless" and isinstance(answer, dict):
            answer = {name: value for name, value in answer.items() if name != "id"}
        self._answer(206 if fault and fault.kind == "partial" else status, answer, fault)

    do_GET = do_POST = do_PUT = do_DELETE = _handle  # noqa: N815

    def _instead(self, fault: Fault) -> bool:
        """Faults that come instead of the answer."""
        kind = fault.kind
        if kind == "slow":
            time.sleep(fault.number)
        elif kind == "reset":
            self._reset()
        elif kind.startswith("html"):
            self._raw(int(kind[4:]), b"<!DOCTYPE html><html><h1>Not here</h1></html>", {"Content-Type": "text/html"})
        elif kind in BODIES:
            self._raw(200, BODIES[kind], {"Content-Type": "application/json"})
        elif kind == "truncated":
            self._raw(200, b'[{"id": "1"', {"Content-Type": "application/json"}, length=5000)
            self.close_connection = True
        elif kind == "revoked":
            self._answer(401, {"error": "The access token was revoked"})
        elif kind == "status":
            self._answer(int(fault.number), {"error": "said no"})
        elif kind.startswith("limited"):
            self._raw(429, b'{"error":"Too many requests"}', self._limit_headers(fault))
        else:
            return False
        return kind != "slow"

    def _limit_headers(self, fault: Fault) -> dict[str, str]:
        reset = self.stub.network.now() + timedelta(seconds=fault.number)
        base = {"X-RateLimit-Limit": "300", "X-RateLimit-Remaining": "0"}
        return {
            "limited": {},
            "limited_iso": {**base, "X-RateLimit-Reset": f"{reset:%Y-%m-%dT%H:%M:%S.%fZ}"},
            "limited_epoch": {**base, "X-RateLimit-Reset": str(int(reset.timestamp()))},
            "limited_retry": {"Retry-After": str(int(fault.number))},
        }[fault.kind]

    def _reset(self) -> None:
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close_connection = True
        self.connection.close()

    def _answer(self, status: int, answer: object, fault: Fault | None = None) -> None:
        headers = {"Content-Type": "application/json; charset=utf-8"}
        if getattr(self, "link", ""):
            headers["Link"] = self.link
        reset = self.stub.network.now() + timedelta(minutes=5)
        if "limits" not in self.stub.network.missing:
            headers |= {"X-RateLimit-Limit": "300", "X-RateLimit-Remaining": "250"}
            headers["X-RateLimit-Reset"] = f"{reset:%Y-%m-%dT%H:%M:%S.%fZ}"
        self._raw(status, json.dumps(answer).encode(), headers, doubled=bool(fault and fault.kind == "doubled"))

    def _raw(
        self, status: int, body: bytes, headers: dict[str, str], length: int | None = None, doubled: bool = False
    ) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
            if doubled and name != "Link":
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(body) if length is None else length))
        self.end_headers()
        self.wfile.write(body)

    def date_time_string(self, timestamp: float | None = None) -> str:
        return super().date_time_string(self.stub.network.now().timestamp() if timestamp is None else timestamp)

    def _control(self, name: str, given: Raw) -> object:
        stub, network = self.stub, self.stub.network
        if name == "faults":
            stub.fault(**given)
        elif name == "advance":
            network.skew += timedelta(seconds=given["seconds"])
        elif name == "statuses":
            at = datetime.fromisoformat(given["at"]) if "at" in given else None
            author = next(i for i, a in network.accounts.items() if a["acct"] == given["acct"])
            return {"id": network.post(author, given["content"], at).id}
        elif name == "clear":
            stub.log.clear()
        elif name == "log":
            return [vars(asked) for asked in stub.log]
        elif name == "unmute":
            network.mutes.pop(given["id"], None)
        elif name == "state":
            return _state(network)
        else:
            raise AssertionError(name)
        return {}

    def _route(self, path: str, params: dict[str, list[str]], fault: Fault | None) -> tuple[int, object]:
        if self.command == "DELETE" and self.stub.network.delete_wants_body and not params:
            raise Refusal(404, "Not found")
        for method, pattern, scope, act in ROUTES:
            match = re.fullmatch(pattern, path)
            if not match or method != self.command:
                continue
            if scope and not (act is read_status and self.stub.network.shows_to_strangers):
                self._permit(scope)
            answer = act(self, self.stub.network, params, *match.groups(), fault)
            return self.status, answer
        known = [method for method, pattern, _, _ in ROUTES if re.fullmatch(pattern, path)]
        raise Refusal(405 if known else 404, "Not found")

    def _permit(self, scope: str) -> None:
        token = (self.headers.get("Authorization") or "").removeprefix("Bearer ")
        given = self.stub.network.tokens.get(token)
        if given is None:
            raise Refusal(401, "The access token is invalid")
        if scope != "any" and not {scope, scope.split(":")[0]} & set(given.split()):
            raise Refusal(403, "This action is outside the authorized scopes")

    def page(
        self, network: Network, rows: Sequence[tuple[Any, Raw]], params: dict[str, list[str]], most: int = 40
    ) -> list[Raw]:
        """One page of rows (newest first, each with its paging id), and the Link header to its neighbours."""
        limit = max(1, min(most, int(one(params, "limit") or most // 2)))
        ids = [str(place) for place, _ in rows]
        start, end = 0, len(rows)
        forward = None
        for name in ("max_id", "since_id", "min_id"):
            value = one(params, name)
            if not value or network.goes_round or (name == "min_id" and network.ignores_min_id):
                continue
            place = self._place(network, ids, value)
            if name == "max_id":
                start = place + (value in ids and not network.duplicates)
            else:
                end = place
                forward = name == "min_id" and not network.min_id_is_since_id
        chosen = list(range(start, end))
        chosen = chosen[-limit:] if forward else chosen[:limit]
        if chosen and "link" not in network.missing:
            path = urlsplit(self.path).path
            base = {"limit": str(limit)}
            older = urlencode({**base, "max_id": ids[chosen[-1]]})
            newer = urlencode({**base, "min_id": ids[chosen[0]]})
            self.link = f'<{self.stub.url}{path}?{older}>; rel="next", <{self.stub.url}{path}?{newer}>; rel="prev"'
        return [rows[index][1] for index in chosen]

    def _place(self, network: Network, ids: list[str], value: str) -> int:
        """Where an id stands among the rows, also one that is deleted or filtered out."""
        if value in ids:
            return ids.index(value)
        status = network.find(value)
        if status is None:
            raise Refusal(400, "invalid paging id")
        others = [network.find(one_id) for one_id in ids]
        return sum(1 for other in others if other is not None and other.key > status.key)


def _state(network: Network) -> Raw:
    mutes = [i for i in list(network.mutes) if network.muting(i)]
    return {
        "mutes": {network.accounts[i]["acct"]: iso(network.mutes[i][1]) for i in mutes},
        "lists": {own.title: [network.accounts[i]["acct"] for i in own.members] for own in network.lists.values()},
        "reposts_hidden": [network.accounts[i]["acct"] for i, follow in network.follows.items() if not follow.reblogs],
        "letters": [s.content for s in network.statuses if s.author == network.owner and s.visibility == "direct"],
        "ids": {account["acct"]: i for i, account in network.accounts.items()},
    }


def main() -> None:
    """Serve until killed, or for `--seconds`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--seed", action="store_true", help="a small network of link droppers and people")
    parser.add_argument("--ids", choices=("snowflake", "ulid", "hex"), default="snowflake")
    parser.add_argument("--seconds", type=float, default=600)
    given = parser.parse_args()
    network = seeded(datetime.now(UTC), given.ids) if given.seed else Network(ids=given.ids)
    with Stub(network, given.port) as stub:
        print(json.dumps({"url": stub.url, "token": network.token}), flush=True)
        time.sleep(given.seconds)


if __name__ == "__main__":
    main()
