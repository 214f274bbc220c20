"""What a change of the rules comes to is told in one sentence, with the accounts named."""

import pytest

from bot.model import Account, RuleChange, Step
from bot.report.rule_changes import sentence, told

ANN = Account("1", "ann@bakery.test", "Ann's Bakery")
KIOSK = Account("2", "kiosk@radio.test")
WIRE = Account("3", "wire@news.test")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ([], "nobody is judged otherwise"),
        ([RuleChange(ANN, None, Step.MUTE)], "would newly mute 1"),
        (
            [RuleChange(ANN, None, Step.MUTE), RuleChange(KIOSK, None, Step.MUTE), RuleChange(WIRE, Step.LIST, None)],
            "would newly mute 2, release 1",
        ),
        ([RuleChange(ANN, Step.MUTE, Step.LIST)], "would list 1 instead of muting it"),
        (
            [RuleChange(ANN, Step.LIST, Step.REPORT), RuleChange(KIOSK, Step.LIST, Step.REPORT)],
            "would only report 2 instead of listing them",
        ),
        (
            [RuleChange(ANN, None, Step.HIDE_REPOSTS), RuleChange(WIRE, Step.REPORT, Step.MUTE)],
            "would newly hide the reposts of 1, mute 1 instead of only reporting it",
        ),
        ([RuleChange(ANN, None, Step.LIST, "unconfirmed")], "would newly list 1"),
        (
            [RuleChange(ANN, None, Step.LIST, "too many at once"), RuleChange(WIRE, Step.MUTE, None)],
            "would newly list 1, release 1; 1 waits for `quietfeed confirm`",
        ),
    ],
)
def test_the_sentence_says_whom_it_concerns_in_numbers(changes, said):
    assert sentence(changes) == said


def test_a_report_names_so_many_accounts_and_counts_the_others():
    changes = [RuleChange(one, None, Step.MUTE) for one in (ANN, KIOSK, WIRE)]
    assert list(told(changes, 2)) == [
        "The rules changed: would newly mute 3 (Ann's Bakery ann@bakery.test, kiosk@radio.test and 1 more)."
    ]
    assert list(told([], 2)) == []


def test_a_hostile_name_steers_no_terminal():
    evil = Account("1", "evil@bad.test", "E\x1b[31mvil\u202e")
    (line,) = told([RuleChange(evil, Step.MUTE, None)], 1)
    assert line.isprintable()
