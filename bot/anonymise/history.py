"""A whole history with other names, words and addresses, and what would still read otherwise."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from bot.anonymise.replaced import Replaced
from bot.model import History, Lexicon, in_calendar
from bot.signals import ALL

END = datetime(2001, 1, 8, tzinfo=UTC)
"""Every history is moved by whole weeks, to end in the week before this Monday."""
WEEK = timedelta(days=7)
PLATFORMS = ("", "mastodon", "bluesky", "memory")
ELSEWHERE = "elsewhere"
"""Any other platform, as old archives name it."""


class Difference(NamedTuple):
    """A signal that reads otherwise, and how."""

    signal: str
    before: float | None
    after: float | None


def anonymised(history: History, lexicons: Sequence[Lexicon] = (), number: int = 1) -> History:
    """The history without anything that names, quotes or links, in which every signal reads the same.

    `lexicons` are those by which it has to, the owner's first (none: its own); `number` tells the accounts of one file
    apart. Whether it does read the same is for `differences` to say.
    """
    new = Replaced(history, lexicons or (history.lexicon,), number)
    moved = _moved(history)
    known_since, created = history.replies_known_since, history.account.created_at
    return replace(
        history,
        account=replace(new.account(), created_at=moved(created) if created else None),
        posts=tuple(replace(new.post(post), created_at=moved(post.created_at)) for post in history.posts),
        until=moved(history.until),
        platform=history.platform if history.platform in PLATFORMS else ELSEWHERE,
        replies_known_since=moved(known_since) if known_since else None,
    )


def differences(before: History, after: History) -> list[Difference]:
    """The signals that read otherwise."""
    pairs = ((signal.name, signal(before), signal(after)) for signal in ALL)
    return [Difference(name, was, now) for name, was, now in pairs if was != now]


def _moved(history: History) -> Callable[[datetime], datetime]:
    """Moves every time by the same whole weeks: days, weekdays and times of day stay. By none where there are no
    posts, or where a time would leave the calendar."""
    times = [post.created_at for post in history.posts]
    others = [history.account.created_at, history.replies_known_since, history.until]
    weeks = (END - max(times)) // WEEK * WEEK if times else timedelta()
    if not all(in_calendar(time + weeks) for time in (*times, *others) if time):
        weeks = timedelta()
    return lambda time: time + weeks
