"""The budget paces, retries and counts; a simulated clock shows how long it would have waited."""

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from threading import Event

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.clock import LONG_WAIT, SimulatedClock, SystemClock, TellingClock
from bot.errors import Stopped
from bot.platforms.base import RateLimited, Unreachable
from bot.platforms.budget import LIMIT, Asked, Budget

START = datetime(2026, 5, 1, 12, tzinfo=UTC)
FIVE = timedelta(minutes=5)


def budget(clock: SimulatedClock, allowed: int = 100, share: float = 0.2, patience: float = 900.0) -> Budget:
    return Budget(clock, {"all": (allowed, FIVE)}, share, random.Random(1), patience)


def failing(*errors: Exception) -> Callable[[], str]:
    rest = list(errors)

    def request() -> str:
        if rest:
            raise rest.pop(0)
        return "answer"

    return request


def test_requests_within_the_share_do_not_wait() -> None:
    clock = SimulatedClock(START)
    paced = budget(clock)
    for _ in range(20):
        paced.run(lambda: None, "all")
    assert clock.now() == START
    assert paced.usage().requests == 20


def test_the_request_beyond_the_share_waits_for_the_window() -> None:
    clock = SimulatedClock(START)
    paced = budget(clock)
    for _ in range(21):
        paced.run(lambda: None, "all")
    assert clock.now() == START + FIVE
    assert paced.usage().waited == FIVE.total_seconds()


@example(gaps=[1.748721822656229, 1.0812203986040387], share=0.03125)
@given(gaps=st.lists(st.floats(0, 60), max_size=80), share=st.floats(0.01, 1.0))
def test_no_window_ever_holds_more_than_its_share(gaps: list[float], share: float) -> None:
    clock = SimulatedClock(START)
    paced = budget(clock, allowed=40, share=share)
    sent: list[float] = []
    for gap in gaps:
        clock.wait(gap)
        paced.run(lambda: sent.append(clock.steady()), "all")
    most = max(1, int(40 * share))
    for place, moment in enumerate(sent):
        assert sum(1 for other in sent[place:] if other < moment + FIVE.total_seconds()) <= most


def test_a_request_of_two_kinds_counts_in_both_windows() -> None:
    clock = SimulatedClock(START)
    paced = Budget(clock, {"all": (100, FIVE), "paged": (10, 3 * FIVE)}, share=0.2)
    for _ in range(3):
        paced.run(lambda: None, "all", "paged")
    assert clock.now() == START + 3 * FIVE


def test_a_passing_fault_is_tried_again_with_growing_pauses() -> None:
    clock = SimulatedClock(START)
    paced = budget(clock)
    assert paced.run(failing(Unreachable("a"), Unreachable("b"), Unreachable("c")), "all") == "answer"
    spent = paced.usage()
    assert (spent.requests, spent.retries) == (4, 3)
    assert 10 < spent.waited <= 21


def test_a_lasting_fault_is_raised_after_the_tries() -> None:
    paced = budget(SimulatedClock(START))
    with pytest.raises(Unreachable, match="d"):
        paced.run(failing(*(Unreachable(word) for word in "abcde")), "all")
    assert paced.usage().requests == 4


def test_a_write_that_may_have_taken_is_not_sent_again() -> None:
    paced = budget(SimulatedClock(START))
    with pytest.raises(Unreachable):
        paced.run(failing(Unreachable("reset")), "all", write=True, repeatable=False)
    assert (paced.usage().requests, paced.usage().writes) == (1, 1)


def test_a_refusal_waits_until_the_time_that_the_server_named() -> None:
    clock = SimulatedClock(START)
    paced = budget(clock)
    refusal = RateLimited("slow down", START + timedelta(seconds=90))
    assert paced.run(failing(refusal), "all", repeatable=False) == "answer"
    assert timedelta(seconds=90) <= clock.now() - START <= timedelta(seconds=92)


def test_a_refusal_without_a_time_backs_off() -> None:
    clock = SimulatedClock(START)
    assert budget(clock).run(failing(RateLimited("slow down")), "all") == "answer"
    assert clock.now() - START >= timedelta(seconds=7)


def test_a_refusal_beyond_patience_is_raised_with_its_time() -> None:
    clock = SimulatedClock(START)
    until = START + timedelta(hours=3)
    with pytest.raises(RateLimited, match="slow down") as caught:
        budget(clock).run(failing(RateLimited("slow down", until)), "all")
    assert caught.value.retry_at is not None
    assert caught.value.retry_at >= until
    assert clock.now() == START


def test_a_share_used_up_beyond_patience_is_said() -> None:
    paced = budget(SimulatedClock(START), allowed=5, patience=60)
    paced.run(lambda: None, "all")
    with pytest.raises(RateLimited, match="share") as caught:
        paced.run(lambda: None, "all")
    assert caught.value.retry_at == START + FIVE


def test_nearly_nothing_left_by_the_headers_waits_for_the_reset() -> None:
    clock = SimulatedClock(START)
    paced = budget(clock)
    paced.note(300, 10, START + timedelta(seconds=42))
    paced.run(lambda: None, "all")
    assert clock.now() == START + timedelta(seconds=42)
    paced.run(lambda: None, "all")
    assert clock.now() == START + timedelta(seconds=42)


