"""The desk: how soon each page comes, how soon a moved bound is answered, and how much memory its process takes.

    python -m benchmarks.desk [POSTS] [FOLDER]

On the demo's store, and on one with a month of so many posts by 500 accounts, each judged on each day. That takes long
to make; in a FOLDER it is kept, and used again: for the desk it is the end of that month, whenever it is measured. The
desk runs as a process of its own and is asked over HTTP. The first page of each kind is the first that a fresh desk
gives.
"""

import html
import os
import re
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from urllib.parse import urlencode

from benchmarks.made.past import PROFILE, fill
from benchmarks.size import NOW
from bot.cli import desk as verb
from bot.cli import main as cli
from bot.cli.demo import PAGE
from bot.clock import SimulatedClock
from bot.config import load
from bot.desk.pages import PAGES
from bot.store import open_store

STARTS, TIMES = 3, 5
AIM_DEMO, AIM_LARGE, AIM_MOVED, AIM_MEMORY = 300, 1000, 200, 120
"""Milliseconds of a page on each store and of a moved bound; MB."""
TOKEN = "a-token-for-benchmarks"
CONFIG = f"""\
store: quietfeed.sqlite
profiles:
  - {{name: {PROFILE}, platform: mastodon, server: https://social.example}}
rules: shipped
"""


@dataclass
class Desk:
    """A running desk."""

    port: int
    process: "subprocess.Popen[str]"
    cookie: str = ""

    def get(self, path: str) -> tuple[float, int, str]:
        """Milliseconds until all of it is there, its status, and what it is."""
        began = time.perf_counter()
        connection = HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection.request("GET", path, headers={"cookie": self.cookie})
        answer = connection.getresponse()
        body = answer.read().decode()
        spent = (time.perf_counter() - began) * 1000
        self.cookie = (answer.getheader("set-cookie") or self.cookie).partition(";")[0]
        connection.close()
        return spent, answer.status, body

    def megabytes(self, line: str) -> float:
        """A line of /proc/PID/status, such as VmRSS or VmHWM, in MB."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.findall(rf"{line}:\s+(\d+) kB", status)[0]) / 1024


@contextmanager
def desk(folder: Path) -> Iterator[Desk]:
    """The desk of the config in that folder, somebody already let in."""
    program = "bot" if (folder / PAGE).exists() else "benchmarks.desk"  # the demo's store ends today
    command = [sys.executable, "-m", program, "desk", "--port", "0", "--config", str(folder / "config.yaml")]
    surroundings = {**os.environ, "QUIETFEED_DESK_TOKEN": TOKEN, "QUIETFEED_STATE_DIR": str(folder / "state")}
    with subprocess.Popen(command, env=surroundings, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            said = re.search(r":(\d+)/", process.stdout.readline())
            assert said is not None, "the desk did not start"
            running = Desk(int(said[1]), process)
            running.get(f"/?token={TOKEN}")
            yield running
        finally:
            process.terminate()


@dataclass
class Figures:
    """What was measured of one store."""

    first: defaultdict[str, list[float]]
    again: defaultdict[str, list[float]]
    moved: list[float]
    memory: list[tuple[float, float]]
    """Resident in the end, and at most."""


def measured(folder: Path) -> Figures:
    """A few fresh desks, each asked for every page."""
    figures = Figures(defaultdict(list), defaultdict(list), [], [])
    for _ in range(STARTS):
        with desk(folder) as running:
            for page in PAGES:
                spent, status, _body = running.get(page.path)
                if status == 200 and page.menu:
                    figures.first[page.path].append(spent)
                    figures.again[page.path] += [running.get(page.path)[0] for _ in range(TIMES)]
            figures.moved += list(_moved(running))
            figures.memory.append((running.megabytes("VmRSS"), running.megabytes("VmHWM")))
    return figures


def _moved(running: Desk) -> Iterator[float]:
    """How long each place takes to which a bound is dragged."""
    _, _, page = running.get("/rules?wait=1")
    bound = re.search(r'name="([^"]+\|when\|link_share\|at_least)"', page)
    assert bound is not None, "no bound on links to move"
    for hundredths in range(50, 100, 5):
        yield running.get("/moved?" + urlencode({"move": f"{html.unescape(bound[1])}|{hundredths / 100}"}))[0]


def show(name: str, figures: Figures, aim: int) -> None:
    """Print medians."""
    print(f"{name}, milliseconds")
    for path, first in figures.first.items():
        print(f"  {path:<12} first {median(first):6.0f} (aim {aim}), again {median(figures.again[path]):5.0f}")
    print(f"  moved bound        {median(figures.moved):6.0f} (aim {AIM_MOVED}), at most {max(figures.moved):.0f}")
    now, most = (max(column) for column in zip(*figures.memory, strict=True))
    print(f"  memory             {now:6.1f} MB (aim {AIM_MEMORY}), at most {most:.1f}")


def large(folder: Path, posts: int) -> None:
    """Make the large store in that folder, where it is not there yet."""
    folder.mkdir(parents=True, exist_ok=True)
    if (folder / "quietfeed.sqlite").exists():
        return
    (folder / "config.yaml").write_text(CONFIG)
    store = open_store(str(folder / "quietfeed.sqlite"))
    try:
        fill(store, posts, load(folder / "config.yaml"))
    finally:
        store.close()


def main(posts: int = 1_000_000, kept: Path | None = None) -> int:
    """Print all of it."""
    with TemporaryDirectory(prefix="quietfeed-bench-") as name:
        demo, made = Path(name) / "demo", kept or Path(name) / "large"
        subprocess.run(
            [sys.executable, "-m", "bot", "demo", "--keep", str(demo)], stdout=subprocess.DEVNULL, check=True
        )
        show("the demo", measured(demo), AIM_DEMO)
        large(made, posts)
        show(f"{posts:,} posts", measured(made), AIM_LARGE)
    return 0


def serve(words: Sequence[str]) -> int:
    """`quietfeed desk` at the end of the month that the large store holds."""
    verb.SystemClock = lambda: SimulatedClock(NOW)  # type: ignore[assignment, misc]
    return cli(words)


if __name__ == "__main__":
    if sys.argv[1:2] == ["desk"]:
        sys.exit(serve(sys.argv[1:]))
    sys.exit(main(*map(int, sys.argv[1:2]), *map(Path, sys.argv[2:3])))
