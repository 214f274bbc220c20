"""`audit` and `check` as their owner runs them: on a real Bluesky network, and against the strict stub of Mastodon."""

import os
import re
import signal
import subprocess
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.live.conftest import Seeded
from tests.live.daemon import PROGRAM
from tests.live.journey import Journey, until
from tests.live.seed_bluesky import PASSWORD, Person, join
from tests.servers.mastodon_network import seeded
from tests.servers.mastodon_stub import Stub

pytestmark = pytest.mark.live

READING = "read:accounts read:statuses read:follows read:notifications"
OWNER = "the-auditor.test"


@pytest.fixture(scope="module")
def leaver(bluesky: Seeded) -> Person:
    """Somebody whom the auditor followed, and who left."""
    return join(bluesky.network.pds, "goner")


@pytest.fixture(scope="module")
def auditor(bluesky: Seeded, leaver: Person, tmp_path_factory: pytest.TempPathFactory) -> Journey:
    """An owner who follows everybody, one who left included, and is followed by two."""
    who = join(bluesky.network.pds, "auditor")
    others = [person for name, person in bluesky.people.items() if name not in ("reader", "passerby")]
    who.follow(*others, leaver, at=bluesky.now - timedelta(days=20))
    leaver.call("com.atproto.server.deactivateAccount", {})
    bluesky.people["passerby"].follow(who, at=bluesky.now - timedelta(days=5))
    bluesky.people["reader"].follow(who, at=bluesky.now)
    bluesky.network.settle()
    journey = Journey(tmp_path_factory.mktemp("auditor"))
    journey.run("init", "--platform", "bluesky", "--server", bluesky.network.pds, "--handle", OWNER)
    journey.run("login", stdin=f"{PASSWORD}\n")
    return journey


def test_everybody_on_bluesky_is_told_who_left_as_well(auditor: Journey, leaver: Person) -> None:
    told = auditor.data("audit", "--json")
    groups = {one["handle"]: one["group"] for one in told["accounts"]}
    assert len(groups) == 12
    assert {groups["the-dropper.test"], groups["the-mirror.test"]} == {"broadcasts links"}
    assert groups["the-curator.test"] == "curates"
    assert groups[leaver.did] == "moved or gone"
    assert groups["the-friend.test"] in ("none of these", "too few posts")
    assert sum(one["share"] or 0.0 for one in told["accounts"]) == pytest.approx(1.0, abs=0.01)


def test_followers_on_bluesky_are_told_by_when_they_came(auditor: Journey) -> None:
    told = auditor.data("audit", "--followers", "--json")
    assert ([one["handle"] for one in told["accounts"]], told["waiting"]) == (["the-passerby.test"], 1)
    assert told["accounts"][0]["followed"] is not None


def test_any_account_on_bluesky_can_be_checked(auditor: Journey) -> None:
    assert "the-passerby.test is left alone" in auditor.said("check", "the-passerby.test")
    told = auditor.data("check", "the-dropper.test", "--json")
    assert told["step"] is not None
    assert told["standing"] is None
    assert "no account" in auditor.run("check", "the-nobody.test", code=2).stderr


@pytest.fixture
def stub() -> Iterator[Stub]:
    with Stub(seeded(datetime.now(UTC), shop="")) as running:
        yield running


@pytest.fixture
def owner(tmp_path: Path, stub: Stub) -> Journey:
    """An owner on Mastodon whose login may only read."""
    made = Journey(tmp_path / "owner", {"QUIETFEED_HOME_TOKEN": stub.network.grant(READING)})
    made.config.write_text(f"profiles: [{{name: home, platform: mastodon, server: '{stub.url}'}}]\n")
    return made


def test_a_login_that_may_only_read_is_enough_on_mastodon(owner: Journey, stub: Stub) -> None:
    told = owner.data("audit", "--json")
    groups = Counter(one["group"] for one in told["accounts"])
    assert groups["broadcasts links"] == 3
    assert sum(groups.values()) == 11
    came = datetime.now(UTC) - timedelta(days=6)
    stranger = next(i for i, a in stub.network.accounts.items() if a["acct"] == "stranger@else.test")
    stub.network.followed_by(stranger, came)
    assert [one["handle"] for one in owner.data("audit", "--followers", "--json")["accounts"]] == ["stranger@else.test"]
    assert "dropper0@quiet.test" in owner.said("check", "dropper0")
    assert stub.writes == []


def test_an_audit_that_is_interrupted_goes_on_and_reads_nobody_twice(owner: Journey, stub: Stub) -> None:
    stub.fault("slow", "/statuses", times=1000, number=0.4)
    audit = subprocess.Popen(
        [*PROGRAM, "audit"], env=owner.env, cwd=owner.folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    until(lambda: len(first_pages(stub)) >= 4)
    os.kill(audit.pid, signal.SIGINT)
    _, err = audit.communicate(timeout=30)
    assert audit.returncode == 130
    assert "what was found until then is kept" in err
    stub.faults.clear()
    read = first_pages(stub)
    assert 4 <= len(read) < 11
    owner.said("audit")
    assert sorted(Counter(first_pages(stub)).values())[-2:] in ([1, 1], [1, 2])  # one may have been cut off
    assert len(set(first_pages(stub))) == 11


def first_pages(stub: Stub) -> list[str]:
    """The accounts whose first page was asked for, each as often as it was."""
    asked = [re.match(r"/api/v1/accounts/(\w+)/statuses\?(?!.*max_id)", one.path) for one in stub.reads]
    return [found[1] for found in asked if found]


def test_a_limit_that_the_server_names_is_waited_for(owner: Journey, stub: Stub) -> None:
    stub.fault("limited_retry", "/statuses", times=1, number=2)
    assert len(owner.data("audit", "--json")["accounts"]) == 11
