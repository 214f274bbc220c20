"""The client through which the library asks a PDS: what it may send where, and how much of an answer it reads.

The library's own client follows every redirect, and a 307 takes the app password along; it reads answers without end,
and loses a whole page for one odd number in it.
"""

import socket
import ssl
from collections.abc import Mapping
from functools import cache
from http.cookiejar import DefaultCookiePolicy
from typing import Any
from urllib.parse import urlsplit

from bot.platforms import answers
from bot.platforms.asked import logged
from bot.platforms.base import Unusable
from bot.platforms.bluesky.faults import LOOPBACK
from bot.platforms.bluesky.library import Request, Response, httpx


class Guarded(Request):  # type: ignore[misc]
    """Follows no redirect, keeps no cookie, speaks plain http only to this machine and only where the login does
    (`plain`), and reads each answer whole within its bounds. `timeout`: seconds without a byte after which a request is
    given up."""

    def __init__(self, timeout: float, plain: bool = False) -> None:
        super().__init__(
            timeout=timeout,
            verify=_certificates(),
            headers={"Accept-Encoding": answers.PACKINGS},
            event_hooks={"request": [self._leaving], "response": [self._answered]},
        )
        self._client.cookies.jar.set_policy(DefaultCookiePolicy(allowed_domains=()))
        self._plain = plain
        self._deadline = answers.Deadline()
        self._line: socket.socket | None = None
        """The connection made last: a login asks one server, one question at a time."""

    def get(self, *arguments: Any, **named: Any) -> Response:
        """A query's answer, decoded item by item where it can be."""
        return _read(self._send_request("GET", *arguments, **named))

    def post(self, *arguments: Any, **named: Any) -> Response:
        """A procedure's answer, likewise."""
        return _read(self._send_request("POST", *arguments, **named))

    @logged(lambda self, method, url, **_: (method, url), lambda answer: answer.status_code)
    def _send_request(self, method: str, url: str, **named: Any) -> httpx.Response:
        host = urlsplit(url).netloc
        with answers.Deadline() as self._deadline:
            if self._line is not None:
                self._deadline.watch(self._line)
            try:
                answer: httpx.Response = super()._send_request(method, url, **named)
            except Exception:
                if self._deadline.passed:
                    raise answers.late(host) from None
                raise
        if self._deadline.passed:  # cut off, an answer without a length looks whole
            raise answers.late(host)
        return answer

    def _leaving(self, request: httpx.Request) -> None:
        """Hook: before anything is sent."""
        allowed = self._plain and request.url.host in LOOPBACK
        if request.url.scheme != "https" and not allowed:
            raise Unusable(f"{request.url.host} would have to be asked by plain http, readable to everybody on the way")
        request.extensions = {**request.extensions, "trace": self._traced}

    def _traced(self, event: str, told: Mapping[str, Any]) -> None:
        """Hook: a connection was made, or secured (www.python-httpx.org/advanced/extensions, `trace`)."""
        if event in ("connection.connect_tcp.complete", "connection.start_tls.complete"):
            self._line = told["return_value"].get_extra_info("socket")
            if self._line is not None:
                self._deadline.watch(self._line)

    def _answered(self, response: httpx.Response) -> None:
        """Hook: the headers are there. Reads the body, since the library would unpack it without a bound."""
        host = response.url.netloc.decode("ascii", "replace")
        if response.has_redirect_location:
            raise answers.moved(host, answers.leads_to(str(response.url), response.headers["location"]))
        packing = response.headers.pop("content-encoding", "")
        assert isinstance(response.stream, httpx.SyncByteStream)  # noqa: S101 - the client is no asynchronous one
        content = answers.whole(host, response.stream, packing)
        response.stream.close()
        response.stream = httpx.ByteStream(content)


def _read(response: httpx.Response) -> Response:
    """As the library has it; its JSON as we decode it. Raises ValueError where that is none."""
    is_json = "application/json" in response.headers.get("content-type", "").lower()
    content = answers.decoded(response.content) if is_json else response.content
    headers = {name.lower(): value for name, value in response.headers.items()}
    return Response(success=True, status_code=response.status_code, content=content, headers=headers)


@cache
def _certificates() -> ssl.SSLContext:
    """One for all logins: reading the certificates takes 0.1 s and a megabyte."""
    return httpx.create_ssl_context()
