"""What can break on the way to a server, and what comes of it: an end, no secret elsewhere, and words that help."""

import re
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.clock import SimulatedClock
from bot.model import Account
from bot.platforms import answers
from bot.platforms.base import Platform, PlatformError, RateLimited, Unreachable, Unusable, told
from bot.platforms.bluesky import Bluesky, transport
from bot.platforms.budget import PATIENCE, TRIES
from bot.platforms.mastodon import Mastodon, origin
from bot.platforms.mastodon.web import PublicWeb
from tests.servers import bluesky_stub, rogue
from tests.servers.certificates import DAY, Authority
from tests.servers.fault_proxy import FAULTS, FaultProxy, changed, of_type, packed
from tests.servers.mastodon_network import Network
from tests.servers.mastodon_stub import Stub
from tests.servers.origin_stub import OriginStub
from tests.servers.rogue import Mute

NOW = datetime.now(UTC)
POSTS = 3


def mastodon(server: str, token: str = "tok-secret") -> Mastodon:
    return Mastodon(server, token, SimulatedClock(NOW), share=1.0)


def bluesky(server: str, stub: bluesky_stub.Stub | None = None) -> Bluesky:
    """With a session that needs no login."""
    from atproto_client import Session

    made = (stub or bluesky_stub.Stub()).new_session()
    session = Session(bluesky_stub.HANDLE, bluesky_stub.OWNER, made["accessJwt"], made["refreshJwt"], server)
    return Bluesky(
        server, session.export(), SimulatedClock(NOW), handle=bluesky_stub.HANDLE, password=lambda: None,
        save_session=lambda _: None,
    )  # fmt: skip


LOGINS: dict[str, Callable[[str], Platform]] = {"Mastodon": mastodon, "Bluesky": bluesky}


@dataclass
class Way:
    """A login, and the proxy between it and its server."""

    proxy: FaultProxy
    platform: Platform

    def read(self) -> int:
        return sum(len(page.posts) for page in self.platform.timeline(None))


@contextmanager
def to_mastodon(tls: ssl.SSLContext | None = None, host: str = "") -> Iterator[Way]:
    network = Network()
    anna = network.account("anna@example.org")
    network.follow(anna)
    for number in range(POSTS):
        network.post(anna, f"<p>{number}</p>", NOW - timedelta(hours=number))
    with (
        Stub(network) as stub,
        FaultProxy(stub.url, tls, host) as proxy,
        closing(mastodon(proxy.url, network.token)) as platform,
    ):
        yield Way(proxy, platform)


@contextmanager
def to_bluesky(tls: ssl.SSLContext | None = None, host: str = "") -> Iterator[Way]:
    with bluesky_stub.serving() as stub, FaultProxy(stub.url, tls, host) as proxy:
        stub.feed = [bluesky_stub.entry(number) for number in range(POSTS)]
        with closing(bluesky(proxy.url, stub)) as platform:
            yield Way(proxy, platform)


@pytest.fixture(params=[to_mastodon, to_bluesky], ids=list(LOGINS))
def way(request: pytest.FixtureRequest) -> Iterator[Way]:
    with request.param() as made:
        yield made


CUT = r"the connection was cut off$"
BROKE = r"the answer broke off$|the connection was cut off$"
NO_JSON = r"that is no JSON$|cannot be read$|is no JSON object$|an empty answer$"
LIMITED = r"asks to slow down; it goes on by itself$"
PASSING = {
    "reset at once": CUT,
    "reset in the headers": CUT,
    "reset behind the headers": BROKE,
    "reset in the body": BROKE,
    "closed without a word": CUT,
    "closed in the headers": rf"{CUT}|{NO_JSON}",  # some clients take what is there of the headers for all of them
    "a body shorter than its length": BROKE,
    "chunks without an end": BROKE,
    "no http": r"speaks no HTTP that is spoken here$|cut off$",
    "endless headers": r"speaks no HTTP that is spoken here$",
    "an endless header": r"speaks no HTTP that is spoken here$",
    "502 as a web page": r"said 502$",
    "200 as a web page": NO_JSON,
    "an empty answer": NO_JSON,
    "429 until tomorrow": LIMITED,
    "429 until the year 9999": LIMITED,
    "429 until a time gone by": LIMITED,
    "429 without a time": LIMITED,
    "429 until nonsense": LIMITED,
}
"""What passes, and how it is told: without anything that the owner should do."""


