"""The store tells who shared what, whatever stands in the posts."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.model import EPOCH, Account, GoodLink, Post
from bot.platforms.base import Page
from bot.store import StoreError, open_store

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
PAGE = "https://example.org/trams"


@pytest.fixture
def store(tmp_path):
    opened = open_store(str(tmp_path / "store.sqlite"))
    yield opened
    opened.close()


def post(name: str, days: float = 0, links: tuple[str, ...] = (PAGE,), **facts) -> Post:
    return Post(name, "ann", NOW - days * DAY, links=links, **facts)


def linked(store, days: float = 7, wanted=lambda _: True, profile="home") -> list[str]:
    return sorted(one.id for one in store.linked_posts(profile, NOW - days * DAY, NOW, wanted))


def test_posts_with_links_inside_the_time_are_told(store):
    without = post("without", links=(), text='It says "links": [1] and "links":', tags=("links",))
    posts = (post("now"), post("old", 7), post("older", 7.01), post("to come", -1), without)
    store.remember("home", Page(posts, (), None), NOW)
    assert linked(store) == ["now", "old"]
    assert linked(store, wanted=lambda one: one.id == "old") == ["old"]
    assert linked(store, profile="other") == []


texts = st.text(st.characters(exclude_categories=()), max_size=20)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(texts, texts, texts)
def test_what_was_found_comes_back_as_it_was(store, title, name, id_):
    account = Account(id_, name, name)
    link = GoodLink(PAGE, title, account, (account,), NOW)
    kept = Post(id_, id_, NOW, text=title, links=(PAGE,), repost_of=name)
    store.keep_good_links("home", NOW, [link])
    store.keep_hidden_posts("home", {id_: NOW}, [kept])
    assert store.good_links("home") == (NOW, (link,))
    assert store.hidden_posts("home") == ({id_: NOW}, [kept])
    assert store.good_links("other") == (EPOCH, ())
    assert store.hidden_posts("other") == ({}, [])


def test_a_damaged_note_is_said(store):
    store.note("good links:home", '{"at": 1}')
    store.note("hidden posts:home", "[]")
    for read in (store.good_links, store.hidden_posts):
        with pytest.raises(StoreError):
            read("home")
