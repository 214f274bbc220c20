"""What the first questions name, looked up where there is a network: whether it is there, and what it seems."""

import threading
from collections.abc import Callable
from typing import Any
from urllib.parse import quote, urlsplit

from bot.clock import SystemClock
from bot.errors import UserError
from bot.platforms.base import PlatformError
from bot.report.escape import inline

SECONDS = 5.0
"""No longer is waited for an answer: a question can do without."""
DIRECTORY = "public.api.bsky.app"
"""Knows every handle of Bluesky, whoever asks."""
NO_ANSWER = "could not be looked up now; going on without"
HIDDEN = (401, 403)
"""Servers that show themselves to their own people alone."""


def mastodon(address: str, web: Any = None) -> str:
    """What answers at a Mastodon server's address, in a line. Raises UserError where that is something else."""
    from bot.platforms.mastodon.connection import Refused

    host, web = urlsplit(address).netloc, web or _web()

    def ask() -> str:
        found: Any = web.visit(host).get("/api/v1/instance")  # the older form is what compatible servers have too
        if not isinstance(found, dict) or not found.get("version"):
            raise UserError(f"{host} answers, but not as a Mastodon server does")
        return f"{host} is there: {inline(str(found.get('title') or host), 60)}, {inline(str(found['version']), 60)}"

    try:
        return _in_time(ask) or f"{host} {NO_ANSWER}"
    except Refused as no:
        if no.status in HIDDEN or not _may_be_public(host):
            return f"{host} {NO_ANSWER}"
        raise UserError(f"{host} answers, but not as a Mastodon server does ({no.status})") from None


def bluesky(handle: str, web: Any = None) -> str:
    """Whether the handle is somebody's on Bluesky, in a line. Raises UserError where it is nobody's."""
    from bot.platforms.mastodon.connection import Refused

    web = web or _web()
    asked = f"/xrpc/com.atproto.identity.resolveHandle?handle={quote(handle, safe='')}"

    def ask() -> str:
        web.visit(DIRECTORY).get(asked)
        return f"{handle} is there"

    try:
        return _in_time(ask) or f"{handle} {NO_ANSWER}"
    except Refused as no:
        if no.status == 400:
            raise UserError(f"nobody on Bluesky is called {handle}") from None
        return f"{handle} {NO_ANSWER}"


def _web() -> Any:
    """What everybody may read, asked for without a login (`platforms.mastodon.web`), and not for long."""
    from bot.platforms.mastodon.web import PublicWeb

    return PublicWeb(SystemClock(), seconds=SECONDS)


def _may_be_public(host: str) -> bool:
    """Whether a host may be one of the open internet, and not this machine."""
    return ":" not in host and "." in host and not host.replace(".", "").isdigit()


def _in_time(ask: Callable[[], str]) -> str:
    """What comes of it; nothing where there is no network, or no answer in time: looking up a name knows no limit of
    its own."""
    from bot.platforms.mastodon.connection import Refused

    came: list[str | Exception] = []

    def run() -> None:
        try:
            came.append(ask())
        except Exception as fault:  # noqa: BLE001  told where it is waited for
            came.append(fault)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(SECONDS)
    result = came[0] if came else ""
    if isinstance(result, PlatformError) and not isinstance(result, Refused):
        return ""
    if isinstance(result, Exception):
        raise result
    return result
