"""Servers on this machine that take what quietfeed sends: one by HTTP, one by SMTP, as little of each as is needed."""

import socketserver
import threading
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self


@dataclass(frozen=True)
class Taken:
    """One request, or one mail (whose path is its recipient)."""

    path: str
    body: str
    headers: dict[str, str]


class Listening:
    """A server while it is entered, on a port of its own of this machine."""

    _server: socketserver.TCPServer

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()


class Receiver(Listening):
    """Takes every request, and answers `status`, at `location` where that is set."""

    def __init__(self) -> None:
        self.taken: list[Taken] = []
        self.status, self.location = 200, ""
        self.meanwhile: Callable[[], None] = lambda: None
        """What happens while a request is answered."""
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
                receiver.taken.append(Taken(self.path, body, dict(self.headers)))
                receiver.meanwhile()
                self.send_response(receiver.status)
                if receiver.location:
                    self.send_header("Location", receiver.location)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def do_POST(self) -> None:
                self.do_GET()

            def log_message(self, *_: object) -> None:
                pass

        return Handler


class Mailbox(Listening):
    """Takes every mail. No login, no encryption: it stands on this machine."""

    def __init__(self) -> None:
        self.taken: list[Taken] = []
        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True

    def _handler(self) -> type[socketserver.StreamRequestHandler]:
        mailbox = self

        class Handler(socketserver.StreamRequestHandler):
            def say(self, words: str) -> None:
                self.wfile.write(f"{words}\r\n".encode())

            def handle(self) -> None:
                self.say("220 mail.example.test")
                recipient = ""
                for line in self.rfile:
                    said = line.decode().strip()
                    if said.upper().startswith("RCPT"):
                        recipient = said
                    if said.upper() == "DATA":
                        self.say("354 go on")
                        mailbox.taken.append(Taken(recipient, self.mail(), {}))
                    self.say("221 bye" if said.upper() == "QUIT" else "250 ok")

            def mail(self) -> str:
                lines: list[str] = []
                for line in self.rfile:
                    if line == b".\r\n":
                        break
                    lines.append(line.decode())
                return "".join(lines)

        return Handler
