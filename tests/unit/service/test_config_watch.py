"""A saved config is taken up by the running daemon within a sweep; a faulty one is not, and the owner hears of it."""

import logging
import os
from datetime import timedelta

import pytest

from bot import archive
from bot.config import load
from bot.errors import UserError
from bot.judging.made import Made, history_of
from bot.logs import LOGGER
from bot.model import Lexicon, Step
from bot.report.status import wrong
from bot.service.config_watch import SETTLED, brief
from bot.service.rule_tests import held_to_tests
from bot.service.status import fares
from tests.unit.service.world import EVERY, HOME, Town

CONFIG = """\
profiles:
  - {name: home, platform: memory}
sweep: {every: 1h, jitter: 0d}
report: {at: "08:00", timezone: UTC}
evidence: {own_posts: 10, days_seen: 0}
limits: {first_days_dry: 0d, confirm_after: 0d, newly_followed: 0d}
dry_run: false
rules:
  - name: dropper
    when: {link_share: {at_least: 0.9}}
    then: report
"""
MUTING = CONFIG.replace("then: report", "then: mute")
FAULTY = CONFIG.replace("link_share", "lnk_share")
FAILING = CONFIG + "    tests:\n      - {says: a person, made: {posts: 60, links: 0.2}, expect: fires}\n"


LOOK = timedelta(minutes=5)
"""Between two looks round of the town's daemon."""


class House(Town):
    """Robin's daemon, which works by a file."""

    def __init__(self, folder):
        self.path = folder / "config.yaml"
        self.saves = 0
        self.save(CONFIG)
        super().__init__(folder)
        self.daemon.take_up(self.daemon.watch.read())

    def new_daemon(self):
        made = super().new_daemon()
        made.watch.load = lambda: held_to_tests(load(self.path))
        return made

    def save(self, text, path=None):
        """As an editor saves it; the file's time is another one even where the disk counts roughly."""
        path = path or self.path
        path.write_text(text)
        self.saves += 1
        os.utime(path, (1_700_000_000 + self.saves,) * 2)

    def wrong(self):
        """What `quietfeed status` says is wrong."""
        now = self.clock.now()
        return wrong(fares(HOME, self.store, self.daemon.watch.config, now), now)

    def steps(self):
        return {entry.step for entry in self.store.latest_judged("home").values()}


@pytest.fixture
def house(tmp_path, caplog):
    caplog.set_level(logging.INFO, "quietfeed")
    made = House(tmp_path)
    made.drop()
    made.run(EVERY)
    yield made
    made.store.close()


def logged(caplog, message):
    return [record.facts for record in caplog.records if record.msg == message]


def test_a_saved_config_is_taken_up_within_one_sweep(house, caplog):
    assert house.steps() == {Step.REPORT}
    house.save(MUTING)
    house.run(EVERY + LOOK)
    assert house.steps() == {Step.MUTE}
    assert house.muted()
    assert logged(caplog, "config reloaded") == [{"profiles": "home", "changed": "rules"}]
    assert logged(caplog, "rules changed")[-1]["they"] == "would mute 1 instead of only reporting it"


def test_what_is_saved_without_a_change_is_told_as_nothing(house, caplog):
    house.save(CONFIG + "# a thought\n")
    house.run(EVERY)
    assert [facts["changed"] for facts in logged(caplog, "config reloaded")] == ["nothing"]
    assert logged(caplog, "rules changed") == []


def test_an_unreadable_config_is_not_taken_up_and_log_status_and_report_say_where_it_is_wrong(house, caplog):
    house.save(FAULTY)
    house.run(2 * EVERY)
    place = f"{house.path}:10:12: unknown signal 'lnk_share'"
    assert len(logged(caplog, "config kept")) == 1, "once, however often it is read"
    assert place in logged(caplog, "config kept")[0]["fault"]
    (said,) = house.wrong()
    assert f"the config is not taken up, the last good one stays in force: {place}" in said
    sweeps = len(house.store.sweeps("home"))
    house.run(timedelta(hours=2))
    assert len(house.store.sweeps("home")) == sweeps + 2
    told = house.store.report("home", house.clock.now().date())
    assert told is not None
    assert place in told.text
    assert "not taken up" in told.letter


