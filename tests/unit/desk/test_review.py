"""The owner is asked about one account at a time on a page; each answer is kept at once, and two pages do no harm."""

import sqlite3
import threading
from contextlib import closing
from dataclasses import replace

import pytest
from sqlalchemy import event

from bot.config import load
from bot.desk.reviews import MOST, Reviews
from bot.errors import Failure, Stopped
from bot.model import Opinion
from bot.report.review import MEANS, NOBODY
from bot.service import review
from bot.service.reviewing import COUNTED, Answer
from bot.store import open_store
from tests.unit.desk.asked import desk_of, lived

ANSWER = "/review-answer"


@pytest.fixture
def made(tmp_path):
    with lived(tmp_path) as made:
        yield made


@pytest.fixture
def desk(made):
    return desk_of(*made)


def queue(made):
    """Whom there is to ask about, by id."""
    store, config, _ = made
    cases = review.queue(config.profiles[0], store, config, lambda done, total: None)
    return [case.account for case in cases]


def words(made):
    return {one: (str(said.opinion), said.how) for one, said in made[0].judgements("demo").items()}


def opened(desk, path="/review"):
    """The page, once everybody was looked through."""
    while "<progress" in (answer := desk.get(path)).text:
        pass
    assert answer.status == 200, answer.text
    return answer


def said(desk, page, answer, **fields):
    """The page after an answer on that page."""
    form = page.page.form(ANSWER)
    return desk.follow(desk.post(form.action, {**form.fields, "answer": answer, **fields}))


def whom(page):
    """Whom a page asks about, by id; empty where it asks about nobody."""
    return page.page.form(ANSWER).fields.get("account", "")


# -- what is shown


def test_the_first_account_is_shown_with_its_sentence_its_posts_and_its_bounds(desk, made):
    store, config, _ = made
    (first, *others) = review.queue(config.profiles[0], store, config, lambda done, total: None)
    page = opened(desk)
    assert f"1 of {1 + len(others)} · " in page.page.text
    assert first.account.handle in page.page.text
    assert review.posts("demo", first.account, store)[0].text in page.page.text
    assert "bound by bound" in page.page.text
    assert [level for level, _ in page.page.headings] == [1, 2, 3, 3]


def test_every_answer_has_a_button_with_its_key_and_its_meaning(desk):
    page = opened(desk)
    for answer, what in MEANS.items():
        assert f'<button name="answer" value="{answer}" aria-keyshortcuts="{answer[0]}"' in page.text
        assert what in page.page.text
    assert 'value="back" aria-keyshortcuts="b" disabled' in page.text


def test_the_last_answer_is_told_beside_the_next_account(desk, made):
    first, *_ = queue(made)
    page = said(desk, opened(desk), "noise")
    assert f"You called {first.handle} noise." in page.page.text
    session = page.page.form(ANSWER).fields["session"]
    assert f"You called {first.handle} noise." in desk.get(f"/review?session={session}").page.text


def test_hostile_names_and_posts_stay_text(made):
    store, config, clock = made
    first, *_ = queue(made)
    feed = store.own_feed("demo", first.id).feed
    evil = replace(feed.account, display_name="<img src=x onerror=alert(1)>", url="javascript:alert(1)")
    post = replace(feed.posts[0], text="</p><script>alert(1)</script>", links=("javascript:alert(2)",), url="data:x")
    store.save_own_feed("demo", replace(feed, account=evil, posts=(post, *feed.posts[1:])), clock.now(), config.lexicon)
    page = opened(desk_of(store, config, clock))
    assert whom(page) == first.id
    assert "<script>alert" not in page.text
    assert "<img" not in page.text
    assert "javascript:" not in page.text
    assert "</p><script>alert(1)</script>" in page.page.text


# -- what is answered


def test_an_answer_is_kept_at_once_and_leads_to_the_next_account(desk, made):
    everybody = [account.id for account in queue(made)]
    page, seen = opened(desk), []
    for answer in ("noise", "fine", "keep", "skip"):
        seen.append(whom(page))
        page = said(desk, page, answer)
    assert seen == everybody[:4]
    assert words(made) == {
        everybody[0]: ("noise", "reviewed"),
        everybody[1]: ("fine", "reviewed"),
        everybody[2]: ("fine", "kept"),
    }
    assert f"5 of {len(everybody)}" in page.page.text
    assert "autofocus" in page.text


