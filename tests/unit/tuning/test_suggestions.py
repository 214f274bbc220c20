"""Bounds are chosen so that what the owner called fine is spared at the least loss, and never found anew."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path

import pytest
import yaml
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from bot.config import CannotEdit, edited, read
from bot.config.faults import ConfigError
from bot.judging.moves import Move, moved
from bot.judging.rules import Bounds, Minimum, Mode, Rule
from bot.model import Account, Opinion, Step
from bot.tuning.findings import ACTING, NOTHING, Ground
from bot.tuning.samples import Sample
from bot.tuning.suggestion import Lack
from bot.tuning.suggestions import Advice, advice

FINE, NOISE = Opinion.FINE, Opinion.NOISE
LINKS = Rule("links", {"link_share": Bounds(0.8), "reply_share": Bounds(at_most=0.1)}, Step.LIST)
POSTS = Rule("many posts", {"own_posts": Bounds(40), "reply_share": Bounds(at_most=0.1)}, Step.MUTE)
MINIMUM = Minimum()


def sample(name: str, opinion: Opinion | None, *looks: tuple[float | None, ...]) -> Sample:
    """An account with these readings of links, replies, posts and, where it matters, days."""
    names = ("link_share", "reply_share", "own_posts", "days_seen")
    readings = tuple(dict(zip(names, (*look, 20.0)[:4], strict=True)) for look in looks)
    return Sample(Account(name, f"{name}@town.test"), opinion, readings)


def several(opinion: Opinion | None, *links: float, replies: float = 0.0, posts: float = 30) -> list[Sample]:
    word = str(opinion or "open")
    return [sample(f"{word}{i}-{one}", opinion, (one, replies, posts)) for i, one in enumerate(links)]


def advised(samples: list[Sample], *rules: Rule, refuses: Lack | None = None) -> Advice:
    return advice(samples, rules or (LINKS,), MINIMUM, lambda moves: refuses)


@pytest.mark.parametrize(
    ("case", "fine", "noise", "instead"),
    [
        ("all noise is kept", [0.81, 0.85, 0.9], [0.95, 1.0], 0.91),
        ("as round as that is possible", [0.81, 0.85, 0.9], [0.905, 1.0], 0.901),
        ("a friend weighs more than a marketer", [0.81, 0.85, 0.9], [0.85, 1.0], 0.91),
        ("no noise is known", [0.81, 0.85, 0.9], [], 0.91),
        ("one friend would cost too much noise", [0.81, 0.82, 0.99], [0.9, 0.91, 0.92, 0.93, 1.0], 0.83),
    ],
)
def test_a_rule_that_fires_on_accounts_called_fine_is_tightened(case, fine, noise, instead):
    (found,) = advised(several(FINE, *fine) + several(NOISE, *noise)).suggestions
    assert found.move == Move("links", "link_share", "at_least", 0.8, instead), case


def test_the_bound_that_loses_least_is_moved():
    samples = several(FINE, 0.9, 0.95, 1.0, replies=0.08) + several(NOISE, 0.85, 0.95, 1.0)
    (found,) = advised(samples).suggestions
    assert found.move == Move("links", "reply_share", "at_most", 0.1, 0.07)
    assert [len(found.right), len(found.lost), found.fine, found.noise] == [3, 0, 3, 3]


def test_counts_move_in_steps_that_a_person_would_take_where_that_costs_nothing():
    fine = [sample(f"f{i}", FINE, (0.5, 0.0, posts)) for i, posts in enumerate((41, 52, 63))]
    (found,) = advised([*fine, sample("n", NOISE, (0.5, 0.0, 90))], POSTS).suggestions
    assert found.move.instead == 65
    (found,) = advised([*fine, sample("n", NOISE, (0.5, 0.0, 64))], POSTS).suggestions
    assert found.move.instead == 64


def test_every_look_that_is_remembered_must_be_spared():
    fine = [sample(f"f{i}", FINE, (0.82, 0, 30), (0.93, 0, 30), (0.5, 0, 30)) for i in range(3)]
    (found,) = advised(fine + several(NOISE, 1.0, 1.0)).suggestions
    assert found.move.instead == 0.94


def test_an_account_that_is_lost_is_told_also_where_nobody_judged_it():
    samples = several(FINE, 0.9, 0.9, 0.9) + several(NOISE, 0.85, 1.0) + several(None, 0.84, 1.0)
    (found,) = advised(samples).suggestions
    assert [one.handle for one in found.lost] == ["noise0-0.85@town.test"]
    assert [one.handle for one in found.others_lost] == ["open0-0.84@town.test"]


@pytest.mark.parametrize(
    ("case", "samples", "why", "opinion"),
    [
        ("one or two say nothing", several(FINE, 0.9, 0.9) + several(NOISE, 1.0), Lack.FEW, FINE),
        ("nothing tells them apart", several(FINE, 1.0, 1.0, 1.0) + several(NOISE, 0.9, 1.0), Lack.NONE, FINE),
        ("near misses called noise are few too", several(NOISE, 0.75, 0.79), Lack.FEW, NOISE),
        ("somebody fine would be found", several(NOISE, 0.75, 0.76, 0.77) + several(FINE, 0.79), Lack.NONE, NOISE),
        (
            "too many whom nobody judged would be found",
            several(NOISE, 0.75, 0.76, 0.77) + several(None, *(0.78,) * 4),
            Lack.NONE,
            NOISE,
        ),
    ],
)
def test_no_bound_is_suggested_where(case, samples, why, opinion):
    found = advised(samples)
    assert found.suggestions == ()
    assert [(one.rule, one.why, one.opinion) for one in found.without] == [("links", why, opinion)], case


def test_a_rule_that_nearly_fires_on_noise_is_loosened_and_tells_whom_it_finds_beside():
    samples = several(NOISE, 0.75, 0.76, 0.77, 1.0) + several(None, 0.775, 0.5) + several(FINE, 0.7)
    (found,) = advised(samples).suggestions
    assert found.move == Move("links", "link_share", "at_least", 0.8, 0.75)
    assert len(found.right) == 3
    assert [one.handle for one in found.newly] == ["open0-0.775@town.test"]
    assert (found.fine, found.noise) == (0, 4)


def test_where_enough_noise_lies_nearer_nobody_fine_is_reached():
    samples = several(NOISE, 0.76, 0.78, 0.785, 0.79) + several(FINE, 0.77)
    (found,) = advised(samples).suggestions
    assert found.move.instead == 0.78


def test_noise_that_another_rule_finds_asks_for_no_wider_bound():
    samples = several(NOISE, 0.75, 0.76, 0.77, posts=60)
    assert advised(samples, LINKS, POSTS).suggestions == ()


def test_the_next_rule_is_tightened_where_the_spared_fall_through_to_it():
    wider = replace(LINKS, name="wider", when={"link_share": Bounds(0.6)})
    found = advised(several(FINE, 0.9, 0.9, 0.9) + several(NOISE, 1.0, 1.0), LINKS, wider)
    assert [(one.move.rule, one.move.instead) for one in found.suggestions] == [("links", 0.91), ("wider", 0.91)]
    assert (found.before, found.after, found.still) == (2, 5, ())


def test_a_bound_that_would_hand_a_friend_to_a_harsher_rule_is_not_moved():
    harsher = replace(LINKS, name="harsher", when={"link_share": Bounds(0.6)}, then=Step.MUTE)
    samples = several(FINE, 0.9, 0.9, 0.9) + several(NOISE, 1.0)
    assert "links" not in [one.move.rule for one in advised(samples, LINKS, harsher).suggestions]


@pytest.mark.parametrize("why", [Lack.TESTS, Lack.HAND])
def test_a_bound_that_tests_or_file_refuse_is_not_suggested_but_told(why):
    found = advised(several(FINE, 0.9, 0.9, 0.9), refuses=why)
    assert (found.suggestions, found.rules) == ((), (LINKS,))
    assert [(one.why, one.move.instead) for one in found.without] == [(why, 0.91)]


def test_where_the_best_bound_is_refused_the_next_one_is_taken():
    samples = several(FINE, 0.9, 0.9, 0.9, replies=0.08) + several(NOISE, 0.95, 1.0)
    (first,) = advised(samples).suggestions

    def refuses(moves: Sequence[Move]) -> Lack | None:
        return Lack.TESTS if moves[-1].signal == first.move.signal else None

    (second,) = advice(samples, (LINKS,), MINIMUM, refuses).suggestions
    assert {first.move.signal, second.move.signal} == {"link_share", "reply_share"}


def test_a_rule_is_not_held_against_accounts_that_it_does_not_judge():
    elsewhere = [replace(one, applies=frozenset()) for one in several(FINE, 0.78, 0.9, 0.9, 0.9)]
    missed = several(NOISE, 0.75, 0.76, 0.77)
    (found,) = advised(missed + elsewhere).suggestions
    assert found.move.instead == 0.75
    judged = [replace(one, applies=frozenset({"links"})) for one in several(FINE, 0.78)]
    assert advised(missed + judged).suggestions == ()


def test_a_rule_that_only_watches_is_tuned_too():
    watching = replace(LINKS, mode=Mode.SHADOW)
    assert advised(several(FINE, 0.9, 0.9, 0.9) + several(NOISE, 1.0), watching).suggestions


TALK = Rule("talk", {"link_share": Bounds(0.8)}, Step.LIST, unless={"reply_share": Bounds(0.2)})


def test_an_exception_that_spares_too_few_is_widened():
    fine = [sample(f"fine{n}", FINE, (1.0, replies, 90)) for n, replies in enumerate([0.1, 0.125, 0.15])]
    (found,) = advised(fine + several(NOISE, 1.0, 1.0, posts=90), TALK).suggestions
    assert found.move == Move("talk", "reply_share", "at_least", 0.2, 0.1, "unless")
    assert found.move.tighter
    assert len(found.right) == 3
    assert not found.lost


def test_no_exception_is_widened_until_the_rule_can_never_fire():
    found = advised(several(FINE, 0.9, 0.9, 0.9, posts=90) + several(FINE, 1.0, posts=91), TALK)
    assert "unless" not in [move.under for move in found.moves]


def test_an_exception_that_spares_noise_is_narrowed_unless_somebody_fine_is_spared_by_it_too():
    noise = [sample(f"noise{n}", NOISE, (1.0, replies, 90)) for n, replies in enumerate([0.21, 0.22, 0.23])]
    (found,) = advised(noise + several(FINE, 1.0, replies=0.5), TALK).suggestions
    assert found.move == Move("talk", "reply_share", "at_least", 0.2, 0.24, "unless")
    assert not found.move.tighter
    assert [one.id for one in found.right] == ["noise0", "noise1", "noise2"]
    assert advised(noise + several(FINE, 1.0, replies=0.205), TALK).suggestions == ()


def test_an_exception_is_narrowed_by_a_little_only():
    noise = [sample(f"noise{n}", NOISE, (1.0, 0.6, 90)) for n in range(3)]
    assert advised(noise, TALK).suggestions == ()


@pytest.mark.parametrize(
    ("signal", "now", "instead", "fine", "noise"),
    [
        ("own_posts", 20, 30, [(1.0, 0.0, 22), (1.0, 0.0, 24), (1.0, 0.0, 29)], (1.0, 0.0, 90)),
        ("own_posts", 20, 33, [(1.0, 0.0, 22), (1.0, 0.0, 24), (1.0, 0.0, 32)], (1.0, 0.0, 34)),
        ("days_seen", 7, 10, [(1.0, 0.0, 50, 8), (1.0, 0.0, 50, 9), (1.0, 0.0, 50, 9.5)], (1.0, 0.0, 50, 30)),
    ],
)
def test_more_evidence_is_asked_for_where_nothing_else_tells_them_apart(signal, now, instead, fine, noise):
    samples = [sample(f"fine{n}", FINE, look) for n, look in enumerate(fine)] + [sample("noise", NOISE, noise)]
    found = advised(samples)
    assert found.moves == (Move("links", signal, "at_least", now, instead, "evidence"),)
    assert getattr(found.rules[0].minimum, signal) == instead
    assert found.after == 4


def test_a_bound_goes_before_more_evidence_which_only_puts_off():
    fine = [sample(f"fine{n}", FINE, (0.81, 0.0, 21)) for n in range(3)]
    (found,) = advised(fine + several(NOISE, 1.0, posts=90)).suggestions
    assert found.move == Move("links", "link_share", "at_least", 0.8, 0.82)


SHARES = st.one_of(
    st.none(), st.integers(0, 10_000).map(lambda n: n / 10_000), st.integers(70, 100).map(lambda n: n / 100)
)
LOOKS = st.tuples(SHARES, st.sampled_from([0.0, 0.05, 0.1, 0.12, 0.5]), st.sampled_from([10, 30, 38, 40, 55, 90]))
SAMPLES = st.lists(
    st.tuples(st.sampled_from([FINE, FINE, NOISE, NOISE, None]), st.lists(LOOKS, min_size=1, max_size=3)), max_size=20
).map(lambda rows: [sample(f"a{i}", opinion, *looks) for i, (opinion, looks) in enumerate(rows)])
RULES = st.lists(
    st.tuples(
        st.sampled_from([LINKS.when, POSTS.when, {"link_share": Bounds(0.75, 0.95)}]),
        st.sampled_from([{}, TALK.unless, {"own_posts": Bounds(at_most=38)}, {"reply_share": Bounds(0.1, 0.12)}]),
        st.sampled_from(list(Step)),
        st.sampled_from(list(Mode)),
    ),
    min_size=1,
    max_size=4,
).map(
    lambda rows: [Rule(f"rule {i}", when, then, unless, mode=mode) for i, (when, unless, then, mode) in enumerate(rows)]
)


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(SAMPLES, RULES)
def test_no_look_at_an_account_called_fine_ever_comes_to_more_than_before(samples, rules):
    found = advised(samples, *rules)
    before, after = Ground(samples, rules, MINIMUM), Ground(samples, found.rules, MINIMUM)
    for old, new in zip(before.of(FINE), after.of(FINE), strict=True):
        assert all(then.asked <= now.asked for now, then in zip(old.looks, new.looks, strict=True))


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(
    SAMPLES,
    RULES,
    st.sampled_from([0.7, 0.75, 0.8, 0.9, 1.0]),
    st.sampled_from(["link_share", "own_posts", "days_seen"]),
)
def test_what_is_judged_again_after_a_move_comes_to_what_all_of_it_would(samples, rules, instead, signal):
    rule = next((one for one in rules if "link_share" in one.when), None)
    if rule is None:
        return
    ends = {"link_share": rule.when["link_share"].at_least, "own_posts": MINIMUM.own_posts, "days_seen": 7}
    under = "when" if signal == "link_share" else "evidence"
    to = instead if signal == "link_share" else round(instead * 50)
    move = Move(rule.name, signal, "at_least", ends[signal], to, under)
    whole = Ground(samples, moved(rules, [move], MINIMUM), MINIMUM)
    found = Ground(samples, rules, MINIMUM).moved(move)
    assert [[(look.rule, look.asked) for look in one.looks] for one in found.findings] == [
        [(look.rule, look.asked) for look in one.looks] for one in whole.findings
    ]


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(SAMPLES, RULES)
def test_whoever_was_not_judged_and_is_found_anew_is_named(samples, rules):
    found = advised(samples, *rules)
    named = {one.id for suggestion in found.suggestions for one in suggestion.newly}
    before, after = Ground(samples, rules, MINIMUM), Ground(samples, found.rules, MINIMUM)
    for old, new in zip(before.of(None), after.of(None), strict=True):
        if new.asked >= ACTING > old.asked:
            assert new.sample.account.id in named


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(SAMPLES, RULES)
def test_the_rules_are_the_same_but_for_one_bound_each_and_rest_on_enough(samples, rules):
    found = advised(samples, *rules)
    assert found.rules == moved(rules, found.moves, MINIMUM)
    assert len({move.rule for move in found.moves}) == len(found.moves)
    assert all(one.judged >= 3 and one.right for one in found.suggestions)
    assert all(round(one.move.instead, 4) == one.move.instead for one in found.suggestions)


def written(rules: Sequence[Rule]) -> str:
    """These rules as a file."""

    def part(held: Mapping[str, Bounds]) -> dict[str, dict[str, float]]:
        return {name: {end: at for end, at in asdict(one).items() if at is not None} for name, one in held.items()}

    said = [
        {"name": rule.name, "when": part(rule.when)}
        | ({"unless": part(rule.unless)} if rule.unless else {})
        | {"then": rule.then.value}
        for rule in rules
    ]
    return "# mine\n" + yaml.safe_dump({"rules": said}, sort_keys=False).replace("  then:", "  # as ever\n  then:")


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(SAMPLES, RULES)
def test_what_is_written_is_a_config_that_spares_and_finds_whom_it_says_and_loses_no_word(samples, rules):
    text, place = written(rules), Path("config.yaml")
    try:
        config = read(text, place)
    except ConfigError:
        assume(False)

    def refuses(moves: Sequence[Move]) -> Lack | None:
        try:
            edited(text, place, moves)
        except CannotEdit:
            return Lack.HAND
        return None

    found = advice(samples, config.rules, config.minimum, refuses)
    after = edited(text, place, found.moves)
    now = read(after, place)
    assert now.rules == found.rules
    assert [line for line in text.split("\n") if "#" in line] == [line for line in after.split("\n") if "#" in line]
    ground = {one.sample.account: one for one in Ground(samples, now.rules, now.minimum).findings}
    for one in found.suggestions:
        for account in one.right:
            decides = any(look.rule == one.move.rule for look in ground[account].looks)
            assert not decides if one.move.tighter else ground[account].asked > NOTHING
