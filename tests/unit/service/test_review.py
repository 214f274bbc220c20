"""The owner is asked about what the store knows, their words are kept, and none of them does anything by itself."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.actions.lifecycle import ASKED
from bot.config import Profile, default_config
from bot.judging.rules import Bounds, Mode, Rule
from bot.judging.trust import Circumstances, Trust, decide
from bot.model import Account, Entry, Event, Lexicon, Opinion, Post, Question, Step
from bot.platforms.base import Feed, Page
from bot.service import kept, review, verdicts, whom
from bot.store import kept_feed, open_store

NOW = datetime(2026, 5, 31, 8, 0, tzinfo=UTC)
HOME = Profile("home", "mastodon", "https://quiet.test")
MUTE = Rule("link broadcaster", {"own_posts": Bounds(at_least=20), "link_share": Bounds(at_least=0.9)}, Step.MUTE)
TRIAL = Rule("on trial", {"declared_bot": Bounds(at_least=1)}, Step.LIST, mode=Mode.SHADOW)
CONFIG = replace(default_config(), profiles=(HOME,), rules=(MUTE, TRIAL))


@pytest.fixture
def store(tmp_path):
    opened = open_store(str(tmp_path / "store.sqlite"))
    yield opened
    opened.close()


def feed(name, links=40, plain=0, every=timedelta(hours=6), automated=False):
    """An account's own feed: so many posts with a link, and so many without."""
    account = Account(name, f"{name}@quiet.test", automated=automated)
    linked = [("https://shop.test/1",)] * links + [()] * plain
    times = [NOW - every * number for number in range(1, len(linked) + 1)]
    posts = (Post(f"{name}{at:%d%H}", name, at, "words", links=link) for at, link in zip(times, linked, strict=True))
    return Feed(account, tuple(posts))


def judge(store, own, limit="", **more):
    """Keep a feed, show it in the timeline, and keep what is decided of it, as a sweep does."""
    store.save_own_feed("home", own, NOW, Lexicon())
    store.remember("home", Page(own.posts, (own.account,), None), NOW)
    store.note("owner:home", "robin@quiet.test")
    verdict = verdicts.judged(kept_feed(own, NOW), HOME, store, CONFIG)
    entry = Entry(NOW, "home", own.account, Event.JUDGED, verdict.rule, verdict.step, limit=limit, **more)
    store.record([entry])
    return own.account


def asked(store, config=CONFIG, **more):
    found = review.queue(HOME, store, config, lambda done, total: None, **more)
    return [(case.account.id, case.question) for case in found]


def test_who_waits_who_is_nearly_found_and_who_posts_too_little_is_asked_about(store):
    judge(store, feed("waits"), limit="unconfirmed", reason="waits for a second look")
    judge(store, feed("near", links=34, plain=6))
    judge(store, feed("thin", links=3))
    judge(store, feed("person", links=2, plain=38))
    judge(store, feed("found"))
    assert asked(store) == [("near", Question.NEAR), ("waits", Question.WAITING), ("thin", Question.UNKNOWN)]


def test_a_case_tells_how_loud_the_account_is_and_what_was_decided(store):
    judge(store, feed("waits", links=30), limit="unconfirmed", reason="waits for a second look")
    judge(store, feed("person", links=2, plain=38))
    (case,) = review.queue(HOME, store, CONFIG, lambda done, total: None)
    assert case.timeline_share == pytest.approx(30 / 70)
    assert (case.decision.limit, case.decision.reason) == ("unconfirmed", "waits for a second look")


def test_how_many_were_looked_through_is_told(store):
    judge(store, feed("near", links=34, plain=6))
    judge(store, feed("found"))
    told = []
    review.queue(HOME, store, CONFIG, lambda done, total: told.append((done, total)))
    assert told == [(1, 2), (2, 2)]


