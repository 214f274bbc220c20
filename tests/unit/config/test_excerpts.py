"""Below a fault stands the line of the file, with a mark at the place; but nothing that may be a secret."""

import pytest

from bot.cli import main
from bot.config.excerpts import with_excerpts


@pytest.fixture
def shown(tmp_path):
    """What is shown of a fault at a place of a file that holds this text."""
    path = tmp_path / "config.yaml"

    def show(text, line, column):
        path.write_text(text)
        return with_excerpts(f"{path}:{line}:{column}: wrong").split("\n")[1:]

    return show


def test_the_word_that_is_wrong_is_underlined(shown):
    assert shown("rules:\n  - {lnk_share: 1}\n", 2, 6) == [
        "      2 |   - {lnk_share: 1}",
        "        |      ^^^^^^^^^",
    ]


def test_a_long_line_is_cut_around_the_place(shown):
    line, marks = shown("a" * 500 + ": wrong", 1, 503)
    assert len(line) < 120
    assert line[marks.index("^") :].startswith("wrong")


@pytest.mark.parametrize(
    "line",
    [
        "token: hunter2",
        "{name: home, app_password: hunter2}",
        "server: https://robin:hunter2@social.example",
        "x: eyJhbGciOiJub25lIn0.hunter2",
    ],
)
def test_a_line_that_may_hold_a_secret_is_not_shown(shown, line):
    assert shown(line, 1, 1) == []


@pytest.mark.parametrize(("line", "column"), [(0, 1), (9, 1), (1, 900)])
def test_a_place_that_is_not_there_breaks_nothing(shown, line, column):
    shown("a: b\n", line, column)


@pytest.mark.parametrize("message", ["no place at all", "gone.yaml:1:1: wrong", ":1:1: wrong", "a\n\nb"])
def test_a_message_without_a_file_stays_as_it_is(message):
    assert with_excerpts(message) == message


def test_only_a_fault_of_a_config_shows_lines_whatever_a_message_looks_like(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "diary.txt").write_text("dear diary")
    (tmp_path / "config.yaml").write_text("profiles: []\n")
    assert main(["judge", "diary.txt:1:1: "]) == 2
    assert "dear" not in capsys.readouterr().err
