"""The store on real SQLite files: what goes in comes out, whole or not at all."""

import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.model import Account, Comparison, Entry, Event, Judgement, Lexicon, Opinion, Post, Step, SweepRecord, moment
from bot.platforms.base import Feed, Page
from bot.store import Feedback, Store, StoreError, kept_feed, open_store
from tests.databases import ON_FILES

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
LONG_AGO = NOW - 60 * DAY
FAR = (datetime(1960, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC))
ANN = Account("1", "ann@example.org", "Ann", "Writes.", followers=3, created_at=NOW - 900 * DAY)
BEN = Account("2", "ben@example.org")
FILE = "state/quietfeed.db"


@pytest.fixture
def store(tmp_path):
    opened = open_store(f"sqlite:///{tmp_path}/{FILE}")
    yield opened
    opened.close()


def post(name, author=ANN, hours=1.0, **more):
    return Post(str(name), author.id, NOW - timedelta(hours=hours), **more)


def page(*posts, accounts=(ANN, BEN), cursor="c1"):
    return Page(posts, accounts, cursor)


def histories(store: Store, profile="home"):
    return list(store.histories(profile, "memory", LONG_AGO, NOW, Lexicon()))


def entry(account=ANN, event=Event.JUDGED, at=NOW, **more):
    return Entry(at, "home", account, event, **more)


# -- what the timeline showed


def test_a_page_comes_back_as_histories_newest_first(store):
    new = store.remember("home", page(post(1, hours=3), post(2, hours=1), post(3, BEN, hours=2)), NOW)
    ann, ben = histories(store)
    assert new == 3
    assert ann.account == ANN
    assert [p.id for p in ann.posts] == ["2", "1"]
    assert ben.account == BEN
    assert (ann.timeline_posts, ann.timeline_total, ann.complete, ann.platform) == (2, 3, False, "memory")


def test_a_page_that_comes_again_changes_nothing(store):
    again = page(post(1), post(2, BEN))
    store.remember("home", again, NOW)
    before = histories(store)
    assert store.remember("home", again, NOW + DAY) == 0
    assert histories(store) == before


def test_a_post_that_stands_twice_on_a_page_is_one(store):
    assert store.remember("home", page(post(1, hours=2), post(1), post(2)), NOW) == 2
    assert store.timeline_counts("home", LONG_AGO, NOW) == {"1": 2}
    (history,) = histories(store)
    assert [p.created_at for p in history.posts] == [NOW - timedelta(hours=1), NOW - timedelta(hours=2)]


def test_an_account_of_which_nothing_new_is_told_is_marked_as_seen(store, database, tmp_path):
    store.remember("home", page(post(1)), NOW)
    before = database.do(tmp_path / FILE, "SELECT * FROM accounts ORDER BY id")
    store.remember("home", page(post(2)), NOW + DAY)
    after = database.do(tmp_path / FILE, "SELECT * FROM accounts ORDER BY id")
    assert [row[-2] for row in after] == [moment(NOW + DAY)] * 2
    assert [(*row[:-2], row[-1]) for row in after] == [(*row[:-2], row[-1]) for row in before]


def test_one_post_reposted_by_two_accounts_counts_for_both(store):
    store.remember("home", page(post("x", ANN, repost_of="9"), post("x", BEN, repost_of="9")), NOW)
    assert store.timeline_counts("home", LONG_AGO, NOW) == {"1": 1, "2": 1}


def test_profiles_do_not_see_each_other(store):
    store.remember("home", page(post(1)), NOW)
    assert histories(store, "work") == []
    assert store.cursor("work") is None
    assert store.accounts("work", ["1"]) == {}


def test_the_window_bounds_histories_and_counts(store):
    store.remember("home", page(post(1, hours=1), post(2, hours=30)), NOW)
    assert store.timeline_counts("home", NOW - DAY, NOW) == {"1": 1}
    (history,) = store.histories("home", "memory", NOW - DAY, NOW, Lexicon())
    assert [p.id for p in history.posts] == ["1"]
    assert store.newest_posts("home", ["1", "2"]) == {"1": NOW - timedelta(hours=1)}


def test_a_page_without_a_cursor_leaves_the_cursor_alone(store):
    store.remember("home", page(post(1), cursor="c1"), NOW)
    store.remember("home", page(post(2), cursor=None), NOW)
    assert store.cursor("home") == "c1"


def test_a_page_that_names_no_author_still_gives_a_history(store):
    store.remember("home", page(post(1, Account("9", "?")), accounts=()), NOW)
    assert [h.account.id for h in histories(store)] == ["9"]


