"""`test-rules` tells each test in a line, ends by how they came out, and no daemon works by rules that fail them."""

import json
from textwrap import dedent

import pytest

from bot.cli import main

CONFIG = """\
profiles:
  - {name: home, platform: mastodon, server: "https://mastodon.example.com"}
rules:
  - name: links
    when: {link_share: {at_least: 0.9}, answered_people: {at_most: 0}}
    unless: {declared_bot: {at_least: 1}}
    then: mute
    tests:
"""
CAUGHT = "      - {says: a feed is caught, made: {posts: 60}, expect: fires}\n"
FAILS = "      - {says: half is enough, made: {posts: 60, links: 0.5}, expect: fires}\n"
WRONG = "      - {says: a shop, made: {posts: 60}, expect: spares}\n"
THIN = "      - {says: hardly there, made: {posts: 6}, expect: spares}\n"
BOT = "      - {says: a bot, made: {posts: 60, bot: true}, expect: fires}\n"


@pytest.fixture
def quietfeed(tmp_path, monkeypatch, capsys):
    """Runs a verb on a config with these tests: `quietfeed(CAUGHT, "test-rules")` -> code, out, err."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("QUIETFEED_STATE_DIR", str(tmp_path / "state"))
    monkeypatch.delenv("QUIETFEED_CONFIG", raising=False)
    monkeypatch.delenv("DATABASE_URL", raising=False)

    def run(tests, *words):
        (tmp_path / "config.yaml").write_text(CONFIG + tests)
        code = main(words)
        shown = capsys.readouterr()
        return code, shown.out, shown.err

    return run


def test_all_pass_and_the_code_says_so(quietfeed):
    code, out, _ = quietfeed(CAUGHT, "test-rules")
    assert code == 0
    assert out == "✓ links: a feed is caught\n1 test, all pass.\n"


@pytest.mark.parametrize(
    ("tests", "said"),
    [
        (
            FAILS,
            "it should fire on the account, but spares it: link_share 0.50 misses ≥ 0.90 (1 in 2 posts with a link",
        ),
        (WRONG, "it should spare the account, but fires on it: link_share 1.00 ≥ 0.90 (every post with a link); "),
        (WRONG, "It would be left alone with about 7 more own posts without a link"),
        (BOT, "spares it: declared_bot 1 ≥ 1 (says that it is a bot)"),
        (FAILS, "(config.yaml:9:9)"),
    ],
)
def test_a_failed_test_says_what_was_expected_and_which_bound_and_reading_decided(quietfeed, tests, said):
    code, out, _ = quietfeed(tests + CAUGHT, "test-rules")
    assert code == 1
    assert out.startswith("✗ links: ")
    assert said in out.splitlines()[0]
    assert out.endswith("2 tests, 1 fails.\n")


def test_a_test_that_shows_less_than_it_seems_to_says_so(quietfeed):
    code, out, _ = quietfeed(THIN, "test-rules")
    assert code == 0
    assert "(but the rule says nothing, only 6 own posts, 20 needed)" in out
    later = "  - name: later\n    when: {link_share: {at_least: 0.8}}\n    then: list\n    tests:\n" + CAUGHT
    _, out, _ = quietfeed(CAUGHT + later, "test-rules", "later")
    assert out.startswith("✓ later: a feed is caught (but “links” stands before it and decides)")


@pytest.mark.parametrize(
    ("tests", "words", "said"),
    [
        ("      - {says: a, account: gone.jsonl, expect: fires}\n", (), "config.yaml:9:9: "),
        ("      - {says: a, expect: fires}\n", (), "config.yaml:9:9: neither"),
        (CAUGHT, ("lynks",), "no rule “lynks” in config.yaml, only links; did you mean 'links'?"),
    ],
)
def test_what_cannot_be_read_is_the_owners_to_mend(quietfeed, tests, words, said):
    code, _, err = quietfeed(tests, "test-rules", *words)
    assert code == 2
    assert said in err


def test_a_fault_shows_the_line_with_a_mark_below(quietfeed):
    _, _, err = quietfeed("      - {says: a, expect: firs, made: {}}\n", "test-rules")
    assert "      9 |       - {says: a, expect: firs, made: {}}\n        |                           ^^^^\n" in err


def test_rules_without_tests_are_told_the_way_to_some(quietfeed):
    code, out, _ = quietfeed(
        CAUGHT + "  - {name: more, when: {link_share: {at_least: 1}}, then: list}\n", "test-rules", "more"
    )
    assert code == 0
    assert "no tests yet" in out
    assert "quietfeed test-rules --help" in out


def test_for_programs_each_test_is_an_object(quietfeed):
    code, out, _ = quietfeed(FAILS, "test-rules", "--json")
    (test,) = json.loads(out)
    assert code == 1
    assert (test["expect"], test["got"], test["passed"], test["decides"]) == ("fires", "spares", False, None)
    assert test["comparisons"][0] == {
        "signal": "link_share", "reading": 0.5, "at_least": 0.9, "at_most": None, "holds": False
    }  # fmt: skip


@pytest.mark.parametrize("verb", ["run", "sweep"])
def test_nothing_is_done_by_rules_that_fail_their_own_tests(quietfeed, verb):
    code, _, err = quietfeed(FAILS, verb)
    assert code == 2
    assert "config.yaml:9:9: the test “half is enough” of rule “links” fails: it should fire" in err
    assert "mend the rule or the test; `quietfeed test-rules` shows them all" in err


def test_doctor_says_whether_the_rules_pass_their_tests(quietfeed):
    code, out, _ = quietfeed(FAILS, "doctor", "--offline")
    assert code == 2
    assert "✗ tests of the rules: config.yaml:9:9: the test “half is enough”" in out
    assert "→ mend the rule or the test" in out
    assert "✓ tests of the rules: the one test passes" in quietfeed(CAUGHT, "doctor", "--offline")[1]
    assert "✓ tests of the rules: all 2 pass" in quietfeed(CAUGHT + THIN, "doctor", "--offline")[1]


def test_the_help_shows_a_rule_with_tests_that_pass(tmp_path, capsys):
    with pytest.raises(SystemExit):
        main(["test-rules", "--help"])
    shown = capsys.readouterr().out
    example = shown[shown.index("  rules:") : shown.index("        - says: my own")]
    (tmp_path / "help.yaml").write_text(dedent(example))
    assert main(["--config", str(tmp_path / "help.yaml"), "test-rules"]) == 0
    assert "2 tests, all pass." in capsys.readouterr().out
