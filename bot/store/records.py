"""What the bot keeps of itself and of its owner's word: sweeps, reports, feedback, notes."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Literal, TypeVar

from sqlalchemy import ColumnElement, case, delete, func, insert, select, update

from bot.model import Account, Judgement, Opinion, SweepRecord, moment
from bot.store.codec import built, key, loaded, packed, plain, squeezed, text_of, time_of, unpacked, unsqueezed
from bot.store.database import Database
from bot.store.faults import StoreError
from bot.store.schema import feedback, ledger, notes, reports, sweeps

T = TypeVar("T")

NOTES = "notes"
"""What a snapshot keeps them under."""
SMALL = 10_000
"""Characters up to which a fact is read together with all others."""
ReportState = Literal["planned", "sent", "kept", "failed"]
"""`planned` before it is sent, then `sent`, `kept` (as a file only, or a quiet day) or `failed` (not on its day)."""
FeedbackKind = Literal["keep", "veto", "confirm", "noise", "fine"]
"""What the owner said of an account: keep it; leave it alone, since an action was taken back; an action was right; and
what they took it for when they looked through accounts."""
MEANS: Mapping[FeedbackKind, tuple[Opinion, str]] = {
    "keep": (Opinion.FINE, "kept"),
    "veto": (Opinion.FINE, "taken back"),
    "confirm": (Opinion.NOISE, "confirmed"),
    "noise": (Opinion.NOISE, "reviewed"),
    "fine": (Opinion.FINE, "reviewed"),
}
"""Each word as a judgement."""


@dataclass(frozen=True, slots=True)
class Mark:
    """How far the owner was told: the numbers of the last sweep and of the last line of the ledger.

    Numbers, not times: a clock may be set back, and a sweep may end after the report that it began before.
    """

    sweep: int = 0
    entry: int = 0


@dataclass(frozen=True, slots=True)
class StoredReport:
    """One day's report as it was rendered, and what became of it."""

    profile: str
    day: date
    """The owner's local date."""
    markdown: str
    text: str
    data: str
    """JSON."""
    at: datetime
    state: ReportState
    where: str = ""
    """Where it can be read, as `publish` returned it."""
    letter: str = ""
    """What is sent of it; empty where nothing is."""
    tells: Mark = Mark()
    """How far it tells."""
    says: str = ""
    """The day in one sentence, for the index of days."""
    page: str = ""
    """HTML; empty where an earlier version made it."""
    picture: str = ""
    """SVG of the picture that goes with the letter; empty where there is none."""
    picture_words: str = ""
    """The same in words."""

    @property
    def sentence(self) -> str:
        """The day in one sentence; of a report that an earlier version made, its first line."""
        return self.says or self.text.partition("\n")[0]


@dataclass(frozen=True, slots=True)
class Feedback:
    """The owner's word on an account."""

    account: Account
    why: str
    at: datetime


