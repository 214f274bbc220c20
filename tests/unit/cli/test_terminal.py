"""What stands on a terminal of 60, 80 and 120 columns, and what a pipe gets."""

import re

import pytest

from bot.report.wrapped import columns as taken
from bot.signals import ALL
from tests.unit.cli.screen import on_terminal, without_colour

pytestmark = pytest.mark.slow

FOUND = "growthhive@market.test"
VERBS = ("report", f"explain {FOUND}", "status", f"ledger {FOUND}", "signals", "signals reply_share group")


@pytest.mark.parametrize("width", [60, 80, 120])
@pytest.mark.parametrize("verb", VERBS)
def test_no_line_is_wider_than_the_terminal_and_no_handle_broken(folder, says, verb, width):
    shown = without_colour(on_terminal(folder, verb, width))
    piped = says(*verb.split())[1]
    assert shown.strip()
    for line in shown.splitlines():
        assert taken(line.rstrip()) <= width or len(line.split()) <= 2, line
    words = {word for word in piped.split() if "@" in word and word.endswith(".test")}
    assert words <= set(shown.split())


def test_a_pipe_gets_every_sentence_in_one_line_and_no_colour(folder, says):
    _, out, _ = says("explain", FOUND)
    assert taken(out.splitlines()[0]) > 120
    assert "\x1b" not in out


@pytest.mark.parametrize(("env", "coloured"), [({}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False)])
def test_colours_say_what_is_well_where_they_are_wanted(folder, env, coloured):
    shown = on_terminal(folder, "doctor --offline", 80, env)
    assert ("\x1b[32m✓\x1b[0m config" in shown) is coloured
    assert "✓" in shown
    assert ("\x1b" in shown) is coloured


def test_a_fault_is_set_to_the_width_too_and_lines_of_a_file_are_not(folder):
    shown = without_colour(on_terminal(folder, "explain nobody", 60))
    assert all(taken(line) <= 60 for line in shown.splitlines())
    (folder / "config.yaml").write_text("profiles: [{name: home, platform: mastodn}]\n")
    told = without_colour(on_terminal(folder, "status", 60)).splitlines()
    assert any(taken(line) > 60 and "did you mean" in line for line in told)
    assert told[2].index("^") == told[1].index("mastodn")


def test_status_opens_with_a_sentence(says):
    code, out, _ = says("status")
    assert code == 0
    assert re.match(r"demo: read .* ago; no daemon is at work \(quietfeed run\); \d+ accounts would be quieted", out)


def test_the_list_of_signals_holds_the_first_paragraph_of_each_whole(says):
    rows = dict(line.split("\t", 1) for line in says("signals")[1].splitlines()[1:])
    assert {name: row.split("\t")[1] for name, row in rows.items()} == {
        signal.name: " ".join(signal.doc.split("\n\n")[0].split()) for signal in ALL
    }


def test_a_daemon_on_a_terminal_tells_each_sweep_and_when_the_next_one_comes(folder):
    shown = on_terminal(folder, "run", 80, until="next at")
    assert re.search(r"(?m)^\d\d:\d\d  demo: read [\d,]+ new posts?, judged \d+ accounts?.*; next at \d\d:\d\d$", shown)
    assert re.search(r"(?m)^\d\d:\d\d  stopped", shown)
