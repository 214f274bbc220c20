"""`review`: one key an account, on a terminal and in a pipe, resumed where it was, and no mess however it ends."""

import fcntl
import json
import os
import pty
import select
import shutil
import signal
import subprocess
import sys
import termios
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.cli import demo, keys, main
from bot.cli.review import Asking, answer_of
from bot.model import Case, Opinion, Question, Verdict
from bot.service import review
from bot.service.reviewing import Answer, Session
from bot.store import open_store

REPOSITORY = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """The demo's two weeks with two sweeps, kept in a folder."""
    folder = tmp_path_factory.mktemp("made") / "demo"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(demo, "EVERY", timedelta(days=7))
        assert main(["demo", "--keep", str(folder)]) == 0
    return folder


@pytest.fixture
def folder(made, tmp_path, monkeypatch):
    """A copy of it, to be at home in."""
    place = shutil.copytree(made, tmp_path / "demo")
    monkeypatch.chdir(place)
    monkeypatch.setenv("QUIETFEED_STATE_DIR", str(place))
    for name in ("QUIETFEED_CONFIG", "DATABASE_URL", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)
    return place


@pytest.fixture
def typed(folder, monkeypatch, capsys):
    """Runs `review` with lines on standard input: `typed("n", "quit")` -> exit code, output, errors."""
    capsys.readouterr()

    def run(*lines, options=()):
        reader, writer = os.pipe()
        os.write(writer, "".join(f"{line}\n" for line in lines).encode())
        os.close(writer)
        with os.fdopen(reader) as stdin:
            monkeypatch.setattr(sys, "stdin", stdin)
            code = main(["review", *options])
        shown = capsys.readouterr()
        return code, shown.out, shown.err

    return run


def queue(typed):
    """The handles in the order of asking."""
    return [case["handle"] for case in json.loads(typed(options=["--json"])[1])["cases"]]


def words(folder):
    """Handle -> opinion and how it came."""
    store = open_store(str(folder / "quietfeed.sqlite"), exclusive=False)
    try:
        return {one.account.handle: (str(one.opinion), one.how) for one in store.judgements("demo").values()}
    finally:
        store.close()


# -- in a pipe


@pytest.mark.slow
def test_each_line_answers_one_account_and_the_words_are_kept(typed, folder):
    first, second, third, *others = queue(typed)
    code, out, err = typed("n", "fine", "k", "q")
    assert (code, err) == (0, "")
    assert words(folder) == {first: ("noise", "reviewed"), second: ("fine", "reviewed"), third: ("fine", "kept")}
    assert f"You said: 1 noise, 1 fine, 1 kept. {len(others)} left: the next review goes on there." in out
    assert out.index(first) < out.index(second) < out.index(third)


@pytest.mark.slow
def test_the_end_of_the_input_is_the_end_of_the_session_and_the_next_goes_on_there(typed):
    first, second, *_ = queue(typed)
    assert typed("noise")[0] == 0
    _, out, _ = typed()
    assert first not in out
    assert second in out
    assert "1 of " in out


@pytest.mark.slow
def test_whoever_is_skipped_is_asked_about_last_in_the_next_session(typed, folder):
    first, *others = queue(typed)
    typed("skip", "q")
    assert queue(typed) == [*others, first]
    assert words(folder) == {}


@pytest.mark.slow
def test_back_takes_the_last_word_back_and_shows_that_account_again(typed, folder):
    first, *_ = queue(typed)
    _, out, _ = typed("n", "b", "f", "q")
    assert words(folder) == {first: ("fine", "reviewed")}
    assert out.count("\n1 of ") == 2
    assert "You said: 1 fine." in out


def test_back_ends_a_protection_that_keep_had_just_begun(typed, folder):
    typed("k", "b", "q")
    assert words(folder) == {}


class Elsewhere:
    """Answers `n` to all of it. Before the first answer the owner says another word elsewhere."""

    def __init__(self, say):
        self.say = say

    def read(self):
        if self.say:
            self.say()
            self.say = None
        return "n"


