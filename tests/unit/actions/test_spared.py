"""What ends since nobody asks for it any more, how long a renewal lasts, and what a dry run writes down."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.actions import seen
from bot.actions.dry_run import DryRunExecutor
from bot.actions.entries import Terms, judged, renewal_reason
from bot.actions.expiry import end_the_dry_run, end_the_spared, expire, longer
from bot.actions.lifecycle import ASKED, QUOTA, RecordedAction, from_plan
from bot.clock import SimulatedClock
from bot.config import Limits
from bot.judging.trust import FEED_UNREAD
from bot.model import Account, Decision, Entry, Event, RuleReading, Step, Verdict
from bot.platforms.base import AccountGone, PlatformError, Unreachable
from bot.store import Store, open_store

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
SECOND, HOUR, DAY = timedelta(seconds=1), timedelta(hours=1), timedelta(days=1)
SHOP, OTHER = Account("a", "shop@market.test"), Account("b", "other@market.test")
TERMS = Terms("new", "Quieted")


def action(until: datetime | None = NOW, reason: str = "", account: Account = SHOP, **more: object) -> RecordedAction:
    begun = Entry(
        NOW - 3 * DAY, "home", account, Event.PLANNED, "r", Step.MUTE, reason=reason, until=until,
        action_id=account.id, fingerprint="old", dry=False,
    )  # fmt: skip
    return replace(from_plan(begun), last=replace(begun, event=Event.DONE), **more)  # type: ignore[arg-type]


class Pen:
    """An executor that only writes down what it is asked for; `unreachable` are the accounts that it cannot reach."""

    def __init__(self, *actions: RecordedAction, dry: bool = False, renews: Event = Event.DONE) -> None:
        self.all, self.dry, self.renews = list(actions), dry, renews
        self.done: list[tuple[str, str]] = []
        self.until: datetime | None = None
        self.keeps: dict[str, str] = {}
        self.unreachable: set[str] = set()

    def actions(self) -> list[RecordedAction]:
        return self.all

    def protected(self) -> dict[str, str]:
        return self.keeps

    def untouched(self, actions: Sequence[RecordedAction]) -> list[RecordedAction]:
        return list(actions)

    def take_back(self, action: RecordedAction, event: Event, reason: str) -> Event:
        if action.account.id in self.unreachable:
            raise Unreachable("no connection")
        self.done.append((str(event), reason))
        return event

    def close(self, action: RecordedAction, reason: str) -> Event:
        self.done.append(("closed", reason))
        return Event.EXPIRED

    def carry_out(self, decision: Decision, terms: Terms) -> Event:
        if decision.account.id in self.unreachable:
            raise Unreachable("no connection")
        self.until = decision.until
        self.done.append(("renewed", terms.reason))
        return self.renews


# -- what nobody asks for any more


def told(*entries: Entry):
    def judged(account_ids: Iterable[str]) -> Mapping[str, Sequence[Entry]]:
        assert set(account_ids) <= {SHOP.id}
        return {SHOP.id: entries} if entries else {}

    return judged


def said(rule: str | None = None, at: datetime = NOW - DAY, **more: object) -> Entry:
    return Entry(at, "home", SHOP, Event.JUDGED, rule, fingerprint="new", **more)  # type: ignore[arg-type]


SPARED = ("undone", "no rule of your config fires on it any more")
MUTUAL = {"protection": "mutual", "reason": "you follow each other"}


@pytest.mark.parametrize(
    ("entries", "reported", "ends"),
    [
        ([said()], NOW, [SPARED]),
        ([said()], NOW - DAY, []),
        ([said()], NOW - DAY + SECOND, [SPARED]),
        ([said()], None, []),
        ([said("r")], NOW, []),
        ([], NOW, []),
        ([said("r", NOW - 3 * DAY), said(at=NOW - 2 * DAY), said()], NOW - 2 * DAY + SECOND, [SPARED]),
        ([said("r", NOW - 3 * DAY), said(at=NOW - 2 * DAY), said()], NOW - 2 * DAY, []),
        ([said(at=NOW - 2 * DAY), said("r", NOW - 1.5 * DAY), said()], NOW - 1.2 * DAY, []),
        ([replace(said(), fingerprint="old")], NOW, []),
        ([said("r", **MUTUAL)], None, [("undone", "mutual: you follow each other")]),
        ([said("r", protection=FEED_UNREAD, reason="x")], NOW, []),
        ([said("r", **MUTUAL), said("r")], NOW, []),
    ],
)
def test_a_changed_config_ends_what_a_report_has_shown_and_a_protection_ends_it_at_once(
    entries: list[Entry], reported: datetime | None, ends: list[tuple[str, str]]
) -> None:
    pen = Pen(action())
    assert end_the_spared(pen, told(*entries), reported, "new") == []  # type: ignore[arg-type]
    assert pen.done == ends


def test_what_was_done_by_the_config_as_it_stands_waits_for_its_end() -> None:
    same = action()
    same = replace(same, plan=replace(same.plan, fingerprint="new"))
    pen = Pen(same)
    end_the_spared(pen, told(said()), NOW, "new")  # type: ignore[arg-type]
    assert pen.done == []


def test_a_dry_run_needs_no_report_and_what_is_over_ends_no_more() -> None:
    pen = Pen(action(), dry=True)
    end_the_spared(pen, told(said()), None, "new")  # type: ignore[arg-type]
    assert pen.done == [SPARED]
    over = action()
    pen = Pen(replace(over, last=replace(over.last, event=Event.EXPIRED)))
    pen.keeps = {SHOP.id: "kept: you asked to keep it"}
    end_the_spared(pen, told(), NOW, "new")  # type: ignore[arg-type]
    assert pen.done == []


@pytest.mark.parametrize("reason", ["", ASKED])
def test_whom_the_owner_protects_by_name_is_let_go_whoever_asked(reason: str) -> None:
    pen = Pen(action(reason=reason))
    pen.keeps = {SHOP.id: "kept: you asked to keep it"}
    end_the_spared(pen, told(), None, "new")  # type: ignore[arg-type]
    assert pen.done == [("undone", "kept: you asked to keep it")]


@pytest.mark.parametrize("keeps", [True, False])
def test_what_the_owner_asked_for_ends_only_where_the_config_keeps_the_account(keeps: bool) -> None:
    pen = Pen(action(reason=ASKED))
    end_the_spared(pen, told(said("r", **MUTUAL)), NOW, "new", lambda _: keeps)  # type: ignore[arg-type]
    assert pen.done == ([("undone", "kept: your config keeps it")] if keeps else [])


def test_one_that_cannot_be_reached_is_told_and_costs_that_one() -> None:
    pen = Pen(action())
    pen.unreachable = {SHOP.id}
    (sentence,) = end_the_spared(pen, told(said("r", **MUTUAL)), NOW, "new")  # type: ignore[arg-type]
    assert sentence == "what was done to shop@market.test could not be taken back yet: no connection"


# -- what has run out


def ran_out(
    pen: Pen,
    found: Decision | PlatformError | None,
    renew: bool = True,
    now: datetime = NOW,
    longest: timedelta = 180 * DAY,
) -> list[str]:
    def afresh(accounts: Sequence[Account]) -> dict[str, Decision | PlatformError]:
        return {} if found is None else {one.id: found for one in accounts}

    limits = Limits(longest=longest)
    return expire(pen, afresh, limits, TERMS, now, renew=renew)  # type: ignore[arg-type]


def decided(step: Step | None = Step.MUTE, rule: str | None = "r", reason: str = "") -> Decision:
    return Decision(Verdict(SHOP, rule, step, (), {}), step, reason=reason)


@pytest.mark.parametrize(
    ("found", "ends"),
    [
        (decided(None, None), "its time is up: no rule fires on its fresh posts"),
        (decided(None, "r", "you follow each other"), "its time is up: you follow each other"),
        (decided(Step.LIST), "its time is up: now “r” fires, which asks for something else"),
        (AccountGone("it is not there any more"), "its time is up; it is not there any more"),
    ],
)
def test_what_is_not_asked_for_once_more_ends_and_it_is_told_why(found: Decision | PlatformError, ends: str) -> None:
    pen = Pen(action())
    assert ran_out(pen, found) == []
    assert pen.done == [("expired", ends)]


def test_what_is_asked_for_once_more_lasts_twice_as_long_as_before() -> None:
    pen = Pen(action())
    assert ran_out(pen, decided()) == []
    assert pen.done == [("renewed", "renewed"), ("closed", "no better: renewed until 10 May 2026")]
    assert pen.until == NOW + 6 * DAY


@pytest.mark.parametrize(
    ("until", "most", "lasts"),
    [(NOW, 180 * DAY, 6 * DAY), (NOW, 6 * DAY, 6 * DAY), (NOW, 5 * DAY, 5 * DAY), (None, 180 * DAY, 180 * DAY)],
)
def test_a_renewal_lasts_twice_as_long_and_no_longer_than_the_longest(
    until: datetime | None, most: timedelta, lasts: timedelta
) -> None:
    assert longer(action(until), most) == lasts


@pytest.mark.parametrize("renews", [Event.FAILED, Event.CANCELLED])
def test_what_cannot_be_renewed_ends(renews: Event) -> None:
    pen = Pen(action(), renews=renews)
    ran_out(pen, decided())
    assert pen.done[1:] == [("expired", "its time is up, and it could not be renewed")]


def test_a_renewal_in_dry_run_is_a_plan() -> None:
    pen = Pen(action(), dry=True, renews=Event.PLANNED)
    ran_out(pen, decided())
    assert pen.done[1:] == [("closed", "no better: renewed until 10 May 2026")]


@pytest.mark.parametrize(
    ("reason", "renew", "why"),
    [("", False, "its time is up"), (ASKED, True, "its time is up"), (QUOTA, True, "the day is over")],
)
def test_what_is_never_renewed_ends_without_a_look(reason: str, renew: bool, why: str) -> None:
    pen = Pen(action(reason=reason))
    ran_out(pen, None, renew)
    assert pen.done == [("expired", why)]


def test_what_has_not_run_out_goes_on_and_so_does_what_nothing_was_found_of() -> None:
    pen = Pen(action(NOW + SECOND))
    ran_out(pen, decided())
    assert pen.done == []
    pen = Pen(action())
    ran_out(pen, None)
    assert pen.done == []


@pytest.mark.parametrize(
    ("until", "waits"),
    [(NOW, True), (NOW - HOUR + SECOND, True), (NOW - HOUR, False)],
    ids=["now", "lately", "long ago"],
)
def test_what_cannot_be_read_goes_on_for_an_hour(until: datetime, waits: bool) -> None:
    pen = Pen(action(until))
    told = ran_out(pen, Unreachable("no connection"))
    goes_on = "shop@market.test could not be read, so its mute goes on though its time is up: no connection"
    assert told == ([goes_on] if waits else [])
    assert pen.done == ([] if waits else [("expired", "its time is up; no connection")])


def test_what_ends_comes_before_what_is_renewed() -> None:
    pen = Pen(action(), action(account=OTHER))

    def afresh(accounts: Sequence[Account]) -> dict[str, Decision | PlatformError]:
        return {SHOP.id: decided(), OTHER.id: decided(None, None)}

    expire(pen, afresh, Limits(), TERMS, NOW, renew=True)  # type: ignore[arg-type]
    assert [what for what, _ in pen.done] == ["expired", "renewed", "closed"]


def test_a_renewal_that_cannot_be_reached_is_told() -> None:
    pen = Pen(action())
    pen.unreachable = {SHOP.id}
    assert ran_out(pen, decided()) == ["what was done to shop@market.test could not be renewed yet: no connection"]


# -- what is written down


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = open_store(str(tmp_path / "store.sqlite"))
    yield made
    made.close()


def test_a_dry_run_plans_and_takes_back_on_the_ledger_alone(store: Store) -> None:
    pen = DryRunExecutor("home", store, SimulatedClock(NOW))
    assert pen.carry_out(decided(), TERMS) is Event.PLANNED
    (planned,) = pen.actions()
    assert (planned.in_force, planned.plan.dry, planned.list_title) == (True, True, "")
    assert pen.untouched([planned]) == [planned]
    assert pen.take_back(planned, Event.UNDONE, "you undid it") is Event.UNDONE
    assert [(one.last.event, one.last.reason) for one in pen.actions()] == [(Event.UNDONE, "you undid it")]
    pen.carry_out(decided(Step.LIST), TERMS)
    assert pen.actions()[-1].list_title == "Quieted"
    end_the_dry_run(pen)
    assert [(one.last.event, one.last.reason) for one in pen.actions()] == [
        (Event.UNDONE, "you undid it"),
        (Event.EXPIRED, "the dry run is over"),
    ]
    store.set_feedback("home", SHOP, "keep", "", NOW)
    assert pen.carry_out(decided(), TERMS) is Event.CANCELLED
    assert len(pen.actions()) == 2


@pytest.mark.parametrize(
    ("near", "abstained", "reason", "written", "is_near"),
    [
        (False, None, "", "", False),
        (False, "only 3 own posts", "", "only 3 own posts", False),
        (True, None, "", "nearly “r”", True),
        (True, "only 3 own posts", "you follow each other", "you follow each other", True),
    ],
)
def test_a_judgement_says_why_nothing_is_done(
    near: bool, abstained: str | None, reason: str, written: str, is_near: bool
) -> None:
    readings = (RuleReading("r", False, (), (), None, near),)
    decision = Decision(Verdict(SHOP, None, None, readings, {}, abstained=abstained), None, reason=reason)
    entry = judged("home", decision, "f", NOW, dry=True)
    assert (entry.event, entry.reason, entry.near, entry.dry) == (Event.JUDGED, written, is_near, True)


def test_a_renewal_without_an_end_says_none() -> None:
    assert renewal_reason(None) == "no better: renewed"
    assert renewal_reason(NOW) == "no better: renewed until 4 May 2026"


def test_what_was_seen_in_the_last_eight_hours_is_remembered_until_it_is_over(store: Store) -> None:
    soon, later = action(ends=NOW + 8 * HOUR), action(ends=NOW + 8 * HOUR + SECOND, account=OTHER)
    untold = action(account=Account("c", "third@market.test"))
    early = [replace(one, last=replace(one.last, at=NOW - 2 * DAY)) for one in (soon, later, untold)]

    def remembered(in_force: list[RecordedAction], shown: set[str]) -> list[bool]:
        seen.remember("home", store, in_force, shown, NOW)
        return [seen.was_seen("home", store, one) for one in early]

    assert remembered(early, set()) == [False, False, False]
    assert remembered(early, {"a", "b", "c"}) == [True, False, False]
    assert remembered(early, set()) == [True, False, False], "it was seen once"
    assert remembered(early[1:], set()) == [False, False, False], "of what is over nothing is kept"
    assert seen.was_seen("home", store, replace(early[0], last=replace(early[0].last, at=NOW)))
    assert seen.was_seen("home", store, action(reason=QUOTA))
