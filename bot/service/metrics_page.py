"""What monitors read on this machine: `/metrics` for Prometheus, `/healthz` whether all is well.

It listens on loopback alone, knows no other method than GET, names no account, and serves one client after the other.
"""

import json
import threading
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from http.server import BaseHTTPRequestHandler
from ipaddress import IPv6Address, ip_address
from logging import ERROR
from socket import AF_INET6
from socketserver import TCPServer
from urllib.parse import urlsplit

from bot import secrecy
from bot.clock import Clock
from bot.config import Config, host_and_port
from bot.logs import event
from bot.report.health import Ailment, Health, Level, health, health_data
from bot.report.metrics import CONTENT_TYPE, exposition
from bot.report.status import ProfileStatus
from bot.service import metrics
from bot.service.status import fares, store_ailments
from bot.store import Store, StoreError

AGAIN = 60.0
"""Seconds until an address that somebody else listens on is tried again."""
PLAIN = "text/plain; charset=utf-8"
INDEX = "/metrics   for Prometheus\n/healthz   whether all is well: 200, or 503; JSON where that is asked for\n"
STRANGE = "This page answers under a name of this machine alone: let a proxy send `Host: 127.0.0.1`.\n"

Answer = tuple[int, str, str]
"""Status, type of content, body."""


class Monitored:
    """What the page tells of. `ailments` tells what ails the daemon itself, `not_begun` how many sweeps of each profile
    could not even begin."""

    def __init__(
        self,
        store: Store,
        config: Config,
        clock: Clock,
        ailments: Callable[[], Iterable[Ailment]],
        not_begun: Callable[[], Mapping[str, int]],
    ) -> None:
        self.store, self.config, self.clock = store, config, clock
        self.ailments, self.not_begun = ailments, not_begun
        self.started = clock.now().timestamp()
        self._since = store.mark()
        self._counted: dict[str, metrics.Counted] = {}

    def health(self) -> Health:
        """Whether all is well."""
        try:
            return self._fares()[1]
        except StoreError as fault:
            return health([], self.clock.now(), self.config.sweep.every, [Ailment(Level.CRITICAL, str(fault))])

    def _fares(self) -> tuple[list[ProfileStatus], Health]:
        now = self.clock.now()
        states = [fares(profile, self.store, self.config, now) for profile in self.config.profiles]
        beside = [*self.ailments(), *store_ailments(self.store)]
        return states, health(states, now, self.config.sweep.every, beside)

    def metrics(self) -> str:
        """Everything, in Prometheus' text format. Raises StoreError."""
        with self.store.snapshot():
            states, found = self._fares()
            known = self._counted
            self._counted = {
                one.profile: known.get(one.profile) or metrics.Counted(one.profile, self._since) for one in states
            }
            not_begun = self.not_begun()
            samples = list(metrics.of_all(self.store, self.config, found, self.started))
            for one in states:
                counted = self._counted[one.profile]
                counted.take_up(self.store, not_begun.get(one.profile, 0))
                samples += [*metrics.of_profile(one), *counted.samples()]
        return exposition(samples)

    def answer(self, path: str, accept: str) -> Answer:
        """What a request gets."""
        if path == "/healthz":
            found = self.health()
            status = 200 if found.level <= Level.WARNING else 503
            if "json" in accept:
                return status, "application/json", json.dumps(health_data(found), ensure_ascii=False) + "\n"
            return status, PLAIN, found.line + "\n"
        if path == "/metrics":
            try:
                return 200, CONTENT_TYPE, self.metrics()
            except StoreError as fault:
                return 503, PLAIN, f"{fault}\n"
        return (200, PLAIN, INDEX) if path == "/" else (404, PLAIN, INDEX)


class MetricsPage:
    """The page at work, in a thread of its own, which ends with the process. Where its address is taken, the sweeps go
    on without it, and it is tried again."""

    def __init__(self, monitored: Monitored, listen: str) -> None:
        self.monitored, self.listen = monitored, listen
        self._stop = threading.Event()
        self._server: TCPServer | None = None
        self._turn = threading.Lock()
        threading.Thread(target=self._serve, name="metrics", daemon=True).start()

    def _serve(self) -> None:
        server = self._bound()
        if server is None:
            return
        with server:
            event("metrics served", at=f"http://{self.listen}/metrics")
            server.serve_forever()

    def _bound(self) -> TCPServer | None:
        """The server, once its address is free; None where the end came first."""
        said = ""
        while not self._stop.is_set():
            try:
                server = server_at(self.listen, self.monitored)
            except OSError as fault:
                why = fault.strerror or str(fault)
                if why != said:
                    event("metrics not served", ERROR, at=self.listen, why=why, instead="sweeps go on without")
                said = why
                self._stop.wait(AGAIN)
                continue
            with self._turn:
                if not self._stop.is_set():
                    self._server = server
                    return server
            server.server_close()
        return None

    def close(self) -> None:
        """Listen no more; the client that is being served is served to its end."""
        with self._turn:
            self._stop.set()
        if self._server is not None:
            self._server.shutdown()


class _Server(TCPServer):
    """Takes up its address at once after a restart; a client that goes away is no fault."""

    allow_reuse_address = True

    def handle_error(self, *_: object) -> None:
        """Say nothing."""


class _ServerV6(_Server):
    address_family = AF_INET6


def server_at(listen: str, monitored: Monitored) -> TCPServer:
    """A server that listens there, and answers once it is told to. Raises OSError where it cannot."""
    host, port = host_and_port(listen)
    return (_ServerV6 if _is_v6(host) else _Server)((host, port), partial(_Page, monitored))


def can_listen(listen: str) -> bool:
    """Whether the address is free at this moment."""
    host, port = host_and_port(listen)
    try:
        (_ServerV6 if _is_v6(host) else _Server)((host, port), BaseHTTPRequestHandler).server_close()
    except OSError:
        return False
    return True


def _is_v6(host: str) -> bool:
    try:
        return isinstance(ip_address(host), IPv6Address)
    except ValueError:
        return False


class _Page(BaseHTTPRequestHandler):
    """Answers one request."""

    timeout = 5.0
    """Seconds for a client that connects and says nothing: only one is served at a time."""
    server_version, sys_version = "quietfeed", ""

    def __init__(self, monitored: Monitored, *given: object) -> None:
        self.monitored = monitored
        super().__init__(*given)  # type: ignore[arg-type]  # as the server gives them

    def do_GET(self) -> None:
        """Tell what is asked for."""
        self._send(self._answer())

    do_HEAD = do_GET  # noqa: N815  what http.server looks for

    def _answer(self) -> Answer:
        """A page elsewhere that lets its own name lead here is told nothing, since its browser sends that name."""
        if not _names_this_machine(self.headers.get("Host", "")):
            return 421, PLAIN, STRANGE
        try:
            return self.monitored.answer(urlsplit(self.path).path, self.headers.get("Accept", ""))
        except Exception as fault:  # noqa: BLE001  whatever it is, a monitor hears of it, and the next one is served
            event("metrics broke", ERROR, exc_info=fault)
            return 500, PLAIN, "a fault in quietfeed itself; the log has it\n"

    def _send(self, answer: Answer) -> None:
        status, kind, words = answer
        body = secrecy.without(words).encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.send_header("X-Content-Type-Options", "nosniff")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing: it is asked four times a minute."""


def _names_this_machine(host: str) -> bool:
    """Whether a `Host` header names loopback."""
    try:
        name = urlsplit(f"//{host}").hostname or ""
        return name == "localhost" or ip_address(name).is_loopback
    except ValueError:
        return False
