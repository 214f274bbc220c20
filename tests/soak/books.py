"""What must hold all year, checked as it goes by: each breach with its time, its name and what was seen."""

import json
import logging
from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from bot.actions.expiry import PATIENCE
from bot.actions.lifecycle import ENDS, RecordedAction
from bot.actions.recorded import recorded_actions
from bot.config import Config
from bot.logs import LOGGER
from bot.model import Step, moment
from bot.store import StoredReport
from bot.store.schema import posts
from tests.soak.life import TICK, Life
from tests.soak.town import BARRED, DAY, HOUR, PROTECTED, ROBIN, Town

POSTS = "every post is counted once in the reports"
GAPS = "every gap is told once"
REPORTS = "one report a local day"
LATE = "every action ends within three hours of its time"
HALF = "nothing stays half done"
PROTECTION = "nobody protected is touched"
OWNERS = "the owner's own mutes stay as they are"
AGREE = "ledger and network agree"
BROKE = "nothing breaks that is no fault of the network"
FLAT = "store and memory stay flat"
INVARIANTS = (POSTS, GAPS, REPORTS, LATE, HALF, PROTECTION, OWNERS, AGREE, BROKE, FLAT)
IN_TIME = 3 * HOUR
HALF_DONE = DAY
"""So long an action may wait for its end, or for its record, while the program is able to work."""
GROWTH = 1.3
"""So much more than in the middle of the year may store and memory take at its end."""


@dataclass(frozen=True)
class Breach:
    """One thing that did not hold."""

    at: datetime
    invariant: str
    seen: str

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M}  {self.invariant}: {self.seen}"


