"""Good links of the quieted are found for a few requests a day, and each is told once."""

import json
from datetime import timedelta

import pytest

from bot.actions.recorded import recorded_actions
from bot.model import EPOCH, Entry, Event, Lexicon, Post, Step
from bot.platforms.base import AccountGone, Unreachable
from bot.platforms.memory import Memory
from bot.service import daily, good_links
from tests.unit.actions.world import DAY, DROP, OWNER, World

INES, BEN, ZOE = "ines@town.test", "ben@town.test", "zoe@far.test"
PAGE = "https://example.org/trams"
HOUR = timedelta(hours=1)


class Town(World):
    """Robin follows Ines, Ben and one who drops links, and does not follow Zoe."""

    def __init__(self, folder):
        super().__init__(folder)
        self.folder = folder
        for handle in (BEN, ZOE):
            self.network.join(handle)
        self.network.follow(OWNER, BEN)
        self.store.note("owner id:home", self.network.account(OWNER).id)
        self.newest = {}

    def quiet(self, handle=DROP, step=Step.MUTE, dry=False):
        """What the ledger tells of an action in force; who is muted does not show in the timeline."""
        account = self.network.account(handle)
        facts = {"rule": "dropper", "step": step, "action_id": handle, "dry": dry}
        for event in (Event.PLANNED, *(() if dry else (Event.DONE,))):
            self.store.record([Entry(self.clock.now(), "home", account, event, **facts)])
        if step is Step.MUTE and not dry:
            self.network.mute(OWNER, handle)
        return self

    def share(self, *handles, page=PAGE, title="Old trams"):
        return [
            self.network.post(handle, Post("", "", EPOCH, text=f"See {page}", links=(page,), card_title=title))
            for handle in handles
        ]

    def look(self, after=6 * HOUR):
        """Poll and look, as a sweep does so much later; what the next report would tell of it."""
        self.clock.wait(after.total_seconds())
        for page in self.platform.timeline(self.store.cursor("home")):
            self.store.remember("home", page, self.clock.now())
        actions = [one for dry in (False, True) for one in recorded_actions(self.store, "home", dry=dry)]
        good_links.look("home", self.platform, self.store, self.clock, actions, self.newest)
        return self.told()

    def told(self):
        """Each page that the next report tells, and by whom it was shared."""
        links = good_links.untold("home", self.store)
        return {link.url: [self.network.known(one.id).handle for one in link.people] for link in links}

    def asked(self, what):
        return sum(request.what == what for request in self.network.requests)

    def deliver(self):
        profile, today = self.config.profiles[0], self.clock.now().date()
        daily.deliver(profile, self.platform, self.store, self.config, self.folder, today, self.clock)
        return self.store.report("home", today)


@pytest.fixture
def town(tmp_path):
    made = Town(tmp_path)
    yield made
    made.store.close()


def test_what_the_muted_share_and_somebody_followed_too_is_found(town):
    town.quiet().share(DROP, INES, INES, ZOE)
    assert town.look() == {PAGE: [INES]}


def test_what_the_muted_shared_before_is_found_once_somebody_followed_does(town):
    town.quiet().share(DROP)
    assert town.look() == {}
    town.share(INES)
    assert town.look() == {PAGE: [INES]}


def test_what_somebody_shared_before_the_muted_did_is_found(town):
    town.quiet().share(INES)
    town.look()
    town.share(DROP)
    assert town.look(DAY) == {PAGE: [INES]}


def test_who_reposts_it_is_one_of_the_people(town):
    town.quiet().share(DROP)
    (post,) = town.share(ZOE)
    town.network.repost(BEN, post)
    assert town.look() == {PAGE: [BEN]}


def test_who_reposts_the_listed_account_is_one_of_the_people(town):
    (post,) = town.quiet(step=Step.LIST).share(DROP)
    town.network.repost(BEN, post)
    assert town.look() == {PAGE: [BEN]}


def test_who_is_not_followed_any_more_is_not_counted(town):
    town.quiet().share(DROP, INES)
    for page in town.platform.timeline(None):
        town.store.remember("home", page, town.clock.now())
    town.network.unfollow(OWNER, INES)
    assert town.look() == {}


def test_the_owner_is_nobody_else(town):
    town.quiet().share(DROP, OWNER)
    assert town.look() == {}