def test_a_page_that_knows_less_of_an_account_erases_nothing(store):
    store.remember("home", page(post(1)), NOW)
    store.remember("home", page(post(2), accounts=(Account("1", "ann@example.net"),)), NOW)
    assert store.accounts("home", ["1", "7"]) == {"1": replace(ANN, handle="ann@example.net")}


def test_an_account_is_found_by_its_handle_whatever_its_case(store):
    store.remember("home", page(post(1)), NOW)
    assert store.find_account("home", "@ANN@example.org") == ANN
    assert store.find_account("home", "nobody@example.org") is None


def test_being_reposted_is_not_being_seen(store):
    store.remember("home", page(post(1)), NOW)
    store.remember("home", page(post(2), post(3, BEN)), NOW + DAY)
    assert store.first_seen("home", ["1", "2", "3"]) == {"1": NOW, "2": NOW + DAY}


def test_hostile_text_and_ids_come_back_as_they_went_in(store):
    nasty = Account("a\x00b\ud800", "x'\"\\@exämple.org", display_name="\x00\udfff\U0001f600\u202e")
    hostile = post(
        "p\x00\ud800", nasty, text="'; DROP TABLE posts; --\x00\ud800\U0001f600", links=("https://example.com/\x00",)
    )
    store.remember("ho\x00me", page(hostile, accounts=(nasty,), cursor="\x00\ud800"), NOW)
    (history,) = histories(store, "ho\x00me")
    assert history.posts == (hostile,)
    assert history.account == nasty
    assert store.cursor("ho\x00me") == "\x00\ud800"
    assert store.find_account("ho\x00me", nasty.handle) == nasty


@pytest.mark.slow
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(data=st.data())
def test_however_posts_are_cut_into_pages_the_histories_are_the_same(data, tmp_path_factory):
    items = [post(n, data.draw(st.sampled_from([ANN, BEN])), hours=n / 7) for n in range(data.draw(st.integers(1, 12)))]
    order = data.draw(st.permutations(items + data.draw(st.lists(st.sampled_from(items), max_size=6))))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(order)), max_size=4)))
    folder = tmp_path_factory.mktemp("cuts")
    whole, cut = open_store(f"{folder}/whole.db"), open_store(f"{folder}/cut.db")
    try:
        whole.remember("home", page(*items), NOW)
        edges = [0, *cuts, len(order)]
        new = sum(cut.remember("home", page(*order[a:b]), NOW) for a, b in pairwise(edges))
        assert new == len(items)
        assert histories(cut) == histories(whole)
    finally:
        whole.close()
        cut.close()


# -- own feeds


def test_an_own_feed_comes_back_with_its_time_and_replaces_the_one_before(store):
    store.save_own_feed("home", Feed(ANN, (post(1),)), NOW - DAY, Lexicon())
    feed = Feed(ANN, (post(2, text="täxt", tags=("a",)), post(1)), unreadable=1, truncated=True)
    store.save_own_feed("home", feed, NOW, Lexicon())
    assert store.own_feed("home", "1") == kept_feed(feed, NOW)
    assert store.own_feed("home", "2") is None
    assert store.own_feed_times("home") == {"1": NOW}
    assert store.accounts("home", ["1"]) == {"1": ANN}


# -- the ledger


FULL_ENTRY = Entry(
    NOW,
    "home",
    ANN,
    Event.PLANNED,
    rule="link broadcaster",
    step=Step.MUTE,
    protection="mutual",
    reason="follows back",
    readings={"link_share": 0.97, "reply_share": None},
    comparisons=(Comparison("link_share", 0.97, 0.9, None, True),),
    evidence=("https://example.org/1",),
    until=NOW + 30 * DAY,
    action_id="d1",
    before={"muted": "no"},
    fingerprint="abc",
    dry=False,
    near=True,
)


def test_an_entry_comes_back_whole(store):
    store.record([FULL_ENTRY, entry()])
    assert store.entries() == [FULL_ENTRY, entry()]
    back = store.entries()[0]
    assert isinstance(back.event, Event)
    assert isinstance(back.step, Step)


def test_entries_are_asked_by_time_account_and_event(store):
    old, new, other = entry(at=NOW - DAY), entry(event=Event.DONE), entry(BEN)
    store.record([old, new, other])
    assert store.entries(since=NOW) == [new, other]
    assert store.entries(until=NOW) == [old]
    assert store.entries("home", account_id="2") == [other]
    assert store.entries(events={Event.DONE}) == [new]
    assert store.entries(events=()) == []
    assert store.entries("work") == []