def test_plenty_left_by_the_headers_goes_on() -> None:
    clock = SimulatedClock(START)
    paced = budget(clock)
    paced.note(300, 200, START + timedelta(seconds=42))
    paced.run(lambda: None, "all")
    assert clock.now() == START
    assert (paced.usage().allowed, paced.usage().remaining) == (300, 200)


def test_a_stop_ends_the_wait_and_sends_nothing() -> None:
    stop = Event()
    paced = Budget(SystemClock(stop), {"all": (1, FIVE)}, share=1.0)
    paced.run(lambda: None, "all")
    stop.set()
    with pytest.raises(Stopped):
        paced.run(lambda: pytest.fail("sent after the stop"), "all")
    assert paced.usage().requests == 1


@pytest.mark.parametrize("days", [-400, -1, 1, 400])
def test_a_clock_that_is_set_leaves_the_window_as_long_as_it_is(days: int) -> None:
    clock = SimulatedClock(START)
    paced = budget(clock)
    for _ in range(20):
        paced.run(lambda: None, "all")
    paced.note(300, 0, START + timedelta(seconds=42))
    clock.time += timedelta(days=days)
    paced.run(lambda: None, "all")
    assert paced.usage().waited == FIVE.total_seconds()


def test_what_a_wait_is_for_is_told_with_its_end() -> None:
    told: list[tuple[str, datetime | None]] = []
    inner = SimulatedClock(START)
    paced = Budget(TellingClock(inner, lambda what, until: told.append((what, until))), {"all": (1, FIVE)}, share=1.0)
    paced.run(failing(Unreachable("once")), "all")
    assert told == [(LIMIT, START + FIVE), (LIMIT, None)]


def test_a_wait_that_nobody_would_notice_is_not_told() -> None:
    told: list[object] = []
    clock = TellingClock(SimulatedClock(START), lambda what, until: told.append(what))
    clock.wait(LONG_WAIT - 1, LIMIT)
    clock.wait(3600)
    assert told == []
    assert clock.now() == START + timedelta(seconds=LONG_WAIT - 1 + 3600)


def test_nothing_waits_between_what_belongs_together() -> None:
    clock = SimulatedClock(START)
    paced = budget(clock)
    for _ in range(9):
        paced.run(lambda: None, "all")
    with paced.at_a_stretch("all"):
        for _ in range(14):
            paced.run(lambda: None, "all")
            paced.note(300, 1, START + FIVE)
        assert clock.now() == START
    paced.run(lambda: None, "all")
    assert clock.now() == START + FIVE, "what went beyond the share is made up for afterwards"


@pytest.mark.parametrize(("sent", "waits"), [(10, False), (11, True), (20, True)])
def test_a_stretch_begins_once_there_is_room_for_it(sent: int, waits: bool) -> None:
    clock = SimulatedClock(START)
    paced = budget(clock)
    for _ in range(sent):
        paced.run(lambda: None, "all")
    with paced.at_a_stretch("all"):
        assert (clock.now() == START + FIVE) is waits


@pytest.mark.parametrize(("remaining", "waits"), [(25, False), (24, True), (0, True)])
def test_a_stretch_begins_once_the_server_has_room_for_it(remaining: int, waits: bool) -> None:
    clock = SimulatedClock(START)
    paced = budget(clock)
    paced.note(300, remaining, START + timedelta(seconds=42))
    with paced.at_a_stretch("all"):
        assert (clock.now() == START + timedelta(seconds=42)) is waits


def test_a_share_smaller_than_a_stretch_is_no_reason_never_to_begin() -> None:
    clock = SimulatedClock(START)
    paced = budget(clock, allowed=5)
    paced.run(lambda: None, "all")
    with paced.at_a_stretch("all"):
        paced.run(lambda: None, "all")
    assert clock.now() == START + FIVE


def test_a_refusal_within_a_stretch_is_raised_and_not_sat_out() -> None:
    clock = SimulatedClock(START)
    paced = budget(clock)
    refusal = RateLimited("slow down", START + timedelta(minutes=5))
    with pytest.raises(RateLimited, match="slow down"), paced.at_a_stretch("all"):
        paced.run(failing(refusal), "all", write=True)
    assert clock.now() == START
    paced.run(failing(RateLimited("slow down", START + FIVE)), "all")
    assert clock.now() >= START + FIVE, "outside of it it is"


def test_a_passing_fault_within_a_stretch_is_tried_again() -> None:
    clock = SimulatedClock(START)
    paced = budget(clock)
    with paced.at_a_stretch("all"):
        assert paced.run(failing(Unreachable("a"), Unreachable("b"), Unreachable("c")), "all") == "answer"


def test_a_stretch_that_has_no_room_within_patience_does_not_begin() -> None:
    paced = budget(SimulatedClock(START), allowed=50, patience=60)
    paced.run(lambda: None, "all")
    with pytest.raises(RateLimited, match="share"), paced.at_a_stretch("all"):
        pytest.fail("it began")


