"""Bounds are moved in the text of a config where they stand, and every other byte stays as it was."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.config import STRICTNESSES, default_rules, edited, example, read
from bot.config.editing import CannotEdit
from bot.judging.moves import Move, moved
from bot.judging.rules import Minimum

LINKS = Move("links", "link_share", "at_least", 0.9, 0.97)
PLACE = Path("config.yaml")
OWN = "include: town.yaml\nrules:\n- name: own\n  when: {link_share: {at_least: 1}}\n  then: list   # mine\n"
MORE = "\n# and\ndry_run: true\n"
TESTED = (
    "include: town.yaml\nrules:\n  - name: own\n    when: {link_share: {at_least: 1}}\n    then: list\n    tests:\n"
    "      - expect: fires\n        made: {posts: 60}\n        says: |-\n          all of it\n"
)


@pytest.fixture
def included(tmp_path):
    """Where a file that includes another stands."""
    (tmp_path / "town.yaml").write_text(
        "rules:\n"
        "  - name: links\n    when: {link_share: {at_least: 0.9}, own_posts: {at_least: 40, at_most: 900}}\n"
        "    then: mute\n"
        "  - {name: 'on', when: {link_share: {at_least: 0.9}}, then: list}\n"
    )
    return tmp_path / "config.yaml"


@pytest.mark.parametrize(
    ("case", "before", "after"),
    [
        (
            "in one line",
            "rules: [{name: links, when: {link_share: {at_least: 0.90}}, then: mute}]\n",
            "rules: [{name: links, when: {link_share: {at_least: 0.97}}, then: mute}]\n",
        ),
        (
            "with comments, blanks and quotes of one's own",
            "# mine\nrules:\n\n- name:   'links'   # ours\n  when:\n     link_share:   {  at_least:  .9 }   # high\n"
            '     own_posts:    {at_least: 40}\n\n  then:   "mute"\n# end',
            "# mine\nrules:\n\n- name:   'links'   # ours\n  when:\n     link_share:   {  at_least:  0.97 }   # high\n"
            '     own_posts:    {at_least: 40}\n\n  then:   "mute"\n# end',
        ),
        (
            "each end on a line of its own",
            "rules:\n  - when:\n      link_share:\n        at_most: 1\n        at_least: 0.9\n    then: mute\n"
            "    name: links\n",
            "rules:\n  - when:\n      link_share:\n        at_most: 1\n        at_least: 0.97\n    then: mute\n"
            "    name: links\n",
        ),
        (
            "with the line ends of another system",
            "rules:\r\n  - name: links\r\n    when: {link_share: {at_least: 0.9}}\r\n    then: mute\r\n",
            "rules:\r\n  - name: links\r\n    when: {link_share: {at_least: 0.97}}\r\n    then: mute\r\n",
        ),
        (
            "behind letters of two bytes and more",
            "# ſchön 🚀\nrules:\n  - {name: links, when: {link_share: {at_least: 0.9}}, then: mute} # 🚀\n",
            "# ſchön 🚀\nrules:\n  - {name: links, when: {link_share: {at_least: 0.97}}, then: mute} # 🚀\n",
        ),
    ],
)
def test_a_rule_that_stands_in_the_file_is_changed_where_it_stands(case, before, after):
    assert edited(before, PLACE, [LINKS]) == after, case


@pytest.mark.parametrize(
    ("case", "before", "after"),
    [
        (
            "the file has no rules of its own",
            "dry_run: true\ninclude: town.yaml",
            "dry_run: true\ninclude: town.yaml\n\nrules:\n  - use: links\n    when: {link_share: {at_least: 0.97}}\n",
        ),
        (
            "other rules stand there, and more behind them",
            OWN + MORE,
            OWN + "- use: links\n  when: {link_share: {at_least: 0.97}}\n" + MORE,
        ),
        (
            "other rules stand there in one line",
            "include: town.yaml\nrules: [{name: own, when: {link_share: {at_least: 1}}, then: list}]\n",
            "include: town.yaml\nrules: [{name: own, when: {link_share: {at_least: 1}}, then: list}, "
            "{use: links, when: {link_share: {at_least: 0.97}}}]\n",
        ),
        (
            "the rule is changed there already",
            "include: town.yaml\nrules:\n  - use: links      # gently\n    for: 7d\n",
            "include: town.yaml\nrules:\n  - use: links      # gently\n    when: {link_share: {at_least: 0.97}}\n"
            "    for: 7d\n",
        ),
        (
            "the same in one line",
            "include: town.yaml\nrules:\n  - {use: links, mode: shadow, for: 7d}\n",
            "include: town.yaml\nrules:\n  - {use: links, when: {link_share: {at_least: 0.97}}, "
            "mode: shadow, for: 7d}\n",
        ),
        (
            "another bound of it is changed there already",
            "include: town.yaml\nrules:\n  - use: links\n    when:\n      own_posts: {at_least: 50}\n",
            "include: town.yaml\nrules:\n  - use: links\n    when:\n      link_share: {at_least: 0.97}\n"
            "      own_posts: {at_least: 50}\n",
        ),
        (
            "the same in one line",
            "include: town.yaml\nrules:\n  - {use: links, when: {own_posts: {at_least: 50}}}\n",
            "include: town.yaml\nrules:\n  - {use: links, when: {link_share: {at_least: 0.97}, "
            "own_posts: {at_least: 50}}}\n",
        ),
        (
            "the same bound is changed there already",
            "include: town.yaml\nrules:\n  - {use: links, when: {link_share: {at_least: 0.95}}}\n",
            "include: town.yaml\nrules:\n  - {use: links, when: {link_share: {at_least: 0.97}}}\n",
        ),
        (
            "the last rule ends with several lines",
            TESTED,
            TESTED + "  - use: links\n    when: {link_share: {at_least: 0.97}}\n",
        ),
    ],
)  # fmt: skip
def test_an_included_rule_is_changed_by_one_of_its_name_with_that_bound_alone(included, case, before, after):
    assert edited(before, included, [LINKS]) == after, case


SPARED = Move("links", "media_share", "at_least", 0.5, 0.3, "unless")
NEEDED = Move("links", "own_posts", "at_least", 20, 35, "evidence")
POSTS = "rules:\n- name: links\n  when: {own_posts: {at_least: 5}}\n"
IN_BLOCKS = "rules:\n  - name: links   # mine\n    when: {link_share: {at_least: 0.9}}\n    unless:\n"


@pytest.mark.parametrize(
    ("case", "before", "move", "after"),
    [
        (
            "an exception",
            IN_BLOCKS + "      media_share: {at_least: 0.50}   # pictures\n    then: list\n",
            SPARED,
            IN_BLOCKS + "      media_share: {at_least: 0.3}   # pictures\n    then: list\n",
        ),
        (
            "the same signal under both",
            "rules: [{name: links, when: {media_share: {at_most: 0.9}}, "
            "unless: {media_share: {at_least: .5}}, then: list}]",
            SPARED,
            "rules: [{name: links, when: {media_share: {at_most: 0.9}}, "
            "unless: {media_share: {at_least: 0.3}}, then: list}]",
        ),
        (
            "evidence that the rule names",
            POSTS + "  evidence:\n    own_posts: 20 # few\n  then: list\n",
            NEEDED,
            POSTS + "  evidence:\n    own_posts: 35 # few\n  then: list\n",
        ),
        (
            "evidence of another kind that the rule names",
            POSTS + "  evidence: {days_seen: 3}\n  then: list\n",
            NEEDED,
            POSTS + "  evidence: {own_posts: 35, days_seen: 3}\n  then: list\n",
        ),
        (
            "evidence that is named for all rules",
            "evidence: {own_posts: 20}\nrules:\n- name: links\n  when: {link_share: {at_least: 0.9}}\n  then: list\n",
            NEEDED,
            "evidence: {own_posts: 20}\nrules:\n- name: links\n  evidence: {own_posts: 35}\n"
            "  when: {link_share: {at_least: 0.9}}\n  then: list\n",
        ),
    ],
)  # fmt: skip
def test_exceptions_and_evidence_are_changed_where_they_stand_or_for_this_rule_alone(case, before, move, after):
    assert edited(before, PLACE, [move]) == after, case


def test_an_exception_and_the_evidence_of_an_included_rule_are_changed_by_one_of_its_name(tmp_path):
    (tmp_path / "town.yaml").write_text(IN_BLOCKS + "      media_share: {at_least: 0.5}\n    then: list\n")
    after = edited(OWN, tmp_path / "config.yaml", [SPARED])
    assert after == OWN + "- use: links\n  unless: {media_share: {at_least: 0.3}}\n"
    again = edited(after, tmp_path / "config.yaml", [NEEDED])
    assert again == OWN + "- use: links\n  evidence: {own_posts: 35}\n  unless: {media_share: {at_least: 0.3}}\n"


def test_a_bound_with_two_ends_keeps_the_other_one(included):
    after = edited("include: town.yaml\n", included, [Move("links", "own_posts", "at_least", 40, 75)])
    assert after.endswith("  - use: links\n    when: {own_posts: {at_least: 75, at_most: 900}}\n")


def test_a_name_that_yaml_would_misread_stands_in_quotes(included):
    after = edited("include: town.yaml\n", included, [Move("on", "link_share", "at_least", 0.9, 0.97)])
    assert '- use: "on"\n' in after


def test_where_the_shipped_rules_hold_unsaid_they_are_said():
    move = Move("feed mirror", "own_posts", "at_least", 40, 75)
    after = edited("dry_run: true\n", PLACE, [move])
    assert after == (
        "dry_run: true\n\nrules:\n  - use: shipped\n  - use: feed mirror\n    when: {own_posts: {at_least: 75}}\n"
    )
    assert read(after, PLACE).rules == moved(default_rules(), [move], Minimum())


@pytest.mark.parametrize(
    "text",
    [
        "{rules: shipped}\n",
        "strictness: standard\n...\n",
    ],
)
def test_what_cannot_be_changed_in_place_is_said_with_the_bound(text):
    with pytest.raises(CannotEdit, match="change it by hand: “feed mirror”: own_posts at_least 75"):
        edited(text, PLACE, [Move("feed mirror", "own_posts", "at_least", 40, 75)])


SHARED = """\
rules:
  - name: links
    when: &few
      link_share: {at_least: 0.9}
      own_posts: {at_least: 40, at_most: 90}
    then: mute
