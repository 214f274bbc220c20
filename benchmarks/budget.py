"""Requests of a simulated day: 1,500 posts by 500 accounts, polled every ten minutes, beside the least possible.

The real Mastodon adapter over HTTP against the stub server; only the clock is simulated. The first sweep, which reads
the past, is told apart from the day.
"""

import re
import sys
import tempfile
from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from benchmarks.made.mastodon import Crowd
from benchmarks.made.people import Item, is_dropper, seed_of, timeline
from bot.clock import SimulatedClock
from bot.config import Config, Profile, default_config
from bot.platforms.dry import Dry
from bot.platforms.mastodon import Mastodon
from bot.service.sweep import sweep
from bot.store import open_store
from tests.servers.mastodon_stub import Asked, Stub

ACCOUNTS, POSTS, SWEEPS = 500, 1500, 144
EVERY = timedelta(minutes=10)
PAST = timedelta(days=2)
OFFERS = 45
"""Older posts of each account that only drops links, enough to be condemned for."""
ALLOWED = 300 * 288
"""Requests that Mastodon allows a token in a day: 300 in five minutes."""
KINDS = (
    ("polls of the timeline", r"/timelines/home$"),
    ("own feeds of accounts looked at", r"/accounts/(?!OWNER/)\w+/statuses$"),
    ("what you did: own posts, favourites, bookmarks", r"/(OWNER/statuses|favourites|bookmarks)$"),
    ("how you stand to accounts, your lists, own marks", r"/(relationships|lists|mutes|following)"),
)
FEEDS = KINDS[1][0]


def kind_of(asked: Asked, owner: str) -> str:
    """What a request was for."""
    path = asked.path.split("?")[0]
    return next(
        (name for name, pattern in KINDS if re.search(pattern.replace("OWNER", owner), path)), "everything else"
    )


def show(title: str, log: list[Asked], owner: str) -> None:
    """Print requests by kind."""
    found = Counter(kind_of(asked, owner) for asked in log)
    print(f"{title}: {found.total()} requests")
    for name, count in found.most_common():
        print(f"  {name:<50} {count:6d}")


def offers(until: datetime) -> list[Item]:
    """What the link droppers posted before."""
    times = [until - timedelta(hours=9 * number) for number in range(OFFERS, 0, -1)]
    droppers = list(filter(is_dropper, range(ACCOUNTS)))
    made = enumerate(((author, at) for at in times for author in droppers), 10**6)
    return [Item(n, a, at, f"Offer {n} is here today", f"https://shop{a}.example/{seed_of(n)}") for n, (a, at) in made]


def day(crowd: Crowd, stub: Stub, config: Config, folder: Path, sweeps: int) -> None:
    """Sweep the past, then the day, and print what each asked for."""
    now = crowd.network.now()
    begin = now - sweeps * EVERY
    past = list(timeline(ACCOUNTS, POSTS * PAST.days, begin, PAST, seed=1))
    coming = list(timeline(ACCOUNTS, POSTS * sweeps // SWEEPS, now, sweeps * EVERY, seed=2))
    for item in (*offers(begin - PAST), *past):
        crowd.say(item)
    clock = SimulatedClock(begin)
    platform = Dry(Mastodon(stub.url, crowd.network.token, clock))
    store, owner = open_store(str(folder / "quietfeed.sqlite")), crowd.network.owner
    try:
        sweep("home", platform, store, config, clock)
        show("the first sweep", stub.log, owner)
        stub.log.clear()
        for number in range(1, sweeps + 1):
            clock.wait((begin + number * EVERY - clock.now()).total_seconds())
            while coming and coming[0].at <= clock.now():
                item = coming.pop(0)
                crowd.say(replace(item, number=item.number + len(past)))
            sweep("home", platform, store, config, clock)
        show(f"the day, {sweeps} sweeps", stub.log, owner)
        least = sweeps + len({asked.path for asked in stub.log if kind_of(asked, owner) == FEEDS})
    finally:
        store.close()
        platform.close()
    what, times = "a poll a sweep, one page of each account looked at", len(stub.log) / least
    print(f"least possible: {least} ({what}); {times:.2f} times that (aim: 1.15)")
    print(f"of what the server allows: {len(stub.log) / (ALLOWED * sweeps / SWEEPS):.2%} (aim: under 20 %)")


def main(sweeps: int = SWEEPS) -> int:
    """Print the figures of a day, or of fewer sweeps."""
    config = replace(default_config(), profiles=(Profile("home", "mastodon", report_via="direct"),))
    crowd = Crowd(ACCOUNTS)
    with Stub(crowd.network) as stub, tempfile.TemporaryDirectory(prefix="quietfeed-bench-") as folder:
        day(crowd, stub, config, Path(folder), sweeps)
    return 0


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
