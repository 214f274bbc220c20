"""Where a page of quietfeed's may listen: on this machine alone."""

from ipaddress import ip_address
from urllib.parse import urlsplit

from bot.config.faults import shown

WANTED = "an address and a port of this machine alone, such as 127.0.0.1:9464"
OPEN = (
    "is open to others, and the page has no password and no encryption (to let others in, put a reverse proxy before"
    " it: docs/operating.md)"
)


def not_loopback(text: str) -> str | None:
    """A complaint about an address where others could reach a page, or None."""
    try:
        host, port = host_and_port(text)
    except ValueError:
        return f"{shown(text)} is no address with a port"
    if host == "localhost":
        return None
    try:
        return None if ip_address(host).is_loopback else f"{shown(text)} {OPEN}"
    except ValueError:
        meant = f"127.0.0.1:{port}"
        return f"{shown(text)} {OPEN if host in ('', '*') else f'is no address (did you mean {shown(meant)}?)'}"


def host_and_port(text: str) -> tuple[str, int]:
    """`[::1]:9464` -> `("::1", 9464)`. Raises ValueError where there is no port of 1 to 65535, or more than the two."""
    parts = urlsplit(f"//{text.strip()}")
    if not parts.port or parts.path or parts.query or parts.fragment or "@" in text:
        raise ValueError(text)
    return parts.hostname or "", parts.port
