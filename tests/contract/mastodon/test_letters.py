"""Reports: to the owner alone, once."""

from datetime import timedelta

import pytest

from bot.platforms.base import NotNow, NotPrivate, Picture, PlatformError, Unsupported
from bot.platforms.mastodon import Mastodon
from bot.platforms.mastodon.login import LEAST, MARKS
from tests.contract.mastodon.world import World
from tests.servers.mastodon_network import Media
from tests.servers.mastodon_stub import Fault


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


PICTURE = Picture(b"\x89PNG\r\n\x1a\n\x00--not\r\n a boundary", "Eleven accounts, each a dot. " * 80)


def files(world: World) -> list[Media]:
    return [file for s in world.network.statuses if not s.deleted for file in s.files]


@pytest.mark.parametrize("takes", [0, 1, 3])
def test_the_picture_goes_with_the_first_part_and_says_what_it_shows(world: World, takes: int) -> None:
    world.network.media_takes = takes
    world.platform.publish(PARTS, "day-1", PICTURE)
    (file,) = files(world)
    sent = [s for s in world.network.statuses if s.author == world.network.owner]
    assert [len(s.files) for s in sent] == [1, 0, 0]
    assert file.png == PICTURE.png
    assert file.description == PICTURE.words[:1500]
    assert {s.visibility for s in sent} == {"direct"}


def test_a_server_that_is_never_done_with_a_picture_is_not_waited_for(world: World) -> None:
    world.network.media_takes = 99
    before = world.clock.now()
    world.platform.publish(PARTS, "day-1", PICTURE)
    assert world.clock.now() - before < timedelta(minutes=1)
    assert (len(letters(world)), files(world)) == (3, [])


@pytest.mark.parametrize("status", [400, 403, 404, 413, 422, 429, 500, 501])
def test_where_no_picture_can_be_sent_the_letter_goes_without(world: World, status: int) -> None:
    world.stub.fault("status", "/api/v2/media", times=9, number=status)
    world.platform.publish(PARTS, "day-1", PICTURE)
    assert (len(letters(world)), files(world)) == (3, [])


@pytest.mark.parametrize("kind", "object html403 empty malformed truncated reset reset_after nameless".split())
def test_no_odd_answer_to_a_picture_holds_the_letter_up(world: World, kind: str) -> None:
    world.stub.fault(kind, "/api/v2/media", times=9)
    world.platform.publish(PARTS, "day-1", PICTURE)
    assert (len(letters(world)), files(world)) == (3, [])


def test_a_login_without_the_right_to_upload_gets_the_letter(world: World) -> None:
    platform = Mastodon(world.stub.url, world.network.grant(f"{LEAST} {MARKS}"), world.clock, share=1.0)
    platform.publish(PARTS, "day-1", PICTURE)
    assert (len(letters(world)), files(world)) == (3, [])


def test_a_post_that_is_refused_with_its_picture_goes_without(world: World) -> None:
    world.stub.fault("status", "/api/v1/statuses$", method="POST", number=422)
    world.platform.publish(PARTS, "day-1", PICTURE)
    assert (len(letters(world)), files(world)) == (3, [])


@pytest.mark.parametrize("idempotency", [True, False])
def test_a_lost_answer_makes_no_second_letter_with_a_picture(world: World, idempotency: bool) -> None:
    world.network.idempotency = idempotency
    world.stub.fault("reset_after", "/api/v1/statuses$", times=2)
    world.platform.publish(PARTS, "day-1", PICTURE)
    world.platform.publish(PARTS, "day-1", PICTURE)
    assert (len(letters(world)), len(files(world))) == (3, 1)


def test_killed_between_picture_and_letter_the_next_try_sends_one(world: World) -> None:
    world.stub.fault("reset", "/statuses$", method="POST", times=3)
    with pytest.raises(PlatformError):
        world.platform.publish(PARTS, "day-1", PICTURE)
    assert letters(world) == []
    world.platform.publish(PARTS, "day-1", PICTURE)
    world.platform.publish(PARTS, "day-1", PICTURE)
    assert (len(letters(world)), len(files(world))) == (3, 1)
    assert len([asked for asked in world.stub.log if asked.path == "/api/v2/media"]) == 2, "not asked for a third time"


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
    world.stub.fault("html404", "/api/v1/statuses/", times=9)
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


