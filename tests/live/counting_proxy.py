"""A proxy in front of a real PDS that counts what is written through it.

A login names the address of its own server, which clients then ask directly: answers about logins are therefore
rewritten to name the proxy.
"""

import http.client
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

LOGIN = "/xrpc/com.atproto.server."
DROPPED = frozenset({"connection", "transfer-encoding", "content-length", "host", "accept-encoding"})


class CountingProxy:
    """As a context: `url` to ask, `asked` with every request as (method, path)."""

    def __init__(self, target: str) -> None:
        self.target = target
        self.asked: list[tuple[str, str]] = []
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
        connection = http.client.HTTPConnection(urlsplit(self.proxy.target).netloc, timeout=60)
        headers = {key: value for key, value in self.headers.items() if key.lower() not in DROPPED}
        connection.request(self.command, self.path, body or None, {**headers, "Accept-Encoding": "identity"})
        answer = connection.getresponse()
        content = answer.read()
        if self.path.startswith(LOGIN):
            content = content.replace(self.proxy.target.encode(), self.proxy.url.encode())
        self.send_response(answer.status)
        for key, value in answer.getheaders():
            if key.lower() not in DROPPED:
                self.send_header(key, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)
        connection.close()

    do_GET = do_POST = _pass_on  # noqa: N815
