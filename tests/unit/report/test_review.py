"""An account that is asked about is shown so that a glance is enough, and nothing in it steers the terminal."""

import unicodedata
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model import (
    SELF,
    Account,
    Case,
    Comparison,
    Decision,
    Judgement,
    Opinion,
    Post,
    Question,
    RuleReading,
    Step,
    Verdict,
)
from bot.report import review
from bot.report.escape import JOINERS
from bot.report.explain import explain, explain_data
from bot.report.explain_short import opening
from bot.report.judgements import reviewed, said
from bot.report.shapes import ReviewJson
from tests.shapes import misfits

NOW = datetime(2026, 5, 3, 8, 0, tzinfo=UTC)
DEALS = Account("1", "deals@market.test", "Deal Radar", url="https://market.test/@deals")
HELD = (Comparison("own_posts", 120.0, 40, None, True), Comparison("link_share", 1.0, 0.9, None, True))
MISSED = Comparison("reply_share", 0.04, None, 0.02, False)
READINGS = {"own_posts": 120.0, "days_seen": 11.0}
FIRES = RuleReading("link broadcaster", True, HELD)
NEAR = RuleReading("link broadcaster", False, (*HELD, MISSED), near=True)
MUTED = Verdict(DEALS, FIRES.rule, Step.MUTE, (FIRES,), READINGS, fired=0, duration=timedelta(days=30))
WAITS = Decision(MUTED, Step.MUTE, reason="waits for a second look", limit="unconfirmed")
WAITING = Case(MUTED, Question.WAITING, WAITS, 0.04)
NEARLY = Case(replace(MUTED, rule=None, fired=None, step=None, rules=(NEAR,)), Question.NEAR, missed=0.2)
POST = Post("9", "1", NOW, "Ten kettles under twenty https://shop.test/k/81", ("https://shop.test/k/81",))
NOISE = Judgement(DEALS, Opinion.NOISE, NOW, "reviewed")


def case_of(rule, question, **more):
    return Case(replace(MUTED, rule=None, fired=None, step=None, rules=(rule,), **more), question)


# -- one account


def test_a_card_tells_the_sentence_of_explain_the_posts_and_the_bounds():
    shown = review.card(WAITING, [POST])
    assert shown.splitlines() == [
        opening(MUTED, WAITS),
        "",
        "   3 May  “Ten kettles under twenty https://shop.test/k/81”",
        "  https://market.test/@deals",
        "",
        "“link broadcaster”:",
        "  ✓  posts  120 posts               asked for: at least 40",
        "  ✓  links  every post with a link  asked for: at least 90 %",
    ]
    assert "Not yet: waits for a second look." in shown


def test_of_a_near_miss_the_bound_that_it_missed_is_shown():
    assert "  ✗  answers  1 in 25 posts an answer  asked for: at most 2 %" in review.card(NEARLY, [])


@pytest.mark.parametrize(("post", "shown"), [
    (Post("1", "1", NOW, "Thanks", reply_to="7"), "answered “Thanks”"),
    (Post("1", "1", NOW, "Thanks", reply_to=SELF), "“Thanks”"),
    (Post("1", "1", NOW, "A wren", repost_of="8"), "reposted “A wren”"),
    (Post("1", "1", NOW, "Read on", ("https://shop.test/a",)), "“Read on” → https://shop.test/a"),
    (Post("1", "1", NOW, "", ("https://shop.test/a",)), "→ https://shop.test/a"),
    (Post("1", "1", NOW, "", media=2), "(2 pictures or the like)"),
    (Post("1", "1", NOW, " \n "), "(without words)"),
    (Post("1", "1", NOW, "two\nlines"), "“two lines”"),
])  # fmt: skip
def test_a_post_tells_what_it_is_and_where_it_leads(post, shown):
    assert f"   3 May  {shown}\n" in review.card(WAITING, [post])


