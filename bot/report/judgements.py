"""The owner's own judgements of accounts, in words."""

from collections.abc import Iterator

from bot.model import Judgement
from bot.report.escape import terminal
from bot.report.figures import short_day
from bot.report.shapes import JudgementJson

HOW = {
    "kept": "you keep it since {}",
    "taken back": "you took an action on it back on {}",
    "confirmed": "you said on {} that an action on it was right",
}
"""How a judgement came that was not made in a review."""


def said(judgement: Judgement) -> str:
    """`you called it noise on 3 May`."""
    words = HOW.get(judgement.how, f"you called it {judgement.opinion} on {{}}")
    return words.format(short_day(judgement.at))


WORDS = {"kept": "you keep it", "taken back": "you took it back", "confirmed": "it was right"}
"""The same words in a table, beside `noise` and `fine`."""


def in_a_word(judgement: Judgement) -> str:
    """`noise`, `you keep it`."""
    return WORDS.get(judgement.how, str(judgement.opinion))


def reviewed(judgement: Judgement | None) -> Iterator[str]:
    """What was said in a review, as a sentence; of other words the protections tell."""
    if judgement and judgement.how not in HOW:
        words = said(judgement)
        yield f"{words[0].upper()}{words[1:]}."


def judgement_data(judgement: Judgement) -> JudgementJson:
    """A judgement, JSON-ready."""
    return {
        "handle": terminal(judgement.account.handle),
        "opinion": judgement.opinion,
        "at": judgement.at.isoformat(),
        "how": judgement.how,
    }
