"""`judge`: each account of a file in a line, and what all of them come to."""

from pathlib import Path

import pytest

from bot.archive import dump
from bot.cli import main
from bot.judging.made import Made, history_of
from bot.model import Lexicon

BROADCASTS = Made(posts=120, days=30, links=1, site="https://shop.example", bio="https://shop.example")
TALKS = Made(posts=60, days=30, links=0.3, replies=60, people=30)
LITTLE = Made(posts=3, days=2)
RULE = "rules: [{{name: links, then: {step}, when: {{link_share: {{at_least: 0.9}}}}}}]\n"
HOME = "profiles: [{name: home, platform: mastodon, server: https://quiet.test}]\n"


@pytest.fixture
def judge(tmp_path, monkeypatch, capsys):
    """Judges made-up accounts: `judge("mute", BROADCASTS, TALKS)` -> code and lines."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("QUIETFEED_STATE_DIR", str(tmp_path / "state"))
    monkeypatch.delenv("QUIETFEED_CONFIG", raising=False)

    def run(step, *accounts, options=()):
        Path("config.yaml").write_text(HOME + RULE.format(step=step))
        Path("some.jsonl").write_text("".join(f"{dump(history_of(one, Lexicon()))}\n" for one in accounts))
        code = main(["judge", "some.jsonl", *options])
        return code, capsys.readouterr().out.splitlines()

    return run


@pytest.mark.parametrize(
    ("step", "words"),
    [
        ("mute", "would be muted"),
        ("list", "listed"),
        ("hide_reposts", "with reposts hidden"),
        ("report", "only reported"),
    ],
)
def test_what_all_of_them_come_to_is_told_at_the_end(judge, step, words):
    code, lines = judge(step, BROADCASTS, BROADCASTS, TALKS, LITTLE)
    assert code == 0
    assert lines[-1] == f"4 accounts: 2 {words}, 1 left alone, 1 of which too little is known."


def test_of_one_account_and_for_programs_there_is_no_sum(judge):
    assert len(judge("mute", BROADCASTS)[1]) == 1
    assert len(judge("mute", BROADCASTS, TALKS, options=["--json"])[1]) == 2


def test_who_fares_otherwise_than_under_another_config_is_told_in_the_words_of_try(judge):
    Path("other.yaml").write_text(HOME + RULE.format(step="list"))
    code, lines = judge("mute", BROADCASTS, TALKS, LITTLE, options=["--against", "other.yaml"])
    assert code == 0
    assert "would be muted" in lines[0]
    assert lines[1].startswith("  before: ")
    assert "put on a list" in lines[1]
    assert lines[-1] == "1 of 3 accounts fare otherwise with config.yaml than with other.yaml."
    assert judge("list", BROADCASTS, TALKS, options=["--against", "other.yaml"])[1][-1].startswith("0 of 2 accounts")
    assert len(judge("mute", BROADCASTS, TALKS, options=["--against", "other.yaml", "--json"])[1]) == 2


def test_two_configs_are_refused_with_the_command_that_compares_them(capsys):
    given = ["--config", "a.yaml", "--config", "b.yaml"]
    for words in (["judge", "some.jsonl", *given], [*given, "judge", "some.jsonl"]):
        with pytest.raises(SystemExit) as left:
            main(words)
        assert left.value.code == 2
        assert "quietfeed judge FILE --config b.yaml --against a.yaml" in capsys.readouterr().err
