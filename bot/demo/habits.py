"""How the demo's people use the network: how often, with how many links, and in which words."""

from dataclasses import dataclass

from bot.demo import texts


@dataclass(frozen=True, slots=True)
class Habit:
    """How somebody uses the network. Rates are a day's mean, shares lie in 0..1."""

    posts: float = 0.0
    links: float = 0.0
    """Share of own posts with a link."""
    answers: float = 0.0
    reposts: float = 0.0
    threads: float = 0.0
    media: float = 0.0
    """Share of own posts with a picture."""
    batch: int = 0
    """Posts at once every few hours, instead of `posts` over the day."""
    says: tuple[str, ...] = tuple(texts.TALK)
    """What own posts say; with a link, `shares` says it."""
    shares: tuple[str, ...] = tuple(texts.COMMENTS)
    replies: tuple[str, ...] = tuple(texts.ANSWERS)
    pages: int = 0
    """How many pages are linked again and again; 0 means always a new one."""
    replies_linked: bool = False
    """Answers carry the link too."""
    headline_card: bool = False
    """The text is the linked page's title."""
    loud_day: int | None = None
    """On this day of the fourteen, six times as much."""


CHATTY = Habit(posts=2.2, answers=3.5, links=0.08, reposts=0.4)
PITCH = tuple(texts.PITCHES)
HEADLINE = tuple(texts.HEADLINES)
DROP = Habit(posts=6, links=1.0, says=PITCH, shares=PITCH)
NEWS = Habit(posts=18, links=1.0, shares=HEADLINE, headline_card=True)
OWN_BLOG = Habit(posts=2.5, links=0.4, answers=4, shares=tuple(texts.OWN_WORK))
PICTURES = Habit(posts=3.2, media=1.0, answers=1.2, says=tuple(texts.CAPTIONS))
CURATOR = Habit(posts=4, links=0.75, answers=4.5, reposts=1)
