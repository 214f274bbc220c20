"""Five signals of a replay beside DuckDB and polars: what they cost here, and written by hand for a database.

    python -m benchmarks.beside [ACCOUNTS] [POSTS]

Own posts, share of links, of replies, of reposts and of the top domain: of each account, on each of 90 days, by the
posts of the 60 days before. Each reads what is kept in a file: packed rows here, Parquet there. Each works in a process
of its own, on one thread; its CPU is counted from opening the file until all readings lie in its memory, imports not,
and what it came to need at most is told by the kernel. All readings have to be the same before a figure is printed.
"""

import json
import os
import subprocess
import sys
from array import array
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import timedelta
from importlib.util import find_spec
from itertools import islice
from math import nan
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import process_time
from typing import Any, TypeAlias

from benchmarks.judging import NOW, histories
from benchmarks.made.resident import peak
from benchmarks.replay import DAYS, DIFFERENT, SPAN, days
from bot.config import default_config
from bot.judging.rules import read
from bot.model import SELF, Account, Lexicon, moment
from bot.signals.features import Kind
from bot.signals.rows import Rows
from bot.signals.window import window

SIGNALS = ("own_posts", "link_share", "reply_share", "repost_share", "top_domain_share")
TIMES = 3
AIM_CPU, AIM_MEMORY = 1.2, 1 / 3
DAY = timedelta(days=1) // timedelta(microseconds=1)
END, FIRST = moment(NOW), 1 - DAYS
Table: TypeAlias = Iterable[tuple[float | None, ...]]
"""Readings, rows by account and day, columns as SIGNALS."""

# -- what is kept


