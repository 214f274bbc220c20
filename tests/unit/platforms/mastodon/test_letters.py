"""Letters to the owner, request by request: which post is the letter, who sees it, and what its answers say."""

from datetime import timedelta
from typing import Any

import pytest

from bot.platforms.base import LoginNeeded, NotNow, NotPrivate, PlatformError, RateLimited, Unreachable
from bot.platforms.mastodon.connection import Answer, Refused
from bot.platforms.mastodon.letters import LONG, SAME_DAY, TRIES, answer, answers, publish, quiet
from tests.unit.platforms.mastodon.told import NOW, Several, Told

OWN, SENDING = "/api/v1/accounts/1/statuses", "POST /api/v1/statuses"
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
DIRECT = {"id": "9", "visibility": "direct", "url": "https://home.test/9"}
READING, DELETING = "/api/v1/statuses/9", "DELETE /api/v1/statuses/9"
GONE = Refused("home.test said 404", 404)


def status(text: str, name: str = "9", age: timedelta = MINUTE, **more: Any) -> dict[str, Any]:
    at = (NOW - age).isoformat()
    return {**DIRECT, "id": name, "content": f"<p>{text}</p>", "created_at": at, "account": {"id": "1"}, **more}


def server(own: Any = (), **more: Any) -> Told:
    return Told({OWN: Answer(200, list(own)) if isinstance(own, tuple | list) else own, SENDING: DIRECT} | more)


def sent(told: Told) -> list[Any]:
    return [params["status"] for call, params in told.written if call == SENDING]


def send(told: Told, *parts: str) -> str:
    return publish(told, "1", parts, "k")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "quieted"),
    [
        ("@ann", "＠ann"),
        ("(@ann) and @ben@b.test", "(＠ann) and ＠ben@b.test"),
        ("ann@b.test", "ann@b.test"),
        ("https://b.test/@ann", "https://b.test/@ann"),
        ("a @ b", "a @ b"),
    ],
)
def test_nothing_in_a_letter_is_a_mention(text: str, quieted: str) -> None:
    assert quiet(text) == quieted
    assert len(quiet(text)) == len(text)
    told = server()
    send(told, text)
    assert sent(told) == [quieted]


def test_a_letter_is_a_thread_of_direct_posts() -> None:
    told = server(**{SENDING: Several(DIRECT, DIRECT | {"id": "10"}, DIRECT | {"id": "11"})})
    assert send(told, "One", "Two", "Three") == "https://home.test/9"
    assert [params.get("in_reply_to_id") for _, params in told.written] == [None, "9", "10"]
    assert {params["visibility"] for _, params in told.written} == {"direct"}


WORDS = "x" * LONG


@pytest.mark.parametrize(
    ("post", "is_the_letter"),
    [
        (status("A quiet day."), True),
        (status("a quiet  DAY"), True),
        (status("A quiet day, again."), False),
        (status("A quiet day.", age=SAME_DAY - SECOND), True),
        (status("A quiet day.", age=SAME_DAY), False),
        (status("A quiet day.", created_at="never"), False),
        (status("A quiet day.", account=None), False),
        ({"id": "9"}, False),
        (None, False),
    ],
)
def test_a_post_of_today_that_says_the_same_is_the_letter(post: Any, is_the_letter: bool) -> None:
    told = server([post])
    send(told, "A quiet day.")
    assert sent(told) == ([] if is_the_letter else ["A quiet day."])


@pytest.mark.parametrize(
    ("letters", "visibility", "is_the_letter"),
    [(LONG, "direct", True), (LONG - 1, "direct", False), (LONG, "public", False)],
)
def test_a_long_letter_is_known_however_old_it_is_but_not_by_a_post_that_others_see(
    letters: int, visibility: str, is_the_letter: bool
) -> None:
    old = status("x" * letters, age=timedelta(days=400), visibility=visibility)
    told = server([old])
    send(told, "x" * letters)
    assert bool(sent(told)) is not is_the_letter


def test_only_the_parts_that_are_missing_are_sent_beneath_the_last_that_is_there() -> None:
    told = server([status("Two", "8"), status("One", "7")])
    send(told, "One", "Two", "Three")
    assert [(params["status"], params["in_reply_to_id"]) for _, params in told.written] == [("Three", "8")]
    told = server([status("Two", "8")])
    send(told, "One", "Two")
    assert sent(told) == ["One", "Two"], "a part without the one before it is none of this letter"