def test_entries_keep_the_order_of_writing_when_the_clock_goes_back(store):
    first, second = entry(event=Event.PLANNED), entry(event=Event.DONE, at=NOW - DAY)
    store.record([first])
    store.record([second])
    assert store.entries() == [first, second]


def test_only_the_latest_judgement_of_an_account_counts(store):
    store.record([entry(rule="a"), entry(BEN, rule="a"), entry(rule="b"), entry(event=Event.DONE)])
    assert {i: e.rule for i, e in store.latest_judged("home").items()} == {"1": "b", "2": "a"}
    assert store.latest_judged("work") == {}


# -- what the bot keeps of itself


def test_a_sweep_is_kept_from_its_beginning(store):
    begun = SweepRecord("home", NOW)
    number = store.begin_sweep(begun)
    other = store.begin_sweep(SweepRecord("work", NOW))
    assert store.sweeps("home") == [begun]
    ended = replace(begun, ended=NOW + DAY, posts=9, gaps=("too long ago",), waited=1.5, allowed=300)
    store.end_sweep(number, ended)
    assert number != other
    assert store.sweeps("home") == [ended]
    assert len(store.sweeps()) == 2
    assert store.sweeps(since=NOW + DAY) == store.sweeps(until=NOW) == []


def test_a_days_report_is_replaced_by_a_later_one(store):
    day = date(2026, 5, 1)
    store.save_report("home", day, "# a\x00", "a", "{}", NOW, "planned")
    store.save_report("home", day, "# b\ud800", "b", "[]", NOW + DAY, "sent", "https://example.org/9")
    report = store.report("home", day)
    assert report is not None
    assert (report.markdown, report.text, report.data) == ("# b\ud800", "b", "[]")
    assert (report.state, report.where, report.at) == ("sent", "https://example.org/9", NOW + DAY)
    assert store.reports("home") == [(day, "sent")]
    assert store.report("home", day + DAY) is None


def test_the_owners_word_is_kept_until_it_is_taken_back(store):
    store.set_feedback("home", ANN, "keep", "a friend\x00", NOW)
    store.set_feedback("home", BEN, "veto", "", NOW)
    assert store.feedback("home", "keep") == {"1": Feedback(ANN, "a friend\x00", NOW)}
    assert store.drop_feedback("home", "1", "keep") is True
    assert store.drop_feedback("home", "1", "keep") is False
    assert store.feedback("home", "keep") == {}
    assert list(store.feedback("home", "veto")) == ["2"]


def test_the_newest_word_on_an_account_is_what_the_owner_takes_it_for(store):
    later = NOW + timedelta(days=1)
    store.set_feedback("home", ANN, "noise", "", NOW)
    store.set_feedback("home", ANN, "veto", "", later)
    store.set_feedback("home", BEN, "keep", "", NOW)
    store.set_feedback("home", BEN, "confirm", "", later)
    store.set_feedback("work", ANN, "noise", "", later)
    assert store.judgements("home") == {
        ANN.id: Judgement(ANN, Opinion.FINE, later, "taken back"),
        BEN.id: Judgement(BEN, Opinion.NOISE, later, "confirmed"),
    }


def test_a_note_is_replaced(store):
    store.note("installed", "yesterday")
    store.note("installed", "today")
    assert store.noted("installed") == "today"
    assert store.noted("other") is None


# -- forgetting


def test_posts_and_own_feeds_go_with_the_window(store):
    store.remember("home", page(post(1, hours=1), post(2, hours=100)), NOW)
    store.save_own_feed("home", Feed(BEN, ()), NOW - 9 * DAY, Lexicon())
    assert store.prune("home", NOW - DAY, LONG_AGO, NOW) == 2
    assert [p.id for h in histories(store) for p in h.posts] == ["1"]
    assert store.own_feed("home", "2") is None
    assert store.cursor("home") == "c1"


def test_a_post_dated_in_the_future_is_forgotten_all_the_same(store):
    store.remember("home", page(post(1, hours=-10_000)), NOW)
    assert store.prune("home", NOW + DAY, LONG_AGO, NOW + DAY) == 1


def test_the_entries_of_a_living_action_are_never_forgotten(store):
    planned, done = (
        entry(event=Event.PLANNED, action_id="a", at=LONG_AGO),
        entry(event=Event.DONE, action_id="a", at=LONG_AGO),
    )
    gone = [entry(BEN, event=e, action_id="b", at=LONG_AGO) for e in (Event.PLANNED, Event.DONE, Event.EXPIRED)]
    stuck = entry(event=Event.PLANNED, action_id="c", at=LONG_AGO)
    store.record([planned, *gone, done, stuck, entry(at=LONG_AGO), entry()])
    store.prune("home", LONG_AGO, NOW - DAY, NOW)
    assert store.entries() == [planned, done, stuck, entry()]


