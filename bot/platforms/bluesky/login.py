"""One login on one PDS, kept and refreshed.

Answers are read as raw JSON: the library's models lose a whole page for one bad embed.
"""

import contextlib
import json
import logging
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit

from bot import secrecy
from bot.clock import Clock
from bot.errors import UserError
from bot.platforms.base import LoginNeeded, Unsupported
from bot.platforms.bluesky.client import Client
from bot.platforms.bluesky.faults import TOKEN_FAULTS, Fault, check_address, error_of, service
from bot.platforms.bluesky.json import Json
from bot.platforms.bluesky.library import AtProtocolError, RequestErrorBase, Response, Session, SessionEvent, httpx
from bot.platforms.bluesky.transport import Guarded
from bot.platforms.broken import what_broke
from bot.platforms.budget import Budget
from bot.platforms.headers import limits_of

log = logging.getLogger(__name__)

BLUESKY = "https://bsky.social"
TIMEOUT = 20.0
"""Seconds without a byte after which a request is given up."""
WINDOWS = {
    "all": (3000, timedelta(minutes=5)),
    "login": (30, timedelta(minutes=5)),
    "logins of a day": (300, timedelta(days=1)),
    "writes": (5000 // 3, timedelta(hours=1)),
    "writes of a day": (35000 // 3, timedelta(days=1)),
}
"""What a PDS allows (docs.bsky.app/docs/advanced-guides/rate-limits); a created record costs 3 points of 5,000."""
CHAT = "did:web:api.bsky.chat#bsky_chat"
"""Where a PDS forwards chat calls (atproto-proxy; docs.bsky.app/docs/api/chat-bsky-convo-send-message)."""


DESCRIBE, DELETE = "com.atproto.server.describeServer", "com.atproto.server.deleteSession"
DESCRIBE_REPO, NOT_KEPT = "com.atproto.repo.describeRepo", "could not find"
"""What tells anybody of an account, and how the answer begins where the server keeps none of that handle
(bluesky-social/atproto, packages/pds/src/api/com/atproto/repo/describeRepo.ts)."""
LIMITS = "ratelimit-"
"""How the names of the headers begin that tell the limits."""


class Login:
    """One login on one server: asks, within the budget, and keeps its session fresh (an `Xrpc`).

    Never logs in while the kept session can be refreshed; logs in again, with a new client, only where the server
    refuses the refresh and there is an app password.
    """

    def __init__(
        self,
        server: str,
        session: str | None,
        clock: Clock,
        budget: Budget,
        *,
        handle: str,
        password: Callable[[], str | None],
        save_session: Callable[[str], None],
        appview: str | None = None,
    ) -> None:
        self.server = check_address(server)
        self.handle = handle
        self._plain = self.server.startswith("http:")
        self.clock_offset: float | None = None
        self._clock, self._budget = clock, budget
        self._password, self._save = password, save_session
        self._appview = service(appview)
        self._client: Client | None = None
        self._session = session

    @property
    def did(self) -> str:
        """Whose login it is."""
        return str(self._connected().known.did)

    @property
    def address(self) -> str:
        """The PDS that is asked."""
        return str(self._connected().known.pds_endpoint).removesuffix("/xrpc")

    def get(self, method: str, **parameters: Any) -> Json:
        """Ask a query; `None` parameters are left out."""
        pairs = {k: str(v).lower() if isinstance(v, bool) else v for k, v in parameters.items() if v is not None}
        query = f"{method}?{urlencode(pairs, doseq=True, errors='replace')}" if pairs else method
        self._connected()
        return self._budget.run(
            lambda: self._ask(method, lambda client, headers: client.invoke_query(query, headers=headers)), "all"
        )

    def post(self, method: str, body: Json, repeatable: bool = True) -> Json:
        """Ask a procedure."""
        content = json.dumps(body).encode()

        def send(client: Client, headers: dict[str, str]) -> Response:
            headers = {**headers, "Content-Type": "application/json"}
            return client.invoke_procedure(method, content=content, headers=headers)

        self._connected()
        return self._budget.run(
            lambda: self._ask(method, send), "all", "writes", "writes of a day", write=True, repeatable=repeatable
        )

    def renew(self) -> None:
        """Log in anew, with a new client: the old one's refused refresh token would fail every call."""
        self.close()
        self._client = self._session = None
        self._connected()

    def close(self) -> None:
        """Release connections."""
        if self._client is not None:
            self._client.request.close()

    def _ask(self, method: str, send: Callable[[Client, dict[str, str]], Response]) -> Json:
        """Send, and once more with fresh tokens where they were refused."""
        try:
            try:
                return self._sent(method, send)
            except Fault as fault:
                if fault.name not in TOKEN_FAULTS or "scope" in fault.message.lower():
                    raise
                self._refresh()
                return self._sent(method, send)
        except Fault as fault:
            raise error_of(fault, self.server, method, self.handle) from None

    def _sent(self, method: str, send: Callable[[Client, dict[str, str]], Response]) -> Json:
        client = self._connected()
        target = CHAT if method.startswith("chat.") else self._appview if method.startswith("app.") else None
        with _faults(self._clock):
            response = send(client, {"atproto-proxy": target} if target else {})
        self._note(response.headers)
        content = response.content
        if isinstance(content, dict):
            return content
        if content in (b"", None):  # procedures such as muteActor answer with nothing
            return {}
        raise Fault(None, message="the answer is no JSON object")

    def _connected(self) -> Client:
        if self._client is None:
            self._client = self._opened()
        return self._client

    def _opened(self) -> Client:
        """A client with the kept session, or with a new one where there is none that can be read."""
        client = Client(self.server, Guarded(TIMEOUT, self._plain), self._changed)
        if self._session and _usable(self._session, self._plain):
            client.take_up(self._session)
            return client
        password = self._password()
        if not password:
            raise LoginNeeded(f"{self.handle}: no valid login on {self.server}")
        self._budget.run(lambda: self._create(client, password), "all", "login", "logins of a day")
        return client

    def _create(self, client: Client, password: str) -> None:
        secrecy.note(password)
        try:
            with _faults(self._clock):
                client.create(self.handle, password)
        except Fault as fault:
            if fault.status in (400, 401, 403):
                detail = self._why(client) if fault.name == "AuthenticationRequired" else fault.message
                raise LoginNeeded(f"{self.handle}: {self.server} refuses the login: {detail}") from None
            raise error_of(fault, self.server, "com.atproto.server.createSession", self.handle) from None
        check_address(str(client.known.pds_endpoint), self._plain)

    def _why(self, client: Client) -> str:
        """What a refused login lies in: a server says so itself where it keeps no such account."""
        try:
            with _faults(self._clock):
                client.invoke_query(f"{DESCRIBE_REPO}?{urlencode({'repo': self.handle})}")
        except Fault as fault:
            if fault.status in (400, 404) and fault.message.lower().startswith(NOT_KEPT):
                return "it keeps no account of that handle: name the server that does, or mend the handle"
        return "handle or app password is wrong"

    def _refresh(self) -> None:
        """Fresh tokens from the refresh token; a login where that one is refused."""
        try:
            with _faults(self._clock):
                # The library refreshes by its own clock only; a token that the server ended early needs this.
                self._connected().refresh()
        except Fault as fault:
            if fault.status not in (400, 401, 403):
                raise
            self.renew()

    def _changed(self, event: SessionEvent, session: Session) -> None:
        """Keep the new session. Raising here would lose the request that brought it, so a fault is only told."""
        self._session = session.export()
        secrecy.note(session.access_jwt, session.refresh_jwt)
        if event in (SessionEvent.CREATE, SessionEvent.REFRESH):
            try:
                self._save(self._session)
            except Exception as fault:  # noqa: BLE001 - whatever keeping it may raise, see above
                log.warning("the Bluesky session of %s could not be kept: %s", self.handle, type(fault).__name__)

    def _note(self, headers: Mapping[str, Any]) -> None:
        """What the headers say of the budget and of the server's clock."""
        limits = limits_of(headers, self._clock.now(), LIMITS)
        self.clock_offset = limits.offset if limits.offset is not None else self.clock_offset
        self._budget.note(limits.limit, limits.remaining, limits.reset)


def look_at(server: str, clock: Clock) -> None:
    """Ask whether there is a server of the AT Protocol. Raises Unreachable with its cause, Unsupported where what
    answers is none."""
    address = check_address(server)
    client = Client(address, Guarded(TIMEOUT, address.startswith("http:")))
    try:
        with _faults(clock):
            content = client.invoke_query(DESCRIBE).content
    except Fault as fault:
        if fault.name:  # a refusal in the protocol's own words
            return
        if fault.status is None or fault.status >= 500:
            raise error_of(fault, address, DESCRIBE, "") from None
        content = None
    finally:
        client.request.close()
    if not isinstance(content, dict):
        raise Unsupported(f"{urlsplit(address).netloc} answers, but is no server of the AT Protocol")


def log_out(server: str, session: str, clock: Clock) -> None:
    """End a session for good (docs.bsky.app/docs/api/com-atproto-server-delete-session). Raises PlatformError or
    LoginNeeded where the server does not do so."""
    address = check_address(server)
    if not _usable(session, address.startswith("http:")):
        raise LoginNeeded("the session cannot be read")
    kept = Session.decode(session)
    client = Client(address, Guarded(TIMEOUT, address.startswith("http:")))
    client.update_base_url(kept.pds_endpoint or address)
    try:
        with _faults(clock):
            client.invoke_procedure(DELETE, headers={"Authorization": f"Bearer {kept.refresh_jwt}"})
    except Fault as fault:
        raise error_of(fault, address, DELETE, str(kept.handle)) from None
    finally:
        client.request.close()


def _usable(session: str, plain: bool) -> bool:
    """Whether a kept session can be read, and leads to a server that may be asked."""
    try:
        decoded = Session.decode(session)
        check_address(decoded.pds_endpoint or BLUESKY, plain)
        return bool(decoded.access_jwt_payload.exp and decoded.refresh_jwt)
    except (ValueError, AtProtocolError, UserError):
        return False


@contextlib.contextmanager
def _faults(clock: Clock) -> Iterator[None]:
    """The library's errors as Fault; whatever is no answer of the server is one without a status."""
    try:
        yield
    except RequestErrorBase as fault:
        raise _fault(fault, clock) from None
    except httpx.HTTPError as fault:
        raise _unanswered(fault) from None
    except (httpx.InvalidURL, AtProtocolError, ValueError):
        raise Fault(None, message="the answer cannot be read") from None


def _unanswered(fault: Exception) -> Fault:
    broken = what_broke(fault, TIMEOUT)
    return Fault(None, message=broken.words, remedy=broken.remedy)


def _fault(fault: RequestErrorBase, clock: Clock) -> Fault:
    if fault.response is None:
        return _unanswered(fault)
    content = fault.response.content
    name, message = getattr(content, "error", None), getattr(content, "message", None)
    retry_at = limits_of(fault.response.headers, clock.now(), LIMITS).retry_at
    return Fault(fault.response.status_code, str(name or ""), str(message or ""), retry_at)
