"""Who followed the owner lately, out of the notifications of it, which come newest first."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from bot.platforms.base import Follower


def followed_since(told: Iterable[Follower | None], since: datetime) -> Iterator[Follower]:
    """Each once, with the newest time, up to the first that is no newer than `since`; None stands for what tells of
    nobody. No more is asked for than that."""
    met: set[str] = set()
    for found in told:
        if found is None:
            continue
        if found.at <= since:
            return
        if found.account.id not in met:
            met.add(found.account.id)
            yield found