def snac(world: World) -> None:
    world.network.software, world.network.version = "snac", "2.75"
    world.network.direct_is, world.network.delete_wants_body = "private", True


@pytest.mark.parametrize(
    ("software", "version", "private"),
    [
        ("mastodon", "4.5.2", True),
        ("Mastodon", "4.3.0-rc1+glitch", True),
        ("mastodon", "2.9.3", False),
        ("gotosocial", "0.20.0+git-1a2b3c", True),
        ("gotosocial", "0.9.0", False),
        ("snac", "2.75", False),
        ("akkoma", "3.13.2", False),
        ("mastodonish", "4.5.2", False),
        ("mastodon", "unknown", False),
    ],
)
def test_only_of_known_software_and_versions_it_is_known_that_letters_stay_private(
    world: World, software: str, version: str, private: bool
) -> None:
    world.network.software, world.network.version = software, version
    channel = world.platform.channel()
    assert channel.private is private
    assert (channel.server, channel.software) == (world.stub.url, f"{software} {version}")


def test_a_server_that_does_not_name_its_software_is_not_known(world: World) -> None:
    world.network.missing.add("nodeinfo")
    channel = world.platform.channel()
    assert (channel.private, channel.software) == (False, "4.5.2")


def test_one_404_does_not_make_the_software_unknown(world: World) -> None:
    world.stub.fault("html404", "/nodeinfo")
    assert world.platform.channel().private


def test_a_letter_that_others_see_is_deleted_where_only_the_body_of_a_delete_is_heard(world: World) -> None:
    snac(world)
    with pytest.raises(NotPrivate, match="so it was deleted"):
        world.platform.publish(PARTS, "day-1")
    assert letters(world) == []
    assert len([asked for asked in world.stub.writes if asked.method == "POST"]) == 1


def test_what_a_delete_is_answered_is_not_believed_while_the_letter_still_shows(world: World) -> None:
    world.network.direct_is = "private"
    world.stub.fault("object", "/api/v1/statuses/")  # 200, and nothing done
    with pytest.raises(NotPrivate, match=r"could not be deleted \(it still shows\): delete http"):
        world.platform.publish(PARTS, "day-1")


def test_a_letter_that_others_see_and_whose_answer_was_lost_is_found_and_deleted(world: World) -> None:
    world.network.direct_is = "private"
    world.stub.fault("reset_after", "/api/v1/statuses$")
    with pytest.raises(NotPrivate, match="so it was deleted"):
        world.platform.publish(PARTS, "day-1")
    assert letters(world) == []


def test_a_letter_that_a_crash_left_visible_is_deleted_by_the_next_try(world: World) -> None:
    world.network.post(world.network.owner, "<p>Quiet. Nothing to tell today.</p>", visibility="private")
    with pytest.raises(NotPrivate, match="so it was deleted"):
        world.platform.publish(["Quiet. Nothing to tell today."], "day-1")
    assert letters(world) == []


def test_a_post_of_the_owners_that_reads_the_same_but_is_old_is_left_alone(world: World) -> None:
    long = "What my bot told me today: " + "nothing at all, " * 9
    world.network.post(world.network.owner, f"<p>{long}</p>", world.now - timedelta(days=2))
    world.platform.publish([long], "day-1")
    assert len(letters(world)) == 2


@pytest.mark.parametrize("status", [400, 403, 404, 410])
def test_a_refusal_that_may_pass_is_worth_another_try(world: World, status: int) -> None:
    world.stub.fault("status", "/api/v1/statuses$", number=status)
    with pytest.raises(NotNow, match=str(status)):
        world.platform.publish(PARTS, "day-1")
    world.platform.publish(PARTS, "day-1")
    assert len(letters(world)) == 3


