"""When an account posts: how much, how densely, how regularly."""

from bot.model import History
from bot.signals.base import COUNT, DAYS, RATE, SHARE, share, signal
from bot.signals.hours import DAY
from bot.signals.masks import count
from bot.signals.window import window
from bot.signals.words import many, nobody, of

MINUTES = 4
"""So many minutes of the hour a scheduler posts on, at most; a person's posts fall on all sixty."""
CLOCK_POSTS = 20
"""Own posts below which minutes coincide by chance."""


@signal(DAYS, label="days", says=lambda days: f"in {many(days, 'day')}")
def days_seen(history: History) -> float | None:
    """Counts the days from its first to its last post of any sort; without posts, 0."""
    return window(history).span / DAY


@signal(RATE, label="posts a day", says=lambda rate: f"{many(rate, 'post')} a day")
def posts_per_day(history: History) -> float | None:
    """Counts its own posts and reposts a day: what it puts into a timeline. Replies stay out.

    It is not known where less than one day was seen.
    """
    seen = window(history)
    days = seen.span / DAY
    return (count(seen.own) + count(seen.reposts)) / days if days >= 1 else None


@signal(COUNT, hint=True, label="posts in one hour", says=lambda count: f"up to {many(count, 'post')} in one hour")
def max_posts_per_hour(history: History) -> float | None:
    """Counts its own posts in its busiest hour, whenever that begins.

    A thread counts once; replies and reposts stay out.
    """
    return window(history).most_in_one_hour


@signal(
    COUNT,
    label="days with bursts",
    says=nobody("never five posts at once", lambda count: f"five or more posts at once on {many(count, 'day')}"),
)
def burst_days(history: History) -> float | None:
    """Counts the days (UTC) on which five of its own posts or more fell inside one hour."""
    return window(history).burst_days


@signal(SHARE, label="on a schedule", says=of("post", "on the same few minutes of the hour"))
def clockwork(history: History) -> float | None:
    """Tells what part of its own posts falls on the four most common minutes of the hour.

    It is near 1 for what a scheduler posts every quarter of an hour, about 0.2 for people. It is not known below 20 own
    posts, and where all posts, replies and reposts included, follow at one and the same distance: such times are made
    up by an archive that knew none.
    """
    seen = window(history)
    if count(seen.own) < CLOCK_POSTS or seen.evenly_spaced:
        return None
    return share(seen.posts.minutes.of(seen.heads).top(MINUTES), count(seen.own))
