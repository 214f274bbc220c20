"""What the headers of an answer say of limits, whatever a server writes into them."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.clock import SimulatedClock
from bot.platforms.base import RateLimited
from bot.platforms.budget import Budget
from bot.platforms.headers import MOST_AHEAD, limits_of

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
SOON = NOW + timedelta(minutes=5)


@pytest.mark.parametrize("prefix", ["x-ratelimit-", "ratelimit-"])
@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("300", SOON),
        (str(int(SOON.timestamp())), SOON),
        (str(int(SOON.timestamp() * 1000)), SOON),
        ("2026-05-01T12:05:00Z", SOON),
        ("Fri, 01 May 2026 12:05:00 GMT", SOON),
        ("300, 300", SOON),
        ("2001-01-01T00:00:00Z", NOW),
        ("99999999999999", None),
        ("9999999999999", NOW + MOST_AHEAD),
        ("9999-12-31T23:59:59Z", NOW + MOST_AHEAD),
        ("9999-12-31T23:59:59-14:00", None),
        ("0001-01-01T00:00:00+14:00", None),
        ("Mon, 99 Feb 2026 12:00:00 GMT", None),
        ("-1", None),
        ("-1e20", None),
        ("1e400", None),
        ("NaN", None),
        ("soon", None),
        ("", None),
    ],
)
def test_a_reset_is_read_in_every_form_for_a_day(written: str, meant: datetime | None, prefix: str) -> None:
    assert limits_of({f"{prefix}reset": written}, NOW, prefix).reset == meant
    assert limits_of({"retry-after": written}, NOW, prefix).retry_at == meant


@given(*[st.one_of(st.text(), st.from_regex(r"-?\d{1,30}(\.\d+)?([eE]-?\d+)?"), st.datetimes().map(str))] * 3)
def test_no_header_stops_the_budget(reset: str, retry: str, date: str) -> None:
    headers = {"ratelimit-reset": reset, "ratelimit-remaining": "0", "retry-after": retry, "date": date}
    clock = SimulatedClock(NOW)
    budget = Budget(clock, {"all": (300, timedelta(minutes=5))})
    limits = limits_of(headers, NOW, "ratelimit-")
    budget.note(limits.limit, limits.remaining, limits.reset)
    with suppress(RateLimited):
        assert budget.run(lambda: 1, "all") == 1
    assert NOW <= clock.now() <= NOW + MOST_AHEAD
    assert all(at is None or NOW <= at <= NOW + MOST_AHEAD for at in (limits.reset, limits.retry_at))


@pytest.mark.parametrize("named", [datetime.max.replace(tzinfo=UTC), datetime.min.replace(tzinfo=UTC)])
def test_a_refusal_until_the_end_of_time_is_a_refusal_for_a_day_at_most(named: datetime) -> None:
    def refused() -> None:
        raise RateLimited("slow down", named)

    with pytest.raises(RateLimited):
        Budget(SimulatedClock(NOW), {"all": (300, timedelta(minutes=5))}).run(refused, "all")
