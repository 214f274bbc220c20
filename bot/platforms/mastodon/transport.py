"""The session through which the library asks the owner's server, and no other: what it may send where, and read.

Nothing follows a redirect to another host, from https to http, or with a change in it: requests itself would send the
body of a 307 along, code, secret and report. An answer is cut off at a size and at a time. No cookie is kept: a server
could set ever more of them, and have them all sent back. Proxies of the environment are used as ever.
"""

from http.cookiejar import DefaultCookiePolicy
from typing import Any
from urllib.parse import urlsplit

from bot.platforms import answers
from bot.platforms.asked import logged
from bot.platforms.mastodon.library import requests

MOST_REDIRECTS = 5


class OneServer(requests.Session):
    """A session that reaches one server."""

    def __init__(self, base: str) -> None:
        super().__init__()
        self.headers["Accept-Encoding"] = answers.PACKINGS
        self.max_redirects = MOST_REDIRECTS
        self.cookies.set_policy(DefaultCookiePolicy(allowed_domains=()))
        self.own = str(requests.Request("GET", base).prepare().url)
        """The server's address as it stands at the beginning of each of its pages, with the slash behind the host."""
        self.adapters.clear()
        self.mount(self.own, _Bounded(urlsplit(base).netloc))

    def get_redirect_target(self, resp: requests.Response) -> str | None:
        """Where a redirect leads, None where there is none. Raises Unusable where it is not followed."""
        if not resp.is_redirect:
            return None
        there = answers.leads_to(resp.url, resp.headers["location"])
        if resp.request.method == "GET" and there.lower().startswith(self.own.lower()):
            return there
        raise answers.moved(urlsplit(self.own).netloc, there)


class _Bounded(requests.adapters.HTTPAdapter):
    """Reads each answer whole, within its bounds."""

    def __init__(self, host: str) -> None:
        super().__init__()
        self._host, self._deadline = host, answers.Deadline()

    @logged(lambda self, request, *_, **__: (request.method, request.url), lambda answer: answer.status_code)
    def send(self, request: requests.PreparedRequest, *arguments: Any, **named: Any) -> requests.Response:
        """Send, and read the whole answer. Raises Unusable where it goes beyond its bounds."""
        try:
            with answers.Deadline() as self._deadline:
                return self._read(super().send(request, *arguments, **named | {"stream": True}))
        except OSError:  # as all that requests raises
            if self._deadline.passed:
                raise answers.late(self._host) from None
            raise

    def _read(self, response: requests.Response) -> requests.Response:
        # Taken away, so that the library hands out what was sent: it unpacks without a bound.
        packing = response.raw.headers.pop("Content-Encoding", "")
        try:
            chunks = response.iter_content(answers.CHUNK)
            response._content = answers.whole(self._host, chunks, packing)
        finally:
            response.close()
        if self._deadline.passed:  # cut off, an answer without a length looks whole
            raise answers.late(self._host)
        return response

    def get_connection_with_tls_context(self, *arguments: Any, **named: Any) -> Any:
        """A pool whose connections are watched from the moment at which they are made, or used again."""
        pool: Any = super().get_connection_with_tls_context(*arguments, **named)
        if not hasattr(pool.ConnectionCls, "read_by"):
            pool.ConnectionCls = self._watched(pool.ConnectionCls)
        return pool

    def _watched(self, kind: Any) -> Any:
        class Watched(kind):  # type: ignore[misc]
            read_by = self

            def _new_conn(self) -> Any:  # before TLS is spoken on it, which can take for ever too
                line = super()._new_conn()
                self.read_by._deadline.watch(line)
                return line

            def request(self, *arguments: Any, **named: Any) -> None:
                if self.sock is not None:
                    self.read_by._deadline.watch(self.sock)
                super().request(*arguments, **named)

        return Watched
