"""A report and its answers over HTTP: the owner's reply is obeyed once and answered beneath it, a stranger's is not."""

import json
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.clock import SimulatedClock
from bot.config import OwnFeed, Profile, default_config
from bot.platforms.mastodon import Mastodon
from bot.platforms.mastodon.text import read
from bot.service import daily
from bot.service.sweep import sweep
from bot.store import open_store
from tests.servers.mastodon_network import Network
from tests.servers.mastodon_stub import Stub


class Morning:
    """Robin's server, with one account followed, and the report of this morning."""

    def __init__(self, stub, store, folder):
        self.stub, self.network, self.store = stub, stub.network, store
        self.clock = SimulatedClock(datetime.now(UTC).replace(microsecond=0))
        self.hive = self.network.account("hive@market.test")
        self.network.follow(self.hive)
        self.network.post(self.hive, "<p>Five funnels</p>", self.clock.now() - timedelta(hours=2))
        self.config = replace(
            default_config(),
            profiles=(Profile("home", "mastodon", stub.url),),
            own_feed=OwnFeed(origin=False),
        )
        self.platform = Mastodon(stub.url, self.network.token, self.clock, share=1.0)
        self.sweep()
        day = self.clock.now().date()
        self.letter = daily.deliver(
            self.config.profiles[0], self.platform, store, self.config, folder, day, self.clock
        ).where
        kept = store.report("home", day)
        told = {**json.loads(kept.data), "numbered": [{"id": self.hive, "handle": "hive@market.test"}]}
        store.save_report(
            "home", day, kept.markdown, kept.text, json.dumps(told), kept.at, "sent", kept.where, kept.letter
        )

    def sweep(self):
        return sweep("home", self.platform, self.store, self.config, self.clock)

    def reply(self, who, text):
        root = self.network.find(self.letter.rpartition("/")[2])
        return self.network.post(who, f"<p>{text}</p>", reply_to=root, visibility="direct")

    def beneath(self, status):
        return [read(s.content).text for s in self.network.statuses if s.reply_to is status and not s.deleted]


@pytest.fixture
def morning(tmp_path):
    with Stub(Network()) as stub, closing(open_store(str(tmp_path / "store.sqlite"))) as store:
        made = Morning(stub, store, tmp_path / "reports")
        yield made
        made.platform.close()


def test_the_owners_reply_is_obeyed_once_and_answered_beneath_it(morning):
    mine = morning.reply(morning.network.owner, "keep 1<br>kep 2")
    theirs = morning.reply(morning.hive, "unkeep 1")
    for _ in range(3):
        assert not morning.sweep().record.unread
    assert [one.account.handle for one in morning.store.feedback("home", "keep").values()] == ["hive@market.test"]
    (said,) = morning.beneath(mine)
    assert said.replace("\u2060", "").splitlines() == [
        "Kept: Hive (hive＠market.test) will not be touched again. Undo with “unkeep 1”.".replace("＠", "@"),
        "I did not understand “kep 2”. Did you mean “keep 2”?",
    ]
    assert morning.beneath(theirs) == []
    direct = [s for s in morning.network.statuses if s.author == morning.network.owner]
    assert {(s.visibility, tuple(s.extra.get("mentions", ()))) for s in direct} == {("direct", ())}


def test_no_word_of_quietfeeds_own_is_taken_for_the_owners(morning):
    """It writes by the owner's own account; what it wrote and could not note is known by its words."""
    mine = morning.reply(morning.network.owner, "help")
    morning.stub.fault("reset_after", "/api/v1/statuses$", times=1)
    for _ in range(3):
        morning.sweep()
    assert len(morning.beneath(mine)) == 1
    assert all(not morning.beneath(s) for s in morning.network.statuses if s.reply_to is mine)


def test_a_deleted_report_hears_nothing_and_stops_nothing(morning):
    morning.network.find(morning.letter.rpartition("/")[2]).deleted = True
    assert not morning.sweep().record.unread