def test_where_no_answer_names_a_limit_none_is_made_up() -> None:
    clock = SimulatedClock(START)
    paced = budget(clock)
    for _ in range(100):
        paced.run(lambda: None, "all")
        paced.note(None, None, None)
    assert clock.now() == START
    paced.run(lambda: None, "all")
    assert clock.now() == START + FIVE, "but more than servers allow is not asked either"


@pytest.mark.parametrize("how", ["headers", "a refusal"])
def test_one_word_of_a_limit_is_enough_to_keep_to_the_share(how: str) -> None:
    clock = SimulatedClock(START)
    paced = budget(clock)
    if how == "headers":
        paced.note(300, 299, START)
    else:
        paced.run(failing(RateLimited("slow down", START)), "all")
    began = clock.now()
    for _ in range(21):
        paced.run(lambda: None, "all")
        paced.note(None, None, None)
    assert clock.now() - began > timedelta(minutes=4)


def test_what_requests_take_is_told_by_the_windows_that_they_fill() -> None:
    windows = {"all": (300, timedelta(minutes=5)), "paged": (300, timedelta(minutes=15))}
    budget = Budget(SimulatedClock(datetime(2026, 3, 2, tzinfo=UTC)), windows, share=0.8)
    assert budget.takes({"all": 100, "paged": 20}, 0.3) == timedelta(seconds=30)
    assert budget.takes({"all": 240, "paged": 20}, 0.0) == timedelta(0)
    assert budget.takes({"all": 812, "paged": 240}, 0.3) == timedelta(minutes=15)
    assert budget.takes({"all": 812, "paged": 241}, 0.3) == timedelta(minutes=15)
    assert budget.takes({"all": 812, "paged": 700}, 0.3) == timedelta(minutes=30)
    assert budget.takes({"all": 0, "paged": 0}, 0.3) == timedelta(0)


@given(
    asks=st.lists(st.tuples(st.integers(0, 4), st.floats(0, 120)), max_size=200),
    share=st.sampled_from([0.2, 0.5, 1.0]),
)
def test_logins_that_a_server_counts_as_one_keep_to_its_share_together_and_each_to_its_own(
    asks: list[tuple[int, float]], share: float
) -> None:
    clock, together = SimulatedClock(START), Asked()
    windows = {"all": (40, FIVE), "machine": (60, FIVE)}
    logins = [Budget(clock, windows, share, shared={"machine": together}) for _ in range(5)]
    sent: list[tuple[float, int]] = []
    for login, pause in asks:
        clock.wait(pause / 20)
        logins[login].run(partial(sent.append, (clock.steady(), login)), "all", "machine")
        sent[-1] = clock.steady(), login
    for at, _ in sent:
        within = [login for when, login in sent if at <= when < at + FIVE.total_seconds()]
        assert len(within) <= 60 * share
        assert all(within.count(login) <= 40 * share for login in range(5))


@given(asks=st.lists(st.tuples(st.integers(0, 2), st.floats(0, 60)), max_size=120))
def test_processes_that_tell_each_other_keep_to_a_servers_share_together(asks: list[tuple[int, float]]) -> None:
    clock, told = SimulatedClock(START), [[], [], []]
    here = [Asked() for _ in told]
    logins = [Budget(clock, {"machine": (60, FIVE)}, 0.2, shared={"machine": one}) for one in here]
    sent: list[float] = []
    for who, pause in asks:
        clock.wait(pause)
        for place, one in enumerate(here):
            one.hear([at for other, times in enumerate(told) for at in times if other != place])
        logins[who].run(lambda: sent.append(clock.steady()), "machine")
        told[who] += [clock.steady()] * here[who].tell()
    for at in sent:
        assert sum(at <= when < at + FIVE.total_seconds() for when in sent) <= 12
    assert [one.tell() for one in here] == [0, 0, 0]


def test_what_others_asked_long_ago_holds_nobody_up() -> None:
    clock, asked = SimulatedClock(START), Asked()
    clock.wait(FIVE.total_seconds())
    asked.hear([0.0] * 100)
    Budget(clock, {"machine": (10, FIVE)}, 0.2, shared={"machine": asked}).run(lambda: None, "machine")
    assert clock.steady() == FIVE.total_seconds()


def test_a_login_alone_waits_for_nobody_elses_requests() -> None:
    clock, windows = SimulatedClock(START), {"all": (10, FIVE)}
    one, other = Budget(clock, windows, 1.0), Budget(clock, windows, 1.0)
    for login in (one, other):
        for _ in range(10):
            login.run(lambda: None, "all")
    assert clock.steady() == 0


def test_a_newcomer_waits_no_longer_than_a_window_for_those_who_found_no_limits() -> None:
    clock, together = SimulatedClock(START), Asked()
    old, new = (Budget(clock, {"machine": (50, FIVE)}, 0.2, shared={"machine": together}) for _ in range(2))
    for _ in range(30):
        old.run(lambda: old.note(None, None, None), "machine")
    began = clock.now()
    new.run(lambda: None, "machine")
    assert clock.now() - began <= FIVE
