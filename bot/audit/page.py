"""An audit as a page to be read in a browser: one file that loads nothing from anywhere.

Where scripts run its tables can be sorted; where they do not, it lacks nothing else.
"""

from base64 import b64encode
from dataclasses import dataclass
from hashlib import sha256

from bot.audit.groups import definition
from bot.audit.seen import Audit, AuditLine, Group
from bot.audit.telling import CALLED, advice, counts, notes, part, rate, said_of, summary, title
from bot.report.escape import handle, inline, web
from bot.report.figures import percent, short_day
from bot.report.filled import filled, source
from bot.report.sentences import capital

NAME, WHY = 60, 400
"""Most characters of a name, of a sentence."""
AT_ONCE = 40
"""Groups of more accounts, and of those whom the owner follows and nothing is amiss with, are folded."""
FINE = frozenset({Group.TALKS, Group.CURATES, Group.OTHER, Group.THIN})
NO_BREAK = "\u00a0"


@dataclass(frozen=True, slots=True)
class Row:
    """One account. Hostile text is harmless here, and escaped by the template."""

    name: str
    handle: str
    url: str
    why: str
    a_day: str
    share: str
    order: tuple[str, float, float]
    """What its cells are sorted by: handle, posts a day, part."""
    followed: str = ""
    since: str = ""
    """The same as a date that sorts."""
    advice: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """The accounts of a group."""

    key: str
    title: str
    many: int
    percent: str
    share: str
    definition: str
    rows: list[Row]
    open: bool


def page(audit: Audit) -> str:
    """The page as one HTML document."""
    script = source("sort.js")
    parts = [_part(audit, group, many, share) for group, many, share in counts(audit)]
    written = filled(
        "audit.html",
        title=inline(title(audit), 120),
        summary=summary(audit),
        profile=inline(audit.profile, 80),
        owner=inline(audit.owner, 120),
        followers=audit.followers,
        parts=parts,
        notes=[inline(one, 400) for one in notes(audit)],
        script=script,
        fingerprint=b64encode(sha256(script.encode()).digest()).decode(),
    )
    return written.replace(" %", NO_BREAK + "%")


def _part(audit: Audit, group: Group, many: int, share: float) -> Part:
    return Part(
        key=group.value.replace(" ", "-"),
        title=capital(CALLED[group][many != 1]),
        many=many,
        percent=percent(share) if share else "",
        share=f"{percent(share)} of what is posted" if share else "",
        definition=definition(group),
        rows=[_row(audit, line) for line in audit.of(group)],
        open=many <= AT_ONCE and (audit.followers or group not in FINE),
    )


def _row(audit: Audit, line: AuditLine) -> Row:
    written = handle(line.account)
    return Row(
        name=inline(line.account.display_name, NAME) or written,
        handle=written,
        url=web(line.account.url) or "",
        why=capital(inline(said_of(line), WHY)),
        a_day=rate(line),
        share=part(line),
        order=(written.casefold(), round(line.a_day or 0.0, 3), round(line.share or 0.0, 5)),
        followed=short_day(line.followed) if line.followed else "",
        since=line.followed.isoformat() if line.followed else "",
        advice=advice(line) if audit.followers else "",
    )
