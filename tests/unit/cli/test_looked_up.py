"""What `init` is told is looked up: found, not found, or no network, which stops nothing."""

import json

import pytest

from bot.cli import looked_up
from bot.cli.first import _found
from bot.clock import SystemClock
from bot.errors import UserError
from bot.platforms.mastodon.web import PublicWeb
from tests.servers.origin_stub import OriginStub


def answering(status, body):
    """A handler that answers so."""

    def answer(request):
        said = json.dumps(body).encode() if not isinstance(body, bytes) else body
        request.send_response(status)
        request.send_header("Content-Length", str(len(said)))
        request.end_headers()
        request.wfile.write(said)

    return answer


def look(kind, what, host, status, body):
    with OriginStub(host) as stub:
        stub.instead = answering(status, body)
        return kind(what, PublicWeb(SystemClock(), **stub.reached()))


TOWN = (looked_up.mastodon, "https://town.test", "town.test")
ROBIN = (looked_up.bluesky, "robin.test", looked_up.DIRECTORY)


@pytest.mark.parametrize(
    ("asked", "status", "body", "said"),
    [
        (TOWN, 200, {"title": "Our \u202e\x1b[31mtown", "version": "4.3.2"}, "town.test is there: Our [31mtown, 4.3.2"),
        (TOWN, 401, {"error": "only for us"}, "town.test could not be looked up now; going on without"),
        (TOWN, 503, {}, "town.test could not be looked up now; going on without"),
        (ROBIN, 200, {"did": "did:plc:x"}, "robin.test is there"),
        (ROBIN, 500, {}, "robin.test could not be looked up now; going on without"),
    ],
)
def test_what_is_there_is_told_and_what_cannot_be_asked_stops_nothing(asked, status, body, said):
    assert look(*asked, status, body) == said


@pytest.mark.parametrize(
    ("asked", "status", "body", "said"),
    [
        (TOWN, 404, b"<html>", "town.test answers, but not as a Mastodon server does (404)"),
        (TOWN, 200, b"<html>", "town.test answers, but not as a Mastodon server does"),
        (TOWN, 200, [], "town.test answers, but not as a Mastodon server does"),
        (ROBIN, 400, {"error": "InvalidRequest"}, "nobody on Bluesky is called robin.test"),
    ],
)
def test_what_is_not_there_is_said(asked, status, body, said):
    with pytest.raises(UserError) as caught:
        look(*asked, status, body)
    assert said in str(caught.value)


def test_a_name_that_is_never_resolved_is_not_waited_for(monkeypatch):
    monkeypatch.setattr(looked_up, "SECONDS", 0.05)
    import threading

    never = threading.Event()
    web = PublicWeb(SystemClock(), resolve=lambda host: never.wait(5) or [])
    assert looked_up.mastodon("https://town.test", web) == "town.test could not be looked up now; going on without"
    never.set()


def test_a_server_on_this_machine_is_not_looked_for_in_the_world():
    said = looked_up.mastodon("http://localhost:3000")
    assert said == "localhost:3000 could not be looked up now; going on without"


def test_what_was_not_found_is_taken_when_it_is_typed_again():
    def nowhere(value):
        raise UserError("it is not there")

    understand = _found(str.lower, nowhere)
    with pytest.raises(UserError, match="it is not there; type it again to take it all the same"):
        understand("Town.test")
    assert understand("town.TEST") == "town.test"
