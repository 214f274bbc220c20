"""A dead man's switch: a service that is pinged at each sweep, and warns the owner where the pings stay away.

healthchecks.io and what speaks like it: the address itself for success, with `/start` and `/fail` behind it for the
rest (healthchecks.io/docs/http_api). Nothing but that is told to it.
"""

import threading
from http.client import HTTPException
from typing import Literal
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from bot import __version__
from bot.notify.sending import Outcome

Moment = Literal["start", "success", "fail"]
LONGEST = 10.0
"""Seconds that a ping may hold a sweep up."""


class _StayHere(HTTPRedirectHandler):
    """Follows no redirect: the address is a secret, and its host the only one that may have it."""

    def redirect_request(self, *_: object) -> None:
        """None: an answer that leads elsewhere is a refusal."""


def ping(url: str, moment: Moment, longest: float = LONGEST) -> Outcome:
    """Tell the switch at a secret address what happens now. Never raises, and never takes longer than `longest`: a
    server that says nothing is left to a thread of its own, which ends with it."""
    address = address_of(url, moment)
    if address is None:
        return Outcome(False, "its address is none of the web, such as https://hc-ping.com/your-uuid")
    found: list[Outcome] = []
    asking = threading.Thread(target=lambda: found.append(_asked(address, longest)), name="ping", daemon=True)
    asking.start()
    asking.join(longest)
    return found[0] if found else Outcome(False, "it took too long to answer")


def address_of(url: str, moment: Moment) -> str | None:
    """What is asked for: the address with the moment behind its path. None where it is no http(s) address."""
    try:
        parts = urlsplit(url.strip())
        host, _ = parts.hostname, parts.port
    except ValueError:
        return None
    if (
        parts.scheme not in ("http", "https")
        or not host
        or " " in parts.netloc
        or not url.strip().isascii()
        or not url.strip().isprintable()
    ):
        return None
    path = parts.path.rstrip("/") + ("" if moment == "success" else f"/{moment}")
    return parts._replace(path=path.replace(" ", "%20") or "/", fragment="").geturl()


def _asked(address: str, longest: float) -> Outcome:
    """Ask for it; the words of a fault name no part of the address."""
    try:
        asked = Request(address, headers={"User-Agent": f"quietfeed/{__version__}"})  # noqa: S310 - http(s) alone
        with build_opener(_StayHere).open(asked, timeout=longest):
            return Outcome(True)
    except HTTPError as refused:
        with refused:
            return Outcome(False, f"it answered HTTP {refused.code}")
    except (OSError, HTTPException, ValueError):
        return Outcome(False, "there was no connection to it, or it was cut off")
