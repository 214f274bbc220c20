"""What was measured once is not measured again, and comes to the same."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.config import default_config, fingerprint, measuring
from bot.judging.rules import Bounds, Minimum, Rule, read
from bot.model import SELF, Account, Basis, History, Judging, Lexicon, Post, Step
from bot.platforms.base import Feed
from bot.service.feeds import history_of
from bot.signals import ALL
from bot.store import KeptFeed, kept_feed
from bot.tuning.measured import OF_THE_TIMELINE, Measured

NOW = datetime(2026, 3, 2, tzinfo=UTC)
POSTS = tuple(
    Post(f"p{n}", "a", NOW - timedelta(hours=9 * n), text=f"Buy the bargain {n % 7}", links=(f"https://m.test/{n}",))
    for n in range(80)
)


class Once:
    """A feed that counts how often it is asked for."""

    def __init__(self) -> None:
        self.asked = 0

    def as_of(self, time: datetime) -> KeptFeed:
        self.asked += 1
        return kept_feed(Feed(Account("a", "a@market.test"), POSTS), NOW)


def config(at_least: float = 0.5, signal: str = "link_share", **more):
    rule = Rule("linker", {signal: Bounds(at_least=at_least)}, Step.LIST)
    made = replace(default_config(), rules=(rule,), minimum=Minimum(5, 1), **more)
    return replace(made, fingerprint=fingerprint(made))


def judging(basis: Basis, total: int = 100, measured: str = "") -> Judging:
    return Judging(NOW, 0, "x", (basis,), timeline_total=total, measured=measured)


def verdict(past: Measured, by, **told):
    total, how = told.pop("total", 100), told.pop("measured", "")
    basis = Basis("a", NOW, **told)
    return past.verdict(basis, judging(basis, total, how), by)


def test_only_the_signals_that_are_named_depend_on_the_timeline():
    def readings(shown: int) -> dict[str, float | None]:
        names = [signal.name for signal in ALL]
        return read(History(Account("a", "a@market.test"), POSTS, NOW, "mastodon", True, shown, 100), names)

    few, many = readings(1), readings(90)
    assert {name for name in few if few[name] != many[name]} == OF_THE_TIMELINE


@pytest.mark.parametrize("at_least", [0.1, 0.5, 1.0, 1.1])
def test_other_bounds_come_to_the_same_measured_before_or_anew(at_least):
    known = Measured("home", "mastodon", {"a": Once()})
    verdict(known, config(0.3))
    assert verdict(known, config(at_least)) == verdict(Measured("home", "mastodon", {"a": Once()}), config(at_least))


def test_a_feed_is_asked_for_once_whatever_is_tried():
    once = Once()
    measured = Measured("home", "mastodon", {"a": once})
    for bound in (0.1, 0.2, 0.3):
        verdict(measured, config(bound))
    assert once.asked == 1


def test_what_was_recorded_is_taken_where_it_would_be_measured_the_same():
    by = config(0.5)
    told = {"readings": {"link_share": 0.25, "own_posts": 80.0, "days_seen": 30.0}}
    fresh = Measured("home", "mastodon", {"a": Once()})
    assert verdict(fresh, by, measured=measuring(by), **told).readings["link_share"] == 0.25
    other = Measured("home", "mastodon", {"a": Once()})
    assert verdict(other, by, measured="another version", **told).readings["link_share"] == 1.0


def test_other_words_or_another_window_are_measured_anew():
    measured = Measured("home", "mastodon", {"a": Once()})
    promo = config(0.5, "promo_words", lexicon=Lexicon(promo_words=("bargain",)))
    plain = config(0.5, "promo_words", lexicon=Lexicon(promo_words=("other",)))
    assert verdict(measured, promo).rule == "linker"
    assert verdict(measured, plain).rule is None
    assert verdict(measured, config(window=timedelta(days=5))).readings["own_posts"] < 80


def test_a_thread_that_was_begun_before_the_window_is_no_own_post_of_it_as_in_a_sweep():
    class Told(Once):
        def as_of(self, time: datetime) -> KeptFeed:
            begun = Post("first", "a", NOW - timedelta(days=6), text="A long story")
            further = Post("second", "a", NOW - timedelta(days=1), "goes on", reply_to=SELF, reply_to_post="first")
            posts = (Post("new", "a", NOW, text="Good day"), further, begun)
            return kept_feed(Feed(Account("a", "a@market.test"), posts), NOW)

    by = config(window=timedelta(days=5))
    live = read(history_of(Told().as_of(NOW), "mastodon", {}, by), ["own_posts"])
    assert verdict(Measured("home", "mastodon", {"a": Told()}), by).readings["own_posts"] == live["own_posts"] == 1


def test_the_share_of_the_timeline_is_that_of_the_judging():
    measured = Measured("home", "mastodon", {"a": Once()})
    by = config(0.5, "timeline_share")
    assert verdict(measured, by, timeline_posts=60).rule == "linker"
    assert verdict(measured, by, timeline_posts=10).rule is None


def test_an_account_whose_feed_is_forgotten_has_no_verdict():
    assert verdict(Measured("home", "mastodon", {}), config()) is None
