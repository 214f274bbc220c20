"""How fast weeks are judged again: every account on each of 90 days, by the posts of the 60 days before."""

import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from functools import partial

from benchmarks.judging import NOW, histories
from benchmarks.made.resident import megabytes
from bot.config import Config, default_config
from bot.judging.rules import read, ruling_of
from bot.model import Account, History, Lexicon
from bot.signals import BY_NAME
from bot.signals.rows import Rows
from bot.signals.window import Window, between, columns_of, read_already, window

DAYS, SPAN = 90, timedelta(days=60)
ENDS = [NOW - timedelta(days=before) for before in reversed(range(DAYS))]
"""When the windows end."""
DIFFERENT = 100
"""So many accounts are made up; each of them is judged again as often as it takes."""
CHECKED = 5
AIM_SECONDS, AIM_MEGABYTES = 10.0, 60.0


def days(packed: bytes, account: Account, lexicon: Lexicon) -> Iterator[History]:
    """The account as it was at the end of each day, oldest first."""
    columns = columns_of(Rows.unpacked(packed), lexicon)
    for until in ENDS:
        history = History(account, (), until, "mastodon", lexicon=lexicon)
        yield read_already(history, partial(between, columns, until - SPAN, until))


def replayed(packed: bytes, account: Account, config: Config) -> int:
    """On how many of the days a rule fires."""
    readings = (read(history, BY_NAME) for history in days(packed, account, config.lexicon))
    return sum(ruling_of(one, config.rules, config.minimum).fired is not None for one in readings)


def checked(history: History, config: Config) -> None:
    """A window in what was kept reads what its posts alone would."""
    whole = window(history)
    for last in (len(history.posts), len(history.posts) // 2):
        alone = History(history.account, history.posts[-last:], history.until, "mastodon", lexicon=config.lexicon)
        moved = read_already(replace(alone), partial(Window, whole.posts, 0, last))
        assert read(moved, BY_NAME) == read(alone, BY_NAME), history.account.handle


def main(accounts: int = 1_000, posts: int = 1_000) -> int:
    """Print seconds and megabytes; making the accounts up is not counted, unpacking them is."""
    config = default_config()
    kept: list[tuple[bytes, Account]] = []
    for history in histories(min(accounts, DIFFERENT), posts, config.lexicon, (DAYS + SPAN.days) * 1440 // posts):
        if len(kept) < CHECKED:
            checked(history, config)
        kept.append((window(history).posts.rows.packed(), history.account))
    before, fired = megabytes(), 0
    began = time.process_time()
    for number in range(accounts):
        packed, account = kept[number % len(kept)]
        fired += replayed(packed, account, config)
    spent = time.process_time() - began
    print(f"{accounts} accounts of {posts} posts, {len(BY_NAME)} signals, {len(config.rules)} rules, {DAYS} days")
    a_window = spent / accounts / DAYS * 1e6
    print(f"replay  {spent:6.1f} s CPU (aim {AIM_SECONDS:g}), {a_window:.0f} µs a window; a rule fires in {fired}")
    print(f"memory  {megabytes():6.1f} MB at most (aim {AIM_MEGABYTES:g}), {before:.1f} MB before the first")
    return 0


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
