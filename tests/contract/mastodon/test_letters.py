"""Reports: to the owner alone, once."""

from datetime import timedelta

import pytest

from bot.platforms.base import Unsupported
from tests.contract.mastodon.world import World


def letters(world: World) -> list[str]:
    return [s.content for s in world.network.statuses if s.author == world.network.owner and not s.deleted]


PARTS = ["Report of 2026-05-01\n\nhttps://example.com/a & <b>", "Second part\nwith lines", "Third part"]


def test_a_report_is_a_direct_thread_and_never_sent_twice(world: World) -> None:
    url = world.platform.publish(PARTS, "day-1")
    sent = [s for s in world.network.statuses if s.author == world.network.owner]
    assert url == world.network.json(sent[0])["url"]
    assert {s.visibility for s in sent} == {"direct"}
    assert [s.reply_to for s in sent] == [None, *sent[:2]]
    assert world.platform.publish(PARTS, "day-1") == url
    world.network.keys.clear()  # the server forgets keys after an hour
    assert world.platform.publish(PARTS, "day-1") == url
    assert len(letters(world)) == 3


def test_a_report_cut_short_is_continued_where_it_stopped(world: World) -> None:
    world.network.idempotency = False
    world.platform.publish(PARTS[:1], "day-1")
    world.platform.publish(PARTS, "day-1")
    assert len(letters(world)) == 3


@pytest.mark.parametrize("idempotency", [True, False])
def test_an_answer_that_was_lost_makes_no_second_report(world: World, idempotency: bool) -> None:
    world.network.idempotency = idempotency
    world.stub.fault("reset_after", "/api/v1/statuses$", times=2)
    world.platform.publish(PARTS, "day-1")
    assert len(letters(world)) == 3


def test_the_same_short_report_of_another_day_is_sent(world: World) -> None:
    world.platform.publish(["A quiet day."], "day-1")
    world.network.statuses[-1].at -= timedelta(days=1)
    world.platform.publish(["A quiet day."], "day-2")
    assert len(letters(world)) == 2


@pytest.mark.parametrize("kind", ["private", "mentioning"])
def test_a_report_that_others_would_see_is_deleted_at_once(world: World, kind: str) -> None:
    world.stub.fault(kind, "/api/v1/statuses$")
    with pytest.raises(Unsupported, match="deleted"):
        world.platform.publish(PARTS, "day-1")
    assert letters(world) == []


def test_a_report_that_could_not_be_deleted_is_said_loudly(world: World) -> None:
    world.stub.fault("private", "/api/v1/statuses$")
    world.stub.fault("html404", "/api/v1/statuses/")
    with pytest.raises(Unsupported, match="could not be deleted"):
        world.platform.publish(PARTS, "day-1")


def test_nobody_is_mentioned_in_a_report(world: World) -> None:
    world.platform.publish(["About @anna@example.org and anna@example.org"], "day-1")
    status = world.network.statuses[-1]
    assert status.extra["mentions"] == []
    assert "anna@example.org" in status.content


def test_a_part_that_is_too_long_is_refused_by_the_server(world: World) -> None:
    assert world.platform.message_limit() == 500
    with pytest.raises(Unsupported, match="422"):
        world.platform.publish(["x" * 501], "day-1")
