"""OAuth, with and without PKCE."""

import json
from urllib.request import urlopen

import pytest

from bot.errors import UserError
from bot.platforms.base import Unreachable
from bot.platforms.mastodon import AppKeys, Mastodon, authorize_url, exchange, proof_key, register
from bot.platforms.mastodon.connection import Refused
from bot.platforms.mastodon.login import LEAST, MARKS, OUT_OF_BAND, PICTURES
from tests.contract.mastodon.world import World


def allow(keys: AppKeys, challenge: str | None) -> str:
    with urlopen(authorize_url(keys, "state", challenge), timeout=10) as page:
        answer = json.load(page)
    assert (answer["state"], answer["redirect"]) == ("state", keys.redirect_uri)
    return str(answer["code"])


@pytest.mark.parametrize("redirect", [OUT_OF_BAND, "http://127.0.0.1:8123/"])
@pytest.mark.parametrize("pkce", [True, False])
def test_a_login_gets_the_least_rights(world: World, redirect: str, pkce: bool) -> None:
    world.network.pkce = pkce
    keys = register(world.stub.url, redirect, world.clock)
    verifier, challenge = proof_key()
    token = exchange(keys, allow(keys, challenge), verifier, world.clock)
    assert keys.pkce is pkce
    assert keys.broader == ""
    assert set(world.network.tokens[token].split()) == {*LEAST.split(), MARKS, PICTURES}
    assert keys.client_secret not in repr(keys)
    assert Mastodon(world.stub.url, token, world.clock).owner().handle == "owner@quiet.test"


def test_a_server_that_knows_no_permission_for_notes_is_not_asked_for_it(world: World) -> None:
    world.network.known_scopes = set(LEAST.split())
    keys = register(world.stub.url, OUT_OF_BAND, world.clock)
    assert keys.scopes == LEAST
    assert keys.broader == ""
    world.network.known_scopes |= {MARKS}
    assert register(world.stub.url, OUT_OF_BAND, world.clock).scopes == f"{LEAST} {MARKS}"


def test_a_server_without_fine_scopes_is_asked_for_broader_ones(world: World) -> None:
    world.network.known_scopes = {"read", "write", "follow"}
    world.network.pkce = False
    keys = register(world.stub.url, OUT_OF_BAND, world.clock)
    assert keys.scopes == "read write"
    assert "read write" in keys.broader


def test_a_wrong_code_or_proof_is_refused_without_showing_secrets(world: World) -> None:
    keys = register(world.stub.url, OUT_OF_BAND, world.clock)
    _, challenge = proof_key()
    code = allow(keys, challenge)
    for attempt in (code, "wrong"):
        with pytest.raises(UserError, match="did not accept") as caught:
            exchange(keys, attempt, "another-verifier", world.clock)
        assert keys.client_secret not in str(caught.value)


@pytest.mark.parametrize(("status", "scopes"), [(400, f"{LEAST} {MARKS}"), (422, f"{LEAST} {MARKS}")])
def test_where_permissions_are_refused_fewer_are_asked_for(world: World, status: int, scopes: str) -> None:
    world.stub.fault("status", "/api/v1/apps", number=status)
    assert register(world.stub.url, OUT_OF_BAND, world.clock).scopes == scopes


@pytest.mark.parametrize(("status", "times", "asked"), [(403, 9, 1), (422, 9, 5), (400, 9, 5)])
def test_a_server_that_refuses_to_be_known_says_so(world: World, status: int, times: int, asked: int) -> None:
    world.stub.fault("status", "/api/v1/apps", times=times, number=status)
    with pytest.raises(Refused, match=str(status)):
        register(world.stub.url, OUT_OF_BAND, world.clock)
    assert [one.path for one in world.stub.writes] == ["/api/v1/apps"] * asked


def test_a_server_that_takes_everything_and_gives_no_keys_is_none_of_the_api(world: World) -> None:
    world.stub.fault("object", "/api/v1/apps", times=9)
    with pytest.raises(Unreachable, match="did not register quietfeed"):
        register(world.stub.url, OUT_OF_BAND, world.clock)


@pytest.mark.parametrize("kind", ["object", "html404", "status"])
def test_a_code_for_which_no_token_comes_is_told_as_such(world: World, kind: str) -> None:
    keys = register(world.stub.url, OUT_OF_BAND, world.clock)
    verifier, challenge = proof_key()
    world.stub.fault(kind, "/oauth/token", number=401)
    with pytest.raises(UserError, match="gave no token" if kind == "object" else "did not accept the code"):
        exchange(keys, allow(keys, challenge), verifier, world.clock)


def test_a_code_is_sent_once_though_the_answer_was_lost(world: World) -> None:
    keys = register(world.stub.url, OUT_OF_BAND, world.clock)
    world.stub.fault("reset_after", "/oauth/token")
    with pytest.raises(Unreachable):
        exchange(keys, allow(keys, None), None, world.clock)
    assert sum(one.path == "/oauth/token" for one in world.stub.writes) == 1


@pytest.mark.parametrize("kind", ["html404", "html500", "object", "status"])
def test_a_server_that_says_nothing_of_itself_is_asked_for_the_least_without_a_proof(world: World, kind: str) -> None:
    world.stub.fault(kind, "well-known", times=9, number=401)
    keys = register(world.stub.url, OUT_OF_BAND, world.clock)
    assert (keys.scopes, keys.pkce) == (f"{LEAST} {MARKS} {PICTURES}", False)
    assert "code_challenge" not in authorize_url(keys, "state", "challenge")
