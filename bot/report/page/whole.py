"""The page of a day: what is new first, then all that stands, then whom nothing happens to, and the figures last."""

from dataclasses import dataclass, replace

from bot.report import good_links, rightness, sentences
from bot.report.aside import Aside, Item
from bot.report.changes import changes
from bot.report.day import UNCONFIRMED, Day, Line
from bot.report.escape import handle, inline, web
from bot.report.figures import day as day_name
from bot.report.filled import filled
from bot.report.page.cards import IS, WILL, WOULD, Card, Row, card, ended, row
from bot.report.picture import course, talk
from bot.report.pictured import Pictures
from bot.report.reasons import lacking

AT_ONCE = 12
"""So many accounts at most show their readings at once; of more they are folded away."""
NAMED = 10
"""Accounts of one kind that a change of the rules is told of by name."""
SENTENCE = 400
"""Most characters of what is told in a sentence."""
NOTHING = Pictures()
NO_BREAK = "\u00a0"
"""A blank at which no line ends."""


@dataclass(frozen=True, slots=True)
class Part:
    """Accounts under one heading."""

    key: str
    title: str
    cards: list[Card]
    news: bool = False

    @property
    def open(self) -> bool:
        """Whether their readings show at once."""
        return self.news and len(self.cards) <= AT_ONCE


@dataclass(frozen=True, slots=True)
class Group:
    """Accounts in one line each, folded where they are many."""

    title: str
    rows: list[Row]


@dataclass(frozen=True, slots=True)
class List:
    """Accounts in one line each under one heading."""

    key: str
    title: str
    groups: list[Group]


def page(day: Day, pictures: Pictures = NOTHING, indexed: bool = False) -> str:
    """The page as one HTML document. `indexed`: it lies beside the index of past days."""
    return unbroken(filled("day.html", **facts(day, pictures, indexed)))


def unbroken(page: str) -> str:
    """The same with every `%` on the line of its number."""
    return page.replace(" %", NO_BREAK + "%")


def facts(day: Day, pictures: Pictures = NOTHING, indexed: bool = False) -> dict[str, object]:
    """What `day_body.html` is filled with. Where each account has a page, `account_page` gives its address by the
    account's id, and links stand in place of commands."""
    return {
        "title": inline(sentences.title(day), SENTENCE),
        "day": day_name(day.date),
        "mode": inline(day.mode, SENTENCE),
        "owner": inline(day.owner, 120),
        "profile": inline(day.profile, 80),
        "summary": sentences.capital(inline(sentences.summary(day), SENTENCE)),
        "talk": talk.drawn(pictures.talk) if pictures.talk and pictures.talk.voices else None,
        "course": course.drawn(pictures.course) if pictures.course and pictures.course.items else None,
        "troubles": _troubles(day),
        "parts": [part for part in (*_news(day), *_standing(day)) if part.cards],
        "asides": [_harmless(aside) for aside in _asides(day) if aside.items],
        "lists": [one for one in (_near(day), _left_alone(day), _ended(day)) if any(g.rows for g in one.groups)],
        "figures": _figures(day),
        "indexed": indexed,
        "tips": True,
        "account_page": None,
    }


def _news(day: Day) -> list[Part]:
    """What the last report did not tell."""
    tense = WOULD if day.dry else WILL
    new = [line for line in day.planned if line.new]
    ready = [card(line, tense) for line in new if line.limit != UNCONFIRMED]
    second = [card(line, tense) for line in new if line.limit == UNCONFIRMED]
    spared = [card(line, stands="not any more", note=_spared(line)) for line in day.spared]
    return [
        Part("done", "Done", [card(line) for line in (*day.done, *day.found_again)], news=True),
        Part("new", "New: would be quieted" if day.dry else "New: will be quieted", ready, news=True),
        Part("second-look", "Found, and waiting for a second look", second, news=True),
        Part("spared", "Not to be quieted any more", spared),
    ]


def _spared(line: Line) -> str:
    return line.reason if line.protection else "no rule fits it any more"


def _standing(day: Day) -> list[Part]:
    """What stands as it was told before."""
    told = {line.account.id for line in (*day.done, *day.found_again)}
    tense = WOULD if day.dry else WILL
    before = [line for line in day.planned if not line.new]
    force = [line for line in day.in_force if line.account.id not in told]
    return [
        Part("as-before", "As before: would be quieted" if day.dry else "Waiting", [card(x, tense) for x in before]),
        Part("in-force", "In force", [card(replace(line, limit=""), IS) for line in force]),
    ]


def _near(day: Day) -> List:
    rows = [row(line, f"{sentences.nearly(line)}: {lacking(line.comparisons)}".lstrip(": ")) for line in day.near]
    return List("near", "Near misses", [Group("", rows)])


def _left_alone(day: Day) -> List:
    """By the reason, which stands once where all share it."""
    groups = []
    for protection, lines in day.protected.items():
        shared = sentences.protected_because(protection, lines)
        own = shared == protection
        rows = [row(line, line.reason if own and line.reason != protection else "") for line in lines]
        groups.append(Group(sentences.capital(inline(shared, SENTENCE)), rows))
    return List("left-alone", "Left alone", groups)


def _ended(day: Day) -> List:
    found = (
        (day.expired, "ended"),
        (day.undone, "taken back"),
        (day.vetoed, "taken back by you, left alone from now on"),
        (day.cancelled, "cancelled"),
    )
    return List("ended", "Ended", [Group("", [ended(line, word) for lines, word in found for line in lines])])


def _troubles(day: Day) -> list[str]:
    """What went wrong, or needs an answer: before all else."""
    failed = [f"{handle(line.account)}: {line.reason}" for line in day.failed]
    said = [*day.errors, *failed, *([day.question] if day.question else [])]
    changed = [inline(one, 3 * SENTENCE) for one in changes(day, NAMED)]
    return [*changed, *(sentences.capital(inline(one, SENTENCE)) for one in said)]


def _figures(day: Day) -> list[str]:
    """What was read and what was not, and what it cost."""
    gaps = [f"Gap: {gap}" for gap in day.gaps]
    unread = [f"Not known: {one}" for one in day.unread]
    return [sentences.capital(inline(one, SENTENCE)) for one in (sentences.sweeps(day), *gaps, *unread, *day.staying)]


def _asides(day: Day) -> tuple[Aside, ...]:
    """Good links from those who were quieted, and how right the rules were."""
    links = tuple(Item(found.title or found.url, found.url, good_links.shared(found)) for found in day.good_links)
    rules = tuple(Item(line) for line in rightness.rightness_lines(day.rules))
    return Aside(good_links.HEADING, links), Aside(rightness.heading(day.kept_days), rules)


def _harmless(aside: Aside) -> Aside:
    items = tuple(
        Item(inline(item.words, SENTENCE), web(item.url) or "", inline(item.note, SENTENCE)) for item in aside.items
    )
    return Aside(inline(aside.title, 120), items, inline(aside.intro, SENTENCE))
