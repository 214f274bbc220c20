"""Everybody whom the owner follows is looked at once: within the limits, resumable, and without a single write."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import pytest

from bot.audit.seen import Audit, Group
from bot.clock import SimulatedClock
from bot.config import Config, Profile, default_config
from bot.errors import Stopped
from bot.judging.rules import Bounds, Rule
from bot.model import Account, Action, Post, Standing, Step
from bot.platforms.base import DryRunViolation, Platform, RateLimited, Unreachable
from bot.platforms.mastodon import Mastodon
from bot.platforms.memory import Memory, Network
from bot.platforms.network import Request
from bot.service.auditing import LASTS, PATIENCE, Auditing
from bot.service.sweep import sweep
from bot.store import Store, open_store
from tests.servers.mastodon_network import Network as Server
from tests.servers.mastodon_network import OwnList, link
from tests.servers.mastodon_stub import Stub

ROBIN = "robin@quiet.example"
NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
HOME = Profile("home", "memory")
CONFIG = default_config()
OLD = Account("", "", created_at=NOW - 900 * DAY)
WORDS = "river garden morning letter tram kettle window bread winter harbour music paper street cloud".split()


class Town:
    """A network with one account of each kind, all followed by Robin, and a store."""

    def __init__(self, folder: Path, name: str = "memory") -> None:
        self.clock = SimulatedClock(NOW)
        self.network = Network(self.clock)
        self.network.join(ROBIN)
        self.platform: Platform = Memory(self.network, ROBIN, name)
        self.store: Store = open_store(str(folder / "store.sqlite"))
        self.profile = Profile("home", name)
        self.stop_after: int | None = None
        self.stages: list[str] = []

    def join(self, name: str, follow: bool = True) -> str:
        handle = f"{name}@town.test"
        self.network.join(handle, OLD)
        if follow:
            self.network.follow(ROBIN, handle)
        return handle

    def writes(self, name: str, links: float, answers: float, many: int = 130, every: float = 5.0) -> str:
        """Somebody posts so often, so many hours apart; parts of it are links and answers."""
        handle = self.join(name)
        said = self.network.post(self.join(f"friend-of-{name}", follow=False), "Hello", NOW - 90 * DAY)
        friends = [self.network.post(self.join(f"{name}-{n}", follow=False), "Hi", NOW - 90 * DAY) for n in range(4)]
        for n in range(many):
            text = " ".join(Random(f"{name} {n}").sample(WORDS, 9))
            at = NOW - timedelta(hours=1 + n * every)
            if n < answers * many or n % 10 < answers * 10:
                self.network.post(handle, f"{text}?", at, answering=(*friends, said)[n % 5])
            elif n % 20 < links * 20:
                url = f"https://shop.test/{n}"
                self.network.post(handle, Post("", "", NOW, text=url, links=(url,)), at)
            else:
                self.network.post(handle, text, at)
        return handle

    def look(self, followers: bool = False, config: Config = CONFIG) -> Audit:
        auditing = Auditing(self.profile, self.platform, self.store, config, self.clock, self.watch)
        return auditing.look(auditing.followers() if followers else auditing.followed())

    def watch(self, progress: object) -> None:
        self.stages.append(str(progress))
        if self.stop_after is not None and len(self.read) >= self.stop_after:
            self.stop_after = None
            raise Stopped

    @property
    def asked(self) -> list[str]:
        return [request.what for request in self.network.requests]

    @property
    def read(self) -> list[str]:
        return [what for what in self.asked if what == "posts_by"]


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    made = Town(tmp_path)
    yield made
    made.store.close()


def groups(audit: Audit) -> dict[str, Group]:
    return {line.account.handle.partition("@")[0]: line.group for line in audit.lines}


def test_everybody_is_told_and_nothing_is_written(town: Town) -> None:
    town.writes("shop", links=1.0, answers=0.0)
    town.writes("ann", links=0.1, answers=0.4)
    town.join("nils")
    town.network.suspend(town.join("max"))
    told = town.look()
    assert groups(told) == {
        "shop": Group.BROADCASTS,
        "ann": Group.TALKS,
        "nils": Group.SILENT,
        "max": Group.GONE,
    }
    assert told.lines[0].why.startswith("120 posts in 25 days, every one with a link")
    assert [request for request in town.network.requests if request.write] == []


def test_who_converses_on_the_first_page_is_asked_for_no_other(town: Town) -> None:
    town.writes("ann", links=0.1, answers=0.4)
    town.look()
    assert len(town.read) == 1
    town.writes("shop", links=1.0, answers=0.0)
    town.look()
    assert len(town.read) == 1 + 3


def test_what_was_read_is_not_read_again_before_a_week_is_over(town: Town) -> None:
    town.writes("ann", links=0.1, answers=0.4)
    town.writes("shop", links=1.0, answers=0.0)
    first, read = town.look(), len(town.read)
    town.clock.wait((LASTS - HOUR).total_seconds())
    again = town.look()
    assert len(town.read) == read
    assert [(line.group, line.why, line.share) for line in again.lines] == [
        (line.group, line.why, line.share) for line in first.lines
    ]
    town.clock.wait((2 * HOUR).total_seconds())
    town.look()
    assert len(town.read) > read


def test_what_is_older_than_a_week_is_forgotten(town: Town) -> None:
    handle = town.writes("ann", links=0.1, answers=0.4)
    town.look()
    assert len(town.store.audited_times("home")) == 1
    town.network.unfollow(ROBIN, handle)
    town.clock.wait((LASTS + HOUR).total_seconds())
    town.look()
    assert town.store.audited_times("home") == {}


def test_where_other_rules_want_to_see_more_it_is_read_again(town: Town) -> None:
    town.writes("ann", links=0.0, answers=0.0)
    assert groups(town.look())["ann"] is Group.OTHER
    assert len(town.read) == 1
    rule = Rule("no links", {"link_share": Bounds(at_most=0.1)}, Step.LIST)
    for _ in range(2):
        assert groups(town.look(config=replace(CONFIG, rules=(rule,))))["ann"] is Group.BROADCASTS
        assert len(town.read) == 1 + 3


def test_an_audit_that_was_stopped_goes_on_where_it_stopped(town: Town) -> None:
    for number in range(6):
        town.writes(f"ann{number}", links=0.1, answers=0.4, many=30)
    town.stop_after = 3
    with pytest.raises(Stopped):
        town.look()
    assert len(town.read) == 3
    assert len(town.look().lines) == 6
    assert len(town.read) == 6


def test_what_a_sweep_read_lately_serves_as_well(town: Town) -> None:
    town.writes("shop", links=1.0, answers=0.0)
    sweep("home", town.platform, town.store, CONFIG, town.clock)
    read = len(town.read)
    assert groups(town.look())["shop"] is Group.BROADCASTS
    assert len(town.read) == read


def test_no_sweep_acts_or_judges_by_what_an_audit_read(town: Town) -> None:
    town.writes("shop", links=1.0, answers=0.0)
    town.look()
    assert town.store.own_feed_times("home") == {}
    assert town.store.entries("home") == []
    assert town.store.latest_judged("home") == {}


def test_a_limit_is_waited_for_as_told_and_the_audit_goes_on(town: Town) -> None:
    town.writes("ann", links=0.1, answers=0.4, many=30)
    town.writes("ben", links=0.1, answers=0.4, many=30)
    town.network.faults = [None, None, None, RateLimited("slow down", NOW + 7 * 60 * timedelta(seconds=1))]
    assert len(town.look().lines) == 2
    assert town.clock.now() == NOW + timedelta(minutes=7)


def test_a_server_that_only_asks_to_wait_ends_the_audit_and_what_was_read_is_kept(town: Town) -> None:
    for name in ("ann", "ben"):
        town.writes(name, links=0.1, answers=0.4, many=30)
    asked_before = ("owner", "follows", "relationships", "lists", "ann")
    town.network.faults = [*[None] * len(asked_before), *[RateLimited("slow down")] * 9]
    with pytest.raises(RateLimited):
        town.look()
    town.network.faults = []
    read = len(town.read)
    town.look()
    assert len(town.read) == read + 1


def test_who_cannot_be_read_is_told_so_and_tried_again_the_next_time(town: Town) -> None:
    ann, ben = (town.writes(name, links=1.0, answers=0.0) for name in ("ann", "ben"))
    broken = town.network.account(ann).id

    class Broken(Memory):
        def posts_by(self, account: Account, *given: object, **more: object) -> object:  # type: ignore[override]
            if account.id == broken:
                raise Unreachable("500 for the posts of ann")
            return super().posts_by(account, *given, **more)  # type: ignore[arg-type]

    whole, town.platform = town.platform, Broken(town.network, ROBIN)
    told = {line.account.handle: line for line in town.look().lines}
    assert (told[ann].group, told[ann].why, told[ann].share) == (Group.UNREAD, "500 for the posts of ann", None)
    assert (told[ben].group, told[ben].share) == (Group.BROADCASTS, 1.0)
    town.platform = whole
    assert groups(town.look()) == {"ann": Group.BROADCASTS, "ben": Group.BROADCASTS}


def test_a_server_that_is_down_ends_the_audit(town: Town) -> None:
    for number in range(12):
        town.join(f"ann{number}")

    def trouble(request: Request) -> None:
        if request.what == "posts_by":
            raise Unreachable("down")

    town.network.trouble = trouble
    with pytest.raises(Unreachable):
        town.look()


def test_who_moved_is_not_even_read(town: Town) -> None:
    town.network.join("pia@old.test", replace(OLD, moved_to="pia@new.test"))
    town.network.follow(ROBIN, "pia@old.test")
    (line,) = town.look().lines
    assert (line.group, line.why, town.read) == (Group.GONE, "moved to pia@new.test", [])


def test_it_says_before_how_many_are_to_be_read(town: Town) -> None:
    town.writes("ann", links=0.1, answers=0.4, many=30)
    town.writes("ben", links=0.1, answers=0.4, many=30)
    auditing = Auditing(town.profile, town.platform, town.store, CONFIG, town.clock, town.watch)
    whom = auditing.followed()
    assert (len(whom.accounts), whom.to_read, town.read) == (2, 2, [])
    auditing.look(whom)
    again = Auditing(town.profile, town.platform, town.store, CONFIG, town.clock, town.watch).followed()
    assert (len(again.accounts), again.to_read) == (2, 0)


def test_a_write_would_raise_before_anything_is_asked(town: Town) -> None:
    auditing = Auditing(town.profile, town.platform, town.store, CONFIG, town.clock, town.watch)
    asked = len(town.asked)
    with pytest.raises(DryRunViolation):
        auditing.platform.act(Action(OLD, Step.MUTE))
    assert len(town.asked) == asked


def test_followers_are_looked_at_after_a_few_days_and_only_whom_the_owner_does_not_follow(town: Town) -> None:
    for name, days in (("ann", 5), ("early", 1), ("long", 60), ("friend", 5)):
        town.writes(name, links=0.1, answers=0.4, many=30)
        handle = f"{name}@town.test"
        if name != "friend":
            town.network.unfollow(ROBIN, handle)
        town.network.follow(handle, ROBIN, NOW - days * DAY)
    told = town.look(followers=True)
    assert groups(told) == {"ann": Group.TALKS}
    assert (told.followers, told.waiting, told.lines[0].followed) == (True, 1, NOW - 5 * DAY)
    town.clock.wait(PATIENCE.total_seconds())
    assert set(groups(town.look(followers=True))) == {"ann", "early"}


class TestOnMastodon:
    """Where the owner's server lacks posts of accounts elsewhere."""

    @pytest.fixture
    def town(self, tmp_path: Path) -> Iterator[Town]:
        made = Town(tmp_path, "mastodon")
        yield made
        made.store.close()

    def test_whom_the_rules_find_is_looked_at_on_its_own_server(self, town: Town) -> None:
        handle = town.writes("ann", links=1.0, answers=0.3)
        town.network.hide_replies(handle)
        assert groups(town.look())["ann"] in (Group.TALKS, Group.CURATES)
        assert town.asked.count("origin_feed") == 1

    def test_where_that_does_not_tell_it_is_said_and_not_asked_again(self, town: Town) -> None:
        handle = town.writes("shop", links=1.0, answers=0.0)
        town.network.hide_replies(handle, closed=True)
        for _ in range(2):
            (line,) = town.look().lines
            assert line.group is Group.BROADCASTS
            assert line.why.endswith("answered nobody, as far as your server has its posts")
        assert town.asked.count("origin_feed") == 1

    def test_it_is_not_asked_where_the_owner_does_not_want_that(self, town: Town) -> None:
        town.writes("shop", links=1.0, answers=0.0)
        town.look(config=replace(CONFIG, own_feed=replace(CONFIG.own_feed, origin=False)))
        assert "origin_feed" not in town.asked

    def test_who_posts_elsewhere_and_not_here_is_not_called_silent(self, town: Town) -> None:
        handle = town.writes("ann", links=0.1, answers=1.0)
        town.network.hide_replies(handle)
        assert groups(town.look())["ann"] is Group.TALKS

    def test_a_follower_whose_server_does_not_tell_is_not_held_against(self, town: Town) -> None:
        handle = town.writes("ann", links=1.0, answers=0.0)
        town.network.unfollow(ROBIN, handle)
        town.network.follow(handle, ROBIN, NOW - 5 * DAY)
        town.network.hide_replies(handle, closed=True)
        assert groups(town.look(followers=True))["ann"] is Group.OTHER


