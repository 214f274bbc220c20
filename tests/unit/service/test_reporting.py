"""Where cron starts a sweep every so often, the report comes as it does from the daemon: each day, in time, once."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.clock import SimulatedClock
from bot.config import Profile
from bot.platforms.base import NotNow
from bot.platforms.memory import Memory, Network
from bot.service import reporting
from bot.service.sweep import sweep
from bot.store import open_store
from tests.unit.service.world import CONFIG, DAY, DROP, HOME, ROBIN, START, Town

HOUR, TEN_MINUTES = timedelta(hours=1), timedelta(minutes=10)


class Robin:
    """Robin's machine, on which cron starts one sweep after the other, each in a process of its own."""

    def __init__(self, folder, config=CONFIG):
        self.folder, self.config = folder, config
        self.clock = SimulatedClock(START)
        self.network = Network(self.clock)
        for handle in (ROBIN, DROP):
            self.network.join(handle)
        self.network.follow(ROBIN, DROP)
        self.refused = None
        self.tries = []

    def platform(self):
        self.tries.append(self.clock.now())
        if self.refused:
            raise self.refused
        return Memory(self.network, ROBIN)

    def start(self):
        """What cron starts; the day whose report was made, if one was due."""
        store = open_store(str(self.folder / "cron.sqlite"))
        try:
            sweep("home", Memory(self.network, ROBIN), store, self.config, self.clock)
            day = reporting.due(HOME, store, self.config, self.clock.now())
            if day is None:
                return None
            reports = self.folder / "reports"
            return reporting.deliver(HOME, self.platform, store, self.config, reports, day, self.clock).day
        finally:
            store.close()

    def run(self, span, every=HOUR):
        """Let time pass; when each report was made, by the day that it is of."""
        made = {}
        for _ in range(round(span / every)):
            try:
                day = self.start()
            except NotNow:
                day = None
            if day is not None:
                assert day not in made, "a second report of one day"
                made[day] = self.clock.now()
            self.clock.wait(every.total_seconds())
        return made


@pytest.mark.slow
def test_a_report_is_made_each_day_from_its_hour_on_and_once(tmp_path):
    made = Robin(tmp_path).run(2 * DAY)
    assert made == {date(2026, 3, day): datetime(2026, 3, day, 8, tzinfo=UTC) for day in (2, 3)}


@pytest.mark.slow
def test_cron_and_the_daemon_make_the_same_reports(tmp_path):
    town = Town(tmp_path)
    town.run(2 * DAY, tick=HOUR.total_seconds())
    days = [day for day, _ in town.store.reports("home")]
    town.store.close()
    assert days == list(Robin(tmp_path).run(2 * DAY))


def test_a_weekly_report_comes_on_its_day(tmp_path):
    weekly = replace(CONFIG, report=replace(CONFIG.report, every="weekly", summary="wednesday"))
    assert list(Robin(tmp_path, weekly).run(3 * DAY)) == [date(2026, 3, 4)]


@pytest.mark.slow
def test_a_report_that_cannot_be_sent_is_tried_again_more_and_more_rarely_and_sent_once(tmp_path):
    robin = Robin(tmp_path)
    robin.refused = NotNow("the server is away")
    robin.run(7 * HOUR, every=TEN_MINUTES)
    tried = [at.hour * 60 + at.minute for at in robin.tries]
    assert tried == [480, 490, 500, 520, 560, 640, 760]
    robin.refused = None
    assert list(robin.run(3 * HOUR)) == [date(2026, 3, 2)]


def test_after_days_without_a_sweep_only_the_newest_report_is_made(tmp_path):
    robin = Robin(tmp_path)
    robin.run(4 * HOUR)
    robin.clock.wait((3 * DAY).total_seconds())
    assert list(robin.run(HOUR)) == [date(2026, 3, 5)]


@pytest.mark.parametrize(
    ("profile", "goes"),
    [
        (HOME, False),
        (replace(HOME, report_via="file"), True),
        (Profile("sky", "bluesky", handle="robin.example", bot_handle="robin-bot.example"), True),
    ],
    ids=["by the lost login", "as a file", "by a second account"],
)
def test_without_its_login_a_report_goes_where_it_does_not_need_it(profile, goes):
    assert reporting.can_go(profile, login_lost=True) is goes
    assert reporting.can_go(profile, login_lost=False)
