"""The shipped rules: standard is what the example shows, gentle never does more than it, strict never less."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.config import (
    STRICTNESSES,
    Changed,
    ConfigError,
    Origin,
    default_config,
    default_rules,
    load,
    read,
    shipped_rules,
    try_tests,
)
from bot.config.including import shipped_text
from bot.judging.rules import Bounds, judge, ruling_of
from bot.model import Step
from bot.signals import BY_NAME, UNITS
from tests.samples import samples

MINIMUM = default_config().minimum


def edges(signal):
    """Readings of a signal at, below and above the bounds that shipped rules set, and unknown."""
    rules = [rule for name in STRICTNESSES for rule in shipped_rules(name)]
    bounds = [b for rule in rules for n, b in (*rule.when.items(), *rule.unless.items()) if n == signal]
    ends = {end for b in bounds for end in (b.at_least, b.at_most) if end is not None}
    most = UNITS[BY_NAME[signal].unit][1]
    near = {max(0.0, end + move) for end in ends for move in (-0.01, 0, 0.01)} | {0.0, most or 500.0}
    return st.sampled_from(sorted(value for value in near if most is None or value <= most)) | st.none()


ASKED = sorted({name for p in STRICTNESSES for rule in shipped_rules(p) for name in (*rule.when, *rule.unless)})
READINGS = st.fixed_dictionaries(
    {name: edges(name) for name in ASKED}
    | {"own_posts": st.integers(0, 130).map(float), "days_seen": st.integers(0, 30).map(float)}
)


@st.composite
def near_a_rule(draw):
    """Readings on which some shipped rule fires, or just not: of random ones hardly any rule would."""
    rule = draw(st.sampled_from([rule for name in STRICTNESSES for rule in shipped_rules(name)]))
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


@pytest.mark.slow
@settings(max_examples=600)
@given(near_a_rule())
def test_gentle_never_does_more_than_standard_and_strict_never_less(readings):
    gentle, standard, strict = (
        severity(ruling_of(readings, shipped_rules(name), MINIMUM).step) for name in STRICTNESSES
    )
    assert gentle <= standard <= strict


@pytest.mark.parametrize("sample", list(samples()), ids=str)
def test_the_order_holds_on_every_sample(sample):
    steps = [severity(judge(sample.history, shipped_rules(name), MINIMUM).step) for name in STRICTNESSES]
    assert steps == sorted(steps)


def test_standard_is_what_the_example_shows_and_what_comes_without_rules():
    assert shipped_rules("standard") == default_rules()
    assert read("dry_run: true\n", default_config().path).rules == default_rules()


def test_gentle_lists_nobody_and_touches_for_a_week_at_most():
    touching = [rule for rule in shipped_rules("gentle") if rule.then is not Step.REPORT]
    assert {rule.then for rule in touching} == {Step.MUTE, Step.HIDE_REPOSTS}
    assert {rule.duration for rule in touching} == {timedelta(days=7)}


def test_strict_spares_whoever_answers_as_standard_does():
    standard = {rule.name: rule for rule in shipped_rules("standard")}
    for rule in shipped_rules("strict"):
        if rule.name in standard:
            assert rule.when == standard[rule.name].when
            assert rule.unless == standard[rule.name].unless
        else:
            assert rule.when["answered_people"].at_most == 1


@pytest.mark.parametrize("name", STRICTNESSES)
def test_shipped_rules_are_read_without_a_warning_and_pass_their_own_tests(name, tmp_path):
    path = tmp_path / "config.yaml"
    path.write_text(f"profiles: [{{name: home, platform: memory}}]\nstrictness: {name}\nrules: shipped\n")
    config = load(path)
    assert config.warnings == ()
    came = list(try_tests(config))
    assert came
    assert all(one.passed for one in came)


@pytest.mark.parametrize("name", STRICTNESSES)
def test_a_file_of_shipped_rules_says_what_it_is_for(name):
    assert shipped_text(name).startswith(f"# The shipped rules of `strictness: {name}`")


OWN = "{name: own, when: {link_share: {at_least: 1}}, then: report}"


def rules_of(text):
    return read(text, Path("config.yaml")).rules


def names(text):
    return [rule.name for rule in rules_of(text)]


SHIPPED = [rule.name for rule in default_rules()]


@pytest.mark.parametrize("text", ["dry_run: true\n", "rules: shipped\n", "rules: [use: shipped]\n"])
def test_the_shipped_rules_are_taken_by_a_word(text):
    assert rules_of(text) == default_rules()


@pytest.mark.parametrize("name", STRICTNESSES)
def test_one_word_turns_them(name):
    assert rules_of(f"strictness: {name}\n") == rules_of(f"strictness: {name}\nrules: shipped\n") == shipped_rules(name)


@pytest.mark.parametrize("strictness", STRICTNESSES)
@pytest.mark.parametrize("listed", ["{use: shipped}, {use: feed mirror, %s}", "{use: feed mirror, %s}, {use: shipped}"])
def test_a_changed_rule_keeps_its_place_and_all_that_is_not_named(strictness, listed):
    changed = "then: report, for: 3d, when: {link_share: {at_least: 0.99}}, unless: {group: {at_least: 1}}"
    before = shipped_rules(strictness)
    after = rules_of(f"strictness: {strictness}\nrules: [{listed % changed}]\n")
    assert [rule.name for rule in after] == [rule.name for rule in before]
    was, now = next((old, new) for old, new in zip(before, after, strict=True) if old != new)
    assert now == replace(
        was,
        then=Step.REPORT,
        duration=timedelta(days=3),
        when={**was.when, "link_share": Bounds(0.99)},
        unless={**was.unless, "group": Bounds(1)},
    )


def test_a_list_that_names_rules_alone_has_only_these_in_its_order():
    assert names("rules: [{use: feed mirror}, {use: reply spammer, then: list}]\n") == ["feed mirror", "reply spammer"]


def test_own_rules_stand_where_they_are_written():
    first, last = OWN, OWN.replace("own", "last")
    assert names(f"rules: [{first}, use: shipped, {last}]\n") == ["own", *SHIPPED, "last"]


def test_an_own_rule_of_a_shipped_name_takes_its_place():
    after = rules_of(f"rules: [use: shipped, {OWN.replace('own', 'feed mirror')}]\n")
    assert [rule.name for rule in after] == SHIPPED
    assert after[SHIPPED.index("feed mirror")].then is Step.REPORT


def test_a_removed_rule_is_not_there():
    assert names("rules: [use: shipped, remove: feed mirror]\n") == [n for n in SHIPPED if n != "feed mirror"]


@given(
    st.lists(st.sampled_from(SHIPPED), unique=True).flatmap(
        lambda some: st.permutations([*((name, "use") for name in some), ("shipped", "use")])
    ),
    st.sets(st.sampled_from(SHIPPED)),
)
@settings(max_examples=25, deadline=None)
def test_whatever_is_named_beside_them_the_shipped_rules_stay_in_their_order(items, removed):
    listed = [f"  - use: {name}\n" for name, _ in items if name not in removed]
    listed += [f"  - remove: {name}\n" for name in sorted(removed)]
    text = "rules:\n" + "".join(listed)
    assert names(text) == [name for name in SHIPPED if name not in removed]


def test_where_a_rule_comes_from_is_known():
    text = (
        "rules:\n  - use: shipped\n  - use: feed mirror\n    then: mute\n    when: {link_share: {at_least: 1}}\n  - "
        + OWN
    )
    config = read(text, Path("config.yaml"))
    origins = {rule.name: origin for rule, origin in zip(config.rules, config.origins, strict=True)}
    assert origins["reply spammer"] == Origin()
    assert origins["feed mirror"] == Origin(changes=(Changed(("then", "when link_share"), "config.yaml:3"),))
    assert origins["own"] == Origin("config.yaml:6")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "rules: shiped\n",
            "1:8: unknown word 'shiped'; allowed: shipped, or a list of rules; did you mean 'shipped'?",
        ),
        ("rules: strict\n", "1:8: 'strict' is a strictness: write `strictness: strict` and `rules: shipped`"),
        ("rules: [feed mirror]\n", "1:9: 'feed mirror' by itself is no rule; did you mean `use: feed mirror`?"),
        ("rules: [use: feed miror]\n", "1:14: no shipped or included rule is called 'feed miror'; did you mean"),
        ("rules: [use: zzz]\n", "1:14: no shipped or included rule is called 'zzz'; there are reply spammer, replying"),
        ("rules: [use: shipped, use: shipped]\n", "1:23: `use: shipped` stands here twice"),
        (
            "rules: [{use: shipped, then: mute}]\n",
            "1:9: `use: shipped` takes all the shipped rules as they are; to change",
        ),
        (
            "rules: [use: shipped, use: bare links, use: bare links]\n",
            "1:40: 'bare links' stands here twice: leave one",
        ),
        ("rules: [{use: bare links, then: lst}]\n", "1:33: unknown word 'lst'; allowed: report"),
        ("rules: [{use: bare links, name: mine}]\n", "1:9: `use:` names the rule already: remove `name:`"),
        ("rules: [{uses: bare links}]\n", "remove; did you mean 'use'?"),
        ("rules: [{use: bare links, quota: 10/day}]\n", "1:9: a rule with a quota can only mute"),
        (f"rules: [{OWN.replace('own', 'shipped')}]\n", "1:9: 'shipped' stands for all the shipped rules"),
        (
            "strictness: strct\n",
            "1:13: unknown word 'strct'; allowed: gentle, standard or strict; did you mean 'strict'?",
        ),
        ("stricness: strict\n", "did you mean 'strictness'?"),
        (
            f"strictness: strict\nrules: [{OWN}]\n",
            "1:13: no shipped rule is used here, so `strictness` does nothing: remove it, or add `- use: shipped`",
        ),
    ],
)
def test_what_is_wrong_is_told_with_the_remedy(text, said):
    with pytest.raises(ConfigError) as caught:
        read(text, Path("config.yaml"))
    assert said in str(caught.value)
    assert len(caught.value.faults) <= 2
