"""Changes the program at random, a little each time, and runs the fast tests of the room: who notices, who does not.

    python -m tests.mutants [--number 40] [--seed 1] [--room actions] [--jobs 1]

Prints killed and survived by room, and the lines of the survivors. The sources stay as they are: a copy is changed.
"""

import argparse
import difflib
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue

from tests.mutants.changes import Change, applied, changes

ROOT = Path(__file__).parents[2]
TESTS = {
    "judging": "judging signals actions/test_limits.py demo service/test_sweep.py service/test_unread.py "
    "cli/test_docs.py",
    "actions": "actions service/test_fall_back.py service/test_sweep.py cli/test_actions.py",
    "service": "service actions/test_expiry.py actions/test_until_midnight.py cli/test_actions.py",
    "platforms/mastodon": "platforms/mastodon platforms/test_windows.py ../contract/mastodon "
    "../contract/test_mastodon.py ../contract/test_odd_answers.py ../contract/test_rogue.py test_big_inputs.py",
    "platforms/bluesky": "platforms/bluesky platforms/test_windows.py ../contract/test_bluesky.py "
    "../contract/test_bluesky_actions.py ../contract/test_bluesky_found.py ../contract/test_bluesky_unread.py "
    "../contract/test_odd_answers.py ../contract/test_rogue.py test_big_inputs.py",
    "platforms": "platforms ../contract actions service",
    "store": "store service",
    "report": "report cli service",
    "config": "config cli",
    "signals": "signals judging",
    "urls": "urls platforms",
    "cli": "cli config",
    "demo": "demo cli",
}
"""The tests of each room, under tests/unit; of the rest all of them."""
PATIENCE = 5.0
"""A changed program may take so many times as long as the unchanged one, and SLACK seconds besides."""
SLACK = 30.0
TOLD = ("--durations=0", "--durations-min=0")
"""What lets pytest tell how long each test took, those too that take no time."""
DURATION = re.compile(r"^(\d+\.\d+)s \w+ +(tests/[^:]+\.py)::", re.MULTILINE)
LEFT_BEHIND = shutil.ignore_patterns(".*", "__pycache__", "dist", "live", "*.egg-info")


@dataclass(frozen=True)
class Mutant:
    """One change of one file."""

    path: Path
    change: Change

    @property
    def room(self) -> str:
        return room_of(self.path)

    def lines(self) -> str:
        """What it changes, as a diff without context."""
        source = (ROOT / self.path).read_text("utf-8")
        made = applied(source, self.change)
        told = difflib.unified_diff(source.splitlines(), made.splitlines(), lineterm="", n=0)
        return "\n".join(f"    {line}" for line in list(told)[3:])

    def __str__(self) -> str:
        return f"  {self.path}:{self.change.line}  {self.change.kind}\n{self.lines()}"


def room_of(path: Path) -> str:
    """The room that a file under bot/ belongs to: `platforms/mastodon` is one of its own."""
    parts = path.with_suffix("").parts[1:]
    return "/".join(parts[:2]) if parts[0] == "platforms" and len(parts) > 2 else parts[0]


def mutants(room: str) -> list[Mutant]:
    """Every change that the files of a room offer, or those of all rooms; a file is named as `judging/trust`."""
    paths = sorted(path.relative_to(ROOT) for path in (ROOT / "bot").rglob("*.py"))
    chosen = [path for path in paths if not room or f"{path.with_suffix('')}/".startswith(f"bot/{room}/")]
    return [Mutant(path, change) for path in chosen for change in changes((ROOT / path).read_text("utf-8"))]


def tests_of(room: str) -> list[str]:
    """The tests that concern a room."""
    places = TESTS.get(room, "").split()
    return [os.path.relpath(ROOT / "tests" / "unit" / place, ROOT) for place in places] or ["tests/unit"]


def named(path: Path) -> list[str]:
    """The tests that have the name of a file."""
    found = (str(one.relative_to(ROOT)) for one in (ROOT / "tests").rglob(f"test_{path.stem}.py"))
    return [one for one in found if "live" not in one]