def test_what_was_said_elsewhere_meanwhile_is_told_and_not_overwritten(folder, capsys):
    store = open_store(str(folder / "quietfeed.sqlite"), exclusive=False)
    try:
        first, second = list(store.accounts("demo", store.own_feed_times("demo")).values())[:2]
        cases = [Case(Verdict(one, None, None, (), {}), Question.NEAR) for one in (first, second)]
        keys = Elsewhere(lambda: review.judge("demo", first, Opinion.FINE, store, datetime.now(UTC)))
        Asking(Session(cases, "demo", store), keys).run()
    finally:
        store.close()
    out = capsys.readouterr().out
    assert f"{first.handle} was answered elsewhere meanwhile: you called it fine on " in out
    assert "You said: 1 noise. That was everybody." in out
    assert words(folder) == {first.handle: ("fine", "reviewed"), second.handle: ("noise", "reviewed")}


def test_from_the_first_there_is_no_way_back(typed):
    assert "This is the first." in typed("b", "q")[1]


def test_what_is_no_answer_is_said_and_asked_again(typed, folder):
    _, out, _ = typed("x\x1b[31m", "", "?", "q")
    assert "“x[31m” is none of these; ? explains them." in out
    assert "Only keep protects." in out
    assert out.count("1 of ") == 1
    assert "\x1b" not in out
    assert words(folder) == {}


@pytest.mark.slow
def test_when_everybody_was_judged_there_is_nobody_left_unless_again_is_asked_for(typed, folder):
    everybody = queue(typed)
    _, out, _ = typed(*["n"] * len(everybody))
    assert "That was everybody." in out
    assert "Nobody to look at" in typed()[1]
    _, out, _ = typed("f", "q", options=["--again"])
    assert "You called it noise on " in out
    assert words(folder)[everybody[0]] == ("fine", "reviewed")


def test_the_list_names_everybody_and_asks_nothing(typed):
    everybody = queue(typed)
    _, out, _ = typed("n", options=["--list"])
    assert [out.index(one) for one in everybody] == sorted(out.index(one) for one in everybody)
    assert "[n]oise" not in out
    assert queue(typed) == everybody


@pytest.mark.slow
def test_the_words_are_listed_and_one_is_taken_back(typed):
    first, second, *_ = queue(typed)
    assert "you judged nobody yet" in typed(options=["--judged"])[1]
    typed("n", "k", "q")
    _, out, _ = typed(options=["--judged"])
    assert [line.split("\t")[:2] for line in out.splitlines()[1:]] == [[first, "noise"], [second, "fine"]]
    assert typed(options=["--forget", f"@{first}"])[1] == f"{first}: your word on it is taken back\n"
    assert typed(options=["--forget", second])[1].startswith(
        f"{second}: you said neither noise nor fine of it; you keep"
    )
    assert queue(typed)[0] == first


@pytest.mark.slow
def test_an_account_that_nobody_knows_is_no_word_to_take_back_and_then_none_is(typed, folder):
    first, *_ = queue(typed)
    typed("n", "q")
    code, _, err = typed(options=["--forget", first, f"x{first}"])
    assert code == 2
    assert f"did you mean {first}" in err
    assert words(folder) == {first: ("noise", "reviewed")}


@pytest.mark.slow
def test_explain_tells_what_was_said(typed, capsys):
    first, *_ = queue(typed)
    typed("n", "q")
    main(["explain", first])
    assert "You called it noise on " in capsys.readouterr().out


def test_nothing_was_swept_yet_says_what_to_do(typed, folder):
    (folder / "quietfeed.sqlite").unlink()
    code, _, err = typed()
    assert code == 2
    assert "run `quietfeed sweep` first" in err


@pytest.mark.slow
def test_beside_a_running_daemon_the_words_are_kept(typed, folder):
    first, *_ = queue(typed)
    daemons = open_store(str(folder / "quietfeed.sqlite"), exclusive=True)
    try:
        assert typed("n", "q")[0] == 0
        assert [one.account.handle for one in daemons.judgements("demo").values()] == [first]
    finally:
        daemons.close()


