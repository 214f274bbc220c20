"""A short run of `make fuzz`, with the same inputs each time."""

import logging
from collections.abc import Iterator

import pytest

from tests.fuzz import odd
from tests.fuzz.rooms import FAMILIES
from tests.fuzz.run import run, told
from tests.fuzz.samples import answers, route

INPUTS = {"mastodon": 120, "bluesky": 120, "configs": 12, "damaged store": 8}
"""Fewer where each takes its time."""


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    logging.disable()
    yield
    logging.disable(logging.NOTSET)


@pytest.mark.filterwarnings("ignore")  # the library warns of every header "deprecation"
@pytest.mark.parametrize("family", FAMILIES)
def test_nothing_but_an_error_for_the_owner_leaves_a_room(family: str) -> None:
    outcome = run(INPUTS.get(family, 40), 1, only=family)
    assert not outcome.findings, told(outcome)


def test_a_seed_gives_the_same_inputs_and_another_gives_others() -> None:
    from random import Random

    page = [{"id": "1", "text": "hello", "tags": [{"name": "a"}]}] * 3
    made = [odd.encoded(odd.changed(Random(seed), list(map(dict, page)), 3)) for seed in (1, 1, 2)]
    assert made[0] == made[1] != made[2]


@pytest.mark.parametrize(
    ("method", "path", "what"),
    [
        ("GET", "/api/v1/accounts/7/statuses?limit=40", "GET accounts/:id/statuses"),
        ("GET", "/api/v1/accounts/01J5XYZ/lists", "GET accounts/:id/lists"),
        ("GET", "/api/v2/instance", "GET v2/instance"),
        ("POST", "/xrpc/app.bsky.graph.muteActor", "app.bsky.graph.muteActor"),
    ],
)
def test_every_request_finds_its_sample(method: str, path: str, what: str) -> None:
    assert route(method, path) == what
    assert what in answers()
