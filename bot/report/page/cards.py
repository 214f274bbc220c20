"""One account on the page: who it is, why it is there, what is done until when, and how that is changed."""

import shlex
from dataclasses import dataclass
from datetime import datetime

from bot.model import Step
from bot.report import accounts, sentences
from bot.report.day import AGAIN, RENEWED, Line
from bot.report.escape import handle, inline, web
from bot.report.figures import short_day
from bot.report.page.bars import Bar, bars
from bot.report.reasons import because

NAME, SENTENCE, QUOTED = 60, 400, 240
"""Most characters of a name, of a sentence, of a post that is quoted."""
EVIDENCE = 3
STANDS = {
    Step.MUTE: ("would be muted", "will be muted", "muted"),
    Step.LIST: ("would go on your list", "will go on your list", "on your list"),
    Step.HIDE_REPOSTS: ("its reposts would be hidden", "its reposts will be hidden", "its reposts are hidden"),
    Step.REPORT: ("only reported", "only reported", "only reported"),
}
"""What is done about an account: if this were no dry run, soon, now."""
WOULD, WILL, IS = range(3)


@dataclass(frozen=True, slots=True)
class Quoted:
    """One of its posts."""

    text: str
    url: str | None
    day: str


@dataclass(frozen=True, slots=True)
class Card:
    """What the page shows of one account. Hostile text is harmless here, and escaped by the template."""

    account: str
    """Account id."""
    name: str
    handle: str
    url: str
    """Its page; empty where there is none that may be clicked."""
    stands: str
    """`would be muted until 22 Dec`."""
    share: str
    """`4 % of your timeline`."""
    because: str
    waits: str
    rule: str
    quote: Quoted | None
    bars: list[Bar]
    evidence: list[str]
    remedies: list[tuple[str, str]]
    """What can be done about it: what it does, and the command."""


def card(line: Line, tense: int = IS, stands: str = "", note: str = "") -> Card:
    """The card of one account. `stands` says what became of it where no step tells; `note` stands for its reason."""
    return Card(
        **_who(line),
        stands=stands or standing(line, tense),
        share=accounts.loudness(line),
        because=sentences.capital(inline(because(line.readings, line.comparisons, line.site), SENTENCE)),
        waits=sentences.capital(inline(note or accounts.not_yet(line), SENTENCE)),
        rule=inline(line.rule or "", NAME),
        quote=_quote(line),
        bars=bars(line.comparisons),
        evidence=[url for url in map(web, line.evidence[:EVIDENCE]) if url],
        remedies=_remedies(line, tense),
    )


def standing(line: Line, tense: int) -> str:
    """`would be muted until 22 Dec`, `muted again until 3 Mar`."""
    if line.step is None:
        return ""
    return stands_until(line.step, tense, line.until, again=line.reason == RENEWED)


def stands_until(step: Step, tense: int, until: datetime | None, *, again: bool = False) -> str:
    """The same of any step, and the time at which it ends."""
    when = f" until {short_day(until)}" if until else ""
    return STANDS[step][tense] + (" again" if again else "") + when


@dataclass(frozen=True, slots=True)
class Row:
    """An account in one line."""

    account: str
    """Account id."""
    name: str
    handle: str
    url: str
    says: str


def row(line: Line, says: str) -> Row:
    """An account with one thing said of it."""
    return Row(**_who(line), says=inline(says, SENTENCE))


def ended(line: Line, word: str) -> Row:
    """An action that is over: how, and why."""
    step = f"{STANDS[line.step][IS]} before" if line.step else ""
    why = line.reason.removeprefix(AGAIN)
    return row(line, ", ".join(part for part in (word, step) if part) + (f": {why}" if why else ""))


def _who(line: Line) -> dict[str, str]:
    written = handle(line.account)
    name = inline(line.account.display_name, NAME)
    return {"account": line.account.id, "name": name or written, "handle": written, "url": web(line.account.url) or ""}


def _quote(line: Line) -> Quoted | None:
    if line.quote is None:
        return None
    text = inline(line.quote.text, QUOTED)
    return Quoted(text, web(line.quote.url), short_day(line.quote.at)) if text else None


def _remedies(line: Line, tense: int) -> list[tuple[str, str]]:
    """Whatever a stranger calls themselves, the command is one that can be pasted."""
    name = shlex.quote(handle(line.account))
    if line.step is None or line.protection:
        return []
    keep = ("Never touch it" if tense == IS else "Leave it alone", f"quietfeed keep {name}")
    undo = ("Take it back", f"quietfeed undo {name}")
    return [undo, keep] if tense == IS and line.step is not Step.REPORT else [keep]
