"""The owner's reply, read as commands: forgiving in form, exact in what it obeys."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.service.commands import MOST, Command, Unclear, Verb, read

DAY = timedelta(days=1)


def shape(text):
    """What is obeyed: verb, accounts and days; what is not, as the words and what may have been meant."""
    return [
        (str(part.verb), part.whom, part.span / DAY if part.span else None)
        if isinstance(part, Command)
        else (part.said, part.meant)
        for part in read(text)
    ]


@pytest.mark.parametrize(
    ("text", "commands"),
    [
        ("keep 1", [("keep", (1,), None)]),
        ("KEEP #2", [("keep", (2,), None)]),
        ("Keep 1.", [("keep", (1,), None)]),
        ("“keep 1”", [("keep", (1,), None)]),
        ("keep 1 and 2", [("keep", (1, 2), None)]),
        ("keep 1, 2 & 3", [("keep", (1, 2, 3), None)]),
        ("keep 2, undo 3", [("keep", (2,), None), ("undo", (3,), None)]),
        ("keep 2\nundo 3", [("keep", (2,), None), ("undo", (3,), None)]),
        ("keep 2; undo 3 and why 4?", [("keep", (2,), None), ("undo", (3,), None), ("why", (4,), None)]),
        ("keep 2 undo 3", [("keep", (2,), None), ("undo", (3,), None)]),
        ("@robin@quiet.example keep 1", [("keep", (1,), None)]),
        ("please keep 1", [("keep", (1,), None)]),
        ("keep @hive@market.test", [("keep", ("@hive@market.test",), None)]),
        ("keep hive@market.test.", [("keep", ("hive@market.test",), None)]),
        ("keep @\u2060hive@\u2060market.test", [("keep", ("@hive@market.test",), None)]),
        ("ke\u200bep \u20681\u2069", [("keep", (1,), None)]),
        ("keep ＃１", [("keep", (1,), None)]),
        ("keep 1，2、3。", [("keep", (1, 2, 3), None)]),
        ("keep ＠hive@market.test", [("keep", ("@hive@market.test",), None)]),
        ("keep https://market.test/@hive", [("keep", ("https://market.test/@hive",), None)]),
        ("keep hive.bsky.test", [("keep", ("hive.bsky.test",), None)]),
        ("mute 3 30d", [("mute", (3,), 30)]),
        ("mute 3 for 30 days", [("mute", (3,), 30)]),
        ("mute 3, 4 for 2 weeks", [("mute", (3, 4), 14)]),
        ("list 3", [("list", (3,), None)]),
        ("pause 3d", [("pause", (), 3)]),
        ("Pause for 3 days!", [("pause", (), 3)]),
        ("pause", [("pause", (), None)]),
        ("pause 12h", [("pause", (), 0.5)]),
        ("mute 1 99999w", [("mute", (1,), 365)]),
        ("help?", [("help", (), None)]),
        ("resume", [("resume", (), None)]),
        ("unkeep 1", [("unkeep", (1,), None)]),
        ("- keep: 1\n• undo 2", [("keep", (1,), None), ("undo", (2,), None)]),
        ("> mute 2\nkeep 2", [("keep", (2,), None)]),
        ("mute 1, 2 30d", [("mute", (1, 2), 30)]),
        ("mute 1 30d, 2", [("mute", (1, 2), 30)]),
        ("mute 1 1 day", [("mute", (1,), 1)]),
        ("mute 1 30d\nmute 2 60d", [("mute", (1,), 30), ("mute", (2,), 60)]),
        ("pause 3d, resume", [("pause", (), 3), ("resume", (), None)]),
        ("why 1? 2?", [("why", (1, 2), None)]),
        ("why 1 ?", [("why", (1,), None)]),
        ("pls please keep 1", [("keep", (1,), None)]),
        ("@robin@quiet.example @bot@quiet.example keep 1", [("keep", (1,), None)]),
        ("keep did:plc:abc234", [("keep", ("did:plc:abc234",), None)]),
    ],
)
def test_a_command_is_understood_in_many_forms(text, commands):
    assert shape(text) == commands


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("kep 1", "keep 1"),
        ("mutte 3 30d", "mute 3 30d"),
        ("keep", "keep 1"),
        ("keep hive", "keep @hive"),
        ("pause 3", "pause 3d"),
        ("keep 0", ""),
        ("thanks", ""),
        ("mute 2?", ""),
        ("mute? 2", "mute 2"),
        ("I would never mute 3", ""),
        ("don't mute 3", ""),
        ("do not keep 1", ""),
        ("keep 1 unless it mutes me", ""),
        ("mute him please", "mute @him"),
        ("resume now", ""),
        ("keep all of them", ""),
        ("keep hive shop", "keep @hive, @shop"),
        ("keep hive2", ""),
        ("mutte 3 12h", "mute 3 12h"),
        ("mutte 3 36h", "mute 3 36h"),
        ("mutte 3 48h", "mute 3 2d"),
        ("mute hive 30d", "mute @hive 30d"),
        ("kep hive", "keep @hive"),
        ("pause 3 4", "pause"),
        ("pause @hive@market.test", "pause"),
        ("help 1", "help"),
        ("resume 1", "resume"),
        ("mute 30d", "mute 1"),
        ("keep 1 30d", ""),
        ("keep hive undo 3", ""),
        ("@robin@quiet.example", ""),
    ],
)
def test_what_is_no_command_is_asked_about_and_never_guessed(text, meant):
    (only,) = read(text)
    assert isinstance(only, Unclear)
    assert only.meant == meant


def test_whoever_would_be_quieted_is_left_alone_while_the_rest_is_unclear():
    keep, mute, unclear = read("keep 1, mute 2, but not really")
    assert keep == Command(Verb.KEEP, (1,), None, "keep 1")
    assert mute == Unclear("mute 2", waits=True)
    assert unclear == Unclear("but not really")
    assert [part.waits for part in read("no\nmute 2") if isinstance(part, Unclear)] == [False, True]


CLAUSES = ["mute 1 30d, 2 60d", "pause, 3", "keep 1, 30d", "keep 1\n@robin@quiet.example keep 2"]


@pytest.mark.parametrize("more", CLAUSES)
def test_what_a_clause_does_not_add_to_the_command_before_is_no_command(more):
    first, second = read(more)
    assert isinstance(second, Unclear)
    assert second.meant == ""
    assert first.said == more.splitlines()[0].partition(",")[0]


def test_what_was_not_understood_is_said_again_and_no_more_of_it_than_a_line():
    whole, cut = "word " * 11 + "words", "word " * 11 + "worded"
    assert (len(whole), len(cut)) == (60, 61)
    assert [part.said for part in read(whole)] == [whole]
    assert [part.said for part in read(cut)] == [cut[:59] + "…"]
    assert [part.said for part in read("word " * 11 + " - " * 3 + "long")] == ["word " * 11 + "long"]


def test_of_more_commands_than_are_read_the_first_ones_are():
    parts = read("\n".join(f"keep {number}" for number in range(1, 100)))
    assert [part.whom for part in parts] == [(number,) for number in range(1, MOST + 1)]
    assert read("keep 1 undo 2 " * 50) == read("keep 1 undo 2 " * (MOST // 2))


def test_a_reply_without_a_word_says_nothing():
    assert read(" \n\u2060 “” ") == []


VERBS = "keep mute list undo why pause resume help unkeep kep no".split()
WORDS = st.sampled_from([*VERBS, *"1 2 #3 30d and , ; \n for @a@b.test a.test > ? “ ”".split(" ")])


@given(st.one_of(st.text(), st.lists(WORDS).map(" ".join)))
def test_nothing_is_obeyed_whose_verb_does_not_stand_in_the_reply(text):
    seen = text.casefold()
    for part in read(text):
        if isinstance(part, Command) and text.isascii():
            assert str(part.verb) in seen
        assert len(part.said) < 20_000


@given(st.text(alphabet="abcdefgho xyz@.#1,;\n?>“”\u2060", max_size=300))
def test_a_text_without_any_verb_is_never_obeyed(text):
    plain = "".join(text.split()).replace("\u2060", "")
    if not any(str(verb) in plain for verb in Verb):
        assert not any(isinstance(part, Command) for part in read(text))


@pytest.mark.parametrize("piece", ["keep 1 ", "1,", "mute ", "@a", ">", "“", "and ", "x", "30d ", "keep ", "\u2060"])
def test_a_reply_of_any_length_is_read_in_a_moment_and_in_bounds(piece):
    assert len(read(piece * (200_000 // len(piece)))) <= 50
