"""A dead man's switch: a service that is pinged at each sweep, and warns the owner where the pings stay away.

healthchecks.io and what speaks like it: the address itself for success, with `/start` and `/fail` behind it for the
rest (healthchecks.io/docs/http_api). Nothing but that is told to it.
"""

import threading
from functools import partial
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from typing import Any, Literal
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import HTTPHandler, HTTPRedirectHandler, HTTPSHandler, Request, build_opener

from bot import __version__
from bot.notify.sending import UNKNOWN_THERE, Outcome, unanswered
from bot.platforms.answers import Deadline

Moment = Literal["start", "success", "fail"]
LONGEST = 10.0
"""Seconds that a ping may hold a sweep up."""
TOO_LONG = "it took too long to answer"
NOT_AN_ADDRESS = "its address is none of the web, such as https://hc-ping.com/your-uuid"


class _StayHere(HTTPRedirectHandler):
    """Follows no redirect: the address is a secret, and its host the only one that may have it."""

    def redirect_request(self, *_: object) -> None:
        """None: an answer that leads elsewhere is a refusal."""


class _Plain(HTTPConnection):
    """A connection that its deadline ends: a timeout alone begins anew with every byte."""

    deadline: Deadline

    def connect(self) -> None:
        """Connect, and be watched before TLS is spoken on it."""
        super().connect()
        self.deadline.watch(self.sock)


class _Secured(HTTPSConnection, _Plain):
    """The same by TLS, which begins behind what `_Plain` does."""


class _Within(HTTPHandler, HTTPSHandler):
    """Makes such connections."""

    def __init__(self, deadline: Deadline) -> None:
        super().__init__()
        self._deadline = deadline

    def http_open(self, req: Request) -> HTTPResponse:
        """By plain http."""
        return self.do_open(partial(self._made, _Plain), req)

    def https_open(self, req: Request) -> HTTPResponse:
        """By TLS."""
        return self.do_open(partial(self._made, _Secured), req)

    def _made(self, kind: type[_Plain], *arguments: Any, **named: Any) -> HTTPConnection:
        made = kind(*arguments, **named)
        made.deadline = self._deadline
        return made


def ping(url: str, moment: Moment, longest: float = LONGEST) -> Outcome:
    """Tell the switch at a secret address what happens now. Never raises, and never takes longer than `longest`: a
    server that says nothing is left to a thread of its own, which ends then too."""
    address = address_of(url, moment)
    if address is None:
        return Outcome(False, NOT_AN_ADDRESS, wrong_address=True)
    found: list[Outcome] = []
    asking = threading.Thread(target=lambda: found.append(_asked(address, longest)), name="ping", daemon=True)
    asking.start()
    asking.join(longest)
    return found[0] if found else Outcome(False, TOO_LONG)


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
    with Deadline(longest) as deadline:
        try:
            asked = Request(address, headers={"User-Agent": f"quietfeed/{__version__}"})  # noqa: S310 - http(s) alone
            with build_opener(_StayHere, _Within(deadline)).open(asked, timeout=longest):
                return Outcome(False, TOO_LONG) if deadline.passed else Outcome(True)  # cut off, headers look whole
        except HTTPError as refused:
            with refused:
                return _refused(refused.code)
        except (OSError, HTTPException, ValueError) as fault:
            return Outcome(False, TOO_LONG) if deadline.passed else unanswered(fault, longest)


def _refused(status: int) -> Outcome:
    if 300 <= status < 400:
        return Outcome(False, "it redirects elsewhere, where nothing was sent", wrong_address=True)
    return Outcome(False, f"it answered HTTP {status}", wrong_address=status in UNKNOWN_THERE)
