"""What people type into the first questions, understood: each function gives the value, or says what is wrong."""

from difflib import get_close_matches

from bot import handles
from bot.config import meant
from bot.config.faults import shown
from bot.config.options import ADDRESS, TIME
from bot.errors import UserError

NETWORKS = {"mastodon": "mastodon", "bluesky": "bluesky", "bsky": "bluesky"}
BLUESKY_HOST = "bsky.social"
"""Where most people on Bluesky have their names."""


def network(text: str) -> str:
    """`Mastodon` or `bsky` as `mastodon` or `bluesky`. Raises UserError."""
    close = get_close_matches(text.strip().casefold(), NETWORKS, n=1, cutoff=0.8)
    if not close:
        raise UserError(f"{shown(text)} is neither mastodon nor bluesky")
    return NETWORKS[close[0]]


def server(text: str) -> str:
    """A server's address: of a bare host, of one's own handle (`@me@mastodon.example`), or of one's own page there.
    Raises UserError."""
    person = handles.parse(text)
    host = handles.host_of(person) if person else ""
    named = host or text.strip().rstrip("/")
    address = named if "://" in named else f"https://{named}"
    complaint = ADDRESS.check(address)
    if not complaint and "://" not in named and "." not in named:
        complaint = f"{shown(named)} is no whole address"
    if complaint:
        raise UserError(f"{complaint}; allowed: {ADDRESS.words()}")
    return address


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
