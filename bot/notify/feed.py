"""The reports as an Atom feed (RFC 4287), for a feed reader on the owner's machines."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from html import escape
from uuid import UUID, uuid5

from bot.errors import UserError
from bot.notify.sending import INSTALL
from bot.report.escape import inline, terminal, web

NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
"""What XML 1.0 allows nowhere, not even escaped."""


@dataclass(frozen=True, slots=True)
class Issue:
    """One report of the feed."""

    day: date
    at: datetime
    text: str
    """As on the terminal: its first line is the title."""
    where: str = ""
    """Where it can be read on the network; else its entry leads nowhere."""


def atom(profile: str, ours: UUID, issues: Sequence[Issue]) -> str:
    """The feed of a profile, its newest report first. Ids stay the same: they are made of `ours`, which is the feed's
    alone, and of the day. Raises UserError where the library for it is not installed."""
    try:
        from feedgenerator import Atom1Feed
    except ImportError:
        raise UserError(f"a feed needs a library that is not installed: run `{INSTALL}`") from None
    feed = Atom1Feed(
        title=f"quietfeed · {_safe(inline(profile))}",
        link=ours.urn,
        description="",
        feed_guid=ours.urn,
        author_name="quietfeed",
    )
    for issue in sorted(issues, key=lambda one: one.day, reverse=True):
        unique = uuid5(ours, issue.day.isoformat()).urn
        head = issue.text.strip().partition("\n")[0]
        feed.add_item(
            title=_safe(inline(head, 120)),
            link=web(issue.where) or unique,
            description=None,
            content=_page(issue.text),
            pubdate=issue.at,
            updateddate=issue.at,
            unique_id=unique,
        )
    return str(feed.writeString("utf-8"))


def _page(text: str) -> str:
    """The text as HTML that shows it as it is: nothing in it is markup."""
    return f'<pre style="white-space: pre-wrap">{escape(_safe(terminal(text)))}</pre>'


def _safe(text: str) -> str:
    return NO_XML.sub("\ufffd", text)
