"""The shipped packs: standard is what the example shows, gentle never does more than it, strict never less."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.config import PACKS, default_config, default_rules, load, pack_rules, read, try_tests
from bot.config.including import pack
from bot.judging.rules import judge, ruling_of
from bot.model import Step
from bot.signals import BY_NAME, UNITS
from tests.samples import samples

MINIMUM = default_config().minimum


def edges(signal):
    """Readings of a signal at, below and above the bounds that packs set, and unknown."""
    bounds = [b for name in PACKS for rule in pack_rules(name) for n, b in (*rule.when.items(), *rule.unless.items())
              if n == signal]  # fmt: skip
    ends = {end for b in bounds for end in (b.at_least, b.at_most) if end is not None}
    most = UNITS[BY_NAME[signal].unit][1]
    near = {max(0.0, end + move) for end in ends for move in (-0.01, 0, 0.01)} | {0.0, most or 500.0}
    return st.sampled_from(sorted(value for value in near if most is None or value <= most)) | st.none()


ASKED = sorted({name for p in PACKS for rule in pack_rules(p) for name in (*rule.when, *rule.unless)})
READINGS = st.fixed_dictionaries(
    {name: edges(name) for name in ASKED}
    | {"own_posts": st.integers(0, 130).map(float), "days_seen": st.integers(0, 30).map(float)}
)


@st.composite
def near_a_rule(draw):
    """Readings on which some rule of some pack fires, or just not: of random ones hardly any rule would."""
    rule = draw(st.sampled_from([rule for name in PACKS for rule in pack_rules(name)]))
    readings = dict(draw(READINGS))
    spoilt = draw(st.sampled_from([None, None, *rule.when, *rule.unless]))
    for name, bounds in rule.when.items():
        end = bounds.at_least if bounds.at_least is not None else bounds.at_most
        readings[name] = readings[name] if name == spoilt else end
    for name in rule.unless:
        readings[name] = readings[name] if name == spoilt else 0.0
    readings["own_posts"] = draw(st.sampled_from([readings["own_posts"] or 0.0, 60.0, 90.0, 130.0]))
    return readings


def severity(step):
    return -1 if step is None else step.severity


@settings(max_examples=600)
@given(near_a_rule())
def test_gentle_never_does_more_than_standard_and_strict_never_less(readings):
    gentle, standard, strict = (severity(ruling_of(readings, pack_rules(name), MINIMUM).step) for name in PACKS)
    assert gentle <= standard <= strict


@pytest.mark.parametrize("sample", list(samples()), ids=str)
def test_the_order_holds_on_every_sample(sample):
    steps = [severity(judge(sample.history, pack_rules(name), MINIMUM).step) for name in PACKS]
    assert steps == sorted(steps)


def test_standard_is_what_the_example_shows_and_what_comes_without_rules():
    assert pack_rules("standard") == default_rules()
    assert read("dry_run: true\n", default_config().path).rules == default_rules()


def test_gentle_lists_nobody_and_touches_for_a_week_at_most():
    touching = [rule for rule in pack_rules("gentle") if rule.then is not Step.REPORT]
    assert {rule.then for rule in touching} == {Step.MUTE, Step.HIDE_REPOSTS}
    assert {rule.duration for rule in touching} == {timedelta(days=7)}


def test_strict_spares_whoever_answers_as_standard_does():
    standard = {rule.name: rule for rule in pack_rules("standard")}
    for rule in pack_rules("strict"):
        if rule.name in standard:
            assert rule.when == standard[rule.name].when
            assert rule.unless == standard[rule.name].unless
        else:
            assert rule.when["answered_people"].at_most == 1


@pytest.mark.parametrize("name", PACKS)
def test_a_pack_is_read_without_a_warning_and_passes_its_own_tests(name, tmp_path):
    path = tmp_path / "config.yaml"
    path.write_text(f"profiles: [{{name: home, platform: memory}}]\ninclude: {name}\n")
    config = load(path)
    assert config.warnings == ()
    came = list(try_tests(config))
    assert came
    assert all(one.passed for one in came)


@pytest.mark.parametrize("name", PACKS)
def test_a_pack_says_what_it_is_for(name):
    assert pack(name).startswith(f"# The pack `{name}`")
