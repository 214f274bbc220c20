"""A reverse proxy under a path, as nginx or Caddy would stand before the desk."""

import http.client
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

HOPS = frozenset({"connection", "keep-alive", "transfer-encoding", "content-length", "host"})
"""What is between two of them, and not for the one behind (RFC 9110, 7.6.1)."""


class ReverseProxy:
    """As a context: what is asked for under `path` goes to `port` on this machine; nothing else is answered.

    It may take the path off before, and pass the host that was asked for on, or tell it as X-Forwarded-Host.
    """

    def __init__(self, path: str, *, takes_off: bool, passes_host: bool) -> None:
        self.path, self.takes_off, self.passes_host = path, takes_off, passes_host
        self.target = 0
        """The port behind it."""
        self.lost: list[str] = []
        """What was asked for beside the path."""
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), type("Bound", (_Handler,), {"proxy": self}))
        self._server.daemon_threads = True
        self.address = f"http://localhost:{self._server.server_address[1]}{path}"

    def __enter__(self) -> "ReverseProxy":
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()


class _Handler(BaseHTTPRequestHandler):
    proxy: ReverseProxy
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: Any) -> None:
        pass

    def _pass_on(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if not (self.path + "/").startswith(self.proxy.path + "/"):
            self.proxy.lost.append(self.path)
            self._answer(404, [], b"")
            return
        path = self.path.removeprefix(self.proxy.path) if self.proxy.takes_off else self.path
        behind = http.client.HTTPConnection("127.0.0.1", self.proxy.target, timeout=60)
        try:
            behind.request(self.command, path or "/", body or None, self._told())
            answer = behind.getresponse()
            self._answer(answer.status, answer.getheaders(), answer.read())
        finally:
            behind.close()

    def _told(self) -> dict[str, str]:
        kept = {name: value for name, value in self.headers.items() if name.lower() not in HOPS}
        asked = self.headers["Host"]
        if self.proxy.passes_host:
            return kept | {"Host": asked}
        return kept | {"Host": f"127.0.0.1:{self.proxy.target}", "X-Forwarded-Host": asked}

    def _answer(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        self.send_response_only(status)
        for name, value in headers:
            if name.lower() not in HOPS:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self) -> None:
        self._pass_on()

    def do_POST(self) -> None:
        self._pass_on()
