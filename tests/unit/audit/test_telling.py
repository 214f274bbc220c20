"""An audit in sentences."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.audit.seen import Group
from bot.audit.telling import advice, heading, notes, part, rate, summary
from tests.unit.audit.made import ANN, NOW, audit, judged, named, only, seen

TALKS = {"reply_share": 0.5, "answered_people": 5.0}


@pytest.mark.parametrize(
    ("one", "says"),
    [
        (seen(found=True), "60 posts in 30 days, every one with a link; answered nobody"),
        (
            seen(found=True, partly=True),
            "60 posts in 30 days, every one with a link; answered nobody, as far as your server has its posts",
        ),
        (
            seen({"posts_per_day": 30.0}),
            "60 posts in 30 days; 30 posts a day, 1 in 10 posts with a link, answered nobody",
        ),
        (seen({"repost_share": 1.0, "posts_per_day": 30.0}), "every item a repost, 30 posts a day"),
        (seen(TALKS), "60 posts in 30 days; 1 in 2 posts an answer, answered 5 people"),
        (seen(last=None, items=0), "no post in the last three months"),
        (seen(account=replace(ANN, moved_to="ann@new.test")), "moved to ann@new.test"),
        (seen(verdict=None, gone="ann is suspended"), "ann is suspended"),
        (seen(verdict=None, trouble="home.test gave\nan empty answer"), "home.test gave an empty answer"),
        (seen(verdict=judged(True, complete=False)), "only a part of its posts could be read"),
    ],
)
def test_each_account_is_told_with_a_sentence(one, says):
    assert only(one).why == says


def test_what_an_account_does_is_counted_in_words():
    assert heading(Group.BROADCASTS, 1) == "1 only broadcasts links"
    assert heading(Group.SILENT, 1200) == "1,200 have been silent for three months"


def test_parts_are_of_all_that_is_posted_and_the_loudest_of_a_group_comes_first():
    made = audit(
        seen(account=named(1), found=True, a_day=1.0),
        seen(account=named(2), a_day=4.0),
        seen(account=named(3), found=True, a_day=5.0),
        seen(account=named(4), verdict=None, a_day=None, trouble="no answer"),
    )
    assert [(line.account.id, line.share) for line in made.lines] == [("3", 0.5), ("1", 0.1), ("2", 0.4), ("4", None)]
    assert summary(made) == (
        "Of 4 accounts that you follow 2 only broadcast links; together they are 60 % of what is posted."
    )
    assert notes(made)[-1] == "1 could not be read; the next audit tries again."


def test_an_audit_of_nobody_and_one_that_finds_nobody_are_told():
    assert summary(audit()) == "You follow nobody."
    assert summary(audit(seen())) == "Of 1 account that you follow your rules find none."
    assert summary(audit(seen(found=True))) == (
        "Of 1 account that you follow 1 only broadcasts links; it is 100 % of what is posted."
    )


def test_of_followers_it_is_told_who_is_worth_following_back():
    made = audit(
        seen(TALKS, account=named(1), followed=NOW - timedelta(days=5)),
        seen(account=named(2), found=True, followed=NOW - timedelta(days=9)),
        seen(account=named(3), followed=NOW - timedelta(days=9)),
        followers=True,
        waiting=2,
    )
    assert {line.account.id: advice(line) for line in made.lines} == {"1": "yes", "2": "no", "3": "look yourself"}
    assert summary(made) == (
        "Of 3 accounts that followed you lately 1 talks or curates. "
        "2 more followed you only in the last days and can wait."
    )


@pytest.mark.parametrize(("a_day", "said"), [(None, ""), (0.0, "0"), (0.02, "under 0.1"), (3.51, "3.5"), (30.2, "30")])
def test_how_much_an_account_posts_is_said_as_people_say_it(a_day, said):
    line = only(seen(a_day=a_day))
    assert rate(line) == said
    assert bool(part(line)) is (a_day is not None)
