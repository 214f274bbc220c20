"""A page on this machine to which a server's login comes back, by redirect, with its code."""

import secrets
import time
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs, urlsplit

from bot.errors import UserError

PATIENCE = 300.0
"""Seconds that the owner has for allowing quietfeed in the browser."""
DONE = "You are logged in. You may close this page and go back to the terminal."
DENIED = "Nothing was allowed. You may close this page."
STRANGE = "This does not belong to the login that waits here."


class Loopback:
    """Listens on 127.0.0.1, on a port of its own, for the one redirect that carries `state`."""

    def __init__(self) -> None:
        self.state = secrets.token_urlsafe(24)
        self.code = self.denied = ""
        self._server = HTTPServer(("127.0.0.1", 0), type("Page", (_Page,), {"loopback": self}))
        self.address = f"http://127.0.0.1:{self._server.server_address[1]}/"

    def wait(self, seconds: float = PATIENCE) -> str:
        """The code that came back. Raises UserError where the owner refused, or nothing came in time."""
        deadline = time.monotonic() + seconds
        while not (self.code or self.denied) and (left := deadline - time.monotonic()) > 0:
            self._server.timeout = left
            self._server.handle_request()
        if self.denied:
            raise UserError(f"the server says that you did not allow it ({self.denied}); nothing was kept")
        if not self.code:
            raise UserError(f"nothing came back within {seconds:.0f} seconds: try again, or without --browser")
        return self.code

    def answer(self, address: str) -> tuple[int, str]:
        """Take what a request brings, and say what its page shows. Anything without our state changes nothing."""
        parts = urlsplit(address)
        given = {name: values[0] for name, values in parse_qs(parts.query).items()}
        if parts.path != "/" or not secrets.compare_digest(given.get("state", "").encode(), self.state.encode()):
            return 404, STRANGE
        if given.get("code"):
            self.code = given["code"]
            return 200, DONE
        self.denied = "".join(c for c in given.get("error", "no code") if c.isalnum() or c in "_ -")[:60]
        return 200, DENIED

    def close(self) -> None:
        """Listen no more."""
        self._server.server_close()


class _Page(BaseHTTPRequestHandler):
    """Shows one sentence; tells nobody anything else."""

    loopback: Loopback
    timeout = 2.0
    """Seconds for a client that connects and says nothing: only one is served at a time."""

    def do_GET(self) -> None:
        status, words = self.loopback.answer(self.path)
        body = words.encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/plain; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Referrer-Policy", "no-referrer")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing: the address carries the code."""
