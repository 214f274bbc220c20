"""What is sent to a server of the Mastodon API, and what its answers and refusals are taken for."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from requests.hooks import dispatch_hook
from requests.structures import CaseInsensitiveDict

from bot import secrecy
from bot.clock import SimulatedClock
from bot.errors import UserError
from bot.platforms.base import LoginNeeded, PlatformError, RateLimited, Unreachable
from bot.platforms.mastodon.connection import Answer, Connection, Refused, ScopeMissing, base_url
from bot.platforms.mastodon.transport import OneServer

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
TOKEN = "tok-secret"
JSON, HTML = {"Content-Type": "application/json"}, {"Content-Type": "text/html; charset=utf-8"}


class Wire:
    """What the server answers, and what it was sent."""

    def __init__(self) -> None:
        self.status, self.body, self.headers = 200, b"[]", dict[str, str](JSON)
        self.sent: list[requests.PreparedRequest] = []

    def answers(self, status: int, body: object = "", headers: Mapping[str, str] = JSON) -> None:
        self.status, self.headers = status, dict(headers)
        self.body = body if isinstance(body, bytes) else json.dumps(body).encode()

    def send(self, request: requests.PreparedRequest, **named: Any) -> requests.Response:
        self.sent.append(request)
        answer = requests.Response()
        answer.status_code, answer._content, answer.request = self.status, self.body, request
        answer.headers = CaseInsensitiveDict(self.headers)
        answer.url = str(request.url)
        found: requests.Response = dispatch_hook("response", request.hooks, answer, **named)
        return found


@pytest.fixture
def wire(monkeypatch: pytest.MonkeyPatch) -> Wire:
    made = Wire()
    monkeypatch.setattr(OneServer, "send", lambda _, request, **named: made.send(request, **named))
    return made


@pytest.fixture
def connection(wire: Wire) -> Connection:
    return Connection("https://home.test", TOKEN, SimulatedClock(NOW), share=1.0)


OTHER = b"<!DOCTYPE html><p>no</p>"
REFUSALS = [
    (429, {"error": "slow"}, RateLimited, "asks to slow down"),
    (401, {"error": "The access token is invalid"}, LoginNeeded, "not valid any more: The access token is invalid"),
    (401, OTHER, LoginNeeded, "not valid any more"),
    (400, {"error": "Bad Token"}, LoginNeeded, "not valid any more: Bad Token"),
    (400, {"error": "odd"}, Refused, "home.test said 400 (odd)"),
    (
        403,
        {"error": "Outside the authorized Scopes"},
        ScopeMissing,
        "lacks a permission (Outside the authorized Scopes)",
    ),
    (
        403,
        {"error": "Your login is disabled"},
        LoginNeeded,
        "said 403 (Your login is disabled); sign in on the website",
    ),
    (403, {"error": "no"}, Refused, "home.test said 403 (no)"),
    (404, {"error": "scope of your login token"}, Refused, "home.test said 404"),
    (400, {"error": "scope of your login"}, Refused, "home.test said 400"),
    (405, {}, Refused, "home.test said 405"),
    (406, OTHER, Refused, "home.test said 406"),
    (410, [], Refused, "home.test said 410"),
    (422, {"error_description": "taken", "error": "x"}, Refused, "home.test said 422 (taken)"),
    (501, {}, Refused, "home.test said 501"),
    (500, {"error": "boom"}, Unreachable, "home.test said 500 (boom)"),
    (502, OTHER, Unreachable, "home.test said 502"),
    (599, {}, Unreachable, "home.test said 599"),
    (408, {}, Unreachable, "home.test said 408"),
    (425, {}, Unreachable, "home.test said 425"),
    (300, {}, Unreachable, "home.test said 300"),
    (304, {}, Unreachable, "home.test said 304"),
]


@pytest.mark.parametrize(("status", "body", "kind", "says"), REFUSALS)
@pytest.mark.parametrize("write", [False, True])
def test_each_refusal_is_the_error_that_it_stands_for(
    wire: Wire, connection: Connection, status: int, body: Any, kind: type[Exception], says: str, write: bool
) -> None:
    wire.answers(status, body)
    with pytest.raises(UserError) as caught:
        connection.write("POST", "/x") if write else connection.get("/x")
    assert type(caught.value) is kind
    assert says in str(caught.value)
    if isinstance(caught.value, Refused):
        assert caught.value.status == status
        assert caught.value.web_page is (body is OTHER)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"error": "a\n\t b\x00\x1b[31m  c"}, "a b [31m c"),
        ({"error": f"{TOKEN} is bad"}, "••• is bad"),
        ({"error": "x" * 500}, "x" * 160),
        ({"error": "Grüße"}, "Grüße"),
        ({"error": 7}, ""),
        ({"error": {"a": 1}}, ""),
        ({"error_description": "", "error": "why"}, "why"),
        ([1], ""),
        (b"<html>no", ""),
        (b"{", ""),
        (b'{"error": "' + b"x" * 30_000 + b'"}', ""),
    ],
)
def test_of_the_servers_words_one_short_line_without_a_secret_is_told(
    wire: Wire, connection: Connection, body: Any, words: str
) -> None:
    wire.answers(422, body)
    with pytest.raises(Refused) as caught:
        connection.get("/x")
    assert caught.value.words == words
    assert str(caught.value) == "home.test said 422" + (f" ({words})" if words else "")


def test_further_secrets_are_hidden_too_and_an_empty_one_hides_nothing(wire: Wire, connection: Connection) -> None:
    secrecy.note("code-secret", "")
    wire.answers(422, {"error": "code-secret, tok-secret"})
    with pytest.raises(Refused) as caught:
        connection.get("/x")
    assert caught.value.words == "•••, •••"


@pytest.mark.parametrize(
    ("content", "body", "page"),
    [
        ("text/html", b"no", True),
        ("TEXT/HTML", b"no", True),
        ("application/xhtml+xml", b"  \n<html>", True),
        ("text/plain", b"no", False),
        ("application/json", b"{}", False),
        ("", b"", False),
    ],
)
def test_a_page_for_people_is_known_by_its_kind_or_its_first_sign(
    wire: Wire, connection: Connection, content: str, body: bytes, page: bool
) -> None:
    wire.answers(404, body, {"Content-Type": content} if content else {})
    with pytest.raises(Refused) as caught:
        connection.get("/x")
    assert caught.value.web_page is page


@pytest.mark.parametrize(
    ("status", "words", "web_page", "missing", "gone", "absent"),
    [
        (404, "", False, True, True, True),
        (405, "", False, True, False, True),
        (410, "", False, True, True, True),
        (501, "", False, True, False, True),
        (404, "", True, True, False, False),
        (403, "no", False, False, True, False),
        (403, "", False, False, False, False),
        (403, "no", True, False, False, False),
        (422, "no", False, False, False, False),
        (400, "", False, False, False, False),
    ],
)
def test_what_a_refusal_says_of_what_was_asked_for(
    status: int, words: str, web_page: bool, missing: bool, gone: bool, absent: bool
) -> None:
    refusal = Refused("no", status, words, web_page)
    assert (refusal.missing, refusal.gone, refusal.absent) == (missing, gone, absent)


@pytest.mark.parametrize("body", [b"", b" \n", b"<html>", b"{", b"\xff"])
def test_what_is_no_json_is_a_server_that_is_not_well(wire: Wire, connection: Connection, body: bytes) -> None:
    wire.answers(200, body)
    with pytest.raises(Unreachable, match="empty" if not body.strip() else "no JSON"):
        connection.get("/x")
    assert len(wire.sent) == 4, "it is tried again"


def test_a_write_may_be_answered_with_nothing(wire: Wire, connection: Connection) -> None:
    wire.answers(200, b" ")
    answer = connection.write("POST", "/x")
    assert (answer.data, answer.items, answer.fields, answer.status) == (None, [], {}, 200)


def test_a_write_that_must_not_be_repeated_is_sent_once(wire: Wire, connection: Connection) -> None:
    wire.answers(502, {})
    for repeatable, times in ((False, 1), (True, 4)):
        wire.sent.clear()
        with pytest.raises(Unreachable):
            connection.write("POST", "/x", repeatable=repeatable)
        assert len(wire.sent) == times


def test_an_answer_is_a_list_or_an_object_and_empty_as_the_other() -> None:
    assert (Answer(200, [1]).items, Answer(200, [1]).fields) == ([1], {})
    assert (Answer(200, {"a": 1}).items, Answer(200, {"a": 1}).fields) == ([], {"a": 1})


def test_what_is_asked_carries_the_token_and_only_parameters_that_say_something(
    wire: Wire, connection: Connection
) -> None:
    connection.get("/api/v1/x", {"a": "1", "b": "", "id[]": ["2", "3"], "c": []})
    (asked,) = wire.sent
    assert (asked.method, asked.headers["Authorization"]) == ("GET", f"Bearer {TOKEN}")
    parts = urlsplit(str(asked.url))
    assert (parts.netloc, parts.path) == ("home.test", "/api/v1/x")
    assert parse_qs(parts.query) == {"a": ["1"], "id[]": ["2", "3"]}
    stranger = Connection("home.test", " ", SimulatedClock(NOW), share=1.0)
    stranger.get("/api/v1/x")
    assert "Authorization" not in wire.sent[-1].headers


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_what_is_written_stands_in_the_body_and_of_a_delete_in_the_address_too(
    wire: Wire, connection: Connection, method: str
) -> None:
    connection.write(method, "/x", {"a": "1", "id[]": ["2", "3"]}, key="k")
    connection.write(method, "/x")
    first, plain = wire.sent
    query = parse_qs(urlsplit(str(first.url)).query)
    assert query == ({"a": ["1"], "id[]": ["2", "3"]} if method == "DELETE" else {})
    assert parse_qs(str(first.body)) == {"a": ["1"], "id[]": ["2", "3"]}
    assert first.headers["Idempotency-Key"] == "k"
    assert "Idempotency-Key" not in plain.headers
    assert urlsplit(str(plain.url)).query == ""


@pytest.mark.parametrize(
    ("link", "onward", "back"),
    [
        ('<https://home.test/x?max_id=7&limit=40>; rel="next"', {"max_id": "7"}, {}),
        ('<https://home.test/x?min_id=9>; rel="prev"', {}, {"min_id": "9"}),
        ('<https://evil.test/y?max_id=7&since_id=1&page=2&offset=3&a=b>; rel="next", <?min_id=9>; rel="prev"',
         {"max_id": "7", "since_id": "1", "page": "2", "offset": "3"}, {"min_id": "9"}),
        ('<https://[::1?max_id=7>; rel="next"', {}, {}),
        ("", {}, {}),
    ],
)  # fmt: skip
def test_of_a_link_to_another_page_only_its_place_is_taken(
    wire: Wire, connection: Connection, link: str, onward: dict[str, str], back: dict[str, str]
) -> None:
    wire.answers(200, [], {**JSON, "Link": link})
    answer = connection.get("/x")
    assert (answer.next, answer.prev) == (onward, back)


def test_what_the_headers_say_reaches_the_budget_and_tells_the_servers_clock(
    wire: Wire, connection: Connection
) -> None:
    limits = {"X-RateLimit-Limit": "300", "X-RateLimit-Remaining": "299", "X-RateLimit-Reset": "2026-05-01T12:05:00Z"}
    wire.answers(200, [], {**JSON, **limits, "Date": "Fri, 01 May 2026 12:00:09 GMT"})
    connection.get("/x")
    usage = connection.budget.usage()
    assert (usage.allowed, usage.remaining) == (300, 299)
    assert connection.clock_offset == 9.0
    wire.answers(200, [])
    connection.get("/x")
    assert connection.clock_offset == 9.0, "an answer without a date does not make it unknown"


def test_a_limit_is_waited_out_until_the_servers_time(wire: Wire, connection: Connection) -> None:
    wire.answers(429, {"error": "slow"}, {**JSON, "Retry-After": "7200"})
    with pytest.raises(RateLimited) as caught:
        connection.get("/x")
    assert caught.value.retry_at is not None
    assert caught.value.retry_at - NOW >= timedelta(hours=2)
    assert len(wire.sent) == 1


@pytest.mark.parametrize(
    ("typed", "base"),
    [
        ("home.test", "https://home.test"),
        (" https://home.test/ ", "https://home.test"),
        ("https://home.test:8443/web/@ann", "https://home.test:8443"),
        ("http://localhost:3000", "http://localhost:3000"),
        ("http://127.0.0.1", "http://127.0.0.1"),
        ("http://127.1.2.3:80", "http://127.1.2.3:80"),
        ("http://[::1]:3000", "http://[::1]:3000"),
    ],
)
def test_a_servers_address_is_its_host_alone(typed: str, base: str) -> None:
    assert base_url(typed) == base


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("http://home.test", "plain http is only for servers on this machine; write https://home.test"),
        ("http://localhost.test", "plain http"),
        ("http://127.0.0.1.test", "plain http"),
        ("ftp://home.test", "no server address"),
        ("https://ann@home.test", "no server address"),
        ("https://", "no server address"),
        ("https://home .test", "no server address"),
        ("https://home.test:port", "no server address"),
        ("", "no server address"),
    ],
)
def test_what_is_no_address_to_send_a_login_to_is_refused(typed: str, says: str) -> None:
    with pytest.raises(UserError, match=says):
        base_url(typed)


BROKEN = {
    requests.exceptions.ReadTimeout: "no answer within 20 seconds",
    requests.exceptions.ConnectTimeout: "no answer within 20 seconds",
    requests.exceptions.SSLError: "its certificate is not valid",
    requests.exceptions.ChunkedEncodingError: "the answer broke off",
    requests.exceptions.TooManyRedirects: "it redirects in a circle",
    requests.exceptions.InvalidURL: "is no address",
    requests.exceptions.ConnectionError: "no connection",
}


@pytest.mark.parametrize("error", BROKEN)
def test_what_broke_on_the_way_is_told(
    monkeypatch: pytest.MonkeyPatch, connection: Connection, error: type[Exception]
) -> None:
    def breaks(*_: object, **__: object) -> None:
        raise error("tok-secret")

    monkeypatch.setattr(OneServer, "send", breaks)
    with pytest.raises(PlatformError) as caught:
        connection.get("/x")
    assert type(caught.value) is Unreachable
    assert BROKEN[error] in str(caught.value)
    assert TOKEN not in str(caught.value)
