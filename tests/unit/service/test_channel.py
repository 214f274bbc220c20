"""A report is only sent where it is known to stay private; what could not be kept private is never tried twice."""

from dataclasses import replace
from datetime import date

import pytest

from bot.config import Profile
from bot.errors import UserError
from bot.platforms.base import Channel, NotNow, NotPrivate, PlatformError, Unreachable, Unsupported
from bot.service import channel
from tests.unit.service.test_daily import TODAY, World

TOMORROW = date(2026, 3, 3)


@pytest.fixture
def world(tmp_path):
    made = World(tmp_path)
    made.swept(new_posts=12)
    made.network.software = "whatever 1.0"
    made.network.privacy = "unknown"
    yield made
    made.store.close()


def prove(world: World) -> Channel:
    return channel.prove(world.profile, world.platform, world.store, world.clock)


def tomorrow(world: World) -> None:
    world.clock.wait(24 * 3600)
    world.swept(new_posts=1)


def test_where_it_is_not_known_that_a_report_stays_private_it_is_a_file_and_says_why(world):
    made = world.deliver()
    assert (made.state, world.letters) == ("kept", [])
    assert made.where.endswith("2026-03-02.md")
    assert "whatever 1.0" in made.note
    assert "quietfeed report home --send-test" in made.note


def test_after_a_test_message_went_well_reports_are_sent_also_after_a_restart(world):
    prove(world)
    assert world.letters == []
    world.restart()
    assert world.deliver().state == "sent"
    assert len(world.letters) == 1


def test_what_was_proven_holds_for_that_version_on_that_server(world):
    prove(world)
    world.network.software = "whatever 1.1"
    made = world.deliver()
    assert made.state == "kept"
    assert "whatever 1.1" in made.note
    here = Channel("quiet.example", "whatever 1.0", private=False)
    assert channel._seen("home", world.store, here)
    assert channel._seen("home", world.store, replace(here, server="elsewhere.example")) is None


def test_a_server_that_tells_only_its_version_for_once_is_still_the_same(world):
    prove(world)
    world.network.software = "1.0"
    assert world.deliver().state == "sent"


def test_a_server_that_tells_nothing_for_once_is_asked_again_later(world):
    prove(world)
    world.network.software = ""
    with pytest.raises(NotNow):
        world.deliver()
    assert world.store.reports("home") == [(TODAY, "planned")]
    world.network.software = "whatever 1.0"
    assert world.deliver().state == "sent"


def test_a_test_message_that_others_could_see_is_never_repeated_on_that_version(world):
    world.network.privacy = "broken"
    with pytest.raises(NotPrivate):
        prove(world)
    asked = len(world.network.requests)
    with pytest.raises(UserError, match="not tried again"):
        prove(world)
    assert world.deliver().state == "kept"
    assert len(world.network.requests) == asked
    world.network.software, world.network.privacy = "whatever 2.0", "unknown"
    assert "--send-test" in world.deliver(TOMORROW).note
    prove(world)
    assert world.deliver(date(2026, 3, 4)).state == "sent"


def test_a_report_that_others_could_see_is_the_last_one_that_is_sent_though_the_software_is_known(world):
    world.network.privacy = "broken"
    channel.remember("home", world.store, world.platform.channel(), world.clock.now())
    made = world.deliver()
    assert made.state == "kept"
    assert "deleted" in made.note
    world.network.privacy = "known"
    asked = len(world.network.requests)
    for _ in range(3):
        tomorrow(world)
        day = world.clock.now().date()
        made = world.deliver(day)
        assert made.state == "kept"
        assert "not tried again" in made.note
    assert (len(world.network.requests), world.letters) == (asked, [])
    world.network.software = "whatever 9"
    tomorrow(world)
    assert world.deliver(world.clock.now().date()).state == "kept", "not by itself: its owner tries it first"


@pytest.mark.parametrize("fault", [Unreachable("no connection"), Unsupported("it could not be deleted")])
def test_a_test_that_came_to_nothing_leaves_everything_unknown(world, fault):
    world.network.faults = [fault]
    with pytest.raises(PlatformError):
        prove(world)
    assert world.deliver().state == "kept"
    prove(world)


def test_a_profile_that_wants_files_is_not_tested(world):
    world.profile = Profile("home", "memory", report_via="file")
    with pytest.raises(UserError, match="report_via"):
        prove(world)
    assert world.network.requests == []