@pytest.mark.parametrize("status", [405, 422, 501])
def test_a_refusal_that_the_same_letter_would_meet_again_is_not_worth_another_try(world: World, status: int) -> None:
    world.stub.fault("status", "/api/v1/statuses$", number=status)
    with pytest.raises(Unsupported, match=str(status)) as refused:
        world.platform.publish(PARTS, "day-1")
    assert not isinstance(refused.value, NotNow)


@pytest.mark.parametrize("status", [400, 403, 404, 410])
def test_a_refusal_of_the_picture_s_post_that_may_pass_loses_no_picture(world: World, status: int) -> None:
    world.stub.fault("status", "/api/v1/statuses$", number=status)
    with pytest.raises(NotNow, match=str(status)):
        world.platform.publish(PARTS, "day-1", PICTURE)
    world.platform.publish(PARTS, "day-1", PICTURE)
    assert (len(letters(world)), len(files(world))) == (3, 1)


def test_nothing_is_no_letter(world: World) -> None:
    with pytest.raises(ValueError, match="nothing to publish"):
        world.platform.publish([], "day-1")


def test_a_letter_is_told_by_its_page_else_by_its_address_else_by_its_id(world: World) -> None:
    world.platform.publish(["A quiet day."], "day-1")
    sent = world.network.statuses[-1]
    for pages, told in (({}, "url"), ({"url": None}, "uri"), ({"url": None, "uri": None}, "id")):
        sent.extra.update(pages)
        assert world.platform.publish(["A quiet day."], "day-1") == world.network.json(sent)[told]


def test_a_test_message_is_read_back_and_deleted(world: World) -> None:
    world.platform.send_test("test-1")
    (test,) = [s for s in world.network.statuses if s.author == world.network.owner]
    assert (test.visibility, test.deleted) == ("direct", True)


def test_a_test_message_that_others_see_proves_the_contrary_and_is_deleted(world: World) -> None:
    snac(world)
    with pytest.raises(NotPrivate, match="so it was deleted"):
        world.platform.send_test("test-1")
    assert letters(world) == []


def test_a_test_message_that_cannot_be_deleted_proves_nothing(world: World) -> None:
    world.stub.fault("status", "/api/v1/statuses/[^/]+[?]id=", times=9, number=403)
    with pytest.raises(Unsupported, match="could not be deleted") as refused:
        world.platform.send_test("test-1")
    assert not isinstance(refused.value, NotPrivate)


def test_a_test_message_is_deleted_also_where_it_could_not_be_read_back(world: World) -> None:
    world.stub.faults.append(Fault("status", "/api/v1/statuses/[^?]+$", 1, 403))
    with pytest.raises(Unsupported, match="403"):
        world.platform.send_test("test-1")
    assert letters(world) == []


def test_a_test_message_is_not_believed_private_by_the_first_answer_alone(world: World) -> None:
    world.network.first_answer_says_direct, world.network.direct_is = True, "private"
    with pytest.raises(NotPrivate, match=r"visible as “private” .* was deleted"):
        world.platform.send_test("test-1")
    assert letters(world) == []


def test_a_test_message_that_can_be_read_without_a_login_is_not_private(world: World) -> None:
    world.network.shows_to_strangers = True
    with pytest.raises(NotPrivate, match=r"visible without a login .* was deleted"):
        world.platform.send_test("test-1")
    assert letters(world) == []


def test_a_letter_that_others_see_while_the_server_goes_down_is_deleted_by_the_next_try(world: World) -> None:
    world.network.direct_is = "private"
    world.stub.faults.append(Fault("reset", "/api/v1/statuses/", times=99))
    with pytest.raises(NotNow, match="could not be deleted yet"):
        world.platform.publish(PARTS, "day-1")
    assert len(letters(world)) == 1
    world.stub.faults.clear()
    with pytest.raises(NotPrivate, match="so it was deleted"):
        world.platform.publish(PARTS, "day-1")
    assert letters(world) == []
