"""Names, ids and texts that no database likes, in every record that a store has: they come back as they went in."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.model import Account, Basis, Entry, Event, Judging, Lexicon, Post, Standing, Step, SweepRecord
from bot.platforms.base import Feed, Page
from bot.store import kept_feed, open_store

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
NASTY = Account("a\x00b\ud800", "x'\"\\@exämple.org", display_name="\x00\udfff\U0001f600")
HOSTILE = Post("p\x00", NASTY.id, NOW, text="'; DROP TABLE posts; --\x00\ud800", links=("https://example.com/",))


@pytest.fixture
def store(tmp_path):
    opened = open_store(str(tmp_path / "store.sqlite"))
    yield opened
    opened.close()


def test_pages_come_back_as_histories_hostile_text_and_all(store):
    page = Page((HOSTILE, Post("2", NASTY.id, NOW - DAY)), (NASTY,), "c\x00\ud800")
    assert store.remember("ho\x00me", page, NOW) == 2
    assert store.remember("ho\x00me", page, NOW) == 0
    (history,) = store.histories("ho\x00me", "memory", NOW - 9 * DAY, NOW, Lexicon())
    assert history.posts == page.posts
    assert history.account == NASTY
    assert store.cursor("ho\x00me") == "c\x00\ud800"
    assert store.find_account("ho\x00me", NASTY.handle) == NASTY
    assert store.first_seen("ho\x00me", [NASTY.id]) == {NASTY.id: NOW}
    assert store.timeline_counts("ho\x00me", NOW - 9 * DAY, NOW) == {NASTY.id: 2}
    assert store.newest_posts("ho\x00me", [NASTY.id]) == {NASTY.id: NOW}


def test_everything_else_comes_back_too(store):
    feed = Feed(NASTY, (HOSTILE,), truncated=True)
    store.save_own_feed("home", feed, NOW, Lexicon())
    assert store.own_feed("home", NASTY.id) == kept_feed(feed, NOW)
    planned = Entry(NOW, "home", NASTY, Event.PLANNED, step=Step.MUTE, reason="\x00", action_id="d", until=NOW + DAY)
    judged = Entry(NOW, "home", NASTY, Event.JUDGED, rule="a")
    store.record([planned, judged, replace(judged, rule="b")])
    assert store.entries("home", events={Event.PLANNED}) == [planned]
    assert store.latest_judged("home")[NASTY.id].rule == "b"
    begun = SweepRecord("home", NOW)
    store.end_sweep(store.begin_sweep(begun), replace(begun, ended=NOW, error="\x00"))
    assert store.sweeps("home") == [replace(begun, ended=NOW, error="\x00")]
    store.save_report("home", date(2026, 5, 1), "\x00", "b", "{}", NOW, "planned")
    store.save_report("home", date(2026, 5, 1), "a", "b", "{}", NOW, "sent", "\x00")
    assert store.reports("home") == [(date(2026, 5, 1), "sent")]
    store.set_feedback("home", NASTY, "keep", "\x00", NOW)
    assert store.feedback("home", "keep")[NASTY.id].why == "\x00"


def test_an_account_is_forgotten_hostile_names_and_all(store):
    other = Account("2", "ann@example.org")
    page = Page((HOSTILE, Post("2", NASTY.id, NOW - DAY), Post("3", other.id, NOW)), (NASTY, other), "c")
    store.remember("home", page, NOW)
    store.save_own_feed("home", Feed(NASTY, (HOSTILE,)), NOW, Lexicon())
    store.record([Entry(NOW, "home", NASTY, Event.JUDGED, rule="a"), Entry(NOW, "home", other, Event.JUDGED)])
    bases = (Basis(NASTY.id, NOW), Basis(other.id, NOW))
    store.record_judging("home", Judging(NOW, 0, "f", bases))
    for kind in ("noise", "keep"):
        store.set_feedback("home", NASTY, kind, "\x00", NOW)
    store.save_report("home", date(2026, 5, 1), "a", "b", "{}", NOW, "planned")

    def forget(*, only_count):
        return store.forget(
            "home", NASTY.id, NASTY.handle.__contains__, notes_instead={"a": "\x00"}, reports_instead=[],
            made_anew=[date(2026, 5, 1)], only_count=only_count,
        )  # fmt: skip

    assert forget(only_count=True) == forget(only_count=False)
    gone = forget(only_count=False)
    assert (gone.items, gone.feed, gone.decisions, gone.judgements, gone.words) == (0, False, 0, 0, 1)
    assert store.timeline_counts("home", NOW - 9 * DAY, NOW) == {other.id: 1}
    assert store.own_feed("home", NASTY.id) is None
    assert store.latest_judged("home").keys() == {other.id}
    assert [basis.account for basis in store.judgings("home")[0].bases] == [other.id]
    assert store.judgements("home")[NASTY.id].account == Account(NASTY.id, NASTY.handle)
    assert (store.reports("home"), store.noted("a")) == ([], "\x00")
    assert store.drop_feedback("home", NASTY.id, "keep") is True
    store.note("a\x00", "b\x00")
    assert store.noted("a\x00") == "b\x00"
    store.check()
    assert store.size() > 0


def test_what_was_known_before_comes_back_as_it_was(store):
    feeds = [Feed(NASTY, (HOSTILE,)), Feed(NASTY, (replace(HOSTILE, text="edited"),), truncated=True), Feed(NASTY, ())]
    for day, feed in enumerate(feeds):
        store.save_own_feed("home", feed, NOW + day * DAY, Lexicon())
    past = store.past_feeds("home")[NASTY.id]
    assert [past.as_of(NOW + day * DAY).feed for day in range(3)] == feeds
    basis = Basis(NASTY.id, NOW, standing=Standing(lists=("\x00",)), step=Step.LIST, readings={"own_posts": None})
    made = Judging(NOW, store.last_entry(), "x", (basis,), usual={"a": 1}, told=("mutes lacking",))
    store.record_judging("home", made)
    assert store.judgings("home") == [made]
    store.prune("home", NOW + 9 * DAY, NOW + 9 * DAY, NOW + 9 * DAY)
    assert (store.judgings("home"), store.past_feeds("home")) == ([], {})


def test_old_records_go_and_living_actions_stay(store):
    store.remember("home", Page((HOSTILE,), (NASTY,), "c"), NOW)
    living = Entry(NOW, "home", NASTY, Event.DONE, action_id="d")
    store.record([Entry(NOW, "home", NASTY, Event.JUDGED), living])
    assert store.prune("home", NOW + DAY, NOW + DAY, NOW + DAY) == 2
    assert store.timeline_counts("home", NOW - 9 * DAY, NOW + DAY) == {}
    assert store.entries() == [living]


def test_ids_sort_by_their_bytes(store):
    ids = ["a", "B", "_", "10", "9"]
    store.remember("home", Page(tuple(Post(i, "1", NOW) for i in ids), (), None), NOW)
    (history,) = store.histories("home", "memory", NOW - DAY, NOW, Lexicon())
    assert [post.id for post in history.posts] == sorted(ids, reverse=True)
