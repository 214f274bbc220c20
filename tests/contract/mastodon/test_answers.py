"""Answers beneath a report: the owner's own words alone, mentions in full, and never a post that others see."""

from datetime import timedelta

import pytest

from bot.model import EPOCH
from bot.platforms.base import NotNow, NotPrivate, PlatformError, Unsupported
from tests.contract.mastodon.world import World

PARTS = ["quietfeed · Mon 2 Mar\n1. Growth Hive (1/2)", "Reply “keep 1” (2/2)"]


def sent(world: World) -> str:
    return world.platform.publish(PARTS, "day")


def status(world: World, letter: str):  # type: ignore[no-untyped-def]
    return world.network.find(letter.rpartition("/")[2])


def test_what_the_owner_says_to_somebody_else_in_the_thread_is_no_command(world: World) -> None:
    letter = sent(world)
    stranger = world.network.post(world.anna, "<p>mute 2</p>", reply_to=status(world, letter), visibility="direct")
    world.network.post(world.network.owner, "<p>keep 1</p>", reply_to=stranger, visibility="direct")
    mine = world.network.post(world.network.owner, "<p>keep 2</p>", reply_to=status(world, letter), visibility="direct")
    assert [one.id for one in world.platform.answers(letter, EPOCH, PARTS)] == [mine.id]


def test_reading_answers_is_one_request(world: World) -> None:
    letter = sent(world)
    before = len(world.stub.log)
    assert not world.platform.answers(letter, EPOCH, PARTS)
    assert len(world.stub.log) == before + 1


def test_a_mention_is_read_with_its_host(world: World) -> None:
    letter = sent(world)
    html = (
        '<p>keep <span class="h-card"><a href="https://b.test/@a" class="u-url mention">@<span>a</span></a></span> '
        'and <a href="https://c.test/@a" class="u-url mention">@<span>a</span></a></p>'
    )
    mentions = [{"url": "https://b.test/@a", "acct": "a@b.test"}, {"url": "https://c.test/@a", "acct": "a@c.test"}]
    world.network.post(world.network.owner, html, reply_to=status(world, letter), mentions=mentions)
    assert [one.text for one in world.platform.answers(letter, EPOCH, PARTS)] == ["keep @a@b.test and @a@c.test"]


def test_odd_items_in_a_thread_cost_nobody_else_anything(world: World) -> None:
    letter = sent(world)
    world.network.post(world.network.owner, "<p>keep 1</p>", reply_to=status(world, letter), created_at="never")
    world.network.post(world.network.owner, "<p>keep 2</p>", reply_to=status(world, letter), mentions="none")
    assert [one.text for one in world.platform.answers(letter, EPOCH, PARTS)] == ["keep 2"]


def test_where_the_page_does_not_end_in_the_id_the_thread_is_found_by_its_page(world: World) -> None:
    letter = sent(world)
    first = status(world, letter)
    first.extra["url"] = "https://quiet.test/notice/abc"
    world.network.post(world.network.owner, "<p>keep 1</p>", reply_to=first, visibility="direct")
    told = world.platform.answers("https://quiet.test/notice/abc", EPOCH, PARTS)
    assert [one.text for one in told] == ["keep 1"]


def test_a_report_that_is_gone_or_a_server_without_threads_is_said_so(world: World) -> None:
    letter = sent(world)
    world.network.missing.add("context")
    with pytest.raises(Unsupported):
        world.platform.answers(letter, EPOCH, PARTS)


@pytest.mark.parametrize("idempotency", [True, False])
def test_an_answer_whose_answer_was_lost_is_not_posted_again(world: World, idempotency: bool) -> None:
    world.network.idempotency = idempotency
    letter = sent(world)
    world.network.post(world.network.owner, "<p>help</p>", reply_to=status(world, letter), visibility="direct")
    (told,) = world.platform.answers(letter, EPOCH, PARTS)
    world.stub.fault("reset_after", "/api/v1/statuses$")
    (written,) = world.platform.answer(["Kept: @anna@example.org."], letter, told, "k")
    found = world.network.find(written)
    assert found is not None
    assert (found.visibility, found.extra["mentions"], found.reply_to.id) == ("direct", [], told.id)
    assert sum("Kept" in one.content for one in world.network.statuses) == 1


@pytest.mark.parametrize("kind", ["private", "mentioning"])
def test_an_answer_that_others_would_see_is_deleted_at_once(world: World, kind: str) -> None:
    letter = sent(world)
    world.network.post(world.network.owner, "<p>help</p>", reply_to=status(world, letter), visibility="direct")
    (told,) = world.platform.answers(letter, EPOCH, PARTS)
    world.stub.fault(kind, "/api/v1/statuses$")
    with pytest.raises(NotPrivate):
        world.platform.answer(["Kept."], letter, told, "k")
    assert not [one for one in world.network.statuses if "Kept" in one.content and not one.deleted]


def test_a_question_that_was_deleted_is_worth_another_try_later(world: World) -> None:
    letter = sent(world)
    world.network.post(world.network.owner, "<p>help</p>", reply_to=status(world, letter), visibility="direct")
    (told,) = world.platform.answers(letter, EPOCH, PARTS)
    world.stub.fault("html404", "/api/v1/statuses$", method="POST")
    with pytest.raises(NotNow):
        world.platform.answer(["Kept."], letter, told, "k")
    assert told.at >= world.now - timedelta(minutes=5)


@pytest.mark.parametrize(
    ("code", "passes"), [(400, True), (403, True), (404, True), (410, True), (405, False), (422, False), (501, False)]
)
def test_only_a_refusal_that_may_pass_is_worth_another_answer(world: World, code: int, passes: bool) -> None:
    letter = sent(world)
    world.network.post(world.network.owner, "<p>help</p>", reply_to=status(world, letter), visibility="direct")
    (told,) = world.platform.answers(letter, EPOCH, PARTS)
    world.stub.fault("status", "/api/v1/statuses$", method="POST", number=code)
    with pytest.raises(PlatformError, match=str(code)) as caught:
        world.platform.answer(["Kept."], letter, told, "k")
    assert isinstance(caught.value, NotNow) is passes


def test_an_answer_of_several_parts_is_a_thread_and_goes_on_where_it_broke_off(world: World) -> None:
    letter = sent(world)
    world.network.post(world.network.owner, "<p>help</p>", reply_to=status(world, letter), visibility="direct")
    (told,) = world.platform.answers(letter, EPOCH, PARTS)
    (first,) = world.platform.answer(["One."], letter, told, "k")
    written = world.platform.answer(["One.", "Two.", "Three."], letter, told, "k")
    assert written[0] == first
    found = [world.network.find(one) for one in written]
    assert [one.reply_to.id for one in found] == [told.id, *written[:2]]
    assert world.platform.answer(["One.", "Two.", "Three."], letter, told, "k") == written


def test_answers_are_told_oldest_first_without_our_own_words_and_without_reposts(world: World) -> None:
    letter = sent(world)
    root, owner = status(world, letter), world.network.owner
    later = world.network.post(owner, "<p>keep 2</p>", world.now + timedelta(minutes=5), reply_to=root)
    first = world.network.post(owner, "<p>keep 1</p>", world.now + timedelta(minutes=2), reply_to=root)
    beneath = world.network.post(owner, "<p>mute 3</p>", world.now + timedelta(minutes=9), reply_to=later)
    world.network.post(owner, "<p>Kept: @anna.</p>", world.now + timedelta(minutes=3), reply_to=root)
    told = world.platform.answers(letter, EPOCH, [*PARTS, "Kept: @anna."])
    assert [one.id for one in told] == [first.id, later.id, beneath.id]