def test_a_long_post_is_cut():
    assert len(review.card(WAITING, [replace(POST, text="word " * 1000)])) < 1000


def test_what_nothing_was_decided_of_yet_says_so():
    assert review.sentence(replace(WAITING, decision=None)).endswith(" The next sweep decides about it.")
    assert "next sweep" not in review.sentence(WAITING) + review.sentence(NEARLY)


def test_a_rule_that_may_fire_is_shown_with_what_is_not_known():
    rule = RuleReading(
        "self-promoter", False, (HELD[0], Comparison("own_site_share", None, 0.8, None, False)),
        abstained="own_site_share cannot be known", unknown=True,
    )  # fmt: skip
    shown = review.card(case_of(rule, Question.UNKNOWN), [])
    assert "is left alone, though “self-promoter” may fire (own_site_share cannot be known)" in shown
    assert "to its own site  unknown    asked for: at least 80 %" in shown


def test_a_rule_that_would_fire_with_more_posts_is_shown():
    thin = replace(FIRES, fires=False, abstained="only 3 own posts, 20 needed")
    shown = review.card(case_of(thin, Question.UNKNOWN, abstained=thin.abstained), [])
    assert "too little is known (only 3 own posts, 20 needed)" in shown
    assert "“link broadcaster”:" in shown
    other = replace(thin, when=(*HELD, MISSED))
    assert "“link broadcaster”:" not in review.card(case_of(other, Question.UNKNOWN), [])


def test_an_earlier_word_is_shown():
    assert review.card(WAITING, [POST], NOISE).endswith("\n\nYou called it noise on 3 May.")


@pytest.mark.parametrize("width", [40, 60, 80, 100])
def test_what_is_shown_fits_the_terminal_wherever_a_line_can_be_broken(width):
    long = Post("1", "1", NOW, "some words of a post that goes on and on " * 4)
    for line in review.card(NEARLY, [long], NOISE, width).splitlines():
        assert len(line) <= width


def test_where_a_line_breaks_no_word_is_lost():
    long = Post("1", "1", NOW, "a well-known blender, 40% off")
    narrow, wide = (review.card(WAITING, [long], None, width) for width in (30, None))
    assert narrow.split() == wide.split()


HOSTILE = st.text(st.characters(), max_size=300)


@given(HOSTILE, HOSTILE, HOSTILE, st.sampled_from([None, 20, 80]))
def test_nothing_that_others_wrote_steers_the_terminal(text, name, handle, width):
    account = replace(DEALS, display_name=name, handle=handle, url=text)
    case = replace(WAITING, verdict=replace(MUTED, account=account))
    shown = review.card(case, [replace(POST, text=text, links=(name,))], replace(NOISE, account=account), width)
    told = [shown, review.listed([case]), review.title(case, 1, 2), review.forgotten(handle, True, NOISE)]
    steering = {char for words in told for char in words if unicodedata.category(char) in ("Cc", "Cf", "Cs", "Co")}
    assert steering <= {"\n", *JOINERS}


# -- above and below it


def test_the_title_tells_how_many_there_are_why_and_how_loud_it_is():
    assert review.title(WAITING, 2, 7) == "2 of 7 · found, but waiting · 4 % of your timeline"
    assert review.title(replace(NEARLY, skipped=NOW), 7, 7) == "7 of 7 · nearly found · skipped before"


def test_every_question_has_its_words_and_the_help_every_key():
    assert set(review.KINDS) == set(Question)
    keys = {line.split()[0] for line in review.HELP.splitlines() if line.startswith("  ")}
    assert keys == {word[word.index("[") + 1] for word in review.KEYS.split()} - {"?"}
    assert max(map(len, [*review.HELP.splitlines(), *review.opens(1234).splitlines()])) < 80


def test_that_a_word_does_nothing_by_itself_is_said_before_the_first_account():
    assert "noise mutes nobody, fine protects nobody" in review.opens(7)