@pytest.mark.parametrize(
    ("visible", "seen"),
    [
        ({"visibility": "private"}, "as “private”"),
        ({"visibility": None}, "as “None”"),
        ({"visibility": "x" * 50}, f"as “{'x' * 20}”"),
        ({"mentions": [{"id": "7"}]}, "to those it names"),
    ],
)
def test_a_letter_that_others_see_is_deleted_and_that_is_told(visible: dict[str, Any], seen: str) -> None:
    told = server(**{SENDING: DIRECT | visible, DELETING: {}, READING: GONE})
    with pytest.raises(NotPrivate) as caught:
        send(told, "One")
    assert f"would have been visible {seen} on home.test, so it was deleted" in str(caught.value)
    assert told.written[-1] == (DELETING, {"id": "9"})


PROXY, BUSY = Refused("home.test said 404", 404, "", True), Refused("home.test said 403", 403)


@pytest.mark.parametrize(
    ("deleting", "reading", "left", "waited"),
    [
        ({}, [GONE], "", 0),
        ({}, [PROXY], "", 0),
        ({}, [DIRECT, GONE], "", 1),
        ({}, [DIRECT, DIRECT, GONE], "", 5),
        ({}, [DIRECT], "it still shows", 5),
        ({}, [LoginNeeded("log in")], "", 0),
        (BUSY, [GONE], "", 0),
        (BUSY, [PROXY], "home.test said 403", 0),
        (BUSY, [DIRECT], "home.test said 403", 0),
        (BUSY, [LoginNeeded("log in")], "home.test said 403", 0),
        (LoginNeeded("log in"), [DIRECT], "log in", 0),
    ],
)
def test_what_was_deleted_is_believed_once_it_does_not_show(
    deleting: Any, reading: list[Any], left: str, waited: int
) -> None:
    told = server(**{SENDING: DIRECT | {"visibility": "public"}, DELETING: deleting, READING: Several(*reading)})
    with pytest.raises(NotPrivate) as caught:
        send(told, "One")
    says = f"could not be deleted ({left}): delete https://home.test/9" if left else "so it was deleted"
    assert says in str(caught.value)
    assert (told.clock.now() - NOW).total_seconds() == waited


@pytest.mark.parametrize("fault", [Unreachable("down"), RateLimited("slow")])
def test_what_cannot_be_deleted_now_is_found_by_the_next_try(fault: Exception) -> None:
    visible = status("One", visibility="public")
    told = server(**{SENDING: visible, DELETING: fault})
    with pytest.raises(NotNow, match="the next try deletes it, or delete it yourself: https://home"):
        send(told, "One")
    with pytest.raises(NotPrivate, match="so it was deleted"):
        send(server([visible], **{DELETING: {}, READING: GONE}), "One")


def test_a_letter_whose_answer_was_lost_is_looked_for_before_it_is_sent_again() -> None:
    lost = Unreachable("down")
    told = server(Several([], [], [status("One")]), **{SENDING: lost})
    assert send(told, "One") == "https://home.test/9"
    assert len(sent(told)) == 2
    assert (told.clock.now() - NOW).total_seconds() == 4
    told = server(**{SENDING: Several(lost, {"visibility": "direct"}, DIRECT)})
    assert send(told, "One") == "https://home.test/9"
    assert (told.clock.now() - NOW).total_seconds() == 4 + 16
    told = server(**{SENDING: {}})
    with pytest.raises(Unreachable, match="did not say what became of the report"):
        send(told, "One")
    assert len(sent(told)) == TRIES


CONTEXT = "/api/v1/statuses/9/context"
LETTER = "https://home.test/@owner/9"


def beneath(*items: Any, letter: str = LETTER, ours: tuple[str, ...] = (), **more: Any) -> list[tuple[str, str]]:
    told = Told({CONTEXT: {"descendants": list(items)}, **more})
    return [(one.id, one.text) for one in answers(told, "1", letter, ours)]  # type: ignore[arg-type]


def said(name: str, text: str, to: Any = "9", minutes: int = 1, **more: Any) -> dict[str, Any]:
    return status(text, name, minutes * MINUTE, in_reply_to_id=to, **more)


