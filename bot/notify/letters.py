"""A report's letter as a message with a subject, which nothing in it can break out of."""

from dataclasses import dataclass

from bot.report.escape import inline, terminal

LONGEST_TITLE = 120
LONGEST_BODY = 20_000
"""Characters. Services that take less get it in parts, as apprise splits it."""


@dataclass(frozen=True, slots=True)
class Message:
    """What is sent: a title of one line (the subject of an e-mail), and plain text."""

    title: str
    body: str


def message(letter: str) -> Message:
    """The letter's first line becomes the title: no newline and no control character is left in it, so that it can
    neither end a mail's header nor begin another. The rest is the body; a letter of one line is both."""
    head, _, rest = letter.strip().partition("\n")
    body = terminal(rest.strip() or head)
    return Message(inline(head, LONGEST_TITLE), body if len(body) <= LONGEST_BODY else body[: LONGEST_BODY - 1] + "…")