def test_of_accounts_looked_through_before_those_are_open_that_the_queue_would_hold_now(store):
    waits = judge(store, feed("waits"), limit="unconfirmed")
    near = judge(store, feed("near", links=34, plain=6))
    thin = judge(store, feed("thin", links=3))
    found = review.looked_through(HOME, store, CONFIG, lambda done, total: None)
    for said in (
        lambda: review.skip("home", near, store, NOW),
        lambda: review.judge("home", waits, Opinion.NOISE, store, NOW),
        lambda: review.keep("home", thin, store, NOW),
        lambda: review.forget("home", waits, store),
    ):
        said()
        assert review.still_open(found, HOME, store, CONFIG) == review.queue(
            HOME, store, CONFIG, lambda done, total: None
        )


def test_an_account_whose_feed_is_forgotten_is_not_asked_about(store):
    account = judge(store, feed("near", links=34, plain=6))
    store.prune("home", NOW + timedelta(days=1), NOW - timedelta(days=90), NOW)
    assert store.own_feed("home", account.id) is None
    assert asked(store) == []


def test_an_account_on_which_an_action_is_in_force_waits_for_nothing_whatever_the_config_says_now(store):
    judge(store, feed("found"))
    config = replace(CONFIG, rules=(replace(MUTE, name="renamed"),))
    assert asked(store, config) == [("found", Question.WAITING)]
    planned = Entry(NOW, "home", Account("found", "found@quiet.test"), Event.PLANNED, "x", Step.MUTE, action_id="1")
    store.record([planned])
    assert asked(store, config) == []


def test_whoever_is_quieted_because_the_owner_asked_for_it_is_not_asked_about(store):
    account = judge(store, feed("near", links=34, plain=6))
    plan = Entry(NOW, "home", account, Event.PLANNED, None, Step.MUTE, reason="its time", action_id="1")
    store.record([plan])
    assert asked(store, again=True) == [("near", Question.NEAR)]
    store.record([replace(plan, reason=ASKED, action_id="2")])
    assert asked(store, again=True) == []


@pytest.mark.parametrize("kind", ["keep", "veto", "confirm", "noise", "fine"])
def test_whom_the_owner_said_a_word_on_is_not_asked_about(store, kind):
    account = judge(store, feed("near", links=34, plain=6))
    store.set_feedback("home", account, kind, "", NOW)
    assert asked(store) == []


@pytest.mark.parametrize(("kind", "again"), [
    ("keep", []), ("veto", []), ("noise", ["near"]), ("fine", ["near"]), ("confirm", ["near"]),
])  # fmt: skip
def test_again_asks_about_those_who_were_judged_but_never_about_the_kept(store, kind, again):
    account = judge(store, feed("near", links=34, plain=6))
    store.set_feedback("home", account, kind, "", NOW)
    assert [one for one, _ in asked(store, again=True)] == again


def test_who_is_kept_by_the_config_is_not_asked_about(store):
    judge(store, feed("near", links=34, plain=6))
    assert asked(store, replace(CONFIG, trust=Trust(keep=("@Near@quiet.test",)))) == []


def test_a_rule_on_trial_asks_about_whom_it_finds(store):
    account = judge(store, feed("bot", links=2, plain=38, automated=True), protection="shadow")
    assert asked(store) == [(account.id, Question.SHADOW)]


# -- the words


@pytest.mark.parametrize("opinion", Opinion)
def test_a_word_is_kept_and_the_account_is_not_asked_about_again(store, opinion):
    account = judge(store, feed("near", links=34, plain=6))
    review.judge("home", account, opinion, store, NOW)
    word = store.judgements("home")[account.id]
    assert (word.opinion, word.how, word.at) == (opinion, "reviewed", NOW)
    assert asked(store) == []


def test_a_second_word_takes_the_place_of_the_first_even_where_the_clock_was_set_back(store):
    account = judge(store, feed("near", links=34, plain=6))
    review.judge("home", account, Opinion.NOISE, store, NOW)
    review.judge("home", account, Opinion.FINE, store, NOW - timedelta(days=1))
    assert store.judgements("home")[account.id].opinion is Opinion.FINE
    assert store.feedback("home", "noise") == {}


