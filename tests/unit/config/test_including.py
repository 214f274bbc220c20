"""Rules from other files: included ones come first, later ones override by name, and faults name their own file."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.config import ConfigError, default_rules, load, shipped_rules, try_tests
from bot.judging.rules import Bounds, Minimum, Mode
from bot.model import Step

FIRST = """\
rules:
  - name: links
    when: {link_share: {at_least: 0.9}, reply_share: {at_most: 0.1}}
    unless: {declared_bot: {at_least: 1}}
    then: mute
    evidence: {own_posts: 50}
  - name: reposts
    when: {repost_share: {at_least: 0.8}}
    then: hide_reposts
"""
SHIPPED = [rule.name for rule in default_rules()]
HOME = "profiles:\n  - {name: home, platform: mastodon, server: 'https://mastodon.example'}\n"


@pytest.fixture
def read(tmp_path):
    """Reads the first of files that hold these texts: `read({"config.yaml": …, "a.yaml": …})`."""

    def write_and_read(files):
        for name, text in files.items():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text(text)
        return load(tmp_path / next(iter(files)))

    return write_and_read


def faults(read, files):
    with pytest.raises(ConfigError) as caught:
        read(files)
    return str(caught.value)


def names(config):
    return [rule.name for rule in config.rules]


def test_included_rules_come_first_and_own_ones_after_them(read):
    own = "  - {name: own, when: {link_share: {at_least: 1}}, then: report}\n"
    config = read({"config.yaml": "include: a.yaml\nrules:\n" + own, "a.yaml": FIRST})
    assert names(config) == ["links", "reposts", "own"]


def test_an_include_alone_is_all_the_rules(read):
    assert names(read({"config.yaml": "include: [a.yaml]\n", "a.yaml": FIRST})) == ["links", "reposts"]


def test_a_rule_with_bounds_of_its_own_takes_the_place_of_the_one_of_its_name(read):
    own = "rules:\n  - {name: links, when: {link_share: {at_least: 0.5}}, then: list}\n"
    config = read({"config.yaml": "include: a.yaml\n" + own, "a.yaml": FIRST})
    assert names(config) == ["links", "reposts"]
    assert set(config.rules[0].when) == {"link_share"}
    assert config.rules[0].then is Step.LIST
    assert config.rules[0].unless == {}


def test_a_rule_without_bounds_changes_only_what_it_names(read):
    own = (
        "evidence: {days_seen: 3}\nrules:\n  - use: links\n    then: report\n    for: 7d\n    mode: shadow\n"
        "    unless: {media_share: {at_least: 0.4}}\n    evidence: {enough_posts: 70}\n"
    )
    rule = read({"config.yaml": "include: a.yaml\n" + own, "a.yaml": FIRST}).rules[0]
    assert set(rule.when) == {"link_share", "reply_share"}
    assert set(rule.unless) == {"declared_bot", "media_share"}
    assert (rule.then, rule.duration, rule.mode) == (Step.REPORT, timedelta(days=7), Mode.SHADOW)
    assert rule.minimum == Minimum(own_posts=50, days_seen=3, enough_posts=70)


def test_bounds_without_a_step_take_the_place_of_those_of_their_signals(read):
    own = "rules:\n  - use: links\n    when: {reply_share: {at_most: 0.05}, group: {at_least: 1}}\n    for: 7d\n"
    rule = read({"config.yaml": "include: a.yaml\n" + own, "a.yaml": FIRST}).rules[0]
    bounds = {"link_share": Bounds(0.9), "reply_share": Bounds(at_most=0.05), "group": Bounds(1)}
    assert (rule.when, rule.then, rule.duration) == (bounds, Step.MUTE, timedelta(days=7))


def test_files_include_others_relative_to_themselves_and_the_last_word_counts(read):
    config = read(
        {
            "config.yaml": "include: shared/b.yaml\n",
            "shared/b.yaml": "include: deep/a.yaml\nrules:\n  - {use: links, then: list}\n",
            "shared/deep/a.yaml": FIRST,
        }
    )
    assert [(rule.name, rule.then) for rule in config.rules] == [
        ("links", Step.LIST),
        ("reposts", Step.HIDE_REPOSTS),
    ]
    assert [path.name for path in config.files] == ["config.yaml", "b.yaml", "a.yaml"]


def test_a_file_may_be_included_twice_by_different_ways(read):
    config = read({"c.yaml": "include: [a.yaml, b.yaml]\n", "a.yaml": FIRST, "b.yaml": "include: a.yaml\n"})
    assert names(config) == ["links", "reposts"]


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"c.yaml": "include: c.yaml\n"}, "c.yaml:1:10: 'c.yaml' includes this file again"),
        (
            {"c.yaml": "include: a.yaml\n", "a.yaml": "include:\n  - ./c.yaml\n"},
            "a.yaml:2:5: './c.yaml' includes this file again",
        ),
        ({"c.yaml": "include: [gone.yaml]\n"}, "gone.yaml is not there"),
        (
            {"c.yaml": "include: Strict\n"},
            "c.yaml:1:10: 'Strict' is no file: the shipped rules are `rules: shipped`, and `strictness: strict`",
        ),
        ({"c.yaml": "include: .\n"}, "is a directory"),
        ({"c.yaml": "include: {a: b}\n"}, "c.yaml:1:10: not a list; allowed: a YAML file's path"),
        ({"c.yaml": "include: a.yaml\n", "a.yaml": "trust: {keep: []}\n"}, "a.yaml:1:1: unknown key 'trust'"),
        ({"c.yaml": "include: a.yaml\n", "a.yaml": "rules: [\n"}, "a.yaml:2:1: not valid YAML"),
        ({"c.yaml": "include: a.yaml\n", "a.yaml": FIRST.replace("0.9", "9")}, "a.yaml:3:35: '9' is out of range"),
        (
            {"c.yaml": HOME + "include: a.yaml\n", "a.yaml": FIRST + "    only: {profiles: [away]}\n"},
            "a.yaml:10:22: no profile is called 'away'; allowed: home",
        ),
        (
            {"c.yaml": "rules:\n  - {name: links, then: list}\n"},
            "c.yaml:2:5: this rule has no bounds; allowed: `when:` with at least one signal, or `quota: 10/day`; to "
            "change a rule that is shipped or included, write `use:` in place of `name:`",
        ),
        (
            {"c.yaml": "include: a.yaml\nrules:\n  - {use: link, then: list}\n", "a.yaml": FIRST},
            "c.yaml:3:11: no shipped or included rule is called 'link'; did you mean 'links'?",
        ),
        (
            {"c.yaml": "include: a.yaml\nrules:\n  - {use: links, then: lst}\n", "a.yaml": FIRST},
            "c.yaml:3:24: unknown word 'lst'",
        ),
        (
            {"c.yaml": "include: a.yaml\nrules:\n  - {name: link, when: {group: {at_least: 1}}}\n", "a.yaml": FIRST},
            "c.yaml:3:5: 'then' is missing; allowed: report, hide_reposts, list or mute; to change a rule",
        ),
        (
            {"c.yaml": "include: a.yaml\n", "a.yaml": FIRST + FIRST.removeprefix("rules:\n")},
            "a.yaml:10:11: two rules are called 'links'",
        ),
        (
            {
                "c.yaml": "include: a.yaml\nrules:\n  - {use: ten, then: list}\n",
                "a.yaml": "rules:\n  - {name: ten, quota: 10/day, then: mute}\n",
            },
            "c.yaml:3:5: a rule with a quota can only mute",
        ),
    ],
    ids=str,
)  # fmt: skip
def test_what_is_wrong_is_told_with_the_file_and_the_place(read, files, said):
    assert said in faults(read, files)


def test_a_small_number_of_files_cannot_include_each_other_without_end(read):
    files = {f"{n}.yaml": f"include: [{n + 1}.yaml, {n + 1}.yaml]\n" for n in range(20)}
    assert "one file too many" in faults(read, {**files, "20.yaml": FIRST})


def test_faults_of_several_files_are_told_at_once(read):
    told = faults(read, {"c.yaml": "include: a.yaml\nlmits: 1\n", "a.yaml": FIRST.replace("mute", "mut")})
    assert "c.yaml:2:1: unknown key 'lmits'" in told
    assert "a.yaml:5:11: unknown word 'mut'" in told


def test_warnings_name_the_file_of_the_rule(read, tmp_path):
    profile = "profiles:\n  - {name: sky, platform: bluesky, handle: robin.example, report_via: file}\n"
    config = read({"c.yaml": profile + "include: a.yaml\n", "a.yaml": FIRST.replace("mute", "list")})
    assert [one.replace(str(tmp_path), "") for one in config.warnings] == [
        "/a.yaml:5:11: on Bluesky this mutes instead: everybody can see who is on a list there, the listed account too"
    ]


def test_tests_of_an_included_rule_stay_with_it_and_more_are_added(read):
    test = "    tests:\n      - {says: %s, made: {}, expect: fires}\n"
    files = {
        "c.yaml": "include: sub/a.yaml\nrules:\n  - use: links\n" + test % "second",
        "sub/a.yaml": "rules:\n  - name: links\n    when: {link_share: {at_least: 0.9}}\n    then: mute\n"
        + test % "first",
    }
    came = list(try_tests(read(files)))
    assert [(one.says, one.place.rpartition("/")[2], one.passed) for one in came] == [
        ("first", "a.yaml:6:9", True),
        ("second", "c.yaml:5:9", True),
    ]


def test_captured_accounts_lie_beside_the_file_that_names_them(read, tmp_path):
    test = "    tests:\n      - {says: a, account: one.jsonl, expect: fires}\n"
    config = read({"c.yaml": "include: sub/a.yaml\n", "sub/a.yaml": FIRST + test})
    assert config.rules[1].tests[0].account == str(tmp_path / "sub" / "one.jsonl")
    assert tmp_path / "sub" / "one.jsonl" in config.files


def test_an_included_rule_can_be_removed_and_another_file_may_bring_it_again(read):
    gone = "include: a.yaml\nrules:\n  - remove: links\n"
    assert names(read({"config.yaml": gone, "a.yaml": FIRST})) == ["reposts"]
    both = {"config.yaml": "include: [b.yaml, c.yaml]\n", "a.yaml": FIRST, "b.yaml": gone}
    again = "rules:\n  - {name: links, when: {link_share: {at_least: 1}}, then: report}\n"
    assert names(read(both | {"c.yaml": again})) == ["reposts", "links"]


@pytest.mark.parametrize(
    ("rules", "said"),
    [
        ("{remove: lnks}", "'lnks' is no shipped or included rule; did you mean 'links'?"),
        ("{remove: links, then: list}", "`remove:` stands alone, with the name of a rule: `- remove: feed mirror`"),
        ("{name: links, remove: true}", "`remove:` stands alone, with the name of a rule: `- remove: feed mirror`"),
        ("{remove: true}", "YAML reads 'true' as true: put it in quotes"),
        (
            "{remove: links}, {use: links, then: list}",
            "'links' is removed here and stands here too: leave one of the two out",
        ),
        ("{remove: feed mirror}", "'feed mirror' is a shipped rule, and none is taken here: add `- use: shipped`"),
    ],
)
def test_what_cannot_be_removed_is_told(read, rules, said):
    told = faults(read, {"config.yaml": f"include: a.yaml\nrules: [{rules}]\n", "a.yaml": FIRST})
    assert said in told
    assert "config.yaml:2:" in told


def test_the_shipped_rules_come_after_the_included_ones_and_leave_those_of_their_names(read):
    town = FIRST + "  - {name: feed mirror, when: {link_share: {at_least: 1}}, then: report}\n"
    config = read({"config.yaml": "include: a.yaml\nrules: shipped\n", "a.yaml": town})
    others = [name for name in SHIPPED if name != "feed mirror"]
    assert names(config) == ["links", "reposts", "feed mirror", *others]
    assert config.rules[2].then is Step.REPORT


def test_an_included_file_takes_the_shipped_rules_with_the_strictness_of_the_config(read):
    town = "rules:\n  - use: shipped\n  - {use: feed mirror, for: 2d}\n"
    config = read({"config.yaml": "strictness: strict\ninclude: a.yaml\n", "a.yaml": town})
    strict = shipped_rules("strict")
    assert names(config) == [rule.name for rule in strict]
    assert [rule for rule in config.rules if rule not in strict] == [
        replace(next(rule for rule in strict if rule.name == "feed mirror"), duration=timedelta(days=2))
    ]
    assert "unknown key 'strictness'" in faults(read, {"c.yaml": "include: b.yaml\n", "b.yaml": "strictness: strict\n"})
