"""The demo's world: the same every time, within reserved names, and every kind unmistakable to a reader."""

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import pytest

from bot.clock import SimulatedClock
from bot.demo import DAYS, EXPECTED, KEPT, OWNER, PEOPLE, Expected, Person, build
from bot.judging.rules import Bounds, Minimum, Rule, judge
from bot.model import SELF, History, Post, Step
from bot.platforms.memory import Memory, Network
from tests.contract import remembered
from tests.definitions.slow import is_answer, reposts, threads

START = datetime(2026, 3, 2, tzinfo=UTC)
END = START + timedelta(days=DAYS)
RESERVED = (".example", ".test")


def authored(history: History) -> list[Post]:
    """All that the account wrote itself."""
    return [post for post in history.posts if post.repost_of is None]


def replies(history: History) -> list[Post]:
    return [post for post in history.posts if is_answer(post)]


@pytest.fixture(scope="module")
def network() -> Network:
    return build(START, clock=SimulatedClock(END))


@pytest.fixture(scope="module")
def history_of(network: Network) -> Callable[[str], History]:
    platform = Memory(network, OWNER)
    accounts = {person.handle: network.account(person.handle) for person in PEOPLE}

    def read(handle: str) -> History:
        feed = platform.posts_by(accounts[handle], START, 5000)
        return History(feed.account, feed.posts, END, platform.name)

    return read


def linked(history: History) -> float:
    heads = [thread for thread in threads(history) if any(part.links for part in thread)]
    return len(heads) / len(threads(history))


def of_kind(*words: str) -> list[Person]:
    found = [person for person in PEOPLE if any(word in person.kind for word in words)]
    assert found
    return found


@pytest.mark.slow
def test_the_same_start_and_seed_give_the_same_world_and_another_seed_another() -> None:
    def told(network: Network) -> list[Post]:
        return [post for person in PEOPLE for post in network.whole_feed(person.handle)]

    first = told(build(START, seed=3))
    assert told(build(START, seed=3)) == first
    assert told(build(START, seed=4)) != first


def test_some_forty_accounts_of_every_kind_are_followed(network: Network) -> None:
    me = network.account(OWNER).id
    followed = {network.known(whom).handle for who, whom in network.follows if who == me}
    assert followed == set(EXPECTED) == {person.handle for person in PEOPLE}
    assert 36 <= len(followed) <= 44
    assert set(EXPECTED.values()) == set(Expected)
    assert len({person.kind for person in PEOPLE}) >= 20


def test_no_name_and_no_link_leads_to_the_real_world(network: Network) -> None:
    hosts = [account.handle.partition("@")[2] for account in network.accounts.values()]
    posts = [post for account in network.accounts.values() for post in network.whole_feed(account.handle)]
    hosts += [urlsplit(url).hostname or "" for post in posts for url in (*post.links, post.url)]
    assert len(posts) > 3000
    assert {host for host in hosts if not host.endswith(RESERVED)} == set()


def test_no_phrase_is_left_unfilled(network: Network) -> None:
    posts = [post for account in network.accounts.values() for post in network.whole_feed(account.handle)]
    assert [post.text for post in posts if "{" in post.text or "}" in post.text or not post.text.strip()] == []


def test_nobody_has_posted_before_the_start_and_time_brings_the_rest() -> None:
    clock = SimulatedClock(START)
    network = build(START, clock=clock)
    platform = Memory(network, OWNER)
    assert [post for page in platform.timeline(None) for post in page.posts] == []
    clock.wait(86400.0)
    first_day = [post for page in platform.timeline(None) for post in page.posts]
    assert 50 < len(first_day) < 800
    assert all(START <= post.created_at <= clock.now() for post in first_day)


@pytest.mark.parametrize("person", [p for p in PEOPLE if p.expected in (Expected.QUIET, Expected.PROTECTED)])
def test_who_should_be_quieted_only_drops_links(person: Person, history_of: Callable[[str], History]) -> None:
    history = history_of(person.handle)
    assert len(threads(history)) >= 40
    assert linked(history) >= 0.95
    if person.kind == "reply spammer":
        assert all(post.links for post in replies(history))
        assert len(replies(history)) >= 100
        assert len({post.links for post in authored(history)}) == 1
    else:
        assert replies(history) == []


@pytest.mark.parametrize(
    "person", of_kind("converses", "answers", "talks", "thread writer", "multilingual", "loud day")
)
def test_who_converses_answers_many_people(person: Person, history_of: Callable[[str], History]) -> None:
    history = history_of(person.handle)
    assert len(replies(history)) / len(authored(history)) >= 0.2
    assert len({post.reply_to for post in replies(history)}) >= 8
    assert not any(post.links for post in replies(history))


