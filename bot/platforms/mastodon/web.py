"""Asking servers that are not the owner's for what they show to everybody: carefully, since others say whom to ask.

Whoever runs a server chooses its name and what it answers. So only https is spoken, on the usual port and without a
login; a name must lead to public addresses alone, and the connection goes to the very address that was looked at, so
that no second look-up can lead into the owner's network; no redirect is followed; an answer is cut off at a size and
at a time, however slowly it comes. Python's own client does all of it: it follows nothing and keeps nothing.
"""

import http.client
import socket
import ssl
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import TypeAlias
from urllib.parse import urlsplit

from bot.clock import Clock
from bot.platforms.answers import Deadline, decoded
from bot.platforms.asked import logged
from bot.platforms.base import Unreachable
from bot.platforms.mastodon.connection import AGENT, Refused

Address: TypeAlias = tuple[str, int]
"""An IP address and a port."""
MOST_BYTES = 4_000_000
"""Bytes of one answer; a page of 40 posts takes a tenth of it."""
ANSWER_SECONDS = 15.0
"""From the first byte sent to the last one read."""
MOST_ADDRESSES = 4
"""Of a name that are tried: each that does not answer takes half of an answer's time, and a stranger names them."""
VISIT_SECONDS = 60.0
"""For all that is asked of one server in a row."""
TRANSLATED = ip_network("64:ff9b::/96")
"""IPv6 addresses behind which a gateway puts an IPv4 address (RFC 6052)."""


def resolved(host: str) -> list[Address]:
    """The addresses of a name, as the machine knows them."""
    found = socket.getaddrinfo(host, 443, type=socket.SOCK_STREAM)
    return [(str(address[0]), int(address[1])) for *_, address in found]


def is_public(text: str) -> bool:
    """Whether an IP address is one of the open internet: not private, loopback, link-local or reserved, nor a way of
    writing such a one within IPv6."""
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return False
    inner = _inside(address) if isinstance(address, IPv6Address) else None
    return all(one.is_global and not one.is_multicast for one in (inner or address,))


def _inside(address: IPv6Address) -> IPv4Address | None:
    """The IPv4 address that an IPv6 address stands for, if it does."""
    if address in TRANSLATED:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)


class PublicWeb:
    """What everybody may read on other servers. `resolve`, `allows` and `context` are there for tests, whose servers
    run on this machine."""

    def __init__(
        self,
        clock: Clock,
        *,
        agent: str = AGENT,
        resolve: Callable[[str], Sequence[Address]] = resolved,
        allows: Callable[[str], bool] = is_public,
        context: ssl.SSLContext | None = None,
        seconds: float = ANSWER_SECONDS,
        most_bytes: int = MOST_BYTES,
    ) -> None:
        self._clock = clock
        self._agent = agent
        self._resolve, self._allows, self._context = resolve, allows, context
        self._seconds, self._most_bytes = seconds, most_bytes

    def visit(self, host: str) -> "Visit":
        """Begin to ask one server. Raises Refused for what is no name of a public server."""
        try:
            name = host.strip().rstrip(".").encode("idna").decode("ascii").lower()
        except UnicodeError:
            name = ""
        if "." not in name or not name.replace("-", "").replace(".", "").replace("_", "").isalnum() or _is_number(name):
            raise Refused(f"{host!r} is no name of a public server", 400)
        return Visit(self, name)

    @logged(lambda self, host, target, _: ("GET", f"https://{host}{target}"), lambda answer: answer[0])
    def exchange(self, host: str, target: str, accept: str) -> tuple[int, bytes]:
        """Status and body of one GET. Raises Unreachable."""
        self._clock.check()
        headers = {"Accept": accept, "User-Agent": self._agent, "Connection": "close"}
        try:
            with self._dialled(host) as plain, Deadline(self._seconds) as deadline:
                deadline.watch(plain)
                context = self._context or _trusting()
                with closing(http.client.HTTPSConnection(host, timeout=self._seconds, context=context)) as connection:
                    connection.sock = context.wrap_socket(plain, server_hostname=host)
                    connection.request("GET", target, headers=headers)
                    answer = connection.getresponse()
                    body = answer.read(self._most_bytes + 1)
        except (OSError, http.client.HTTPException, ValueError) as fault:
            raise Unreachable(f"{host} cannot be read: {type(fault).__name__}") from None
        if deadline.passed:  # cut off, an answer without a length looks whole
            raise Unreachable(f"{host} did not finish its answer in time")
        if len(body) > self._most_bytes or answer.headers.get("Content-Encoding", "identity") != "identity":
            raise Unreachable(f"{host} gave an answer that is too long or packed")
        if answer.length:  # what its Content-Length promised and did not come; http.client says nothing of it
            raise Unreachable(f"{host} broke its answer off")
        return answer.status, body

    @contextmanager
    def _dialled(self, host: str) -> Iterator[socket.socket]:
        """A connection to the first address of the name that answers. All of them must be public: a name that leads
        to both sides is a trap."""
        found = self._resolve(host)
        if not found or not all(self._allows(address) for address, _ in found):
            raise Unreachable(f"{host} leads to no public address")
        *others, last = found[:MOST_ADDRESSES]
        for place in others:
            with suppress(OSError):
                dialled = socket.create_connection(place, timeout=self._seconds / 2)
                break
        else:
            dialled = socket.create_connection(last, timeout=self._seconds / 2)
        with closing(dialled):
            dialled.settimeout(self._seconds)
            yield dialled


class Visit:
    """Several questions to one server."""

    def __init__(self, web: PublicWeb, host: str) -> None:
        self.host = host
        self._web = web
        self._ends = time.monotonic() + VISIT_SECONDS

    def get(self, target: str, accept: str = "application/json") -> object:
        """The decoded JSON of a path of the server, or of an address on it.

        Raises Refused where the server says no, sends us elsewhere or shows a web page, and where the address is on
        another server; Unreachable where no answer came in time.
        """
        path = self._path(target)
        if time.monotonic() > self._ends:
            raise Unreachable(f"{self.host} is too slow")
        status, body = self._web.exchange(self.host, path, accept)
        if status >= 500 or status in (408, 425, 429):
            raise Unreachable(f"{self.host} said {status}")
        if status != 200:
            raise Refused(f"{self.host} said {status}", status)
        try:
            return decoded(body)
        except ValueError:
            raise Refused(f"{self.host} gave an answer that is no JSON", status) from None

    def _path(self, target: str) -> str:
        if not target.isascii() or not target.isprintable() or " " in target:
            raise Refused(f"{self.host} names an address that is none", 400)
        try:
            parts = urlsplit(target)
            elsewhere = (parts.scheme or parts.netloc) and (parts.scheme, parts.netloc.lower()) != ("https", self.host)
        except ValueError:
            elsewhere = True
        if elsewhere or not parts.path.startswith("/"):
            raise Refused(f"{self.host} names an address on another server", 400)
        return parts.path + (f"?{parts.query}" if parts.query else "")


def _is_number(name: str) -> bool:
    """Whether a name is an IP address, in one of the ways in which C libraries read one."""
    return all(part.isdigit() or part.startswith("0x") for part in name.split("."))


def _trusting() -> ssl.SSLContext:
    """The certificate authorities that the rest of the program trusts."""
    from bot.platforms.mastodon.library import requests

    return ssl.create_default_context(cafile=requests.utils.DEFAULT_CA_BUNDLE_PATH)