MANY, DEEP = 800, 12


def crowded(now: datetime) -> Server:
    """A server whose owner follows 800: 12 of them only share links, 4 moved."""
    server = Server()
    asked = server.post(server.account("stranger@else.test"), "<p>Anybody?</p>", now - 80 * DAY)
    others = [server.post(server.account(f"other{n}@else.test"), "<p>Well?</p>", now - 80 * DAY) for n in range(4)]
    for number in range(MANY):
        moved = {"moved": {"id": "9", "acct": f"new{number}@garden.test"}} if number % 200 == 7 else {}
        account = server.account(f"person{number}", **moved)
        server.follow(account)
        if number % (MANY // DEEP) == 0 and number < DEEP * (MANY // DEEP):
            for n in range(90):
                page = link(f"https://shop{number}.example/offer/{n}")
                server.post(account, f"<p>{page}</p>", now - timedelta(hours=1 + 7 * n))
        else:
            for n, to in enumerate((asked, *others)):
                server.post(account, f"<p>Quite so, {number}.</p>", now - timedelta(days=n + 1), reply_to=to)
    return server


@pytest.mark.slow
def test_eight_hundred_are_looked_at_over_http_by_reading_alone(tmp_path: Path) -> None:
    now = datetime.now(UTC).replace(microsecond=0)
    server = crowded(now)
    server.missing.add("limits")
    read_only = server.grant("read:accounts read:statuses read:follows")
    store = open_store(str(tmp_path / "store.sqlite"))
    clock = SimulatedClock(now)
    try:
        with Stub(server) as stub:
            platform = Mastodon(stub.url, read_only, clock, share=0.8)
            auditing = Auditing(
                Profile("home", "mastodon", server=stub.url), platform, store, CONFIG, clock, lambda _: None
            )
            whom = auditing.followed()
            told = auditing.look(whom)
            platform.close()
            assert stub.writes == []
            reads = [asked.path for asked in stub.reads]
    finally:
        store.close()
    counted = {group: len(told.of(group)) for group in Group if told.of(group)}
    assert counted == {Group.BROADCASTS: DEEP, Group.GONE: 4, Group.TALKS: MANY - DEEP - 4}
    assert (len(whom.accounts), whom.to_read) == (MANY, MANY - 4)
    assert timedelta(minutes=5) <= whom.takes <= timedelta(hours=1)
    feeds = [path for path in reads if "/statuses" in path]
    assert len(feeds) == (MANY - 4) + 2 * DEEP  # a page of everybody, and two more of those who only share links
    stands = [path for path in reads if "/relationships" in path]
    assert len(stands) == MANY // 40
    assert len(reads) - len(feeds) - len(stands) <= 14  # ten pages of whom they follow, and who the owner is


def test_followers_need_no_permission_for_lists(tmp_path: Path) -> None:
    now = datetime.now(UTC).replace(microsecond=0)
    server = Server()
    ann, ben = (server.account(name) for name in ("ann", "ben"))
    for one in (ann, ben):
        server.followed_by(one, now - 5 * DAY)
        server.post(one, "<p>Good morning.</p>", now - DAY)
    server.follow(ben, back=True)
    server.lists["1"] = OwnList("1", "Friends", exclusive=False)
    store = open_store(str(tmp_path / "store.sqlite"))
    token = server.grant("read:accounts read:statuses read:follows read:notifications")
    try:
        with Stub(server) as stub:
            clock = SimulatedClock(now)
            platform = Mastodon(stub.url, token, clock)
            auditing = Auditing(Profile("home", "mastodon"), platform, store, CONFIG, clock, lambda _: None)
            told = auditing.look(auditing.followers())
            platform.close()
    finally:
        store.close()
    assert groups(told) == {"ann": Group.THIN}


def test_who_follows_the_owner_too_is_left_alone_though_no_sweep_came_by(town: Town) -> None:
    shop, ann = town.writes("shop", links=1.0, answers=0.0), town.join("ann")
    town.network.follow(shop, ROBIN)
    told = {line.account.handle: line.protection for line in town.look().lines}
    assert (told[shop].name, told[shop].reason) == ("mutual", "you follow each other")
    assert told[ann] is None
    town.network.unfollow(shop, ROBIN)
    town.platform = Memory(town.network, ROBIN)  # another run, which was told nothing yet
    assert {line.protection for line in town.look().lines} == {None}


def test_how_the_owner_stands_to_accounts_only_adds_to_what_is_told(town: Town) -> None:
    shop = town.writes("shop", links=1.0, answers=0.0)
    town.network.follow(shop, ROBIN)

    class Silent(Memory):
        def standing(self, *_: object, **__: object) -> dict[str, Standing]:
            raise Unreachable("no answer")

    town.platform = Silent(town.network, ROBIN)
    (line,) = town.look().lines
    assert (line.group, line.protection) == (Group.BROADCASTS, None)
