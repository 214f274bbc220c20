"""What the first questions name, looked up: whether it is there, and what it seems."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlsplit

from bot import handles
from bot.cli.bounded import within
from bot.clock import SystemClock
from bot.errors import UserError
from bot.platforms.answers import Moved
from bot.platforms.base import LoginNeeded, PlatformError, Unsupported

DIRECTORY = "public.api.bsky.app"
"""Knows every handle of Bluesky, whoever asks."""
NO_ANSWER = "could not be looked up now; going on without"


@dataclass(frozen=True, slots=True)
class Found:
    """What a name was found to be, in a line, and the value to be written down, which may be another than was typed."""

    words: str
    value: str


def mastodon(address: str, text: str) -> Found:
    """What answers at a Mastodon server's address, as it was typed in `text`. Where a handle's host is not its server,
    the server is found. Raises UserError where there is none, or something else."""
    host = urlsplit(address).netloc
    return within(lambda: _server(address, host, handles.parse(text) or ""), host)


def _server(address: str, host: str, handle: str) -> Found:
    from bot.platforms.mastodon import home_of, look_at

    def seen(there: str, leads: str = "") -> Found:
        software, found = look_at(there, SystemClock()), urlsplit(there).netloc
        return Found(f"{leads}{found} is there{f': {software}' if software else ''}", there)

    try:
        return seen(address)
    except Moved as away:
        if not away.there.startswith(f"{urlsplit(address).scheme}:"):
            raise
        return seen(away.there, f"{host} leads to another server: ")
    except Unsupported as other:
        if "@" not in handle:
            raise UserError(f"{other}; if your handle ends in it, type your whole handle") from None
        elsewhere = _or_none(lambda: home_of(handle, SystemClock()))
        if elsewhere in (None, address):
            raise
        return seen(str(elsewhere), f"{handle} lives elsewhere: ")


def bluesky(handle: str, text: str = "", web: Any = None) -> Found:
    """Whether the handle is somebody's on Bluesky. Raises UserError where it is nobody's; where the directory itself
    cannot be asked, that stops nothing."""
    from bot.platforms.mastodon.connection import Refused
    from bot.platforms.mastodon.web import PublicWeb

    asked = f"/xrpc/com.atproto.identity.resolveHandle?handle={quote(handle, safe='')}"
    web = web or PublicWeb(SystemClock())
    try:
        within(lambda: web.visit(DIRECTORY).get(asked), DIRECTORY)
    except PlatformError as no:
        if isinstance(no, Refused) and no.status == 400:
            raise UserError(f"nobody on Bluesky is called {handle}") from None
        return Found(f"{handle} {NO_ANSWER}", handle)
    return Found(f"{handle} is there", handle)


def _or_none(ask: Callable[[], str]) -> str | None:
    try:
        return ask()
    except (PlatformError, LoginNeeded):
        return None
