"""One account on the page that asks about it: its sentence, its posts, the bounds that matter, what was said before."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.model import Case, Judgement
from bot.report import review
from bot.report.escape import handle, inline, web
from bot.report.explain_short import seen
from bot.report.judgements import reviewed
from bot.report.page.bars import Bar, bars
from bot.report.page.cards import NAME
from bot.report.page.posts import Read


@dataclass(frozen=True, slots=True)
class Asked:
    """What the page shows. Hostile text is harmless here, and escaped by the template."""

    id: str
    name: str
    handle: str
    url: str
    """Its page; empty where there is none that may be clicked."""
    title: str
    """`2 of 7 · nearly found · 5 % of your timeline`."""
    sentence: str
    posts: Sequence[Read]
    rule: str
    """The rule that it is about; empty where there is none."""
    bars: list[Bar]
    spared: list[Bar]
    """Exceptions of that rule that hold."""
    notes: list[str]
    """How much of it is known, and what the owner said of it before."""


def asked(case: Case, place: int, many: int, posts: Sequence[Read], word: Judgement | None) -> Asked:
    """The account as the owner is asked about it, the `place`th of so many."""
    account, rule = case.account, review.about(case.verdict)
    written = handle(account)
    return Asked(
        id=account.id,
        name=inline(account.display_name, NAME) or written,
        handle=written,
        url=web(account.url) or "",
        title=review.title(case, place, many),
        sentence=review.sentence(case),
        posts=posts,
        rule=inline(rule.rule, NAME) if rule else "",
        bars=bars(rule.when) if rule else [],
        spared=bars(held for held in rule.unless if held.holds) if rule else [],
        notes=list(_notes(case, word)),
    )


def _notes(case: Case, word: Judgement | None) -> Iterator[str]:
    yield from seen(case.verdict)
    yield from reviewed(word)