@pytest.mark.parametrize(("counts", "left", "words"), [
    ({"noise": 3, "fine": 2, "kept": 0, "skipped": 1}, 4, "You said: 3 noise, 2 fine, 1 skipped. 4 left: the next"),
    ({"noise": 0, "skipped": 2}, 0, "You said: 2 skipped. That was everybody."),
    ({}, 7, "You said nothing. 7 left: the next review goes on there."),
])  # fmt: skip
def test_the_end_tells_what_was_said_and_what_is_left(counts, left, words):
    said_at_last = review.closing(counts, left)
    assert said_at_last.startswith(words)
    assert ("--forget" in said_at_last) == bool(counts.get("noise"))


@pytest.mark.parametrize(("word", "words"), [
    (NOISE, "you called it noise on 3 May"), (None, "your word on it was taken back"),
])  # fmt: skip
def test_an_answer_that_came_too_late_is_told_with_what_stands(word, words):
    told = review.meanwhile("deals@market.test", word)
    assert told == f"deals@market.test was answered elsewhere meanwhile: {words}, and that stands."


# -- the list


def test_the_list_stands_under_why_in_the_order_of_asking():
    shown = review.listed([NEARLY, WAITING, replace(NEARLY, skipped=NOW)]).splitlines()
    assert shown[0] == "3 accounts to look at. `quietfeed review` asks about one at a time."
    assert [line for line in shown if line.endswith(":")] == ["Nearly found:", "Found, but waiting:", "Skipped before:"]
    assert [line[:4] for line in shown if line.startswith(" ")] == ["  1.", "  2.", "  3."]
    assert "second look. 4 % of your timeline." in shown[6]


def test_an_empty_list_says_that_there_is_nobody():
    assert review.listed([]) == review.NOBODY


def test_for_programs_the_queue_and_the_words_have_their_shape():
    other = replace(NOISE, account=replace(DEALS, id="2"), at=NOW - timedelta(days=1))
    made = review.review_data("home", [NEARLY, WAITING], {"1": NOISE, "2": other})
    assert misfits(made, ReviewJson) == []
    near, waiting = made["cases"]
    assert (near["question"], near["missed"], near["timeline_share"]) == ("near", 0.2, None)
    assert (waiting["question"], waiting["missed"], waiting["timeline_share"]) == ("waiting", None, 0.04)
    assert waiting["judgement"]["opinion"] == "noise"
    assert [one["at"] for one in made["judged"]] == sorted(one["at"] for one in made["judged"])


# -- the words elsewhere


def test_explain_says_what_the_owner_called_an_account():
    for whole in (False, True):
        assert "\nYou called it noise on 3 May." in explain(MUTED, WAITS, None, (), NOISE, whole=whole)
        assert "You called it" not in explain(MUTED, WAITS, None, (), whole=whole)
    assert explain_data(MUTED, WAITS, None, (), NOISE)["judgement"]["opinion"] == "noise"
    assert explain_data(MUTED, WAITS)["judgement"] is None


@pytest.mark.parametrize(("how", "words"), [
    ("reviewed", "you called it fine on 3 May"),
    ("kept", "you keep it since 3 May"),
    ("taken back", "you took an action on it back on 3 May"),
    ("confirmed", "you said on 3 May that an action on it was right"),
])  # fmt: skip
def test_each_word_is_told_by_how_it_came(how, words):
    assert said(Judgement(DEALS, Opinion.FINE, NOW, how)) == words


def test_of_a_kept_account_explain_leaves_it_to_the_protection():
    assert list(reviewed(replace(NOISE, how="kept"))) == []
    assert list(reviewed(None)) == []


def test_what_came_of_taking_a_word_back_is_told():
    assert review.forgotten("a@x.test", True, None) == "a@x.test: your word on it is taken back"
    kept = replace(NOISE, how="kept")
    assert review.forgotten("a@x.test", False, kept) == (
        "a@x.test: you said neither noise nor fine of it; you keep it since 3 May"
    )
