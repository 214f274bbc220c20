"""One account on which the server breaks costs that account: at reading, at judging, at acting and when time is up."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.actions.executor import AT_ONCE
from bot.model import Event
from bot.platforms.base import RateLimited, Unreachable
from bot.service.sweep import IN_TIME, TRY_AGAIN, next_end
from tests.unit.service.town import DAY, HOUR, Town

pytestmark = pytest.mark.slow


@pytest.fixture
def town(tmp_path):
    made = Town(tmp_path, 6)
    yield made
    made.store.close()


def test_whose_feeds_break_cost_nobody_else_their_verdict(town):
    town.break_on("posts_by", *town.droppers[1:4])
    for _ in range(2):  # three in a row are taken for the server; the next sweep asks for the others first
        record = town.sweep().record
        assert record.error == ""
    assert town.muted() == {town.droppers[0], *town.droppers[4:]}
    assert [s for s in record.unread if "500" in s]


def test_whose_feed_breaks_for_ever_is_asked_for_ever_more_rarely_and_last(town):
    town.break_on("posts_by", town.droppers[0])
    for _ in range(24):
        town.sweep()
        town.clock.wait(1800)
    broken = [r for r in town.network.requests if r.what == "posts_by"]
    assert len(broken) - 5 <= 7
    town.break_on("posts_by")
    town.clock.wait(86400)
    town.sweep()
    assert town.droppers[0] in town.muted()


def test_whom_the_server_tells_nothing_of_costs_nobody_else_a_decision(town):
    town.break_on("standing", town.droppers[2])
    record = town.sweep().record
    assert record.error == ""
    assert town.muted() == set(town.droppers) - {town.droppers[2]}
    assert any(f"how you stand to {town.droppers[2]} could not be read" in said for said in record.unread)
    town.break_on("standing")
    town.sweep()
    assert town.muted() == set(town.droppers)


@pytest.mark.parametrize("broken", [[0], [1, 3], [5]])
def test_who_cannot_be_muted_costs_nobody_else_and_is_tried_again(town, broken):
    refused = {town.droppers[number] for number in broken}
    town.break_on("act", *refused)
    record = town.sweep().record
    assert record.error == ""
    assert town.muted() == set(town.droppers) - refused
    assert sum("nothing could be done about" in said for said in record.unread) == len(refused)
    town.break_on("act")
    town.sweep()
    assert town.muted() == set(town.droppers)
    assert all(len(town.entries(Event.DONE, handle=handle)) == 1 for handle in town.droppers)


def test_who_cannot_be_unmuted_keeps_nobody_muted_and_nobody_unjudged(town):
    town.ends_no_mute()
    town.sweep()
    town.live(3 * DAY, links=False)
    for handle in town.droppers:
        for _ in range(4):
            town.post(handle, links=False)
    stuck = town.droppers[0]
    town.break_on("undo", stuck)
    for _ in range(5):
        record = town.sweep().record
        assert record.error == ""
        assert town.muted() == {stuck}
        town.clock.wait(60)
    tries = [request for request in town.network.requests if request.what == "undo"]
    assert len(tries) == 1 + AT_ONCE, "then it pauses"
    town.break_on("undo")
    town.clock.wait(86400)
    town.sweep()
    assert town.muted() == set()
    assert town.entries()[-1].event is Event.EXPIRED


def test_an_action_due_while_its_accounts_feed_cannot_be_read_waits_an_hour_and_then_ends(town):
    town.sweep()
    unread = town.droppers[3]
    town.break_on("posts_by", unread)
    town.run_out()
    record = town.sweep().record
    assert record.error == ""
    assert any(said.startswith(f"{unread} could not be read, so its mute goes on") for said in record.unread)
    assert town.in_force() == set(town.droppers), "the others are renewed, and nothing is said of the one"
    assert len(town.entries(Event.DONE)) == 2 * 6 - 1
    town.clock.wait(50 * 60)
    town.sweep()
    assert unread in town.in_force()
    town.clock.wait(20 * 60)
    town.sweep()
    assert unread not in town.in_force()
    ended = town.entries(handle=unread)[-1]
    assert (ended.event, ended.reason.startswith("its time is up; 500")) == (Event.EXPIRED, True)


def test_an_action_due_whose_account_answers_again_is_decided_about_by_its_posts(town):
    town.sweep()
    town.break_on("posts_by", town.droppers[3])
    town.run_out()
    town.sweep()
    town.break_on("posts_by")
    town.clock.wait(600)
    town.sweep()
    assert town.in_force() == set(town.droppers)
    assert len(town.entries(Event.DONE, handle=town.droppers[3])) == 2


def test_what_could_not_be_ended_does_not_call_for_a_sweep_at_once(town):
    town.sweep()
    first = town.clock.now() + 3 * DAY
    assert next_end("home", town.store, town.clock.now()) == first
    town.run_out()
    town.break_on("posts_by", *town.droppers)
    town.sweep()
    assert len(town.in_force()) == 6
    assert next_end("home", town.store, town.clock.now()) == town.clock.now() + TRY_AGAIN
    assert next_end("home", town.store, first + IN_TIME - HOUR) == first + IN_TIME - HOUR + TRY_AGAIN
    assert next_end("home", town.store, first + IN_TIME) is None, "from then on it waits for its turn"
    assert next_end("home", town.store) == first, "at a start it does"


def test_what_is_being_taken_back_calls_for_a_sweep_too(town):
    town.ends_no_mute()
    town.sweep()
    town.live(3 * DAY - 4 * HOUR, links=False)
    town.sweep()
    town.live(4 * HOUR, links=False)
    town.break_on("undo", *town.droppers)
    town.sweep()
    assert town.in_force() == set()
    assert len(town.muted()) == 6
    assert next_end("home", town.store, town.clock.now()) == town.clock.now() + TRY_AGAIN


@pytest.mark.parametrize("fault", [Unreachable("the timeline is down"), RateLimited("slow down")])
def test_what_has_run_out_is_ended_before_anything_else_can_fail(town, fault):
    town.ends_no_mute()
    town.sweep()
    for handle in town.droppers:
        town.network.follow(handle, "robin@quiet.example")
    town.clock.wait(3 * 86400)

    def trouble(request):
        if request.what == "timeline":
            raise fault

    town.network.trouble = trouble
    with pytest.raises(type(fault)):
        town.sweep()
    assert town.muted() == set()


def test_what_ends_is_ended_before_the_rest_is_renewed(town):
    town.sweep()
    town.run_out()
    town.network.follow(town.droppers[5], "robin@quiet.example")
    town.sweep()
    told = [(e.event, e.account.handle) for e in town.entries() if e.at == town.clock.now()]
    assert told[1] == (Event.EXPIRED, town.droppers[5])
    assert [event for event, _ in told[2:]] == [Event.PLANNED, Event.DONE, Event.EXPIRED] * 5


def test_renewals_share_what_they_ask(town):
    town.sweep()
    town.run_out()
    before = len(town.network.requests)
    town.sweep()
    asked = [request.what for request in town.network.requests[before:]]
    assert len(town.entries(Event.DONE)) == 12
    to_decide = asked[: asked.index("mute")]
    assert to_decide.count("favourites") <= 2, "once for all of them; in memory acting asks as well"
    assert to_decide.count("relations") <= 4, "to watch, to decide, to look again before the first is renewed"


def test_feeds_that_all_break_end_the_asking_and_not_the_sweep(town):
    town.break_on("posts_by", *town.droppers)
    record = town.sweep().record
    assert (record.error, record.own_feeds) == ("", 0)
    assert [request.what for request in town.network.requests].count("posts_by") == 3
    town.break_on("posts_by")
    town.sweep()
    assert town.muted() == set(town.droppers)


def test_a_server_that_tells_nothing_of_anybody_fails_the_sweep_and_its_accounts_wait(town):
    town.break_on("standing", *town.droppers)
    with pytest.raises(Unreachable):
        town.sweep()
    assert town.store.sweeps("home")[-1].error
    town.break_on("standing")
    town.clock.wait(600)
    town.sweep()
    assert town.muted() == set(town.droppers)


def test_the_limit_of_a_sweep_lets_the_loudest_go_first(town):
    town.config = replace(town.config, limits=replace(town.config.limits, per_sweep=1))
    loudest = town.droppers[4]
    for _ in range(3):
        town.post(loudest)
    town.clock.wait(60)
    town.sweep()
    assert town.muted() == {loudest}


def test_the_loudest_is_read_first(town):
    town.config = replace(town.config, own_feed=replace(town.config.own_feed, per_sweep=1, max_age=timedelta(hours=1)))
    loudest = town.droppers[4]
    for _ in range(3):
        town.post(loudest)
    town.clock.wait(HOUR.total_seconds())
    town.sweep()
    assert town.muted() == {loudest}


def test_a_renewal_that_is_half_done_is_not_taken_for_the_owners_mute(town):
    town.sweep()
    town.run_out()
    town.network.lost = [Unreachable("the answer was lost")]
    town.sweep()
    (half,) = [handle for handle in town.droppers if len(town.entries(handle=handle)) == 3]
    town.network.faults = [Unreachable("no connection")]
    assert town.sweep().record.error == ""
    assert town.entries(handle=half)[-1].event is Event.PLANNED, "it could not be told whether it took"
    town.sweep()
    assert [e.event for e in town.entries(handle=half)] == [
        Event.PLANNED, Event.DONE, Event.PLANNED, Event.DONE, Event.EXPIRED,
    ]  # fmt: skip
    assert town.in_force() == set(town.droppers)
