"""The daily report comes once a local date, whatever clocks, downtime and crashes do, and never twice."""

import json
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.clock import SimulatedClock
from bot.config import Profile, ReportSettings, default_config
from bot.errors import Failure, UserError
from bot.model import Account, Entry, Event, Post, Quote, Step, SweepRecord
from bot.platforms.base import NotNow, Page, PlatformError, Unreachable, Unsupported
from bot.platforms.memory import Memory, Network
from bot.report.split import split
from bot.report.text import text
from bot.service import daily
from bot.store import open_store

ROBIN = "robin@quiet.example"
NOW = datetime(2026, 3, 2, 8, 30, tzinfo=UTC)
TODAY = date(2026, 3, 2)
PROFILE = Profile("home", "memory")
ZONES = sorted(
    zone for zone in available_timezones() if "/" in zone and not zone.startswith(("Etc/", "posix/", "right/"))
)


# -- when it is due


def local(now: datetime, zone: ZoneInfo) -> tuple[date, time]:
    there = now.astimezone(zone)
    return there.date(), there.time().replace(tzinfo=None)


def made_by_ticks(
    start: datetime, end: datetime, at: time, zone: ZoneInfo, tick: timedelta
) -> list[tuple[datetime, date]]:
    """The reports that a daemon makes that runs all the while."""
    last, made, now = start.astimezone(zone).date() - timedelta(days=1), [], start
    while now < end:
        day = daily.due(now, at, zone, last)
        if day is not None:
            made.append((now, day))
            last = day
        now += tick
    return made


