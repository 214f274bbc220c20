"""What an AT Protocol server's refusals mean, and where one may be asked at all."""

import re
from datetime import datetime
from urllib.parse import quote, urlsplit

from bot import secrecy
from bot.errors import UserError
from bot.platforms.base import LoginNeeded, PlatformError, RateLimited, Unreachable, Unsupported, Unusable

TOKEN_FAULTS = frozenset({"ExpiredToken", "InvalidToken"})
"""A PDS answers these with 400, not 401."""
LOGIN_FAULTS = TOKEN_FAULTS | {
    "AccountDeactivated",
    "AccountSuspended",
    "AccountTakedown",
    "AuthenticationRequired",
    "AuthFactorTokenRequired",
    "AuthMissing",
}
ABSENT = frozenset({"MethodNotImplemented", "XRPCNotSupported"})
GONE = frozenset({"BlockedActor", "BlockedByActor", "AccountDeactivated", "AccountSuspended", "AccountTakedown"})
GONE_WORDS = frozenset(
    {
        "profile not found",
        "actor not found",
        "account not found",
        "account is deactivated",
        "account has been suspended",
    }
)
"""What an AppView says, whole, with a plain `InvalidRequest` (bsky-social/atproto, getProfile and getAuthorFeed)."""
ABOUT_OTHERS = frozenset({"app.bsky.feed.getAuthorFeed", "app.bsky.actor.getProfile"})
"""Queries whose refusal speaks of the account asked for, not of our own."""
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
LONGEST = 200
"""Characters of a server's own words that an error repeats."""


class Fault(Exception):
    """An answer that is no success. `status` is None without an answer, `remedy` what the owner can do about that;
    `name` is the lexicon's error name."""

    def __init__(
        self,
        status: int | None,
        name: str = "",
        message: str = "",
        retry_at: datetime | None = None,
        remedy: str = "",
    ) -> None:
        self.status, self.name, self.message = status, _told(name), _told(message)
        self.retry_at, self.remedy = retry_at, remedy
        super().__init__(" ".join(str(part) for part in (status, self.name, self.message) if part))


def _told(words: str) -> str:
    """A server's own words: short, on one line, and nothing that it was told in confidence."""
    return "".join(c for c in secrecy.without(words) if c.isprintable())[:LONGEST]


class Refused(PlatformError):
    """The server understood, and said no; `fault` holds why."""

    def __init__(self, message: str, fault: Fault) -> None:
        super().__init__(message)
        self.fault = fault

    def gone(self) -> bool:
        """Whether it was refused because the account asked for is gone, or has blocked us, by the error's name or by
        the very words that AppViews use: a feed or a proxy that was “not found” says nothing of the account."""
        words = self.fault.message.strip().rstrip(".").lower()
        return self.fault.name in GONE or (self.fault.status in (400, 404) and words in GONE_WORDS)


def error_of(fault: Fault, server: str, method: str, handle: str) -> Exception:
    """The error that the core understands."""
    host = urlsplit(server).hostname
    said = f"{host}: {method}: {fault}"
    if fault.status == 429:
        return RateLimited(f"{host} asks to slow down", fault.retry_at)
    no_chat = fault.status == 500 and method.startswith("chat.")  # a PDS that cannot find the chat service
    if fault.name in ABSENT or no_chat or (fault.status in (404, 501) and fault.name):
        return Unsupported(f"{host} does not offer {method}")
    if fault.status is None:
        return Unreachable(f"{host}: {fault.message}", fault.remedy)
    if fault.status >= 500 or fault.status in (408, 425):
        return Unreachable(f"{host} said {fault}")
    if fault.status in (403, 404) and not fault.name:
        # One says 404 while what stands behind it starts; a 403 was decided, and asking again makes it no better.
        kind = Unusable if fault.status == 403 else Unreachable
        return kind(f"{said} without an error of the API: a proxy's, it seems")
    ours = fault.name in LOGIN_FAULTS or fault.status == 401
    if ours and not (method in ABOUT_OTHERS and fault.name in GONE):
        return LoginNeeded(f"{handle}: {said}")
    return Refused(said, fault)


def check_address(url: str, plain: bool = True) -> str:
    """The server's address without a path. Raises UserError for anything but https, or http on a loopback host where
    that may be (`plain`)."""
    try:
        parts = urlsplit(url if "//" in url else f"https://{url}")
        host, _, _ = parts.hostname, parts.port, parts.netloc.encode()
    except ValueError:
        host = None
    if not host or parts.scheme not in ("http", "https") or parts.username or re.search(r"\s", parts.netloc):
        raise UserError(f"{url}: this is no server address; write it like https://bsky.social")
    if parts.scheme == "http" and not (plain and host in LOOPBACK):
        raise UserError(f"{url}: plain http would show your password to everybody on the way; use https")
    return f"{parts.scheme}://{parts.netloc}"


def service(appview: str | None) -> str | None:
    """The `atproto-proxy` header that names an AppView, given as its service DID or as its URL.

    A DID (`did:web:api.example.com`, `did:plc:…`) may leave out the fragment `#bsky_appview`. A URL becomes the
    did:web of its host: reads go through the PDS in any case, since an AppView accepts no token of ours; the PDS
    looks the DID up and signs what it forwards.
    """
    if not appview:
        return None
    if appview.startswith("did:"):
        return appview if "#" in appview else f"{appview}#bsky_appview"
    return f"did:web:{quote(urlsplit(check_address(appview)).netloc, safe='')}#bsky_appview"
