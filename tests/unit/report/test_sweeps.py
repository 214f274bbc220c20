"""The sweeps of two weeks in words and as a picture: by the owner's days, and without a hole."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.model import STOPPED, SweepRecord
from bot.report import sweeps
from bot.report.picture.sweeps import drawn

NOW = datetime(2026, 5, 15, 12, tzinfo=UTC)
TODAY = date(2026, 5, 15)


def swept(at=NOW, **more):
    return SweepRecord("home", at, at + timedelta(minutes=1), **more)


def test_a_sweep_is_of_the_owners_day():
    late = swept(datetime(2026, 5, 14, 23, 30, tzinfo=UTC), posts=7)
    assert [day.day for day in sweeps.by_day([late], TODAY, ZoneInfo("Europe/Berlin")) if day.sweeps] == [TODAY]
    assert [day.day for day in sweeps.by_day([late], TODAY, UTC) if day.sweeps] == [date(2026, 5, 14)]


def test_every_day_is_there_and_none_beyond():
    records = [swept(NOW - timedelta(days=back)) for back in (0, 13, 14, 30)] + [swept(NOW + timedelta(days=3))]
    days = sweeps.by_day(records, TODAY, UTC)
    assert [day.day for day in days] == [TODAY - timedelta(days=back) for back in range(13, -1, -1)]
    assert sum(day.sweeps for day in days) == 2


def test_a_sweep_that_was_only_stopped_is_no_fault():
    days = sweeps.by_day([swept(error=STOPPED), swept(error="it does not answer")], TODAY, UTC)
    assert (days[-1].sweeps, days[-1].faults) == (2, 1)
    assert days[-1].says == "15 May: 2 sweeps, 0 posts read, 0 judged, 0 requests, 1 fault"


def test_it_is_told_in_words():
    records = [swept(posts=90, judged=1, requests=12, gaps=("a", "b")), swept(posts=1)]
    assert sweeps.in_words(sweeps.by_day(records, TODAY, UTC)) == (
        "2 sweeps in the last 14 days read 91 posts and judged 1 account, with 12 requests. On 13 days there was none. "
        "2 gaps and no faults."
    )
    assert sweeps.in_words(sweeps.by_day([], TODAY, UTC)) == "No sweep ran in the last 14 days."


def test_what_fell_short_is_told_once_each_the_newest_first():
    records = [
        swept(NOW - timedelta(hours=3), gaps=("a hole\nof two hours",), error="it does not answer"),
        swept(NOW - timedelta(hours=2), gaps=("another",), error="it does not answer"),
        swept(NOW - timedelta(hours=1), error="the login is refused"),
    ]
    gaps, faults = sweeps.shortfalls(records, TODAY, UTC)
    assert gaps == ["10:01: another", "09:01: a hole of two hours"]
    assert faults == ["11:01: the login is refused", "09:01 to 10:01, 2 times: it does not answer"]


def test_columns_stand_on_their_line_and_inside_the_picture():
    records = [swept(NOW - timedelta(days=back), posts=back * 100, requests=5) for back in range(14)]
    picture = drawn(sweeps.by_day(records, TODAY, UTC))
    read, judged, requests = picture.bands
    assert (len(read.columns), len(judged.columns), len(requests.columns)) == (13, 0, 14)
    assert read.title == "posts read, at most 1,300 a day"
    assert judged.title == "accounts judged: none"
    for band in picture.bands:
        for column in band.columns:
            assert abs(column.y + column.height - band.base) < 1e-6
            assert 0 <= column.x < column.x + column.width <= 480
            assert column.y > 0
    assert not picture.marks


def test_a_day_that_fell_short_is_marked_below_it():
    records = [swept(NOW - timedelta(days=1), gaps=("a hole",)), swept(error="it does not answer")]
    picture = drawn(sweeps.by_day(records, TODAY, UTC))
    (gap, fault) = picture.marks
    assert (gap.gap, gap.fault, fault.gap, fault.fault) == (True, False, False, True)
    for mark, tip in zip(picture.marks, picture.tips[-2:], strict=True):
        assert tip.x < mark.x < tip.x + tip.width
