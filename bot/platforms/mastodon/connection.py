"""Talking to one server of the Mastodon API: raw JSON in, our own errors out.

The library is loaded when a connection is made. Sources of the facts here:
docs.joinmastodon.org/api/rate-limits, Mastodon's rack_attack.rb, and the answers of GoToSocial, snac and Takahē.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlencode, urlsplit

from bot import __version__, secrecy
from bot.clock import Clock
from bot.errors import UserError
from bot.platforms.answers import decoded
from bot.platforms.base import LoginNeeded, PlatformError, RateLimited, Unreachable, Unsupported
from bot.platforms.broken import Broken, what_broke
from bot.platforms.budget import PATIENCE, SHARE, Asked, Budget
from bot.platforms.headers import Limits, limits_of

if TYPE_CHECKING:
    from requests import Response

Params = Mapping[str, str | list[str]]
Files = Mapping[str, tuple[str, bytes, str]]
"""A form's files by their field: name, content, and what kind it is."""

WINDOWS = {
    "all": (300, timedelta(minutes=5)),
    "paged": (300, timedelta(minutes=15)),
    "machine": (1500, timedelta(minutes=5)),
}
"""What a stock server allows a token (rack_attack.rb); `paged` is any request with max_id, min_id or since_id.
`machine` is what it allows a user, however many tokens they have: owners who share this machine keep to it together,
since other software counts by address (docs.gotosocial.org/en/latest/api/ratelimiting)."""
TIMEOUT = 20.0
AGENT = f"quietfeed/{__version__}"
LOOPBACK = re.compile(r"^(localhost|127(\.\d+){3}|::1)$")
PAGING = frozenset(("max_id", "min_id", "since_id", "page"))


class Refused(Unsupported):
    """The server understood and said no: 400, 403, 404, 405, 406, 410, 422, 501. `status` says which.

    `words` are the server's own, out of the JSON that the API answers with; `web_page` tells that a page for people
    came instead: a proxy or a firewall may have spoken, and what it says is nothing to go by.
    """

    def __init__(self, message: str, status: int, words: str = "", web_page: bool = False) -> None:
        super().__init__(message)
        self.status, self.words, self.web_page = status, words, web_page

    @property
    def missing(self) -> bool:
        """Whether what was asked for is not there: the endpoint, or the thing named by its id."""
        return self.status in (404, 405, 410, 501)

    @property
    def gone(self) -> bool:
        """Whether the account asked for by its id is not there, or not for us, by the server's own word: its 404 or
        410, or its 403 with the reason in JSON."""
        return not self.web_page and (self.status in (404, 410) or (self.status == 403 and bool(self.words)))

    @property
    def absent(self) -> bool:
        """Whether, of an endpoint whose address names no id, the server's software has none such: it says itself that
        there is nothing (404, 405, 410, 501), in JSON or in no words, as GoToSocial, snac and Takahē do. A web page
        may be a proxy's, a 403 is somebody's decision, any other 5xx passes: none of them says what the software has.
        """
        return self.missing and not self.web_page


class NoAnswer(Unreachable):
    """Something answered that does not speak the API, or not now: with nothing, or with what is no JSON."""


class ScopeMissing(LoginNeeded):
    """The login was not given the right to do this."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A server's answer: the decoded JSON (None where a write was answered with nothing) and where to go on."""

    status: int
    data: Any
    next: Mapping[str, str] = field(default_factory=dict)
    """Parameters of the older page that the Link header names; empty where it names none."""
    prev: Mapping[str, str] = field(default_factory=dict)

    @property
    def items(self) -> list[Any]:
        """The data as a list, empty where it is something else."""
        return self.data if isinstance(self.data, list) else []

    @property
    def fields(self) -> Mapping[str, Any]:
        """The data as an object, empty where it is something else."""
        return self.data if isinstance(self.data, dict) else {}


