"""A login for reading alone, as an object: reads pass, and what writes is refused in words before anything is asked."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NoReturn

from bot.model import Action, Step
from bot.platforms.base import Answer, Channel, OnlyReads, Picture, Platform
from bot.platforms.dry import Dry

WHY = "this login was made to read alone"
REMEDY = "a login that asks for the rest, {anew}"
POSTING = "a posted report"
DOING = {Step.MUTE: "a mute", Step.LIST: "a list", Step.HIDE_REPOSTS: "hiding reposts"}


class Reading(Dry):
    """A platform on which nothing is written, not even a report to the owner. Unlike in dry run it is no fault of
    quietfeed's to come to a write: the owner asked for more than they allowed, and is told so (OnlyReads), with `why`
    and the `remedy` (as in OnlyReads)."""

    def __init__(self, platform: Platform, why: str = WHY, remedy: str = REMEDY) -> None:
        super().__init__(platform)
        self.why, self.remedy = why, remedy

    def refuse(self, what: str) -> NoReturn:
        """Raises OnlyReads, with what would have needed more."""
        raise OnlyReads(f"{self.why}, and {what} needs more", self.remedy)

    def act(self, action: Action) -> None:
        """Raises OnlyReads."""
        self.refuse(DOING.get(action.step, "this"))

    def undo(self, action: Action) -> None:
        """Raises OnlyReads."""
        self.refuse(f"taking back {DOING.get(action.step, 'this')}")

    def mark(self, action: Action, ends: datetime | None) -> None:
        """Raises OnlyReads."""
        self.refuse("a mark in your private notes")

    def unmark(self, action: Action) -> None:
        """Raises OnlyReads."""
        self.refuse("a mark in your private notes")

    def publish(self, parts: Sequence[str], key: str, picture: Picture | None = None) -> str:
        """Raises OnlyReads."""
        self.refuse(POSTING)

    def answer(self, parts: Sequence[str], letter: str, to: Answer, key: str) -> Sequence[str]:
        """Raises OnlyReads."""
        self.refuse("an answer")

    def channel(self) -> Channel:
        """Raises OnlyReads: there is none by which anything could be sent."""
        self.refuse(POSTING)

    def send_test(self, key: str) -> None:
        """Raises OnlyReads."""
        self.refuse("a test message")

    def answers(self, letter: str, since: datetime, ours: Collection[str]) -> Sequence[Answer]:
        """What the owner wrote in answer to a report that was sent by an earlier login."""
        return self.platform.answers(letter, since, ours)
