"""Logging in by OAuth: least scopes, PKCE where the server has it (Mastodon 4.3+), out of band or by loopback.

Facts: docs.joinmastodon.org/spec/oauth; the library has no PKCE, so its part is done here by plain requests.
"""

import base64
import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode

from bot import secrecy
from bot.clock import Clock, SystemClock
from bot.errors import UserError
from bot.platforms.base import LoginNeeded, PlatformError, Unreachable
from bot.platforms.mastodon.connection import Connection, Refused, base_url

OUT_OF_BAND = "urn:ietf:wg:oauth:2.0:oob"
"""Redirect address that makes the server show a code to copy."""
LEAST = (
    "read:accounts read:statuses read:follows read:lists read:mutes read:favourites read:bookmarks read:notifications "
    "write:mutes write:lists write:follows write:statuses"
)
"""What quietfeed needs, and nothing else."""
MARKS = "write:accounts"
"""What marks in the owner's private notes need (see `notes`); a login without it goes on without them."""
PICTURES = "write:media"
"""What the picture of a report needs (see `media_files`); a login without it gets reports without one."""
BROADER = ("read write:mutes write:lists write:follows write:statuses", "read write")
"""What is asked of servers that do not know the finer scopes."""
READING = " ".join(scope for scope in LEAST.split() if scope.startswith("read:"))
"""What a login needs that may change nothing: a dry run works with it, but for the posted report."""
TO_ACT = (f"{LEAST} {MARKS} {PICTURES}", f"{LEAST} {MARKS}", LEAST, *BROADER)
"""What is asked for, one after the other until a server takes it."""
TO_READ = (READING, "read")
"""The same for a login that only reads."""


@dataclass(frozen=True, slots=True)
class AppKeys:
    """What a server gave this program to log its owner in with."""

    server: str
    client_id: str
    client_secret: str = field(repr=False)
    redirect_uri: str
    scopes: str
    pkce: bool
    """Whether the server checks a proof key (S256)."""

    @property
    def broader(self) -> str:
        """A word for the owner where more had to be asked for than is needed; empty otherwise."""
        least = set(self.scopes.split()) <= {*LEAST.split(), MARKS, PICTURES}
        return "" if least else f"this server knows no finer permissions, so “{self.scopes}” is asked for"


def register(server: str, redirect_uri: str, clock: Clock, *, reading: bool = False) -> AppKeys:
    """Make quietfeed known to the server, for `reading` alone where that is wanted. The first fault is believed.
    Raises UserError, Unreachable or Unsupported."""
    connection = Connection(server, "", clock, share=1.0, patience=0.0)
    wanted = TO_READ if reading else TO_ACT
    try:
        known, pkce = _metadata(connection)
        for scopes in _candidates(known, wanted):
            params = {
                "client_name": "quietfeed",
                "redirect_uris": redirect_uri,
                "scopes": scopes,
            }
            try:
                answer = connection.write("POST", "/api/v1/apps", params).fields
            except Refused as refusal:
                if refusal.status in (400, 422) and scopes != wanted[-1]:
                    continue
                raise
            if answer.get("client_id") and answer.get("client_secret"):
                return AppKeys(
                    connection.base, str(answer["client_id"]), str(answer["client_secret"]), redirect_uri, scopes, pkce
                )
        raise Unreachable(f"{connection.host} did not register quietfeed: is it a server of the Mastodon API?")
    finally:
        connection.close()


def proof_key() -> tuple[str, str]:
    """A new PKCE verifier and its S256 challenge (RFC 7636)."""
    verifier = secrets.token_urlsafe(48)
    digest = hashlib.sha256(verifier.encode()).digest()
    return verifier, base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def authorize_url(keys: AppKeys, state: str, challenge: str | None = None) -> str:
    """The page where the owner allows quietfeed; `challenge` from `proof_key` where `keys.pkce`."""
    query = {
        "response_type": "code",
        "client_id": keys.client_id,
        "redirect_uri": keys.redirect_uri,
        "scope": keys.scopes,
        "state": state,
    }
    if challenge and keys.pkce:
        query |= {"code_challenge": challenge, "code_challenge_method": "S256"}
    return f"{base_url(keys.server)}/oauth/authorize?{urlencode(query)}"


def exchange(keys: AppKeys, code: str, verifier: str | None = None, clock: Clock | None = None) -> str:
    """The access token for a code. Raises UserError where the server does not accept the code."""
    connection = Connection(keys.server, "", clock or SystemClock(), share=1.0, patience=0.0)
    secrecy.note(keys.client_secret, code, verifier)
    params = {
        "grant_type": "authorization_code",
        "code": code.strip(),
        "client_id": keys.client_id,
        "client_secret": keys.client_secret,
        "redirect_uri": keys.redirect_uri,
        "scope": keys.scopes,
    }
    if verifier and keys.pkce:
        params["code_verifier"] = verifier
    try:
        token = connection.write("POST", "/oauth/token", params, repeatable=False).fields.get("access_token")
    except (Refused, LoginNeeded) as refusal:
        raise UserError(
            f"{connection.host} did not accept the code: it is used only once and for a few minutes; start again"
        ) from refusal
    finally:
        connection.close()
    if not isinstance(token, str) or not token:
        raise Unreachable(f"{connection.host} gave no token for the code")
    return token


def _metadata(connection: Connection) -> tuple[Sequence[str], bool]:
    """Scopes that the server says it knows (none: it does not say), and whether it does PKCE with S256."""
    try:
        found = connection.get("/.well-known/oauth-authorization-server").fields
    except (PlatformError, LoginNeeded):
        return (), False
    scopes, methods = found.get("scopes_supported"), found.get("code_challenge_methods_supported")
    return (
        [scope for scope in scopes if isinstance(scope, str)] if isinstance(scopes, list) else (),
        isinstance(methods, list) and "S256" in methods,
    )


def _candidates(known: Sequence[str], wanted: Sequence[str]) -> Sequence[str]:
    """Those of the scope sets `wanted`, least first, that are worth a try. A server that names finer scopes is
    believed; one that names only the coarse ones may still know the finer, so it is asked."""
    if not any(":" in scope for scope in known):
        return wanted
    return [scopes for scopes in wanted if set(scopes.split()) <= set(known)] or [wanted[-1]]


def revoke(server: str, token: str, client_id: str, client_secret: str, clock: Clock) -> None:
    """End a login for good (docs.joinmastodon.org/methods/oauth, `/oauth/revoke`); only who was given the token can.
    Raises PlatformError or LoginNeeded where the server does not do so."""
    connection = Connection(server, "", clock, share=1.0, patience=0.0)
    secrecy.note(token, client_secret)
    params = {"client_id": client_id, "client_secret": client_secret, "token": token}
    try:
        connection.write("POST", "/oauth/revoke", params)
    finally:
        connection.close()
