"""quietfeed's mark: a line in the owner's private note on an account, by which a later store finds it again.

The rest of the note is the owner's and stays byte for byte: the line is added behind it, replaced where it stands, and
removed whole.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.model import Account, Action, Step
from bot.platforms.base import Quieted

SAME_END = timedelta(minutes=10)
"""Two ends of a mute that are closer than this are one: a mark tells whole minutes, a server counts its own."""
WORDS = {Step.MUTE: "mute", Step.HIDE_REPOSTS: "hide reposts", Step.LIST: "list"}
LINE = re.compile(
    r"quietfeed: (?P<step>mute|hide reposts|list “(?P<title>[^\n]+)”)"
    r"(?: until (?P<until>\S{17})|, to be ended (?P<ended>\S{17}))?\r?"
)
MOMENT = "%Y-%m-%dT%H:%MZ"


@dataclass(frozen=True, slots=True)
class Mark:
    """What a mark says of an action of ours."""

    step: Step
    until: datetime | None = None
    """When it ends, to the minute; None: never."""
    timed: bool = False
    """Whether the server said that it ends by itself."""
    title: str = ""
    """Of the list."""

    def same_action(self, other: "Mark") -> bool:
        """Whether the other tells of the same step, on the same list."""
        return (self.step, _folded(self.title)) == (other.step, _folded(other.title))


def mark_of(action: Action, ends: datetime | None = None) -> Mark:
    """The mark of an action. `ends`: when the server said that it ends by itself."""
    title = action.list_title if action.step is Step.LIST else ""
    return Mark(action.step, ends or action.until, ends is not None, title)


def line(mark: Mark) -> str:
    """`quietfeed: mute until 2026-12-24T06:00Z`; `quietfeed: list “Quieted”, to be ended 2026-12-24T06:00Z`."""
    what = f"list “{mark.title}”" if mark.step is Step.LIST else WORDS[mark.step]
    if mark.until is None:
        return f"quietfeed: {what}"
    until = mark.until.astimezone(UTC)
    return f"quietfeed: {what}{' until ' if mark.timed else ', to be ended '}{until.year:04}{until:-%m-%dT%H:%MZ}"


def marks_in(note: str) -> list[Mark]:
    """The marks in a note, in the order of their lines."""
    return [mark for mark in map(_read, note.split("\n")) if mark is not None]


def marked(note: str, mark: Mark) -> str:
    """The note with the mark, in place of an earlier one of the same action."""
    lines, done = [], False
    for row in note.split("\n") if note else []:
        old = _read(row)
        if old is None or not old.same_action(mark):
            lines.append(row)
        elif not done:
            lines.append(line(mark))
            done = True
    return "\n".join(lines if done else [*lines, line(mark)])


def unmarked(note: str, mark: Mark) -> str:
    """The note without the marks of that action."""
    rows = [(row, _read(row)) for row in note.split("\n")]
    return "\n".join(row for row, old in rows if old is None or not old.same_action(mark))


def quieted(
    account: Account, step: Step, note: str, before: Mapping[str, str], *, ends: datetime | None = None, title: str = ""
) -> Quieted:
    """What stands on an account, as the note says it is ours or not. `ends`: when the server says that it ends.

    A mute for another time than its mark says was set anew by the owner, and is theirs.
    """
    wanted = Mark(step, title=title)
    found = next((mark for mark in marks_in(note) if mark.same_action(wanted)), None)
    ours = found is not None and (step is not Step.MUTE or _fits(found, ends))
    until = ends or (found.until if found is not None and ours else None)
    return Quieted(account, step, until, ends, ours, title, before)


def _fits(mark: Mark, ends: datetime | None) -> bool:
    if not mark.timed or mark.until is None:
        return ends is None
    return ends is not None and abs(ends - mark.until) <= SAME_END


def _read(row: str) -> Mark | None:
    """The mark that a line is, or None where it is the owner's."""
    found = LINE.fullmatch(row)
    if found is None:
        return None
    told = found["until"] or found["ended"]
    try:
        until = datetime.strptime(told, MOMENT).replace(tzinfo=UTC) if told else None
    except ValueError:
        return None
    step = next((step for step, word in WORDS.items() if word == found["step"]), Step.LIST)
    return Mark(step, until, found["until"] is not None, found["title"] or "")


def _folded(title: str) -> str:
    return title.strip().casefold()
