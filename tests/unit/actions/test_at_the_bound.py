"""Exactly at a bound and a moment beside it: when an action may begin, has run out, or is the owner's by now."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.actions.lifecycle import (
    AGAIN,
    ASKED,
    BY_ITSELF,
    INSTEAD,
    INTERRUPTED,
    QUOTA,
    RENEWAL,
    SAME_END,
    UNSEEN,
    RecordedAction,
    failures,
    from_plan,
    in_force_on,
    is_effect_of,
    is_in_place,
    is_lifted,
    is_on_list,
    is_owners_now,
    is_told,
    perhaps_lifted,
    renewal_of,
    standing_alone,
    stands_in_for,
)
from bot.actions.limits import Past, is_sudden, plan, plan_until_midnight
from bot.config import Limits
from bot.model import Account, Asked, Decision, Entry, Event, Standing, Stays, Step, Unread, Verdict

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
SECOND, HOUR, DAY = timedelta(seconds=1), timedelta(hours=1), timedelta(days=1)
LIMITS = Limits()
SHOP = Account("a", "shop@market.test")


def action(
    at: datetime = NOW - DAY,
    step: Step = Step.MUTE,
    event: Event = Event.DONE,
    until: datetime | None = NOW,
    ends: datetime | None = None,
    reason: str = "",
    account: Account = SHOP,
) -> RecordedAction:
    title = "Quieted" if step is Step.LIST else ""
    begun = Entry(
        at, "home", account, Event.PLANNED, "r", step, reason=reason, until=until, list_title=title, dry=False
    )
    begun = replace(begun, action_id=f"{account.id} {step} {at}")
    return replace(from_plan(begun), last=replace(begun, event=event), ends=ends)


def limit(past: Past, step: Step = Step.MUTE, feed_read: datetime = NOW, limits: Limits = LIMITS) -> str:
    verdict = Verdict(SHOP, "r", step, (), {}, feed_read=feed_read)
    return plan([Decision(verdict, step)], past, limits, NOW)[0].limit


def judged(at: datetime) -> Entry:
    return Entry(at, "home", SHOP, Event.JUDGED, "r", Step.MUTE, feed_read=at)


def confirmed(**more: object) -> Past:
    return Past(judged={SHOP.id: [judged(NOW - 2 * DAY)]}, followed=1000, **more)  # type: ignore[arg-type]


# -- when an action may begin


def test_a_second_look_counts_from_the_moment_that_was_asked_for() -> None:
    first = NOW - LIMITS.confirm_after
    assert limit(Past(judged={SHOP.id: [judged(first)]}, followed=1000)) == ""
    assert limit(Past(judged={SHOP.id: [judged(first + SECOND)]}, followed=1000)) == "unconfirmed"


def test_posts_may_be_as_old_as_a_week_and_no_older() -> None:
    past = Past(judged={SHOP.id: [judged(NOW - 30 * DAY)]}, followed=1000)
    assert limit(past, feed_read=NOW - 7 * DAY) == ""
    assert limit(past, feed_read=NOW - 7 * DAY - SECOND) == "unconfirmed"


@pytest.mark.parametrize("since", [NOW - LIMITS.newly_followed, NOW - LIMITS.newly_followed + SECOND])
def test_who_is_followed_for_as_long_as_asked_is_new_no_more(since: datetime) -> None:
    known = {SHOP.id: Standing(following=True, followed_since=since)}
    wanted = "" if since == NOW - LIMITS.newly_followed else "newly followed"
    assert limit(confirmed(standing=known)) == wanted
    assert limit(confirmed(first_seen={SHOP.id: since})) == wanted
    # what the server says of the follow goes before what was seen
    assert limit(confirmed(standing=known, first_seen={SHOP.id: NOW})) == wanted


def test_a_rule_is_sudden_from_one_more_than_the_owner_allows() -> None:
    most = int(10 * LIMITS.sudden_factor + LIMITS.sudden_least)
    assert not is_sudden(most, 10, LIMITS)
    assert is_sudden(most + 1, 10, LIMITS)


def test_a_day_and_a_week_are_over_to_the_second() -> None:
    limits = replace(LIMITS, per_day=1, followed_share_per_week=0.0)
    assert limit(confirmed(actions=[action(NOW - DAY + SECOND, event=Event.EXPIRED)]), limits=limits) == "daily limit"
    assert limit(confirmed(actions=[action(NOW - DAY, event=Event.EXPIRED)]), limits=limits) == ""
    four = [action(NOW - 7 * DAY + n * SECOND, event=Event.EXPIRED) for n in range(4)]
    assert limit(confirmed(actions=four), limits=limits) == "weekly limit"
    assert limit(confirmed(actions=four[:3]), limits=limits) == ""


@pytest.mark.parametrize("event", [Event.FAILED, Event.CANCELLED])
def test_what_was_never_done_takes_no_room(event: Event) -> None:
    other = Account("b", "other@market.test")
    begun = [action(NOW - HOUR - n * SECOND, event=event, account=other) for n in range(30)]
    assert limit(confirmed(actions=begun)) == ""


def test_a_mute_until_midnight_heeds_the_day_but_neither_the_week_nor_a_second_look() -> None:
    decision = Decision(Verdict(SHOP, "r", Step.MUTE, (), {}), Step.MUTE)
    protected = replace(decision, step=None, protection="mutual")
    week = Past([action(NOW - 2 * DAY - n * SECOND, event=Event.EXPIRED) for n in range(90)], followed=10)
    assert [one.limit for one in plan_until_midnight([protected, decision], week, LIMITS, NOW)] == ["", ""]
    today = Past([action(NOW - HOUR - n * SECOND, event=Event.EXPIRED, reason=QUOTA) for n in range(LIMITS.per_day)])
    assert [one.limit for one in plan_until_midnight([protected, decision], today, LIMITS, NOW)] == ["", "daily limit"]
    assert limit(confirmed(actions=today.actions)) == "daily limit"  # and they take their room from the others


# -- when it has run out


def test_an_action_has_run_out_at_its_very_end_by_either_clock() -> None:
    assert action(until=NOW).has_run_out(NOW)
    assert not action(until=NOW).has_run_out(NOW - SECOND)
    assert action(until=NOW + DAY, ends=NOW).has_run_out(NOW)
    assert not action(until=None).has_run_out(NOW + 9999 * DAY)


def test_only_a_server_that_told_an_end_may_have_ended_it() -> None:
    assert action(ends=NOW + BY_ITSELF, until=NOW + DAY).may_have_ended_by_itself(NOW)
    assert not action(ends=NOW + BY_ITSELF + SECOND, until=NOW + DAY).may_have_ended_by_itself(NOW)
    assert not action(until=NOW - DAY).may_have_ended_by_itself(NOW)


# -- whose it is


def muted(until: datetime | None) -> Standing:
    return Standing(following=True, muted=True, muted_until=until)


def test_a_mute_that_ends_otherwise_than_ours_is_the_owners() -> None:
    ours = action(until=NOW + DAY, ends=NOW + DAY)
    for apart in (SAME_END, -SAME_END, timedelta()):
        assert not is_owners_now(ours, muted(NOW + DAY + apart))
    for apart in (SAME_END + SECOND, -SAME_END - SECOND):
        assert is_owners_now(ours, muted(NOW + DAY + apart))
    assert is_owners_now(ours, muted(None))
    assert not is_owners_now(replace(ours, ends=None), muted(None))
    assert is_owners_now(action(until=None), muted(NOW + DAY))
    assert not is_owners_now(ours, Standing(following=True))
    assert not is_owners_now(action(step=Step.LIST), muted(NOW + 9 * DAY))


@pytest.mark.parametrize(
    ("until", "stands", "ends_told", "ours"),
    [
        (NOW + DAY, muted(NOW + DAY + SAME_END), True, True),
        (NOW + DAY, muted(NOW + DAY + SAME_END + SECOND), True, False),
        (NOW + DAY, muted(None), True, False),
        (NOW + DAY, muted(None), False, True),
        (None, muted(None), True, True),
        (None, muted(NOW + DAY), False, False),
        (NOW + DAY, Standing(), False, False),
    ],
)
def test_what_stands_after_an_interruption_is_ours_where_its_end_is(
    until: datetime | None, stands: Standing, ends_told: bool, ours: bool
) -> None:
    assert is_effect_of(action(until=until), stands, ends_told=ends_told) is ours


def test_each_step_is_told_by_its_own_sign_and_a_mute_covers_hidden_reposts() -> None:
    hidden, listed = Standing(reposts_hidden=True), Standing(lists=(" QUIETED ",))
    for step, shows in ((Step.MUTE, muted(None)), (Step.HIDE_REPOSTS, hidden), (Step.LIST, listed)):
        assert not is_lifted(action(step=step), shows)
        assert is_lifted(action(step=step), Standing())
        assert is_in_place(action(step=step), shows)
        assert not is_in_place(action(step=step), Standing())
    assert is_lifted(action(step=Step.HIDE_REPOSTS), muted(None))
    assert is_in_place(action(step=Step.HIDE_REPOSTS), muted(None))
    assert not is_in_place(action(step=Step.LIST), muted(None))
    assert is_on_list("quieted", listed)
    assert not is_on_list("quiet", listed)


UNREAD_MUTES, UNREAD_LISTS = Unread(Asked.MUTES, "refused"), Unread(Asked.LISTS, "refused")
NO_LISTS = Unread(Asked.LISTS, "your server has no lists", Stays.LACKING)


@pytest.mark.parametrize(
    ("step", "standing", "end_matters", "told"),
    [
        (Step.LIST, Standing(), True, True),
        (Step.LIST, Standing(unread=(UNREAD_LISTS,)), False, False),
        (Step.LIST, Standing(unread=(UNREAD_MUTES,)), True, True),
        (Step.LIST, Standing(unread=(NO_LISTS,)), False, True),
        (Step.LIST, Standing(muted=True, unread=(UNREAD_LISTS,)), False, False),
        (Step.MUTE, Standing(unread=(UNREAD_MUTES,)), False, False),
        (Step.MUTE, Standing(unread=(UNREAD_LISTS,)), True, True),
        (Step.MUTE, Standing(muted=True, unread=(UNREAD_MUTES,)), False, True),
        (Step.MUTE, Standing(muted=True, unread=(UNREAD_MUTES,)), True, False),
        (Step.MUTE, Standing(muted=True, unread=(UNREAD_LISTS, UNREAD_MUTES)), True, False),
        (Step.HIDE_REPOSTS, Standing(unread=(UNREAD_LISTS, UNREAD_MUTES)), True, True),
    ],
)
def test_a_step_is_told_where_its_own_question_was_answered(
    step: Step, standing: Standing, end_matters: bool, told: bool
) -> None:
    assert is_told(action(step=step), standing, end_matters=end_matters) is told


# -- what belongs together


def test_what_stands_alone_is_in_force_where_no_plan_is_half_done() -> None:
    done, lifting = action(), action(step=Step.LIST, event=Event.LIFTING)
    assert standing_alone([done, lifting, action(event=Event.EXPIRED)]) == [done]
    assert standing_alone([done, action(step=Step.LIST, event=Event.PLANNED)]) == []
    assert standing_alone([done, action(event=Event.PLANNED, account=Account("b", "other@market.test"))]) == [done]
    would = action(event=Event.PLANNED)
    would = replace(would, plan=replace(would.plan, dry=True))
    assert standing_alone([would]) == [would], "a plan of a dry run is in force"


def test_what_was_found_gone_may_have_been_lifted_then() -> None:
    def gone(at: datetime, reason: str = UNSEEN, account: Account = SHOP) -> RecordedAction:
        one = action(account=account, event=Event.EXPIRED)
        return replace(one, last=replace(one.last, at=at, reason=reason))

    assert perhaps_lifted([], SHOP.id) is None
    assert (
        perhaps_lifted([gone(NOW, "its time is up"), gone(NOW, account=Account("b", "b@market.test"))], SHOP.id) is None
    )
    assert perhaps_lifted([gone(NOW), gone(NOW - DAY), gone(NOW + DAY, "its time is up")], SHOP.id) == NOW


def test_failures_count_from_the_last_one_that_took_and_for_that_step_alone() -> None:
    failed, other = action(event=Event.FAILED), action(event=Event.FAILED, account=Account("b", "other@market.test"))
    cut = action(event=Event.CANCELLED)
    cut, yours = (replace(cut, last=replace(cut.last, reason=why)) for why in (INTERRUPTED, "yours by now"))
    listed, would = action(step=Step.LIST), replace(failed, plan=replace(failed.plan, dry=True))
    assert failures([failed, listed, other, cut, would], SHOP.id, Step.MUTE) == [failed.last, cut.last]
    assert failures([failed, action(), cut], SHOP.id, Step.MUTE) == [cut.last]
    assert failures([failed, yours], SHOP.id, Step.MUTE) == []
    assert failures([failed], SHOP.id, Step.LIST) == []


@pytest.mark.parametrize("reason", ["", ASKED, RENEWAL, QUOTA, f"{INSTEAD}it did not take", f"{AGAIN}it is marked"])
@pytest.mark.parametrize("event", [Event.PLANNED, Event.DONE, Event.FAILED, Event.CANCELLED, Event.EXPIRED])
def test_an_action_is_what_its_plan_says_and_new_where_it_begins_something(reason: str, event: Event) -> None:
    one = action(event=event, reason=reason)
    kinds = (one.is_asked, one.is_renewal, one.until_midnight, one.is_instead, one.is_found_again)
    assert sum(kinds) == bool(reason)
    assert one.counts is (event not in (Event.FAILED, Event.CANCELLED))
    assert one.is_new is (one.counts and reason not in (RENEWAL, f"{AGAIN}it is marked"))


def test_a_renewal_goes_on_with_an_earlier_action_of_its_kind_on_its_account() -> None:
    ran_out = action(NOW - 2 * DAY)
    renewal, asked = action(NOW - DAY, reason=RENEWAL), action(NOW - DAY, reason=ASKED)
    assert renewal_of(ran_out, [ran_out, renewal]) is renewal
    assert renewal_of(ran_out, [ran_out, asked]) is asked
    at_once = action(ran_out.plan.at, reason=RENEWAL)
    at_once = replace(at_once, plan=replace(at_once.plan, action_id="another"))
    assert renewal_of(ran_out, [ran_out, at_once]) is at_once
    last = action(NOW - HOUR, reason=RENEWAL)
    assert renewal_of(ran_out, [ran_out, renewal, last]) is last
    assert renewal_of(renewal, [ran_out, renewal]) is None
    others = (
        action(NOW - DAY),
        action(NOW - 3 * DAY, reason=RENEWAL),
        action(NOW - DAY, Step.LIST, reason=RENEWAL),
        action(NOW - DAY, event=Event.EXPIRED, reason=RENEWAL),
        action(NOW - DAY, reason=RENEWAL, account=Account("b", "other@market.test")),
    )
    for other in others:
        assert renewal_of(ran_out, [ran_out, other]) is None


def test_what_stands_in_is_milder_than_what_was_wanted() -> None:
    instead = action(step=Step.LIST, reason=f"{INSTEAD}the mute did not take")
    assert stands_in_for(instead, Step.MUTE)
    assert not stands_in_for(instead, Step.LIST)
    assert not stands_in_for(instead, Step.HIDE_REPOSTS)
    assert not stands_in_for(instead, None)
    assert not stands_in_for(action(step=Step.LIST), Step.MUTE)


def test_on_an_account_stands_what_is_done_or_begun_there() -> None:
    begun, lifting = action(event=Event.PLANNED), action(event=Event.LIFTING)
    done = action()
    over = [action(event=event) for event in (Event.EXPIRED, Event.UNDONE, Event.VETOED, Event.FAILED, Event.CANCELLED)]
    other = action(account=Account("b", "other@market.test"))
    assert in_force_on([begun, *over, done, other, lifting], SHOP.id) == [begun, done, lifting]
