"""An account that a page asks about: the bounds that matter, what spares it, and what was said of it before."""

from dataclasses import replace
from datetime import UTC, datetime

from bot.model import Account, Case, Comparison, Judgement, Opinion, Question, RuleReading, Verdict
from bot.report.page.asked import asked

NOW = datetime(2026, 5, 3, 8, 0, tzinfo=UTC)
DEALS = Account("1", "deals@market.test", "Deal Radar", url="https://market.test/@deals")
LINKS = Comparison("link_share", 1.0, 0.9, None, True)
PICTURES = Comparison("media_share", 0.5, 0.4, None, True)
BOT = Comparison("declared_bot", 0.0, 1, None, False)
NEAR = RuleReading("link broadcaster", False, (LINKS,), (PICTURES, BOT), near=True)
CASE = Case(Verdict(DEALS, None, None, (NEAR,), {"own_posts": 120.0}), Question.NEAR, timeline_share=0.05)


def test_it_tells_who_it_is_why_it_is_asked_about_and_which_bounds_matter():
    one = asked(CASE, 2, 7, [], None)
    assert (one.name, one.handle, one.url) == ("Deal Radar", "deals@market.test", "https://market.test/@deals")
    assert one.title == "2 of 7 · nearly found · 5 % of your timeline"
    assert one.sentence.startswith("Deal Radar deals@market.test is left alone, though “link broadcaster” nearly fires")
    assert (one.rule, [bar.signal for bar in one.bars]) == ("link broadcaster", ["link_share"])


def test_only_an_exception_that_holds_is_shown_as_what_spares_it():
    assert [bar.signal for bar in asked(CASE, 1, 1, [], None).spared] == ["media_share"]


def test_what_was_said_in_a_review_before_is_among_the_notes():
    word = Judgement(DEALS, Opinion.NOISE, NOW, "reviewed")
    assert "You called it noise on 3 May." in asked(CASE, 1, 1, [], word).notes
    unknown = replace(CASE, verdict=replace(CASE.verdict, seen_share=None))
    assert asked(unknown, 1, 1, [], None).notes == ["How many of its posts your server has is not known."]


def test_where_no_rule_says_anything_of_it_there_are_no_bounds():
    one = asked(replace(CASE, verdict=replace(CASE.verdict, rules=()), question=Question.UNKNOWN), 1, 1, [], None)
    assert (one.rule, one.bars, one.spared) == ("", [], [])


def test_a_name_and_an_address_that_are_hostile_do_no_harm():
    evil = replace(DEALS, display_name="\u202eevil\x1b[31m", url="javascript:alert(1)")
    one = asked(replace(CASE, verdict=replace(CASE.verdict, account=evil)), 1, 1, [], None)
    assert (one.name, one.url) == ("evil[31m", "")