minutes = st.integers(0, 16 * 365 * 24 * 60)
moments = minutes.map(lambda number: datetime(2020, 1, 1, tzinfo=UTC) + timedelta(minutes=number))
times = st.integers(0, 24 * 12 - 1).map(lambda number: time(number // 12, number % 12 * 5))
TICKS = timedelta(minutes=5)


@cache
def changes(name: str) -> list[datetime]:
    """The hours of a few years at whose end the zone's offset differs."""
    zone, start, step = ZoneInfo(name), datetime(2024, 1, 1, tzinfo=UTC), timedelta(hours=1)

    def differs(since: datetime, until: datetime) -> bool:
        return since.astimezone(zone).utcoffset() != until.astimezone(zone).utcoffset()

    days = [start + timedelta(days=n) for n in range(3 * 365)]
    hours = [day + step * n for day in days if differs(day, day + timedelta(days=1)) for n in range(24)]
    return [hour for hour in hours if differs(hour, hour + step)]


def check_three_days(start: datetime, at: time, zone: ZoneInfo) -> None:
    """Every local date that begins in the stretch has its one report, at or after `at` of that date."""
    start = start.replace(second=0, microsecond=0)
    end = start + timedelta(days=3)
    made = made_by_ticks(start, end, at, zone, TICKS)
    days = [day for _, day in made]
    assert days == sorted(set(days))
    first, last = start.astimezone(zone).date(), end.astimezone(zone).date()
    whole = [first + timedelta(days=n) for n in range(1, (last - first).days)]
    assert set(whole) <= set(days)
    for when, day in made:
        there, clock = local(when, zone)
        just_before = local(when - TICKS, zone)
        assert (day, at) <= (there, clock), "never before its time"
        assert when == start or just_before < (day, at), "as soon as it is time"
        assert there == day or just_before[0] == day, "on its day, or at its end where the time is skipped"


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(moments, times, st.sampled_from(ZONES).map(ZoneInfo))
@example(datetime(2026, 3, 28, 12, tzinfo=UTC), time(2, 30), ZoneInfo("Europe/Lisbon"))
def test_each_local_date_has_one_report_at_or_after_its_time(start, at, zone):
    check_three_days(start, at, zone)


CHANGING = ("Europe/Berlin", "America/New_York", "America/Havana", "Africa/Cairo", "Asia/Beirut", "Australia/Lord_Howe",
            "America/Nuuk", "Pacific/Chatham", "Atlantic/Azores", "America/St_Johns", "Africa/Casablanca")  # fmt: skip


@pytest.mark.slow
@settings(max_examples=100, deadline=None)
@given(st.sampled_from(CHANGING), st.integers(0, 20), times, st.sampled_from([-2, -1, 0, 1, 2, None]))
def test_a_change_of_the_clocks_neither_skips_a_day_nor_repeats_one(name, number, at, beside):
    zone, found = ZoneInfo(name), changes(name)
    assert found
    change = found[number % len(found)]
    if beside is not None:  # a time of day in the hour that is skipped or comes twice, or close to it
        wall = change.astimezone(zone).replace(tzinfo=None) + timedelta(hours=beside, minutes=at.minute)
        at = wall.time()
    check_three_days(change - timedelta(hours=30), at, zone)


@pytest.mark.parametrize(
    ("zone", "change", "at"),
    [
        ("Europe/Berlin", datetime(2026, 3, 29, 1, tzinfo=UTC), time(2, 30)),  # 02:00 -> 03:00: half past two never is
        ("Africa/Cairo", datetime(2026, 4, 23, 22, tzinfo=UTC), time(0, 0)),  # 00:00 -> 01:00
        ("Europe/Berlin", datetime(2026, 10, 25, 1, tzinfo=UTC), time(2, 30)),  # half past two comes twice
        ("America/Havana", datetime(2026, 11, 1, 5, tzinfo=UTC), time(0, 0)),  # 01:00 -> 00:00
        ("America/Nuuk", datetime(2026, 10, 25, 1, tzinfo=UTC), time(0, 0)),  # midnight -> 23:00 of the day before
    ],
)
def test_a_time_that_is_skipped_or_comes_twice_gives_one_report(zone, change, at):
    check_three_days(change - timedelta(hours=26), at, ZoneInfo(zone))


@settings(max_examples=100, deadline=None)
@given(moments, times, st.sampled_from(ZONES).map(ZoneInfo), st.integers(1, 400 * 24 * 60))
def test_after_downtime_only_the_newest_report_is_made(stopped, at, zone, minutes_down):
    before = daily.due(stopped, at, zone, date.min)
    now = stopped + timedelta(minutes=minutes_down)
    caught_up = daily.due(now, at, zone, before)
    there, clock = local(now, zone)
    newest = there if clock >= at else there - timedelta(days=1)
    assert caught_up == (newest if newest > before else None)
    assert daily.due(now, at, zone, caught_up or before) is None


def test_the_first_report_of_all_waits_for_its_time_of_day():
    assert daily.due(datetime(2026, 3, 2, 7, 59, tzinfo=UTC), time(8), UTC, None) is None
    assert daily.due(datetime(2026, 3, 2, 8, 0, tzinfo=UTC), time(8), UTC, None) == TODAY
    assert daily.due(datetime(2026, 3, 2, 23, 0, tzinfo=UTC), time(8), UTC, None) == TODAY


@given(moments, times, st.integers(0, 6))
def test_a_weekly_report_comes_on_its_weekday_and_after_downtime_only_the_newest(now, at, weekday):
    day, newest = daily.due(now, at, UTC, date.min, weekday), daily.due(now, at, UTC, date.min)
    assert day is not None
    assert day.weekday() == weekday
    assert timedelta(0) <= newest - day < timedelta(days=7)
    assert daily.due(now, at, UTC, day, weekday) is None
    assert daily.due(now, at, UTC, day - timedelta(days=7), weekday) == day
    assert daily.due(now, at, UTC, None, weekday) == (day if day == now.date() else None)


def test_a_machine_with_an_unknown_time_zone_is_told_what_to_set(monkeypatch):
    monkeypatch.setenv("TZ", "Nowhere/Never")
    monkeypatch.setitem(daily.get_localzone.__globals__, "_cache_tz", None)  # asked for once a process
    with pytest.raises(UserError, match="timezone"):
        daily.local_zone(default_config())


# -- how it reaches the owner


class Crash(Exception):
    """The process dies here."""


class World:
    """A store, a network and a clock; a restart opens the store anew."""

    def __init__(self, folder, **report):
        self.folder = folder
        self.clock = SimulatedClock(NOW)
        self.network = Network(self.clock)
        self.network.join(ROBIN)
        shipped = default_config()
        self.config = type(shipped)(**{**_fields(shipped), "report": ReportSettings(timezone="UTC", **report)})
        self.profile = PROFILE
        self.store = open_store(str(folder / "q.sqlite"))
        self.platform = Memory(self.network, ROBIN)

    def restart(self):
        self.store.close()
        self.store = open_store(str(self.folder / "q.sqlite"))
        self.platform = Memory(self.network, ROBIN)

    def swept(self, at=None, **facts):
        at = at or self.clock.now()
        self.store.end_sweep(self.store.begin_sweep(SweepRecord("home", at)), SweepRecord("home", at, at, **facts))

    def suspect(self, handle="shop@market.test", **facts):
        given = {"rule": "link broadcaster", "step": Step.MUTE, **facts}
        self.store.record([Entry(self.clock.now(), "home", Account(handle, handle), Event.JUDGED, **given)])

    def deliver(self, day=TODAY, **how):
        return daily.deliver(
            self.profile, self.platform, self.store, self.config, self.folder / "reports", day, self.clock, **how
        )

    @property
    def letters(self):
        return self.network.messages


def _fields(config):
    return {name: getattr(config, name) for name in config.__dataclass_fields__}


@pytest.fixture
def world(tmp_path):
    made = World(tmp_path)
    made.swept(new_posts=12)
    yield made
    made.store.close()


def test_a_report_is_sent_kept_in_the_store_and_written_to_files(world):
    world.suspect()
    sent = world.deliver()
    assert (sent.state, sent.where) == ("sent", world.letters[0].url)
    kept = world.store.report("home", TODAY)
    assert (kept.state, kept.where) == ("sent", sent.where)
    folder = world.folder / "reports" / "home"
    assert (folder / "2026-03-02.txt").read_text("utf-8") == kept.text + "\n"
    assert (folder / "2026-03-02.md").read_text("utf-8") == kept.markdown
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}
    assert folder.stat().st_mode & 0o777 == 0o700
    assert json.loads(kept.data)["date"] == "2026-03-02"


def test_the_letter_mentions_nobody_while_file_and_store_show_handles_as_they_are(world):
    world.suspect()
    world.deliver()
    letter = "\n".join(world.letters[0].parts)
    assert "shop@\u2060market.test" in letter
    assert "shop@market.test" not in letter
    kept = world.store.report("home", TODAY)
    assert "shop@market.test" in kept.text
    assert "\u2060" not in kept.text + kept.markdown + (world.folder / "reports/home/2026-03-02.txt").read_text("utf-8")


def test_the_same_day_is_never_reported_twice(world):
    world.deliver()
    again = world.deliver()
    assert again.state == "sent"
    assert len(world.letters) == 1


def test_a_quiet_day_is_one_line_or_nothing_and_kept_either_way(tmp_path):
    for quiet, letters in (("line", 1), ("nothing", 0)):
        (tmp_path / quiet).mkdir()
        world = World(tmp_path / quiet, quiet_day=quiet)
        world.swept(new_posts=12)
        made = world.deliver()
        assert len(world.letters) == letters
        assert [part.count("\n") for message in world.letters for part in message.parts] == [0] * letters
        assert made.state == ("sent" if letters else "kept")
        assert "12 new posts" in world.store.report("home", TODAY).text
        assert (world.folder / "reports/home/2026-03-02.md").read_text("utf-8").strip()
        world.store.close()


def test_without_a_private_channel_the_report_waits_in_its_file_with_a_word(world):
    world.network.faults = [Unsupported("no private posts here")]
    made = world.deliver()
    assert made.state == "kept"
    assert made.note == "no private posts here"
    assert made.where.endswith("2026-03-02.md")


def test_a_profile_that_wants_files_sends_nothing(world):
    world.profile = Profile("home", "memory", report_via="file")
    assert world.deliver().state == "kept"
    assert world.letters == []
    assert world.network.requests == []


def test_the_picture_goes_with_news_names_nobody_and_is_told_in_words(world):
    world.suspect()
    post = Post("p1", "drop@market.test", NOW, links=("https://market.test/",))
    world.store.remember("home", Page((post,), (Account("drop@market.test", "drop@market.test"),), None), NOW)
    world.deliver()
    picture = world.letters[0].picture
    assert picture.png.startswith(b"\x89PNG")
    assert picture.words.startswith("1 account of the timeline, each a dot")
    assert "market.test" not in world.store.report("home", TODAY).picture


def test_a_day_without_news_has_no_picture(world):
    world.swept(new_posts=12)
    world.deliver()
    assert world.letters[0].picture is None


def _crash(*_, **__):
    raise Crash


@pytest.mark.parametrize("point", ["planning", "writing", "sending", "answering", "settling"])
def test_a_crash_at_any_point_costs_nothing_and_doubles_nothing(world, monkeypatch, point):
    world.suspect()
    with monkeypatch.context() as dying:
        if point == "planning":
            dying.setattr(world.store, "save_report", _crash)
        elif point == "writing":
            dying.setattr(daily, "write_files", _crash)
        elif point == "sending":
            world.network.faults = [Crash()]
        elif point == "answering":
            world.network.lost = [Crash()]
        else:
            dying.setattr(daily, "_settled", _crash)
        with pytest.raises(Crash):
            world.deliver()
    world.restart()
    world.clock.wait(3600)
    world.suspect("other@market.test")  # what came meanwhile changes no word of a letter that may be out already
    made = world.deliver()
    assert made.state == "sent"
    assert len(world.letters) == 1
    assert made.where == world.letters[0].url
    assert world.store.report("home", TODAY).state == "sent"
    if point != "planning":
        assert "other@" not in "".join(world.letters[0].parts)


def test_a_server_that_is_down_leaves_the_report_planned_for_the_next_try(world):
    world.network.faults = [Unreachable("no connection")]
    with pytest.raises(PlatformError):
        world.deliver()
    assert world.store.reports("home") == [(TODAY, "planned")]
    assert world.deliver().state == "sent"


def test_what_a_lost_report_told_is_told_by_the_next_one(world):
    gap = SweepRecord("home", NOW - timedelta(hours=20), NOW - timedelta(hours=20), gaps=("200 posts are lost",))
    world.store.end_sweep(world.store.begin_sweep(gap), gap)
    world.network.faults = [Unreachable("no connection")]
    with pytest.raises(PlatformError):
        world.deliver()
    world.clock.wait(36 * 3600)
    world.swept()
    world.deliver(date(2026, 3, 3))
    assert "200 posts are lost" in "".join(world.letters[0].parts)
    world.clock.wait(24 * 3600)
    world.network.faults = [Unreachable("no connection")]
    world.swept(gaps=("a hundred posts are lost",))
    with pytest.raises(PlatformError):
        world.deliver(date(2026, 3, 4))
    world.clock.wait(30 * 3600)
    world.deliver(date(2026, 3, 5))
    assert "a hundred posts are lost" in "".join(world.letters[1].parts)


def test_the_next_report_begins_where_this_one_was_made_not_where_it_was_sent(world):
    world.network.faults = [Unreachable("no connection")]
    with pytest.raises(PlatformError):
        world.deliver()
    world.clock.wait(5 * 3600)
    world.deliver()
    assert world.store.report("home", TODAY).at == NOW


# -- what it tells


CLOCK_CHANGES = [
    ("Europe/Berlin", datetime(2026, 3, 27, 3, tzinfo=UTC)),
    ("Europe/Berlin", datetime(2026, 10, 23, 3, tzinfo=UTC)),
    ("Africa/Cairo", datetime(2026, 4, 22, 3, tzinfo=UTC)),  # changes at midnight
    ("Pacific/Apia", datetime(2026, 5, 1, 3, tzinfo=UTC)),
]


@pytest.mark.slow
@pytest.mark.parametrize(("zone", "start"), CLOCK_CHANGES)
def test_each_post_and_each_gap_is_told_once_whatever_clocks_and_servers_do(tmp_path, zone, start):
    world = World(tmp_path)
    world.clock.time = start
    last, told, posts = None, [], 0
    for hour in range(5 * 24):
        if hour % 5 == 0:
            world.swept(new_posts=hour + 1, gaps=(f"gap {hour}",))
            posts += hour + 1
        day = daily.due(world.clock.now(), time(8), ZoneInfo(zone), last)
        if day is not None:
            down = day.day % 2 == 0  # every other day the report is lost
            world.network.faults = [Unreachable("no connection")] * down
            last = day
            with suppress(PlatformError):
                world.deliver(day)
                told.append(json.loads(world.store.report("home", day).data))
        world.clock.wait(3600)
    world.deliver(date(2027, 1, 1))
    told.append(json.loads(world.store.report("home", date(2027, 1, 1)).data))
    assert len(told) > 2
    assert sum(report["polled"]["new_posts"] for report in told) == posts
    gaps = [gap for report in told for gap in report["gaps"]]
    assert gaps == [f"gap {hour}" for hour in range(0, 120, 5)]
    world.store.close()


def test_what_was_done_is_told_once_also_where_the_clock_was_set_back_in_between(world):
    done = Entry(
        world.clock.now(),
        "home",
        Account("1", "shop@market.test"),
        Event.DONE,
        step=Step.MUTE,
        action_id="a",
        dry=False,
    )
    world.store.record([done])
    world.deliver()
    world.clock.time -= timedelta(hours=30)
    world.store.record([replace(done, at=world.clock.now(), action_id="b", account=Account("2", "late@market.test"))])
    world.swept(new_posts=5)
    world.clock.time += timedelta(hours=54)
    world.swept(new_posts=7)
    world.deliver(date(2026, 3, 3))
    second = json.loads(world.store.report("home", date(2026, 3, 3)).data)
    assert [line["handle"] for line in second["actions"]["done"]] == ["late@market.test"]
    assert second["polled"] == {"sweeps": 2, "new_posts": 12, "unreadable": 0, "judged": 0}


def test_a_report_that_a_wrong_clock_dated_ahead_is_not_told_again(world):
    world.swept(gaps=("a hundred posts are lost",))
    world.deliver(date(2026, 3, 9))
    daily.reports_until_today("home", world.store, world.clock.now(), UTC)
    assert world.store.reports("home") == []
    world.swept(new_posts=3)
    world.deliver()
    assert json.loads(world.store.report("home", TODAY).data)["polled"]["new_posts"] == 3


def test_what_was_told_is_not_told_again_when_everything_old_was_forgotten(world):
    def muted(name: str, event: Event = Event.DONE) -> Entry:
        account = Account(name, f"{name}@market.test")
        return Entry(world.clock.now(), "home", account, event, step=Step.MUTE, action_id=name, dry=False)

    world.store.record([muted("old"), muted("old", Event.UNDONE)])
    world.deliver()
    world.clock.wait(200 * 24 * 3600)
    world.store.prune("home", world.clock.now(), world.clock.now() - timedelta(days=90), world.clock.now())
    world.store.record([muted("new")])
    world.swept(new_posts=4)
    day = world.clock.now().date()
    world.deliver(day)
    report = json.loads(world.store.report("home", day).data)
    assert [line["handle"] for line in report["actions"]["done"]] == ["new@market.test"]
    assert report["polled"]["new_posts"] == 4


def test_behind_a_report_of_an_earlier_version_the_next_goes_on_by_its_time(world):
    world.store.save_report("home", TODAY - timedelta(days=1), "", "", "{}", NOW - timedelta(hours=24), "sent")
    world.swept(at=NOW - timedelta(hours=25), new_posts=1000)
    world.swept(at=NOW - timedelta(hours=23), new_posts=30)
    world.deliver()
    assert json.loads(world.store.report("home", TODAY).data)["polled"]["new_posts"] == 42


def test_who_asks_between_two_reports_sees_the_last_day(world):
    world.deliver()
    world.clock.wait(3600)
    now = world.clock.now()
    lately = daily.lately("home", world.store, now)
    assert daily.compose(world.profile, world.store, world.config, TODAY, now, lately).new_posts == 12
    assert daily.compose(world.profile, world.store, world.config, TODAY, now).new_posts == 0


@pytest.mark.parametrize(
    ("dry_run", "installed", "mode"),
    [
        (True, 30, "dry run"),
        (False, 2, "first days, nothing is done before 7 Mar"),
        (False, 30, "first days, nothing is done before a first report"),
    ],
)
def test_the_headline_says_why_nothing_is_done_also_where_something_was_done_before(world, dry_run, installed, mode):
    world.config = replace(world.config, dry_run=dry_run)
    world.store.note("installed:home", (NOW - timedelta(days=installed)).isoformat())
    done = Entry(NOW, "home", Account("1", "shop@market.test"), Event.DONE, step=Step.MUTE, action_id="a", dry=False)
    world.store.record([done])
    made = daily.compose(world.profile, world.store, world.config, TODAY, NOW)
    assert made.dry
    assert text(made).startswith(f"quietfeed · Mon 2 Mar · {mode}\n")


def test_the_headline_says_nothing_of_it_where_it_acts(world):
    world.config = replace(world.config, dry_run=False)
    world.store.note("consent:home", "yes")
    made = daily.compose(world.profile, world.store, world.config, TODAY, NOW)
    assert not made.dry
    assert text(made).startswith("quietfeed · Mon 2 Mar\n")


# -- when it is sent after all


def test_a_report_that_was_refused_for_once_waits_and_is_sent_once(world):
    world.network.faults = [NotNow("said 404")]
    with pytest.raises(NotNow):
        world.deliver()
    assert world.store.reports("home") == [(TODAY, "planned")]
    daily.wait_longer("home", world.store, TODAY, world.clock.now())
    assert daily.waits("home", world.store, TODAY, world.clock.now())
    world.clock.wait(6 * 60)
    assert not daily.waits("home", world.store, TODAY, world.clock.now())
    assert world.deliver().state == "sent"
    assert world.deliver().state == "sent"
    assert len(world.letters) == 1


@pytest.mark.slow
def test_the_pauses_grow_but_not_without_end_and_a_clock_set_back_does_not_lengthen_them(world):
    pauses = []
    for _ in range(12):
        daily.wait_longer("home", world.store, TODAY, world.clock.now())
        pause = 0
        while daily.waits("home", world.store, TODAY, world.clock.now()):
            world.clock.wait(60)
            pause += 1
        pauses.append(pause)
    assert pauses[:6] == [5, 10, 20, 40, 80, 120]
    assert set(pauses[6:]) == {120}
    daily.wait_longer("home", world.store, TODAY, world.clock.now())
    assert not daily.waits("home", world.store, TODAY, world.clock.now() - timedelta(days=1))
    assert not daily.waits("home", world.store, TODAY + timedelta(days=1), world.clock.now())


def test_by_hand_a_report_that_was_only_a_file_is_sent_after_all(world):
    world.profile = Profile("home", "memory", report_via="file")
    assert "report_via" in world.deliver().note
    world.profile = PROFILE
    assert world.deliver().state == "kept"
    assert world.deliver(by_hand=True).state == "sent"
    assert len(world.letters) == 1
    again = world.deliver(by_hand=True)
    assert (again.state, again.note) == ("sent", daily.SENT_BEFORE)
    assert len(world.letters) == 1
    assert world.deliver().note == ""


def test_a_full_disk_or_a_wrong_permission_is_a_clear_word(world):
    (world.folder / "reports").write_text("a file where the folder should be")
    with pytest.raises(Failure, match="report cannot be written"):
        world.deliver()
    (world.folder / "reports").unlink()
    assert world.deliver().state == "sent"


def test_files_go_when_their_days_are_over_and_nothing_else_goes(world):
    folder = world.folder / "reports" / "home"
    folder.mkdir(parents=True)
    past = ("2025-01-01.md", "2025-01-01.txt", "2025-01-01.html")
    for name in (*past, "2026-03-01.md", "2025-01-01.pdf", "notes.md", "2025-99-99.md"):
        (folder / name).write_text("x")
    world.deliver()
    assert sorted(path.name for path in folder.iterdir()) == [
        "2025-01-01.pdf",
        "2025-99-99.md",
        "2026-03-01.md",
        "2026-03-02.html",
        "2026-03-02.md",
        "2026-03-02.txt",
        "index.html",
        "notes.md",
    ]


@pytest.mark.parametrize(("keep_days", "left"), [(1, 2), (2, 3), (3, 4), (90, 5)])
def test_the_files_of_so_many_days_are_kept_as_the_config_says(tmp_path, keep_days, left):
    world = World(tmp_path, keep_days=keep_days)
    world.swept(new_posts=1)
    folder = world.folder / "reports" / "home"
    folder.mkdir(parents=True)
    for back in range(1, 5):
        (folder / f"{TODAY - timedelta(days=back)}.md").write_text("x")
    world.deliver()
    days = sorted(path.stem for path in folder.glob("*.md"))
    assert days == [str(TODAY - timedelta(days=back)) for back in reversed(range(left))]
    world.store.close()


def test_a_long_letter_is_a_thread_whose_parts_fit_even_where_short_links_count_as_long(world):
    for number in range(30):
        quote = Quote(f"Offer {number}, see https://a.test/{number} and buy", f"https://a.test/{number}", NOW)
        world.suspect(f"shop{number}@market.test", quote=quote)
    world.deliver()
    parts = world.letters[0].parts
    assert len(parts) > 1
    assert all(len(daily.URL.sub("x" * 23, part)) <= 500 and len(part) <= 500 for part in parts)


@given(st.lists(st.sampled_from(["https://a.test", "word", "https://example.org/a/longer/address/of/a/page", "\n\n"])))
def test_no_part_is_longer_than_any_platform_counts_it(words):
    for part in split(" ".join(words), 60, daily.length):
        assert len(part) <= 60
        assert len(daily.URL.sub("x" * 23, part)) <= 60
