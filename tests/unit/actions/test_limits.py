"""What waits, and why: a second look, newness, failures before, and limits on how much is done."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.actions.lifecycle import INTERRUPTED, RENEWAL, UNSEEN, RecordedAction, fold, from_plan
from bot.actions.limits import PAUSED, Past, found_by_rule, is_sudden, paused, plan
from bot.config import Limits
from bot.model import Account, Decision, Entry, Event, Standing, Step, Verdict

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LIMITS = Limits()


def account(name: str) -> Account:
    return Account(name, f"{name}@shop.test")


def decision(name: str = "a", step: Step | None = Step.MUTE, feed_read: datetime | None = NOW, rule: str = "r"):
    verdict = Verdict(account(name), rule, step, (), {}, feed_read=feed_read)
    return Decision(verdict, step)


def judged(name: str = "a", at: datetime = NOW - 2 * DAY, rule: str | None = "r", step=Step.MUTE, **more) -> Entry:
    return Entry(at, "home", account(name), Event.JUDGED, rule, step if rule else None, feed_read=at, **more)


def action(
    name: str, at: datetime, event: Event = Event.EXPIRED, reason: str = "", why: str = "", dry=False
) -> RecordedAction:
    begun = Entry(
        at, "home", account(name), Event.PLANNED, "r", Step.MUTE, reason=why, action_id=f"{name}{at}", dry=dry
    )
    return replace(from_plan(begun), last=replace(begun, event=event, reason=reason))


def confirmed(*names: str, **more) -> Past:
    return Past(judged={name: [judged(name)] for name in names or ("a",)}, followed=1000, **more)


def names(past: Past, *decisions: Decision, limits: Limits = LIMITS) -> list[str]:
    return [one.limit for one in plan(decisions or [decision()], past, limits, NOW)]


def test_a_verdict_found_again_a_day_later_may_be_acted_on():
    assert names(confirmed()) == [""]


@pytest.mark.parametrize(
    "entries",
    [
        [],
        [judged(at=NOW - 23 * HOUR)],
        [judged(at=NOW - 9 * DAY), judged(at=NOW - 3 * HOUR, rule=None)],
        [judged(at=NOW - 9 * DAY, step=Step.REPORT)],
        [judged(at=NOW - 9 * DAY, step=Step.LIST)],
        [judged(at=NOW - 9 * DAY, step=None)],
    ],
    ids=[
        "found now",
        "less than a day ago",
        "let go in between",
        "only reported until now",
        "only listed until now",
        "nothing asked for until now",
    ],
)
def test_a_verdict_that_nothing_confirms_waits(entries):
    assert names(Past(judged={"a": entries}, followed=1000)) == ["unconfirmed"]


def test_a_verdict_of_which_it_is_not_known_when_its_posts_were_read_confirms_nothing_and_hides_nothing():
    """So the ledger of an earlier version has them."""
    undated = replace(judged(at=NOW - 3 * DAY), feed_read=None)
    assert names(Past(judged={"a": [undated]}, followed=1000)) == ["unconfirmed"]
    assert names(Past(judged={"a": [undated, judged()]}, followed=1000)) == [""]
    assert names(Past(judged={"a": [judged(), undated]}, followed=1000)) == [""]


def test_judging_the_same_posts_again_confirms_nothing():
    read = NOW - 5 * HOUR
    again = [replace(judged(at=NOW - n * DAY), feed_read=read) for n in (3, 2, 1)]
    assert names(Past(judged={"a": again}, followed=1000), decision(feed_read=read)) == ["unconfirmed"]


def test_nobody_is_touched_on_posts_read_long_ago():
    past = Past(judged={"a": [judged(at=NOW - 30 * DAY)]}, followed=1000)
    assert names(past, decision(feed_read=NOW - 7 * DAY - HOUR)) == ["unconfirmed"]
    assert names(past, decision(feed_read=None)) == ["unconfirmed"]


def test_a_harder_verdict_confirms_a_milder_one():
    past = Past(judged={"a": [judged(step=Step.MUTE)]}, followed=1000)
    assert names(past, decision(step=Step.LIST)) == [""]


@pytest.mark.parametrize("since", ["followed", "seen"])
def test_who_is_followed_since_yesterday_waits(since):
    yesterday = NOW - DAY
    known = (
        {"standing": {"a": Standing(following=True, followed_since=yesterday)}}
        if since == "followed"
        else {"first_seen": {"a": yesterday}}
    )
    assert names(confirmed(**known)) == ["newly followed"]


@pytest.mark.parametrize(("failed", "pause"), [(1, HOUR), (2, 4 * HOUR), (3, 16 * HOUR), (5, 7 * DAY), (9, 7 * DAY)])
def test_the_pause_after_failures_grows_up_to_a_week(failed, pause):
    def past(ago: timedelta) -> Past:
        return confirmed(
            actions=[action("a", NOW - ago - n * DAY * 30, Event.FAILED, "no") for n in range(failed)][::-1]
        )

    assert names(past(pause - timedelta(minutes=1))) == ["failed before"]
    assert names(past(pause)) == [""]


def test_one_crash_is_no_failure_but_two_in_a_row_are():
    cut = [action("a", NOW - n * HOUR / 4, Event.CANCELLED, INTERRUPTED) for n in (2, 1)]
    assert names(confirmed(actions=cut[:1])) == [""]
    assert names(confirmed(actions=cut)) == ["failed before"]


def test_a_failure_dated_in_the_future_by_a_clock_gone_wrong_does_not_last_for_years():
    past = confirmed(actions=[action("a", NOW + 900 * DAY, Event.FAILED, "no")])
    (one,) = plan([decision()], past, LIMITS, NOW)
    assert one.limit == "failed before"
    assert "4 May 13:00" in one.reason


def test_all_that_a_rule_suddenly_finds_too_many_of_wait():
    past = confirmed("a", "b", usual={"r": 3}, found={"r": 12})
    assert names(past, decision("a"), decision("b")) == ["too many at once"] * 2
    assert names(confirmed(usual={"r": 3}, found={"r": 11})) == [""]


@given(st.integers(0, 500), st.integers(0, 500))
def test_fewer_than_usual_are_never_too_many(many, more):
    assert not is_sudden(many, many + more, LIMITS)


def test_the_protected_are_not_counted_as_found():
    assert found_by_rule([judged("a"), judged("b", protection="mutual"), judged("c", rule=None)]) == {"r": 1}


NAMES = [f"a{number}" for number in range(12)]


def past_with(done: int, ago: timedelta, followed: int | None = 1000, why: str = "") -> Past:
    begun = [action(f"old{number}", NOW - ago, why=why) for number in range(done)]
    return replace(confirmed(*NAMES, actions=begun), followed=followed)


@pytest.mark.parametrize(
    ("past", "allowed", "then"),
    [
        (past_with(0, DAY), 5, "sweep limit"),
        (past_with(18, HOUR), 2, "daily limit"),
        (past_with(17, 3 * DAY), 3, "weekly limit"),
        (past_with(25, 8 * DAY), 5, "sweep limit"),
        (past_with(0, DAY, followed=10), 3, "weekly limit"),
        (past_with(0, DAY, followed=None), 3, "weekly limit"),
        (past_with(90, HOUR, why=RENEWAL), 5, "sweep limit"),
    ],
    ids=["sweep", "day", "week", "long ago", "few followed", "unknown how many", "renewals are no new actions"],
)
def test_no_more_than_the_limits_is_done(past, allowed, then):
    assert names(past, *map(decision, NAMES)) == [""] * allowed + [then] * (len(NAMES) - allowed)


def test_a_limit_of_nothing_lets_nothing_through():
    assert names(past_with(0, DAY), *map(decision, NAMES), limits=replace(LIMITS, per_sweep=0)) == ["sweep limit"] * 12


@given(
    st.lists(st.tuples(st.sampled_from(NAMES), st.integers(0, 200)), max_size=40), st.integers(0, 9), st.integers(0, 9)
)
def test_however_much_was_done_the_limits_hold(done, per_sweep, per_day):
    begun = [action(name, NOW - hours * HOUR) for name, hours in done]
    limits = replace(LIMITS, per_sweep=per_sweep, per_day=per_day)
    let = names(confirmed(*NAMES, actions=begun), *map(decision, NAMES), limits=limits).count("")
    today, week = sum(hours < 24 for _, hours in done), sum(hours < 168 for _, hours in done)
    assert let <= max(0, min(per_sweep, per_day - today, 20 - week))


def test_where_an_action_is_in_force_already_nothing_waits():
    standing = action("a", NOW - DAY, Event.DONE)
    assert names(Past(actions=[standing])) == [""]


def test_only_what_is_to_be_done_waits():
    assert names(Past(), decision(step=None), decision(step=Step.REPORT)) == ["", ""]


DROPPED = action("a", NOW - 5 * DAY, Event.EXPIRED, UNSEEN)


@pytest.mark.parametrize(
    ("past", "feed_read", "reason"),
    [
        (
            confirmed(first_seen={"a": NOW - DAY}),
            NOW,
            "you follow it since 3 May; it is left alone until 10 May",
        ),
        (confirmed(), None, "when its posts were read is not known"),
        (confirmed(), NOW - 8 * DAY, "its posts were last read on 26 Apr; waits for a look at fresh ones"),
        (confirmed(actions=[DROPPED]), NOW - 5 * DAY, f"{UNSEEN}; waits for a look at fresh posts"),
        (
            Past(judged={"a": [judged(at=NOW - 9 * DAY)]}, actions=[DROPPED], followed=1000),
            NOW,
            "found for the first time; waits for a second look at fresh posts after 5 May 12:00 UTC",
        ),
        (
            Past(followed=1000),
            NOW - HOUR,
            "found for the first time; waits for a second look at fresh posts after 5 May 11:00 UTC",
        ),
        (
            confirmed(actions=[action("a", NOW - HOUR / 2, Event.FAILED, "the mute did not take")]),
            NOW,
            "the mute did not take; tried again after 4 May 12:30 UTC",
        ),
        (
            confirmed(usual={"r": 3}, found={"r": 12}),
            NOW,
            "“r” suddenly finds 12 accounts, 3 when you last looked; see `quietfeed report`, then `quietfeed confirm`",
        ),
        (confirmed(this_sweep=5), NOW, "5 actions a sweep are the most"),
        (past_with(20, HOUR), NOW, "20 actions a day are the most, 20 are done"),
        (
            past_with(20, 3 * DAY),
            NOW,
            "2 % of the 1000 accounts you follow, and 3 at least, are the most in a week, 20 are done",
        ),
        (
            past_with(3, 3 * DAY, followed=None),
            NOW,
            "2 % of an unknown number of accounts you follow, and 3 at least, are the most in a week, 3 are done",
        ),
    ],
)
def test_why_an_action_waits_is_told_in_a_sentence(past, feed_read, reason):
    name = next(iter(past.judged), "a")
    (one,) = plan([decision(name, feed_read=feed_read)], past, LIMITS, NOW)
    assert one.reason == reason


@given(st.lists(st.sampled_from(list(Event)), max_size=8))
def test_whatever_is_appended_behind_its_end_changes_no_action(events):
    begun = Entry(NOW, "home", account("a"), Event.PLANNED, "r", Step.MUTE, action_id="d", dry=False)
    end = replace(begun, event=Event.UNDONE)
    (folded,) = fold([begun, end, *(replace(begun, event=event) for event in events)], dry=False)
    assert folded.last == end


def test_how_often_an_action_could_not_be_taken_back_is_counted_and_that_it_was_begun_is_not():
    begun = Entry(NOW, "home", account("a"), Event.PLANNED, "r", Step.MUTE, action_id="d", dry=False)
    lifting = replace(begun, event=Event.LIFTING)
    stuck = replace(lifting, limit="the mute still shows")
    story = [begun, replace(begun, event=Event.DONE), lifting, stuck, stuck]
    assert [fold(story[:length], dry=False)[0].troubles for length in range(1, 6)] == [0, 0, 0, 1, 2]
    (noted_late,) = fold([*story, replace(begun, event=Event.DONE, ends=NOW, before={"mute": "no"})], dry=False)
    assert (noted_late.last.event, noted_late.unfinished, noted_late.in_force) == (Event.LIFTING, True, False)
    assert (noted_late.ends, noted_late.before) == (NOW, {"mute": "no"})


def test_while_it_is_paused_only_what_would_be_done_and_waits_for_nothing_else_waits_for_the_end():
    ends = NOW + 3 * DAY
    decided = [
        decision("done to"),
        decision("told of", step=Step.REPORT),
        decision("left alone", step=None),
        replace(decision("waiting already"), limit="unconfirmed", reason="seen once"),
        decision("quieted"),
    ]
    held = paused(decided, ends, {"quieted"})
    assert [one.limit for one in held] == [PAUSED, "", "", "unconfirmed", ""]
    assert held[0].reason == "you asked to pause; nothing is done before 7 May 12:00 UTC"
    assert held[1:] == decided[1:]
    assert paused(decided, None) == decided