@pytest.mark.parametrize(("line", "answer"), [
    ("n", Answer.NOISE), ("NOISE", Answer.NOISE), (" fi ", Answer.FINE), ("keep", Answer.KEEP), ("s", Answer.SKIP),
    ("b", Answer.BACK), ("q", Answer.QUIT), ("?", Answer.HELP), ("help", Answer.HELP),
    ("", None), ("x", None), ("noisy", None), ("nf", None), ("??", None),
])  # fmt: skip
def test_an_answer_is_its_first_letters_or_the_whole_word(line, answer):
    assert answer_of(line) is answer


# -- single keys


@pytest.fixture
def line():
    """A pseudo-terminal: the keyboard's end, and the program's."""
    ours, theirs = pty.openpty()
    yield ours, theirs
    os.close(ours)
    os.close(theirs)


@pytest.mark.parametrize(("pressed", "read"), [
    (b"nf", ["n", "f"]),
    (b"\x1b[D", ["back"]),
    (b"\x1b[Cn", ["skip", "n"]),
    (b"\x1bOD\x1b[5~f", ["back", "\x1b[5~", "f"]),
    (b"\x1bx", ["\x1bx"]),
    (b"\x1b", ["\x1b"]),
    (b"\x7f", ["back"]),
    (b"\r", [""]),
    ("éñ€n".encode(), ["é", "ñ", "€", "n"]),
    (b"\xff", ["\ufffd"]),
    (b"n\x04f", ["n", None]),
])  # fmt: skip
def test_one_key_is_one_answer_however_many_bytes_it_sends(line, pressed, read):
    ours, theirs = line
    keys._single_keys(theirs)
    os.write(ours, pressed)
    keyboard = keys.Keys(theirs)
    assert [keyboard.read() for _ in read] == read


def test_a_line_that_is_cut_is_the_end_and_not_an_endless_key():
    ours, theirs = os.pipe()
    os.write(theirs, b"n\x1b[")
    os.close(theirs)
    keyboard = keys.Keys(ours)
    assert [keyboard.read() for _ in range(3)] == ["n", "\x1b[", None]
    os.close(ours)
    assert keyboard.read() is None


def test_a_signal_that_comes_just_before_the_reading_is_heeded_all_the_same(line):
    """Told by its descriptor alone, as where the handler has not run yet: the wait ends, looks, and waits for the
    key."""
    ours, theirs = line
    keys._single_keys(theirs)
    signalled, tell = os.pipe()
    os.write(tell, b"\x0f\x0f")
    pressing = threading.Timer(0.2, os.write, (ours, b"n"))
    pressing.start()
    assert keys.Keys(theirs, signalled).read() == "n"
    assert not select.select([signalled], [], [], 0)[0]
    pressing.join()
    os.close(signalled)
    os.close(tell)


def test_a_signal_within_the_heeding_is_told_by_a_descriptor_and_after_it_by_the_one_before():
    own, tell = os.pipe()
    os.set_blocking(tell, False)
    before = signal.set_wakeup_fd(tell)
    try:
        with keys._signals_heeded(lambda: None, lambda: None) as signalled:
            os.kill(os.getpid(), signal.SIGCONT)
            assert select.select([signalled], [], [], 5)[0]
        assert not select.select([own], [], [], 0)[0]
        assert signal.set_wakeup_fd(tell) == tell
    finally:
        signal.set_wakeup_fd(before)
        os.close(own)
        os.close(tell)