@pytest.mark.parametrize("name", PASSING)
def test_what_passes_is_tried_some_times_told_without_a_demand_and_then_over(way: Way, name: str) -> None:
    way.proxy.strike(FAULTS[name])
    with pytest.raises((Unreachable, RateLimited)) as caught:
        way.read()
    assert way.platform.usage().waited <= TRIES * PATIENCE
    assert re.search(PASSING[name], words := told(caught.value, "home")), words
    way.proxy.mend()
    assert way.read() == POSTS


@pytest.mark.parametrize("name", ["silence", "silence behind the headers", "silence in the body"])
def test_silence_is_not_waited_out_and_not_asked_again_at_once(
    way: Way, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr(answers, "SECONDS", 0.2)
    way.proxy.strike(FAULTS[name])
    with pytest.raises(Unusable, match="did not finish its answer"):
        way.read()
    assert len(way.proxy.heard) == 1


def test_a_deflate_bomb_is_not_unpacked(way: Way) -> None:
    way.proxy.strike(FAULTS["a deflate bomb"])
    with pytest.raises(Unusable, match="more than 16 MB"):
        way.read()


@pytest.mark.parametrize("kind", ["text/plain", "text/html", "application/octet-stream"])
def test_an_answer_under_a_wrong_name_is_read_on_mastodon_and_none_on_bluesky(way: Way, kind: str) -> None:
    """Servers of the Mastodon API are many, and some say so little of their answers that these are looked at alone."""
    way.proxy.strike(changed(of_type(kind)))
    if way.platform.name == "mastodon":
        assert way.read() == POSTS
    else:
        with pytest.raises(Unreachable, match="is no JSON object"):
            way.read()


@pytest.mark.parametrize("packing", ["gzip", "deflate"])
def test_what_is_packed_as_it_was_asked_for_is_read(way: Way, packing: str) -> None:
    way.proxy.strike(changed(packed(packing)))
    assert way.read() == POSTS


@pytest.mark.parametrize("login", LOGINS.values(), ids=LOGINS)
def test_a_greeting_of_tls_that_drips_is_given_up(
    monkeypatch: pytest.MonkeyPatch, login: Callable[[str], Platform]
) -> None:
    monkeypatch.setattr(answers, "SECONDS", 0.2)
    with Mute(rogue.drip_handshake) as server, closing(login(f"https://{server.host}")) as platform:
        with pytest.raises(Unusable, match="did not finish its answer"):
            list(platform.timeline(None))
        assert len(server.heard) == 1


LONG = "a" * 20_000_000
"""More than any buffer of a connection takes."""
SENDS: dict[str, Callable[[str], object]] = {
    "Mastodon": lambda server: mastodon(server)._connection.write(
        "POST", "/api/v2/media", files={"file": ("day.png", LONG.encode(), "image/png")}
    ),
    "Bluesky": lambda server: bluesky(server)._login.post("app.bsky.graph.muteActor", {"actor": LONG}),
}


@pytest.mark.parametrize("send", SENDS.values(), ids=SENDS)
def test_a_server_that_does_not_take_what_is_sent_is_given_up(
    monkeypatch: pytest.MonkeyPatch, send: Callable[[str], object]
) -> None:
    monkeypatch.setattr(answers, "SECONDS", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as deaf, pytest.raises(Unusable, match="did not finish"):
        send(f"http://127.0.0.1:{deaf.getsockname()[1]}")


@pytest.fixture
def authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Authority]:
    """Trusted by both transports."""
    made = Authority(tmp_path)
    for variable in ("REQUESTS_CA_BUNDLE", "SSL_CERT_FILE"):
        monkeypatch.setenv(variable, str(made.path))
    transport._certificates.cache_clear()
    yield made
    transport._certificates.cache_clear()


CERTIFICATES: dict[str, tuple[dict[str, Any], str]] = {
    "expired": ({"begins": -2 * DAY, "ends": -DAY}, "it has run out; nothing was sent; whoever runs the server"),
    "not valid yet": ({"begins": DAY, "ends": 2 * DAY}, "it is not valid yet; nothing was sent; is this machine's"),
    "self-signed": ({"signs_itself": True}, "it signed itself; nothing was sent; is the address right"),
    "for another name": ({"host": "elsewhere.test"}, "it is for another name; nothing was sent; put the name that"),
}


@pytest.mark.parametrize("name", CERTIFICATES)
@pytest.mark.parametrize("login", LOGINS.values(), ids=LOGINS)
def test_a_bad_certificate_is_told_with_the_next_step_and_nothing_was_sent(
    authority: Authority, login: Callable[[str], Platform], name: str
) -> None:
    served, words = CERTIFICATES[name]
    with FaultProxy("http://127.0.0.1:9", authority.serving(**served)) as proxy, closing(login(proxy.url)) as platform:
        with pytest.raises(Unreachable, match="its certificate is not valid") as caught:
            list(platform.timeline(None))
        assert words in told(caught.value, "home")
        assert proxy.heard == []


@pytest.mark.parametrize("login", LOGINS.values(), ids=LOGINS)
def test_a_certificate_that_no_one_vouches_for_here_is_told_too(
    authority: Authority, monkeypatch: pytest.MonkeyPatch, login: Callable[[str], Platform]
) -> None:
    for variable in ("REQUESTS_CA_BUNDLE", "SSL_CERT_FILE"):
        monkeypatch.delenv(variable)
    with FaultProxy("http://127.0.0.1:9", authority.serving()) as proxy, closing(login(proxy.url)) as platform:
        with pytest.raises(Unreachable, match="nobody whom this machine trusts vouches for it"):
            list(platform.timeline(None))
        assert proxy.heard == []


class Resolver:
    """Knows `home.test`, which is this machine; before that it fails with each of the `faults` once."""

    def __init__(self, *faults: int) -> None:
        self.faults = list(faults)
        self._real = socket.getaddrinfo

    def __call__(self, host: str, *arguments: Any, **named: Any) -> Any:
        if host == "home.test" and self.faults:
            raise socket.gaierror(self.faults.pop(0), "as the system says it")
        return self._real("127.0.0.1" if host == "home.test" else host, *arguments, **named)


@pytest.mark.parametrize("make", [to_mastodon, to_bluesky], ids=LOGINS)
@pytest.mark.parametrize("fault", [socket.EAI_AGAIN, socket.EAI_FAIL])
def test_names_that_cannot_be_looked_up_for_a_while_cost_two_tries(
    authority: Authority, monkeypatch: pytest.MonkeyPatch, make: Callable[..., Any], fault: int
) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", Resolver(fault, fault))
    with make(authority.serving("home.test"), "home.test") as way:
        assert way.read() == POSTS
        assert way.platform.usage().retries == 2


@pytest.mark.parametrize("login", LOGINS.values(), ids=LOGINS)
@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (socket.EAI_NONAME, r"there is no such host; if the server has moved, put its new address into the config$"),
        (socket.EAI_AGAIN, r"its name cannot be looked up now; is this machine online\?$"),
    ],
)
def test_a_name_that_is_gone_is_told_apart_from_one_that_cannot_be_looked_up(
    monkeypatch: pytest.MonkeyPatch, login: Callable[[str], Platform], fault: int, words: str
) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", Resolver(*[fault] * TRIES))
    with closing(login("https://home.test")) as platform, pytest.raises(Unreachable) as caught:
        list(platform.timeline(None))
    assert re.search(words, told(caught.value, "home"))