def test_whom_a_rule_finds_speaks_for_no_link_unless_it_is_protected(town):
    ben = town.network.account(BEN)
    town.newest = {
        ben.id: Entry(town.clock.now(), "home", ben, Event.JUDGED, "dropper", Step.MUTE, limit="unconfirmed")
    }
    town.quiet().share(DROP, BEN)
    assert town.look() == {}
    town.newest = {ben.id: Entry(town.clock.now(), "home", ben, Event.JUDGED, "dropper", protection="mutual")}
    assert town.look() == {PAGE: [BEN]}


@pytest.mark.parametrize("step", [Step.LIST, Step.MUTE])
def test_in_dry_run_it_is_found_without_reading_anybody(town, step):
    town.quiet(step=step, dry=True).share(DROP, INES)
    assert town.look() == {PAGE: [INES]}
    assert town.asked("posts_by") == 0


@pytest.mark.parametrize("step", [Step.REPORT, Step.HIDE_REPOSTS])
def test_who_is_only_reported_or_loses_reposts_is_not_quieted(town, step):
    town.quiet(step=step).share(DROP, INES)
    assert town.look() == {}


def test_where_nobody_is_quieted_nothing_is_asked_or_kept(town):
    town.share(DROP, INES)
    assert town.look() == {}
    assert {request.what for request in town.network.requests} == {"timeline"}
    assert town.store.good_links("home") == (EPOCH, ())


def test_a_look_costs_a_request_for_each_feed_and_one_for_the_people(town):
    town.quiet().share(DROP, INES)
    town.look()
    assert (town.asked("posts_by"), town.asked("relations")) == (1, 1)


def test_a_hidden_account_is_read_once_a_day(town):
    town.quiet().share(DROP, INES)
    for _ in range(12):
        town.look()
    assert town.asked("posts_by") == 3


def test_an_own_feed_that_was_read_to_judge_by_is_not_read_again_that_day(town):
    town.quiet().share(DROP, INES)
    feed = town.platform.posts_by(town.network.account(DROP), EPOCH, 100)
    town.clock.wait(60)
    town.store.save_own_feed("home", feed, town.clock.now(), Lexicon())
    assert town.look() == {PAGE: [INES]}
    assert town.asked("posts_by") == 1
    town.look(DAY)
    assert town.asked("posts_by") == 2


def test_a_look_reads_three_own_feeds_and_the_next_goes_on_with_the_others(town):
    others = [f"drop{number}@market.test" for number in range(7)]
    for handle in others:
        town.network.join(handle)
        town.quiet(handle)
    for count in (3, 6, 7, 7, 10):
        town.look()
        assert town.asked("posts_by") == count


def test_between_two_looks_nothing_is_asked(town):
    town.quiet().share(DROP, INES)
    town.look()
    before = len(town.network.requests)
    town.look(HOUR)
    assert {request.what for request in town.network.requests[before:]} == {"timeline"}


def test_a_report_tells_each_link_once(town):
    town.quiet().share(DROP, INES)
    town.look()
    report = town.deliver()
    assert f"“Old trams” {PAGE} – shared by Ines, whom you follow" in report.text
    assert [link["url"] for link in json.loads(report.data)["good_links"]] == [PAGE]
    assert town.told() == {}
    town.share(DROP, BEN, page=f"{PAGE}/")
    assert town.look(DAY) == {}


def test_a_link_of_a_report_that_could_not_be_sent_is_not_lost(town, monkeypatch):
    town.quiet().share(DROP, INES)
    town.look()
    town.sweep()

    def refuse(*_):
        raise Unreachable("away")

    monkeypatch.setattr(Memory, "publish", refuse)
    with pytest.raises(Unreachable):
        town.deliver()
    assert town.told() == {PAGE: [INES]}


def test_five_links_a_report_at_most_and_the_rest_in_the_next(town):
    town.quiet()
    for number in range(7):
        town.share(DROP, INES, page=f"{PAGE}/{number}")
    assert len(town.look()) == 5
    town.deliver()
    assert len(town.told()) == 2


@pytest.mark.parametrize(("ago", "found"), [(7 * DAY - HOUR, {PAGE: [INES]}), (7 * DAY + HOUR, {})])
def test_a_page_that_was_shared_more_than_a_week_ago_is_no_news(town, ago, found):
    town.quiet().share(INES)
    town.look(ago - DAY)
    town.share(DROP)
    assert town.look(DAY) == found


@pytest.mark.parametrize(("ago", "found"), [(7 * DAY - HOUR, {PAGE: [INES]}), (7 * DAY + HOUR, {})])
def test_what_the_muted_shared_is_kept_for_a_week(town, ago, found):
    town.quiet().share(DROP)
    town.look()
    assert len(town.store.hidden_posts("home")[1]) == 1
    town.look(ago - 12 * HOUR)
    town.share(INES)
    assert town.look() == found