def test_back_takes_the_last_word_back_and_shows_that_account_again_up_to_the_first(desk, made):
    first, *_ = queue(made)
    page = opened(desk)
    for answer in ("noise", "keep", "back", "back"):
        page = said(desk, page, answer)
    assert words(made) == {}
    assert whom(page) == first.id
    assert "autofocus" in page.text


def test_at_the_end_it_is_told_what_it_came_to_and_back_still_leads_back(desk, made):
    everybody = queue(made)
    page = opened(desk)
    for _ in everybody:
        page = said(desk, page, "noise")
    assert f"You said: {len(everybody)} noise. That was everybody." in page.page.text
    assert "quietfeed tune" in page.page.text
    assert whom(said(desk, page, "back")) == everybody[-1].id


def test_who_was_skipped_comes_last_when_the_page_is_opened_anew(desk, made):
    everybody = [account.id for account in queue(made)]
    said(desk, opened(desk), "skip")
    page = opened(desk)
    assert whom(page) == everybody[1]
    for _ in everybody[1:]:
        page = said(desk, page, "fine")
    assert whom(page) == everybody[0]
    assert "skipped before" in page.page.text


def test_when_nobody_is_left_that_is_said(desk, made):
    store, _, clock = made
    for account in queue(made):
        review.judge("demo", account, Opinion.FINE, store, clock.now())
    assert NOBODY in opened(desk).page.text


@pytest.mark.parametrize("answer", ["", "quit", "help", "mute"])
def test_what_is_no_answer_is_refused_and_nothing_kept(desk, made, answer):
    form = opened(desk).page.form(ANSWER)
    assert desk.post(form.action, {**form.fields, "answer": answer}).status == 400
    assert words(made) == {}


def test_a_form_without_the_word_keeps_nothing(desk, made):
    form = opened(desk).page.form(ANSWER)
    assert desk.post(form.action, {**form.fields, "answer": "noise", "word": "guessed"}).status == 403
    assert words(made) == {}