def test_an_action_that_failed_and_then_took_is_alive(store):
    lived = [entry(event=e, action_id="a", at=LONG_AGO) for e in (Event.PLANNED, Event.FAILED, Event.DONE)]
    store.record(lived)
    assert store.prune("home", LONG_AGO, NOW, NOW) == 0
    assert store.entries() == lived


def test_accounts_go_when_nothing_names_them(store):
    store.remember("home", page(post(1, hours=100)), LONG_AGO)
    store.set_feedback("home", BEN, "keep", "", NOW)
    store.prune("home", NOW - DAY, NOW - DAY, NOW)
    assert list(store.accounts("home", ["1", "2"])) == ["2"]


def test_pruning_one_profile_leaves_the_others(store):
    for profile in ("home", "work"):
        store.remember(profile, page(post(1, hours=100)), NOW)
        store.begin_sweep(SweepRecord(profile, LONG_AGO))
        store.save_report(profile, LONG_AGO.date(), "", "", "", NOW, "kept")
    assert store.prune("home", NOW - DAY, NOW - DAY, NOW) == 3
    assert store.timeline_counts("work", LONG_AGO, NOW) == {"1": 1}
    assert len(store.sweeps()) == len(store.reports("work")) == 1


HOURS = st.integers(-100, 200)


@pytest.mark.slow
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(
    pages=st.lists(
        st.lists(st.tuples(st.integers(1, 30), st.sampled_from([ANN, BEN]), HOURS), max_size=12), max_size=4
    ),
    forgotten=st.none() | HOURS,
    window=st.tuples(HOURS, HOURS),
    began=st.sampled_from([NOW, datetime(1970, 1, 2, 3, tzinfo=UTC)]),
)
def test_what_is_counted_day_by_day_is_what_is_there(tmp_path, pages, forgotten, window, began):
    """Pages may come twice, posts of one id by two accounts and at other times, before 1970 and ahead of the clock."""
    kept, seen = {}, 0
    with closing(open_store(str(tmp_path / f"{uuid4()}.sqlite"))) as store:
        for items in pages:
            posts = [Post(str(n), who.id, began - timedelta(hours=hours)) for n, who, hours in items]
            store.remember("home", Page(tuple(posts), (), None), began)
            for each in posts:
                seen += (each.author, each.id) not in kept
                kept.setdefault((each.author, each.id), each.created_at)
        if forgotten is not None:
            old = began - timedelta(hours=forgotten)
            gone = {one for one, at in kept.items() if at < old or (at > began and began < old)}
            assert store.prune("home", old, LONG_AGO, began) == len(gone)
            kept = {one: at for one, at in kept.items() if one not in gone}
        since, until = (began - timedelta(hours=max(window)), began - timedelta(hours=min(window)))
        inside = Counter(author for (author, _), at in kept.items() if since <= at <= until)
        assert store.timeline_counts("home", since, until) == dict(inside)
        assert store.timeline_counts("home", since, until, {"2", "9"}) == {
            one: inside[one] for one in inside if one == "2"
        }
        assert store.timeline_total("home", since, until) == inside.total()
        everything = Counter(author for author, _ in kept)
        counted = {h.account.id: h.timeline_posts for h in store.histories("home", "", FAR[0], FAR[1], Lexicon())}
        assert counted == dict(everything)
        assert store.newest_posts("home", "12") == {
            who: max(at for (author, _), at in kept.items() if author == who) for who in everything
        }


# -- threads


def test_profiles_are_swept_in_parallel(store):
    def sweep(profile):
        for n in range(20):
            store.remember(profile, page(post(n, hours=n), cursor=str(n)), NOW)
            store.record([replace(entry(), profile=profile)])
            histories(store, profile)
        return store.cursor(profile), len(store.entries(profile))

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(sweep, ["a", "b", "c", "d"])) == [("19", 20)] * 4


@pytest.mark.slow
@ON_FILES
def test_neither_the_orm_nor_postgres_is_imported_for_a_file(tmp_path):
    code = (
        "import sys; from bot.store import open_store; open_store(sys.argv[1]).close(); "
        "print([m for m in sys.modules if m.startswith(('sqlalchemy.orm', 'psycopg'))])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "q.db")], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


@ON_FILES
def test_a_url_that_is_no_store_is_refused():
    for url in ("mysql://example.org/x", "sqlite://", "sqlite:///:memory:", "postgres://[bad"):
        with pytest.raises(StoreError):
            open_store(url)
