"""How right a rule was is one sentence, with the bound to move where it may be wrong."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from bot.model import RuleRecord, Sparing, SweepRecord
from bot.report.data import data
from bot.report.day import build, is_quiet
from bot.report.markdown import markdown
from bot.report.rightness import line, rightness_lines

LINKS = Sparing("link_share", "at_least", 0.9, 0.97, 0)
WRONG = RuleRecord("link broadcaster", taken_back=3, in_force=2, often=True, sparing=LINKS)
CALM = RuleRecord("teaser feed", taken_back=1, ended=3, in_force=8)


@pytest.mark.parametrize(
    ("record", "said"),
    [
        (CALM, "12 actions; 8 in force, 3 ended by themselves, 1 taken back by you."),
        (RuleRecord("teaser feed", ended=1), "1 action; 1 ended by itself."),
        (RuleRecord("teaser feed", confirmed=2), "2 actions; 2 confirmed by you."),
        (RuleRecord("teaser feed", in_force=4, taken_back=1, dry=True),
         "would have quieted 5 accounts; 4 as before, 1 kept by you."),
        (replace(CALM, often=True), "you took back 1 of 12 of its actions."),
    ],
)  # fmt: skip
def test_a_rule_has_one_line(record: RuleRecord, said: str) -> None:
    assert line(record) == f"“teaser feed”: {said}"


@pytest.mark.parametrize(
    ("record", "said"),
    [
        (WRONG, "you took back 3 of 5 of its actions. link_share at_least 0.97 instead of 0.90 would have spared all "
         "three, and kept the other two."),
        (replace(WRONG, sparing=replace(LINKS, lost=1)), "you took back 3 of 5 of its actions. link_share at_least "
         "0.97 instead of 0.90 would have spared all three, and kept one of the other two."),
        (replace(WRONG, in_force=0), "you took back all 3 of its actions. link_share at_least 0.97 instead of 0.90 "
         "would have spared all three."),
        (replace(WRONG, in_force=1), "you took back 3 of 4 of its actions. link_share at_least 0.97 instead of 0.90 "
         "would have spared all three, and kept the other one."),
        (replace(WRONG, sparing=None), "you took back 3 of 5 of its actions."),
        (replace(WRONG, sparing=Sparing("own_posts", "at_least", 40, 1_200, 0)), "you took back 3 of 5 of its actions. "
         "own_posts at_least 1,200 instead of 40 would have spared all three, and kept the other two."),
        (replace(WRONG, dry=True, sparing=None), "you kept 3 of the 5 accounts that it would have quieted."),
        (replace(WRONG, dry=True), "you kept 3 of the 5 accounts that it would have quieted. link_share at_least 0.97 "
         "instead of 0.90 would have spared all three, and quieted the other two."),
        (replace(WRONG, dry=True, in_force=0, sparing=None), "you kept all 3 accounts that it would have quieted."),
    ],
)  # fmt: skip
def test_a_rule_that_may_be_wrong_says_so_and_names_the_bound(record: RuleRecord, said: str) -> None:
    assert line(record) == f"“link broadcaster”: {said}"


def test_every_rule_is_told_and_its_name_stays_on_its_line() -> None:
    odd = RuleRecord("a\n\x1b[1mrule", in_force=1)
    assert rightness_lines([WRONG, odd])[1] == "“a [1mrule”: 1 action; 1 in force."


def test_the_whole_report_tells_of_the_rules_and_is_no_louder_for_it() -> None:
    now = datetime(2026, 11, 22, 7, tzinfo=UTC)
    sweeps = [SweepRecord("me", now, now)]
    day = build(
        "me", "mastodon", "me@example.org", date(2026, 11, 22), [], sweeps, {}, rules=[WRONG, CALM], kept_days=90
    )
    assert is_quiet(day)
    shown = data(day)["rules"]
    assert [(one["rule"], one["actions"], one["often_taken_back"]) for one in shown] == [
        ("link broadcaster", 5, True),
        ("teaser feed", 12, False),
    ]
    assert shown[0]["would_spare"] == {
        "signal": "link_share",
        "end": "at_least",
        "now": 0.9,
        "instead": 0.97,
        "lost": 0,
    }
    assert shown[1]["would_spare"] is None
    loud = replace(day, question="which of these is quietfeed's?")
    assert "## How right the rules were, in the last 90 days\n\n- “link broadcaster”: you took back" in markdown(loud)
