"""The ledger: every decision and action, appended and never changed."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from sqlalchemy import URL, ColumnElement, UnaryExpression, func, insert, select

from bot.model import Entry, Event, moment
from bot.store.codec import batches, key, packed, unpacked
from bot.store.database import Database
from bot.store.schema import ledger

ENTRIES = 500
"""So many are in memory at a time."""


@dataclass(frozen=True, slots=True)
class Which:
    """Which entries are looked for: of one account, of one kind, of one rule; all of them where none is named."""

    account_id: str = ""
    event: Event | None = None
    rule: str = ""


class Ledger(Database):
    """The part of the store that undo and reports read."""

    def __init__(self, url: URL) -> None:
        super().__init__(url)
        self._actions: dict[str, tuple[int | None, tuple[Entry, ...]]] = {}
        """By profile: the newest entry's number, and what `action_entries` read up to it."""

    def record(self, entries: Sequence[Entry]) -> None:
        """Append the entries, all or none; on the disk when this returns."""
        rows = [
            {
                "at": moment(entry.at),
                "profile": key(entry.profile),
                "account_id": key(entry.account.id),
                "event": entry.event.value,
                "action_id": key(entry.action_id),
                "payload": packed(entry),
            }
            for entry in entries
        ]
        if rows:
            with self.writing() as connection:
                connection.execute(insert(ledger), rows)

    def entries(
        self,
        profile: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        account_id: str | None = None,
        events: Collection[Event] | None = None,
        numbers: tuple[int, int] | None = None,
    ) -> list[Entry]:
        """The entries with since <= at < until, oldest first: in the order of writing, whatever the clock did.
        Of `numbers` only those behind the first, up to the second (`Records.mark`)."""
        asked: list[ColumnElement[bool]] = []
        if until is not None:
            asked.append(ledger.c.at < moment(until))
        if events is not None:
            asked.append(ledger.c.event.in_([event.value for event in events]))
        if numbers is not None:
            asked += [ledger.c.id > numbers[0], ledger.c.id <= numbers[1]]
        return list(self._each(asked, profile, since, account_id))

    def each_entry(self, profile: str, since: datetime | None = None, account_id: str | None = None) -> Iterator[Entry]:
        """The same one after the other, so that memory holds few of them, however many there are."""
        return self._each([], profile, since, account_id)

    def entries_before(
        self, profile: str, before: int | None, most: int, which: Which = Which(), *, decisions: bool = True
    ) -> list[tuple[int, Entry]]:
        """The newest entries, at most so many, newest first and each with its number; only those written before the
        one of a number where it is given, and without `decisions` only what became of actions."""
        asked = [ledger.c.id < before] if before is not None else []
        asked += [] if decisions else [ledger.c.event != Event.JUDGED.value]
        return self._some(profile, which, asked, ledger.c.id.desc(), most)

    def entries_after(
        self, profile: str, after: int, most: int, which: Which = Which(), *, decisions: bool = True
    ) -> list[tuple[int, Entry]]:
        """The same of those written next after the one of that number, newest first too."""
        asked = [ledger.c.id > after]
        asked += [] if decisions else [ledger.c.event != Event.JUDGED.value]
        return self._some(profile, which, asked, ledger.c.id.asc(), most)[::-1]

    def entry_before(self, profile: str, until: datetime) -> int:
        """Number of the last entry of a profile that is of a time before that; 0 where there is none."""
        of = ledger.c.profile == key(profile), ledger.c.at < moment(until)
        with self.reading() as connection:
            return int(connection.execute(select(func.max(ledger.c.id)).where(*of)).scalar() or 0)

    def _some(
        self, profile: str, which: Which, asked: list[ColumnElement[bool]], order: UnaryExpression[int], most: int
    ) -> list[tuple[int, Entry]]:
        asked = [ledger.c.profile == key(profile), *asked]
        asked += [ledger.c.account_id == key(which.account_id)] if which.account_id else []
        asked += [ledger.c.event == which.event.value] if which.event else []
        query = select(ledger.c.id, ledger.c.payload).order_by(order).execution_options(yield_per=ENTRIES)
        if which.rule:  # it stands in the payload alone: what may be of the rule is found there, and then looked at
            asked.append(ledger.c.payload.contains(packed({"rule": which.rule})[1:-1], autoescape=True))
        else:
            query = query.limit(most)
        with self.reading() as connection:
            rows = ((number, unpacked(Entry, payload)) for number, payload in connection.execute(query.where(*asked)))
            return list(islice((row for row in rows if not which.rule or row[1].rule == which.rule), most))

    def _each(
        self, asked: list[ColumnElement[bool]], profile: str | None, since: datetime | None, account_id: str | None
    ) -> Iterator[Entry]:
        if profile is not None:
            asked.append(ledger.c.profile == key(profile))
        if since is not None:
            asked.append(ledger.c.at >= moment(since))
        if account_id is not None:
            asked.append(ledger.c.account_id == key(account_id))
        query = select(ledger.c.payload).where(*asked).order_by(ledger.c.id).execution_options(yield_per=ENTRIES)
        with self.reading() as connection:
            for payload in connection.execute(query).scalars():
                yield unpacked(Entry, payload)

    def action_entries(self, profile: str) -> tuple[Entry, ...]:
        """Every entry that is no judgement, oldest first: what became of actions. It is asked for many times a sweep,
        so the entries are kept, and read again only when there is a newer one."""
        return self.once(("actions", profile), lambda: self._action_entries(profile))

    def _action_entries(self, profile: str) -> tuple[Entry, ...]:
        asked = (ledger.c.profile == key(profile), ledger.c.event != Event.JUDGED.value)
        with self.reading() as connection:
            newest = connection.execute(select(func.max(ledger.c.id)).where(*asked)).scalar()
            known = self._actions.get(profile)
            if known is None or known[0] != newest:
                found = connection.execute(select(ledger.c.payload).where(*asked).order_by(ledger.c.id)).scalars()
                known = self._actions[profile] = (newest, tuple(unpacked(Entry, payload) for payload in found))
        return known[1]

    def judged(self, profile: str, account_ids: Iterable[str]) -> dict[str, list[Entry]]:
        """Every decision on these accounts, oldest first, by account id; accounts without one are left out."""
        found: dict[str, list[Entry]] = defaultdict(list)
        for batch in batches(account_ids):
            asked = (
                ledger.c.profile == key(profile),
                ledger.c.event == Event.JUDGED.value,
                ledger.c.account_id.in_(batch),
            )
            with self.reading() as connection:
                payloads = connection.execute(select(ledger.c.payload).where(*asked).order_by(ledger.c.id)).scalars()
                for entry in (unpacked(Entry, payload) for payload in payloads):
                    found[entry.account.id].append(entry)
        return dict(found)

    def latest_judged(self, profile: str, *, number: int | None = None, at: datetime | None = None) -> dict[str, Entry]:
        """The newest judgement of each account, by account id, so that only changes need to be recorded.

        As it was when the ledger held no more than the entry of that `number`, or at that time.
        """
        of = [ledger.c.profile == key(profile), ledger.c.event == Event.JUDGED.value]
        of += [ledger.c.id <= number] if number is not None else []
        of += [ledger.c.at <= moment(at)] if at is not None else []
        newest = select(func.max(ledger.c.id)).where(*of).group_by(ledger.c.account_id)
        with self.reading() as connection:
            found = connection.execute(select(ledger.c.payload).where(ledger.c.id.in_(newest))).scalars()
            judged = [unpacked(Entry, payload) for payload in found]
        return {entry.account.id: entry for entry in judged}
