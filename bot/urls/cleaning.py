"""An address without what tells who shared it: trackers, shims and AMP taken off, the host in one spelling."""

import re
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit, urlunsplit

from bot.urls.hosts import LONGEST, ascii_host, registered
from bot.urls.lists import Lists, bundled

DEEPEST = 4
"""Shims inside shims that are followed."""
WEB = re.compile(r"https?:/{1,2}(?=[^/])", re.IGNORECASE)
"""How an address on the web begins; a path loses one of two slashes on some servers."""
ORDINARY = re.compile(r"https?://([a-z0-9-]++(?:\.[a-z0-9-]++)++)((?:/[/A-Za-z0-9_.~%@+,:;=!$&'()*-]*+)?+)")
"""An address that is in the one spelling already, unless its place is a shim's or that of an AMP page."""
LONE = re.compile("[\ud800-\udfff]")
"""Half of a surrogate pair, which no encoding can carry: browsers read it as U+FFFD."""
AMP_PARAMETERS = frozenset({("amp", ""), ("amp", "1"), ("amp", "true"), ("outputtype", "amp")})


class _Address(NamedTuple):
    """An http or https address taken apart: host in lower case and ASCII, default ports left out."""

    scheme: str
    host: str
    port: int | None
    path: str
    query: str
    fragment: str


@lru_cache(maxsize=4096)
def clean(url: str, lists: Lists | None = None) -> str | None:
    """Where a URL leads, in one spelling; None where it is none.

    Without tracking parameters and default port, host in lower case and ASCII; link shims and AMP pages give what
    they lead to. A fragment that names a page or a part of it stays, text fragments and trackers go. Only http and
    https count. Broken input gives None, never an exception.
    """
    lists = lists or bundled()
    return url if _is_clean(url, lists) else put_together_anew(url, lists)


def put_together_anew(url: str, lists: Lists) -> str | None:
    """As `clean`, whatever the address: taken apart, and what is left of it put together."""
    address = _taken_apart(url)
    for _ in range(DEEPEST):
        further = _taken_apart(_target(address, lists)) if address else None
        if further is None:
            break
        address = further
    return _put_together(address, lists) if address else None


def _is_clean(url: str, lists: Lists) -> bool:
    """Whether nothing is to be done to an address: a quick answer for most of them, and no for what it cannot tell."""
    found = ORDINARY.fullmatch(url)
    if found is None or len(found[1]) > LONGEST or found[2].rstrip("/").endswith("/amp"):
        return False
    return not found[1].startswith("amp.") and next(lists.shims.at(found[1].removeprefix("www.")), None) is None


def _taken_apart(url: str) -> _Address | None:
    try:
        parts = urlsplit(LONE.sub("\ufffd", url).strip())
        host, port = parts.hostname, parts.port
    except ValueError:
        return None
    scheme = parts.scheme.lower()
    if scheme not in ("http", "https") or not host or len(host) > LONGEST:
        return None
    name = ascii_host(host).rstrip(".")
    if ("." not in name and name != "localhost" and ":" not in name) or re.search(r"\s", name):
        return None
    return _Address(scheme, name, None if port in (80, 443) else port, parts.path, parts.query, parts.fragment)


def _target(address: _Address, lists: Lists) -> str:
    """What a shim leads to; "" where the address is no shim, or carries no address on the web."""
    for place in lists.shims.at(address.host.removeprefix("www.")):
        found = place.path.match(address.path)
        if not found:
            continue
        if place.parameter is None:
            target = found["url"] + (f"?{address.query}" if address.query else "")
            target = target if WEB.match(target) else f"https://{target}"
        elif place.parameter:
            target = dict(parse_qsl(address.query)).get(place.parameter, "")
        else:
            target = address.query
        target = target if WEB.match(target) else unquote(target)
        if WEB.match(target):
            return WEB.sub(lambda begin: begin[0].rstrip("/") + "//", target, count=1)
    return ""


def _put_together(address: _Address, lists: Lists) -> str:
    host, path = _without_amp(address.host, address.path)
    netloc = f"[{host}]" if ":" in host else host
    netloc = netloc if address.port is None else f"{netloc}:{address.port}"
    query = _without_trackers(address.query, lists) if address.query else ""
    fragment = _page_named(address.fragment, lists) if address.fragment else ""
    return urlunsplit((address.scheme, netloc, path, query, fragment))


def _without_amp(host: str, path: str) -> tuple[str, str]:
    """The page behind its AMP form, where the form is sure: `amp.example.com/a`, `example.com/a/amp`."""
    if host.startswith("amp.") and registered(host) not in (host, None):
        host = host.removeprefix("amp.")
    bare = path.rstrip("/").removesuffix("/amp")
    return host, bare if bare.strip("/") and bare != path.rstrip("/") else path


def _without_trackers(query: str, lists: Lists) -> str:
    pairs = parse_qsl(query, keep_blank_values=True)
    return urlencode(
        [(k, v) for k, v in pairs if not _tracks(k, lists) and (k.lower(), v.lower()) not in AMP_PARAMETERS]
    )


def _page_named(fragment: str, lists: Lists) -> str:
    """A fragment without text fragments (`:~:text=`) and trackers; "" where nothing of it names a page."""
    fragment = fragment.partition(":~:")[0]
    if fragment.startswith(("/", "!")):  # the route of a page that a script shows
        route, mark, query = fragment.partition("?")
        query = _without_trackers(query, lists) if mark else ""
        return f"{route}?{query}" if query else route
    kept = [part for part in fragment.split("&") if not _tracks(part.lstrip("?").partition("=")[0], lists)]
    return "&".join(kept)


def _tracks(key: str, lists: Lists) -> bool:
    key = key.lower()
    return key in lists.trackers or key.startswith(lists.tracker_beginnings)
