"""When an account posts: how much, how densely, how regularly."""

from collections import Counter
from datetime import datetime, timedelta
from itertools import pairwise

from bot.model import History
from bot.signals.base import COUNT, DAYS, RATE, SHARE, share, signal, view
from bot.signals.words import many, nobody, of

HOUR = timedelta(hours=1)
BURST = 5
"""Own posts inside one hour that make a burst."""
DAY_SECONDS = 86_400
MINUTES = 4
"""So many minutes of the hour a scheduler posts on, at most; a person's posts fall on all sixty."""
CLOCK_POSTS = 20
"""Own posts below which minutes coincide by chance."""


@view
def own_times(history: History) -> list[datetime]:
    """When each own post was begun, oldest first."""
    return sorted(parts[0].created_at for parts in history.threads)


@view
def dense(history: History) -> list[tuple[datetime, int]]:
    """For each own post: when, and how many own posts lie in the hour that ends with it."""
    times, first, found = own_times(history), 0, []
    for last, time in enumerate(times):
        while time - times[first] >= HOUR:
            first += 1
        found.append((time, last - first + 1))
    return found


@signal(DAYS, label="days", says=lambda days: f"in {many(days, 'day')}")
def days_seen(history: History) -> float | None:
    """Days from the first to the last post of any sort, 0 where there are none."""
    times = [p.created_at for p in history.posts]
    return (max(times) - min(times)).total_seconds() / DAY_SECONDS if times else 0.0


@signal(RATE, label="posts a day", says=lambda rate: f"{many(rate, 'post')} a day")
def posts_per_day(history: History) -> float | None:
    """Own posts and reposts a day: what it puts into a timeline. Replies stay out. None below one day seen."""
    days = days_seen(history) or 0.0
    return (len(history.threads) + len(history.reposts)) / days if days >= 1 else None


@signal(COUNT, hint=True, label="posts in one hour", says=lambda count: f"up to {many(count, 'post')} in one hour")
def max_posts_per_hour(history: History) -> float | None:
    """Most own posts inside any one hour. A thread counts once; replies and reposts stay out."""
    return max((count for _, count in dense(history)), default=0)


@signal(
    COUNT,
    label="days with bursts",
    says=nobody("never five posts at once", lambda count: f"five or more posts at once on {many(count, 'day')}"),
)
def burst_days(history: History) -> float | None:
    """On how many days (UTC) five own posts or more fell inside one hour."""
    return len({time.date() for time, count in dense(history) if count >= BURST})


@signal(SHARE, label="on a schedule", says=of("post", "on the same few minutes of the hour"))
def clockwork(history: History) -> float | None:
    """Share of own posts that fall on the four most common minutes of the hour: near 1 for what a scheduler posts
    every quarter of an hour, about 0.2 for people.

    None below 20 own posts, and where all posts, replies and reposts included, follow at one and the same distance:
    such times are made up by an archive that knew none.
    """
    times = own_times(history)
    if len(times) < CLOCK_POSTS or _evenly_spaced(history):
        return None
    return share(sum(n for _, n in Counter(t.minute for t in times).most_common(MINUTES)), len(times))


def _evenly_spaced(history: History) -> bool:
    times = [p.created_at for p in history.posts]
    return len(times) > 1 and all(one - next_ == times[0] - times[1] for one, next_ in pairwise(times))
