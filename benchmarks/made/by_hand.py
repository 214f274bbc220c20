"""Five signals of a replay by hand, for DuckDB and for polars. Loads nothing of the program, whose memory it is held
against."""

import json
import os
import sys
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from math import nan
from pathlib import Path
from time import process_time
from typing import Any, TypeAlias

from benchmarks.made.resident import peak

SIGNALS = ("own_posts", "link_share", "reply_share", "repost_share", "top_domain_share")
DAYS, SPAN = 90, 60
"""So many windows, of so many days each."""
DAY = 86_400_000_000
END, FIRST = int(datetime(2026, 6, 1, tzinfo=UTC).timestamp()) * 1_000_000, 1 - DAYS
"""When the last window ends, in microseconds; and the first one's day, where the last one's is 0."""
REPOST, REPLY = 1, 2
"""Bits of the kind of a post; 0 is an own post."""
Table: TypeAlias = Iterable[tuple[float | None, ...]]
"""Readings, rows by account and day, columns as SIGNALS."""
Work: TypeAlias = Callable[[], Callable[[], Table]]
"""What is measured; what it gives tells the readings."""


SQL = f"""
CREATE TABLE posts AS  -- on which of the days that end when windows do
SELECT account, CAST(ceil((time - {END}) / {DAY}) AS SMALLINT) AS on_day, kind, domain FROM 'posts.parquet';

CREATE TABLE days AS SELECT CAST(unnest(range({FIRST}, 1)) AS SMALLINT) AS day;

CREATE TABLE windows AS
SELECT account, day, sum(posts) AS posts, sum(own) AS own, sum(linked) AS linked, sum(replies) AS replies,
    sum(reposts) AS reposts
FROM (
    SELECT account, on_day, count(*) AS posts, count(*) FILTER (kind = 0) AS own,
        count(domain) FILTER (kind = 0) AS linked, count(*) FILTER (kind & {REPLY} <> 0) AS replies,
        count(*) FILTER (kind & {REPOST} <> 0) AS reposts
    FROM posts GROUP BY ALL
) JOIN days ON on_day > day - {SPAN} AND on_day <= day GROUP BY account, day;

CREATE TABLE changes AS  -- of each domain: posts come into the window on their day, and leave it 60 days later
WITH links AS (
    SELECT account, domain, on_day, count(*) AS many FROM posts
    WHERE kind = 0 AND domain IS NOT NULL AND on_day > {FIRST - SPAN} GROUP BY ALL
)
SELECT account, domain, day, sum(more) AS more FROM (
    SELECT account, domain, greatest(on_day, {FIRST}) AS day, many AS more FROM links
    UNION ALL SELECT account, domain, on_day + {SPAN}, -many FROM links WHERE on_day + {SPAN} <= 0
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


def duckdb(folder: Path) -> Work:
    """By hand in SQL."""
    import duckdb

    def work() -> Callable[[], Table]:
        base = duckdb.connect(config={"threads": 1})
        base.execute(SQL.replace("posts.parquet", str(folder / "posts.parquet")))
        return base.execute(f"SELECT {', '.join(SIGNALS)} FROM readings ORDER BY account, day").fetchall

    return work


def polars(folder: Path) -> Work:
    """By hand in expressions."""
    os.environ["POLARS_MAX_THREADS"] = "1"
    import polars as pl

    def work() -> Callable[[], Table]:
        on_day = ((pl.col("time") - END) / DAY).ceil().cast(pl.Int16)
        kept = pl.scan_parquet(folder / "posts.parquet").with_columns(on_day.alias("on_day")).drop("time")
        posts = kept.filter(pl.col("on_day") > FIRST - SPAN).collect()
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
        replies=((pl.col("kind") & REPLY) != 0).sum(),
        reposts=((pl.col("kind") & REPOST) != 0).sum(),
    )
    days = pl.select(on_day=pl.int_range(FIRST - SPAN + 1, 1, dtype=pl.Int16))
    every = posts.select("account").unique().join(days, how="cross")
    counts = every.join(by_day, on=["account", "on_day"], how="left").fill_null(0).sort("account", "on_day")
    rolling = pl.col("posts", "own", "linked", "replies", "reposts").rolling_sum(SPAN, min_samples=1)
    moved = counts.with_columns(rolling.over("account"))
    return moved.filter(pl.col("on_day") >= FIRST).rename({"on_day": "day"})


def _tops(pl: Any, posts: Any) -> Any:
    """Of each account and day, how many links lead to the top domain: what comes into the window leaves it later."""
    day, of_one = pl.col("on_day"), ("account", "domain")
    links = posts.filter((pl.col("kind") == 0) & pl.col("domain").is_not_null())
    links = links.group_by(*of_one, "on_day").agg(more=pl.len().cast(pl.Int32))
    come = links.with_columns(pl.max_horizontal(day, pl.lit(FIRST, dtype=pl.Int16)))
    gone = links.with_columns(day + SPAN, -pl.col("more")).filter(day <= 0)
    changes = pl.concat([come, gone]).group_by(*of_one, "on_day").agg(pl.col("more").sum()).sort(*of_one, "on_day")
    until, many = day.shift(-1).over(of_one).fill_null(1), pl.col("more").cum_sum().over(of_one)
    counts = changes.with_columns(until=until, many=many).filter(pl.col("many") > 0)
    counts = counts.group_by("account", "on_day", "until").agg(pl.col("many").max())
    each = counts.with_columns(day=pl.int_ranges("on_day", "until", dtype=pl.Int16)).explode("day")
    return each.group_by("account", "day").agg(most=pl.col("many").max())


def measured(name: str, work: Work, folder: Path) -> None:
    """Work in this process; write the readings down and print what it cost."""
    began = process_time()
    readings = work()
    seconds, megabytes = process_time() - began, peak()
    with (folder / name).open("w") as file:
        for row in readings():
            file.write(" ".join(f"{nan if one is None else round(float(one), 4)}" for one in row) + "\n")
    print(json.dumps([seconds, megabytes]))


if __name__ == "__main__":
    name, where = sys.argv[1], Path(sys.argv[2])
    measured(name, {"duckdb": duckdb, "polars": polars}[name](where), where)