class Copies:
    """Copies of the project that are changed and put back, one for each of the jobs."""

    def __init__(self, folder: Path, jobs: int) -> None:
        self.free: SimpleQueue[Path] = SimpleQueue()
        self.usual: dict[str, float] = {}
        self.order: dict[str, list[str]] = {}
        """The test files of each room, those first that take the least time: most changes are noticed at once."""
        for number in range(jobs):
            copy = folder / str(number)
            shutil.copytree(ROOT, copy, ignore=LEFT_BEHIND)
            self.free.put(copy)

    def survives(self, mutant: Mutant) -> bool:
        """Whether every test passes all the same. One that never ends is noticed too."""
        copy = self.free.get()
        file = copy / mutant.path
        source = file.read_text("utf-8")
        try:
            file.write_text(applied(source, mutant.change), "utf-8")
            order = self.order[mutant.room]
            tests = [*(one for one in named(mutant.path) if one not in order), *order]
            return passed(copy, tests, self.usual[mutant.room] * PATIENCE + SLACK).returncode == 0
        except subprocess.TimeoutExpired:
            return False
        finally:
            file.write_text(source, "utf-8")
            self.free.put(copy)

    def measure(self, mutant: Mutant) -> None:
        """How long the tests of its room take while nothing is changed. Exits where they do not pass."""
        if mutant.room in self.usual:
            return
        copy, began, tests = self.free.get(), time.monotonic(), tests_of(mutant.room)
        done = passed(copy, [*tests, *TOLD], None)
        if done.returncode:
            sys.exit(f"the tests of {mutant.room} fail before anything is changed: {' '.join(tests)}")
        self.usual[mutant.room] = time.monotonic() - began
        self.order[mutant.room] = quickest_first(done.stdout)
        self.free.put(copy)


def passed(copy: Path, tests: Sequence[str], limit: float | None) -> "subprocess.CompletedProcess[str]":
    """Tests run in a copy, the first failure ending them."""
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", "-m", "not live"]
    environ = {**os.environ, "PYTHONPATH": str(copy), "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(
        [*command, "--hypothesis-seed=1", *tests],
        cwd=copy, env=environ, capture_output=True, text=True, timeout=limit, check=False,
    )  # fmt: skip


def quickest_first(printed: str) -> list[str]:
    """The test files that pytest names with its durations (`0.52s call tests/unit/test_it.py::test_one`)."""
    took: Counter[str] = Counter()
    for seconds, file in DURATION.findall(printed):
        took[file] += float(seconds)
    return sorted(took, key=lambda file: took[file])


def main(arguments: Sequence[str] | None = None) -> int:
    """Draw the sample, hold each change against the tests, and print who noticed."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--number", type=int, default=40, help="changes to try")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--room", default="", help="only that room or file, such as actions or platforms/bluesky/faults"
    )
    parser.add_argument("--jobs", type=int, default=1, help="how many at once")
    asked = parser.parse_args(arguments)
    everything = mutants(asked.room)
    if not everything:
        parser.error(f"there is no room {asked.room!r} in bot/")
    sample = random.Random(asked.seed).sample(everything, min(asked.number, len(everything)))
    with tempfile.TemporaryDirectory() as folder:
        copies = Copies(Path(folder), asked.jobs)
        for mutant in sample:
            copies.measure(mutant)
        with ThreadPoolExecutor(asked.jobs) as pool:
            survived = []
            for mutant, lives in zip(sample, pool.map(copies.survives, sample), strict=True):
                if lives:
                    survived.append(mutant)
                    print(mutant, flush=True)
    tell(sample, survived)
    return 0


def tell(sample: Sequence[Mutant], survived: Sequence[Mutant]) -> None:
    """Print the count of each room."""
    tried, alive = Counter(m.room for m in sample), Counter(m.room for m in survived)
    for room in sorted(tried):
        killed = tried[room] - alive[room]
        print(f"{room:20} killed {killed:3} of {tried[room]:3}  {killed / tried[room]:4.0%}  survived {alive[room]}")


if __name__ == "__main__":
    sys.exit(main())
