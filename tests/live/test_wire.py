"""Whole sweeps over a wire that breaks: wherever a fault strikes, they end, act on nobody for it and lose nothing."""

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.clock import SimulatedClock
from bot.model import Event
from bot.notify import message, send
from bot.platforms import answers
from bot.platforms.base import RateLimited, Unreachable
from bot.platforms.budget import PATIENCE, TRIES
from bot.platforms.mastodon import Mastodon
from tests.live import homes
from tests.live.homes import Home
from tests.live.journey import Journey
from tests.live.network import BlueskyNetwork
from tests.live.places import CONFIG, DAYS, DONE, OnBluesky, done_at, on_mastodon
from tests.servers import rogue
from tests.servers.fault_proxy import FAULTS, FaultProxy, instead
from tests.servers.receivers import Receiver
from tests.servers.rogue import Rogue

pytestmark = pytest.mark.live

WHOLE = 60
"""More requests than a first sweep takes here over a whole wire."""
SLOW = ("silence", "byte by byte", "for ever")
"""What is in the name of a fault that only a deadline ends."""
DEMANDS = ("quietfeed ", "config", "is the address")
"""What is in a sentence that asks something of the owner."""


@pytest.fixture
def on_stub(tmp_path: Path) -> Iterator[Home]:
    with homes.on_stub(tmp_path) as home:
        yield home


PLACES = {
    "everywhere": ("", 0),
    "after some requests": ("", 6),
    "the timeline's second page": ("timelines/home", 1),
    "own feeds": (r"accounts/\w+/statuses", 0),
    "how the owner stands": ("relationships", 0),
    "what the owner did": ("favourites|bookmarks", 0),
    "what is changed": ("^(POST|PUT|DELETE)", 0),
    "what is read back": ("relationships", 2),
}
"""Where a fault strikes: what the request's line matches, and how many such requests pass before."""
SOME = (
    *("reset in the body", "closed in the headers", "silence", "an endless body"),
    *("502 as a web page", "429 without a time"),
)
"""One fault of each kind."""
CASES = [(fault, place) for fault in FAULTS for place in PLACES if fault in SOME or place == "after some requests"]


def broken_sweep(home: Home, name: str, *, dry: bool = False) -> None:
    """One round over the broken wire: it ends, and asks nothing of the owner."""
    slow = any(word in name for word in SLOW)
    with pytest.MonkeyPatch.context() as patch:
        if slow:
            patch.setattr(answers, "SECONDS", 1.0)
        words = home.sweep(dry=dry)
    assert home.proxy.struck or slow, "then an honest answer was late, which is the same fault elsewhere"
    assert home.last.ended is not None
    assert len(home.proxy.heard) <= TRIES * WHOLE
    assert home.waited <= TRIES * PATIENCE
    assert not any(demand in words for demand in DEMANDS), words


@pytest.mark.parametrize(("name", "where"), CASES)
def test_a_sweep_over_mastodon_ends_acts_on_nobody_by_mistake_and_loses_nothing(
    on_stub: Home, name: str, where: str
) -> None:
    home, (path, after) = on_stub, PLACES[where]
    home.proxy.strike(FAULTS[name], path, after=after)
    broken_sweep(home, name)
    meant = {**done_at(home.place), "talker": set()}
    assert all(found in (set(), meant[who]) for who, found in home.stands.items())
    home.settle(lambda: home.stands == meant)
    assert home.stands == meant
    assert home.told_of(Event.DONE) == sorted(home.place.handle(who) for who in DONE), "each once"
    assert len(home.posts) == len(home.network.statuses)
    assert home.gaps == []


@pytest.mark.parametrize("name", SOME)
@pytest.mark.parametrize("after", [0, 1])
def test_new_posts_of_an_interrupted_walk_come_with_the_next_sweep(on_stub: Home, name: str, after: int) -> None:
    home = on_stub
    home.sweep(dry=True)
    talker = home.place.ids["talker"]
    new = {home.network.post(talker, f"<p>Thought {number}</p>").id for number in range(100)}
    home.proxy.heard.clear()
    home.proxy.strike(FAULTS[name], "timelines/home", after=after)
    broken_sweep(home, name, dry=True)
    home.settle(dry=True)
    assert new <= home.posts
    assert home.gaps == []


ROUND = "round in a circle"
LEADS: dict[str, str] = {"elsewhere": "{elsewhere}/there", "by another scheme": "https{own}/", ROUND: "http{own}/again"}


@pytest.mark.parametrize("status", [302, 307])
@pytest.mark.parametrize("leads", LEADS)
def test_no_redirect_takes_a_sweep_or_its_token_elsewhere(on_stub: Home, leads: str, status: int) -> None:
    home = on_stub
    with Rogue() as elsewhere:
        to = LEADS[leads].format(elsewhere=elsewhere.url, own=home.proxy.url.removeprefix("http"))
        home.proxy.strike(instead(rogue.redirect(status, to)))
        words = home.sweep()
        assert elsewhere.heard == []
    assert len(home.proxy.heard) <= TRIES * WHOLE
    assert ("it redirects in a circle" if leads == ROUND else "put its new address into the config") in words
    assert not any(home.stands.values())


def test_a_token_that_was_revoked_is_told_with_the_command_that_renews_it(on_stub: Home) -> None:
    on_stub.network.tokens.clear()
    assert on_stub.sweep().endswith("; on this machine: `quietfeed login home`")


