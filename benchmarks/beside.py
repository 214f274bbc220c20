"""Five signals of a replay beside DuckDB and polars: what they cost here, and written by hand for a database.

    python -m benchmarks.beside [ACCOUNTS] [POSTS]

Own posts, share of links, of replies, of reposts and of the top domain: of each account, on each of 90 days, by the
posts of the 60 days before. Each reads what is kept in a file: packed rows here, Parquet there. Each works in a process
of its own, on one thread; its CPU is counted from opening the file until all readings lie in its memory, imports not,
and what it came to need at most is told by the kernel. All readings have to be the same before a figure is printed.
"""

import json
import subprocess
import sys
from array import array
from collections.abc import Callable, Iterator
from dataclasses import replace
from importlib.util import find_spec
from itertools import islice
from math import nan
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from benchmarks.judging import histories
from benchmarks.made.by_hand import DAYS, END, REPLY, REPOST, SIGNALS, SPAN, Table, Work, measured
from benchmarks.replay import DIFFERENT, ENDS, days
from benchmarks.replay import SPAN as WINDOW
from bot.config import default_config
from bot.judging.rules import read
from bot.model import SELF, Account, Lexicon, moment
from bot.signals.features import Kind
from bot.signals.rows import Rows
from bot.signals.window import window

TIMES = 3
AIM_CPU, AIM_MEMORY = 1.2, 1 / 3
# -- what is kept


def keep(folder: Path, accounts: int, posts: int) -> int:
    """Write the same posts as packed rows and as Parquet; how many there are. Nobody talks to themselves in them, so
    that a thread need not be told in SQL."""
    import duckdb

    assert (len(ENDS), moment(ENDS[-1]), WINDOW.days) == (DAYS, END, SPAN)
    assert (Kind.REPLY, Kind.REPOST) == (REPLY, REPOST)
    lexicon = default_config().lexicon
    made = list(_rows(min(accounts, DIFFERENT), posts, lexicon))
    with (folder / "rows").open("wb") as packed, (folder / "posts.csv").open("w") as lines:
        for number in range(accounts):
            rows = made[number % len(made)]
            data = rows.packed()
            packed.write(len(data).to_bytes(4, "little") + data)
            lines.writelines(f"{number},{line}\n" for line in _lines(rows))
    columns = "{account: 'INTEGER', time: 'BIGINT', kind: 'UTINYINT', domain: 'VARCHAR'}"
    duckdb.sql(
        f"COPY (FROM read_csv('{folder}/posts.csv', header = false, columns = {columns})) TO '{folder}/posts.parquet'"
    )
    (folder / "posts.csv").unlink()
    return sum(len(made[number % len(made)]) for number in range(accounts))


def _rows(accounts: int, posts: int, lexicon: Lexicon) -> Iterator[Rows]:
    for history in histories(accounts, posts * 6 // 5, lexicon, minutes=(DAYS + SPAN) * 1440 // posts):
        alone = tuple(islice((post for post in history.posts if post.reply_to != SELF), posts))
        yield window(replace(history, posts=alone)).posts.rows


def _lines(rows: Rows) -> Iterator[str]:
    """Each post as its time, its kind, and the domain of its link."""
    for post in rows:
        yield f"{post.at},{post.kind},{post.links[0].domain if post.links else ''}"


def quietfeed(folder: Path) -> Work:
    """The signals of the program, window after window."""
    lexicon, account, width = default_config().lexicon, Account("a", "a@example.org"), len(SIGNALS)

    def work() -> Callable[[], Table]:
        readings = array("d")
        with (folder / "rows").open("rb") as file:
            while head := file.read(4):
                packed = file.read(int.from_bytes(head, "little"))
                for history in days(packed, account, lexicon):
                    readings.extend(nan if one is None else one for one in read(history, SIGNALS).values())
        return lambda: (tuple(readings[n : n + width]) for n in range(0, len(readings), width))

    return work


# -- measured

MEASURED = {"quietfeed": "benchmarks.beside", "duckdb": "benchmarks.made.by_hand", "polars": "benchmarks.made.by_hand"}


def figures(folder: Path) -> dict[str, tuple[float, float]]:
    """Seconds and megabytes of each: medians. Each takes its turn, since a machine is not as fast all day."""
    found: dict[str, list[tuple[float, float]]] = {name: [] for name in MEASURED}
    for _ in range(TIMES):
        for name, told in found.items():
            command = [sys.executable, "-m", MEASURED[name], name, str(folder)]
            told.append(tuple(json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)))
            same = (folder / name).read_bytes() == (folder / "quietfeed").read_bytes()
            assert same, f"{name} reads otherwise: compare {folder / name}"
    return {name: (median(cpu for cpu, _ in told), median(mb for _, mb in told)) for name, told in found.items()}


def main(accounts: int = 1_000, posts: int = 1_000) -> int:
    """Print seconds and megabytes of the three."""
    lacking = [name for name in ("duckdb", "polars") if not find_spec(name)]
    if lacking:
        print(f"{' and '.join(lacking)} not installed: `make beside` installs what this needs, and runs it")
        return 0
    with TemporaryDirectory(prefix="quietfeed-beside-") as folder:
        many = keep(Path(folder), accounts, posts)
        found = figures(Path(folder))
    windows = accounts * DAYS
    print(f"{many:,} posts of {accounts:,} accounts, {len(SIGNALS)} signals, {windows:,} windows; all read the same")
    cpu, memory = found["duckdb"]
    for name, (seconds, megabytes) in found.items():
        beside = f"{seconds / cpu:5.2f} and {megabytes / memory:4.2f} of DuckDB's"
        print(f"{name:9} {seconds:6.2f} s CPU {megabytes:6.0f} MB  {beside}")
    print(f"aim: CPU at most {AIM_CPU:g} of DuckDB's, memory at most {AIM_MEMORY:.2f}")
    return 0


if __name__ == "__main__":
    if sys.argv[1:2] == ["quietfeed"]:
        sys.exit(measured("quietfeed", quietfeed(Path(sys.argv[2])), Path(sys.argv[2])))
    sys.exit(main(*map(int, sys.argv[1:])))
