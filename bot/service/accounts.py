"""Every account of a profile as it is known now: what it brings, what was decided of it, and what is done to it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from bot.actions.lifecycle import RecordedAction
from bot.actions.recorded import recorded_actions
from bot.config import Config
from bot.model import Account, Entry, Standing, Step
from bot.service import mode
from bot.service.dealings import FIELDS
from bot.store import Store, Tally

NOTHING = Tally(0, 0, 0, 0)
"""What an account brings that is muted."""
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Shown:
    """One account."""

    account: Account
    tally: Tally
    """What it brought to the timeline inside the window."""
    part: float
    """Its part of the timeline's items, 0 to 1."""
    entry: Entry | None = None
    """What was last decided of it; None where its own feed was not judged yet."""

    @property
    def links(self) -> float | None:
        """Share of its posts with a link, 0 to 1. What it was judged by counts before what the timeline shows."""
        return self._known("link_share", self.tally.linked, self.tally.own)

    @property
    def answers(self) -> float | None:
        """Share of replies to others among what it wrote, 0 to 1: so too, for Mastodon's timeline leaves out most."""
        return self._known("reply_share", self.tally.replies, self.tally.own + self.tally.replies)

    def _known(self, signal: str, some: int, whole: int) -> float | None:
        read = self.entry.readings.get(signal) if self.entry else None
        if read is not None:
            return min(1.0, max(0.0, read))
        return some / whole if whole else None

    def a_day(self, seen: timedelta) -> float | None:
        """Own posts a day, by its own feed; where that was not judged, what it brought to a timeline `seen` for so
        long. None where nothing is known."""
        readings = self.entry.readings if self.entry else {}
        pace, posts, days = (readings.get(one) for one in ("posts_per_day", "own_posts", "days_seen"))
        if pace is None and posts is not None and days is not None:
            pace = posts / max(1.0, days)
        if pace is None and self.tally.items:
            pace = self.tally.items / max(1.0, seen / DAY)
        return pace

    @property
    def asked(self) -> Step | None:
        """What a rule wants done to it, as it was last decided; None where no rule does, or something protects it."""
        return self.entry.step if self.entry and not self.entry.protection else None


def shown(profile: str, store: Store, config: Config, now: datetime) -> list[Shown]:
    """Everybody who brought something to the timeline inside the window, or was ever judged."""
    tallies = store.tallies(profile, now - config.window, now)
    total = sum(tally.items for tally in tallies.values())
    judged = store.latest_judged(profile)
    return [
        Shown(
            account,
            tally := tallies.get(account.id, NOTHING),
            tally.items / total if total else 0.0,
            judged.get(account.id),
        )
        for account in store.accounts(profile, tallies.keys() | judged.keys()).values()
    ]


def seen_for(profile: str, store: Store, config: Config, now: datetime) -> timedelta:
    """How long the timeline inside the window was watched."""
    begun = store.noted_time(f"installed:{profile}")
    return min(config.window, now - begun) if begun else config.window


def done(profile: str, store: Store, config: Config, now: datetime) -> dict[str, RecordedAction]:
    """What is in force on accounts, by account id: what was really done before what a dry run would have done, and of
    several the hardest."""
    real = recorded_actions(store, profile, dry=False)
    dry = recorded_actions(store, profile, dry=True) if mode.is_dry(profile, store, config, now) else []
    found = [action for action in (*dry, *real) if action.in_force]
    found.sort(key=lambda action: (not action.plan.dry, action.step.severity))
    return {action.account.id: action for action in found}


def remembered(profile: str, account: Account, store: Store, since: datetime) -> Standing | None:
    """How the owner stood to an account when it was last judged, if that is not longer ago than `since`, and what they
    did with its posts as far as that is remembered; None where nothing of it is known."""
    told = None
    for judging in reversed(store.judgings(profile, since)):
        basis = next((one for one in judging.bases if one.account == account.id and one.standing), None)
        if basis:
            told = basis.standing
            break
    found: dict[str, Any] = {}
    for dealing in sorted(store.dealings(profile, [account.id]), key=lambda one: one.at):
        found[FIELDS[dealing.asked]] = dealing.at
    return replace(told or Standing(), **found) if told or found else None


def quieted(rows: Mapping[str, Shown], actions: Mapping[str, RecordedAction]) -> set[str]:
    """The ids of those who are quieted, or would be."""
    wanted = {one for one, row in rows.items() if row.asked not in (None, Step.REPORT)}
    return wanted | {one for one, action in actions.items() if action.step is not Step.REPORT}
