"""Whether a text names somebody, in each of the forms in which reports name people."""

import pytest

from bot.report.escape import markdown, unmentioned
from bot.report.forgotten import naming, without

NAMES = naming(["a_b.c@market.test", "Robin.bsky.example"])


@pytest.mark.parametrize(
    "text",
    [
        "a_b.c@market.test",
        "A_B.C@Market.TEST is back.",
        "(@a_b.c@market.test)",
        "a_b.c@market·test – 30 posts",
        "<td>a_b.c&#64;market.test</td>",
        markdown("x a_b.c@market.test, y"),
        unmentioned("x @a_b.c@market.test y"),
        "robin.bsky.example, and others",
    ],
)
def test_a_handle_is_found_in_every_form(text):
    assert NAMES(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a_b.c",
        "market.test",
        "xa_b.c@market.test",
        "a_b.c@market.test.org",
        "b.c@market.test",
        "a_b.c@market.tests",
    ],
)
def test_somebody_elses_handle_is_not_taken_for_it(text):
    assert not NAMES(text)


def test_json_loses_what_names_them_and_nothing_else():
    told = {
        "n": 1,
        "all": [{"who": {"handle": "a_b.c@market.test"}}, {"who": 2}, "of a_b.c@market.test", None],
        "q": "x",
    }
    assert without(told, NAMES) == {"n": 1, "all": [{"who": 2}, None], "q": "x"}
    assert without("a_b.c@market.test", NAMES) == ""