def test_a_server_that_does_not_answer_costs_the_look_which_comes_again(town, monkeypatch):
    town.quiet().share(DROP, INES)

    def refuse(*_):
        raise Unreachable("away")

    monkeypatch.setattr(Memory, "followed", refuse)
    assert town.look() == {}
    monkeypatch.undo()
    assert town.look(HOUR / 2) == {}
    assert town.look(HOUR) == {PAGE: [INES]}


def test_a_quieted_account_that_is_gone_costs_that_one(town, monkeypatch):
    town.quiet(BEN).quiet().share(DROP, INES)
    town.network.suspend(BEN)
    assert town.look() == {PAGE: [INES]}

    def gone(*_):
        raise AccountGone("gone")

    monkeypatch.setattr(Memory, "posts_by", gone)
    assert town.look(DAY) == {PAGE: [INES]}


def test_a_clock_that_was_set_back_keeps_no_look_away(town):
    town.quiet().share(DROP, INES)
    town.store.keep_good_links("home", town.clock.now() + 300 * DAY, ())
    account = town.network.account(DROP)
    town.store.keep_hidden_posts("home", {account.id: town.clock.now() + 300 * DAY}, ())
    assert town.look() == {PAGE: [INES]}


def test_what_is_over_is_not_kept(town):
    town.quiet().share(DROP, INES)
    town.look()
    read, posts = town.store.hidden_posts("home")
    assert (len(read), len(posts)) == (1, 1)
    town.store.record(
        [Entry(town.clock.now(), "home", town.network.account(DROP), Event.EXPIRED, action_id=DROP, dry=False)]
    )
    town.quiet(BEN)
    town.look()
    read, posts = town.store.hidden_posts("home")
    assert (list(read), posts) == ([town.network.account(BEN).id], [])


def test_of_a_post_no_more_is_remembered_than_may_be_told(town):
    town.quiet().share(DROP)
    town.share(DROP, page=f"{PAGE}/2", title="")
    town.look()
    posts = town.store.hidden_posts("home")[1]
    assert {(post.text, post.card_title) for post in posts} == {("", "Old trams"), (f"See {PAGE}/2", "")}


def test_a_post_from_a_time_to_come_and_one_without_a_link_are_not_remembered(town):
    later = Post("", "", EPOCH, text="See", links=(PAGE,))
    town.quiet().network.post(DROP, later, town.clock.now() + DAY)
    town.network.post(DROP, "No link at all")
    town.look()
    assert town.store.hidden_posts("home")[1] == []
    town.look(2 * DAY)
    assert len(town.store.hidden_posts("home")[1]) == 1


def test_of_very_many_the_newest_posts_the_best_links_and_the_last_told_are_remembered(town, monkeypatch):
    for name, most in (("MOST_KEPT", 3), ("MOST_FOUND", 2), ("REMEMBERED", 1)):
        monkeypatch.setattr(good_links, name, most)
    town.quiet()
    for number in range(5):
        town.share(DROP, INES, page=f"{PAGE}/{number}")
        town.clock.wait(60)
    town.share(BEN, page=f"{PAGE}/3")
    town.look()
    kept = [post.links for post in town.store.hidden_posts("home")[1]]
    assert kept == [(f"{PAGE}/{number}",) for number in (4, 3, 2)]
    found = [link.url for link in town.store.good_links("home")[1]]
    assert (found[0], len(found)) == (f"{PAGE}/3", 2)
    town.deliver()
    assert len(json.loads(town.store.noted("good links told:home"))) == 1


def test_of_so_many_accounts_at_most_it_is_asked_whether_they_are_followed(town, monkeypatch):
    monkeypatch.setattr(good_links, "MOST_ASKED", 1)
    asked, real = [], Memory.followed

    def followed(platform, accounts):
        asked.append([one.handle for one in accounts])
        return real(platform, accounts)

    monkeypatch.setattr(Memory, "followed", followed)
    town.quiet().share(DROP, INES, BEN)
    assert [len(people) for people in town.look().values()] == [1]
    assert [len(one) for one in asked] == [1]


@pytest.mark.slow
def test_a_sweep_looks_and_its_report_tells(town):
    town.quiet().share(DROP, INES)
    town.clock.wait(DAY.total_seconds())
    town.sweep()
    assert town.told() == {PAGE: [INES]}
    assert "Good links from those you quieted" in town.deliver().letter