def test_while_another_program_writes_an_answer_is_refused_with_the_remedy_and_can_be_given_again(desk, made, tmp_path):
    store, first = made[0], queue(made)[0]
    page = opened(desk)
    event.listen(store._engine, "connect", lambda connection, _: connection.execute("PRAGMA busy_timeout = 50"))
    store._engine.dispose()
    form = page.page.form(ANSWER)
    with closing(sqlite3.connect(tmp_path / "quietfeed.sqlite", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        refused = desk.post(form.action, {**form.fields, "answer": "noise"})
        other.execute("ROLLBACK")
    assert (refused.status, "another program holds it" in refused.page.text) == (503, True)
    assert "refresh" not in refused.headers
    assert words(made) == {}
    said(desk, page, "noise")
    assert words(made) == {first.id: ("noise", "reviewed")}


# -- two pages, and what happens elsewhere


@pytest.mark.parametrize("answer", COUNTED)
def test_of_two_pages_the_one_that_comes_too_late_is_told_and_changes_nothing(desk, made, answer):
    first, second, *_ = queue(made)
    one, other = opened(desk), opened(desk)
    said(desk, one, "fine")
    late = said(desk, other, answer)
    assert f"{first.handle} was answered elsewhere meanwhile: you called it fine on " in late.page.text
    assert words(made) == {first.id: ("fine", "reviewed")}
    assert whom(late) == second.id


def test_a_page_that_is_opened_after_another_answered_goes_on_behind_it(desk, made):
    _, second, *_ = queue(made)
    one, other = opened(desk), opened(desk)
    said(desk, one, "fine")
    session = other.page.form(ANSWER).fields["session"]
    assert whom(desk.get(f"/review?session={session}")) == second.id


def test_back_leaves_what_was_said_elsewhere_since(desk, made):
    store, _, clock = made
    first, *_ = queue(made)
    page = said(desk, opened(desk), "noise")
    review.judge("demo", first, Opinion.FINE, store, clock.now())
    assert "was answered elsewhere meanwhile: you called it fine" in said(desk, page, "back").page.text
    assert words(made) == {first.id: ("fine", "reviewed")}


def test_the_same_page_sent_twice_is_one_answer(desk, made):
    first, second, *_ = queue(made)
    page = opened(desk)
    said(desk, page, "noise")
    again = said(desk, page, "noise")
    assert words(made) == {first.id: ("noise", "reviewed")}
    assert whom(again) == second.id
    assert "out of date" not in again.page.text


def test_a_page_out_of_date_answers_nobody_and_takes_nothing_back(desk, made):
    first, second, third, *_ = queue(made)
    page = opened(desk)
    after = said(desk, page, "noise")
    assert "That page was out of date" in said(desk, page, "fine").page.text
    said(desk, after, "fine")
    stale = said(desk, after, "back")
    assert "That page was out of date" in stale.page.text
    assert whom(stale) == third.id
    assert words(made) == {first.id: ("noise", "reviewed"), second.id: ("fine", "reviewed")}


def test_an_answer_from_a_page_that_was_forgotten_is_told_and_the_review_goes_on(desk, made):
    first, *_ = queue(made)
    page = opened(desk)
    for _ in range(MOST):
        opened(desk)
    late = said(desk, page, "noise")
    assert "That page was left open for long, so its answer was not kept." in late.page.text
    assert (words(made), whom(late)) == ({}, first.id)


def test_many_answers_at_the_same_time_are_one(desk, made):
    first, *_ = queue(made)
    form = opened(desk).page.form(ANSWER)
    answers = ["noise", "fine"] * 6
    threads = [
        threading.Thread(target=desk.post, args=(form.action, {**form.fields, "answer": answer})) for answer in answers
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(words(made)) == {first.id}


# -- the look at everybody


def reviews_of(desk):
    """What the page keeps of its reviews."""
    return desk.seat.once(("reviews", "demo"), None, Reviews)


def never():
    pytest.fail("there is a look already")


def test_everybody_is_looked_through_once_whatever_is_answered(desk, made):
    store, config, _ = made
    page = opened(desk)
    mark = store.mark().sweep, config.fingerprint
    look = reviews_of(desk).look.under(mark, never)
    for answer in ("noise", "fine", "back"):
        page = said(desk, page, answer)
    opened(desk)
    assert reviews_of(desk).look.under(mark, never) is look
    assert look.made()


def test_as_long_as_that_takes_the_page_says_how_far_it_is_and_comes_by_itself(desk, made):
    store, config, _ = made
    told, goes_on = threading.Event(), threading.Event()

    def slowly(tell):
        tell(3, 1200)
        told.set()
        goes_on.wait(30)
        return review.looked_through(config.profiles[0], store, config, tell)

    mark = store.mark().sweep, config.fingerprint
    look = reviews_of(desk).look.under(mark, lambda: desk.seat.making(slowly))
    told.wait(30)
    waiting = desk.get("/review")
    assert "3 of 1,200 accounts" in waiting.page.text
    assert '<noscript><meta http-equiv="refresh"' in waiting.text
    assert 'data-again="1"' in waiting.text
    assert reviews_of(desk).look.under("what a sweep wrote meanwhile", never) is look
    goes_on.set()
    assert whom(opened(desk)) == queue(made)[0].id


def test_a_look_that_fails_is_told_and_begun_anew(desk, made):
    def fails(tell):
        raise Failure("the disk is away")

    store, config, _ = made
    reviews_of(desk).look.under((store.mark().sweep, config.fingerprint), lambda: desk.seat.making(fails))
    told = desk.get("/review")
    assert (told.status, "the disk is away" in told.page.text) == (503, True)
    assert whom(opened(desk)) == queue(made)[0].id


def test_a_look_stops_when_the_desk_ends(desk):
    under_way, told = threading.Event(), []

    def without_end(tell):
        while True:
            tell(len(told), 0)
            told.append(1)
            under_way.set()

    look = desk.seat.making(without_end)
    under_way.wait(30)
    desk.seat.end()
    assert look.ended()
    with pytest.raises(Stopped):
        look.made()


def test_under_other_rules_everybody_is_looked_through_anew(desk, made):
    store, config, clock = made
    before = len(queue(made))
    assert f"1 of {before} · " in opened(desk).page.text
    rule = "rules:\n  - {name: some links, when: {link_share: {at_least: 0.3}}, then: report}\n"
    config.path.write_text(config.path.read_text("utf-8").replace("rules:\n", rule, 1), "utf-8")
    after = opened(desk)
    many = len(queue((store, load(config.path), clock)))
    assert many > before
    assert f"1 of {many} · " in after.page.text


def test_of_a_profile_of_which_nothing_was_read_that_is_said(made, tmp_path):
    store = open_store(str(tmp_path / "empty.sqlite"), exclusive=False)
    try:
        _, config, clock = made
        assert "Nothing of demo was read yet." in desk_of(store, config, clock).get("/review").page.text
    finally:
        store.close()


def test_all_that_may_be_answered_has_its_meaning():
    assert {*COUNTED, Answer.BACK} == set(MEANS)