def test_batches_come_six_at_once_every_few_hours(history_of: Callable[[str], History]) -> None:
    (person,) = of_kind("bursts")
    hours = Counter(post.created_at.replace(minute=0, second=0) for post in history_of(person.handle).posts)
    assert set(hours.values()) == {6}
    assert len(hours) >= 4 * DAYS


def test_a_self_promoter_links_one_site_and_a_link_dropper_many(history_of: Callable[[str], History]) -> None:
    def sites(person: Person) -> set[str | None]:
        return {urlsplit(url).hostname for post in history_of(person.handle).posts for url in post.links}

    for person in of_kind("self-promoter"):
        assert sites(person) == {person.site}
    assert len(sites(next(p for p in PEOPLE if p.handle == "leads@market.test"))) >= 5


def test_photographers_and_useful_bots_carry_no_links(history_of: Callable[[str], History]) -> None:
    for person in of_kind("photographer", "useful bot"):
        assert len(threads(history_of(person.handle))) >= 40
        assert linked(history_of(person.handle)) == 0
    for person in of_kind("photographer"):
        assert all(post.media for thread in threads(history_of(person.handle)) for post in thread)
    assert all(history_of(person.handle).account.automated for person in of_kind("useful bot"))


def test_a_booster_hardly_writes_and_a_quiet_person_hardly_shows(history_of: Callable[[str], History]) -> None:
    (booster,) = [p for p in PEOPLE if p.expected is Expected.REPOSTS]
    history = history_of(booster.handle)
    assert len(reposts(history)) >= 300
    assert len(authored(history)) < 20
    assert all(len(history_of(person.handle).posts) < 20 for person in of_kind("quiet person"))


def test_a_thread_writer_tells_long_stories(history_of: Callable[[str], History]) -> None:
    (person,) = of_kind("thread writer")
    stories = threads(history_of(person.handle))
    long = [thread for thread in stories if len(thread) >= 8]
    assert len(long) >= 5
    assert all(part.reply_to == SELF for thread in long for part in thread[1:])


def test_the_loud_day_is_loud_and_the_others_are_not(history_of: Callable[[str], History]) -> None:
    (person,) = of_kind("loud day")
    days = Counter(post.created_at.date() for thread in threads(history_of(person.handle)) for post in thread)
    (_, most), (_, second) = days.most_common(2)
    assert most >= 2.5 * second


def test_robin_shows_trust_in_every_way(network: Network) -> None:
    platform = Memory(network, OWNER)
    accounts = {handle: network.account(handle) for handle in EXPECTED}
    found = remembered.stands(platform, list(accounts.values()), network.clock.now())
    stands = {handle: found[account.id] for handle, account in accounts.items()}
    assert stands["jo@social.test"].mutual
    assert stands["longreads@library.test"].favourited
    assert stands["townhall@news.test"].lists == ("Town",)
    assert stands["line4@useful.test"].notifying
    assert EXPECTED[KEPT] is Expected.PROTECTED
    assert sum(standing.answered is not None for standing in stands.values()) >= 8


def test_robin_shows_no_trust_in_noise(network: Network) -> None:
    platform = Memory(network, OWNER)
    noise = [network.account(h) for h, e in EXPECTED.items() if e in (Expected.QUIET, Expected.REPOSTS)]
    stands = remembered.stands(platform, noise, network.clock.now())
    assert stands.keys() == {account.id for account in noise}
    assert len(stands) >= 10
    for standing in stands.values():
        shown = (standing.answered, standing.favourited, standing.bookmarked, standing.reposted, standing.notifying)
        assert not any(shown)
        assert not standing.mutual
        assert standing.lists == ()
        assert standing.followed_since is not None
        assert standing.followed_since <= START - timedelta(days=30)


def test_one_plain_rule_finds_the_droppers_nearly_the_near_miss_and_nobody_who_converses(
    history_of: Callable[[str], History],
) -> None:
    bounds = {"own_posts": Bounds(at_least=40), "link_share": Bounds(at_least=0.9), "reply_share": Bounds(at_most=0.02)}
    rule = Rule("link broadcaster", bounds, Step.MUTE)
    verdicts = {handle: judge(history_of(handle), [rule], Minimum()) for handle in EXPECTED}
    fired = {handle for handle, verdict in verdicts.items() if verdict.rule}
    noise = {handle for handle, expected in EXPECTED.items() if expected in (Expected.QUIET, Expected.PROTECTED)}
    assert fired == noise - {person.handle for person in of_kind("reply spammer")}
    near = {handle for handle, verdict in verdicts.items() if any(reading.near for reading in verdict.rules)}
    assert near == {handle for handle, expected in EXPECTED.items() if expected is Expected.NEAR}