class Books:
    """Kept beside the program, from what the town, the store and the clock say."""

    def __init__(self, town: Town, life: Life, config: Config) -> None:
        self.town, self.life, self.config = town, life, config
        self.zone = ZoneInfo(config.report.timezone)
        self.breaches: list[Breach] = []
        self.unable: list[datetime] = []
        """The ticks in which the program could not work, of the last weeks."""
        self.posts = self.told_posts = self.reports = self.worst_end_seconds = 0
        self.gaps: Counter[str] = Counter()
        self.told_gaps: Counter[str] = Counter()
        self.last_report: StoredReport | None = None
        self.told_until = datetime(2000, 1, 1, tzinfo=UTC)
        """When the last report was made that was not given up: the next one goes on from there."""
        self._last_told: tuple[int, int, list[str]] = (0, 0, [])
        self.able_since_due: Counter[date] = Counter()
        self.ended: Counter[str] = Counter()
        self._closed: set[str] = set()
        self._late: set[str] = set()
        self._half: dict[str, datetime] = {}
        self._touched = self._letters = 0
        self.sizes: list[tuple[int, int]] = []
        self.broken = _Broken(self)
        LOGGER.addHandler(self.broken)

    @property
    def now(self) -> datetime:
        return self.town.clock.now()

    def breach(self, invariant: str, seen: str) -> None:
        self.breaches.append(Breach(self.now, invariant, seen))

    def tick(self) -> None:
        """After every tick of the program."""
        if not self.life.able:
            self.unable.append(self.now)
        self._count_gap()
        if self.life.up:
            self._read_report()
        self._expect_report()
        self._hold_touched()
        if self.life.fresh:
            self._hold_actions()
            self._hold_owners_mutes()

    def able_between(self, since: datetime, until: datetime) -> timedelta:
        """So long of a stretch the program was able to work."""
        return until - since - TICK * (bisect_left(self.unable, until) - bisect_left(self.unable, since))

    # Reports

    def _count_gap(self) -> None:
        """A gap counts once the page that told of it is stored."""
        if self.town.gap is None or not self.life.up:
            return
        gap, cursor = self.town.gap
        if (self.life.store.cursor("home") or "") >= cursor:
            self.gaps[f"from {gap.since:%Y-%m-%d %H:%M}"] += 1
            self.town.gap = None

    def _read_report(self) -> None:
        days = self.life.store.reports("home")
        if not days or (self.last_report and days[-1] == (self.last_report.day, self.last_report.state)):
            return
        report = self.life.store.report("home", days[-1][0])
        assert report is not None
        if self.last_report is None or report.day != self.last_report.day:
            self._hold_report(report)
        self.last_report = report

    def _hold_report(self, report: StoredReport) -> None:
        self._settle_the_last()
        seen, told = self._posts_seen(self.told_until, report.at), json.loads(report.data)
        new = told["polled"]["new_posts"]
        self._last_told = seen, new, [gap[gap.index("from ") :][:21] for gap in told["gaps"]]
        self.reports += 1
        self.posts += seen
        self.told_posts += new
        if seen != new:
            self.breach(POSTS, f"the report of {report.day} counts {new}, {seen} were stored since the last one")
        self.told_gaps.update(self._last_told[2])
        for gap, many in self.told_gaps.items():
            if many > 1 and any(gap in one for one in told["gaps"]):
                self.breach(GAPS, f"the gap {gap} is told for the {many}th time on {report.day}")
        for gap in self.gaps.keys() - self.told_gaps.keys():
            self.breach(GAPS, f"the gap {gap} is not told on {report.day}")
            self.told_gaps[gap] += 1

    def _settle_the_last(self) -> None:
        """What was told by a report that could not be sent on its day is told again by the next, and counts once."""
        if self.last_report is None:
            return
        last = self.life.store.report("home", self.last_report.day)
        if last is None or last.state != "failed":
            self.told_until = self.last_report.at
            return
        seen, new, gaps = self._last_told
        self.posts, self.told_posts = self.posts - seen, self.told_posts - new
        self.told_gaps.subtract(gaps)

    def _posts_seen(self, since: datetime, until: datetime) -> int:
        seen = posts.c.seen_at > moment(since), posts.c.seen_at <= moment(until)
        with self.life.store.reading() as connection:
            return int(connection.execute(select(func.count()).where(*seen)).scalar_one())

    def _expect_report(self) -> None:
        """A local day on which the program could work for hours after the report's time has one; no letter is sent
        twice."""
        local = self.now.astimezone(self.zone)
        if self.life.able and local.time() >= self.config.report.time:
            self.able_since_due[local.date()] += 1
            last = self.last_report
            waited = self.able_since_due[local.date()] * TICK == IN_TIME and self.life.sweeps > 1
            if waited and (last is None or last.day != local.date() or last.state == "planned"):
                self.breach(REPORTS, f"there is none of {local.date()}")
        letters = self.town.messages
        if len(letters) > self._letters:
            self._letters = len(letters)
            again = [day for day, many in Counter(_day(one.key) for one in letters).items() if many > 1]
            for day in again:
                self.breach(REPORTS, f"that of {day} came twice")

    # Actions

    def actions(self) -> list[RecordedAction]:
        """Every real one that the ledger tells of."""
        return recorded_actions(self.life.store, "home", dry=False)

    def _hold_actions(self) -> None:
        actions = self.actions()
        for action in actions:
            self._hold_end(action)
            self._hold_whole(action)
        self._agree(actions)

    def _hold_end(self, action: RecordedAction) -> None:
        number = action.plan.action_id
        over = action.last.event in ENDS
        if action.until is None or number in self._closed:
            return
        if over:
            self._closed.add(number)
            self.ended[str(action.last.event)] += 1
        if not action.counts or number in self._late:
            return
        late = self.able_between(action.until, action.last.at if over else self.now)
        self.worst_end_seconds = max(self.worst_end_seconds, int(late.total_seconds()))
        if late > IN_TIME + (PATIENCE if action.account.handle == BARRED else timedelta()):
            self._late.add(number)
            state = f"was {action.last.event}" if over else f"is still {action.last.event}"
            self.breach(LATE, f"{_name(action)} was to end {action.until:%d %b %H:%M} and {state} {late} later")

    def _hold_whole(self, action: RecordedAction) -> None:
        number = action.plan.action_id
        if not action.unfinished:
            self._half.pop(number, None)
        elif self.able_between(self._half.setdefault(number, self.now), self.now) > HALF_DONE:
            self._half[number] = self.now + 30 * DAY  # once is enough
            self.breach(HALF, f"{_name(action)} is {action.last.event}: {action.last.limit}")

    def _agree(self, actions: list[RecordedAction]) -> None:
        """Each action in force shows, or has run out, and nothing else does but what is the owner's."""
        stands = {(a.account.id, a.step) for a in actions if a.in_force or a.unfinished}
        shown = self.town.shown(self.config.list_title)
        for action in (a for a in actions if a.in_force and not a.has_run_out(self.now + HOUR)):
            covered = action.step is Step.HIDE_REPOSTS and (action.account.id, Step.MUTE) in shown
            if (action.account.id, action.step) not in shown and not covered:
                self.breach(AGREE, f"{_name(action)} does not show")
        owners = {(self.town.id_of(who), Step.MUTE) for who in self.town.owners_mutes}
        for account_id, step in shown - stands - owners:
            self.breach(AGREE, f"{step} of {self.town.accounts[account_id].handle} is nobody's")

    def _hold_touched(self) -> None:
        for at, what, whom in self.town.touched[self._touched :]:
            if whom in PROTECTED:
                self.breach(PROTECTION, f"{what} of {whom} at {at:%H:%M}")
        self._touched = len(self.town.touched)

    def _hold_owners_mutes(self) -> None:
        for who, until in self.town.owners_mutes.items():
            pair = self.town.id_of(ROBIN), self.town.id_of(who)
            if (until is None or until > self.now) and self.town.mutes.get(pair, self.now) != until:
                self.breach(OWNERS, f"that of {who} until {until} is {self.town.mutes.get(pair, 'gone')}")
                self.town.owners_mutes = {w: end for w, end in self.town.owners_mutes.items() if w != who}
                return

    # Size

    def day(self) -> None:
        """Once a day: how much the store and this process take."""
        del self.unable[: bisect_left(self.unable, self.now - 40 * DAY)]
        self.sizes.append((self.life.store.size(), _resident()))

    def close(self) -> None:
        """At the end of the year: what grew."""
        LOGGER.removeHandler(self.broken)
        third = len(self.sizes) // 3
        if third < 40:
            return
        for name, place in (("the store", 0), ("memory", 1)):
            middle, end = (max(one[place] for one in part) for part in (self.sizes[third:-third], self.sizes[-third:]))
            if end > middle * GROWTH:
                self.breach(FLAT, f"{name} took {middle >> 20} MB in the middle and {end >> 20} MB at the end")


class _Broken(logging.Handler):
    """What the program logs as broken is a fault of its own."""

    def __init__(self, books: Books) -> None:
        super().__init__(logging.ERROR)
        self.books = books

    def emit(self, record: logging.LogRecord) -> None:
        fault = record.exc_info[1] if record.exc_info else None
        self.books.breach(BROKE, f"{record.getMessage()}: {fault!r}")


def _name(action: RecordedAction) -> str:
    return f"{action.step} of {action.account.handle} of {action.plan.at:%d %b %H:%M}"


def _day(key: str) -> str:
    return "-".join(key.split("-")[2:5])


def _resident() -> int:
    """Bytes of memory that this process has now."""
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * 4096
