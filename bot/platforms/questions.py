"""Questions about the owner that may stay unanswered: what was not read is kept as such, and is never a “no”."""

from collections.abc import Callable, Iterable
from datetime import datetime

from bot.errors import UserError
from bot.model import Asked, Stays, Unread

Explain = Callable[[Asked, UserError], Unread]
"""A server's refusal as what it leaves unread."""


class Questions:
    """What was asked in one look at how the owner stands, and what of it stayed unread.

    `faults` are the errors that leave a question unanswered, `explain` puts one into words; any other passes through.
    """

    def __init__(self, faults: tuple[type[UserError], ...], explain: Explain) -> None:
        self._faults, self._explain = faults, explain
        self._unread: dict[Asked, Unread] = {}

    def ask(self, asked: Iterable[Asked], read: Callable[[], object]) -> None:
        """Let `read` fill in what it finds; a fault leaves the rest unread, and keeps what was found before it."""
        try:
            read()
        except self._faults as fault:
            for one in asked:
                self.note(self._explain(one, fault))

    def note(self, unread: Unread) -> None:
        """Keep that this was not read. What may be read next time is kept before what stays unread."""
        before = self._unread.get(unread.asked)
        if before is None or before.stays:
            self._unread[unread.asked] = unread

    def unread(self) -> tuple[Unread, ...]:
        """Everything that was not read."""
        return tuple(self._unread.values())


def in_part(asked: Asked, many: int) -> Unread:
    """So many items of the answer could not be read."""
    items = "one item" if many == 1 else f"{many} items"
    return Unread(asked, f"{items} of the server's answer to {asked.words} could not be read")


def not_read(asked: Asked, why: str) -> Unread:
    """The answer, or the rest of it, could not be read."""
    return Unread(asked, f"the server's answer to {asked.words} could not be read: {why}")


def refused(asked: Asked, why: str) -> Unread:
    """The server understood, and said no."""
    return Unread(asked, f"the server refused to say {asked.words} ({why})")


def lacking(asked: Asked) -> Unread:
    """The server's software cannot tell this at all."""
    return Unread(asked, f"your server cannot tell {asked.words}", Stays.LACKING)


def broke_off(asked: Asked) -> Unread:
    """The pages ended where they should not, and nothing tells how far they go back."""
    return Unread(asked, f"the server's answer to {asked.words} broke off")


def read_back_to(asked: Asked, reached: datetime) -> Unread:
    """It was not read yet as far back as what counts as lately."""
    return Unread(asked, f"{asked.words} could so far only be read back to {reached:%-d %b %Y}")


def not_yet(asked: Asked) -> Unread:
    """It was not looked at so far."""
    return Unread(asked, f"{asked.words} was not read yet")
