"""How severe the shipped rules are: what is unknown, and one post more or less, never make a step harsh by accident."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.config import default_config
from bot.judging.rules import Bounds, Minimum, Rule, judge, ruling_of
from bot.model import Account, History, Post, Step
from bot.signals import BY_NAME

CONFIG = default_config()
ASKED = sorted({name for rule in CONFIG.rules for name in (*rule.when, *rule.unless)} | {"own_posts", "days_seen"})
CERTAIN = {"own_posts", "days_seen"}
"""What is always known of posts that could be read."""
NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)


def severity(step: Step | None) -> int:
    return -1 if step is None else step.severity


def near_a_bound(name: str) -> st.SearchStrategy[float]:
    """Readings at, beside and far from the bounds that the shipped rules set on a signal."""
    bounds = [b for rule in CONFIG.rules for part in (rule.when, rule.unless) for n, b in part.items() if n == name]
    ends = sorted({end for b in bounds for end in (b.at_least, b.at_most) if end is not None} | {0.0})
    most = 1.0 if BY_NAME[name].unit in ("share", "flag") else 500.0
    around = [value for end in ends for value in (end, end - 0.01, end + 0.01, end * 1.5) if 0 <= value <= most]
    return st.sampled_from(sorted({*around, most}))


READINGS = st.fixed_dictionaries({name: near_a_bound(name) for name in ASKED})
BROADCASTER = {
    "own_posts": 120.0, "days_seen": 30.0, "link_share": 1.0, "bare_link_share": 1.0, "top_domain_share": 0.1,
    "posts_per_day": 4.0, "max_posts_per_hour": 2.0, "distinct_domains": 90.0,
}  # fmt: skip
TAME = dict.fromkeys(ASKED, 0.0) | BROADCASTER
"""Readings of an account that drops bare links everywhere, and does nothing else."""


def step_of(readings: dict[str, float | None]) -> Step | None:
    return ruling_of(readings, CONFIG.rules, CONFIG.minimum).step


def test_the_tame_broadcaster_is_muted():
    assert step_of(TAME) is Step.MUTE


@pytest.mark.slow
@settings(max_examples=400)
@given(READINGS, st.sets(st.sampled_from([name for name in ASKED if name not in CERTAIN]), min_size=1))
def test_what_is_unknown_never_makes_the_step_more_severe(readings, unknown):
    lost = {name: None if name in unknown else value for name, value in readings.items()}
    assert severity(step_of(lost)) <= severity(step_of(readings))


@pytest.mark.parametrize("name", [name for name in ASKED if name not in CERTAIN])
def test_no_single_unknown_makes_a_broadcasters_step_more_severe(name):
    for start in (TAME, TAME | {"bare_link_share": 0.0}, TAME | {"top_domain_share": 1.0}):
        assert severity(step_of(start | {name: None})) <= severity(step_of(start))


def test_an_earlier_milder_rule_that_cannot_be_judged_lowers_the_step():
    mild = Rule("feed", {"top_domain_share": Bounds(at_least=0.9)}, Step.LIST)
    harsh = Rule("dropper", {"link_share": Bounds(at_least=0.9)}, Step.MUTE)
    readings = {"own_posts": 50.0, "days_seen": 20.0, "link_share": 1.0, "top_domain_share": None}
    ruling = ruling_of(readings, (mild, harsh), Minimum())
    assert (ruling.fired, ruling.milder, ruling.step) == (harsh, mild, Step.LIST)
    known = ruling_of(readings | {"top_domain_share": 0.5}, (mild, harsh), Minimum())
    assert (known.milder, known.step) == (None, Step.MUTE)
    later = ruling_of(readings, (harsh, mild), Minimum())
    assert later.step is Step.MUTE, "a rule behind the one that fires would not have decided"


KINDS = ("bare", "headline", "comment", "plain", "reply", "repost", "picture", "shortened")


def posts_of(kinds: tuple[str, ...]) -> tuple[Post, ...]:
    """Posts of these kinds, spread evenly over thirty days, the same post at the same place whatever its kind."""
    span = timedelta(days=30) / max(1, len(kinds) - 1)
    made = [_post(kind, number, NOW - span * number) for number, kind in enumerate(kinds)]
    return tuple(made)


def _post(kind: str, number: int, at: datetime) -> Post:
    words = " ".join(f"w{number}x{place}" for place in range(30))
    post = Post(str(number), "a", at, links=(f"https://site{number}.test/",))
    return {
        "bare": post,
        "headline": replace(post, text=" ".join(words.split()[:8])),
        "comment": replace(post, text=words),
        "plain": replace(post, text=words, links=()),
        "reply": replace(post, text=words, links=(), reply_to=f"p{number}"),
        "repost": replace(post, repost_of="b"),
        "picture": replace(post, media=1),
        "shortened": replace(post, links=(f"https://t.co/{number}",)),
    }[kind]


def judged(posts: tuple[Post, ...]) -> Step | None:
    history = History(Account("a", "a@example.org", automated=False), posts, NOW, "mastodon", lexicon=CONFIG.lexicon)
    return judge(history, CONFIG.rules, CONFIG.minimum).step


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(["bare", "headline"]),
    st.integers(36, 130),
    st.lists(st.sampled_from(KINDS), max_size=60),
    st.sampled_from(KINDS),
    st.randoms(use_true_random=False),
)
def test_one_post_more_never_moves_an_account_from_one_end_to_the_other(main, many, further, added, chance):
    kinds = [main] * many + further
    chance.shuffle(kinds)
    before = posts_of(tuple(kinds))
    fresh = _post(added, len(kinds), NOW - timedelta(days=15))
    steps = {
        severity(judged(before)),
        severity(judged((*before[: len(before) // 2], fresh, *before[len(before) // 2 :]))),
    }
    assert steps != {severity(None), severity(Step.MUTE)}


@pytest.mark.slow
@pytest.mark.parametrize("main", ["bare", "headline"])
@pytest.mark.parametrize("other", KINDS)
def test_on_the_way_from_one_kind_of_account_to_another_no_step_is_skipped(main, other):
    """One post after the other becomes another kind, and no single one leads from nothing to a mute or back."""
    for many in (60, 120):
        steps = [severity(judged(posts_of((main,) * (many - n) + (other,) * n))) for n in range(many + 1)]
        assert not [pair for pair in pairwise(steps) if set(pair) == {-1, Step.MUTE.severity}]


def test_one_worded_post_among_sixty_bare_links_changes_nothing():
    bare = posts_of(("bare",) * 60)
    worded = posts_of(("bare",) * 30 + ("headline",) + ("bare",) * 29)
    assert judged(bare) is judged(worded) is Step.MUTE
