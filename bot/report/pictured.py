"""What the pictures of a report are drawn from: who talks and who links, and how the timeline went day by day."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Voice:
    """One account of the timeline."""

    handle: str
    """A hostile text."""
    links: float
    """Share of its posts with a link, 0 to 1."""
    answers: float
    """Share of replies to others among what it wrote, 0 to 1."""
    part: float
    """Its part of the timeline's items, 0 to 1."""
    quieted: bool = False
    """Whether it is quieted, or would be."""
    account: str = ""
    """Account id."""


@dataclass(frozen=True, slots=True)
class Corner:
    """Where a rule looks for noise: many links, hardly an answer."""

    links_from: float
    answers_to: float


@dataclass(frozen=True, slots=True)
class Talk:
    """Who talks and who links: every account of the timeline that wrote something."""

    voices: tuple[Voice, ...]
    corner: Corner | None = None
    """Of the first rule that mutes and asks for links and for a lack of answers; None where none does."""
    dry: bool = True
    """Whether the quieted would only be quieted."""


@dataclass(frozen=True, slots=True)
class DayCount:
    """One day of the timeline."""

    day: date
    signal: int = 0
    """Items by everybody else."""
    noise: int = 0
    """Items by accounts that are quieted, or would be."""
    actions: int = 0
    """Actions begun on it; in dry run those that would have been."""


@dataclass(frozen=True, slots=True)
class Course:
    """The timeline day by day, the oldest first, without a hole."""

    days: tuple[DayCount, ...]
    dry: bool = True

    @property
    def items(self) -> int:
        """How much was read of all these days."""
        return sum(day.signal + day.noise for day in self.days)


@dataclass(frozen=True, slots=True)
class Pictures:
    """What there is to be drawn; None where nothing is known."""

    talk: Talk | None = None
    course: Course | None = None
