"""A strict stub of the Mastodon API on loopback: honest paging, real refusals, and every fault on demand.

As a fixture: `with Stub(network) as stub: … stub.url, stub.network, stub.fault("reset")`.
From the command line: `python -m tests.servers.mastodon_stub --port 0 --seed` prints one line of JSON (url, token).
From another process: POST /_stub/faults, /_stub/statuses, /_stub/advance, /_stub/undo; GET /_stub/log, /_stub/state.
"""

import argparse
import base64
import hashlib
import json
import re
import secrets
import socket
import struct
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from tests.servers.mastodon_network import Follow, Network, OwnList, Raw, Status, iso, seeded

FINE = {
    f"{verb}:{thing}"
    for verb, things in {
        "read": "accounts blocks bookmarks favourites filters follows lists mutes notifications search statuses",
        "write": "accounts blocks bookmarks favourites filters follows lists media mutes notifications statuses",
    }.items()
    for thing in things.split()
}
SCOPES = {"read", "write", "follow", "push", "profile"} | FINE
FAULTS = (
    "html404 html500 empty reset reset_after truncated malformed partial doubled revoked private mentioning "
    "limited limited_iso limited_epoch limited_retry status slow"
).split()


@dataclass
class Fault:
    """One fault: `path` is a pattern that the address must match, `times` how often it strikes."""

    kind: str
    path: str = ""
    times: int = 1
    number: float = 0.0
    """Status of `status`, seconds of `slow` and of the resets."""


@dataclass
class Asked:
    """One request as it came."""

    method: str
    path: str
    form: dict[str, list[str]] = field(default_factory=dict)
    key: str = ""


class Refusal(Exception):
    def __init__(self, status: int, words: str) -> None:
        super().__init__(words)
        self.status = status


