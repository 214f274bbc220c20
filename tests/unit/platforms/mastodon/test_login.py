"""Which permissions are asked for, by what a server says it knows, and whether it checks a proof."""

import base64
import hashlib
from typing import Any

import pytest

from bot.platforms.base import LoginNeeded, Unreachable
from bot.platforms.mastodon.connection import Refused
from bot.platforms.mastodon.login import (
    BROADER,
    LEAST,
    MARKS,
    PICTURES,
    READING,
    TO_ACT,
    TO_READ,
    AppKeys,
    _candidates,
    _metadata,
    proof_key,
)
from tests.unit.platforms.mastodon.told import Told

WHOLE = f"{LEAST} {MARKS} {PICTURES}"
ALL = [WHOLE, f"{LEAST} {MARKS}", LEAST, *BROADER]


@pytest.mark.parametrize(
    ("known", "asked"),
    [
        ([], ALL),
        (["read", "write", "follow"], ALL),
        (WHOLE.split(), ALL[:3]),
        ([*LEAST.split(), MARKS], ALL[1:3]),
        (LEAST.split(), [LEAST]),
        ([*BROADER[0].split(), "write"], list(BROADER)),
        (["read:accounts"], [BROADER[-1]]),
        (["read", "write", "write:media"], [BROADER[-1]]),
    ],
)
def test_the_least_that_a_server_knows_is_asked_for_first(known: list[str], asked: list[str]) -> None:
    assert list(_candidates(known, TO_ACT)) == asked


@pytest.mark.parametrize(
    ("known", "asked"),
    [
        ([], [READING, "read"]),
        (["read", "write"], [READING, "read"]),
        (LEAST.split(), [READING]),
        (["read:x"], ["read"]),
    ],
)
def test_for_reading_alone_nothing_that_writes_is_ever_asked_for(known: list[str], asked: list[str]) -> None:
    assert list(_candidates(known, TO_READ)) == asked
    assert not any("write" in scopes for scopes in asked)


@pytest.mark.parametrize(
    ("answer", "scopes", "proof"),
    [
        ({"scopes_supported": ["read", 7], "code_challenge_methods_supported": ["plain", "S256"]}, ["read"], True),
        ({"code_challenge_methods_supported": ["plain"]}, [], False),
        ({"code_challenge_methods_supported": "S256", "scopes_supported": "read"}, [], False),
        ([], [], False),
        (Refused("no", 404), [], False),
        (Unreachable("no"), [], False),
        (LoginNeeded("no"), [], False),
    ],
)
def test_what_a_server_says_of_its_logins_is_believed_where_it_can_be_read(
    answer: Any, scopes: list[str], proof: bool
) -> None:
    found = _metadata(Told({"/.well-known/oauth-authorization-server": answer}))  # type: ignore[arg-type]
    assert (list(found[0]), found[1]) == (scopes, proof)


@pytest.mark.parametrize("scopes", ALL)
def test_more_than_is_needed_is_told(scopes: str) -> None:
    keys = AppKeys("https://home.test", "id", "secret", "urn:ietf:wg:oauth:2.0:oob", scopes, True)
    assert (scopes in keys.broader) is (scopes in BROADER)
    assert bool(keys.broader) is (scopes in BROADER)


def test_a_proof_is_the_hash_of_a_long_random_word() -> None:
    (verifier, challenge), (other, _) = proof_key(), proof_key()
    assert base64.urlsafe_b64decode(challenge + "=") == hashlib.sha256(verifier.encode()).digest()
    assert verifier != other
    assert 43 <= len(verifier) <= 128, "as RFC 7636 has it"
