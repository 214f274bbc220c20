"""A review goes on account by account; what is said elsewhere meanwhile is never overwritten unseen."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import event

from bot.model import Account, Case, Opinion, Question, Verdict
from bot.service import review
from bot.service.reviewing import COUNTED, Answer, Meanwhile, Session
from bot.store import StoreError, open_store
from tests.databases import ON_FILES

NOW = datetime(2026, 5, 31, 8, 0, tzinfo=UTC)
LATER = NOW + timedelta(minutes=1)
FIRST, SECOND, THIRD = (Account(name, f"{name}@quiet.test") for name in ("first", "second", "third"))


@pytest.fixture
def store(tmp_path):
    opened = open_store(str(tmp_path / "store.sqlite"))
    yield opened
    opened.close()


@pytest.fixture
def session(store):
    return started(store)


def started(store):
    cases = [Case(Verdict(one, None, None, (), {}), Question.NEAR) for one in (FIRST, SECOND, THIRD)]
    return Session(cases, "home", store)


def words(store):
    return {one: str(said.opinion) for one, said in store.judgements("home").items()}


def test_each_answer_is_kept_at_once_and_leads_to_the_next_account(session, store):
    seen = []
    for place, answer in enumerate((Answer.NOISE, Answer.SKIP, Answer.KEEP), 1):
        assert (session.place, session.many) == (place, 3)
        seen.append(session.case.account)
        session.say(answer, NOW)
    assert seen == [FIRST, SECOND, THIRD]
    assert session.case is None
    assert words(store) == {"first": "noise", "third": "fine"}
    assert session.counts() == {"noise": 1, "fine": 0, "kept": 1, "skipped": 1}


@pytest.mark.parametrize("answer", COUNTED)
def test_back_leaves_the_store_as_it_was_and_asks_again(session, store, answer):
    store.set_feedback("home", FIRST, "fine", "long ago", NOW - timedelta(days=9))
    session = started(store)
    before = review.before("home", FIRST, store)
    session.say(answer, NOW)
    session.back()
    assert review.before("home", FIRST, store) == before
    assert (session.case.account, session.place, session.done) == (FIRST, 1, [])


def test_an_account_that_was_answered_elsewhere_meanwhile_is_passed_over(session, store):
    review.judge("home", FIRST, Opinion.FINE, store, NOW)
    session.pass_over()
    assert (session.case.account, session.many) == (SECOND, 2)


def test_an_answer_to_one_that_was_answered_elsewhere_is_told_and_not_kept(session, store):
    other = started(store)
    other.say(Answer.FINE, NOW)
    with pytest.raises(Meanwhile) as told:
        session.say(Answer.NOISE, LATER)
    assert (told.value.account, told.value.word.opinion) == (FIRST, Opinion.FINE)
    assert words(store) == {"first": "fine"}
    assert session.case.account == SECOND


def test_an_answer_to_one_whose_word_was_taken_back_elsewhere_is_told_too(store):
    review.judge("home", FIRST, Opinion.FINE, store, NOW)
    session = started(store)
    review.forget("home", FIRST, store)
    with pytest.raises(Meanwhile) as told:
        session.say(Answer.NOISE, LATER)
    assert told.value.word is None
    assert words(store) == {}


def test_back_takes_nothing_back_that_was_said_elsewhere_since(session, store):
    session.say(Answer.NOISE, NOW)
    review.judge("home", FIRST, Opinion.FINE, store, LATER)
    with pytest.raises(Meanwhile):
        session.back()
    assert words(store) == {"first": "fine"}
    assert (session.case.account, session.done) == (SECOND, [])


@ON_FILES
def test_what_the_store_does_not_take_is_asked_about_still(session, store):
    def refuse(connection):
        connection.exec_driver_sql("PRAGMA query_only = 1")

    session.say(Answer.NOISE, NOW)
    event.listen(store._engine, "begin", refuse)
    for way in (lambda: session.say(Answer.FINE, NOW), session.back):
        with pytest.raises(StoreError):
            way()
        assert (session.case.account, session.place, session.many) == (SECOND, 2, 3)
    event.remove(store._engine, "begin", refuse)
    store._engine.dispose()
    session.say(Answer.FINE, NOW)
    assert words(store) == {"first": "noise", "second": "fine"}


def test_that_an_account_was_skipped_elsewhere_holds_nothing_up(session, store):
    review.skip("home", FIRST, store, NOW)
    session.say(Answer.NOISE, LATER)
    assert words(store) == {"first": "noise"}
