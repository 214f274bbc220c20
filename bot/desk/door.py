"""Who may come in: the token, and the addresses by which a browser may reach the desk."""

import hmac
import re
import secrets
from collections import deque
from dataclasses import dataclass, field
from hashlib import sha256
from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit

from bot.clock import Clock
from bot.errors import UserError

LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
USUAL_PORTS = {"http": 80, "https": 443}
SHORTEST_TOKEN = 16
HOST = re.compile(r"[a-z0-9._-]+|\[[0-9a-f:.]+\]")
"""As browsers send it: other letters than these are spelled in them there."""
PATH = re.compile(r"(?:/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)*/?")
"""As browsers send it, and no sign in it that a header or a page would take for its own."""
MOST_WRONG = 20
"""Wrong tokens within that time."""
WITHIN = 60.0
"""Seconds."""


@dataclass(frozen=True)
class Door:
    """What a request has to bring, and where it may come from."""

    token: str = field(repr=False)
    """Whoever has it comes in. Kept out of every log and page."""
    port: int
    hosts: frozenset[str]
    """What a browser may name as `Host`: another name that leads here is somebody else's (DNS rebinding)."""
    origins: frozenset[str]
    """Whose pages may send a form."""
    path: str = ""
    """What stands before every path behind a reverse proxy, without a `/` at its end."""
    secure: bool = False
    """Whether browsers reach it by https alone."""
    trusts_proxy: bool = False
    """Whether a proxy's word counts on which host was asked for."""
    once: str = field(default="", repr=False)
    """Another token, which opens a single time: everybody on a machine may read with what a browser was started."""
    start: str = field(default_factory=lambda: secrets.token_hex(16), repr=False)
    """Of this start of the desk alone: whoever came in before has to come again, and no cookie can be worked out from a
    guess at the token."""

    @property
    def cookie(self) -> str:
        """The cookie's name. Browsers share cookies between the ports of a host, so each desk has its own."""
        return f"quietfeed-desk-{self.port}"

    @property
    def passed(self) -> str:
        """What the cookie of one who came in by the token holds: the token itself cannot be read from it."""
        return self._made("cookie")

    @property
    def word(self) -> str:
        """What every form of ours carries, and nobody else's page can know."""
        return self._made("form")

    def _made(self, what_for: str) -> str:
        return hmac.new(self.token.encode(), f"{what_for} {self.start}".encode(), sha256).hexdigest()

    def opens(self, token: str) -> bool:
        """Whether it is the token. How long that takes tells nothing of it."""
        return hmac.compare_digest(token.encode(errors="replace"), self.token.encode())

    def opens_once(self, token: str) -> bool:
        """Whether it is the token that opens a single time. Whoever asks sees to that."""
        return bool(self.once) and hmac.compare_digest(token.encode(errors="replace"), self.once.encode())

    def knows(self, cookie: str) -> bool:
        """Whether the cookie of that value was given to one who came in."""
        return hmac.compare_digest(cookie.encode(errors="replace"), self.passed.encode())

    def gave(self, word: str) -> bool:
        """Whether a form with that word came from a page of this desk."""
        return hmac.compare_digest(word.encode(errors="replace"), self.word.encode())


class Guesses:
    """Wrong tokens lately. A token that its owner made up may be guessed where one may try without end."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._wrong: deque[float] = deque(maxlen=MOST_WRONG)

    def are_too_many(self) -> bool:
        """Whether no token is looked at for now, be it the right one."""
        return len(self._wrong) == MOST_WRONG and self._clock.steady() - self._wrong[0] < WITHIN

    def count(self) -> None:
        """One more."""
        self._wrong.append(self._clock.steady())


def new_token() -> str:
    """A token that nobody guesses."""
    return secrets.token_urlsafe(24)


def door(token: str, host: str, port: int, base_url: str = "", *, trusts_proxy: bool = False, once: str = "") -> Door:
    """The door of a desk that listens at that host and port; with a `base_url` such as `https://example.org/desk` it is
    reached there too. Raises UserError where the token is too short, or the address is none."""
    if len(token) < SHORTEST_TOKEN or not token.isprintable():
        raise UserError(f"the desk's token needs at least {SHORTEST_TOKEN} characters; without one, one is made up")
    local = {spelled for name in _names(host) for spelled in _with_port("http", name, port)}
    if not base_url:
        origins = frozenset(f"http://{one}" for one in local)
        return Door(token, port, frozenset(local), origins, trusts_proxy=trusts_proxy, once=once)
    found = _outside(base_url)
    name = _bracketed(found.hostname or "")
    outside = _with_port(found.scheme, name, found.port or USUAL_PORTS[found.scheme])
    return Door(
        token,
        port,
        frozenset(local | outside),
        frozenset({f"{found.scheme}://{one}" for one in outside} | {f"http://{one}" for one in local}),
        found.path.rstrip("/"),
        found.scheme == "https",
        trusts_proxy,
        once,
    )


def _names(host: str) -> set[str]:
    """By what names this machine's browsers reach a desk that listens there."""
    address = ip_address(host)
    return {*LOOPBACK, *(() if address.is_unspecified else (_bracketed(address.compressed),))}


def _outside(base_url: str) -> SplitResult:
    """The address by which browsers reach it from outside, taken apart. Raises UserError."""
    try:
        found = urlsplit(base_url)
        right = found.scheme in USUAL_PORTS and found.port != 0 and HOST.fullmatch(_bracketed(found.hostname or ""))
    except ValueError:
        right = None
    if not right or found.query or found.fragment or "@" in found.netloc or not PATH.fullmatch(found.path):
        raise UserError("the address in --base-url is not one of a desk: write it as https://example.org/desk")
    return found


def _bracketed(host: str) -> str:
    """`[::1]` for `::1`, as addresses have it."""
    return f"[{host}]" if ":" in host else host


def _with_port(scheme: str, name: str, port: int) -> set[str]:
    """A host as browsers name it: without the port where it is the usual one."""
    return {f"{name}:{port}"} | ({name} if port == USUAL_PORTS[scheme] else set())
