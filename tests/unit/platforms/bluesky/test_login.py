"""One login on a PDS, through the library and no network: what is sent, when tokens are renewed, and what is kept."""

import base64
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from atproto_client.exceptions import BadRequestError, NetworkError, RequestException, UnauthorizedError
from atproto_client.request import Request, Response

from bot.clock import SimulatedClock
from bot.errors import UserError
from bot.platforms.base import LoginNeeded, RateLimited, Unreachable
from bot.platforms.bluesky import login as room
from bot.platforms.bluesky.faults import Refused
from bot.platforms.bluesky.login import WINDOWS, Login
from bot.platforms.budget import Budget
from tests.servers.bluesky_stub import HANDLE, OWNER, PASSWORD, Stub

PDS = "https://pds.test"
CREATE, REFRESH = "com.atproto.server.createSession", "com.atproto.server.refreshSession"
TIMELINE, MUTE = "app.bsky.feed.getTimeline", "app.bsky.graph.muteActor"


class Server:
    """What a PDS answers by method, and what it was sent: method, query or body, and headers."""

    def __init__(self) -> None:
        self.stub = Stub()
        self.sent: list[tuple[str, Any, httpx.Headers]] = []
        self.answers: dict[str, list[Any]] = {}
        self.clients = self.closed = 0

    def answer(self, url: str, given: Any, headers: dict[str, str] | None) -> Response:
        parts = urlsplit(url)
        method = parts.path.removeprefix("/xrpc/")
        self.sent.append((method, given if given is not None else parse_qs(parts.query), httpx.Headers(headers)))
        answer = self.answers[method].pop(0) if self.answers.get(method) else None
        if isinstance(answer, Exception):
            raise answer
        if isinstance(answer, Response):
            return answer
        sessions = {CREATE, REFRESH}
        return ok(answer if answer is not None else self.stub.new_session() if method in sessions else {})

    def asked(self, method: str) -> int:
        return sum(one == method for one, _, _ in self.sent)


def ok(content: Any, **headers: str) -> Response:
    return Response(success=True, status_code=200, content=content, headers=headers)


def refusal(status: int, name: str = "", message: str = "", **headers: str) -> Exception:
    class Content:
        error: str | None
        message: str | None

    content = Content()
    content.error, content.message = name or None, message or None
    kind = {400: BadRequestError, 401: UnauthorizedError}.get(status, RequestException)
    fault: Exception = kind(Response(success=False, status_code=status, content=content, headers=headers))
    return fault


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Server:
    made = Server()

    class Wire(Request):  # type: ignore[misc]
        def __init__(self, timeout: float, plain: bool = False) -> None:
            super().__init__(verify=False)
            made.clients += 1

        def get(self, url: str, headers: Any = None, **_: Any) -> Response:
            return made.answer(url, None, headers)

        def post(self, url: str, headers: Any = None, content: Any = None, **more: Any) -> Response:
            return made.answer(url, json.loads(content) if content else more.get("json"), headers)

        def close(self) -> None:
            made.closed += 1

    monkeypatch.setattr(room, "Guarded", Wire)
    return made


@pytest.fixture
def clock() -> SimulatedClock:
    return SimulatedClock(datetime.now(UTC))


Logging = Callable[..., Login]


@pytest.fixture
def logging(server: Server, clock: SimulatedClock) -> Logging:
    def make(session: str | None = None, password: str | None = PASSWORD, **more: Any) -> Login:
        saved = more.pop("save_session", lambda _: None)
        return Login(
            more.pop("server", PDS), session, clock, Budget(clock, WINDOWS, share=1.0),
            handle=HANDLE, password=lambda: password, save_session=saved, **more,
        )  # fmt: skip

    return make


def test_a_query_leaves_out_what_is_not_given_and_spells_the_rest(server: Server, logging: Logging) -> None:
    logging().get(TIMELINE, limit=100, cursor=None, flag=True, off=False, actors=["a b", "c&d"])
    method, query, _ = server.sent[-1]
    assert (method, query) == (
        TIMELINE,
        {"limit": ["100"], "flag": ["true"], "off": ["false"], "actors": ["a b", "c&d"]},
    )
    logging().get("_health", cursor=None)
    assert server.sent[-1][:2] == ("_health", {})


def test_a_procedure_sends_json_and_may_be_answered_with_nothing(server: Server, logging: Logging) -> None:
    server.answers[MUTE] = [ok(b""), ok({"a": 1})]
    login = logging()
    assert login.post(MUTE, {"actor": "did:plc:ann"}) == {}
    assert login.post(MUTE, {"actor": "did:plc:ann"}) == {"a": 1}
    method, body, headers = server.sent[-1]
    assert (method, body, headers["Content-Type"]) == (MUTE, {"actor": "did:plc:ann"}, "application/json")


@pytest.mark.parametrize("content", [b"text", [], "text", 7, True])
def test_what_is_no_object_is_a_server_that_is_not_well(server: Server, logging: Logging, content: Any) -> None:
    server.answers[TIMELINE] = [ok(content)] * 4
    with pytest.raises(Unreachable, match="no JSON object"):
        logging().get(TIMELINE)
    assert server.asked(TIMELINE) == 4


