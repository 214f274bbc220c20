"""What `init` is told is looked up on real servers: found, found elsewhere, or told what is wrong with it."""

import json
import socket
from contextlib import closing, contextmanager
from urllib.parse import parse_qs, urlsplit

import pytest

from bot.cli import bounded, looked_up, typed
from bot.cli.first import _found
from bot.clock import SystemClock
from bot.errors import UserError
from bot.platforms.mastodon.web import PublicWeb
from tests.servers.certificates import Authority
from tests.servers.mastodon_network import Network
from tests.servers.mastodon_stub import Stub
from tests.servers.origin_stub import OriginStub, send
from tests.unit.cli.test_login import nobody

ME = "me"


def look(text):
    """What is typed where `init` asks for a server: what is said, and the server that the config will name."""
    found = looked_up.mastodon(typed.server(text), text)
    return found.words, found.value


def of(url):
    return urlsplit(url).netloc


@pytest.fixture
def tls(tmp_path, monkeypatch):
    """TLS for localhost, trusted by this process."""
    authority = Authority(tmp_path)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(authority.path))
    return authority.serving()


@contextmanager
def domain(context, answer):
    """A host on which no Mastodon server is, but which answers what is asked for as `answer(target)` says."""
    with OriginStub("localhost", context=context) as stub:

        def instead(handler):
            status, body, headers = answer(handler.path)
            send(handler, status, body if isinstance(body, bytes) else json.dumps(body).encode(), **headers)

        stub.instead = instead
        yield f"localhost:{stub.addresses['localhost'][0][1]}"


def tells(address):
    """WebFinger of an account that lives at that address; nothing else is there."""

    def answer(target):
        parts = urlsplit(target)
        (asked,) = parse_qs(parts.query).get("resource", [""])
        if parts.path != "/.well-known/webfinger" or not asked.startswith(f"acct:{ME}@"):
            return 404, b"<h1>A weblog</h1>", {}
        links = [{"rel": "profile", "href": "x"}, {"rel": "self", "href": f"{address}/users/{ME}"}, 7]
        return 200, {"subject": asked, "links": links}, {}

    return answer


def sends_to(url):
    """All that is asked for is at another address."""
    return lambda target: (301, b"", {"Location": url + target})


# -- Mastodon, over HTTP and HTTPS


@pytest.mark.parametrize("spelled", ["{url}", "{url}/", "{capitals}", "{url}/@me", " {url}/explore/links?x=1 "])
def test_a_server_is_found_however_it_is_spelled(stub, spelled):
    said = spelled.format(url=stub.url, capitals=stub.url.replace("127.0.0.1", "LocalHost"))
    words, value = look(said)
    assert words == f"{of(value)} is there: mastodon {stub.network.version}"
    assert value == value.lower() == typed.server(said)


@pytest.mark.parametrize("spelled", ["@me@{host}", "Me@{host}", "{host}", "https://{host}/@me"])
def test_a_server_is_found_by_a_handle_there(tls, spelled):
    with Stub(Network(), tls=tls) as stub:
        assert look(spelled.format(host=of(stub.url)))[1] == stub.url


def test_a_server_that_tells_strangers_nothing_is_one(stub):
    stub.fault("status", "instance", times=1, number=401)
    assert look(stub.url) == (f"{of(stub.url)} is there", stub.url)


@pytest.mark.parametrize("kind", ["html404", "malformed", "empty"])
def test_what_is_no_mastodon_is_told(stub, kind):
    stub.fault(kind, times=9)
    with pytest.raises(UserError, match="answers, but is no server of the Mastodon API; if your handle ends in it"):
        look(stub.url)


def test_a_server_that_is_down_is_told_with_what_it_said(stub):
    stub.fault("status", times=9, number=503)
    with pytest.raises(UserError, match="said 503"):
        look(stub.url)


def test_where_nobody_listens_is_told_at_once():
    with pytest.raises(UserError, match="no connection: it was refused"):
        look(nobody())


def test_a_certificate_that_nobody_vouches_for_is_told(tls, monkeypatch):
    monkeypatch.delenv("REQUESTS_CA_BUNDLE")
    with Stub(Network(), tls=tls) as stub, pytest.raises(UserError, match="its certificate is not valid"):
        look(stub.url)