@pytest.mark.parametrize("opinion", Opinion)
def test_a_judgement_does_nothing_by_itself(store, opinion):
    """What would be decided stays the same: noise condemns nobody, and fine protects nobody."""
    own = feed("waits")
    account = judge(store, own, limit="unconfirmed")
    before = kept.circumstances("home", store, CONFIG)
    review.judge("home", account, opinion, store, NOW)
    after = kept.circumstances("home", store, CONFIG)
    assert after == before == Circumstances({}, own_host="quiet.test")
    verdict = verdicts.judged(kept_feed(own, NOW), HOME, store, CONFIG)
    assert decide([verdict], before, CONFIG.trust, NOW) == decide([verdict], after, CONFIG.trust, NOW)
    assert store.action_entries("home") == ()


def test_keep_protects_as_the_verb_does(store):
    account = judge(store, feed("waits"), limit="unconfirmed")
    review.keep("home", account, store, NOW)
    assert kept.circumstances("home", store, CONFIG).kept == {account.id}


def test_a_word_is_taken_back_once_and_another_of_the_owners_stays(store):
    account = judge(store, feed("near", links=34, plain=6))
    review.judge("home", account, Opinion.NOISE, store, NOW)
    review.keep("home", account, store, NOW)
    assert review.forget("home", account, store)
    assert not review.forget("home", account, store)
    assert store.judgements("home")[account.id].how == "kept"


def test_an_account_that_was_judged_is_found_by_the_name_that_it_had_then(store):
    account = judge(store, feed("near", links=34, plain=6))
    review.judge("home", account, Opinion.NOISE, store, NOW)
    renamed = replace(account, handle="renamed@quiet.test")
    store.remember("home", Page((), (renamed,), None), NOW + timedelta(days=1))
    assert whom.known("near@quiet.test", HOME, store).id == account.id


@pytest.mark.slow
def test_whoever_is_skipped_comes_last_and_another_session_goes_on_behind_them(store):
    near = judge(store, feed("near", links=34, plain=6))
    judge(store, feed("waits"), limit="unconfirmed")
    review.skip("home", near, store, NOW)
    assert [one for one, _ in asked(store)] == ["waits", "near"]
    assert review.skipped("home", store) == {"near": NOW}


def test_of_the_skipped_those_are_forgotten_whose_feeds_are(store):
    near = judge(store, feed("near", links=34, plain=6))
    review.skip("home", near, store, NOW)
    store.prune("home", NOW + timedelta(days=1), NOW - timedelta(days=90), NOW)
    waits = judge(store, feed("waits"), limit="unconfirmed")
    review.skip("home", waits, store, NOW)
    assert set(review.skipped("home", store)) == {"waits"}


SAY = {
    "noise": lambda account, store: review.judge("home", account, Opinion.NOISE, store, NOW),
    "fine": lambda account, store: review.judge("home", account, Opinion.FINE, store, NOW),
    "keep": lambda account, store: review.keep("home", account, store, NOW),
    "skip": lambda account, store: review.skip("home", account, store, NOW),
}


@pytest.mark.parametrize("then", SAY)
@pytest.mark.parametrize("first", [None, *SAY])
def test_going_back_puts_back_what_stood_before_whatever_that_was(store, first, then):
    account = judge(store, feed("near", links=34, plain=6))
    if first:
        SAY[first](account, store)
    stood = review.before("home", account, store)
    SAY[then](account, store)
    review.put_back("home", stood, store)
    assert review.before("home", account, store) == stood


def test_the_posts_shown_are_the_accounts_own(store):
    own = feed("near", links=34, plain=6)
    account = judge(store, own)
    assert review.posts("home", account, store) == own.posts[:5]
    assert review.posts("home", Account("nobody", "nobody@quiet.test"), store) == ()
