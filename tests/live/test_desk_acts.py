"""What the buttons of the desk do on real servers: an account quieted, taken back and kept, seen by another client."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.live.desks import desk, send
from tests.live.places import DONE, OnBluesky, Place, done_at, on_mastodon
from tests.live.test_actions import settle_in

pytestmark = pytest.mark.live


@pytest.fixture(params=["bluesky", "mastodon"])
def place(request: pytest.FixtureRequest) -> Iterator[Place]:
    """A server with its company."""
    if request.param == "bluesky":
        yield OnBluesky(request.getfixturevalue("bluesky_network"))
        return
    made = on_mastodon()
    yield made
    made.stub.__exit__()


def page_of(browser: httpx.Client, handle: str) -> httpx.Response:
    """The page of an account, found by its handle as its owner would."""
    table = browser.get("/accounts", params={"q": handle})
    address = next(line for line in table.text.split('"') if line.startswith("/account?id="))
    return browser.get(address.replace("&amp;", "&"))


def test_an_account_is_quieted_taken_back_and_kept_at_the_desk(place: Place, tmp_path: Path) -> None:
    owner = settle_in(tmp_path / "owner", place)
    owner.run("sweep")
    assert {name: place.truth(name) for name in DONE} == done_at(place)
    with desk(owner.folder, owner.env) as browser:
        taken_back = send(browser, page_of(browser, place.handle("dropper")), "/account/undo")
        assert "Undone: the mute of " in taken_back.text, taken_back.text
        assert place.truth("dropper") == set()
        quieted = send(browser, page_of(browser, place.handle("talker")), "/account/quiet", step="mute")
        assert "Muted until" in quieted.text, quieted.text
        assert place.truth("talker") == {"muted"}
        send(browser, page_of(browser, place.handle("talker")), "/account/undo")
        assert place.truth("talker") == set()
        kept = send(browser, page_of(browser, place.handle("mirror")), "/account/keep")
        assert "ends with the next sweep" in kept.text
        assert place.truth("mirror") == done_at(place)["mirror"], "a word alone does nothing on the server"
    owner.run("sweep")
    assert {name: place.truth(name) for name in DONE} == {**done_at(place), "dropper": set(), "mirror": set()}
