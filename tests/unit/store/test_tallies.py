"""What the store counts for pictures is what the posts say, whatever strangers wrote into them."""

from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.model import SELF, Account, Post
from bot.platforms.base import Page
from bot.store import Tally, open_store

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
ANN, BEN = Account("1", "ann@example.org"), Account('b"en\ud800', "ben@example.org")


@pytest.fixture
def store(tmp_path):
    opened = open_store(str(tmp_path / "quietfeed.sqlite"))
    yield opened
    opened.close()


def post(name, author=ANN, hours=1.0, **more):
    return Post(str(name), author.id, NOW - hours * HOUR, **more)


def kinds(posts: list[Post]) -> Tally:
    """The same, counted post by post."""
    own = [p for p in posts if p.repost_of is None and p.reply_to in (None, SELF)]
    replies = [p for p in posts if p.repost_of is None and p.reply_to not in (None, SELF)]
    return Tally(len(posts), len(own), sum(bool(p.links) for p in own), len(replies))


PROFILES = count()
TEXTS = st.sampled_from(['"links":["x"]', '\\"reply_to\\":\\"2\\"', '{"repost_of":"2"}', "hello", "\ud800\x00"])
WHOM = st.sampled_from([None, SELF, "2", '"', "self2", "\\"])
LINKS = st.sampled_from([(), ("https://example.org/",), ("https://example.org/", "https://market.test/")])
POSTS = st.builds(
    lambda text, reply, shown, links: {"text": text, "reply_to": reply, "repost_of": shown, "links": links},
    TEXTS,
    WHOM,
    st.sampled_from([None, None, "2", "1"]),
    LINKS,
)


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(posts=st.lists(POSTS, min_size=1, max_size=12))
def test_sql_counts_what_the_posts_say(store, posts):
    profile = str(next(PROFILES))
    made = [post(number, **facts) for number, facts in enumerate(posts)]
    store.remember(profile, Page(tuple(made), (ANN,), None), NOW)
    assert store.tallies(profile, NOW - 9 * HOUR, NOW) == {ANN.id: kinds(made)}


def test_each_account_is_counted_inside_the_window_and_the_profile(store):
    posts = (post(1, links=("https://example.org/",)), post(2, BEN), post(3, BEN, hours=50))
    store.remember("home", Page(posts, (ANN, BEN), None), NOW)
    store.remember("work", Page((post(4),), (ANN,), None), NOW)
    assert store.tallies("home", NOW - 9 * HOUR, NOW) == {ANN.id: Tally(1, 1, 1, 0), BEN.id: Tally(1, 1, 0, 0)}


def test_the_flow_tells_how_much_came_in_each_stretch_and_how_much_of_it_by_whom(store):
    posts = (post(1, hours=2), post(2, BEN, hours=2), post(3, BEN, hours=2.1), post(4, hours=0.5), post(5, hours=0))
    store.remember("home", Page(posts, (ANN, BEN), None), NOW)
    store.remember("work", Page((post(6, BEN, hours=2),), (BEN,), None), NOW)
    edges = [NOW - 3 * HOUR, NOW - 2 * HOUR, NOW - HOUR, NOW]
    assert store.flow("home", edges, {BEN.id, "nobody"}) == [(1, 1), (2, 1), (1, 0)]
    assert store.flow("home", edges, set()) == [(1, 0), (2, 0), (1, 0)]
