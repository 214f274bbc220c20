"""A proxy in front of a real PDS that counts what is written through it, and reaches a chat service beside it.

A login names the address of its own server, which clients then ask directly: answers about logins are therefore
rewritten to name the proxy. Calls that a PDS would forward to the chat service go to `chat`, once the PDS has said
whose token they carry.
"""

import http.client
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.servers.bluesky_chat import Answer, Chat

LOGIN = "/xrpc/com.atproto.server."
CHAT = "/xrpc/chat."
CHAT_SERVICE = "did:web:api.bsky.chat#bsky_chat"
"""What a client must name as the service it wants, or a PDS forwards nothing (docs.bsky.app, atproto-proxy)."""
DROPPED = frozenset({"connection", "transfer-encoding", "content-length", "host", "accept-encoding"})


class CountingProxy:
    """As a context: `url` to ask, `asked` with every request as (method, path)."""

    def __init__(self, target: str, chat: Chat | None = None) -> None:
        self.target, self.chat = target, chat
        self.asked: list[tuple[str, str]] = []
        self.late = 0.0
        """The next message is taken, and its sender told so many seconds later."""
        handler = type("Bound", (_Handler,), {"proxy": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> "CountingProxy":
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def chatted(self, who: str, method: str, query: dict[str, list[str]], body: dict[str, Any]) -> Answer:
        """One request to the chat service, by the account whose DID is given."""
        assert self.chat is not None
        answer = self.chat.answer(who, method, query, body)
        if method.endswith("sendMessage"):
            seconds, self.late = self.late, 0.0
            time.sleep(seconds)
        return answer

    @property
    def writes(self) -> list[str]:
        """Paths of the requests that change something; logging in changes nothing."""
        return [path for method, path in self.asked if method != "GET" and not path.startswith(LOGIN)]


class _Handler(BaseHTTPRequestHandler):
    proxy: CountingProxy
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        pass

    def _pass_on(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.proxy.asked.append((self.command, self.path))
        if self.path.startswith(CHAT) and self.proxy.chat:
            status, told = self._chat(body)
            self._answer(status, [("Content-Type", "application/json")], json.dumps(told).encode())
            return
        answer, content = self._ask(self.command, self.path, body)
        if self.path.startswith(LOGIN):
            content = content.replace(self.proxy.target.encode(), self.proxy.url.encode())
        self._answer(answer.status, answer.getheaders(), content)

    def _ask(self, command: str, path: str, body: bytes) -> tuple[http.client.HTTPResponse, bytes]:
        """The target's answer to a request with the headers of this one."""
        connection = http.client.HTTPConnection(urlsplit(self.proxy.target).netloc, timeout=60)
        headers = {key: value for key, value in self.headers.items() if key.lower() not in DROPPED}
        connection.request(command, path, body or None, {**headers, "Accept-Encoding": "identity"})
        answer = connection.getresponse()
        content = answer.read()
        connection.close()
        return answer, content

    def _chat(self, body: bytes) -> Answer:
        split = urlsplit(self.path)
        if self.headers.get("atproto-proxy") != CHAT_SERVICE:
            return 501, {"error": "MethodNotImplemented", "message": "no service was named"}
        answer, session = self._ask("GET", f"{LOGIN}getSession", b"")
        told = json.loads(session)
        if answer.status != 200:
            return answer.status, told
        method = split.path.removeprefix("/xrpc/")
        return self.proxy.chatted(told["did"], method, parse_qs(split.query), json.loads(body or b"{}"))

    def _answer(self, status: int, headers: list[tuple[str, str]], content: bytes) -> None:
        self.send_response(status)
        for key, value in headers:
            if key.lower() not in DROPPED:
                self.send_header(key, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        try:
            self.wfile.write(content)
        except OSError:
            self.close_connection = True  # whoever asked was killed meanwhile

    do_GET = do_POST = _pass_on  # noqa: N815