def test_a_write_that_must_not_be_repeated_is_sent_once(server: Server, logging: Logging) -> None:
    for repeatable, times in ((False, 1), (True, 4)):
        server.sent.clear()
        server.answers[MUTE] = [refusal(502)] * times
        with pytest.raises(Unreachable):
            logging().post(MUTE, {}, repeatable=repeatable)
        assert server.asked(MUTE) == times


@pytest.mark.parametrize(
    ("method", "appview", "target"),
    [
        (TIMELINE, None, None),
        (TIMELINE, "https://view.test", "did:web:view.test#bsky_appview"),
        ("com.atproto.repo.putRecord", "https://view.test", None),
        ("chat.bsky.convo.sendMessage", "https://view.test", "did:web:api.bsky.chat#bsky_chat"),
        ("chat.bsky.convo.sendMessage", None, "did:web:api.bsky.chat#bsky_chat"),
        ("_health", "https://view.test", None),
    ],
)
def test_what_a_pds_hands_on_names_whom_it_is_for(
    server: Server, logging: Logging, method: str, appview: str | None, target: str | None
) -> None:
    login = logging(appview=appview)
    login.get(method)
    assert server.sent[-1][2].get("atproto-proxy") == target
    login.post(method, {})
    assert server.sent[-1][2].get("atproto-proxy") == target


def kept(server: Server, logging: Logging) -> str:
    """The session of a login, as it is kept."""
    saved: list[str] = []
    logging(save_session=saved.append).get("_health")
    server.sent.clear()
    return saved[-1]


def test_a_kept_session_needs_no_login_and_tells_whose_it_is(server: Server, logging: Logging) -> None:
    login = logging(kept(server, logging), password=None)
    assert (login.did, login.address) == (OWNER, PDS)
    login.get(TIMELINE)
    assert server.asked(CREATE) == 0
    assert login.server == PDS


@pytest.mark.parametrize("session", ["", "odd", "a:::b", "{}"])
def test_a_session_that_cannot_be_read_is_none(server: Server, logging: Logging, session: str) -> None:
    logging(session).get(TIMELINE)
    assert server.asked(CREATE) == 1
    with pytest.raises(LoginNeeded, match="no valid login on https://pds"):
        logging(session, password=None).get(TIMELINE)


def test_a_session_that_tells_no_end_or_cannot_be_renewed_is_none(server: Server, logging: Logging) -> None:
    parts = [base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in ({"alg": "x"}, {})]
    session = kept(server, logging)
    for old, new in ((server.stub.access, ".".join((*parts, "c2ln"))), (server.stub.refresh, "")):
        logging(session.replace(old, new)).get(TIMELINE)
    assert server.asked(CREATE) == 2


@pytest.mark.parametrize("endpoint", ["http://elsewhere.test", "ftp://pds.test", "http://localhost:1"])
def test_a_session_that_leads_where_nobody_may_be_asked_is_none(
    server: Server, logging: Logging, endpoint: str
) -> None:
    session = kept(server, logging)
    logging(session.replace(PDS, endpoint)).get(TIMELINE)
    assert server.asked(CREATE) == 1


@pytest.mark.parametrize("name", ["ExpiredToken", "InvalidToken"])
def test_tokens_that_ended_early_are_renewed_once_and_kept(server: Server, logging: Logging, name: str) -> None:
    saved: list[str] = []
    login = logging(save_session=saved.append)
    server.answers[TIMELINE] = [refusal(400, name), {"feed": [1]}]
    assert login.get(TIMELINE) == {"feed": [1]}
    assert (server.asked(REFRESH), server.asked(CREATE), len(saved)) == (1, 1, 2)
    assert server.stub.refresh in saved[-1]
    server.answers[TIMELINE] = [refusal(400, name), refusal(400, name)]
    with pytest.raises(LoginNeeded, match=HANDLE):
        login.get(TIMELINE)
    assert server.asked(REFRESH) == 2


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (refusal(400, "InvalidToken", "Bad token Scope"), LoginNeeded),
        (refusal(400, "InvalidRequest"), Refused),
        (refusal(401, "AuthMissing"), LoginNeeded),
    ],
)
def test_what_new_tokens_do_not_mend_renews_none(
    server: Server, logging: Logging, fault: Exception, error: type[Exception]
) -> None:
    server.answers[TIMELINE] = [fault]
    with pytest.raises(UserError) as caught:
        logging().get(TIMELINE)
    assert type(caught.value) is error
    assert server.asked(REFRESH) == 0


@pytest.mark.parametrize("status", [400, 401, 403])
def test_where_the_renewal_is_refused_a_new_client_logs_in(server: Server, logging: Logging, status: int) -> None:
    login = logging()
    server.answers |= {
        TIMELINE: [refusal(400, "ExpiredToken"), {"feed": []}],
        REFRESH: [refusal(status, "ExpiredToken")],
    }
    assert login.get(TIMELINE) == {"feed": []}
    assert (server.asked(CREATE), server.clients, server.closed) == (2, 2, 1)


