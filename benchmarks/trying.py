"""How soon an edited bound shows what it would change: 1,000 accounts, each judged on each of 90 days."""

import gc
import random
import sys
import time
from array import array
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from statistics import median

from benchmarks.judging import NOW, histories
from benchmarks.made.resident import megabytes
from bot.config import Config, default_config, fingerprint, measuring
from bot.judging.rules import Bounds, read
from bot.model import Account, Basis, History, Judging, Lexicon, Made, Post, Standing
from bot.platforms.base import Feed
from bot.signals import BY_NAME
from bot.signals.columns import Columns
from bot.signals.window import Window, between, read_already, window
from bot.store import KeptFeed
from bot.tuning.difference import Timeline, difference
from bot.tuning.measured import Measured
from bot.tuning.record import Record
from bot.tuning.trial import Trial

DAYS, SPAN = 90, timedelta(days=60)
DIFFERENT = 50
"""So many accounts are made up; each is there as often as it takes."""
SWEEPS = 10
"""Judgings a day, each of a tenth of the accounts."""
EDITED = {"a little": [0.95, 0.948, 0.952, 0.946, 0.95, 0.953], "far": [0.95, 0.9, 0.97, 0.92, 0.96, 0.91]}
"""Bounds on the share of links, one after the other, by how far each is from the one before."""
AIM = 0.5


@dataclass(frozen=True)
class Remembered:
    """An own feed that was read on each of the days."""

    account: Account
    posts: Sequence[Post]
    """All of them, oldest first."""
    columns: Columns

    def as_of(self, time: datetime) -> KeptFeed:
        """Its posts of the 60 days before."""
        seen = between(self.columns, time - SPAN, time)
        places = range(seen.last - 1, seen.first - 1, -1)
        feed = Feed(self.account, Made(places, self.posts.__getitem__))
        times = array("q", [self.columns.at[n] for n in places])
        return KeptFeed(feed, time, times, partial(_whatever_the_words, seen))

    def readings(self, at: datetime, config: Config) -> dict[str, float | None]:
        """What a sweep measured then."""
        seen = partial(between, self.columns, at - config.window, at)
        history = History(self.account, (), at, "mastodon", True, 9, 9_000, config.lexicon)
        return read(read_already(history, seen), asked(config))


def _whatever_the_words(seen: Window, _lexicon: Lexicon) -> Window:
    return seen


def crowd(many: int) -> Iterator[Account]:
    """So many accounts."""
    return (Account(f"a{number}", f"a{number}@example.org") for number in range(many))


def asked(config: Config) -> list[str]:
    """The signals that a config's rules ask for."""
    names = {name for rule in config.rules for name in (*rule.when, *rule.unless)}
    return sorted({"own_posts", "days_seen", *names} & BY_NAME.keys())


def linking(history: History, number: int) -> History:
    """The history with some links gone: from none of the first account that is made up to a tenth of the last one."""
    chance = random.Random(number)
    gone = number / DIFFERENT / 10
    posts = (replace(post, links=()) if chance.random() < gone else post for post in history.posts)
    return replace(history, posts=tuple(posts))


def judged(feeds: Mapping[str, Remembered], config: Config) -> Iterator[Judging]:
    """What was recorded, sweep by sweep."""
    of: dict[tuple[int, int], dict[str, float | None]] = {}
    for sweep in range(DAYS * SWEEPS):
        at, bases = NOW - timedelta(days=DAYS - (sweep + 1) / SWEEPS), []
        for number, (account, feed) in enumerate(feeds.items()):
            if number * SWEEPS // len(feeds) == sweep % SWEEPS:
                key = (id(feed.columns), sweep // SWEEPS)
                told = of[key] = of.get(key) or feed.readings(at, config)
                bases.append(Basis(account, at, 9, standing=Standing(following=True), readings=told))
        yield Judging(
            at, 0, "", tuple(bases), dry=True, timeline_total=9_000, followed=len(feeds), measured=measuring(config)
        )


def edited(config: Config, share: float) -> Config:
    """The config with another bound on the share of links in every rule that has one."""
    rules = tuple(
        replace(rule, when={**rule.when, "link_share": Bounds(at_least=share)}) if "link_share" in rule.when else rule
        for rule in config.rules
    )
    changed = replace(config, rules=rules)
    return replace(changed, fingerprint=fingerprint(changed))


def seconds(trial: Trial, timeline: Timeline, config: Config, share: float) -> tuple[float, int, int]:
    """CPU that a config with such a bound takes, how many accounts fare otherwise by it, and how many it finds."""
    began = time.process_time()
    pair = trial.held(config, edited(config, share))
    changes = len(difference(pair, timeline, {}).changes)
    found = sum(one.step is not None for one in pair.after.fates.values())
    return time.process_time() - began, changes, found


def main(accounts: int = 1_000, posts: int = 1_000) -> int:
    """Print seconds and megabytes; making the accounts and their past up is not counted."""
    config = default_config()
    config = replace(config, fingerprint=fingerprint(config))
    minutes = (DAYS + SPAN.days) * 1440 // posts
    made_up = enumerate(histories(DIFFERENT, posts, config.lexicon, minutes))
    made = [(one.posts[::-1], window(one).posts) for one in (linking(one, number) for number, one in made_up)]
    feeds = {one.id: Remembered(one, *made[n % DIFFERENT]) for n, one in enumerate(crowd(accounts))}
    record = Record(list(judged(feeds, config)), [])
    trial = Trial(record, NOW - timedelta(days=DAYS), Measured("p", "mastodon", feeds))
    timeline = Timeline(NOW - timedelta(days=DAYS), NOW, dict.fromkeys(feeds, 9))
    print(f"{sum(len(one.bases) for one in record.judgings)} judgings of {accounts} accounts")
    gc.disable()
    tried = partial(seconds, trial, timeline, config)
    print(f"try, the first time  {tried(EDITED['far'][-1])[0]:5.2f} s CPU")
    for how, shares in EDITED.items():
        spent, changes, found = zip(*map(tried, shares), strict=True)
        few, many, other = min(found[1:]), max(found[1:]), max(changes[1:])
        print(f"try, a bound moved {how:8} {median(spent[1:]):5.2f} s CPU (aim {AIM:g}), ", end="")
        print(f"{few} to {many} found, up to {other} of them otherwise")
    print(f"{megabytes():.0f} MB at most")
    return 0


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
