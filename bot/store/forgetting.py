"""One account forgotten: what it said and what was thought of it, in one transaction; what has to stay stays bare."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from sqlalchemy import ColumnElement, Connection, Table, and_, bindparam, delete, func, select, text, update

from bot.model import Event
from bot.store.codec import Plain, key, loaded, packed, squeezed, unsqueezed
from bot.store.ledger import Ledger
from bot.store.post_rows import brought_by
from bot.store.records import Records, StoredReport, report_row
from bot.store.retention import Retention, forget_rows, forget_silent
from bot.store.schema import (
    accounts,
    audited,
    dealings,
    feedback,
    judgings,
    ledger,
    metadata,
    months,
    notes,
    own_feeds,
    reports,
    sweeps,
)

PAGE = 200
"""Records that are in memory at a time."""
BARE: Final = ("id", "handle")
"""What stays of an account that an entry or a word has to name."""
ITS_WORDS: Final = ("evidence", "quote", "site")
"""What of an entry comes from its posts."""
JUDGEMENTS: Final = ("noise", "fine", "confirm")
NAMELESS = "a fault with an account that is forgotten by now"
Told = Callable[[int, int], None]
"""Hears how many records were looked through, of how many."""


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What went, and what stays."""

    items: int
    """Of the timeline."""
    feed: bool
    """Whether its own feed was known, or an audit read it."""
    decisions: int
    judgements: int
    reports: int
    """Those that name it no longer."""
    entries: int
    """Bare entries of the ledger that stay."""
    words: int
    """By which the owner protects it; they stay."""
    dealings: int
    """That the owner answered or valued it, and when last; these stay."""


class OnlyCounted(Exception):
    """Ends the transaction that was only to be counted."""

    def __init__(self, would: Forgotten) -> None:
        super().__init__()
        self.would = would


class Forgetting(Retention, Records, Ledger):
    """The part of the store that forgets a single account."""

    def forget(
        self,
        profile: str,
        account_id: str,
        names: Callable[[str], bool],
        *,
        notes_instead: Mapping[str, str],
        reports_instead: Sequence[StoredReport],
        made_anew: Collection[date] = (),
        told: Told = lambda _done, _total: None,
        only_count: bool = False,
    ) -> Forgotten:
        """Forget an account, wholly or, where that fails, not at all. `names` tells whether a sentence names it;
        `notes_instead` and `reports_instead` stand in place of those that do, and the reports of the days `made_anew`
        go. With `only_count` nothing is changed. For whoever holds the lock: what others keep in memory would come
        back."""
        try:
            with self.writing() as connection:
                went = self._forget_account(connection, profile, account_id, names, told)
                self.put(connection, notes, [{"key": key(k), "value": key(v)} for k, v in notes_instead.items()])
                self.put(connection, reports, [report_row(one) for one in reports_instead])
                days = [day.isoformat() for day in made_anew]
                forget_rows(connection, reports, profile, reports.c.day.in_(days))
                went = replace(went, reports=len(reports_instead) + len(days))
                if only_count:
                    raise OnlyCounted(went)
        except OnlyCounted as counted:
            return counted.would
        self._actions.clear()
        return went

    def forget_profile(self, profile: str) -> int:
        """Forget all that is kept of a profile, in one transaction; how many records. For whoever is `working_for` it,
        so in PostgreSQL alone, which gives no number twice: in a file the last entries would have to stay."""
        tables = [table for table in metadata.sorted_tables if "profile" in table.c]
        with self.writing() as connection:
            gone = [connection.execute(delete(table).where(table.c.profile == key(profile))) for table in tables]
            ours = notes.c.key.endswith(f":{key(profile)}", autoescape=True)
            connection.execute(delete(notes).where(ours))
        self._actions.clear()
        return sum(one.rowcount for one in gone)

    def _forget_account(
        self, connection: Connection, profile: str, account_id: str, names: Callable[[str], bool], told: Told
    ) -> Forgotten:
        who = key(account_id)
        if self.is_sqlite:
            connection.execute(text("PRAGMA secure_delete = ON"))  # what goes is overwritten in the file

        def gone(table: Table, *which: ColumnElement[bool]) -> int:
            return forget_rows(connection, table, profile, and_(table.c.account_id == who, *which))

        items = self.forget_posts(connection, profile, brought_by(profile, account_id))
        forget_silent(connection, profile)
        feeds = [gone(table) for table in (own_feeds, months, audited)]
        forget_rows(connection, accounts, profile, accounts.c.id == who)
        _judgings_without(connection, profile, account_id, told)
        _sweeps_without(connection, profile, names)
        decisions, entries = _bare_ledger(connection, profile, who)
        judgements = gone(feedback, feedback.c.kind.in_(JUDGEMENTS))
        words = _bare_words(connection, profile, who)
        known = select(func.count()).where(dealings.c.profile == key(profile), dealings.c.account_id == who)
        met = int(connection.execute(known).scalar_one())
        return Forgotten(items, any(feeds), decisions, judgements, 0, entries, words, met)