def test_where_the_renewal_only_fails_no_password_is_sent(server: Server, logging: Logging) -> None:
    login = logging()
    server.answers |= {TIMELINE: [refusal(400, "ExpiredToken")] * 4, REFRESH: [refusal(502)] * 4}
    with pytest.raises(Unreachable):
        login.get(TIMELINE)
    assert (server.asked(CREATE), server.asked(REFRESH)) == (1, 4)


@pytest.mark.parametrize(
    ("fault", "error", "says"),
    [
        (refusal(401, "AuthenticationRequired", "Invalid identifier"), LoginNeeded, "handle or app password is wrong"),
        (refusal(400, "AuthFactorTokenRequired", "A code was sent"), LoginNeeded, "the login: A code was sent"),
        (refusal(403, "", "Not here"), LoginNeeded, "the login: Not here"),
        (refusal(404), Unreachable, "createSession: 404"),
        (refusal(502), Unreachable, "said 502"),
        (NetworkError(), Unreachable, ": no connection"),
    ],
)
def test_why_a_login_failed_is_told(
    server: Server, logging: Logging, fault: Exception, error: type[Exception], says: str
) -> None:
    for ask in (lambda login: login.get(TIMELINE), lambda login: login.post(MUTE, {})):
        server.sent.clear()
        server.answers[CREATE] = [fault] * 4
        with pytest.raises(UserError) as caught:
            ask(logging())
        assert type(caught.value) is error
        assert says in str(caught.value)
        assert PASSWORD not in str(caught.value)
        assert server.asked(CREATE) == (1 if error is LoginNeeded else 4)


@pytest.mark.parametrize(
    ("told", "says"),
    [
        (refusal(400, "InvalidRequest", "Could not find user: owner.test"), "it keeps no account of that handle"),
        (refusal(404, "RepoNotFound", "Could not find repo: owner.test"), "it keeps no account of that handle"),
        (refusal(400, "InvalidRequest", "Could not resolve DID"), "handle or app password is wrong"),
        (refusal(502), "handle or app password is wrong"),
        (NetworkError(), "handle or app password is wrong"),
        ({"handle": "owner.test"}, "handle or app password is wrong"),
    ],
)
def test_a_server_that_keeps_no_such_account_is_named_as_the_reason(
    server: Server, logging: Logging, told: object, says: str
) -> None:
    server.answers |= {CREATE: [refusal(401, "AuthenticationRequired", "Invalid identifier or password")]}
    server.answers["com.atproto.repo.describeRepo"] = [told]
    with pytest.raises(LoginNeeded, match=says):
        logging().get(TIMELINE)
    assert server.asked(CREATE) == 1


def test_an_account_that_lives_where_nobody_may_be_asked_is_not_asked_for(server: Server, logging: Logging) -> None:
    service = {"id": "#atproto_pds", "type": "AtprotoPersonalDataServer", "serviceEndpoint": "http://elsewhere.test"}
    document = {"@context": [], "id": OWNER, "alsoKnownAs": [], "verificationMethod": [], "service": [service]}
    server.answers[CREATE] = [server.stub.new_session() | {"didDoc": document}]
    with pytest.raises(UserError, match="plain http"):
        logging().get(TIMELINE)
    assert server.asked(TIMELINE) == 0


def test_a_limit_names_its_end_and_a_fault_without_words_is_told_by_its_status(
    server: Server, logging: Logging, clock: SimulatedClock
) -> None:
    server.answers[TIMELINE] = [refusal(429, "RateLimitExceeded", **{"retry-after": "7200"})]
    with pytest.raises(RateLimited) as caught:
        logging().get(TIMELINE)
    assert caught.value.retry_at is not None
    assert caught.value.retry_at - clock.now() >= timedelta(hours=2)
    server.answers[TIMELINE] = [refusal(400)]
    with pytest.raises(Refused, match=r"getTimeline: 400$"):
        logging().get(TIMELINE)
    server.answers[TIMELINE] = [ValueError("odd")] * 4
    with pytest.raises(Unreachable, match=r"the answer cannot be read$"):
        logging().get(TIMELINE)


def test_what_the_headers_say_reaches_the_budget_and_tells_the_servers_clock(
    server: Server, logging: Logging, clock: SimulatedClock
) -> None:
    date = f"{clock.now() + timedelta(minutes=1):%a, %d %b %Y %H:%M:%S GMT}"
    limits = {"ratelimit-limit": "3000", "ratelimit-remaining": "2999", "date": date}
    server.answers[TIMELINE] = [ok({}, **limits), ok({})]
    login = logging()
    login.get(TIMELINE)
    assert login.clock_offset is not None
    assert 58 <= login.clock_offset <= 60
    assert (login._budget.usage().allowed, login._budget.usage().remaining) == (3000, 2999)
    offset = login.clock_offset
    login.get(TIMELINE)
    assert login.clock_offset == offset, "an answer without a date does not make it unknown"


def test_closing_closes_what_was_opened(server: Server, logging: Logging) -> None:
    login = logging()
    login.close()
    assert server.closed == 0
    login.get(TIMELINE)
    login.close()
    assert server.closed == 1