def test_a_mended_config_is_taken_up_and_nothing_is_wrong_any_more(house, caplog):
    house.save(FAULTY)
    house.run(EVERY)
    house.save(MUTING)
    house.run(EVERY + LOOK)
    assert house.wrong() == []
    assert house.steps() == {Step.MUTE}


def test_a_config_whose_own_tests_fail_is_not_taken_up(house, caplog):
    house.save(FAILING.replace("then: report", "then: mute"))
    house.run(EVERY)
    assert house.steps() == {Step.REPORT}
    (said,) = house.wrong()
    assert f"{house.path}:13:9: the test “a person” of rule “dropper” fails" in said


def test_a_config_that_lacks_a_file_is_taken_up_once_the_file_is_there(house):
    house.save(MUTING + "    tests:\n      - {says: a feed, account: feed.jsonl, expect: fires}\n")
    house.run(EVERY)
    assert "feed.jsonl is not there" in house.wrong()[0]
    (house.folder / "feed.jsonl").write_text(archive.dump(history_of(Made(), Lexicon())) + "\n")
    house.run(EVERY + LOOK)
    assert house.wrong() == []
    assert house.steps() == {Step.MUTE}


def test_a_captured_account_that_changes_is_a_change_of_the_config(house):
    feed = house.folder / "feed.jsonl"
    house.save(archive.dump(history_of(Made(), Lexicon())) + "\n", feed)
    house.save(MUTING + "    tests:\n      - {says: a feed, account: feed.jsonl, expect: fires}\n")
    house.run(EVERY)
    assert house.wrong() == []
    house.save(archive.dump(history_of(Made(links=0.1), Lexicon())) + "\n", feed)
    house.run(EVERY)
    assert "the test “a feed” of rule “dropper” fails" in house.wrong()[0]


def test_profiles_come_and_go_without_a_restart(house):
    house.save(CONFIG.replace("name: home", "name: away"))
    house.run(EVERY)
    assert [runner.profile.name for runner in house.daemon.runners] == ["away"]
    assert house.store.sweeps("away")


def test_another_store_is_said_to_need_a_restart(house, caplog):
    house.save(CONFIG + "store: other.sqlite\n")
    house.run(EVERY)
    house.save(CONFIG + "store: other.sqlite\nwindow: 30d\n")
    house.run(EVERY)
    assert "restart quietfeed" in house.wrong()[0]
    assert not (house.folder / "other.sqlite").exists()
    house.save(CONFIG)
    house.run(EVERY)
    assert house.wrong() == []


def test_a_file_is_read_only_once_it_lies_still(house):
    watch = house.daemon.watch
    house.save(CONFIG[:100])
    assert not watch.is_due()
    house.clock.wait(SETTLED / 2)
    house.save(MUTING)
    assert not watch.is_due()
    house.clock.wait(SETTLED / 2)
    assert not watch.is_due()
    house.clock.wait(SETTLED)
    assert watch.is_due()
    watch.read()
    assert not watch.is_due()


def test_a_config_that_is_gone_leaves_the_last_good_one(house):
    house.path.unlink()
    house.run(EVERY)
    assert "does not exist" in house.wrong()[0]
    assert house.store.sweeps("home")[-1].error == ""


def test_a_fault_in_a_line_names_the_first_place_and_counts_the_others():
    assert brief(UserError("c.yaml:1:1: a\nc.yaml:2:1: b\nc.yaml:3:1: c")) == "c.yaml:1:1: a (and 2 more)"
    assert len(brief(UserError("x" * 5000))) == 300
    assert brief(UserError("")) == ""


def test_a_saved_config_turns_how_much_the_log_tells(house, monkeypatch):
    root = logging.getLogger()
    monkeypatch.setattr(LOGGER, "level", LOGGER.level)
    monkeypatch.setattr(root, "level", root.level)
    for level, number in (("debug", logging.DEBUG), ("error", logging.ERROR), ("info", logging.INFO)):
        house.save(f"log_level: {level}\n{CONFIG}")
        house.run(EVERY)
        assert LOGGER.level == number
