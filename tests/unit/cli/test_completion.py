"""A shell that took up what `quietfeed completion` prints completes what may be typed."""

import shutil
import subprocess
import sys

import pytest

from bot.cli import main
from bot.cli.parser import build

COMPLETES = """
source /dev/stdin
COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
_shtab_quietfeed 2>/dev/null
printf '%s\\n' "${COMPREPLY[@]}"
"""


def verbs() -> list[str]:
    """The names of the verbs."""
    return next(list(action.choices) for action in build()._actions if action.metavar == "VERB")


@pytest.fixture
def script(capsys):
    """What is printed for a shell."""

    def printed(shell: str) -> str:
        assert main(["completion", shell]) == 0
        return capsys.readouterr().out

    return printed


@pytest.fixture
def completed(script, tmp_path):
    """What bash offers after the words typed so far, the last of them begun; in a folder with a file and a folder."""
    if not shutil.which("bash"):
        pytest.skip("there is no bash on this machine")
    (tmp_path / "config.yaml").touch()
    (tmp_path / "kept").mkdir()

    def offers(*words: str) -> list[str]:
        run = ["bash", "-c", COMPLETES, "bash", "quietfeed", *words]
        done = subprocess.run(run, input=script("bash"), cwd=tmp_path, capture_output=True, text=True, check=True)
        return done.stdout.split()

    return offers


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        (["sw"], ["sweep"]),
        (["sweep", "--rep"], ["--report-if-due"]),
        (["init", "--platform", ""], ["mastodon", "bluesky"]),
        (["report", "--format", "m"], ["markdown"]),
        (["completion", ""], ["bash", "zsh", "tcsh"]),
        (["help", "tu"], ["tune"]),
        (["signals", "link_"], ["link_share"]),
        (["signals", "group", "repost_"], ["repost_share"]),
        (["--config", "con"], ["config.yaml"]),
        (["sweep", "--config", "con"], ["config.yaml"]),
        (["judge", "con"], ["config.yaml"]),
        (["demo", "--keep", ""], ["kept"]),
    ],
    ids=" ".join,
)
def test_bash_offers_what_may_follow(completed, words, offered):
    assert completed(*words) == offered


def test_bash_offers_every_verb(completed):
    assert completed("") == verbs()


def test_bash_knows_whom_to_ask_for_this_program(script):
    if not shutil.which("bash"):
        pytest.skip("there is no bash on this machine")
    known = ["bash", "-c", "source /dev/stdin && complete -p quietfeed"]
    assert "quietfeed" in subprocess.run(known, input=script("bash"), capture_output=True, text=True, check=True).stdout


@pytest.mark.parametrize("shell", ["bash", "zsh", "tcsh"])
def test_each_shell_reads_its_script_and_every_verb_is_in_it(script, shell):
    printed = script(shell)
    assert [verb for verb in verbs() if verb not in printed] == []
    if shutil.which(shell):
        run = [shell, "-n", *(["/dev/stdin"] if shell != "tcsh" else [])]
        read = subprocess.run(run, input=printed, capture_output=True, text=True, check=False)
        assert (read.returncode, read.stderr) == (0, "")


def test_help_and_the_other_verbs_go_without_the_library():
    asked = "import sys; from bot.cli import main\ntry: main(['--help'])\nexcept SystemExit: pass\n"
    seen = f"{asked}sys.exit('shtab' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", seen], capture_output=True, check=False).returncode == 0