class Stub:
    """The running server."""

    def __init__(self, network: Network | None = None, port: int = 0) -> None:
        self.network = network or Network()
        self.faults: list[Fault] = []
        self.log: list[Asked] = []
        self.lock = threading.RLock()
        self.apps: dict[str, Raw] = {}
        self.codes: dict[str, Raw] = {}
        handler = type("Bound", (_Handler,), {"stub": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", port), handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    def __enter__(self) -> "Stub":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def fault(self, kind: str, path: str = "", times: int = 1, number: float = 0.0) -> None:
        assert kind in FAULTS, f"no fault {kind!r}: {FAULTS}"
        with self.lock:
            self.faults.append(Fault(kind, path, times, number))

    @property
    def reads(self) -> list[Asked]:
        return [asked for asked in self.log if asked.method == "GET"]

    @property
    def writes(self) -> list[Asked]:
        return [asked for asked in self.log if asked.method != "GET"]

    def take_fault(self, path: str) -> Fault | None:
        with self.lock:
            for fault in self.faults:
                if re.search(fault.path, path):
                    fault.times -= 1
                    if fault.times <= 0:
                        self.faults.remove(fault)
                    return fault
        return None


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
        form = parse_qs(body.decode(), keep_blank_values=True)
        key = self.headers.get("Idempotency-Key") or ""
        self.stub.log.append(Asked(self.command, self.path, form, key))
        fault = self.stub.take_fault(self.path)
        if fault and self._instead(fault):
            return
        self.link = ""
        # Rails merges the body of a DELETE, others read the address only: the address it is.
        params = query if self.command in ("GET", "DELETE") else {**query, **form}
        try:
            with self.stub.lock:
                status, answer = self._route(parts.path, params, fault)
        except Refusal as refusal:
            status, answer = refusal.status, {"error": str(refusal)}
        if fault and fault.kind == "reset_after":
            self._reset()
            return
        self._answer(206 if fault and fault.kind == "partial" else status, answer, fault)

    do_GET = do_POST = do_PUT = do_DELETE = _handle  # noqa: N815

    def _instead(self, fault: Fault) -> bool:
        """Faults that come instead of the answer."""
        kind = fault.kind
        if kind == "slow":
            time.sleep(fault.number)
        elif kind == "reset":
            self._reset()
        elif kind in ("html404", "html500"):
            self._raw(int(kind[4:]), b"<!DOCTYPE html><html><h1>Not here</h1></html>", {"Content-Type": "text/html"})
        elif kind == "empty":
            self._raw(200, b"", {})
        elif kind == "malformed":
            self._raw(200, b'[{"id": "1", "content": "cut', {"Content-Type": "application/json"})
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
        for method, pattern, scope, act in ROUTES:
            match = re.fullmatch(pattern, path)
            if not match or method != self.command:
                continue
            if scope:
                self._permit(scope)
            return 200, act(self, self.stub.network, params, *match.groups(), fault)
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
            if not value or (name == "min_id" and network.ignores_min_id):
                continue
            place = self._place(network, ids, value)
            if name == "max_id":
                start = place + (value in ids and not network.duplicates)
            else:
                end = place
                forward = name == "min_id" and not network.min_id_is_since_id
        chosen = list(range(start, end))
        chosen = chosen[-limit:] if forward else chosen[:limit]
        if chosen:
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


def one(params: dict[str, list[str]], name: str) -> str:
    return (params.get(name) or [""])[0]


def truth(params: dict[str, list[str]], name: str, otherwise: bool) -> bool:
    value = one(params, name)
    if value not in ("", "true", "false"):
        raise Refusal(422, f"{name} must be true or false")
    return value == "true" if value else otherwise


def _state(network: Network) -> Raw:
    mutes = [i for i in list(network.mutes) if network.muting(i)]
    return {
        "mutes": {network.accounts[i]["acct"]: iso(network.mutes[i][1]) for i in mutes},
        "lists": {one.title: [network.accounts[i]["acct"] for i in one.members] for one in network.lists.values()},
        "reposts_hidden": [network.accounts[i]["acct"] for i, follow in network.follows.items() if not follow.reblogs],
        "letters": [s.content for s in network.statuses if s.author == network.owner and s.visibility == "direct"],
        "ids": {account["acct"]: i for i, account in network.accounts.items()},
    }


def _rows(network: Network, statuses: Sequence[Status]) -> list[tuple[str, Raw]]:
    return [(status.id, network.json(status)) for status in statuses]


def _need(network: Network, account_id: str) -> Raw:
    if account_id not in network.accounts:
        raise Refusal(404, "Record not found")
    return network.accounts[account_id]


def home(h: _Handler, n: Network, params: Any, fault: Fault | None) -> object:
    return h.page(n, _rows(n, n.home()), params)


def account_statuses(h: _Handler, n: Network, params: Any, account_id: str, fault: Fault | None) -> object:
    _need(n, account_id)
    visible = [s for s in n.statuses if s.author == account_id and (s.visibility == "public" or account_id == n.owner)]
    answer = h.page(n, _rows(n, n.newest_first(visible)), params)
    if len(answer) < int(one(params, "limit") or 20):
        h.link = h.link.split(", ")[-1]  # no next
    return answer


def account(h: _Handler, n: Network, params: Any, account_id: str, fault: Fault | None) -> object:
    return _need(n, account_id)


def me(h: _Handler, n: Network, params: Any, fault: Fault | None) -> object:
    return {**n.accounts[n.owner], "source": {"privacy": "public"}}


def lookup(h: _Handler, n: Network, params: Any, fault: Fault | None) -> object:
    found = [a for a in n.accounts.values() if a["acct"].lower() == one(params, "acct").lower()]
    if not found or "lookup" in n.missing:
        raise Refusal(404, "Record not found")
    return found[0]


def search(h: _Handler, n: Network, params: Any, fault: Fault | None) -> object:
    wanted = one(params, "q").lstrip("@").split("@")[0].lower()
    return {"accounts": [a for a in n.accounts.values() if a["username"].lower().startswith(wanted)]}


def relationships(h: _Handler, n: Network, params: Any, fault: Fault | None) -> object:
    ids = params.get("id[]") or params.get("id") or []
    if len(ids) > 40:
        raise Refusal(422, "too many")
    return [n.relationship(i) for i in ids if i in n.accounts]


def mute(h: _Handler, n: Network, params: Any, account_id: str, fault: Fault | None) -> object:
    _need(n, account_id)
    if "mutes" in n.missing:
        raise Refusal(404, "Not found")
    if account_id == n.owner:
        raise Refusal(406, "cannot mute yourself")
    seconds = 0 if "duration" in n.missing else int(one(params, "duration") or 0)
    until = n.now() + timedelta(seconds=seconds) if seconds else None
    n.mutes[account_id] = (truth(params, "notifications", True), until)
    return n.relationship(account_id)


def unmute(h: _Handler, n: Network, params: Any, account_id: str, fault: Fault | None) -> object:
    _need(n, account_id)
    n.mutes.pop(account_id, None)
    return n.relationship(account_id)


def follow(h: _Handler, n: Network, params: Any, account_id: str, fault: Fault | None) -> object:
    _need(n, account_id)
    reblogs = truth(params, "reblogs", True) or "reblogs" in n.missing
    n.follows[account_id] = Follow(reblogs, truth(params, "notify", False), params.get("languages[]"))
    return n.relationship(account_id)


def mutes(h: _Handler, n: Network, params: Any, fault: Fault | None) -> object:
    muted = [i for i in reversed(list(n.mutes)) if n.muting(i)]
    rows = [(9000 - place, {**n.accounts[i], "mute_expires_at": iso(n.mutes[i][1])}) for place, i in enumerate(muted)]
    answer = h.page(n, rows, params, 80)
    h.link = h.link if rows and answer and answer[-1] is not rows[-1][1] else ""
    return answer


def _valued(statuses: str) -> Callable[..., object]:
    def answer(h: _Handler, n: Network, params: Any, fault: Fault | None) -> object:
        chosen = list(reversed(getattr(n, statuses)))
        rows = [(7000 - place, n.json(status)) for place, status in enumerate(chosen)]
        return h.page(n, rows, params)

    return answer


def _lists(n: Network) -> dict[str, OwnList]:
    if "lists" in n.missing:
        raise Refusal(405, "Not allowed")
    return n.lists


def _list_json(n: Network, own: OwnList) -> Raw:
    raw = {"id": own.id, "title": own.title, "replies_policy": own.replies_policy}
    return raw if "exclusive" in n.missing else {**raw, "exclusive": own.exclusive}


def lists(h: _Handler, n: Network, params: Any, fault: Fault | None) -> object:
    return [_list_json(n, own) for own in _lists(n).values()]


def create_list(h: _Handler, n: Network, params: Any, fault: Fault | None) -> object:
    if not one(params, "title") or len(_lists(n)) >= 50:
        raise Refusal(422, "Validation failed")
    own = OwnList(str(len(n.lists) + 1), one(params, "title"), truth(params, "exclusive", False))
    own.exclusive = own.exclusive and "exclusive" not in n.missing
    n.lists[own.id] = own
    return _list_json(n, own)


def members(h: _Handler, n: Network, params: Any, list_id: str, fault: Fault | None) -> object:
    own = _own_list(n, list_id)
    rows = [(500 - place, n.accounts[i]) for place, i in enumerate(own.members)]
    answer = h.page(n, rows, params, 80)
    h.link = h.link if rows and answer and answer[-1] is not rows[-1][1] else ""
    return answer


def add_member(h: _Handler, n: Network, params: Any, list_id: str, fault: Fault | None) -> object:
    own = _own_list(n, list_id)
    for account_id in params.get("account_ids[]") or [""]:
        if account_id not in n.follows:
            raise Refusal(404, "Record not found")
        if account_id in own.members:
            raise Refusal(422, "Validation failed: Account has already been taken")
        own.members.append(account_id)
    return {}


def remove_member(h: _Handler, n: Network, params: Any, list_id: str, fault: Fault | None) -> object:
    own = _own_list(n, list_id)
    for account_id in params.get("account_ids[]") or [""]:
        if account_id not in own.members:
            raise Refusal(404, "Record not found")
        own.members.remove(account_id)
    return {}


def account_lists(h: _Handler, n: Network, params: Any, account_id: str, fault: Fault | None) -> object:
    return [_list_json(n, own) for own in _lists(n).values() if account_id in own.members]


def _own_list(n: Network, list_id: str) -> OwnList:
    own = _lists(n).get(list_id)
    if own is None:
        raise Refusal(404, "Record not found")
    return own


def post_status(h: _Handler, n: Network, params: Any, fault: Fault | None) -> object:
    text, key = one(params, "status"), h.headers.get("Idempotency-Key") or ""
    if not text or len(text) > n.max_characters:
        raise Refusal(422, "Validation failed: Text character limit exceeded")
    if key and key in n.keys and n.idempotency:
        return n.json(n.keys[key])
    parent = n.find(one(params, "in_reply_to_id")) if one(params, "in_reply_to_id") else None
    if one(params, "in_reply_to_id") and parent is None:
        raise Refusal(404, "The post you are trying to reply to does not appear to exist.")
    names = re.findall(r"(?<![\w/])@(\w+(?:@[\w.-]+)?)", text)
    mentioned = [a for a in n.accounts.values() if a["acct"] in names]
    if fault and fault.kind == "mentioning":
        mentioned = [n.accounts[n.owner]]
    visibility = "private" if fault and fault.kind == "private" else one(params, "visibility") or "public"
    html = "".join(f"<p>{_escaped(part)}</p>" for part in text.split("\n\n"))
    status = n.post(n.owner, html, reply_to=parent, visibility=visibility, mentions=mentioned)
    if key:
        n.keys[key] = status
    return n.json(status)


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\n", "<br />")


def delete_status(h: _Handler, n: Network, params: Any, status_id: str, fault: Fault | None) -> object:
    status = n.find(status_id)
    if status is None or status.deleted or status.author != n.owner:
        raise Refusal(404, "Record not found")
    status.deleted = True
    return n.json(status)


def instance_v2(h: _Handler, n: Network, params: Any, fault: Fault | None) -> object:
    if "instance_v2" in n.missing:
        raise Refusal(404, "Not found")
    limits = {"statuses": {"max_characters": n.max_characters}}
    return {"domain": n.domain, "title": "Stub", "version": n.version, "configuration": limits}


def instance_v1(h: _Handler, n: Network, params: Any, fault: Fault | None) -> object:
    return {"uri": n.domain, "title": "Stub", "version": n.version, "max_toot_chars": n.max_characters}


def nodeinfo(h: _Handler, n: Network, params: Any, fault: Fault | None) -> object:
    return {"version": "2.0", "software": {"name": "mastodon", "version": n.version}}


def metadata(h: _Handler, n: Network, params: Any, fault: Fault | None) -> object:
    if not n.pkce:
        raise Refusal(404, "Not found")
    known = sorted(n.known_scopes or SCOPES)
    return {"issuer": h.stub.url, "scopes_supported": known, "code_challenge_methods_supported": ["S256"]}


def register_app(h: _Handler, n: Network, params: Any, fault: Fault | None) -> object:
    scopes = one(params, "scopes").split()
    if not one(params, "client_name") or not one(params, "redirect_uris"):
        raise Refusal(422, "Validation failed")
    if not set(scopes) <= (n.known_scopes or SCOPES):
        raise Refusal(422, "Scopes doesn't match configured on the server.")
    app = {"client_id": secrets.token_hex(8), "client_secret": secrets.token_hex(16)}
    h.stub.apps[app["client_id"]] = {**app, "redirect_uri": one(params, "redirect_uris"), "scopes": set(scopes)}
    return {"id": "1", "name": one(params, "client_name"), **app}


def authorize(h: _Handler, n: Network, params: Any, fault: Fault | None) -> object:
    """The owner's click on "authorize": the code as JSON, where a browser would show it or follow the redirect."""
    app = h.stub.apps.get(one(params, "client_id"))
    if app is None or one(params, "redirect_uri") != app["redirect_uri"]:
        raise Refusal(401, "Client authentication failed")
    if one(params, "response_type") != "code" or not set(one(params, "scope").split()) <= app["scopes"]:
        raise Refusal(400, "The requested scope is invalid, unknown, or malformed.")
    code = secrets.token_urlsafe(16)
    h.stub.codes[code] = {name: one(params, name) for name in ("client_id", "redirect_uri", "scope", "code_challenge")}
    if one(params, "code_challenge") and one(params, "code_challenge_method") != "S256":
        raise Refusal(400, "The code challenge method must be S256.")
    return {"code": code, "state": one(params, "state"), "redirect": one(params, "redirect_uri")}


def token(h: _Handler, n: Network, params: Any, fault: Fault | None) -> object:
    app = h.stub.apps.get(one(params, "client_id"))
    if app is None or app["client_secret"] != one(params, "client_secret"):
        raise Refusal(401, "Client authentication failed due to unknown client")
    grant = h.stub.codes.pop(one(params, "code"), None)
    if grant is None or grant["redirect_uri"] != one(params, "redirect_uri"):
        raise Refusal(400, "The provided authorization grant is invalid, expired, revoked")
    digest = hashlib.sha256(one(params, "code_verifier").encode()).digest()
    if grant["code_challenge"] and base64.urlsafe_b64encode(digest).rstrip(b"=").decode() != grant["code_challenge"]:
        raise Refusal(400, "The provided authorization grant is invalid")
    return {"access_token": n.grant(grant["scope"]), "token_type": "Bearer", "scope": grant["scope"]}


def token_info(h: _Handler, n: Network, params: Any, fault: Fault | None) -> object:
    given = n.tokens[(h.headers.get("Authorization") or "").removeprefix("Bearer ")]
    return {"scope": given.split()}


ROUTES: Sequence[tuple[str, str, str, Callable[..., object]]] = (
    ("GET", "/api/v1/timelines/home", "read:statuses", home),
    ("GET", "/api/v1/accounts/verify_credentials", "read:accounts", me),
    ("GET", "/api/v1/accounts/lookup", "any", lookup),
    ("GET", "/api/v1/accounts/relationships", "read:follows", relationships),
    ("GET", "/api/v2/search", "read:search", search),
    ("GET", "/api/v1/accounts/([^/]+)/statuses", "read:statuses", account_statuses),
    ("GET", "/api/v1/accounts/([^/]+)/lists", "read:lists", account_lists),
    ("POST", "/api/v1/accounts/([^/]+)/mute", "write:mutes", mute),
    ("POST", "/api/v1/accounts/([^/]+)/unmute", "write:mutes", unmute),
    ("POST", "/api/v1/accounts/([^/]+)/follow", "write:follows", follow),
    ("GET", "/api/v1/accounts/([^/]+)", "read:accounts", account),
    ("GET", "/api/v1/mutes", "read:mutes", mutes),
    ("GET", "/api/v1/favourites", "read:favourites", _valued("favourites")),
    ("GET", "/api/v1/bookmarks", "read:bookmarks", _valued("bookmarks")),
    ("GET", "/api/v1/lists", "read:lists", lists),
    ("POST", "/api/v1/lists", "write:lists", create_list),
    ("GET", "/api/v1/lists/([^/]+)/accounts", "read:lists", members),
    ("POST", "/api/v1/lists/([^/]+)/accounts", "write:lists", add_member),
    ("DELETE", "/api/v1/lists/([^/]+)/accounts", "write:lists", remove_member),
    ("POST", "/api/v1/statuses", "write:statuses", post_status),
    ("DELETE", "/api/v1/statuses/([^/]+)", "write:statuses", delete_status),
    ("GET", "/api/v2/instance", "", instance_v2),
    ("GET", "/api/v1/instance", "", instance_v1),
    ("GET", "/nodeinfo/2.0", "", nodeinfo),
    ("GET", "/.well-known/oauth-authorization-server", "", metadata),
    ("POST", "/api/v1/apps", "", register_app),
    ("GET", "/oauth/authorize", "", authorize),
    ("POST", "/oauth/token", "", token),
    ("GET", "/oauth/token/info", "any", token_info),
)


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
