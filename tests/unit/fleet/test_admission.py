"""A fleet takes a config that means the same on whichever machine, and refuses any other, with where and what."""

import pytest

from bot.errors import UserError
from bot.fleet.admission import admitted

GOOD = """\
profiles:
  - {name: ada, platform: mastodon, server: "https://social.test"}
report: {timezone: Europe/Lisbon}
"""


@pytest.fixture
def file(tmp_path):
    (tmp_path / "more.yaml").write_text("rules: shipped\n")

    def write(text):
        path = tmp_path / "ada.yaml"
        path.write_text(text, encoding="utf-8")
        return path

    return write


def test_a_config_that_stands_alone_is_taken_word_for_word(file):
    text, config = admitted(file("# mine: äöü\n" + GOOD))
    assert text == "# mine: äöü\n" + GOOD
    assert [profile.name for profile in config.profiles] == ["ada"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (GOOD + "include: [more.yaml]\n", r"needs .*more\.yaml beside it"),
        (GOOD + "store: mine.sqlite\n", "`store` names a file"),
        (GOOD.replace("{timezone: Europe/Lisbon}", "{at: '09:00'}"), "`timezone` is not set"),
        (GOOD.replace('test"}', 'test", report_also: [stdout]}'), "a worker's log"),
        ("report: {timezone: Europe/Lisbon}\n", "names no profile"),
    ],
)
def test_what_hangs_on_one_machine_is_refused_with_the_remedy(file, text, words):
    with pytest.raises(UserError, match=words) as caught:
        admitted(file(text))
    assert "ada.yaml" in str(caught.value)


def test_every_fault_is_told_with_its_place(file):
    with pytest.raises(UserError) as caught:
        admitted(file(GOOD + "sweep: {evry: 1m}\nwindow: soon\n"))
    lines = str(caught.value).splitlines()
    assert [line.partition("ada.yaml:")[2][:2] for line in lines] == ["4:", "5:"]


def test_rules_that_fail_their_own_tests_are_refused(file):
    failing = """\
rules:
  - name: loud
    when: {own_posts: {at_least: 5}}
    then: report
    tests:
      - {says: it is loud, expect: fires, made: {posts: 3}}
"""
    with pytest.raises(UserError) as caught:
        admitted(file(GOOD + failing))
    assert "loud" in str(caught.value)