def keep(folder: Path, accounts: int, posts: int) -> int:
    """Write the same posts as packed rows and as Parquet; how many there are. Nobody talks to themselves in them, so
    that a thread need not be told in SQL."""
    import duckdb

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
    for history in histories(accounts, posts * 6 // 5, lexicon, minutes=(DAYS + SPAN.days) * 1440 // posts):
        alone = tuple(islice((post for post in history.posts if post.reply_to != SELF), posts))
        yield window(replace(history, posts=alone)).posts.rows


def _lines(rows: Rows) -> Iterator[str]:
    """Each post as its time, its kind, and the domain of its link."""
    for post in rows:
        yield f"{post.at},{post.kind},{post.links[0].domain if post.links else ''}"


# -- the three


def quietfeed(folder: Path) -> Callable[[], Callable[[], Table]]:
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


SQL = f"""
CREATE TABLE posts AS  -- on which of the days that end when windows do
SELECT account, CAST(ceil((time - {END}) / {DAY}) AS SMALLINT) AS on_day, kind, domain FROM 'posts.parquet';

CREATE TABLE days AS SELECT CAST(unnest(range({FIRST}, 1)) AS SMALLINT) AS day;

CREATE TABLE windows AS
SELECT account, day, sum(posts) AS posts, sum(own) AS own, sum(linked) AS linked, sum(replies) AS replies,
    sum(reposts) AS reposts
FROM (
    SELECT account, on_day, count(*) AS posts, count(*) FILTER (kind = 0) AS own,
        count(domain) FILTER (kind = 0) AS linked, count(*) FILTER (kind & {Kind.REPLY} <> 0) AS replies,
        count(*) FILTER (kind & {Kind.REPOST} <> 0) AS reposts
    FROM posts GROUP BY ALL
) JOIN days ON on_day > day - {SPAN.days} AND on_day <= day GROUP BY account, day;

CREATE TABLE changes AS  -- of each domain: posts come into the window on their day, and leave it 60 days later
WITH links AS (
    SELECT account, domain, on_day, count(*) AS many FROM posts
    WHERE kind = 0 AND domain IS NOT NULL AND on_day > {FIRST - SPAN.days} GROUP BY ALL
)
SELECT account, domain, day, sum(more) AS more FROM (
    SELECT account, domain, greatest(on_day, {FIRST}) AS day, many AS more FROM links
    UNION ALL SELECT account, domain, on_day + {SPAN.days}, -many FROM links WHERE on_day + {SPAN.days} <= 0
) GROUP BY ALL;

CREATE TABLE tops AS
SELECT account, day, max(many) AS most FROM (
    SELECT account, since, until, max(many) AS many FROM (
        SELECT account, day AS since, coalesce(lead(day) OVER of_one, 1) AS until, sum(more) OVER of_one AS many
        FROM changes WINDOW of_one AS (PARTITION BY account, domain ORDER BY day)
    ) WHERE many > 0 GROUP BY ALL
) JOIN days ON day >= since AND day < until GROUP BY ALL;

CREATE TABLE readings AS
SELECT account, day, own AS own_posts, linked / nullif(own, 0) AS link_share,
    replies / nullif(replies + own, 0) AS reply_share, reposts / nullif(posts, 0) AS repost_share,
    CASE WHEN linked >= 10 THEN most / linked END AS top_domain_share
FROM windows LEFT JOIN tops USING (account, day);
"""


def duckdb(folder: Path) -> Callable[[], Callable[[], Table]]:
    """By hand in SQL."""
    import duckdb

    def work() -> Callable[[], Table]:
        base = duckdb.connect(config={"threads": 1})
        base.execute(SQL.replace("posts.parquet", str(folder / "posts.parquet")))
        return base.execute(f"SELECT {', '.join(SIGNALS)} FROM readings ORDER BY account, day").fetchall

    return work


def polars(folder: Path) -> Callable[[], Callable[[], Table]]:
    """By hand in expressions."""
    os.environ["POLARS_MAX_THREADS"] = "1"
    import polars as pl

    def work() -> Callable[[], Table]:
        on_day = ((pl.col("time") - END) / DAY).ceil().cast(pl.Int16)
        kept = pl.scan_parquet(folder / "posts.parquet").with_columns(on_day.alias("on_day")).drop("time")
        posts = kept.filter(pl.col("on_day") > FIRST - SPAN.days).collect()
        both = _windows(pl, posts).join(_tops(pl, posts), on=["account", "day"], how="left").sort("account", "day")
        some = pl.when(pl.col("linked") >= 10)
        return both.select(
            pl.col("own"),
            _share(pl, pl.col("linked"), pl.col("own")),
            _share(pl, pl.col("replies"), pl.col("replies") + pl.col("own")),
            _share(pl, pl.col("reposts"), pl.col("posts")),
            some.then(pl.col("most") / pl.col("linked")).alias("top"),
        ).rows

    return work


def _share(pl: Any, part: Any, whole: Any) -> Any:
    return pl.when(whole > 0).then(part / whole).alias(part.meta.output_name())


def _windows(pl: Any, posts: Any) -> Any:
    """Of each account and day, how many posts of each sort lie in the window."""
    own, linked = pl.col("kind") == 0, pl.col("domain").is_not_null()
    by_day = posts.group_by("account", "on_day").agg(
        posts=pl.len(),
        own=own.sum(),
        linked=(own & linked).sum(),
        replies=((pl.col("kind") & Kind.REPLY) != 0).sum(),
        reposts=((pl.col("kind") & Kind.REPOST) != 0).sum(),
    )
    days = pl.select(on_day=pl.int_range(FIRST - SPAN.days + 1, 1, dtype=pl.Int16))
    every = posts.select("account").unique().join(days, how="cross")
    counts = every.join(by_day, on=["account", "on_day"], how="left").fill_null(0).sort("account", "on_day")
    rolling = pl.col("posts", "own", "linked", "replies", "reposts").rolling_sum(SPAN.days, min_samples=1)
    moved = counts.with_columns(rolling.over("account"))
    return moved.filter(pl.col("on_day") >= FIRST).rename({"on_day": "day"})


def _tops(pl: Any, posts: Any) -> Any:
    """Of each account and day, how many links lead to the top domain: what comes into the window leaves it later."""
    day, of_one = pl.col("on_day"), ("account", "domain")
    links = posts.filter((pl.col("kind") == 0) & pl.col("domain").is_not_null())
    links = links.group_by(*of_one, "on_day").agg(more=pl.len().cast(pl.Int32))
    come = links.with_columns(pl.max_horizontal(day, pl.lit(FIRST, dtype=pl.Int16)))
    gone = links.with_columns(day + SPAN.days, -pl.col("more")).filter(day <= 0)
    changes = pl.concat([come, gone]).group_by(*of_one, "on_day").agg(pl.col("more").sum()).sort(*of_one, "on_day")
    until, many = day.shift(-1).over(of_one).fill_null(1), pl.col("more").cum_sum().over(of_one)
    counts = changes.with_columns(until=until, many=many).filter(pl.col("many") > 0)
    counts = counts.group_by("account", "on_day", "until").agg(pl.col("many").max())
    each = counts.with_columns(day=pl.int_ranges("on_day", "until", dtype=pl.Int16)).explode("day")
    return each.group_by("account", "day").agg(most=pl.col("many").max())


# -- measured


CONTESTANTS: dict[str, Callable[[Path], Callable[[], Callable[[], Table]]]] = {
    "quietfeed": quietfeed,
    "duckdb": duckdb,
    "polars": polars,
}


def measured(name: str, folder: Path) -> None:
    """Work in this process; write the readings down and print what it cost."""
    work = CONTESTANTS[name](folder)
    began = process_time()
    readings = work()
    seconds, megabytes = process_time() - began, peak()
    with (folder / name).open("w") as file:
        for row in readings():
            file.write(" ".join(f"{nan if one is None else round(float(one), 4)}" for one in row) + "\n")
    print(json.dumps([seconds, megabytes]))


def figures(folder: Path) -> dict[str, tuple[float, float]]:
    """Seconds and megabytes of each: medians. Each takes its turn, since a machine is not as fast all day."""
    found: dict[str, list[tuple[float, float]]] = {name: [] for name in CONTESTANTS}
    for _ in range(TIMES):
        for name, told in found.items():
            command = [sys.executable, "-m", "benchmarks.beside", name, str(folder)]
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
    if sys.argv[1:2] and sys.argv[1] in CONTESTANTS:
        sys.exit(measured(sys.argv[1], Path(sys.argv[2])))
    sys.exit(main(*map(int, sys.argv[1:])))
