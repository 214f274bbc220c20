"""An audit as tables, as CSV and as JSON."""

import csv
from collections.abc import Iterator
from io import StringIO

from bot.audit.seen import Audit, AuditLine
from bot.audit.telling import advice, counts, heading, part, rate, said_of
from bot.report.accounts import named
from bot.report.escape import handle, inline, terminal, web
from bot.report.figures import percent, short_day
from bot.report.shapes import AuditedJson, AuditGroupJson, AuditJson
from bot.report.tables import Table

NAME, WHY = 80, 400
"""Most characters of a name, of a sentence."""
BEGINS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")
DRAWN = ("account", "why", "a day")
LISTED = ("group", "account", "name", "why", "posts_a_day")
FOLLOWERS, FOLLOWED = ("followed", "follow back"), ("part",)
"""The columns that follow, where followers are told, and where those are whom the owner follows."""
PROTECTION = "protection"


def tables(audit: Audit) -> Iterator[Table]:
    """A table for each group, for a terminal."""
    more = FOLLOWERS if audit.followers else FOLLOWED
    for group, many, share in counts(audit):
        rows = tuple((named(line.account), said_of(line), rate(line), *_more(audit, line)) for line in audit.of(group))
        title = heading(group, many) + (f", {percent(share)} of what is posted" if share else "")
        yield Table((*DRAWN, *more), rows, title, frozenset(("a day", "part")))


def one_table(audit: Audit) -> Table:
    """All in one table, for a pipe."""
    more = FOLLOWERS if audit.followers else FOLLOWED
    rows = tuple((*_who(line), rate(line), *_more(audit, line), _protection(line)) for line in audit.lines)
    return Table((*LISTED, *more, PROTECTION), rows)


def _who(line: AuditLine) -> tuple[str, str, str, str]:
    return line.group.value, handle(line.account), inline(line.account.display_name, NAME), inline(line.why, WHY)


def _protection(line: AuditLine) -> str:
    return line.protection.name if line.protection else ""


def _more(audit: Audit, line: AuditLine) -> tuple[str, ...]:
    if not audit.followers:
        return (part(line),)
    return (short_day(line.followed) if line.followed else "", advice(line))


def as_csv(audit: Audit) -> str:
    """A line an account under the names of the columns (RFC 4180). A cell that a spreadsheet would take for a formula
    begins with an apostrophe. Without a trailing newline."""
    out = StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow((*LISTED, *(FOLLOWERS if audit.followers else FOLLOWED), PROTECTION, "url"))
    for line in audit.lines:
        writer.writerow([_harmless(cell) for cell in _cells(audit, line)])
    return out.getvalue().rstrip("\n")


def _cells(audit: Audit, line: AuditLine) -> Iterator[str]:
    yield from _who(line)
    yield "" if line.a_day is None else f"{line.a_day:.2f}"
    if audit.followers:
        yield line.followed.date().isoformat() if line.followed else ""
        yield advice(line)
    else:
        yield "" if line.share is None else f"{line.share:.4f}"
    yield _protection(line)
    yield web(line.account.url) or ""


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(BEGINS_A_FORMULA) else cell


def audit_data(audit: Audit) -> AuditJson:
    """The same, JSON-ready."""
    groups: list[AuditGroupJson] = [
        {"group": group.value, "accounts": many, "share": round(share, 4)} for group, many, share in counts(audit)
    ]
    return {
        "profile": audit.profile,
        "owner": terminal(audit.owner),
        "at": audit.at.isoformat(),
        "followers": audit.followers,
        "waiting": audit.waiting,
        "groups": groups,
        "accounts": [_data(audit, line) for line in audit.lines],
    }


def _data(audit: Audit, line: AuditLine) -> AuditedJson:
    return {
        "handle": terminal(line.account.handle),
        "name": terminal(line.account.display_name),
        "group": line.group.value,
        "why": terminal(line.why),
        "protection": _protection(line) or None,
        "reason": terminal(line.protection.reason) if line.protection else "",
        "posts_a_day": None if line.a_day is None else round(line.a_day, 2),
        "share": None if line.share is None else round(line.share, 4),
        "url": web(line.account.url),
        "followed": line.followed.isoformat() if line.followed else None,
        "follow_back": advice(line) if audit.followers else None,
    }
