"""A log line is one line, says what happened, and holds no secret."""

import io
import logging
import os

import pytest

from bot import logs, secrecy
from bot.logs import Line, event

JWT = "eyJhbGciOiJFUzI1NksifQ.eyJzdWIiOiJkaWQ6cGxjOmFiYyJ9.c2lnbmF0dXJl"


@pytest.fixture
def written():
    """Sets the log up as the daemon does; gives what was written since."""
    stream = io.StringIO()
    root, before = logging.getLogger(), (logging.getLogger().handlers[:], logging.getLogger().level)

    def start(level="info", secrets=()):
        secrecy.note(*secrets)
        logs.setup(level, stream)
        return stream.getvalue

    yield start
    root.handlers[:], level = before
    root.setLevel(level)
    logs.LOGGER.setLevel(logging.NOTSET)


def test_an_event_is_one_line_of_time_level_name_and_facts(written):
    lines = written()
    event("swept", profile="home", new=12, waited=1.50, fault=None, note="")
    line = lines()
    assert line.endswith("Z info swept profile=home new=12 waited=1.5\n")
    assert line[:4].isdecimal()
    assert line[10] == "T"


def test_a_fact_with_blanks_stands_in_quotes(written):
    lines = written()
    event("sweep failed", logging.WARNING, fault='the server said "no"', sum="a=b")
    assert """warning sweep failed fault="the server said 'no'" sum="a=b\"""" in lines()


def test_control_characters_and_new_lines_of_others_cannot_forge_a_line(written):
    lines = written()
    event("failed", fault="gone\n2026-01-01T00:00:00Z info forged\x1b[2J\u202e")
    assert lines().count("\n") == 1
    assert "\x1b" not in lines()
    assert "\u202e" not in lines()


def test_a_known_secret_is_hidden_wherever_it_stands(written):
    lines = written(secrets=("hunter2", "hunter2-and-more", ""))
    event("failed", fault="login with hunter2 refused", again="hunter2-and-more")
    logging.getLogger("other.library").warning("using hunter2")
    assert "hunter2" not in lines()
    assert "and-more" not in lines()
    assert lines().count(secrecy.HIDDEN) == 3


@pytest.mark.parametrize(
    "text", [f"session {JWT}", f"a:::b:::{JWT}:::{JWT}:::d", "Authorization: Bearer abc.DEF-123_~+/="]
)
def test_a_token_that_was_renewed_meanwhile_is_hidden_by_its_looks(written, text):
    lines = written()
    event("failed", fault=text)
    assert "abc.DEF" not in lines()
    assert "eyJ" not in lines()
    assert secrecy.HIDDEN in lines()


def test_a_fault_of_ours_names_its_places_on_the_same_line(written):
    lines = written()
    try:
        int("seven")
    except ValueError as fault:
        event("sweep broke", logging.ERROR, exc_info=fault, profile="home")
    assert "error sweep broke profile=home fault=" in lines()
    assert "ValueError: invalid literal" in lines()
    assert "at=test_logs.py:" in lines()
    assert lines().count("\n") == 1


@pytest.mark.parametrize(
    ("level", "told"),
    [
        ("debug", ["detail", "sweep", "trouble", "break"]),
        ("info", ["sweep", "trouble", "break"]),
        ("warning", ["trouble", "break"]),
        ("error", ["break"]),
    ],
)
def test_a_level_tells_itself_and_what_is_graver(written, level, told):
    lines = written(level)
    for word, number in (("detail", 10), ("sweep", 20), ("trouble", 30), ("break", 40)):
        event(word, number)
    assert [line.split()[2] for line in lines().splitlines()] == told


def test_of_libraries_only_what_goes_wrong_is_told_for_they_tell_whole_addresses(written):
    lines = written("debug")
    logging.getLogger("httpx").info("GET https://social.example/?token=hunter2")
    logging.getLogger("httpx").warning("it went wrong")
    assert "hunter2" not in lines()
    assert "it went wrong" in lines()


def test_the_level_is_turned_while_it_runs(written):
    lines = written("error")
    event("before")
    logs.turn("info")
    event("after")
    assert "before" not in lines()
    assert "after" in lines()


def test_the_journal_of_systemd_is_told_how_grave_a_line_is(written, tmp_path, monkeypatch):
    written()
    with open(tmp_path / "journal", "w+", encoding="utf-8") as stream:
        found = os.fstat(stream.fileno())
        monkeypatch.setenv("JOURNAL_STREAM", f"{found.st_dev}:{found.st_ino}")
        logs.setup("debug", stream)
        for level in (logging.DEBUG, logging.INFO, logging.WARNING, logging.ERROR):
            event("said", level)
        stream.seek(0)
        assert [line[:3] for line in stream] == ["<7>", "<6>", "<4>", "<3>"]
    other = io.StringIO()
    logs.setup("info", other)
    event("said")
    assert not other.getvalue().startswith("<")


def test_a_record_whose_arguments_do_not_fit_costs_no_other_line(written):
    lines = written()
    logging.getLogger("library").warning("%s", "fits")
    assert lines().count("fits") == 1
    assert Line().format(logging.makeLogRecord({"msg": "bare", "levelname": "INFO"})).endswith("info bare")


def test_a_secret_that_came_later_is_hidden_too(written):
    lines = written(secrets=("the-first-token",))
    secrecy.note("the-second-token", "")
    event("failed", fault="the-first-token and the-second-token refused")
    assert "refused" in lines()
    assert "token" not in lines()


# -- on a terminal


class Terminal(io.StringIO):
    def isatty(self):
        return True


SPOKEN = [
    (("swept", {"profile": "home", "new": 12, "judged": 1, "next": "04:22"}),
     "home: read 12 new posts, judged 1 account; next at 04:22"),
    (("swept", {"profile": "home", "new": 1, "gaps": 2, "requests": 9}),
     "home: read 1 new post, judged 0 accounts, 2 gaps"),
    (("sweep failed", {"profile": "home", "fault": "no connection", "times": 2}), "home: sweep failed: no connection"),
    (("started", {"every": "10m", "dry_run": True, "jitter": 1}), "started, every 10m, dry run yes, jitter 1"),
]  # fmt: skip


@pytest.mark.parametrize(("told", "words"), SPOKEN)
def test_somebody_who_sits_there_is_told_in_words(written, monkeypatch, told, words):
    stream = Terminal()
    written()
    logs.setup("info", stream)
    event(told[0], **told[1])
    assert stream.getvalue()[2] == ":"
    assert stream.getvalue()[7:] == f"{words}\n"


def test_when_a_failed_sweep_is_tried_again_is_told_by_the_clock_here(written):
    stream = Terminal()
    written()
    secrecy.note("hunter2")
    logs.setup("info", stream)
    event("sweep failed", logging.WARNING, fault="hunter2 is wrong", again="2026-11-30T04:12Z")
    assert "••• is wrong; tried again at " in stream.getvalue()
    assert "T04:12Z" not in stream.getvalue()


def test_every_step_is_logged_as_ever_on_a_terminal_too(written):
    stream = Terminal()
    written()
    logs.setup("debug", stream)
    event("swept", new=1, next="04:22")
    assert stream.getvalue().endswith("Z info swept new=1\n")