DROP = Account("home-7", "drop@shop.test", url="https://shop.test/@drop")
STRANGE = {
    "reset at once": "cannot be read",
    "reset in the headers": "cannot be read|no JSON",
    "reset in the body": "broke its answer off|cannot be read",
    "closed without a word": "cannot be read",
    "a body shorter than its length": "broke its answer off",
    "chunks without an end": "cannot be read",
    "silence in the body": "did not finish its answer in time",
    "no http": "cannot be read",
    "endless headers": "cannot be read",
    "an endless body": "too long or packed",
    "a gzip bomb": "too long or packed",
    "502 as a web page": "said 502",
    "429 without a time": "said 429",
    "200 as a web page": "no JSON|names no outbox",
}
"""What a stranger's server can do, and what is said of it."""


@pytest.mark.parametrize("name", STRANGE)
def test_a_stranger_s_server_that_breaks_off_is_not_known_and_given_up_at_once(tmp_path: Path, name: str) -> None:
    authority = Authority(tmp_path)
    with (
        OriginStub("shop.test") as stub,
        FaultProxy(f"https://127.0.0.1:{stub.addresses['shop.test'][0][1]}", authority.serving("shop.test")) as proxy,
    ):
        for hour in range(POSTS):
            stub.write(f"Post {hour}", NOW - timedelta(hours=hour))
        port = int(proxy.host.rpartition(":")[2])
        web = PublicWeb(
            SimulatedClock(NOW), resolve=lambda _: [("127.0.0.1", port)], allows=lambda _: True,
            context=ssl.create_default_context(cafile=str(authority.path)),
            seconds=0.3 if name.startswith("silence") else 15.0,
        )  # fmt: skip
        proxy.strike(FAULTS[name])
        with pytest.raises(PlatformError, match=STRANGE[name]):
            origin.read(web, DROP, NOW - DAY, 40)
        assert len(proxy.heard) <= 4
        proxy.mend()
        assert len(origin.read(web, DROP, NOW - DAY, 40).posts) == POSTS
