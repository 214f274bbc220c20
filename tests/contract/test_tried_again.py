"""What is asked again within one request, and what at the next sweep at the earliest: shown by how often it was asked.

Only what may be over within seconds is worth asking again at once. Whoever sits at a terminal waits for it, and a
server that has refused once is not to be pestered.
"""

import socket
from collections.abc import Callable
from contextlib import closing

import pytest

from bot.errors import UserError
from bot.platforms import answers
from bot.platforms.base import LoginNeeded, Platform, PlatformError
from bot.platforms.budget import TRIES
from tests.contract.test_wire import CERTIFICATES, LOGINS, Resolver, Way, authority, way  # noqa: F401  fixtures
from tests.servers import rogue
from tests.servers.certificates import Authority
from tests.servers.fault_proxy import FAULTS, FaultProxy, instead, web_page
from tests.servers.rogue import Mute, plain

AGAIN = (
    *("reset at once", "reset in the headers", "reset behind the headers", "reset in the body"),
    *("closed without a word", "closed in the headers", "a body shorter than its length", "chunks without an end"),
    *("no http", "endless headers", "an endless header"),
    *("429 until a time gone by", "429 without a time", "429 until nonsense"),
    *("502 as a web page", "200 as a web page", "an empty answer"),
)
"""What may be over within seconds."""
WORD = b'{"error": "Such", "message": "such"}'
REFUSALS = {
    **{f"{status} in JSON": (plain(status, WORD), 1) for status in (400, 401, 403, 404, 410, 422, 501)},
    **{f"{status} in JSON": (plain(status, WORD), TRIES) for status in (408, 425, 500, 503)},
    "401 as a web page": (web_page(401), 1),
    "403 as a web page": (web_page(403), 1),
    "503 as a web page": (web_page(503), TRIES),
    "a redirect": (rogue.redirect(302, "https://elsewhere.test/"), 1),
}
"""What a server or a proxy says no with, and how often it is asked."""


def asked(way: Way) -> int:  # noqa: F811
    """How many requests came of one question that fails."""
    with pytest.raises((PlatformError, LoginNeeded)):
        way.read()
    assert way.platform.usage().requests == way.platform.usage().retries + 1
    return len(way.proxy.heard)


@pytest.mark.parametrize("name", FAULTS)
def test_what_breaks_on_the_way_is_asked_again_where_it_may_be_over_within_seconds(
    way: Way,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
    name: str,
) -> None:
    if name not in AGAIN:
        monkeypatch.setattr(answers, "SECONDS", 0.3)
    way.proxy.strike(FAULTS[name])
    assert asked(way) == (TRIES if name in AGAIN else 1)


@pytest.mark.parametrize("name", REFUSALS)
def test_a_refusal_is_a_word_and_only_a_server_that_is_not_well_is_asked_again(way: Way, name: str) -> None:  # noqa: F811
    say, times = REFUSALS[name]
    way.proxy.strike(say if name.endswith("page") else instead(say))
    assert asked(way) == times


def tries(platform: Platform) -> int:
    """How often a question was tried that cannot even be sent."""
    with closing(platform), pytest.raises(UserError):
        platform.owner()
    return platform.usage().requests


@pytest.mark.parametrize("login", LOGINS.values(), ids=LOGINS)
@pytest.mark.parametrize("name", CERTIFICATES)
def test_a_bad_certificate_is_looked_at_once(
    authority: Authority,  # noqa: F811
    login: Callable[[str], Platform],
    name: str,
) -> None:
    with FaultProxy("http://127.0.0.1:9", authority.serving(**CERTIFICATES[name][0])) as proxy:
        assert tries(login(proxy.url)) == 1


@pytest.mark.parametrize("login", LOGINS.values(), ids=LOGINS)
def test_who_speaks_no_tls_is_asked_once(login: Callable[[str], Platform]) -> None:
    with Mute(plain(400, b"The plain HTTP request was sent to HTTPS port")) as server:
        assert tries(login(f"https://{server.host}")) == 1
        assert len(server.heard) == 1


@pytest.mark.parametrize("login", LOGINS.values(), ids=LOGINS)
@pytest.mark.parametrize(
    ("fault", "times"), [(socket.EAI_NONAME, 1), (socket.EAI_NODATA, 1), (socket.EAI_AGAIN, TRIES)]
)
def test_a_name_is_looked_up_again_where_the_look_up_failed_and_not_where_it_says_that_there_is_none(
    monkeypatch: pytest.MonkeyPatch, login: Callable[[str], Platform], fault: int, times: int
) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", Resolver(*[fault] * TRIES))
    assert tries(login("https://home.test")) == times


@pytest.mark.parametrize("login", LOGINS.values(), ids=LOGINS)
def test_who_refuses_the_connection_may_be_starting_and_is_asked_again(login: Callable[[str], Platform]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as gone:
        address = f"http://127.0.0.1:{gone.getsockname()[1]}"
    assert tries(login(address)) == TRIES
