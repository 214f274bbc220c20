"""Good links of the quieted are found for a few requests a day, and each is told once."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.model import EPOCH, Post, Step
from bot.platforms.base import AccountGone, Unreachable
from bot.platforms.memory import Memory
from bot.service import daily, good_links
from tests.unit.actions.world import DAY, DROP, OWNER, World, rule

INES, BEN, ZOE = "ines@town.test", "ben@town.test", "zoe@far.test"
PAGE = "https://example.org/trams"
HOUR = timedelta(hours=1)


class Town(World):
    """Robin follows Ben as well, and does not follow Zoe; what each look for good links asks can be told apart."""

    def __init__(self, folder):
        super().__init__(folder)
        self.folder = folder
        for handle in (BEN, ZOE):
            self.network.join(handle)
        self.network.follow(OWNER, BEN)

    def share(self, *handles, page=PAGE, title="Old trams"):
        return [
            self.network.post(handle, Post("", "", EPOCH, text=f"See {page}", links=(page,), card_title=title))
            for handle in handles
        ]

    def told(self):
        """What the next report tells: each page, and by whom it was shared."""
        links = good_links.untold("home", self.store)
        return {link.url: [self.handle(one.id) for one in link.people] for link in links}

    def handle(self, account_id):
        return self.network.known(account_id).handle

    def asked(self, what):
        return sum(request.what == what for request in self.network.requests)

    def deliver(self):
        profile = self.config.profiles[0]
        today = self.clock.now().date()
        return daily.deliver(profile, self.platform, self.store, self.config, self.folder, today, self.clock)

    def report(self):
        return self.store.report("home", self.clock.now().date())


@pytest.fixture
def town(tmp_path):
    made = Town(tmp_path)
    yield made
    made.store.close()


def muted(town, **limits):
    town.with_rule(rule(Step.MUTE, name="mutes", days=30), **limits)
    town.go(2 * DAY)
    assert town.muted
    return town


def test_what_the_muted_share_and_somebody_followed_too_is_found(town):
    muted(town).share(DROP, INES, INES, ZOE)
    town.go(1.5 * DAY)
    assert town.told() == {PAGE: [INES]}


def test_what_somebody_shared_before_the_muted_did_is_found(town):
    muted(town).share(INES)
    town.go(DAY)
    town.share(DROP)
    town.go(1.5 * DAY)
    assert town.told() == {PAGE: [INES]}


def test_who_reposts_it_is_one_of_the_people(town):
    muted(town).share(DROP)
    (post,) = town.share(ZOE)
    town.network.repost(BEN, post)
    town.go(1.5 * DAY)
    assert town.told() == {PAGE: [BEN]}


def test_who_is_not_followed_any_more_is_not_counted(town):
    muted(town).share(DROP, INES)
    town.go(DAY / 4)
    town.network.unfollow(OWNER, INES)
    town.go(1.5 * DAY)
    assert town.told() == {}


def test_the_owner_is_nobody_else(town):
    muted(town).share(DROP, OWNER)
    town.go(1.5 * DAY)
    assert town.told() == {}


def test_on_a_list_and_in_dry_run_it_is_found_too(town):
    town.with_rule(rule(Step.LIST, name="lists", days=30))
    town.config = replace(town.config, dry_run=True)
    town.go(2 * DAY)
    town.share(DROP, INES)
    town.go(DAY / 2)
    assert not town.standing.lists
    assert town.told() == {PAGE: [INES]}


def test_who_is_only_reported_or_loses_reposts_is_not_quieted(town):
    town.with_rule(rule(Step.HIDE_REPOSTS, name="hides", days=30))
    town.go(2 * DAY)
    town.share(DROP, INES)
    town.go(DAY)
    assert town.told() == {}


def test_where_nobody_is_quieted_nothing_is_asked(town):
    town.go(2 * DAY)
    town.store.keep_good_links("home", EPOCH, ())
    before = len(town.network.requests)
    good_links.look("home", town.platform, town.store, town.clock, [])
    assert len(town.network.requests) == before


def test_a_hidden_account_is_read_once_a_day_and_in_dry_run_not_at_all(town):
    muted(town)
    before = town.asked("posts_by")
    town.go(4 * DAY)
    assert town.asked("posts_by") - before == 4


def test_a_look_reads_a_few_own_feeds_and_the_next_goes_on(town, monkeypatch):
    monkeypatch.setattr(good_links, "READS", 1)
    for number in range(3):
        handle = f"drop{number}@market.test"
        town.network.join(handle)
        town.network.follow(OWNER, handle)
        for hour in range(48):
            at = town.clock.now() - hour * HOUR
            town.network.post(handle, Post("", "", EPOCH, text=f"{hour}", links=("https://shop.example/a",)), at)
    muted(town, followed_share_per_week=1.0)
    town.go(DAY)
    read, _ = town.store.hidden_posts("home")
    assert len(read) == 4


def test_a_report_tells_each_link_once(town):
    muted(town).share(DROP, INES)
    town.go(1.5 * DAY)
    town.deliver()
    assert f"“Old trams” {PAGE} – shared by Ines" in town.report().text.replace("ines@town.test", "Ines")
    assert [link["url"] for link in json.loads(town.report().data)["good_links"]] == [PAGE]
    town.share(DROP, BEN)
    town.go(2 * DAY)
    assert town.told() == {}


def test_a_link_of_a_report_that_could_not_be_sent_is_not_lost(town, monkeypatch):
    muted(town).share(DROP, INES)
    town.go(1.5 * DAY)
    town.network.software, town.network.privacy = "sure 1.0", "known"
    monkeypatch.setattr(Memory, "publish", lambda *_: (_ for _ in ()).throw(Unreachable("away")))
    with pytest.raises(Unreachable):
        town.deliver()
    assert town.told() == {PAGE: [INES]}


def test_a_day_without_other_news_tells_of_a_good_link(town):
    muted(town)
    town.deliver()
    town.share(DROP, INES)
    town.go(1.5 * DAY)
    town.deliver()
    assert "Good links from those you quieted" in town.report().letter


def test_five_links_a_report_at_most_and_the_rest_in_the_next(town):
    muted(town)
    for number in range(7):
        town.share(DROP, INES, page=f"{PAGE}/{number}")
    town.go(1.5 * DAY)
    assert len(town.told()) == 5
    town.deliver()
    assert len(town.told()) == 2


def test_a_page_that_was_shared_long_ago_is_no_news(town):
    muted(town).share(INES)
    town.go(8 * DAY)
    town.share(DROP)
    town.go(1.5 * DAY)
    assert town.told() == {}


def test_a_server_that_does_not_answer_costs_the_look_and_not_the_sweep(town, monkeypatch):
    muted(town).share(DROP, INES)

    def refuse(*_):
        raise Unreachable("away")

    monkeypatch.setattr(Memory, "followed", refuse)
    town.go(DAY)
    assert not any(record.error for record in town.store.sweeps("home"))
    assert town.told() == {}
    monkeypatch.undo()
    town.go(DAY / 2)
    assert town.told() == {PAGE: [INES]}


def test_a_quieted_account_that_is_gone_costs_that_one(town, monkeypatch):
    muted(town).share(DROP, INES)

    def gone(*_):
        raise AccountGone("gone")

    monkeypatch.setattr(Memory, "posts_by", gone)
    town.go(DAY)
    assert town.told() == {}
    assert town.store.good_links("home")[0] > town.clock.now() - DAY / 2


def test_a_clock_that_was_set_back_keeps_no_look_away(town):
    muted(town)
    town.store.keep_good_links("home", town.clock.now() + 300 * DAY, ())
    town.share(DROP, INES)
    town.go(1.5 * DAY)
    assert town.told() == {PAGE: [INES]}
