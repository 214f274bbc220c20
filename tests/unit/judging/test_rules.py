"""Judging: which rule decides, when rules abstain, what nearly held, who is looked at more closely."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.judging.evidence import QUOTED, quoted
from bot.judging.hints import suspects
from bot.judging.rules import Bounds, Minimum, Mode, Only, Rule, judge, ruling_of
from bot.model import Account, History, Post, Step
from bot.signals.base import COUNT, RATE, SHARE

NOW = datetime(2026, 5, 1, tzinfo=UTC)
LOOSE = Minimum(own_posts=1, days_seen=0)
LINKS = {"link_share": Bounds(at_least=0.9)}


def history(linked: int = 40, plain: int = 0, replies: int = 0, reposts: int = 0, **fields: object) -> History:
    """So many posts of each sort, six hours apart."""
    kinds = [{"links": ("https://example.com/a",)}] * linked + [{}] * plain
    kinds += [{"reply_to": "friend"}] * replies + [{"repost_of": "other"}] * reposts
    posts = (
        Post(f"p{n}", "ann", NOW - timedelta(hours=6 * n), f"text {n}", url=f"https://home.test/{n}", **kind)  # type: ignore[arg-type]
        for n, kind in enumerate(kinds)
    )
    defaults = {"account": Account("ann", "ann@example.org"), "posts": tuple(posts), "until": NOW}
    return History(**{**defaults, "platform": "mastodon", **fields})  # type: ignore[arg-type]


def rule(name: str = "links", then: Step = Step.MUTE, **fields: object) -> Rule:
    return Rule(**{"name": name, "when": LINKS, "then": then, **fields})  # type: ignore[arg-type]


def test_the_first_rule_whose_bounds_all_hold_decides() -> None:
    rules = [rule("never", when={"link_share": Bounds(at_most=0.1)}), rule("list", Step.LIST), rule("mute")]
    verdict = judge(history(), rules, LOOSE)
    assert (verdict.rule, verdict.step) == ("list", Step.LIST)
    assert [outcome.fires for outcome in verdict.rules] == [False, True, True]


def test_both_ends_of_a_bound_are_included() -> None:
    assert judge(history(9, 1), [rule()], LOOSE).rule == "links"
    assert judge(history(9, 1), [rule(when={"link_share": Bounds(at_most=0.9)})], LOOSE).rule == "links"


def test_any_exception_spares() -> None:
    spared = rule(unless={"own_posts": Bounds(at_least=10), "reply_share": Bounds(at_least=0.5)})
    assert judge(history(), [spared], LOOSE).rule is None


def test_a_rule_on_trial_tells_but_does_not_decide_against_one_that_acts() -> None:
    trial, acting = rule("trial", mode=Mode.SHADOW), rule("acting", Step.LIST)
    acted = judge(history(), [trial, acting], LOOSE)
    assert (acted.rule, acted.shadow) == ("acting", False)
    alone = judge(history(), [trial], LOOSE)
    assert (alone.rule, alone.shadow) == ("trial", True)


@pytest.mark.parametrize(
    ("linked", "minimum", "reason"),
    [
        (19, Minimum(own_posts=20, days_seen=1), "only 19 own posts, 20 needed"),
        (20, Minimum(own_posts=20, days_seen=7), "only 4.8 days seen, 7 needed"),
    ],
)
def test_below_the_least_evidence_no_rule_says_anything(linked: int, minimum: Minimum, reason: str) -> None:
    verdict = judge(history(linked), [rule()], minimum)
    assert verdict.rule is None
    assert verdict.abstained == reason


@pytest.mark.parametrize(
    ("posts", "days", "minimum", "says"),
    [
        (20, 7.0, Minimum(20, 7, 100), True),
        (20, 6.9, Minimum(20, 7, 100), False),
        (19, 7.0, Minimum(20, 7, 100), False),
        (99, 2.0, Minimum(20, 7, 100), False),
        (100, 2.0, Minimum(20, 7, 100), True),
        (100, 1.9, Minimum(20, 7, 100), False),
        (100, 1.0, Minimum(20, 1, 100), True),
        (100, 0.9, Minimum(20, 1, 100), False),
        (None, None, Minimum(1, 0, 100), False),
        (1, None, Minimum(1, 1, 100), False),
        (1, None, Minimum(1, 0, 100), True),
    ],
)
def test_many_posts_stand_for_days_but_not_for_a_second_one(
    posts: int | None, days: float | None, minimum: Minimum, says: bool
) -> None:
    readings = {"own_posts": posts, "days_seen": days, "link_share": 1.0}
    (outcome,) = ruling_of(readings, [rule()], minimum).outcomes
    assert (outcome.fires, outcome.abstained is None) == (says, says)


def test_a_rule_may_ask_for_evidence_of_its_own() -> None:
    patient = rule("patient", minimum=Minimum(own_posts=1000))
    verdict = judge(history(), [patient, rule("quick")], LOOSE)
    assert verdict.rule == "quick"
    assert verdict.rules[0].abstained == "only 40 own posts, 1000 needed"
    assert verdict.abstained is None


def test_where_every_rule_abstains_the_first_one_s_reason_is_told() -> None:
    patient, unknown = rule(minimum=Minimum(own_posts=1000)), rule(when={"declared_bot": Bounds(at_least=1)})
    assert judge(history(), [patient, unknown], LOOSE).abstained == "only 40 own posts, 1000 needed"
    assert judge(history(), [unknown, patient], LOOSE).abstained == "declared_bot cannot be known"
    assert judge(history(), [], LOOSE).abstained is None


def test_a_signal_that_cannot_be_known_makes_a_rule_abstain() -> None:
    verdict = judge(history(), [rule(when={**LINKS, "declared_bot": Bounds(at_least=1)})], LOOSE)
    assert verdict.rule is None
    assert verdict.abstained == "declared_bot cannot be known"


def test_an_exception_that_cannot_be_known_makes_a_rule_abstain_for_it_might_have_spared() -> None:
    verdict = judge(history(), [rule(unless={"declared_bot": Bounds(at_least=1)})], LOOSE)
    assert verdict.abstained == "declared_bot cannot be known"


def test_where_what_is_known_refuses_already_nothing_hangs_on_the_rest() -> None:
    verdict = judge(history(0, 40), [rule(when={**LINKS, "declared_bot": Bounds(at_least=1)})], LOOSE)
    assert verdict.rule is None
    assert verdict.abstained is None


def test_a_reading_that_misses_by_a_little_is_near() -> None:
    assert judge(history(85, 15), [rule()], LOOSE).rules[0].near
    assert not judge(history(70, 30), [rule()], LOOSE).rules[0].near


@pytest.mark.parametrize(
    ("bounds", "unit", "near", "far"),
    [
        (Bounds(at_least=0.9), SHARE, 0.8, 0.79),
        (Bounds(at_most=0.1), SHARE, 0.2, 0.21),
        (Bounds(at_least=40), COUNT, 30, 29),
        (Bounds(at_most=40), COUNT, 50, 51),
        (Bounds(at_least=40, at_most=80), RATE, 100, 101),
        (Bounds(at_least=40, at_most=80), RATE, 30, 29),
        (Bounds(at_least=0.9), SHARE, 0.95, None),
    ],
)
def test_a_little_is_measured_by_what_is_bound_and_to_either_side(
    bounds: Bounds, unit: str, near: float, far: float | None
) -> None:
    assert bounds.nearly_hold(near, unit)
    assert not bounds.nearly_hold(far, unit)


def test_one_exception_alone_counts_as_a_little_and_two_do_not() -> None:
    spared = rule(unless={"own_posts": Bounds(at_least=10)})
    assert judge(history(), [spared], LOOSE).rules[0].near
    twice = rule(unless={"own_posts": Bounds(at_least=10), "days_seen": Bounds(at_least=1)})
    assert not judge(history(), [twice], LOOSE).rules[0].near
    assert not judge(history(35, 5), [spared], LOOSE).rules[0].near, "a miss and an exception are two"
    assert not judge(history(), [rule()], LOOSE).rules[0].near, "what fires is not near"


def test_a_rule_that_abstains_is_not_near() -> None:
    close = history(85, 15)
    assert not judge(close, [rule()], Minimum(own_posts=101, days_seen=0)).rules[0].near
    assert not judge(history(), [rule(unless={"declared_bot": Bounds(at_least=1)})], LOOSE).rules[0].near
    spared = rule(unless={"own_posts": Bounds(at_least=1)})
    assert not judge(history(), [spared], Minimum(own_posts=1000)).rules[0].near


def test_two_misses_are_not_near() -> None:
    both = rule(when={**LINKS, "reply_share": Bounds(at_most=0.02)})
    assert not judge(history(85, 15, replies=5), [both], LOOSE).rules[0].near


def test_a_rule_applies_only_where_it_says() -> None:
    elsewhere = rule(only=Only(platforms=("bluesky",)))
    assert judge(history(), [elsewhere], LOOSE).rules == ()
    here = rule(only=Only(profiles=("home",), platforms=("bluesky", "mastodon")))
    assert judge(history(), [here], LOOSE, profile="home").rule == "links"
    assert judge(history(), [here], LOOSE, profile="work").rules == ()
    mine = rule(only=Only(profiles=("home",)))
    assert judge(history(), [mine], LOOSE, profile="work").rule is None
    assert judge(history(), [mine], LOOSE, profile="home").rule == "links"


def test_where_lists_are_public_what_would_list_mutes_instead() -> None:
    listing = rule(then=Step.LIST, duration=timedelta(days=9))
    steps = {on: judge(history(platform=on), [listing], LOOSE).step for on in ("mastodon", "bluesky", "memory")}
    assert steps == {"mastodon": Step.LIST, "bluesky": Step.MUTE, "memory": Step.LIST}
    assert judge(history(platform="bluesky"), [listing], LOOSE).duration == timedelta(days=9)
    assert judge(history(platform="bluesky"), [rule(then=Step.REPORT)], LOOSE).step is Step.REPORT


def test_only_a_rule_that_acts_lowers_one_that_acts_and_one_on_trial_one_on_trial() -> None:
    unknown = {**LINKS, "declared_bot": Bounds(at_least=1)}
    spares = {"declared_bot": Bounds(at_most=0)}
    for mode, other in ((Mode.ACT, Mode.SHADOW), (Mode.SHADOW, Mode.ACT)):
        mild, harsh = rule("mild", Step.LIST, when=unknown, unless=spares, mode=mode), rule("harsh", mode=mode)
        lowered = judge(history(), [mild, harsh], LOOSE)
        assert (lowered.rule, lowered.step) == ("harsh", Step.LIST)
        assert lowered.lowered.count("declared_bot") == 2
        assert "link_share" not in lowered.lowered, "what is known is no reason"
        unchanged = judge(history(), [replace(mild, mode=other), harsh], LOOSE)
        assert (unchanged.step, unchanged.lowered) == (Step.MUTE, "")


def test_of_several_milder_rules_that_cannot_be_judged_the_mildest_is_taken_and_none_as_harsh() -> None:
    unknown = {**LINKS, "declared_bot": Bounds(at_least=1)}
    steps = [Step.LIST, Step.REPORT, Step.HIDE_REPOSTS, Step.MUTE]
    rules = [rule(step, step, when=unknown, duration=timedelta(days=n)) for n, step in enumerate(steps)]
    lowered = judge(history(), [*rules, rule("harsh")], LOOSE)
    assert (lowered.step, lowered.duration) == (Step.REPORT, timedelta(days=1))
    assert judge(history(), [rules[-1], rule("harsh")], LOOSE).lowered == ""


def test_the_site_is_told_of_whom_a_rule_fires_for() -> None:
    assert judge(history(), [rule()], LOOSE).site == "example.com"
    assert judge(history(), [rule(when={"link_share": Bounds(at_most=0.1)})], LOOSE).site == ""


def test_the_evidence_is_what_the_rule_speaks_of() -> None:
    plain_newest = history(40, replies=3)
    verdict = judge(replace(plain_newest, posts=plain_newest.posts[::-1]), [rule()], LOOSE)
    linked = {post.url for post in plain_newest.posts if post.links}
    assert len(verdict.evidence) == 3
    assert set(verdict.evidence) <= linked
    flood = rule("flood", Step.HIDE_REPOSTS, when={"repost_share": Bounds(at_least=0.5)})
    shown = judge(history(5, reposts=20), [flood], LOOSE).evidence
    assert set(shown) <= {post.url for post in history(5, reposts=20).posts if post.repost_of is not None}


def test_where_the_rule_speaks_of_too_few_posts_the_newest_stand_beside_them_each_once() -> None:
    verdict = judge(history(1, 9), [rule(when={"link_share": Bounds(at_most=0.5)})], LOOSE)
    assert verdict.evidence == ("https://home.test/0", "https://home.test/1")
    flood = rule("flood", Step.HIDE_REPOSTS, when={"repost_share": Bounds(at_least=0.1)})
    assert judge(history(5, reposts=1), [flood], LOOSE).evidence[0] == "https://home.test/5"


def test_a_post_without_a_page_is_shown_by_its_id() -> None:
    made = history()
    bare = replace(made, posts=tuple(replace(post, url="") for post in made.posts))
    verdict = judge(bare, [rule()], LOOSE)
    assert verdict.evidence == ("p0", "p1", "p2")
    assert verdict.quote is not None
    assert (verdict.quote.text, verdict.quote.url, verdict.quote.at) == ("text 0", "p0", NOW)


def test_the_first_post_with_words_of_the_author_s_own_is_quoted_cut_short() -> None:
    def post(name: str, text: str, **fields: object) -> Post:
        return Post(name, "ann", NOW, text, url=f"https://home.test/{name}", **fields)  # type: ignore[arg-type]

    silent = [post("blank", " \n"), post("repost", "Their words", repost_of="ben")]
    said = quoted([*silent, post("said", f" {'a' * 5 * QUOTED}"), post("later", "More")])
    assert said is not None
    assert (said.text, said.url) == ("a" * QUOTED, "https://home.test/said")
    assert quoted(silent) is None


def test_readings_are_compared_as_they_are_shown() -> None:
    third = rule(when={"link_share": Bounds(at_least=0.3333)})
    verdict = judge(history(1, 2), [third], LOOSE)
    assert verdict.readings["link_share"] == 0.3333
    assert verdict.rule == "links"


def hint(name: str, **counts: int | None) -> History:
    found = history(**counts, complete=False)
    return replace(found, account=Account(name, f"{name}@example.org"))


def test_a_suspect_is_who_looks_like_noise_in_the_timeline_the_loudest_first() -> None:
    loud, mild = hint("loud", linked=30), hint("mild", linked=8, plain=1)
    chatty, rare = hint("chatty", linked=2, plain=20), hint("rare", linked=2)
    found = suspects([mild, chatty, rare, loud], [rule()], least_posts=3)
    assert [account.id for account in found] == ["loud", "mild"]


def test_so_many_posts_are_enough_to_be_looked_at_and_one_less_is_not() -> None:
    assert suspects([hint("ann", linked=3)], [rule()], least_posts=3)
    assert not suspects([hint("ann", linked=3)], [rule()], least_posts=4)


def test_one_rule_is_enough_to_be_looked_at_and_all_that_it_speaks_of_must_be_near() -> None:
    ann = hint("ann", linked=10)
    never = rule("never", when={"link_share": Bounds(at_most=0.1)})
    assert suspects([ann], [never, rule()], least_posts=3)
    for far in ({**LINKS, "media_share": Bounds(at_least=0.9)}, {"media_share": Bounds(at_least=0.9), **LINKS}):
        assert not suspects([ann], [rule(when=far)], least_posts=3)
    for aside in ({"quota": 10}, {"only": Only(platforms=("bluesky",))}):
        assert not suspects([ann], [rule(**aside)], least_posts=3)


def test_who_fills_the_timeline_most_is_looked_at_first_whatever_of_it_was_kept() -> None:
    few, many = hint("few", linked=20, timeline_posts=20), hint("many", linked=10, timeline_posts=400)
    same = [hint(name, linked=20, timeline_posts=20) for name in ("eve", "dan")]
    found = suspects([few, *same, many], [rule()], least_posts=3)
    assert [account.id for account in found] == ["many", "dan", "eve", "few"]


def test_what_a_timeline_hides_is_not_held_against_it() -> None:
    answers = rule(when={**LINKS, "reply_share": Bounds(at_most=0.02)})
    assert suspects([hint("ann", linked=10, replies=10)], [answers], least_posts=3)


def test_who_shows_nothing_that_a_rule_speaks_of_is_no_suspect() -> None:
    silent = rule(when={"answered_people": Bounds(at_most=1)})
    assert not suspects([hint("ann", linked=10)], [silent], least_posts=3)
