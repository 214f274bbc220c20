"""Values shared by `&name` and `*name`: read as if they were written out, bounded, and refused in words."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cli.docs import REPOSITORY
from bot.config import CannotEdit, ConfigError, edited, read
from bot.judging.moves import Move
from bot.judging.rules import Bounds

PLACE = Path("config.yaml")
RULE = "rules: [{name: x, when: {%s}, then: list}]\n"
FEW = "define: {few: &few {at_most: 1}}\n"
CALM = "define:\n  calm: &calm {reply_share: {at_most: 0.02}, answered_people: {at_most: 1}}\n"


def when(text):
    return read(text, PLACE).rules[-1].when


def told(text):
    with pytest.raises(ConfigError) as caught:
        read(text, PLACE)
    return str(caught.value)


@pytest.mark.parametrize(
    ("shared", "written"),
    [
        (FEW + RULE % "answered_people: *few", RULE % "answered_people: {at_most: 1}"),
        (
            CALM + RULE % "<<: *calm, link_share: {at_least: 0.9}",
            RULE % "link_share: {at_least: 0.9}, reply_share: {at_most: 0.02}, answered_people: {at_most: 1}",
        ),
        (
            CALM + RULE % "<<: *calm, answered_people: {at_most: 0}",
            RULE % "reply_share: {at_most: 0.02}, answered_people: {at_most: 0}",
        ),
        (
            FEW + "evidence: &all {own_posts: 9}\n" + RULE % "answered_people: *few",
            "evidence: {own_posts: 9}\n" + RULE % "answered_people: {at_most: 1}",
        ),
        (
            "rules:\n  - {name: a, when: &w {link_share: {at_least: 1}}, then: list}\n"
            "  - {name: b, when: *w, then: mute}\n",
            "rules:\n  - {name: a, when: {link_share: {at_least: 1}}, then: list}\n"
            "  - {name: b, when: {link_share: {at_least: 1}}, then: mute}\n",
        ),
        (
            "define: {a: &a {reply_share: {at_most: 0}}, b: &b {group: {at_least: 1}, reply_share: {at_most: 1}}}\n"
            + RULE % "<<: [*a, *b]",
            RULE % "reply_share: {at_most: 0}, group: {at_least: 1}",
        ),
    ],
)
def test_what_is_shared_is_read_as_if_it_were_written_out(shared, written):
    assert read(shared, PLACE).rules == read(written, PLACE).rules
    assert read(shared, PLACE).fingerprint == read(written, PLACE).fingerprint


def test_the_example_of_the_docs_is_read():
    page = (REPOSITORY / "docs" / "rules.md").read_text("utf-8").partition("## Share bounds")[2]
    shared = when(page.partition("```yaml\n")[2].partition("```")[0])
    assert shared["answered_people"] == Bounds(at_most=0)
    assert shared["reply_share"] == Bounds(at_most=0.02)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (RULE % "answered_people: *few", "1:43: not valid YAML: *few means what &few names; none stands before it"),
        (
            FEW + RULE % "answered_people: *fwe",
            "2:43: not valid YAML: *fwe means what &fwe names; what stands before it",
        ),
        (FEW + RULE % "answered_people: *fwe", "is &few; did you mean '*few'?; text that starts with * must stand in"),
        ("define: {x: &a [*a]}\n", "1:17: not valid YAML: *a stands inside of what &a names: that would have no end"),
        ("define: {x: &a {b: {c: *a}}}\n", "*a stands inside of what &a names"),
        ("define: {x: &a 1, y: &a 2}\n", "not valid YAML: this &name stands twice: give each a name of its own"),
        ("define: {x: &a 3}\n" + RULE % "<<: *a", "`<<:` takes the *name of a map, or a list of such"),
        ("define: {few: {at_most: 1}}\n", "1:15: nothing here has a &name by which it could be used; allowed: values"),
        ("define: 3\n", "1:9: no map of keys; allowed: values to be used elsewhere, such as few: &few {at_most: 1}"),
        ("define:\n", "empty; allowed: values to be used elsewhere"),
        ("defne: {a: &a 1}\n", "unknown key 'defne'"),
    ],
)
def test_what_is_wrong_with_a_name_is_told_in_words(text, said):
    assert said in told(text)


def test_a_shared_value_that_is_wrong_is_told_once_where_it_stands():
    text = "define: {x: &a {at_most: 11}}\n" + RULE % "link_share: *a, reply_share: *a"
    assert told(text) == "config.yaml:1:26: '11' is out of range (did you mean 0.11?); allowed: a number from 0 to 1"


@pytest.mark.slow
@pytest.mark.parametrize("form", ["[{}]", "{{{}}}", "{{<<: [{}]}}"])
@given(depth=st.integers(8, 60), width=st.integers(6, 12))
def test_a_small_file_cannot_stand_for_a_huge_one(form, depth, width):
    if form == "{{<<: [{}]}}":
        lines = ["  a0: &a0 {" + ", ".join(f"k{n}: x" for n in range(9)) + "}"]
    else:
        lines = ["  a0: &a0 [x]"]
    for level in range(1, depth):
        parts = [f"*a{level - 1}" if "[" in form else f"k{n}: *a{level - 1}" for n in range(width)]
        lines.append(f"  a{level}: &a{level} " + form.format(", ".join(parts)))
    text = "define:\n" + "\n".join(lines) + "\n"
    if "<<" in form:
        assert read(text, PLACE).define[0] == "a0", "merged maps do not grow"
    else:
        assert "this is too large for a config, with all that its aliases (*name) stand for" in told(text)


def test_a_bound_of_ones_own_is_moved_and_one_that_others_share_is_not():
    rules = RULE % "<<: *calm, link_share: {at_least: 0.9}"
    after = edited(CALM + rules, PLACE, [Move("x", "link_share", "at_least", 0.9, 0.95)])
    assert after == CALM + rules.replace("0.9}", "0.95}")
    after = edited(CALM + rules, PLACE, [Move("x", "answered_people", "at_most", 1, 0)])
    assert after == CALM + rules.replace("link_share:", "answered_people: {at_most: 0}, link_share:")
    two = CALM + (RULE % "<<: *calm").replace("]", ", {name: y, when: *calm, then: list}]")
    with pytest.raises(CannotEdit):
        edited(two, PLACE, [Move("x", "answered_people", "at_most", 1, 0)])
