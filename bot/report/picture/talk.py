"""Who talks and who links: every account of the timeline as a dot, noise in the lower right corner."""

from dataclasses import dataclass
from math import sqrt

from bot.report.escape import inline
from bot.report.figures import percent, plural
from bot.report.filled import filled
from bot.report.picture.swarm import Dot, Field, spread
from bot.report.pictured import Corner, Talk, Voice

WIDTH, HEIGHT = 480, 400
PLOT = Field(56, 66, 462, 338)
"""The picture between its axes."""
RIM = 16
"""Between the plot's edge and what lies at none or all, so that no dot is cut."""
INSIDE = Field(PLOT.left + RIM, PLOT.top + RIM, PLOT.right - RIM, PLOT.bottom - RIM)
"""Where the dots' centres lie."""
MOST = 300
"""Dots drawn, the loudest; more would be a blob."""
SMALLEST, LARGEST = 3.0, 18.0
"""Radius of a dot."""
CROWD = 60
"""From so many dots on they are drawn smaller, so that they cover no more of the picture together."""
FULL = 0.15
"""The part of the timeline that has the largest dot."""
THIN = 26.0
"""The least height and width of the corner: a rule that asks for no answer at all has one, too."""


@dataclass(frozen=True, slots=True)
class Mark:
    """One account as it is drawn."""

    x: float
    y: float
    size: float
    quieted: bool
    says: str
    """Shown where a pointer rests on it."""
    account: str = ""
    """Account id."""


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Drawing:
    """All that the template needs."""

    marks: tuple[Mark, ...]
    corner: Box | None
    quieted: str
    """What a quieted one is called in the key; empty where there is none."""
    words: str


def drawn(talk: Talk) -> Drawing:
    """Where everything lies."""
    loudest = sorted(talk.voices, key=lambda voice: (-voice.part, voice.handle))[:MOST]
    largest = LARGEST * sqrt(min(1.0, CROWD / max(1, len(loudest))))
    dots = spread([Dot(_x(v.links), _y(v.answers), _radius(v.part, largest)) for v in loudest], INSIDE)
    marks = [Mark(d.x, d.y, d.radius, v.quieted, _says(v), v.account) for v, d in zip(loudest, dots, strict=True)]
    marks.sort(key=lambda mark: (mark.quieted, -mark.size))  # what counts lies on top
    named = ("would be quieted" if talk.dry else "quieted") if any(m.quieted for m in marks) else ""
    return Drawing(tuple(marks), _box(talk.corner), named, words(talk))


def svg(talk: Talk) -> str:
    """The picture as a document of its own, in its own colours, on white."""
    return filled("alone.svg", picture="talk.svg", talk=drawn(talk), width=WIDTH, height=HEIGHT)


def words(talk: Talk) -> str:
    """The picture in two or three sentences, for who does not see it."""
    quieted = [voice for voice in talk.voices if voice.quieted]
    told = [
        f"{plural(len(talk.voices), 'account')} of the timeline, each a dot: the further right, the more of its posts "
        "carry a link; the higher, the more of what it writes answers others; the larger, the more it posts."
    ]
    if not quieted:
        told.append(f"None {'would be' if talk.dry else 'is'} quieted.")
    else:
        are = ("would be" if talk.dry else "are") if len(quieted) > 1 else ("would be" if talk.dry else "is")
        where = _whereabouts(quieted)
        told.append(
            f"{len(quieted):,} {are} quieted, drawn as {'diamonds' if len(quieted) > 1 else 'a diamond'}{where}: "
            f"together {percent(min(1.0, sum(v.part for v in quieted)))} of the timeline."
        )
    talkers = sum(voice.answers >= 0.2 for voice in talk.voices if not voice.quieted)
    if talkers:
        told.append(
            f"{talkers:,} of the others {'answer' if talkers > 1 else 'answers'} others in at least one post of five."
        )
    return " ".join(told)


def _whereabouts(quieted: list[Voice]) -> str:
    """`, all in the lower right corner`: they link nearly always and answer hardly anybody."""
    low = sum(voice.links >= 0.75 and voice.answers <= 0.1 for voice in quieted)
    if not low:
        return ""
    if low < len(quieted):
        return f", {low:,} of them in the lower right corner"
    return ", in the lower right corner" if low == 1 else ", all in the lower right corner"


def _says(voice: Voice) -> str:
    shown = inline(voice.handle, 60)
    return f"{shown}: links {percent(voice.links)}, answers {percent(voice.answers)}"


def _x(links: float) -> float:
    return INSIDE.left + links * (INSIDE.right - INSIDE.left)


def _y(answers: float) -> float:
    return INSIDE.bottom - answers * (INSIDE.bottom - INSIDE.top)


def _radius(part: float, largest: float) -> float:
    """The area tells how loud it is."""
    return max(SMALLEST, largest * sqrt(min(part, FULL) / FULL))


def _box(corner: Corner | None) -> Box | None:
    if corner is None:
        return None
    left = min(_x(corner.links_from), PLOT.right - THIN)
    top = min(_y(corner.answers_to), PLOT.bottom - THIN)
    return Box(left, top, PLOT.right - left, PLOT.bottom - top)
