"""Who may come in: the token, and the addresses by which a browser may reach the desk."""

import hmac
import secrets
from dataclasses import dataclass
from hashlib import sha256
from urllib.parse import urlsplit

from bot.errors import UserError

LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
USUAL_PORTS = {"http": 80, "https": 443}
SHORTEST_TOKEN = 16


@dataclass(frozen=True)
class Door:
    """What a request has to bring, and where it may come from."""

    token: str
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
        return hmac.new(self.token.encode(), what_for.encode(), sha256).hexdigest()


def new_token() -> str:
    """A token that nobody guesses."""
    return secrets.token_urlsafe(24)


def door(token: str, host: str, port: int, base_url: str = "", *, trusts_proxy: bool = False) -> Door:
    """The door of a desk that listens at that host and port; with a `base_url` such as `https://example.org/desk` it is
    reached there too. Raises UserError where the token is too short, or the address is none."""
    if len(token) < SHORTEST_TOKEN:
        raise UserError(f"the desk's token is too short: at least {SHORTEST_TOKEN} characters, or leave it out")
    names = {*LOOPBACK, _bracketed(host)}
    local = {spelled for name in names for spelled in _with_port("http", name, port)}
    if not base_url:
        return Door(token, port, frozenset(local), frozenset(f"http://{one}" for one in local), "", False, trusts_proxy)
    found = urlsplit(base_url)
    if found.scheme not in USUAL_PORTS or not found.hostname or found.query or found.fragment or found.username:
        raise UserError(f"--base-url {base_url}: write it as https://example.org/desk")
    outside = _with_port(found.scheme, _bracketed(found.hostname), found.port or USUAL_PORTS[found.scheme])
    return Door(
        token,
        port,
        frozenset(local | outside),
        frozenset({f"{found.scheme}://{one}" for one in outside} | {f"http://{one}" for one in local}),
        found.path.rstrip("/"),
        found.scheme == "https",
        trusts_proxy,
    )


def _bracketed(host: str) -> str:
    """`[::1]` for `::1`, as addresses have it."""
    return f"[{host}]" if ":" in host and not host.startswith("[") else host.lower()


def _with_port(scheme: str, name: str, port: int) -> set[str]:
    """A host as browsers name it: without the port where it is the usual one."""
    return {f"{name}:{port}"} | ({name} if port == USUAL_PORTS[scheme] else set())
