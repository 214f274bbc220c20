"""What is suggested reads as a sentence, names whom it touches, and says how sure it is."""

import pytest

from bot.judging.moves import Move
from bot.model import Account, Opinion
from bot.tuning.suggested import sureness, text, too_few
from bot.tuning.suggestion import Lack, Suggestion, Without
from bot.tuning.suggestions import Advice

TIGHTER = Move("links", "link_share", "at_least", 0.9, 0.97)
LOOSER = Move("links", "reply_share", "at_most", 0.02, 0.025)
WIDER = Move("links", "reply_share", "at_least", 0.2, 0.1, "unless")
NEEDED = Move("links", "own_posts", "at_least", 20, 35, "evidence")


def accounts(*names: str) -> tuple[Account, ...]:
    return tuple(Account(name, f"{name}@town.test") for name in names)


def told(*suggestions: Suggestion, without: tuple[Without, ...] = ()) -> str:
    return text(Advice((), suggestions, without, 4, 5, 6, 8), 30)


def test_a_tighter_bound_says_whom_it_spares_and_what_it_costs():
    one = Suggestion(
        TIGHTER, accounts("ann", "ben", "cem"), accounts("drop"), accounts("open"), accounts("other"), fine=4, noise=5
    )
    assert told(one).splitlines() == [
        "By 9 accounts that you judged (4 fine, 5 noise), as they were in the last 30 days:",
        "",
        "“links”: link_share at_least 0.97 instead of 0.9",
        "  no longer fires on 3 accounts that you called fine: ann@town.test, ben@town.test, cem@town.test",
        "  but 1 account that you called noise would be found no more: drop@town.test",
        "  1 account that you did not judge would be found no more: open@town.test",
        "  more is asked for on 1 account that you did not judge: other@town.test",
        "  Rests on 9 accounts that you judged (4 fine, 5 noise): fairly sure.",
        "",
        "Of the 9 accounts the rules alone, whatever protects them, would treat 8 as you said (now: 6).",
    ]


def test_more_evidence_is_said_to_put_off_and_an_exception_is_called_one():
    needed = told(Suggestion(NEEDED, accounts("ann", "ben", "cem"), fine=3)).splitlines()
    assert needed[2:5] == [
        "“links”: evidence own_posts 35 instead of 20",
        "  no longer fires on 3 accounts that you called fine: ann@town.test, ben@town.test, cem@town.test",
        "  for now: once more is known of them, it may fire on them after all",
    ]
    wider = told(Suggestion(WIDER, accounts("ann", "ben", "cem"), fine=3)).splitlines()
    assert wider[2] == "“links”: unless reply_share at_least 0.1 instead of 0.2"
    assert wider[3].startswith("  no longer fires on 3 accounts that you called fine: ")


def test_a_looser_bound_names_everybody_whom_it_finds_beside():
    many = [f"a{i}" for i in range(9)]
    out = told(Suggestion(LOOSER, accounts("x", "y", "z"), newly=accounts(*many), noise=3))
    assert "  also finds 3 accounts that you called noise: x@town.test, y@town.test, z@town.test" in out
    assert (
        f"  but it also finds 9 accounts that you did not judge: {', '.join(f'{one}@town.test' for one in many)}" in out
    )
    alone = told(Suggestion(LOOSER, accounts("x", "y", "z"), noise=3))
    assert "  and nobody else that was judged in this time" in alone


@pytest.mark.parametrize(
    ("fine", "noise", "words"),
    [
        (3, 0, "3 accounts that you judged (3 fine, 0 noise): a hint, no more."),
        (3, 3, "6 accounts that you judged (3 fine, 3 noise): fairly sure."),
        (6, 6, "12 accounts that you judged (6 fine, 6 noise): sure."),
    ],
)
def test_it_says_on_how_many_it_rests_and_how_sure_that_is(fine, noise, words):
    assert sureness(Suggestion(TIGHTER, (), fine=fine, noise=noise)) == f"Rests on {words}"


@pytest.mark.parametrize(
    ("one", "words"),
    [
        (
            Without("links", Lack.FEW, Opinion.FINE, accounts("ann")),
            "“links” fires on 1 account that you called fine: ann@town.test. 2 more of the kind and a bound can be "
            "found: quietfeed review",
        ),
        (
            Without("links", Lack.NONE, Opinion.FINE, accounts("ann")),
            "to protect it: quietfeed keep HANDLE",
        ),
        (
            Without("links", Lack.NONE, Opinion.NOISE, accounts("ann")),
            "“links” nearly fires on 1 account that you called noise: ann@town.test. No bound of it finds them without",
        ),
        (
            Without("links", Lack.TESTS, Opinion.FINE, accounts("ann"), TIGHTER),
            "link_share at_least 0.97 would mend it, but fails the rule's own tests",
        ),
        (
            Without("links", Lack.HAND, Opinion.FINE, accounts("ann"), TIGHTER),
            "link_share at_least 0.97 would mend it: change it by hand",
        ),
    ],
)
def test_where_nothing_is_suggested_it_says_why_and_what_to_do(one, words):
    out = told(without=(one,))
    assert "No bound is to be changed.\n\nNothing is suggested for:\n  " in out
    assert words in out


def test_nobody_is_told_to_protect_whom_their_word_protects_already():
    some = accounts("ann", "ben")
    suggestion = Suggestion(TIGHTER, accounts("x", "y", "z"), fine=3)
    advice = Advice((), (suggestion,), (Without("links", Lack.NONE, Opinion.FINE, some),), 5, 0, 2, 3, some)
    assert "still found: ann@town.test, ben@town.test. To protect them: quietfeed keep HANDLE" in text(advice, 30)
    out = text(advice, 30, {"ann"})
    assert out.endswith("Called fine, and still found: ben@town.test. To protect it: quietfeed keep HANDLE")
    both = text(advice, 30, {"ann", "ben"})
    assert "at a fair price; your word protects them already" in both
    assert "quietfeed keep" not in both


def test_names_that_are_hostile_stay_on_their_line():
    one = Suggestion(TIGHTER, (Account("x", "x\x1b[2J\nRests on@town.test"),), fine=3)
    out = told(one)
    assert "\x1b" not in out
    assert sum(line.startswith("Rests on") for line in out.splitlines()) == 0


@pytest.mark.parametrize(
    ("judged", "begins", "more"), [(0, "you judged no account yet", 3), (1, "you judged 1 account of", 2)]
)
def test_too_few_judgements_say_how_many_lack(judged, begins, more):
    said = too_few(judged, 14)
    assert said.startswith(begins)
    assert f"judge {more} more with `quietfeed review`" in said
