"""What the server told of how the owner stands to accounts, kept to be told again for a while."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from bot.clock import Clock
from bot.model import Action, Step, Unread
from bot.platforms.remembered import Remembered

FIELDS = ("following", "followed_by", "blocked_by", "muting", "muting_expires_at", "showing_reblogs", "notifying")
"""What is kept of a relationship; the owner's note, for one, is not."""
EVERYBODY = "everybody"


@dataclass(frozen=True, slots=True)
class Listed:
    """Who is on the owner's lists: their titles by account id, and what of that could not be read."""

    titles: Mapping[str, tuple[str, ...]]
    unread: tuple[Unread, ...] = ()


class Known:
    """What one login was told lately. What it does itself makes it forget what that changes."""

    def __init__(self, clock: Clock) -> None:
        self._relationships = Remembered[Mapping[str, Any]](clock)
        self._listed = Remembered[Listed](clock)

    def meet(self, relationships: Mapping[str, Mapping[str, Any]]) -> None:
        """Keep relationships, by account id, as the server told them just now."""
        self._relationships.keep(
            {one: {name: raw[name] for name in FIELDS if name in raw} for one, raw in relationships.items()}
        )

    def relationships(self, ids: list[str], within: timedelta) -> dict[str, Mapping[str, Any]]:
        """The relationships with these accounts that were told less than `within` ago."""
        return self._relationships.told(ids, within)

    def keep_listed(self, listed: Listed) -> None:
        """Keep who is on which list, unless a part of it is missing that may be read next time."""
        if all(one.stays for one in listed.unread):
            self._listed.keep({EVERYBODY: listed})

    def listed(self, within: timedelta) -> Listed | None:
        """Who is on which list, where that was told less than `within` ago."""
        return self._listed.told([EVERYBODY], within).get(EVERYBODY)

    def forget(self, action: Action) -> None:
        """Forget what an action changes, or its end."""
        self._relationships.forget(action.account.id)
        if action.step is Step.LIST:
            self._listed.forget()
