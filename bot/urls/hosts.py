"""Hosts: found in an address, in one spelling, reduced to the domain that was registered."""

import re
import unicodedata
from functools import lru_cache
from pathlib import Path

from publicsuffixlist import PSLFILE

HOST = re.compile(r"\s*+(?:(?:[a-z][a-z0-9+.-]*+:)?//)?+(?:[^/?#@\s]*@)?([^/?#:@\[\]\s]+)", re.IGNORECASE)
"""Finds the host of a URL several times as fast as taking it apart."""
LONGEST = 253
"""Characters of a host's name in the Domain Name System; what is longer is no host."""
UNWRITTEN = {ord(sign): None for sign in "\u00ad\u200b\u2060\ufeff"} | dict.fromkeys(map(ord, "。．｡"), ".")
"""What the mapping of UTS 46 drops from a name, and the dots that it takes for one."""
ENDING = re.compile(r"^[^/\s]\S*", re.MULTILINE)
"""A line of the public suffix list (publicsuffix.org/list) that is neither empty nor a comment."""


def ascii_host(name: str) -> str:
    """A host's name as the Domain Name System has it: `bücher.example` -> `xn--bcher-kva.example`.

    By the rules of 2008, in which ß and ss differ; Python's own codec still goes by those of 2003. What is no name
    comes back as it is.
    """
    if name.isascii() or len(name) > LONGEST:
        return name
    name = unicodedata.normalize("NFKC", name.translate(UNWRITTEN).lower())
    try:
        return ".".join(
            label if label.isascii() else f"xn--{label.encode('punycode').decode('ascii')}" for label in name.split(".")
        )
    except UnicodeError:
        return name


def host(url: str) -> str:
    """The host of a URL in lower case and ASCII without `www.`, "" where there is none; the scheme may be missing."""
    found = HOST.match(url)
    return ascii_host(found[1].lower()).rstrip(".").removeprefix("www.") if found else ""


@lru_cache(maxsize=16384)
def registrable(name: str) -> str | None:
    """The domain that was registered behind a host, the host itself where none is known; None where it has no name."""
    return (registered(name) or name) if name else None


def ending(name: str, *, listed: bool = False) -> str | None:
    """What the public suffix list has of the end of a host (lower case, ASCII), private endings included:
    `shop.example.co.uk` -> `co.uk`. Of what it does not have, the last part, or nothing where it must be `listed`; None
    for what is no name."""
    parts = name.removesuffix(".").split(".")
    many = 0 if "" in parts else _parts_of_ending(parts) or (0 if listed else 1)
    return ".".join(parts[-many:]) if 0 < many <= len(parts) else None


def registered(name: str) -> str | None:
    """The domain that was registered behind a host (lower case, ASCII): one part more than its ending; None where it
    is no more than that, or no name."""
    parts, end = name.removesuffix(".").split("."), ending(name)
    many = end.count(".") + 2 if end else 0
    return ".".join(parts[-many:]) if 0 < many <= len(parts) else None


def _parts_of_ending(parts: list[str]) -> int:
    """How many parts at the end of a host the list has; 0 where it has none of them. The longest counts: first what an
    exception (`!`) takes out of a wildcard, then the wildcard, then what stands there as it is."""
    known = _endings_in(parts[-1])
    for many in range(len(parts), 0, -1) if known else ():
        end = ".".join(parts[-many:])
        if f"!{end}" in known:
            return many - 1
        if f"*.{end}" in known:  # what a wildcard stands behind is an ending itself
            return min(many + 1, len(parts))
        if end in known:
            return many
    return 0


@lru_cache(maxsize=256)
def _endings_in(top: str) -> frozenset[str]:
    """The list's lines in one top domain."""
    return frozenset(_packed().get(top, "").split())


@lru_cache(maxsize=1)
def _packed() -> dict[str, str]:
    """The list's lines, in one text for each top domain: a sixth of the room that ten thousand names take, of which an
    owner meets few. It is read when a host is first asked about."""
    lines: dict[str, list[str]] = {}
    for line in ENDING.findall(Path(PSLFILE).read_text("utf-8")):
        name = ascii_host(line)
        lines.setdefault(name.rpartition(".")[2].removeprefix("!"), []).append(name)
    return {top: " ".join(names) for top, names in lines.items()}
