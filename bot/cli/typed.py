"""What people type into the first questions, understood: each function gives the value, or says what is wrong."""

from difflib import get_close_matches
from urllib.parse import urlsplit

from bot import handles
from bot.config import meant
from bot.config.faults import shown
from bot.config.options import ADDRESS, TIME
from bot.errors import UserError

NETWORKS = {"mastodon": "mastodon", "bluesky": "bluesky", "bsky": "bluesky"}
BLUESKY_HOST = "bsky.social"
"""Where most people on Bluesky have their names."""
ON_THIS_MACHINE = ("localhost", "::1")
"""Hosts without a dot that are whole all the same."""


def network(text: str) -> str:
    """`Mastodon` or `bsky` as `mastodon` or `bluesky`. Raises UserError."""
    close = get_close_matches(text.strip().casefold(), NETWORKS, n=1, cutoff=0.8)
    if not close:
        raise UserError(f"{shown(text)} is neither mastodon nor bluesky")
    return NETWORKS[close[0]]


def server(text: str) -> str:
    """A server's address: of a bare host, of one's own handle (`@me@mastodon.example`), or of any page there.
    Raises UserError."""
    named = text.strip()
    if "://" not in named:
        named = f"https://{handles.host_of(handles.parse(named) or '') or named}"
    named = "/".join(named.split("/")[:3])
    complaint = ADDRESS.check(named)
    if not complaint:
        parts = urlsplit(named)
        if "." in parts.netloc or parts.hostname in ON_THIS_MACHINE:
            return f"{parts.scheme}://{parts.netloc.lower()}"
        complaint = f"{shown(text.strip())} is no whole address"
    raise UserError(f"{complaint}; allowed: {ADDRESS.words()}")


def bluesky_handle(text: str) -> str:
    """A Bluesky handle; a bare name is one of most people's host. Raises UserError."""
    found = handles.parse(text)
    if found is None or handles.host_of(found):
        raise UserError(f"{shown(text)} is no Bluesky handle; allowed: a name such as robin.bsky.example")
    return found if "." in found or handles.is_did(found) else f"{found}.{BLUESKY_HOST}"


def time_of_day(text: str) -> str:
    """`8`, `8:30` or `8 pm` as `08:00`, `08:30` or `20:00`. Raises UserError."""
    found = meant.time_of_day(text)
    if found is None:
        raise UserError(f"{shown(text)} is no time of day; allowed: {TIME.words()}")
    return found
