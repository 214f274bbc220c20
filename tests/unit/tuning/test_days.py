"""What changed quotas would have changed, in numbers and in words."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.judging.rules import Rule
from bot.model import Account, Entry, Event, Judgement, Opinion, Quote, Step
from bot.report.shapes import TryJson
from bot.tuning.data import try_data
from bot.tuning.days import DayKind, QuotaDifference, quota_difference
from bot.tuning.difference import Difference, Timeline, difference
from bot.tuning.outcomes import Replay
from bot.tuning.quotas import Days
from bot.tuning.trial import Pair
from bot.tuning.words import text
from tests.shapes import misfits

NOW = datetime(2026, 3, 2, tzinfo=UTC)
DAY = timedelta(days=1)
QUOTA = (Rule("ten a day", then=Step.MUTE, quota=10),)
OTHER = (Rule("six a day", then=Step.MUTE, quota=6),)


def plan(name: str, day: int, posts: int = 11, says: str = "Buy now") -> Entry:
    at = NOW + day * DAY + timedelta(hours=14)
    account, quote = Account(name, f"{name}@market.test"), Quote(says, "https://market.test/1", at)
    told = {"rule": "ten a day", "step": Step.MUTE, "readings": {"posts_today": float(posts)}, "quote": quote}
    return Entry(at, "home", account, Event.PLANNED, until=NOW + (day + 1) * DAY, **told)


def muted(name: str, *days: int, really: bool = False, **told) -> Days:
    return Days({(made := plan(name, day, 11 + day)).until: made for day in days}, really, **told)


def held(before: dict, after: dict, rules=(QUOTA, OTHER), judgements=None, since=NOW) -> Difference:
    timeline = Timeline(NOW, NOW + 30 * DAY, {"a": 10, "b": 30, "friend": 60})
    old, new = (Replay({}, {}.__getitem__, (), days, since) for days in (before, after))
    pair = Pair(old, new)
    found = quota_difference(pair, rules, timeline.share, judgements or {})
    return difference(pair, timeline, judgements or {}, quotas=found)


def told(found: Difference) -> str:
    return text(found, "new.yaml", "the config in use", UTC)


@pytest.mark.parametrize(
    ("before", "after", "kind"),
    [
        ((), (1,), DayKind.MORE),
        ((1,), (1, 2), DayKind.MORE),
        ((1, 2), (2,), DayKind.FEWER),
        ((1,), (), DayKind.FEWER),
        ((1,), (2,), DayKind.OTHER),
    ],
)
def test_on_how_many_days_an_account_is_muted_otherwise(before, after, kind):
    (change,) = held({"a": muted("a", *before)}, {"a": muted("a", *after)}).quotas.changes
    assert change.kind is kind


def test_who_is_muted_on_the_same_days_does_not_fare_otherwise():
    found = held({"a": muted("a", 1)}, {"a": Days({NOW + 2 * DAY: plan("a", 1, posts=7)})})
    assert found.quotas.changes == ()
    assert "nobody fares otherwise" in told(found)


def test_who_is_muted_on_more_days_is_told_with_the_days_how_much_had_come_and_a_post():
    words = told(held({"a": muted("a", 1)}, {"a": muted("a", 1, 2, 3, 4, 6), "b": muted("b", 1)}))
    assert "over quota on more days       2   b@market.test (1 day), a@market.test (5 days, was 1)" in words
    assert "a@market.test   muted until midnight: on 1 day → on 5 days   10 % of your timeline" in words
    assert "Newly on 4 Mar, 5 Mar, 6 Mar and 1 more: 13 to 17 posts of the day had come by then (“ten a day”)." in words
    assert "“Buy now”" in words
    assert "nobody fares otherwise" not in words


def test_who_is_muted_on_fewer_days_is_told_so():
    words = told(held({"a": muted("a", 1, 2)}, {}))
    assert "over quota on fewer days      1   a@market.test (never, was 2 days)" in words
    assert "No longer on 3 Mar, 4 Mar: 12 to 13 posts of the day had come by then (“ten a day”)." in words


def test_the_days_are_those_of_the_owner():
    found = held({}, {"a": muted("a", 1)})
    assert "Newly on 4 Mar:" in text(found, "new", "old", ZoneInfo("Pacific/Kiritimati"))


@pytest.mark.parametrize(
    ("really", "rules", "says"),
    [(True, (QUOTA, OTHER), True), (False, (QUOTA, OTHER), False), (True, (QUOTA, ()), False)],
)
def test_what_a_real_mute_hid_is_said_to_be_unknown_where_another_quota_would_have_counted_it(really, rules, says):
    words = told(held({"a": muted("a", 1, really=really)}, {}, rules))
    assert ("A mute hides the rest of its day" in words) is says


@pytest.mark.parametrize(
    ("since", "rules", "says"),
    [
        (None, (QUOTA, OTHER), "Quotas could not be tried: what they count is kept from now on."),
        (
            NOW + 5 * DAY,
            (QUOTA, OTHER),
            "Quotas are tried on what came since 7 Mar; what they did before stands as it was.",
        ),
        (NOW + DAY / 2, (QUOTA, OTHER), ""),
        (None, (QUOTA, QUOTA), ""),
    ],
)
def test_from_when_on_quotas_could_be_tried_is_told_where_they_differ(since, rules, says):
    words = told(held({}, {}, rules, since=since))
    assert says in words
    assert says or "Quotas" not in words


def test_what_the_owner_said_and_was_never_asked_is_told():
    fine = Judgement(Account("a", "a@market.test"), Opinion.FINE, NOW, "kept")
    words = told(held({}, {"a": muted("a", 1, asked=False)}, judgements={"a": fine}))
    assert "You called it fine on 2 Mar (kept): this change goes against you." in words
    assert "was never asked" in words
    later = told(
        held(
            {}, {"a": muted("a", 1, asked_later=NOW + 9 * DAY)}, judgements={"a": replace(fine, opinion=Opinion.NOISE)}
        )
    )
    assert "How you stand to it was first asked on 11 Mar: that answer is taken for the days before, too." in later
    assert ": as you said." in later


def test_hostile_words_steer_no_terminal():
    made = plan("a", 1, says="\x1b[2J\u202egone")
    words = told(held({}, {"a": Days({made.until: replace(made, rule="\x1b[31mred")})}))
    assert "\x1b" not in words
    assert "\u202e" not in words


def test_the_json_has_its_shape_and_tells_every_day():
    found = held({"a": muted("a", 1, 2)}, {"a": muted("a", 2, 3), "b": muted("b", 1)})
    data = try_data(found, "new.yaml", "the config in use", UTC)
    assert misfits(data, TryJson) == []
    first, second = data["quotas"]
    assert (first["handle"], first["before"], first["after"]) == ("b@market.test", 0, 1)
    assert second["change"] == "over quota on other days"
    assert [day["posts"] for day in (*second["newly"], *second["no_longer"])] == [14, 12]
    assert data["quotas_since"] == NOW.isoformat()


def test_without_quotas_nothing_is_said_of_them():
    assert QuotaDifference() == held({}, {}, ((), ()), since=None).quotas