class Terminal:
    """A program on a terminal of its own, and somebody before it."""

    def __init__(self, *words, **env):
        self.ours, theirs = pty.openpty()
        self.shown = ""
        surroundings = {**os.environ, "PYTHONPATH": str(REPOSITORY), "TERM": "xterm", "COLUMNS": "80", **env}
        self.program = subprocess.Popen(
            [sys.executable, "-m", "bot", *words],
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            env=surroundings,
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
        )
        self.theirs = theirs

    def sees(self, words, times=1):
        """Waits until that was shown so often."""
        end = time.monotonic() + 60
        while self.shown.count(words) < times:
            assert time.monotonic() < end, f"{words!r} was not shown: {self.shown}"
            if select.select([self.ours], [], [], 0.2)[0]:
                self.shown += os.read(self.ours, 65536).decode("utf-8", "replace")

    def press(self, pressed):
        os.write(self.ours, pressed)

    def modes(self):
        """Whether the terminal echoes and gives whole lines, as a shell wants it."""
        flags = termios.tcgetattr(self.theirs)[3]
        return bool(flags & termios.ECHO), bool(flags & termios.ICANON)

    def comes_to(self, modes):
        """Waits until they are so."""
        end = time.monotonic() + 30
        while self.modes() != modes:
            assert time.monotonic() < end
            time.sleep(0.05)

    def close(self):
        if self.program.poll() is None:
            self.program.kill()
            self.program.wait()
        os.close(self.ours)
        os.close(self.theirs)


@pytest.fixture
def terminal(folder):
    """Starts `review` on a terminal of its own."""
    started = []

    def start(*words, **env):
        started.append(Terminal("review", *words, **env))
        return started[-1]

    yield start
    for one in started:
        one.close()


PROMPT = "[q]uit  [?] "


@pytest.mark.slow
def test_on_a_terminal_one_key_answers_and_the_terminal_is_left_as_it_was(terminal, typed, folder):
    first, *_ = queue(typed)
    screen = terminal()
    before = screen.modes()
    screen.sees(PROMPT)
    assert screen.modes() == (False, False)
    screen.press(b"n")
    screen.sees(PROMPT, 2)
    screen.press(b"\x1b[D")
    screen.sees(PROMPT, 3)
    screen.press(b"f")
    screen.sees(PROMPT, 4)
    screen.press(b"q")
    screen.sees("You said: 1 fine.")
    assert screen.program.wait(30) == 0
    assert screen.modes() == before == (True, True)
    assert words(folder) == {first: ("fine", "reviewed")}
    assert "\033[1m1 of " in screen.shown


@pytest.mark.slow
@pytest.mark.parametrize("how", ["Ctrl-C", "SIGTERM"])
def test_however_it_is_interrupted_the_terminal_and_the_words_stay_whole(terminal, typed, folder, how):
    first, *_ = queue(typed)
    screen = terminal()
    screen.sees(PROMPT)
    screen.press(b"n")
    screen.sees(PROMPT, 2)
    if how == "Ctrl-C":
        screen.press(b"\x03")
    else:
        screen.program.send_signal(signal.SIGTERM)
    screen.sees("You said: 1 noise.")
    assert screen.program.wait(30) == 130
    assert screen.modes() == (True, True)
    assert "Traceback" not in screen.shown
    assert words(folder) == {first: ("noise", "reviewed")}


@pytest.mark.slow
def test_while_it_is_stopped_the_terminal_is_the_shells_and_then_it_reads_keys_again(terminal):
    screen = terminal()
    screen.sees(PROMPT)
    screen.press(b"\x1a")  # Ctrl-Z
    screen.comes_to((True, True))
    assert os.waitid(os.P_PID, screen.program.pid, os.WSTOPPED)
    screen.program.send_signal(signal.SIGCONT)
    screen.comes_to((False, False))
    screen.press(b"q")
    screen.sees("You said nothing.")
    assert screen.program.wait(30) == 0


@pytest.mark.slow
@pytest.mark.parametrize("env", [{"NO_COLOR": "1"}, {"TERM": "dumb"}])
def test_a_terminal_or_an_owner_that_wants_no_colours_gets_none(terminal, typed, env):
    first, *_ = queue(typed)
    typed("n", "q")
    screen = terminal(**env)
    screen.sees(PROMPT)
    screen.press(b"\x04")
    screen.sees("You said nothing.")
    assert screen.program.wait(30) == 0
    assert "\033[1m1 of" not in screen.shown
    listed = terminal("--judged", **env)
    listed.sees(first)
    assert listed.program.wait(30) == 0
    assert "\033" not in listed.shown
