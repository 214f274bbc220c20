"""A report goes by every way that its owner named: each by itself, tried again, and told of where it fails."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from xml.etree import ElementTree

import pytest

from bot.clock import SimulatedClock
from bot.config import Profile, default_config
from bot.errors import Stopped, UserError
from bot.model import Account, GoodLink, SweepRecord
from bot.notify import Outcome
from bot.platforms.base import LoginNeeded
from bot.service import daily, good_links, state, tried, ways
from bot.service.ways import Reach
from bot.store import open_store
from tests.unit.service.world import CONFIG, DAY, HOME, START, Town

NOW = datetime(2026, 3, 2, 8, 30, tzinfo=UTC)
TODAY = date(2026, 3, 2)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
EVERYWHERE = Profile("home", "memory", report_also=("phone", "stdout", "feed"))
REFUSED = Outcome(False, "its server did not take it (HTTP 401)")


class World:
    """What lies beside the platforms: it takes what is sent, unless `faults` name the address."""

    def __init__(self):
        self.addresses = {"notify_phone": "ntfys://phone/hunter2", "notify_mail": "mailto://mail/hunter2"}
        self.sent, self.said, self.pings = [], [], []
        self.faults = {}
        self.reach = Reach(self.secret, self.say, self.send, self.ping)

    def secret(self, profile, name):
        return self.addresses.get(name)

    def say(self, words):
        if "stdout" in self.faults:
            raise self.faults["stdout"]
        self.said.append(words)

    def send(self, address, message, check):
        check()
        fault = self.faults.get(address)
        if isinstance(fault, BaseException):
            raise fault
        if fault is None:
            self.sent.append((address, message.title))
        return fault or Outcome(True)

    def ping(self, address, moment):
        self.pings.append(moment)
        return self.faults.get("ping") or Outcome(True)


class Home:
    """A profile with a store, and ways out."""

    def __init__(self, folder, profile=EVERYWHERE):
        self.folder, self.profile, self.world, self.clock = folder, profile, World(), SimulatedClock(NOW)
        self.store = open_store(str(folder / "store.sqlite"))
        number = self.store.begin_sweep(SweepRecord("home", NOW - HOUR))
        self.store.end_sweep(number, SweepRecord("home", NOW - HOUR, ended=NOW, new_posts=1))

    def deliver(self, day=TODAY, profile=None, **more):
        given = (profile or self.profile, self.store, default_config(), self.folder, day, self.world.reach, self.clock)
        return ways.deliver(*given, **more)

    def states(self):
        return {way: one.state for way, one in tried.known("home", self.store).items()}


@pytest.fixture
def home(tmp_path):
    made = Home(tmp_path)
    yield made
    made.store.close()


PHONE = "ntfys://phone/hunter2"
ATOM = "{http://www.w3.org/2005/Atom}"


def test_a_report_goes_by_every_way_at_once_and_by_each_only_once(home):
    for _ in range(3):
        home.deliver()
    assert [address for address, _ in home.world.sent] == [PHONE]
    assert home.world.sent[0][1].startswith("quietfeed")
    assert len(home.world.said) == 1
    feed = ElementTree.parse(home.folder / "home" / "feed.atom")
    assert len(feed.findall(f"{ATOM}entry")) == 1
    assert (home.folder / "home" / "feed.atom").stat().st_mode & 0o777 == 0o600
    assert home.states() == dict.fromkeys(("phone", "stdout", "feed"), "sent")


@pytest.mark.parametrize(
    ("fault", "why"),
    [
        (REFUSED, "its server did not take it (HTTP 401)"),
        (ValueError("hunter2"), "a fault in quietfeed itself: ValueError"),
        (OSError(12, "Cannot allocate memory", "hunter2"), "Cannot allocate memory"),
        (UserError("the file is open to others"), "the file is open to others"),
    ],
)
def test_one_that_fails_stops_no_other_and_its_why_holds_no_secret(home, fault, why):
    home.world.faults[PHONE] = fault
    became = home.deliver()
    assert home.states() == {"phone": "waits", "stdout": "sent", "feed": "sent"}
    assert became["phone"].why == why
    (trouble,) = state.troubles("home", home.store)
    assert trouble.words == f"no report goes out by “phone”: {why}"
    assert "hunter2" not in home.store.noted("report ways:home")


def test_a_way_without_an_address_names_the_command_that_keeps_one(home):
    home.world.addresses.clear()
    assert "quietfeed login home --notify phone" in home.deliver()["phone"].why


def test_what_failed_is_tried_again_more_and_more_rarely_until_it_went_well(home):
    home.world.faults[PHONE] = REFUSED
    tries = []
    for minute in range(0, 10 * 60, 5):
        if "phone" in home.deliver():
            tries.append(minute)
        home.clock.wait(300)
    assert tries == [0, 5, 15, 35, 75, 155, 275, 395, 515]
    since = state.troubles("home", home.store)[0].since
    assert since == NOW
    home.world.faults.clear()
    home.clock.wait(3600)
    assert home.deliver()["phone"].state == "sent"
    assert state.troubles("home", home.store) == []
    assert len(home.world.said) == 1


def test_by_hand_what_waits_is_tried_at_once_and_what_was_sent_is_not_sent_again(home):
    home.world.faults[PHONE] = REFUSED
    home.deliver()
    home.world.faults.clear()
    assert home.deliver() == {}
    assert {way: one.state for way, one in home.deliver(by_hand=True).items()} == {"phone": "sent"}
    assert home.deliver(by_hand=True) == {}


def test_it_is_given_up_for_the_day_and_the_next_report_goes_out_and_tells_of_it(home):
    home.world.faults[PHONE] = REFUSED
    for _ in range(48):
        home.deliver()
        home.clock.wait(1800)
    phone = tried.known("home", home.store)["phone"]
    assert (phone.state, phone.tries, phone.since) == ("given up", 12, NOW)
    home.world.faults.clear()
    home.deliver(TODAY + DAY)
    assert len(home.world.sent) == 1
    letter = home.store.report("home", TODAY + DAY).letter
    assert "no report goes out by “phone”: its server did not take it (HTTP 401)" in letter
    assert state.troubles("home", home.store) == []


def test_a_kill_while_it_is_sent_repeats_it_once_and_not_a_third_time(home):
    for _ in range(4):
        home.world.faults[PHONE] = Stopped()  # as a kill: nothing is kept after
        try:
            home.deliver()
        except Stopped:
            home.world.sent.append((PHONE, "it may have arrived"))
    assert len(home.world.sent) == 2
    assert home.states()["phone"] == "given up"
    assert "it may have arrived" in state.troubles("home", home.store)[0].words
    assert home.states()["feed"] == "sent"


def test_a_way_that_is_named_no_more_is_forgotten_with_its_trouble(home):
    home.world.faults[PHONE] = REFUSED
    home.deliver()
    home.deliver(profile=replace(EVERYWHERE, report_also=("feed",)))
    assert home.states() == {"feed": "sent"}
    assert state.troubles("home", home.store) == []


def test_a_good_link_that_reached_the_owner_by_another_way_is_not_told_again(home):
    ann, shop = Account("1", "ann@town.test"), Account("2", "shop@market.test")
    link = GoodLink("https://example.org/trams", "Old trams", shop, (ann,), NOW)
    home.store.keep_good_links("home", NOW, [link])
    assert good_links.untold("home", home.store) == (link,)
    home.deliver()
    assert good_links.untold("home", home.store) == ()


def test_what_reached_the_owner_by_another_way_is_not_told_again(home):
    home.deliver()
    assert home.store.told("home") == home.store.report("home", TODAY).tells
    assert home.store.report("home", TODAY).state == "planned"


def test_a_day_without_anything_to_say_sends_nothing(home, monkeypatch):
    quiet = replace(default_config(), report=replace(default_config().report, quiet_day="nothing"))
    monkeypatch.setitem(globals(), "default_config", lambda: quiet)
    home.deliver()
    assert home.states() == dict.fromkeys(("phone", "stdout", "feed"), "nothing")
    assert (home.world.sent, home.world.said) == ([], [])
    assert not (home.folder / "home" / "feed.atom").exists()


def test_a_report_that_had_nothing_to_say_mends_nothing_that_failed(home):
    home.world.faults[PHONE] = REFUSED
    home.deliver()
    home.clock.wait(DAY.total_seconds())
    home.store.save_report("home", TODAY + DAY, "", "Nothing new.", "{}", home.clock.now(), "kept", letter="")
    assert home.deliver(TODAY + DAY) == {}
    assert home.states() == dict.fromkeys(("phone", "stdout", "feed"), "nothing")
    (trouble,) = state.troubles("home", home.store)
    assert (trouble.what, trouble.since) == ("by phone", NOW)
    assert trouble.words.endswith("its server did not take it (HTTP 401)")


def test_the_feed_holds_the_last_thirty_reports_with_ids_that_stay(home):
    for number in range(1, 33):
        given = (TODAY - number * DAY, "", "Nothing new.", "{}", NOW - number * DAY, "sent")
        home.store.save_report("home", *given, letter="Nothing new.")
    feeds = []
    for number in range(2):
        home.deliver(TODAY + number * DAY, replace(EVERYWHERE, report_also=("feed",)))
        feeds.append(ElementTree.parse(home.folder / "home" / "feed.atom").getroot())
    before, after = ([one.text for one in feed.iter(f"{ATOM}id")] for feed in feeds)
    assert (len(before), len(after)) == (31, 31)  # its own id, and that of each report
    assert before[0] == after[0]
    assert len(set(before) & set(after)) == 30


def test_a_clock_that_was_set_back_holds_no_way_up(home):
    home.clock.time += 3 * DAY
    home.world.faults[PHONE] = REFUSED
    home.deliver(TODAY)
    home.clock.time -= 3 * DAY
    assert "phone" in home.deliver(TODAY)
    assert tried.known("home", home.store)["phone"].since == NOW


def test_an_address_can_say_what_it_likes_and_the_note_stays_json(home):
    home.world.faults[PHONE] = Outcome(False, '"} ] \x00 “')
    home.deliver()
    assert json.loads(home.store.noted("report ways:home"))["phone"]["state"] == "waits"


# -- in the daemon


@pytest.fixture
def town(tmp_path):
    world = World()
    made = Town(tmp_path, replace(CONFIG, profiles=(replace(HOME, report_also=("phone",)),)), reach=world.reach)
    made.world = world
    yield made
    made.store.close()


def test_the_daemon_sends_by_the_other_ways_what_the_platform_does_not_take(town):
    town.network.trouble = _no_letters
    town.run(3 * HOUR)
    assert [address for address, _ in town.world.sent] == [PHONE]
    assert town.store.report("home", START.date()).state == "planned"


def _no_letters(request):
    if request.what == "publish":
        raise UserError("publish said 500")


def test_a_login_that_is_lost_costs_the_platforms_report_and_no_other(town):
    town.run(HOUR)

    def refused(profile, clock):
        raise LoginNeeded("the login is not valid any more")

    town.daemon.connect = refused
    for runner in town.daemon.runners:
        runner.close()
        runner.connect = refused
    town.run(DAY, tick=1200)
    assert len(town.world.sent) == 1
    town.run(DAY, tick=1200)
    assert len(town.world.sent) == 2
    assert "the login is not valid any more" in town.store.report("home", START.date() + DAY).letter


def test_a_dead_mans_switch_hears_of_each_sweep_and_of_one_that_failed(town):
    town.world.addresses["ping"] = "https://up.example.test/hunter2"
    town.run(MINUTE)
    assert town.world.pings == ["start", "success"]
    town.network.faults = [UserError("timeline said 500")]
    town.run(HOUR + 10 * MINUTE)
    assert town.world.pings == ["start", "success", "start", "fail"]


def test_a_switch_that_does_not_hear_costs_no_sweep_and_is_told_until_it_does(town):
    town.world.addresses["ping"] = "https://up.example.test/hunter2"
    town.world.faults["ping"] = Outcome(False, "it answered HTTP 404")
    town.run(MINUTE)
    assert len(town.swept()) == 1
    (trouble,) = state.troubles("home", town.store)
    assert trouble.words == "the dead man's switch does not hear of the sweeps: it answered HTTP 404"
    town.world.addresses.pop("ping")
    town.run(HOUR + 10 * MINUTE)
    assert state.troubles("home", town.store) == []


def test_where_there_is_no_other_way_nothing_of_it_is_kept(tmp_path):
    made = Town(tmp_path).run(3 * HOUR)
    assert daily.reports_until_today("home", made.store, made.clock.now(), UTC)
    assert made.store.noted("report ways:home") is None
    made.store.close()