def test_who_does_not_answer_is_not_waited_for(monkeypatch):
    monkeypatch.setattr(bounded, "GIVES_UP", 0.3)
    silent = socket.create_server(("127.0.0.1", 0))
    with closing(silent), pytest.raises(UserError, match="no answer within"):
        look(f"http://127.0.0.1:{silent.getsockname()[1]}")


# -- a handle's host that is not its server's


def test_a_domain_that_redirects_to_its_server_leads_there(tls):
    with Stub(Network(), tls=tls) as stub, domain(tls, sends_to(stub.url)) as host:
        words, value = look(host)
    assert words.startswith(f"{host} leads to another server: {of(stub.url)} is there: mastodon")
    assert value == stub.url


def test_a_domain_that_says_where_its_people_live_leads_there(tls):
    with Stub(Network(), tls=tls) as stub, domain(tls, tells(stub.url)) as host:
        words, value = look(f"@{ME}@{host}")
        assert words.startswith(f"{ME}@{host} lives elsewhere: {of(stub.url)} is there: mastodon")
        assert value == stub.url
        with pytest.raises(UserError, match="type your whole handle"):
            look(host)


def test_a_domain_that_sends_on_who_asks_where_its_people_live_leads_there(tls):
    with Stub(Network(), tls=tls) as stub, domain(tls, tells(stub.url)) as asked:

        def only_webfinger(target):
            leads = target.startswith("/.well-known/webfinger")
            return (301, b"", {"Location": f"https://{asked}{target}"}) if leads else (404, b"", {})

        with domain(tls, only_webfinger) as host:
            assert look(f"{ME}@{host}")[1] == stub.url


@pytest.mark.parametrize(
    "answer",
    [
        lambda target: (404, b"<h1>A weblog</h1>", {}),
        lambda target: (200, {"links": 3}, {}),
        lambda target: (200, {"links": [{"rel": "self", "href": "file:///etc/passwd"}]}, {}),
        lambda target: (200, [], {}),
    ],
)
def test_a_domain_that_tells_nothing_is_no_server(tls, answer):
    with domain(tls, answer) as host, pytest.raises(UserError, match="answers, but is no server of the Mastodon API"):
        look(f"{ME}@{host}")


def test_nobody_is_followed_from_https_to_http(tls, stub):
    with domain(tls, sends_to(stub.url)) as host, pytest.raises(UserError, match="redirects to http://127"):
        look(host)
    assert stub.log == []


def test_a_domain_and_its_server_that_send_on_to_each_other_end(tls):
    where = []
    onwards = lambda target: sends_to(where[0])(target)  # noqa: E731
    with domain(tls, onwards) as one, domain(tls, sends_to(f"https://{one}")) as other:
        where.append(f"https://{other}")
        with pytest.raises(UserError, match="redirects to"):
            look(f"{ME}@{one}")


# -- Bluesky


def asked_of_the_directory(status, body):
    def answer(handler):
        send(handler, status, json.dumps(body).encode())

    with OriginStub(looked_up.DIRECTORY) as stub:
        stub.instead = answer
        return looked_up.bluesky("robin.test", web=PublicWeb(SystemClock(), **stub.reached())).words


def test_a_handle_on_bluesky_is_there_or_is_nobodys():
    assert asked_of_the_directory(200, {"did": "did:plc:x"}) == "robin.test is there"
    with pytest.raises(UserError, match=r"nobody on Bluesky is called robin\.test"):
        asked_of_the_directory(400, {"error": "InvalidRequest"})


@pytest.mark.parametrize("status", [404, 500])
def test_a_directory_that_does_not_tell_stops_nothing(status):
    assert asked_of_the_directory(status, {}) == "robin.test could not be looked up now; going on without"


# -- asking


def test_what_was_not_found_is_taken_when_it_is_typed_again():
    def nowhere(value, text):
        raise UserError("it is not there")

    understand = _found(str.lower, nowhere)
    with pytest.raises(UserError, match="it is not there; type it again to take it all the same"):
        understand("Town.test")
    assert understand("town.TEST") == "town.test"


def test_what_was_found_elsewhere_is_what_is_written_down(capsys):
    understand = _found(str.lower, lambda value, text: looked_up.Found(f"{text} is at social.test", "social.test"))
    assert understand("Town.test") == "social.test"
    assert capsys.readouterr().out == "Looking for town.test …\nTown.test is at social.test\n"