def _judgings_without(connection: Connection, profile: str, account_id: str, told: Told) -> None:
    """Take out what was known of the account each time that it was judged."""
    of = judgings.c.profile == key(profile)
    total, done, after = int(connection.execute(select(func.count()).where(of)).scalar_one()), 0, 0
    page = select(judgings.c.id, judgings.c.payload).where(of, judgings.c.id > bindparam("after"))
    page = page.order_by(judgings.c.id).limit(PAGE)
    while rows := connection.execute(page, {"after": after}).all():
        for number, payload in rows:
            judging = unsqueezed(payload)
            left = [basis for basis in judging["bases"] if basis["account"] != account_id]
            if len(left) < len(judging["bases"]):
                changed = {"payload": squeezed(judging | {"bases": left})}
                connection.execute(update(judgings).where(judgings.c.id == number).values(changed))
        done, after = done + len(rows), rows[-1][0]
        told(done, total)


def _sweeps_without(connection: Connection, profile: str, names: Callable[[str], bool]) -> None:
    """Take out the sentences of sweeps that name the account."""
    rows = connection.execute(select(sweeps.c.id, sweeps.c.payload).where(sweeps.c.profile == key(profile))).all()
    for number, payload in rows:
        sweep = loaded(payload)
        left: Plain = {name: [one for one in sweep.get(name, ()) if not names(one)] for name in ("gaps", "unread")}
        left["error"] = NAMELESS if names(sweep.get("error", "")) else sweep.get("error", "")
        if any(sweep.get(name, said) != said for name, said in left.items()):
            connection.execute(update(sweeps).where(sweeps.c.id == number).values(payload=packed(sweep | left)))


def _bare_ledger(connection: Connection, profile: str, who: str) -> tuple[int, int]:
    """Remove the decisions on an account and what a dry run planned, and leave bare what was really done: how many
    entries went, and how many stay. The ledger's last entry stays too: SQLite would give its number again, and reports
    go on by numbers."""
    last = connection.execute(select(func.max(ledger.c.id))).scalar()
    of = ledger.c.profile == key(profile), ledger.c.account_id == who
    gone: list[int] = []
    stay = 0
    for number, event, payload in connection.execute(
        select(ledger.c.id, ledger.c.event, ledger.c.payload).where(*of)
    ).all():
        entry = loaded(payload)
        if number != last and (event == Event.JUDGED.value or entry.get("dry", True)):
            gone.append(number)
        else:
            bare = {name: value for name, value in entry.items() if name not in ITS_WORDS}
            bare["account"] = _bare(entry["account"])
            connection.execute(update(ledger).where(ledger.c.id == number).values(payload=packed(bare)))
            stay += 1
    for at in range(0, len(gone), PAGE):
        connection.execute(delete(ledger).where(ledger.c.id.in_(gone[at : at + PAGE])))
    return len(gone), stay


def _bare_words(connection: Connection, profile: str, who: str) -> int:
    """Leave bare the owner's words that protect an account; how many they are."""
    of = feedback.c.profile == key(profile), feedback.c.account_id == who, feedback.c.kind.not_in(JUDGEMENTS)
    rows = connection.execute(select(feedback.c.kind, feedback.c.payload).where(*of)).all()
    for kind, payload in rows:
        word = loaded(payload)
        bare = packed(word | {"account": _bare(word["account"])})
        connection.execute(update(feedback).where(*of, feedback.c.kind == kind).values(payload=bare))
    return len(rows)


def _bare(account: Plain) -> Plain:
    return {name: account[name] for name in BARE}
