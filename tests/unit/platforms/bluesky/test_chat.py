"""Reports by direct message on Bluesky: each part once, to the owner, and what the owner says to it."""

from datetime import timedelta
from typing import Any

import pytest

from bot.platforms.base import Answer, LoginNeeded, NotNow, Unreachable, Unsupported
from bot.platforms.bluesky.chat import SENT_BEFORE, answer, answers, publish
from bot.platforms.bluesky.faults import Fault, Refused
from tests.servers.bluesky_stub import START, stamp
from tests.unit.platforms.bluesky.told import Told

HUMAN, BOT = "did:plc:human", Told.did
CONVO, MESSAGES, SEND = (f"chat.bsky.convo.{name}" for name in ("getConvoForMembers", "getMessages", "sendMessage"))
LETTER = "https://bsky.app/messages/c1"
MINUTE = timedelta(minutes=1)


def said(text: Any, by: Any = BOT, minutes: float = 5, key: Any = "m1") -> dict[str, Any]:
    return {"id": key, "text": text, "sender": {"did": by}, "sentAt": stamp(START - minutes * MINUTE)}


def told(*messages: Any, **more: Any) -> Told:
    return Told({CONVO: {"convo": {"id": "c1"}}, MESSAGES: {"messages": list(messages)}, SEND: {"id": "new"}} | more)


def sent(bot: Told) -> list[str]:
    return [body["message"]["text"] for method, body in bot.posted if body["convoId"] == "c1" and method == SEND]


def test_every_part_is_sent_in_order_to_the_owners_conversation() -> None:
    bot = told()
    assert publish(bot, HUMAN, ["One", "Two"], START) == LETTER
    assert sent(bot) == ["One", "Two"]
    assert bot.asked == [(CONVO, {"members": [HUMAN]}), (MESSAGES, {"convoId": "c1", "limit": 100})]


DAY = SENT_BEFORE / MINUTE


@pytest.mark.parametrize(
    ("message", "again"),
    [
        (said("One"), False),
        (said(" One\n"), False),
        (said("One more"), True),
        (said("One", by=HUMAN), True),
        (said("One", minutes=DAY - 1), False),
        (said("One", minutes=DAY), True),
        (said("One", minutes=DAY + 1), True),
        (said("One") | {"sentAt": None}, True),
        (said("One") | {"sender": None}, True),
        ("One", True),
        (None, True),
    ],
)
def test_a_part_that_stands_there_already_is_not_sent_again(message: Any, again: bool) -> None:
    bot = told(message)
    publish(bot, HUMAN, [" One "], START)
    assert sent(bot) == ([" One "] if again else [])


@pytest.mark.parametrize("convo", [None, "c1", {}, {"id": 7}])
def test_where_no_conversation_is_named_nothing_is_sent(convo: Any) -> None:
    bot = told(**{CONVO: {"convo": convo}})
    with pytest.raises(NotNow, match="named no conversation"):
        publish(bot, HUMAN, ["One"], START)
    assert sent(bot) == []


@pytest.mark.parametrize(
    ("fault", "says"),
    [
        (Unsupported("it offers no chat"), ": it offers no chat"),
        (Refused("it said no", Fault(400, "InvalidRequest")), "it said no; the owner must allow messages"),
        (LoginNeeded("bad scope"), "bad scope; the bot's app password must allow direct messages"),
    ],
)
def test_what_may_change_is_worth_another_try_and_says_what_was_not_done(fault: Exception, says: str) -> None:
    question = Answer("m1", "help", START)
    asks = (
        (CONVO, "no private message could be sent", lambda bot: publish(bot, HUMAN, ["One"], START)),
        (SEND, "no private message could be sent", lambda bot: answer(bot, ["One"], LETTER, question)),
        (
            MESSAGES,
            "your messages to the bot's account could not be read",
            lambda bot: answers(bot, HUMAN, LETTER, START),
        ),
    )
    for method, failed, ask in asks:
        with pytest.raises(NotNow) as caught:
            ask(told(**{method: fault}))
        assert str(caught.value).count(failed) == 1
        assert says in str(caught.value)


def test_a_fault_of_the_network_passes_through() -> None:
    with pytest.raises(Unreachable):
        publish(told(**{CONVO: Unreachable("down")}), HUMAN, ["One"], START)


def test_the_owners_words_since_then_are_told_oldest_first() -> None:
    bot = told(
        said("third", HUMAN, 1, "m3"),
        said("the bot's", BOT, 2, "m0"),
        said("second", HUMAN, 3, "m2"),
        said("first", HUMAN, 9, "m1"),
        said("too old", HUMAN, 9.1, "m9"),
        *(said("odd", HUMAN, 2) | odd for odd in ({"id": 7}, {"id": ""}, {"text": None}, {"sentAt": "soon"})),
        None,
    )
    found = answers(bot, HUMAN, LETTER, START - 9 * MINUTE)
    assert [(one.id, one.text, one.at) for one in found] == [
        ("m1", "first", START - 9 * MINUTE),
        ("m2", "second", START - 3 * MINUTE),
        ("m3", "third", START - MINUTE),
    ]
    assert bot.asked == [(MESSAGES, {"convoId": "c1", "limit": 100})]


def test_an_answer_is_sent_unless_it_was_since_the_question() -> None:
    question = Answer("m1", "help", START - 5 * MINUTE)
    for minutes, made in ((6, ["new"]), (5, ["new"]), (4.9, [])):
        bot = told(said("Help.", minutes=minutes))
        assert answer(bot, ["Help."], LETTER, question) == made
        assert sent(bot) == ["Help."] * len(made)
    assert answer(told(**{SEND: {}}), ["Help."], LETTER, question) == [""]


@pytest.mark.parametrize("letter", ["", "/home/robin/report.md", "https://elsewhere.test/messages/c1"])
def test_what_was_no_message_has_no_conversation(letter: str) -> None:
    with pytest.raises(Unsupported, match="was not sent as a message"):
        answers(told(), HUMAN, letter, START)
    with pytest.raises(Unsupported, match="was not sent as a message"):
        answer(told(), ["Help."], letter, Answer("m1", "help", START))
