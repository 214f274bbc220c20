"""Tests that stand in a rule: read with their places, tried on made-up and captured accounts."""

from pathlib import Path

import pytest

from bot import archive
from bot.config import ConfigError, default_config, fingerprint, read, try_tests
from bot.errors import UserError
from bot.judging.made import Made, history_of
from bot.model import Expect, Lexicon

RULE = """\
rules:
  - name: links
    when: {link_share: {at_least: 0.9}, answered_people: {at_most: 0}}
    then: mute
    tests:
"""


def config_of(tests, path=Path("config.yaml"), rule=RULE):
    return read(rule + tests, path)


def faults(tests):
    with pytest.raises(ConfigError) as caught:
        config_of(tests)
    return str(caught.value)


def captured(path, *made):
    path.parent.mkdir(exist_ok=True)
    path.write_text("".join(archive.dump(history_of(one, Lexicon())) + "\n" for one in made))


def test_a_test_passes_where_the_rule_does_as_expected_and_fails_where_not():
    config = config_of(
        "      - {says: caught, made: {posts: 60}, expect: fires}\n"
        "      - {says: answers, made: {posts: 60, replies: 5}, expect: spares}\n"
        "      - {says: talks, made: {posts: 60, links: 0.5}, expect: fires}\n"
    )
    came = list(try_tests(config))
    assert [(one.says, one.passed, one.got) for one in came] == [
        ("caught", True, Expect.FIRES),
        ("answers", True, Expect.SPARES),
        ("talks", False, Expect.SPARES),
    ]
    assert [one.place for one in came] == ["config.yaml:6:9", "config.yaml:7:9", "config.yaml:8:9"]


def test_captured_accounts_lie_beside_the_config_and_each_of_them_counts(tmp_path, monkeypatch):
    captured(tmp_path / "accounts" / "two.jsonl", Made(posts=60), Made(posts=60, replies=5))
    test = "      - {says: both, account: accounts/two.jsonl, expect: %s}\n"
    monkeypatch.chdir("/")
    for expect, posts in ((Expect.FIRES, 65), (Expect.SPARES, 60)):
        (came,) = try_tests(config_of(test % expect, tmp_path / "config.yaml"))
        assert came.accounts == 2
        assert not came.passed
        assert came.verdict.readings["own_posts"] == 60
        assert (came.verdict.readings["answered_people"] == 5) is (posts == 65)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "is not there; write it with `quietfeed capture"),
        ("", "holds no account"),
        ("{]\n", ":1: no JSON"),
        ('{"posts": []}\n', ":1: account: an object is needed"),
    ],
)
def test_a_file_that_holds_no_account_is_told_with_the_place_of_the_test(tmp_path, content, said):
    if content is not None:
        (tmp_path / "a.jsonl").write_text(content)
    config = config_of("      - {says: a, account: a.jsonl, expect: fires}\n", tmp_path / "config.yaml")
    with pytest.raises(UserError, match=r"config\.yaml:6:9: ") as caught:
        list(try_tests(config))
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("test", "said"),
    [
        ("{says: a, expect: fires}", "6:9: neither `account:` nor `made:`; allowed: one of them"),
        ("{says: a, expect: fires, account: a.jsonl, made: {}}", "6:9: both `account:` and `made:`"),
        ("{says: a, expect: fire, made: {}}", "unknown word 'fire'; allowed: fires or spares; did you mean 'fires'?"),
        ("{expect: fires, made: {}}", "'says' is missing"),
        ("{says: a, made: {}}", "'expect' is missing"),
        ("{says: a, expect: fires, made: {post: 3}}", "unknown key 'post'"),
        ("{says: a, expect: fires, made: {links: 95}}", "did you mean 0.95?"),
        ("{says: a, expect: fires, made: {posts: 9999}}", "allowed: a whole number from 0 to 2000"),
        ("{says: a, expect: fires, made: 60}", "no map of keys"),
    ],
)
def test_what_is_wrong_in_a_test_is_told_with_its_place(test, said):
    assert said in faults(f"      - {test}\n")


def test_a_quota_cannot_be_tested():
    with pytest.raises(ConfigError, match="no test can show"):
        config_of(
            "      - {says: a, expect: fires, made: {}}\n",
            rule="rules:\n  - name: ten\n    quota: 10/day\n    then: mute\n    tests:\n",
        )


def test_only_the_tests_of_the_rules_named_are_tried():
    assert {one.rule for one in try_tests(default_config(), ["feed mirror"])} == {"feed mirror"}
    assert list(try_tests(default_config(), ["bare links"])) == []


def test_the_shipped_rules_pass_their_own_tests():
    came = list(try_tests(default_config()))
    assert came
    assert [one.says for one in came if not one.passed] == []


def test_a_test_decides_nothing_so_it_changes_no_fingerprint():
    with_test = config_of("      - {says: a, expect: fires, made: {}}\n")
    without = read(RULE.replace("    tests:\n", ""), Path("config.yaml"))
    assert fingerprint(with_test) == fingerprint(without)


def test_a_rule_for_one_network_is_tested_there():
    rule = RULE.replace("    tests:", "    only: {platforms: [bluesky], profiles: [sky]}\n    tests:")
    profile = "profiles:\n  - {name: sky, platform: bluesky, handle: robin.example}\n"
    (came,) = try_tests(config_of("      - {says: a, expect: fires, made: {}}\n", rule=profile + rule))
    assert came.passed