def test_the_owners_words_to_the_letter_and_to_themselves_are_told_oldest_first() -> None:
    told = beneath(
        said("12", "second", minutes=2),
        said("11", "first", minutes=3),
        said("13", "third", "12"),
        said("14", "to a stranger", "20"),
        said("20", "a stranger's", account={"id": "7"}),
        said("15", "a repost", reblog=status("x")),
        said("17", "odd", created_at="never"),
        said("18", "nobody's", account=None),
        None,
        "odd",
    )
    assert told == [("11", "first"), ("12", "second"), ("13", "third")]


def test_our_own_words_are_no_answer_however_a_server_formats_them() -> None:
    kept = said("16", "Kept:  <b>＠ann</b>.")
    assert beneath(kept) == [("16", "Kept:  ＠ann.")]
    assert beneath(kept, ours=("Other.", "Kept: @ann.")) == []


@pytest.mark.parametrize("letter", [LETTER, f"{LETTER}/", "9"])
def test_a_letter_is_found_by_the_end_of_its_page(letter: str) -> None:
    assert beneath(said("11", "first"), letter=letter) == [("11", "first")]


@pytest.mark.parametrize("page", ["url", "uri"])
def test_a_letter_whose_page_does_not_end_in_its_id_is_looked_for_among_the_owners_posts(page: str) -> None:
    own = [None, {"id": "8", page: "https://home.test/other"}, {"id": "9", page: "https://home.test/notice/abc"}]
    assert beneath(said("11", "first"), letter="https://home.test/notice/abc", **{OWN: own}) == [("11", "first")]
    for posts in ([], [{"id": "abc", page: "https://home.test/notice/abc"}], [{page: "https://home.test/notice/abc"}]):
        with pytest.raises(Refused):
            beneath(letter="https://home.test/notice/abc", **{OWN: posts})


def test_a_refusal_to_show_a_thread_is_told() -> None:
    told = Told({CONTEXT: Refused("no", 403)})
    with pytest.raises(PlatformError):
        answers(told, "1", LETTER, ())  # type: ignore[arg-type]
    assert len(told.asked) == 1
    assert beneath(**{CONTEXT: {"descendants": 7}}) == []
    assert beneath(**{CONTEXT: []}) == []


def link(href: str, text: str) -> str:
    return f'<a href="{href}" class="mention">{text}</a>'


@pytest.mark.parametrize(
    ("html", "text"),
    [
        (f"keep {link('https://b.test/@a', '@a')}", "keep @a@b.test"),
        (f"keep {link('https://b.test/@a', 'a')}", "keep a@b.test"),
        (f"keep @{link('https://b.test/@a', 'a')} now", "keep @a@b.test now"),
        (f"{link('https://b.test/@a', '@a')} {link('https://c.test/@a', '@a')}", "@a@b.test @a@c.test"),
        (f"{link('https://d.test/@a', '@a')} {link('https://b.test/@a', '@a')}", "@a@b.test @a"),
        (link("https://d.test/@a", "@a"), "@a"),
    ],
)
def test_a_mention_is_told_in_full(html: str, text: str) -> None:
    mentions = [{"url": "https://b.test/@a", "acct": "a@b.test"}, {"url": "https://c.test/@a", "acct": "a@c.test"}, 7]
    assert beneath(said("11", html, mentions=mentions)) == [("11", text)]
    assert len(beneath(said("11", html, mentions="odd"))) == 1


def test_an_answer_stands_beneath_the_question_and_is_told_from_the_same_words_elsewhere() -> None:
    def say(own: list[Any], *parts: str) -> tuple[list[str], list[Any]]:
        told = server(own, **{SENDING: Several(DIRECT, DIRECT | {"id": "10"})})
        return answer(told, "1", parts, "5", "k"), [params.get("in_reply_to_id") for _, params in told.written]  # type: ignore[arg-type]

    assert say([], "Yes", "No") == (["9", "10"], ["5", "9"])
    assert say([status("Yes", "3", in_reply_to_id="5")], "Yes") == (["3"], [])
    assert say([status("Yes", "3", in_reply_to_id="4")], "Yes") == (["9"], ["5"])
    assert say([status("Yes", "3", in_reply_to_id="5"), status("No", "4", in_reply_to_id="3")], "Yes", "No") == (
        ["3", "4"],
        [],
    )