"""
ALSO = SHARED + "  - {name: more, when: *few, then: list}\n"


def test_of_what_must_be_changed_by_hand_the_line_is_told():
    with pytest.raises(CannotEdit, match=re.escape("“more”: link_share at_least 0.97 (line 4); “more”: own_posts at")):
        edited(ALSO, PLACE, [replace(LINKS, rule="more"), Move("more", "own_posts", "at_most", 90, 80)])


@pytest.mark.parametrize(
    ("move", "why"),
    [
        (Move("links", "own_posts", "at_least", 40, 95), "no reading can be at least 95 and at most 90"),
        (replace(LINKS, instead=1.5), "'1.5' is out of range"),
    ],
)
def test_a_bound_that_the_config_would_not_allow_is_refused_with_the_reason(move, why):
    with pytest.raises(CannotEdit, match=f"config.yaml cannot be changed so: {why}"):
        edited(SHARED, PLACE, [move])


def test_bounds_that_are_allowed_together_alone_are_moved_together():
    moves = [Move("links", "own_posts", "at_least", 40, 95), Move("links", "own_posts", "at_most", 90, 200)]
    assert edited(SHARED, PLACE, moves) == SHARED.replace("40", "95").replace("90}", "200}")


MOVES = [
    Move(rule.name, signal, end, now, round(now * 0.9 + 0.01, 4))
    for rule in default_rules()
    for signal, bounds in rule.when.items()
    for end in ("at_least", "at_most")
    if (now := getattr(bounds, end)) is not None and 0 < now * 0.9 + 0.01 < now
]


@pytest.mark.slow
@settings(max_examples=20, deadline=None)
@given(st.lists(st.sampled_from(MOVES), min_size=1, max_size=4, unique_by=lambda move: (move.rule, move.signal)))
def test_the_lines_that_change_are_those_of_the_bounds_and_the_config_is_the_same_but_for_these(moves):
    before = example()
    after = edited(before, PLACE, moves)
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    changed = [(was, now) for was, now in zip(old, new, strict=True) if was != now]
    assert len(changed) == len(moves)
    assert all(was.split(":")[0] == now.split(":")[0] and was.count(" ") == now.count(" ") for was, now in changed)
    assert read(after, PLACE).rules == moved(read(before, PLACE).rules, moves, Minimum())


@pytest.mark.slow
@settings(max_examples=20, deadline=None)
@given(
    st.sampled_from(STRICTNESSES),
    st.lists(st.sampled_from(MOVES), min_size=1, max_size=4, unique_by=lambda move: (move.rule, move.signal)),
    st.sampled_from(["", "rules:\n  - use: shipped     # for now\n", "rules: [use: shipped]\n"]),
    st.booleans(),
)
def test_shipped_rules_are_changed_by_added_lines_alone(strictness, moves, rules, step_changed):
    if step_changed:
        listed = ["shipped", f"{moves[0].rule}\n    then: report\n    for: 3d"]
        rules = "rules:\n" + "".join(f"  - use: {item}\n" for item in listed)
    before = f"# mine\nstrictness: {strictness}     # for now\n{rules}"
    after = edited(before, PLACE, moves)
    assert step_changed or after.startswith(before.removesuffix("]\n"))
    assert read(after, PLACE).rules == moved(read(before, PLACE).rules, moves, Minimum())


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            "strictness: gentle\nrules: shipped   # all of them\n\ntrust: {keep: []}\n",
            "strictness: gentle\nrules:   # all of them\n  - use: shipped\n  - use: feed mirror\n"
            "    when: {own_posts: {at_least: 75}}\n\ntrust: {keep: []}\n",
        ),
        (
            "rules: shipped",
            "rules:\n  - use: shipped\n  - use: feed mirror\n    when: {own_posts: {at_least: 75}}",
        ),
        (
            "rules:\r\n  shipped\r\n",
            "rules:\r\n  - use: shipped\r\n  - use: feed mirror\r\n    when: {own_posts: {at_least: 75}}\r\n",
        ),
    ],
)
def test_the_word_that_takes_the_shipped_rules_becomes_a_list(before, after):
    assert edited(before, PLACE, [Move("feed mirror", "own_posts", "at_least", 40, 75)]) == after
