"""Actions on real servers: done, verified, run out and undone, by the command line and by the daemon."""

import json
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.live.counting_proxy import CountingProxy
from tests.live.journey import Journey, until
from tests.live.network import BlueskyNetwork
from tests.live.places import CONFIG, DONE, OnBluesky, OnMastodon, Place, done_at, on_mastodon

pytestmark = pytest.mark.live

SHORT = timedelta(seconds=15)
"""How long an action lasts whose end is waited for."""

Visit = Callable[..., tuple[Place, Journey]]


@pytest.fixture(params=["bluesky", "mastodon", "mastodon without timed mutes"])
def visit(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Visit]:
    """Makes a place and its owner's journey, with a config whose actions last as long as is said."""
    stubs: list[OnMastodon] = []

    def make(lasts: str = "30d", **facts: Any) -> tuple[Place, Journey]:
        if request.param == "bluesky":
            place: Place = OnBluesky(request.getfixturevalue("bluesky_network"))
        else:
            stubs.append(on_mastodon(missing={"duration"} if "without" in request.param else set()))
            place = stubs[-1]
        return place, settle_in(tmp_path / "owner", place, lasts=lasts, **facts)

    yield make
    for each in stubs:
        each.stub.__exit__()


def settle_in(
    folder: Path, place: Place, *, dry_run: bool = False, lasts: str = "30d", first_days: str = "0d"
) -> Journey:
    owner = Journey(folder, place.secrets)
    words = {"profile": place.profile, "lasts": lasts, "first_days": first_days, "dry_run": str(dry_run).lower()}
    owner.config.write_text(CONFIG.format(**words))
    return owner


def standing(place: Place) -> dict[str, set[str]]:
    return {name: place.truth(name) for name in DONE}


NOTHING: dict[str, set[str]] = {name: set() for name in DONE}


def stories(place: Place, owner: Journey) -> dict[str, list[str]]:
    """What the ledger tells of each action's account, judgements left out."""
    told: dict[str, list[str]] = {name: [] for name in DONE}
    names = {place.handle(name): name for name in DONE}
    for row in owner.rows("ledger", "--json"):
        if row["event"] != "judged":
            told[names[row["handle"]]].append(row["event"])
    return told


def last_end(owner: Journey) -> datetime:
    """When the action that lasts longest runs out."""
    return max(datetime.fromisoformat(row["until"]) for row in owner.rows("ledger", "--json") if row["event"] == "done")


def wait_for(moment: datetime) -> None:
    time.sleep(max(0.0, (moment - datetime.now(UTC)).total_seconds()) + 0.5)


def test_every_action_is_done_once_and_undone_on_the_owners_word(visit: Visit) -> None:
    place, owner = visit()
    owner.run("sweep")
    assert standing(place) == done_at(place)
    assert place.truth("talker") == set()
    assert stories(place, owner) == {key: ["planned", "done"] for key in DONE}
    shown = owner.said("undo", "--all", "--dry-run")
    assert all(place.handle(name) in shown for name in DONE)
    assert standing(place) == done_at(place)
    owner.run("undo", place.handle("dropper"))
    assert standing(place) == {**done_at(place), "dropper": set()}
    owner.run("undo", "--all")
    assert standing(place) == NOTHING
    owner.run("sweep")
    assert standing(place) == NOTHING, "what was undone is a veto"
    assert stories(place, owner) == {key: ["planned", "done", "lifting", "undone"] for key in DONE}


def test_what_has_run_out_ends_for_whom_got_better_and_is_renewed_on_whom_goes_on(visit: Visit) -> None:
    place, owner = visit(lasts=f"{SHORT.seconds}s")
    owner.run("sweep")
    first = last_end(owner)
    place.improve("booster")
    place.go_on()
    wait_for(first)
    owner.run("sweep")
    assert standing(place) == {**done_at(place), "booster": set()}
    told = stories(place, owner)
    assert told["booster"][-1] == "expired"
    assert told["mirror"].count("done") == told["dropper"].count("done") == 2
    assert last_end(owner) - first > SHORT, "twice as long"


