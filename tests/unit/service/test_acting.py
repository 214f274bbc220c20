"""What a sweep decided is carried out one by one; a refused step leaves something milder, and a fault costs one."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.actions.entries import Terms
from bot.actions.lifecycle import ASKED, INSTEAD, RENEWAL, RecordedAction, from_plan
from bot.clock import SimulatedClock
from bot.judging.rules import Mode, Rule
from bot.model import Account, Decision, Entry, Event, RuleReading, Step, Verdict
from bot.platforms.base import Unreachable
from bot.service.acting import Acting

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
DAY = timedelta(days=1)
TERMS = Terms("f", "Quieted")
NAMES = "abcdef"


def account(name: str) -> Account:
    return Account(name, f"{name}@market.test")


def action(
    name: str, step: Step = Step.MUTE, event: Event = Event.DONE, reason: str = "", id_: str = ""
) -> RecordedAction:
    plan = Entry(NOW, "home", account(name), Event.PLANNED, "r", step, reason=reason, action_id=id_ or name, dry=False)
    return replace(from_plan(plan), last=replace(plan, event=event))


def decision(name: str = "a", step: Step | None = Step.MUTE, limit: str = "", firing: str = "") -> Decision:
    readings = tuple(RuleReading(rule, True, (), ()) for rule in firing.split())
    return Decision(Verdict(account(name), "muter", step, readings, {}), step, limit=limit)


class Pen:
    """An executor that writes down what it is asked for; `comes_of_it` says what becomes of a step on an account."""

    dry = False

    def __init__(self, *actions: RecordedAction) -> None:
        self.all = list(actions)
        self.asked: list[tuple[str, Step | None, str]] = []
        self.ended: list[tuple[str, Event, str]] = []
        self.until: list[datetime | None] = []
        self.comes_of_it: Callable[[str, Step | None], Event] = lambda name, step: Event.DONE

    def actions(self) -> list[RecordedAction]:
        return self.all

    def carry_out(self, decision: Decision, terms: Terms) -> Event:
        self.asked.append((decision.account.id, decision.step, terms.reason))
        self.until.append(decision.until)
        return self.comes_of_it(decision.account.id, decision.step)

    def take_back(self, action: RecordedAction, event: Event, reason: str) -> Event:
        self.ended.append((action.plan.action_id, event, reason))
        return event


def acting(pen: Pen, *rules: Rule) -> Acting:
    return Acting(pen, rules, SimulatedClock(NOW))  # type: ignore[arg-type]


def away(*names: str) -> Callable[[str, Step | None], Event]:
    def comes_of_it(name: str, step: Step | None) -> Event:
        if name in names:
            raise Unreachable("no connection")
        return Event.DONE

    return comes_of_it


def test_only_what_waits_for_nothing_is_done() -> None:
    pen = Pen()
    waiting = [decision("a", None), decision("b", Step.REPORT), decision("c", limit="unconfirmed"), decision("d")]
    assert acting(pen).act(waiting, TERMS) == set()
    assert pen.asked == [("d", Step.MUTE, "")]


def test_who_cannot_be_reached_is_left_and_told_and_costs_nobody_else() -> None:
    pen = Pen()
    pen.comes_of_it = away("a", "b", "d")
    sweep = acting(pen)
    assert sweep.act([decision(name) for name in NAMES], TERMS) == {"a", "b", "d"}
    assert [name for name, _, _ in pen.asked] == list(NAMES)
    assert sweep.not_done[0] == "nothing could be done about a@market.test yet: no connection"
    assert len(sweep.not_done) == 3


def test_three_in_a_row_are_the_servers_doing_and_nobody_further_is_asked_for() -> None:
    pen = Pen()
    pen.comes_of_it = away("b", "c", "d", "e")
    assert acting(pen).act([decision(name) for name in NAMES], TERMS) == {"b", "c", "d", "e", "f"}
    assert [name for name, _, _ in pen.asked] == ["a", "b", "c", "d"]


def test_where_something_is_in_force_nothing_is_done_anew() -> None:
    pen = Pen(
        action("a"), action("b", Step.LIST, reason=f"{INSTEAD}the mute did not take"), action("c", event=Event.UNDONE)
    )
    acting(pen).act([decision("a"), decision("b"), decision("c")], TERMS)
    assert [name for name, _, _ in pen.asked] == ["b", "c"]


def test_actions_begun_in_the_sweep_are_counted_that_take_room() -> None:
    pen = Pen(action("a"))
    sweep = acting(pen)
    assert sweep.begun == 0
    pen.all += [action(name) for name in "bc"] + [action("d", event=Event.PLANNED)]
    assert sweep.begun == 3
    pen.all += [action("e", event=Event.FAILED), action("f", event=Event.CANCELLED)]
    pen.all += [action("g", reason=RENEWAL), action("h", reason=ASKED)]
    assert sweep.begun == 3


MUTER, LISTER = Rule("muter", then=Step.MUTE), Rule("lister", then=Step.LIST, duration=3 * DAY)
HIDER, REPORTER = Rule("hider", then=Step.HIDE_REPOSTS, duration=None), Rule("reporter", then=Step.REPORT)


@pytest.mark.parametrize(
    ("rules", "firing", "step", "instead"),
    [
        ((MUTER, LISTER), "muter lister", Step.MUTE, Step.LIST),
        ((HIDER, MUTER, LISTER), "hider muter lister", Step.MUTE, Step.HIDE_REPOSTS),
        ((MUTER, LISTER, HIDER), "muter lister hider", Step.MUTE, Step.LIST),
        ((MUTER, LISTER), "muter", Step.MUTE, None),
        ((MUTER, replace(LISTER, mode=Mode.SHADOW)), "muter lister", Step.MUTE, None),
        ((LISTER, MUTER), "lister muter", Step.LIST, None),
        ((LISTER, replace(LISTER, name="other")), "lister other", Step.LIST, None),
        ((MUTER, REPORTER), "muter reporter", Step.MUTE, None),
    ],
)
def test_a_refused_step_is_followed_by_the_first_milder_one_that_fires_too(
    rules: tuple[Rule, ...], firing: str, step: Step, instead: Step | None
) -> None:
    pen = Pen()
    pen.comes_of_it = lambda name, tried: Event.FAILED if tried is step else Event.DONE
    acting(pen, *rules).act([decision("a", step, firing=firing)], TERMS)
    words = f"{INSTEAD}the {step} did not take"
    assert pen.asked == [("a", step, ""), *([("a", instead, words)] if instead else [])]
    assert pen.until[1:] == ([NOW + 3 * DAY if instead is Step.LIST else None] if instead else [])


def test_where_something_stands_in_already_nothing_else_does() -> None:
    pen = Pen(action("a", Step.LIST, reason=f"{INSTEAD}the mute did not take"))
    pen.comes_of_it = lambda *_: Event.FAILED
    acting(pen, MUTER, HIDER).act([decision("a", firing="muter hider")], TERMS)
    assert [step for _, step, _ in pen.asked] == [Step.MUTE]


@pytest.mark.parametrize("event", [Event.DONE, Event.CANCELLED, Event.PLANNED])
def test_what_stood_in_ends_once_the_step_took_and_nothing_else_does(event: Event) -> None:
    pen = Pen(action("a", Step.LIST, reason=f"{INSTEAD}the mute did not take"), action("b", Step.LIST))
    pen.comes_of_it = lambda *_: event
    acting(pen, MUTER, HIDER).act([decision("a", firing="muter hider")], TERMS)
    assert len(pen.asked) == 1
    assert pen.ended == ([("a", Event.EXPIRED, "the mute that was wanted took")] if event is Event.DONE else [])
