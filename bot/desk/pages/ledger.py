"""Ledger: every decision and what became of each action, newest first, a page of lines at a time."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.desk.visit import Facts, Visit
from bot.model import Account, Entry, Event
from bot.report.escape import handle, inline
from bot.report.explain import what_was
from bot.report.figures import day as day_name
from bot.report.figures import moment
from bot.store import Which

LINES = 100
"""On one page."""
LONGEST = 300
"""Characters of a reason."""
ACTIONS = "actions"
"""What became of actions, without decisions."""
KINDS = {"": "everything", ACTIONS: "actions alone"} | {
    Event.JUDGED: "decisions",
    Event.PLANNED: "planned",
    Event.DONE: "done",
    Event.FAILED: "failed",
    Event.CANCELLED: "cancelled",
    Event.LIFTING: "about to be taken back",
    Event.EXPIRED: "ended, its time was up",
    Event.UNDONE: "taken back by quietfeed",
    Event.VETOED: "taken back by you",
}
"""What can be chosen to be shown, and how it is called."""


@dataclass(frozen=True, slots=True)
class Row:
    """One entry."""

    at: str
    iso: str
    handle: str
    account: str
    """Account id."""
    what: str
    why: str


@dataclass(frozen=True, slots=True)
class Asked:
    """What is looked for."""

    kind: str = ""
    """One of KINDS."""
    rule: str = ""
    account: Account | None = None
    nobody: str = ""
    """A name that nobody has."""
    day: date | None = None

    @property
    def which(self) -> Which:
        """The same as the store asks."""
        event = Event(self.kind) if self.kind not in ("", ACTIONS) else None
        return Which(self.account.id if self.account else "", event, self.rule)

    @property
    def filters(self) -> dict[str, str]:
        """The same in an address, but for the day, which is a place in the ledger."""
        return {"what": self.kind, "rule": self.rule, "account": self.account.id if self.account else ""}


def facts(visit: Visit) -> Facts:
    """So many lines from the place that was asked for, and where the older and the newer ones are."""
    asked = _asked(visit)
    found = [] if asked.nobody else _entries(visit, asked)
    shown = [_row(entry, visit) for _, entry in found]
    return {
        "rows": shown,
        "asked": asked,
        "whose": handle(asked.account) if asked.account else inline(asked.nobody),
        "until": day_name(asked.day) if asked.day else "",
        "kinds": list(KINDS.items()),
        "rules": list(_rules(visit, asked.rule)),
        "older": _link(visit, asked, before=found[-1][0]) if found and _is_more(visit, asked, found, -1) else "",
        "newer": _link(visit, asked, after=found[0][0]) if found and _is_more(visit, asked, found, 0) else "",
        "newest": _link(visit, asked),
        "narrowed": any(asked.filters.values()),
    }


def _row(entry: Entry, visit: Visit) -> Row:
    """An entry as it is shown."""
    return Row(
        moment(entry.at, visit.today, visit.zone),
        entry.at.isoformat(),
        handle(entry.account),
        entry.account.id,
        what_was(entry),
        inline(entry.reason, LONGEST),
    )


def _asked(visit: Visit) -> Asked:
    kind, name = visit.query.get("what", ""), visit.query.get("account", "").strip()
    account = _account(visit, name) if name else None
    return Asked(
        kind if kind in KINDS else "",
        visit.query.get("rule", ""),
        account,
        name if account is None else "",
        _day(visit.query.get("day", "")),
    )


def _account(visit: Visit, name: str) -> Account | None:
    """Whom an id or a handle names."""
    known = visit.store.accounts(visit.profile.name, [name]).get(name)
    return known or visit.store.find_account(visit.profile.name, name)


def _day(written: str) -> date | None:
    try:
        return date.fromisoformat(written)
    except ValueError:
        return None


def _entries(visit: Visit, asked: Asked) -> list[tuple[int, Entry]]:
    """The lines of the page that was asked for, newest first, each with its number."""
    name, decisions = visit.profile.name, asked.kind != ACTIONS
    after, before = _number(visit.query.get("after", "")), _number(visit.query.get("before", ""))
    if after is not None:
        return visit.store.entries_after(name, after, LINES, asked.which, decisions=decisions)
    if before is None and asked.day is not None and asked.day < date.max:
        ends = datetime.combine(asked.day + timedelta(days=1), datetime.min.time(), visit.zone)
        before = visit.store.entry_before(name, ends) + 1
    return visit.store.entries_before(name, before, LINES, asked.which, decisions=decisions)


def _number(written: str) -> int | None:
    return int(written) if written.isascii() and written.isdigit() and len(written) < 19 else None


def _is_more(visit: Visit, asked: Asked, found: list[tuple[int, Entry]], end: int) -> bool:
    """Whether there is anything behind that end of the page."""
    ask = visit.store.entries_before if end else visit.store.entries_after
    return bool(ask(visit.profile.name, found[end][0], 1, asked.which, decisions=asked.kind != ACTIONS))


def _link(visit: Visit, asked: Asked, **place: int) -> str:
    return visit.to("/ledger", **asked.filters, **place)


def _rules(visit: Visit, chosen: str) -> Iterator[str]:
    """The names that can be chosen: the config's, and the one that was asked for, which may be of an earlier config."""
    names = [rule.name for rule in visit.config.rules]
    yield from dict.fromkeys([*names, chosen] if chosen else names)
