"""The gate before every page: whom it lets in, and what goes out with each answer.

Written as an ASGI application around another, so that no route can be added that is not behind it.
"""

import logging
from collections.abc import Mapping
from html import escape
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, quote, urlencode

from bot.clock import Clock
from bot.desk.door import WITHIN, Door, Guesses
from bot.logs import event

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

READS = frozenset({"GET", "HEAD"})
OWN = frozenset({"", "same-origin", "none"})
"""What a browser says of who asks, as `Sec-Fetch-Site`: a page of ours, or the owner. An old one says nothing."""
POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
ALWAYS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",  # with `no-referrer` a form's Origin would be `null` (Fetch standard, 3.2)
    "cache-control": "no-store",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "x-frame-options": "DENY",
    "server": "quietfeed",
}
"""Headers of every answer."""
NOT_HERE = "This is the desk of quietfeed, asked for by a name that is not its own. Use the address that it printed."
NO_ENTRY = (
    "This desk is its owner's alone. Open it by the address that quietfeed desk printed, with the token in it; a desk "
    "that was started again has another one."
)
TOO_MANY = "Too many wrong tokens were tried just now, so none is looked at. Wait a minute, then try again."
ELSEWHERE = "A page that is not the desk's asked for this, so it was not answered. Open the desk itself."
NOT_OURS = (
    "This form was not sent from a page of this desk, so nothing was done. Go back, load the page anew, try again."
)


class Gate:
    """Lets nobody through to `inside` who does not belong there."""

    def __init__(self, inside: "ASGIApp", door: Door, clock: Clock) -> None:
        self.inside, self.door, self._guesses = inside, door, Guesses(clock)
        self._opened_once = False

    async def __call__(self, scope: "Scope", receive: "Receive", send: "Send") -> None:
        """Answer one request."""
        if scope["type"] == "lifespan":
            await self.inside(scope, receive, send)
        elif scope["type"] == "http":
            await self._answer(scope, receive, _with_headers(send))
        # a websocket is not answered: the server closes it

    async def _answer(self, scope: "Scope", receive: "Receive", send: "Send") -> None:
        headers = _headers(scope)
        query = parse_qs(scope["query_string"].decode("latin-1"), keep_blank_values=True)
        if self._host(headers) not in self.door.hosts:
            await _say(send, 421, NOT_HERE)
        elif _is_from_elsewhere(scope["method"], headers):
            await _say(send, 403, ELSEWHERE)
        elif scope["method"] not in READS and headers.get("origin") not in self.door.origins:
            await _say(send, 403, NOT_OURS)
        elif scope["method"] == "GET" and "token" in query:
            await self._with_token(scope, query, headers, send)
        elif self._has_passed(headers):
            await self.inside(self._placed(scope), receive, send)
        else:
            await _say(send, 401, NO_ENTRY)

    def _host(self, headers: Mapping[str, str]) -> str:
        """The host that the browser asked for."""
        told = headers.get("x-forwarded-host") if self.door.trusts_proxy else None
        return (headers.get("host", "") if told is None else told).lower()

    def _has_passed(self, headers: Mapping[str, str]) -> bool:
        """Whether a cookie of ours is there. Other programs of this machine may have left more of its name, or some
        that are none: browsers share them between ports."""
        pairs = (pair.strip().partition("=") for pair in headers.get("cookie", "").split(";"))
        return any(name == self.door.cookie and self.door.knows(value) for name, _, value in pairs)

    async def _with_token(
        self, scope: "Scope", query: Mapping[str, list[str]], headers: Mapping[str, str], send: "Send"
    ) -> None:
        """One who brings a token. It goes no further, not even of one who is in: no page has it in its address."""
        tokens = query["token"]
        rest = urlencode({name: values for name, values in query.items() if name != "token"}, doseq=True)
        if self._has_passed(headers):
            await self._let_in(scope, rest, send)
        elif self._guesses.are_too_many():
            await _say(send, 429, TOO_MANY, headers={"retry-after": f"{WITHIN:.0f}"})
        elif len(tokens) == 1 and (self.door.opens(tokens[0]) or self._opens_once(tokens[0])):
            await self._let_in(scope, rest, send)
        else:
            self._guesses.count()
            if self._guesses.are_too_many():
                event("too many wrong tokens at the desk", logging.WARNING)
            await _say(send, 401, NO_ENTRY)

    def _opens_once(self, token: str) -> bool:
        """Whether it is the token that opens a single time, and this is that time."""
        opens = not self._opened_once and self.door.opens_once(token)
        self._opened_once = self._opened_once or opens
        return opens

    async def _let_in(self, scope: "Scope", query: str, send: "Send") -> None:
        """Give the cookie, and go on to the page without the token in its address. A redirect would not do: a browser
        that comes from another site's link does not send a strict cookie along with it."""
        path = self._placed(scope)["path"]
        onward = self.door.path + quote("/" + path.lstrip("/\\")) + (f"?{query}" if query else "")
        cookie = f"{self.door.cookie}={self.door.passed}; Path={self.door.path or '/'}; HttpOnly; SameSite=Strict"
        page = (
            f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>quietfeed</title>'
            '<meta name="referrer" content="no-referrer">'  # its own address has the token
            f'<link rel="icon" href="{escape(self.door.path)}/icon.svg"></head>'
            f'<body><p><a href="{escape(onward)}">To the desk</a></p></body></html>'
        )
        given = {"set-cookie": cookie + ("; Secure" if self.door.secure else ""), "refresh": f"0; url={onward}"}
        await _say(send, 200, page, "text/html", given)

    def _placed(self, scope: "Scope") -> "Scope":
        """The request with its path as it is within the desk, whether or not a proxy took off what stands before it."""
        path: str = scope["path"]
        if self.door.path and (path + "/").startswith(self.door.path + "/"):
            path = path.removeprefix(self.door.path) or "/"
        return {**scope, "path": path, "raw_path": path.encode(), "root_path": ""}


def _is_from_elsewhere(method: str, headers: Mapping[str, str]) -> bool:
    """Whether a browser says that another site's page asks, or one of another port of this machine, which has our
    cookies too. To follow a link from there is the owner's own doing."""
    follows = (method, headers.get("sec-fetch-mode"), headers.get("sec-fetch-dest")) == ("GET", "navigate", "document")
    return headers.get("sec-fetch-site", "") not in OWN and not follows


def _headers(scope: "Scope") -> dict[str, str]:
    """By name in small letters; of one that comes twice nothing is believed."""
    found: dict[str, str] = {}
    for name, value in scope["headers"]:
        key = name.decode("latin-1").lower()
        found[key] = "" if key in found else value.decode("latin-1")
    return found


def _with_headers(send: "Send") -> "Send":
    """Sends every answer with the headers that each has."""

    async def sending(message: "Message") -> None:
        if message["type"] == "http.response.start":
            own = [(name, value) for name, value in message.get("headers", []) if name.decode().lower() not in ALWAYS]
            always = [(name.encode(), value.encode()) for name, value in ALWAYS.items()]
            message = {**message, "headers": [*own, *always]}
        await send(message)

    return sending


async def _say(
    send: "Send", status: int, words: str, kind: str = "text/plain", headers: dict[str, str] | None = None
) -> None:
    body = words.encode()
    told = {"content-type": f"{kind}; charset=utf-8", "content-length": str(len(body)), **(headers or {})}
    lines = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in told.items()]
    await send({"type": "http.response.start", "status": status, "headers": lines})
    await send({"type": "http.response.body", "body": body})