class Connection:
    """One login's requests, paced by a budget. An empty `token` asks without logging in."""

    def __init__(
        self,
        server: str,
        token: str,
        clock: Clock,
        share: float = SHARE,
        agent: str = AGENT,
        patience: float = PATIENCE,
        asked: Asked | None = None,
    ) -> None:
        from bot.platforms.mastodon.library import mastodon  # slow and heavy: only where a profile uses it
        from bot.platforms.mastodon.transport import OneServer

        self.base = base_url(server)
        self.host = urlsplit(self.base).netloc
        self.clock = clock
        self.budget = Budget(clock, WINDOWS, share, patience=patience, shared={"machine": asked} if asked else None)
        self.clock_offset: float | None = None
        secrecy.note(token)
        self._last: Response | None = None
        self._client = mastodon.Mastodon(
            api_base_url=self.base,
            request_timeout=TIMEOUT,
            ratelimit_method="throw",
            version_check_mode="none",
            user_agent=agent,
            session=OneServer(self.base),
        )
        # Set afterwards: the constructor takes a token that happens to name a file for that file.
        self._client.access_token = token.strip() or None
        self._client.session.hooks["response"].append(self._keep)

    def get(self, path: str, params: Params | None = None) -> Answer:
        """Read. Raises Unreachable, RateLimited, LoginNeeded, ScopeMissing or Refused."""
        given = {key: value for key, value in (params or {}).items() if value}
        kinds = ("all", "machine", "paged") if PAGING & set(given) else ("all", "machine")
        return self.budget.run(lambda: self._answer("GET", path, given, {}), *kinds)

    def write(
        self,
        method: str,
        path: str,
        params: Params | None = None,
        *,
        key: str = "",
        repeatable: bool = True,
        files: Files | None = None,
    ) -> Answer:
        """Write. `key` is an Idempotency-Key; `repeatable` as in Budget.run; `files` are those of a form. Of DELETE the
        parameters stand in the address and in the body: GoToSocial reads them only there, snac only here
        (`mastoapi_delete_handler`)."""
        given = dict(params or {})
        if method == "DELETE" and given:
            path = f"{path}?{urlencode(given, doseq=True, errors='replace')}"
        headers = {"Idempotency-Key": key} if key else {}
        return self.budget.run(
            lambda: self._answer(method, path, given, headers, files),
            *("all", "machine"),
            write=True,
            repeatable=repeatable,
        )

    def close(self) -> None:
        """Close the connections."""
        self._client.session.close()

    def _keep(self, response: "Response", **_: object) -> None:
        """Hook: every answer passes here, also those that the library turns into an exception without it."""
        self._last = response

    def _answer(
        self, method: str, path: str, params: Params, headers: Mapping[str, str], files: Files | None = None
    ) -> Answer:
        response = self._exchange(method, path, params, headers, files)
        limits = limits_of(response.headers, self.clock.now())
        self.clock_offset = limits.offset if limits.offset is not None else self.clock_offset
        self.budget.note(limits.limit, limits.remaining, limits.reset)
        if response.status_code >= 300:
            raise self._fault(response, limits)
        links = response.links
        return Answer(
            response.status_code,
            self._decode(response, method),
            _paging(links.get("next")),
            _paging(links.get("prev")),
        )

    def _exchange(
        self, method: str, path: str, params: Params, headers: Mapping[str, str], files: Files | None = None
    ) -> "Response":
        """One request through the library's transport, its answer untouched.

        Private on purpose: the public methods turn each page into objects (4 ms a status against 0.05), hide the
        headers and status of what they raise, and sleep by themselves. `raise … from None`, since the library's
        messages may quote headers.
        """
        from bot.platforms.mastodon.library import mastodon

        self._last = None
        try:
            answer: Response = self._client._Mastodon__api_request(  # type: ignore[attr-defined]
                method,
                path,
                dict(params),
                files=dict(files or {}),
                headers=dict(headers),
                do_ratelimiting=False,
                return_response_object=True,
                skip_error_check=True,
            )
        except mastodon.MastodonRatelimitError:
            if self._last is None:
                raise RateLimited(f"{self.host} asks to slow down") from None
            answer = self._last
        except mastodon.MastodonNetworkError as error:
            if isinstance(error.__context__, PlatformError):
                raise error.__context__ from None
            broken = _what_broke(error.__context__)
            raise Unreachable(f"{self.host}: {broken.words}", broken.remedy) from None
        except (mastodon.MastodonError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
            raise Unreachable(f"{self.host} gave an answer that cannot be read") from None
        return answer

    def _decode(self, response: "Response", method: str) -> object:
        if not response.content.strip():
            if method == "GET":
                raise NoAnswer(f"{self.host} gave an empty answer")
            return None
        try:
            return decoded(response.content)
        except ValueError:
            raise NoAnswer(f"{self.host} gave an answer that is no JSON") from None

    def _fault(self, response: "Response", limits: Limits) -> UserError:
        """The error that a status other than 2xx stands for."""
        status, words = response.status_code, self._words(response)
        said = f"{self.host} said {status}" + (f" ({words})" if words else "")
        lower = words.lower()
        if status == 429:
            return RateLimited(f"{self.host} asks to slow down", limits.retry_at)
        if status == 401 or (status == 400 and "token" in lower):  # Takahē answers a bad token with 400
            return LoginNeeded(f"the login on {self.host} is not valid any more{': ' + words if words else ''}")
        if status == 403 and "scope" in lower:
            return ScopeMissing(f"the login on {self.host} lacks a permission ({words}), which a new one asks for")
        if status == 403 and "your login" in lower:
            return LoginNeeded(f"{said}; sign in on the website to see why")
        if status in (408, 425) or status < 400 or (status >= 500 and status != 501):
            return Unreachable(said)
        return Refused(said, status, words, _is_web_page(response))

    def _words(self, response: "Response") -> str:
        """What the server says of its refusal: one short line, nothing of an HTML page, no secret."""
        try:
            body = decoded(response.content[:20_000])
        except ValueError:
            return ""
        found = body.get("error_description") or body.get("error") if isinstance(body, dict) else ""
        words = " ".join(re.sub(r"[^\x20-\x7e\xa0-\uffff]", " ", found).split()) if isinstance(found, str) else ""
        return secrecy.without(words)[:160]


def _is_web_page(response: "Response") -> bool:
    return "html" in response.headers.get("content-type", "").lower() or response.content.lstrip()[:1] == b"<"


def base_url(server: str) -> str:
    """`https://host` of what the owner wrote. Raises UserError for what is no address, and for plain http elsewhere
    than on this machine: it would send the login readable to everybody on the way."""
    address = server.strip()
    if "://" not in address:
        address = f"https://{address}"
    try:
        parts = urlsplit(address)
        host, _, _ = parts.hostname, parts.port, parts.netloc.encode()
    except ValueError:
        host = None
    if not host or parts.scheme not in ("http", "https") or parts.username or re.search(r"\s", address):
        raise UserError(f"{server!r} is no server address: write it as https://example.social")
    if parts.scheme == "http" and not LOOPBACK.match(host):
        raise UserError(f"{address}: plain http is only for servers on this machine; write https://{parts.netloc}")
    return f"{parts.scheme}://{parts.netloc}"


def _paging(link: Mapping[str, str] | None) -> dict[str, str]:
    """The paging parameters of a Link; only these are taken, so that no server can send us elsewhere."""
    try:
        query = parse_qs(urlsplit((link or {}).get("url", "")).query)
    except ValueError:  # no address at all: the list goes on as where there is none
        return {}
    return {key: values[0] for key, values in query.items() if key in (*PAGING, "offset")}


def _what_broke(cause: BaseException | None) -> Broken:
    if isinstance(cause, ValueError):
        return Broken("what it was asked for, or sends us to, is no address", "is the address in the config right?")
    return what_broke(cause, TIMEOUT)
