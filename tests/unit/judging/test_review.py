"""Whom the owner is asked about, in which order, and which posts they see."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.judging import trust
from bot.judging.review import MOST_SHOWN, Seen, cases, how_far, question_of, sample
from bot.judging.rules import Bounds, Minimum, Rule, ruling_of
from bot.model import SELF, Account, Comparison, Entry, Event, Post, Question, RuleReading, Step, Verdict

NOW = datetime(2026, 5, 31, 8, 0, tzinfo=UTC)
LINKS = Comparison("link_share", 0.97, 0.9, None, True)
FEW_LINKS = Comparison("link_share", 0.85, 0.9, None, False)
FIRES = RuleReading("link broadcaster", True, (LINKS,))
NEAR = RuleReading("link broadcaster", False, (FEW_LINKS,), near=True)
PLAIN = RuleReading("link broadcaster", False, (replace(FEW_LINKS, reading=0.1),))
MAYBE = RuleReading("self-promoter", False, (LINKS,), abstained="own_site_share cannot be known", unknown=True)


def verdict(rule=PLAIN, account="1", **more):
    fired = {"rule": rule.rule, "step": Step.MUTE, "fired": 0} if rule.fires else {"rule": None, "step": None}
    return Verdict(Account(account, f"a{account}@example.com"), rules=(rule,), readings={}, **{**fired, **more})


def entry(judged, **more):
    known = {"rule": judged.rule, "step": judged.step, **more}
    return Entry(NOW, "home", judged.account, Event.JUDGED, **known)


def test_whom_a_rule_nearly_finds_is_asked_about():
    assert question_of(verdict(NEAR), entry(verdict(NEAR), near=True)) is Question.NEAR


def test_whom_no_rule_comes_near_is_not_asked_about():
    assert question_of(verdict(), entry(verdict())) is None


@pytest.mark.parametrize("limit", ["unconfirmed", "weekly limit", "too many at once", "newly followed"])
def test_whoever_waits_is_asked_about(limit):
    assert question_of(verdict(FIRES), entry(verdict(FIRES), limit=limit)) is Question.WAITING


@pytest.mark.parametrize("newest", [None, entry(verdict()), entry(verdict(FIRES), rule="another")])
def test_whom_a_rule_finds_that_nothing_was_decided_by_waits_for_the_next_sweep(newest):
    assert question_of(verdict(FIRES), newest) is Question.WAITING


def test_whom_something_is_to_be_done_to_is_decided():
    assert question_of(verdict(FIRES), entry(verdict(FIRES))) is None


@pytest.mark.parametrize("newest", [None, entry(verdict(FIRES), rule="another")])
def test_whoever_is_quieted_already_waits_for_nothing(newest):
    assert question_of(verdict(FIRES), newest, quieted=True) is None


def test_whom_a_rule_on_trial_finds_is_asked_about():
    watched = verdict(FIRES, shadow=True)
    assert question_of(watched, entry(watched, protection=trust.SHADOW)) is Question.SHADOW


def test_who_is_treated_more_mildly_than_the_rule_asks_is_asked_about():
    milder = verdict(FIRES, step=Step.LIST, lowered="your server has about 40 % of its posts")
    assert question_of(milder, entry(milder, reason=milder.lowered)) is Question.LOWERED
    assert question_of(milder, entry(milder, reason=milder.lowered), quieted=True) is Question.LOWERED


@pytest.mark.parametrize("open_one", [verdict(abstained="only 3 own posts, 20 needed"), verdict(MAYBE)])
def test_of_whom_too_little_is_known_is_asked_about(open_one):
    assert question_of(open_one, entry(open_one)) is Question.UNKNOWN


@pytest.mark.parametrize("protection", [trust.FEED_UNREAD, trust.STANDING_UNKNOWN, trust.NOT_KNOWN])
def test_who_is_left_alone_because_something_could_not_be_read_is_asked_about(protection):
    assert question_of(verdict(FIRES), entry(verdict(FIRES), protection=protection)) is Question.UNKNOWN


@pytest.mark.parametrize("rule", ["link broadcaster", "another"])
@pytest.mark.parametrize("protection", ["mutual", "favourited", "on a list", trust.MOVED, trust.KEPT, trust.TAKEN_BACK])
def test_whoever_is_protected_is_decided(protection, rule):
    assert question_of(verdict(FIRES), entry(verdict(FIRES), protection=protection, rule=rule)) is None


# -- the order


ONE_OF_EACH = {
    Question.NEAR: verdict(NEAR, "near"),
    Question.WAITING: verdict(FIRES, "waiting"),
    Question.SHADOW: verdict(FIRES, "shadow", shadow=True),
    Question.LOWERED: verdict(FIRES, "lowered", lowered="of its posts too few are seen"),
    Question.UNKNOWN: verdict(PLAIN, "unknown", abstained="only 3 own posts, 20 needed"),
}


def seen(judged, share=0.0):
    newest = entry(judged, limit="unconfirmed" if judged.account.id.startswith("waiting") else "")
    return Seen(judged, newest, timeline_share=share)


def asked(some, answered=(), skipped=None):
    return [case.account.id for case in cases(some, answered, skipped or {})]


def test_near_misses_come_first_and_what_too_little_is_known_of_last():
    assert asked([seen(one) for one in reversed(ONE_OF_EACH.values())]) == [str(kind) for kind in Question]


@given(st.permutations(list(ONE_OF_EACH.values())), st.lists(st.floats(0, 1), min_size=5, max_size=5))
def test_the_order_of_kinds_hangs_neither_on_loudness_nor_on_how_they_come(some, shares):
    found = cases([seen(one, share) for one, share in zip(some, shares, strict=True)], (), {})
    assert [case.question for case in found] == list(Question)


def near(reading, account):
    return verdict(replace(NEAR, when=(replace(FEW_LINKS, reading=reading),)), account)


def test_the_nearest_of_near_misses_comes_first_and_of_equals_the_loudest():
    some = [seen(near(0.82, "far"), 0.5), seen(near(0.89, "quiet"), 0.01), seen(near(0.89, "loud"), 0.2)]
    assert asked(some) == ["loud", "quiet", "far"]


def test_the_loudest_of_the_others_comes_first():
    some = [seen(verdict(FIRES, f"waiting {name}"), share) for name, share in (("a", 0.01), ("b", 0.2), ("c", None))]
    assert asked(some) == ["waiting b", "waiting a", "waiting c"]


@given(st.sets(st.sampled_from([str(kind) for kind in Question])))
def test_whom_the_owner_said_their_word_on_is_never_asked_about(answered):
    found = asked([seen(one) for one in ONE_OF_EACH.values()], answered)
    assert found == [str(kind) for kind in Question if kind not in answered]


def test_whom_the_owner_skipped_comes_last_and_the_one_skipped_first_before_the_others():
    skipped = {"near": NOW, "shadow": NOW - timedelta(days=1)}
    some = [seen(one) for one in ONE_OF_EACH.values()]
    assert asked(some, skipped=skipped) == ["waiting", "lowered", "unknown", "shadow", "near"]
    assert [case.skipped is not None for case in cases(some, (), skipped)] == [False] * 3 + [True] * 2


# -- how near


@pytest.mark.parametrize(("held", "distance"), [
    (Comparison("link_share", 0.9, 0.9, None, False), 0.0),
    (Comparison("link_share", 0.85, 0.9, None, False), 0.5),
    (Comparison("reply_share", 0.12, None, 0.02, False), 1.0),
    (Comparison("own_posts", 35.0, 40.0, None, False), 0.5),
    (Comparison("posts_per_day", 12.0, 1.0, 10.0, False), 0.8),
    (Comparison("answered_people", 1.0, None, 0.0, False), 1.0),
    (Comparison("own_posts", None, 40.0, None, False), 1.0),
])  # fmt: skip
def test_how_far_a_rule_is_from_firing_is_told_in_what_still_counts_as_near(held, distance):
    assert how_far(RuleReading("rule", False, (LINKS, held), near=True)) == pytest.approx(distance)


def test_whom_an_exception_spares_is_as_far_as_it_is_from_sparing_no_more():
    spares = Comparison("timeline_share", 0.02, None, 0.05, True)
    assert how_far(RuleReading("rule", False, (LINKS,), (spares,), near=True)) == pytest.approx(0.3)


@given(st.floats(0, 1), st.floats(0, 1), st.integers(0, 400))
def test_a_rule_that_nearly_fires_for_want_of_one_bound_is_never_further_than_that_allows(links, bound, posts):
    rule = Rule("rule", {"link_share": Bounds(at_least=bound), "own_posts": Bounds(at_least=40)})
    readings = {"link_share": links, "own_posts": float(posts), "days_seen": 30.0}
    outcome = ruling_of(readings, [rule], Minimum()).outcomes[0]
    if outcome.near:
        assert 0 <= how_far(outcome) <= 1 + 1e-9


# -- the posts


def post(number, kind="own"):
    more = {"own": {}, "thread": {"reply_to": SELF}, "answer": {"reply_to": "7"}, "repost": {"repost_of": "8"}}[kind]
    return Post(str(number), "1", NOW - timedelta(hours=number), f"post {number}", **more)


def test_the_newest_posts_are_shown():
    assert [one.id for one in sample([post(number) for number in range(20)])] == ["0", "1", "2", "3", "4"]


def test_an_answer_and_a_repost_are_shown_however_long_ago():
    posts = [*(post(number) for number in range(20)), post(20, "answer"), post(21, "answer"), post(22, "repost")]
    assert [one.id for one in sample(posts)] == ["0", "1", "2", "20", "22"]


KINDS = ("own", "thread", "answer", "repost")


@given(st.lists(st.sampled_from(KINDS), max_size=40), st.integers(3, 8))
def test_what_is_shown_is_newest_first_of_every_kind_there_is_and_no_more_than_asked_for(kinds, most):
    posts = [post(number, kind) for number, kind in enumerate(kinds)]
    shown = sample(posts, most)
    assert len(shown) == min(most, len(posts))
    assert list(shown) == [one for one in posts if one in shown]
    replied = {one.reply_to not in (None, SELF) for one in posts if one.repost_of is None}
    assert replied == {one.reply_to not in (None, SELF) for one in shown if one.repost_of is None}
    assert any(one.repost_of for one in posts) == any(one.repost_of for one in shown)


def test_of_an_account_without_posts_nothing_is_shown():
    assert sample([]) == ()
    assert MOST_SHOWN == 5