def test_the_daemon_does_its_actions_and_a_restart_ends_what_ran_out_meanwhile(visit: Visit) -> None:
    place, owner = visit(lasts=f"{SHORT.seconds}s")
    with owner.daemon() as daemon:
        until(lambda: place.truth("mirror") and place.truth("booster"), lambda: daemon.lines)
        daemon.said("swept")
        daemon.ends()
    for name in DONE:
        place.improve(name)
    assert place.truth("mirror") == done_at(place)["mirror"]
    wait_for(last_end(owner))
    with owner.daemon() as daemon:
        until(lambda: standing(place) == NOTHING, lambda: daemon.lines)
        daemon.said("swept")
        daemon.ends()
    told = stories(place, owner)
    assert {story[-1] for story in told.values()} == {"expired"}
    assert all(story.count("planned") == story.count("done") == story.count("expired") for story in told.values())


def test_what_the_owner_takes_back_by_hand_is_a_veto(visit: Visit) -> None:
    place, owner = visit()
    owner.run("sweep")
    assert standing(place) == done_at(place)
    for name in DONE:
        place.take_back(name)
    until(lambda: standing(place) == NOTHING)
    for _ in range(2):
        owner.run("sweep")
        assert standing(place) == NOTHING
    assert stories(place, owner) == {key: ["planned", "done", "vetoed"] for key in DONE}
    kept = {row["handle"]: row["by"] for row in json.loads(owner.said("keep", "--json"))}
    assert kept == {place.handle(name): "taken back" for name in DONE}


def test_the_owners_own_mute_is_left_to_them_and_never_undone(visit: Visit) -> None:
    place, owner = visit()
    place.mute("dropper")
    until(lambda: place.truth("dropper") == {"muted"})
    owner.run("sweep")
    found = {row["handle"]: row for row in owner.rows("sweep", "--json")}
    assert found.get(place.handle("dropper"), {"step": None})["step"] is None
    owner.run("undo", "--all")
    assert standing(place) == {"dropper": {"muted"}, "mirror": set(), "booster": set()}


def test_the_first_days_are_dry_until_the_owner_has_read_the_report(visit: Visit) -> None:
    place, owner = visit(first_days="7d")
    owner.run("sweep")
    assert standing(place) == NOTHING
    assert "actions begin with the next sweep" in owner.said("confirm", "--i-have-read-the-report")
    owner.run("sweep")
    assert standing(place) == done_at(place)


def plans(owner: Journey) -> list[tuple[Any, ...]]:
    rows = [row for row in owner.rows("ledger", "--json") if row["event"] == "planned"]
    return [(row["handle"], row["rule"], row["step"], row["readings"], row["evidence"]) for row in rows]


def dry_then_live(place: Place, written: Callable[[], int], folder: Path) -> None:
    """A dry run writes nothing at all, and plans what a live run then does."""
    dry = settle_in(folder / "dry", place, dry_run=True)
    for _ in range(2):
        dry.run("sweep")
    with dry.daemon() as daemon:
        daemon.said("swept", count=2)
        daemon.said("report profile=home")
        daemon.ends()
    dry.run("undo", "--all")
    assert written() == 0
    assert standing(place) == NOTHING
    live = settle_in(folder / "live", place)
    live.run("sweep")
    assert standing(place) == done_at(place)
    assert written() >= 3
    assert len(plans(dry)) == 3
    assert plans(dry) == plans(live)


def test_a_dry_run_writes_nothing_to_bluesky_and_plans_what_a_live_run_does(
    bluesky_network: BlueskyNetwork, tmp_path: Path
) -> None:
    with CountingProxy(bluesky_network.pds) as proxy:
        dry_then_live(OnBluesky(bluesky_network, proxy.url), lambda: len(proxy.writes), tmp_path)


def test_a_dry_run_writes_nothing_to_mastodon_and_plans_what_a_live_run_does(tmp_path: Path) -> None:
    place = on_mastodon()
    dry_then_live(place, place.written, tmp_path)
    place.stub.__exit__()
