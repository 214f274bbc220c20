"""How often rules that look again and again condemn somebody in the end.

    python -m benchmarks.many_looks FILE [--labels FILE] [--posts 120] [--step 5] [--least 200]

A bot that polls for a year has hundreds of tries at everybody. For every long history of a captured file this slides
a window of so many posts (what the bot reads of an own feed) over it, judges each with the shipped rules, and tells
per account the share of windows condemned, and whether an action would have come of it: condemned at one look and at
every look until one at least `confirm_after` later, on posts that are new since.
"""

import argparse
import csv
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from benchmarks.accuracy import acts, histories
from bot.config import Config, default_config
from bot.judging.rules import judge
from bot.model import History


@dataclass(frozen=True)
class Looks:
    """What all the looks at one account came to."""

    handle: str
    windows: int
    found_by_rule: int
    actions: int
    """How often an action would have been let through: once for each unbroken stretch that lasts long enough."""

    @property
    def share(self) -> float:
        """Share of windows condemned."""
        return self.found_by_rule / max(1, self.windows)


def windows(history: History, size: int, step: int, longest: timedelta) -> Iterator[History]:
    """What the bot would have read at each look, oldest first: the newest `size` posts then, none older than
    `longest`. Looks are `step` posts apart, so each sees fresh ones."""
    for start in range(len(history.posts) - size, -1, -step):
        posts = history.posts[start : start + size]
        since = posts[0].created_at - longest
        kept = tuple(post for post in posts if post.created_at >= since)
        yield replace(history, posts=kept, until=posts[0].created_at)


def look(history: History, size: int, step: int, config: Config) -> Looks:
    """Judge every window of one history."""
    seen = found_by_rule = actions = 0
    first: datetime | None = None
    done = False
    for window in windows(history, size, step, config.window):
        seen += 1
        if not acts(judge(window, config.rules, config.minimum)):
            first, done = None, False
            continue
        found_by_rule += 1
        first = first or window.until
        if not done and window.until - first >= config.limits.confirm_after:
            actions, done = actions + 1, True
    return Looks(history.account.handle, seen, found_by_rule, actions)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print every account that was condemned at least once, and a line for each label."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.many_looks", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("file", type=Path, help="captured histories")
    parser.add_argument("--labels", type=Path, help="CSV with the columns handle, label and kind")
    parser.add_argument("--posts", type=int, default=default_config().own_feed.posts, help="posts in a window")
    parser.add_argument("--step", type=int, default=5, help="new posts between two looks")
    parser.add_argument("--least", type=int, default=200, help="posts that a history must have")
    asked = parser.parse_args(arguments)
    found = [h for h in histories(asked.file) if len(h.posts) >= asked.least]
    _print([look(h, asked.posts, asked.step, default_config()) for h in found], _labels(asked.labels))
    return 0


def _labels(path: Path | None) -> dict[str, tuple[str, str]]:
    if path is None:
        return {}
    with path.open(newline="", encoding="utf-8") as file:
        return {row["handle"]: (row["label"], row["kind"]) for row in csv.DictReader(file)}


def _print(looks: Sequence[Looks], labels: dict[str, tuple[str, str]]) -> None:
    by_label: dict[str, list[Looks]] = defaultdict(list)
    for one in looks:
        label, kind = labels.get(one.handle, ("unlabelled", ""))
        by_label[label].append(one)
        if one.found_by_rule:
            print(f"{one.handle}  {label} {kind}: {one.share:.1%} of {one.windows} windows, actions {one.actions}")
    print("label            accounts  windows  condemned  accounts with a condemned window  with an action")
    for label, those in sorted(by_label.items()):
        seen, found_by_rule = sum(o.windows for o in those), sum(o.found_by_rule for o in those)
        ever, actions = sum(o.found_by_rule > 0 for o in those), sum(o.actions > 0 for o in those)
        print(f"{label:15}  {len(those):8}  {seen:7}  {found_by_rule / max(1, seen):8.2%}  {ever:32}  {actions:11}")


if __name__ == "__main__":
    sys.exit(main())
