"""How long an answer may take and how large it may be: a server can drip, never end, or pack a gigabyte into a letter.

Every way in which a server is asked ends here: the transports of Mastodon and Bluesky, and what strangers are asked.
"""

import json
import math
import re
import socket
import threading
import zlib
from collections.abc import Iterable
from contextlib import suppress
from typing import Any
from urllib.parse import urljoin, urlsplit

from bot.platforms.base import Unreachable, Unusable

SECONDS = 30.0
"""For one answer, from the request to its last byte."""
MOST_BYTES = 16_000_000
"""Of one answer, as sent and as unpacked; the largest honest page, 100 posts of Bluesky, takes half a megabyte."""
CHUNK = 65_536
PACKINGS = "gzip, deflate"
"""What is asked for (Accept-Encoding), and all that is unpacked."""
LONE = re.compile("[\ud800-\udfff]")
"""Half of a surrogate pair: JSON can spell it, no encoding can carry it on."""
SPELLED = re.compile(r"\\u[dD][89a-fA-F]")
"""How JSON spells a half, alone or in its pair."""
LONGEST_NUMBER = 20
"""Digits; ids of 64 bits have as many."""


class Moved(Unusable):
    """A redirect to another server, which is not followed. `there` is its address; empty where it is none."""

    def __init__(self, message: str, there: str) -> None:
        super().__init__(message)
        self.there = there


class Deadline:
    """Ends an exchange when its time is up: a timeout of the socket alone begins anew with every byte.

    To be entered for the whole exchange and told of its connection. `passed` says whether it has struck: what was
    read is then no whole answer, even if it looks like one.
    """

    def __init__(self, seconds: float | None = None) -> None:
        self.passed = False
        self._line: socket.socket | None = None
        self._lock = threading.Lock()
        self._timer = threading.Timer(SECONDS if seconds is None else seconds, self._strike)
        self._timer.daemon = True

    def __enter__(self) -> "Deadline":
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()
        self._timer.join()
        self._forget()

    def watch(self, line: socket.socket) -> None:
        """End this connection when the time is up; at once where it is."""
        with self._lock:
            self._forget()
            with suppress(OSError):  # closed already: then nobody waits on it
                # A handle of its own, which outlives the wrapping by TLS.
                self._line = socket.fromfd(line.fileno(), line.family, line.type)
            if self.passed:
                self._shut()

    def _strike(self) -> None:
        with self._lock:
            self.passed = True
            self._shut()

    def _shut(self) -> None:
        if self._line is not None:
            with suppress(OSError):
                self._line.shutdown(socket.SHUT_RDWR)

    def _forget(self) -> None:
        if self._line is not None:
            self._line.close()
            self._line = None


def late(host: str) -> Unusable:
    """The error for an answer that the deadline ended."""
    return Unusable(f"{host} did not finish its answer within {SECONDS:.0f} seconds; the daemon asks again later")


def leads_to(url: str, location: str) -> str:
    """Where a redirect at `url` leads; "" where that is no address."""
    try:
        return urljoin(url, location)
    except ValueError:
        return ""


def moved(host: str, there: str) -> Moved:
    """The error for a redirect to the address `there`, which is not followed."""
    try:
        parts = urlsplit(there)
        where = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}" if parts.netloc else ""
    except ValueError:
        where = ""
    named = "".join(sign for sign in where if sign.isascii() and sign.isprintable())[:80]  # a stranger wrote it
    return Moved(
        f"{host} redirects to {named or 'what is no address'}, where nothing was sent: if the server has moved, "
        "put its new address into the config",
        named,
    )


def whole(host: str, chunks: Iterable[bytes], packing: str = "") -> bytes:
    """The body of an answer, unpacked; `packing` is its Content-Encoding.

    Never holds much more than MOST_BYTES. Raises Unusable where there are more, as sent or as unpacked, and where
    it is packed in another way than asked for or twice; Unreachable where it cannot be unpacked.
    """
    kind = packing.strip().lower()
    if kind not in ("", "identity", "gzip", "x-gzip", "deflate"):
        raise Unusable(f"{host} packs its answer in a way that was not asked for")
    unpacker = None if kind in ("", "identity") else zlib.decompressobj(wbits=zlib.MAX_WBITS | 32)
    parts: list[bytes] = []
    sent = held = 0
    for chunk in chunks:
        sent += len(chunk)
        try:
            part = unpacker.decompress(chunk, MOST_BYTES + 1 - held) if unpacker else chunk
        except zlib.error:
            raise Unreachable(f"{host} gave an answer that cannot be unpacked") from None
        held += len(part)
        if max(sent, held) > MOST_BYTES:
            raise Unusable(
                f"{host} gave an answer of more than {MOST_BYTES / 1e6:g} MB, which is not read: is its address right?"
            )
        parts.append(part)
    if unpacker and sent and not unpacker.eof:
        raise Unreachable(f"{host} broke its answer off")
    return b"".join(parts)


def decoded(content: bytes | str) -> Any:
    """The JSON of a stranger, with what no honest server sends taken out, so that one bad item costs that item alone.

    A number beyond any count, and NaN or Infinity, which are no JSON, become None: unknown. What is no UTF-8, and
    half a surrogate pair, become U+FFFD, as browsers have it. Raises ValueError where it is no JSON, or nested beyond
    reading.
    """
    text = content if isinstance(content, str) else content.decode("utf-8", "replace").removeprefix("\ufeff")
    try:
        found = json.loads(text, parse_int=_whole_number, parse_float=_fraction, parse_constant=lambda _: None)
        return _mended(found) if SPELLED.search(text) else found
    except RecursionError:
        raise ValueError("nested too deeply") from None


def _whole_number(digits: str) -> int | None:
    return int(digits) if len(digits) <= LONGEST_NUMBER else None


def _fraction(digits: str) -> float | None:
    number = float(digits)
    return number if math.isfinite(number) else None


def _mended(value: Any) -> Any:
    if isinstance(value, str):
        return LONE.sub("\ufffd", value)
    if isinstance(value, list):
        return [_mended(item) for item in value]
    if isinstance(value, dict):
        return {_mended(key): _mended(item) for key, item in value.items()}
    return value
