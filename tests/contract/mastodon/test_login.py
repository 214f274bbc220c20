"""OAuth, with and without PKCE."""

import json
from urllib.request import urlopen

import pytest

from bot.errors import UserError
from bot.platforms.mastodon import AppKeys, Mastodon, authorize_url, exchange, proof_key, register
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
