"""Hosts: found in an address, in one spelling, reduced to the domain that was registered."""

import re
import unicodedata
from functools import lru_cache
from pathlib import Path

from publicsuffixlist import PSLFILE, PublicSuffixList

HOST = re.compile(r"\s*+(?:(?:[a-z][a-z0-9+.-]*+:)?//)?+(?:[^/?#@\s]*@)?([^/?#:@\[\]\s]+)", re.IGNORECASE)
"""Finds the host of a URL several times as fast as taking it apart."""
LONGEST = 253
"""Characters of a host's name in the Domain Name System; what is longer is no host."""
UNWRITTEN = {ord(sign): None for sign in "\u00ad\u200b\u2060\ufeff"} | dict.fromkeys(map(ord, "。．｡"), ".")
"""What the mapping of UTS 46 drops from a name, and the dots that it takes for one."""
ENDING = re.compile(r"^[^/\s]\S*", re.MULTILINE)
"""A line of the public suffix list that is neither empty nor a comment."""


@lru_cache(maxsize=1)
def suffixes() -> PublicSuffixList:
    """The public suffix list, private suffixes included, as hosts are spelled here: in ASCII.

    Reading it takes long enough to wait until it is needed, and a third of the time where it is brought into that
    spelling here: the library passes every line through Python's own codec for names in other scripts.
    """
    endings = ENDING.findall(Path(PSLFILE).read_text("utf-8"))
    return PublicSuffixList(map(ascii_host, endings), accept_encoded_idn=False)


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
    return (suffixes().privatesuffix(name) or name) if name else None