class Records(Database):
    """The part of the store that `status`, `report` and the daemon's restart read."""

    def begin_sweep(self, record: SweepRecord) -> int:
        """Keep that a sweep began; returns its number for `end_sweep`."""
        row = {"profile": key(record.profile), "started": moment(record.started), "payload": packed(record)}
        with self.writing(keeps_snapshot=True) as connection:
            added = connection.execute(insert(sweeps).returning(sweeps.c.id), row)
            return int(added.scalar_one())

    def end_sweep(self, sweep: int, record: SweepRecord) -> None:
        """Keep what a sweep came to, in place of what was known when it began."""
        with self.writing(keeps_snapshot=True) as connection:
            connection.execute(update(sweeps).where(sweeps.c.id == sweep).values(payload=packed(record)))

    def sweeps(
        self,
        profile: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        numbers: tuple[int, int] | None = None,
    ) -> list[SweepRecord]:
        """The sweeps with since <= started < until, oldest first; of `numbers` only those behind the first, up to the
        second."""
        asked: list[ColumnElement[bool]] = []
        if profile is not None:
            asked.append(sweeps.c.profile == key(profile))
        if since is not None:
            asked.append(sweeps.c.started >= moment(since))
        if until is not None:
            asked.append(sweeps.c.started < moment(until))
        if numbers is not None:
            asked += [sweeps.c.id > numbers[0], sweeps.c.id <= numbers[1]]
        with self.reading() as connection:
            query = select(sweeps.c.payload).where(*asked).order_by(sweeps.c.started, sweeps.c.id)
            return [unpacked(SweepRecord, payload) for payload in connection.execute(query).scalars()]

    def save_report(
        self,
        profile: str,
        day: date,
        markdown: str,
        text: str,
        data: str,
        now: datetime,
        state: ReportState,
        where: str = "",
        letter: str = "",
        tells: Mark = Mark(),
        told: bool = False,
        **more: str,
    ) -> None:
        """Keep a day's report, in place of an earlier one of the same day; `told` keeps with it that the owner has
        what it `tells`, so that the next one goes on behind it. `more` are the fields of StoredReport behind that."""
        report = StoredReport(profile, day, markdown, text, data, now, state, where, letter, tells, **more)
        with self.writing() as connection:
            self.put(connection, reports, [report_row(report)])
            if told:
                mark = {"key": key(f"told:{profile}"), "value": packed(asdict(tells))}
                self.put(connection, notes, [mark])

    def told(self, profile: str) -> Mark | None:
        """How far the owner was told; None before the first report, and where an earlier version made it."""
        return self.noted_as(f"told:{profile}", lambda noted: Mark(**loaded(noted)))

    def mark(self) -> Mark:
        """How far sweeps and ledger go now."""
        with self.reading() as connection:
            numbers = [connection.execute(select(func.max(table.c.id))).scalar() for table in (sweeps, ledger)]
        return Mark(*(number or 0 for number in numbers))

    def report(self, profile: str, day: date) -> StoredReport | None:
        """A day's report, or None."""
        query = select(reports).where(reports.c.profile == key(profile), reports.c.day == day.isoformat())
        with self.reading() as connection:
            row = connection.execute(query).first()
            if row is None:
                return None
            said = unsqueezed(row.payload)
            return StoredReport(
                profile=profile,
                day=day,
                at=time_of(row.at),
                state=row.state,
                where=text_of(row.place),
                tells=Mark(**said.pop("tells", {})),
                **said,
            )

    def forget_report(self, profile: str, day: date) -> None:
        """Remove a day's report."""
        of = (reports.c.profile == key(profile), reports.c.day == day.isoformat())
        with self.writing() as connection:
            connection.execute(delete(reports).where(*of))

    def reports(self, profile: str) -> list[tuple[date, ReportState]]:
        """The days that have a report and what became of it, oldest first."""
        query = select(reports.c.day, reports.c.state).where(reports.c.profile == key(profile)).order_by(reports.c.day)
        with self.reading() as connection:
            return [(date.fromisoformat(day), state) for day, state in connection.execute(query)]

    def set_feedback(self, profile: str, account: Account, kind: FeedbackKind, why: str, now: datetime) -> None:
        """Keep the owner's word on an account, in place of an earlier one of the same kind."""
        self.say(profile, [account], kind, why, now)

    def say(self, profile: str, of: Sequence[Account], kind: FeedbackKind, why: str, now: datetime) -> None:
        """Keep the owner's word on several accounts, on all or none."""
        rows = [
            {
                "profile": key(profile),
                "kind": kind,
                "account_id": key(account.id),
                "at": moment(now),
                "payload": packed({"account": plain(account), "why": why}),
            }
            for account in of
        ]
        if rows:
            with self.writing() as connection:
                self.put(connection, feedback, rows)

    def drop_feedback(self, profile: str, account_id: str, kind: FeedbackKind) -> bool:
        """Forget the owner's word; returns whether there was one."""
        of = (feedback.c.profile == key(profile), feedback.c.kind == kind, feedback.c.account_id == key(account_id))
        with self.writing() as connection:
            return bool(connection.execute(delete(feedback).where(*of)).rowcount)

    def feedback(self, profile: str, kind: FeedbackKind) -> dict[str, Feedback]:
        """The owner's words of one kind, by account id."""
        with self._faults_explained():
            words = [_feedback(payload, at) for said, payload, at in self._words(profile) if said == kind]
            return {word.account.id: word for word in words}

    def judgements(self, profile: str) -> dict[str, Judgement]:
        """What the owner takes accounts for, by account id; of several words on one the newest counts."""
        with self._faults_explained():
            told = [(kind, _feedback(payload, at)) for kind, payload, at in self._words(profile)]
        said = sorted(((word, *MEANS[kind]) for kind, word in told if kind in MEANS), key=lambda one: one[0].at)
        return {word.account.id: Judgement(word.account, opinion, word.at, how) for word, opinion, how in said}

    def _words(self, profile: str) -> list[tuple[FeedbackKind, str, int]]:
        """Every word of the owner's: its kind, what was said of whom, and when."""
        query = select(feedback.c.kind, feedback.c.payload, feedback.c.at).where(feedback.c.profile == key(profile))

        def read() -> list[tuple[FeedbackKind, str, int]]:
            with self.reading() as connection:
                return [(kind, payload, at) for kind, payload, at in connection.execute(query)]

        return self.once(("feedback", profile), read)

    def note(self, name: str, value: str) -> None:
        """Keep a small fact, such as when the bot was installed."""
        self.note_all({name: value})

    def note_all(self, facts: Mapping[str, str]) -> None:
        """Keep small facts, all or none of them."""
        if not facts:
            return
        with self.writing(keeps_snapshot=True) as connection:
            self.put(connection, notes, [{"key": key(name), "value": key(value)} for name, value in facts.items()])
        for name, value in facts.items():
            self._noted_here(name, value)

    def _noted_here(self, name: str, value: str) -> None:
        """Change a fact in this thread's snapshot as it was changed in the store."""
        small = self._held.snapshot.held(NOTES) if self._held.snapshot else None
        if small is not None:
            small[key(name)] = key(value) if len(key(value)) <= SMALL else None

    def noted(self, name: str) -> str | None:
        """The small fact, or None."""
        small = self.once(NOTES, self._small_notes) if self._held.snapshot else None
        if small is not None and key(name) not in small:
            return None
        value = small[key(name)] if small is not None else None
        with self._faults_explained():
            return text_of(value) if value is not None else self._noted(name)

    def _noted(self, name: str) -> str | None:
        with self.reading() as connection:
            value = connection.execute(select(notes.c.value).where(notes.c.key == key(name))).scalar()
            return None if value is None else text_of(value)

    def _small_notes(self) -> dict[str, str | None] | None:
        """All facts by name, as they lie in the store, None for one that is large; None for all of them where one is
        damaged, so that it costs only whoever asks for it."""
        value = case((func.length(notes.c.value) <= SMALL, notes.c.value))
        try:
            with self.reading() as connection:
                return {row[0]: row[1] for row in connection.execute(select(notes.c.key, value))}
        except StoreError:
            return None

    def noted_as(self, name: str, read: Callable[[str], T]) -> T | None:
        """The small fact as `read` understands it, or None where there is none. Raises StoreError where it is damaged,
        so that `read` raises ValueError, TypeError or KeyError."""
        value = self.noted(name)
        with self._faults_explained():
            return read(value) if value else None

    def noted_time(self, name: str) -> datetime | None:
        """The small fact that is a time, or None. Raises StoreError where it is damaged."""
        return self.noted_as(name, lambda value: time_of(moment(datetime.fromisoformat(value))))


def _feedback(payload: str, at: int) -> Feedback:
    word = loaded(payload)
    return Feedback(built(Account, word["account"]), word["why"], time_of(at))


def report_row(report: StoredReport) -> dict[str, object]:
    """A report as it is kept."""
    beside = {"profile", "day", "at", "state", "where"}
    return {
        "profile": key(report.profile),
        "day": report.day.isoformat(),
        "at": moment(report.at),
        "state": report.state,
        "place": key(report.where),
        "payload": squeezed({name: said for name, said in asdict(report).items() if name not in beside}),
    }
