"""The desk's pages served over HTTP until somebody ends it. Only what serves them imports the server's library."""

import asyncio
import signal
import socket
import sys
from collections.abc import Awaitable, Callable

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

App = Callable[..., Awaitable[None]]
"""An ASGI application."""
PATIENCE = 3
"""Seconds that requests have to end once the desk is told to."""
HEAD_SECONDS = 20
"""How long a browser may take until it has said what it wants: whoever says half of it would keep a connection."""
LONGEST_HEAD = 32 * 1024
"""Bytes of what it says: the cookies of all programs on this machine are among it."""


class Brisk(H11Protocol):
    """A connection that is closed where it takes too long to say what is asked for. The server itself only watches over
    those on which nothing at all is said between one request and the next."""

    _overdue: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """One is there."""
        super().connection_made(transport)
        self._await_request()

    def data_received(self, data: bytes) -> None:
        """Something was said: a whole request, or a part of one."""
        before = self.scope
        super().data_received(data)
        if self.scope is not before:
            self._stop_waiting()
        elif self._overdue is None:
            self._await_request()

    def connection_lost(self, exc: Exception | None) -> None:
        """It is gone."""
        self._stop_waiting()
        super().connection_lost(exc)

    def _await_request(self) -> None:
        self._overdue = self.loop.call_later(HEAD_SECONDS, self._give_up)

    def _stop_waiting(self) -> None:
        if self._overdue is not None:
            self._overdue.cancel()
            self._overdue = None

    def _give_up(self) -> None:
        self._overdue = None
        if getattr(self.cycle, "response_complete", True):  # not where a page is still being made
            self.transport.close()


def serve(app: App, place: socket.socket) -> None:
    """Serve until Ctrl-C or SIGTERM, each of which is how it is ended, and no fault."""
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)  # by itself it ends us with the store open
    try:
        asyncio.run(server(app).serve(sockets=[place]))
    except KeyboardInterrupt:
        print(file=sys.stderr)
    finally:
        signal.signal(signal.SIGTERM, before)


def server(app: App) -> uvicorn.Server:
    """What serves it."""
    settings = uvicorn.Config(
        app,
        http=Brisk,
        ws="none",
        log_config=None,
        access_log=False,  # an address may carry the token
        server_header=False,
        proxy_headers=False,  # the gate knows whom to believe
        lifespan="off",
        timeout_graceful_shutdown=PATIENCE,
        h11_max_incomplete_event_size=LONGEST_HEAD,
    )
    return uvicorn.Server(settings)
