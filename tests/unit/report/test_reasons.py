"""Why an account is found, in one sentence made of the readings that decide."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model import Comparison
from bot.report.reasons import because
from bot.signals import ALL

SEEN = {"own_posts": 120.0, "days_seen": 4.2}


def held(signal: str, reading: float, at_least: float | None = None, at_most: float | None = None) -> Comparison:
    return Comparison(signal, reading, at_least, at_most, holds=True)


LINKS, SITE = held("link_share", 1.0, 0.9), held("own_site_share", 1.0, 0.8)
NOBODY = held("reply_share", 0.0, at_most=0.02)


@pytest.mark.parametrize(
    ("comparisons", "site", "said"),
    [
        ([LINKS, NOBODY], "", "120 posts in 4 days, every one with a link; answered nobody"),
        ([LINKS, SITE, NOBODY], "market.test", "every link to market.test; answered nobody"),
        ([LINKS, SITE], "", "every link to its own site"),
        ([held("top_domain_share", 0.9, 0.8), SITE], "kiosk.test", "120 posts in 4 days, 9 in 10 links to kiosk.test"),
        ([held("answered_people", 2, at_most=2)], "", "120 posts in 4 days; answered 2 people"),
        ([held("repost_share", 0.1, at_most=0.2), LINKS], "", "120 posts in 4 days, every one with a link"),
        ([held("repost_share", 0.1, at_most=0.2)], "", "1 in 10 items a repost"),
        ([], "", "120 posts in 4 days"),
    ],
)
def test_the_readings_that_decide_are_told_in_their_order(comparisons: list[Comparison], site: str, said: str) -> None:
    assert because(SEEN, comparisons, site).endswith(said)


def test_what_does_not_hold_or_is_unknown_is_no_reason() -> None:
    missed = [Comparison("link_share", 0.5, 0.9, None, False), Comparison("promo_words", None, 0.1, None, False)]
    assert because(SEEN, missed) == "120 posts in 4 days"
    assert because({}, missed) == ""


def test_a_quota_tells_of_the_day() -> None:
    assert because({"posts_today": 31.0}, ()) == "31 posts today"


@given(st.lists(st.builds(held, st.sampled_from([s.name for s in ALL]), st.floats(0, 1), st.floats(0, 1))))
def test_two_or_three_readings_are_enough(comparisons: list[Comparison]) -> None:
    said = because(SEEN, comparisons)
    assert len(said) < 300
    assert len(because(SEEN, comparisons, most=1)) <= len(said)


@pytest.mark.parametrize("site", ["\x1b[31mred.test", "a\u202eb.test", "x.test\n@ann@b.test", "ann" * 99])
def test_a_hostile_site_stays_in_its_place(site: str) -> None:
    said = because(SEEN, [SITE], site)
    assert said.isprintable()
    assert len(said) < 150
