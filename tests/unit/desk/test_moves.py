"""Bounds that were moved, as an address carries them."""

from pathlib import Path

import pytest

from bot.config import Config, read
from bot.desk.moves import moves_of, word_of
from bot.errors import UserError
from bot.judging.moves import Move, moved

TEXT = """\
profiles:
  - {name: home, platform: mastodon, server: https://social.example}
evidence: {own_posts: 20, days_seen: 7}
rules:
  - name: links | only
    when:
      link_share: {at_least: 0.9}
      posts_per_day: {at_least: 2, at_most: 80}
      declared_bot: {at_least: 1}
    unless: {reply_share: {at_least: 0.1}}
    then: mute
  - {name: loud, quota: 10/day, then: mute}
"""
LINKS = "links | only|when|link_share|at_least"


@pytest.fixture
def config() -> Config:
    return read(TEXT, Path("config.yaml"))


def test_a_move_comes_back_from_its_address_as_it_was(config: Config) -> None:
    move = Move("links | only", "link_share", "at_least", 0.9, 0.95)
    assert moves_of([word_of(move)], config) == [move]


def test_bounds_of_exceptions_and_of_evidence_are_moved_too(config: Config) -> None:
    words = ["links | only|unless|reply_share|at_least|0.2", "links | only|evidence|own_posts|at_least|40"]
    (rule, _) = moved(config.rules, moves_of(words, config), config.minimum)
    assert rule.unless["reply_share"].at_least == 0.2
    assert rule.minimum is not None
    assert (rule.minimum.own_posts, rule.minimum.days_seen) == (40, 7)


def test_the_last_word_on_a_bound_counts_and_one_that_stays_is_no_move(config: Config) -> None:
    assert [move.instead for move in moves_of([f"{LINKS}|0.5", f"{LINKS}|0.7"], config)] == [0.7]
    assert moves_of([f"{LINKS}|0.5", f"{LINKS}|0.90"], config) == []


@pytest.mark.parametrize(
    ("word", "says"),
    [
        (f"{LINKS}|1.5", "needs a number from 0 to 100 %, not “150 %”"),
        (f"{LINKS}|nan", "needs a number from 0 to 100 %"),
        (f"{LINKS}|", "needs a number from 0 to 100 %"),
        ("links | only|evidence|own_posts|at_least|12.5", "needs a whole number from 0 on"),
        ("links | only|when|posts_per_day|at_least|90", "no reading lies between its ends"),
        ("links | only|unless|reply_share|at_least|0", "every account would be spared by it"),
        ("links | only|when|declared_bot|at_least|0", "no such bound"),
        ("links | only|when|reply_share|at_least|0.5", "no such bound"),
        ("loud|evidence|own_posts|at_least|5", "no such bound"),
        ("gone|when|link_share|at_least|0.5", "no rule “gone” any more"),
        ("<script>", "no bound that was moved"),
        ("links | only|then|link_share|at_least|1", "no bound that was moved"),
    ],
)
def test_what_cannot_be_is_refused_and_told(config: Config, word: str, says: str) -> None:
    with pytest.raises(UserError) as told:
        moves_of([word], config)
    assert says in str(told.value)


def test_both_ends_of_a_bound_may_be_moved_past_where_the_other_was(config: Config) -> None:
    words = ["links | only|when|posts_per_day|at_least|90", "links | only|when|posts_per_day|at_most|200"]
    (rule, _) = moved(config.rules, moves_of(words, config), config.minimum)
    assert (rule.when["posts_per_day"].at_least, rule.when["posts_per_day"].at_most) == (90, 200)