@pytest.fixture(scope="module")
def mock() -> Iterator[str]:
    """The address of a mock of Mastodon, of whose accounts alice follows bob."""
    from mastodon_mock.config import DatabaseConfig, MastodonMockConfig
    from mastodon_mock.testing import MockServer
    from mastodon_mock.testing.seed import DEFAULT_TEST_SEED

    with MockServer(config=MastodonMockConfig(database=DatabaseConfig(path=":memory:"), seed=DEFAULT_TEST_SEED)) as one:
        yield str(one.base_url)


@pytest.mark.parametrize("name", SOME)
def test_a_timeline_of_the_mock_is_given_up_in_a_few_tries_and_whole_afterwards(
    mock: str, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    clock = SimulatedClock(datetime.now(UTC))
    with FaultProxy(mock) as proxy, closing(Mastodon(proxy.url, "alice_token", clock, share=1.0)) as platform:
        whole = [post.id for page in platform.timeline(None) for post in page.posts]
        proxy.heard.clear()
        proxy.strike(FAULTS[name])
        if name in SLOW:
            monkeypatch.setattr(answers, "SECONDS", 1.0)
        with pytest.raises((Unreachable, RateLimited)):
            list(platform.timeline(None))
        assert len(proxy.heard) <= TRIES
        monkeypatch.undo()
        proxy.mend()
        assert [post.id for page in platform.timeline(None) for post in page.posts] == whole


# -- the same on a Bluesky network


@pytest.fixture(scope="module")
def company(bluesky_network: BlueskyNetwork) -> OnBluesky:
    """One for all faults: all is planned only."""
    return OnBluesky(bluesky_network)


@pytest.fixture
def on_bluesky(company: OnBluesky, tmp_path: Path) -> Iterator[Home]:
    with homes.on_bluesky(tmp_path, company) as home:
        yield home


ON_BLUESKY = {
    "everywhere": ("", 0),
    "the timeline's second page": ("feed.getTimeline", 1),
    "own feeds": ("feed.getAuthorFeed", 0),
    "how the owner stands": ("actor.getProfiles", 0),
    "what the owner did": ("getActorLikes|getBookmarks", 0),
}


@pytest.mark.parametrize("name", SOME)
@pytest.mark.parametrize("where", ON_BLUESKY)
def test_a_sweep_over_bluesky_ends_and_plans_for_nobody_by_mistake_and_loses_nothing(
    on_bluesky: Home, name: str, where: str
) -> None:
    home, (path, after) = on_bluesky, ON_BLUESKY[where]
    meant = sorted(home.place.handle(who) for who in DONE)
    home.proxy.strike(FAULTS[name], path, after=after)
    broken_sweep(home, name, dry=True)
    assert set(home.told_of(Event.PLANNED)) <= set(meant)
    home.settle(lambda: home.told_of(Event.PLANNED) == meant, dry=True)
    assert home.told_of(Event.PLANNED) == meant, "each once"
    assert len(home.posts) == 4 * 3 * DAYS
    assert home.gaps == []


@pytest.mark.parametrize("status", [302, 307])
def test_no_redirect_takes_a_bluesky_login_elsewhere(on_bluesky: Home, status: int) -> None:
    with Rogue() as elsewhere:
        on_bluesky.proxy.strike(instead(rogue.redirect(status, f"{elsewhere.url}/there")))
        assert "put its new address into the config" in on_bluesky.sweep(dry=True)
        assert elsewhere.heard == []


# -- the daemon, and the ways out


def test_one_profile_s_server_that_says_nothing_keeps_no_other_waiting(tmp_path: Path) -> None:
    place = on_mastodon()
    token = {"QUIETFEED_AWAY_TOKEN": place.network.token}
    with FaultProxy(place.stub.url) as proxy:
        proxy.strike(FAULTS["a body byte by byte"])
        owner = Journey(tmp_path, place.secrets | token)
        broken = place.profile.replace(place.stub.url, proxy.url)
        both = f"{broken}\n  - {place.profile.replace('name: home', 'name: away')}"
        words = {"profile": both, "lasts": "30d", "first_days": "9d", "dry_run": "true"}
        owner.config.write_text(CONFIG.format(**words))
        with owner.daemon() as daemon:
            daemon.said("swept profile=away", count=2)
            failed = daemon.said("sweep failed profile=home")
            assert "did not finish its answer within 30 seconds" in failed
            said = owner.run("status", code=None).stdout
            assert "did not finish its answer within 30 seconds" in said
            proxy.mend()
            daemon.said("swept profile=home")
            daemon.ends()
        assert "did not finish" not in owner.run("status", code=None).stdout
    place.stub.__exit__()


@pytest.mark.parametrize("name", ["an endless body", "a gzip bomb", "a deflate bomb"])
def test_an_answer_without_end_costs_the_process_that_sends_a_report_and_nobody_else(name: str) -> None:
    with Receiver() as receiver, FaultProxy(f"http://{receiver.address}") as proxy:
        proxy.strike(FAULTS[name])
        outcome = send(f"json://{proxy.host}/hunter2", message("A day\nwith news"), lambda: None)
    assert not outcome.sent
    assert "hunter2" not in outcome.why
