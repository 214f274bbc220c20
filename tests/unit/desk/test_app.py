"""The desk as a web application: forms, faults, and many who ask at once."""

import asyncio
import logging
import threading
from dataclasses import replace

import pytest

from bot.desk import app
from bot.desk.app import AT_ONCE, LARGEST_FORM, MOST_FIELDS, Desk
from bot.desk.door import door
from bot.desk.gate import ALWAYS, NOT_OURS
from bot.desk.seat import Seat
from bot.desk.visit import Done, NotThere, Page, Write
from bot.errors import Failure, UserError
from tests.unit.desk.asked import PORT, TOKEN, desk_of, lived

FORM = "application/x-www-form-urlencoded"


@pytest.fixture(scope="module")
def lived_through(tmp_path_factory):
    """Store, config and clock after the demo's two weeks."""
    with lived(tmp_path_factory.mktemp("desk")) as found:
        yield found


@pytest.fixture
def desk(lived_through):
    return desk_of(*lived_through)


@pytest.fixture
def written(monkeypatch, lived_through):
    """A desk with one write, which notes the forms that reach it, and says what it is told to say."""
    forms = []

    def note(visit, form):
        forms.append(dict(form.fields))
        return Done(form["say"], visit.to(form["then"] or "/", account=form["account"]))

    monkeypatch.setattr(app, "WRITES", (Write("note", note),))
    return desk_of(*lived_through), forms


def raises(fault):
    """A desk's page and write that fail so."""

    def fail(*_):
        raise fault

    return Page("failing", "Failing", fail), Write("fail", fail)


@pytest.fixture
def failing(monkeypatch, lived_through):
    def with_fault(fault):
        page, write = raises(fault)
        monkeypatch.setattr(app, "PAGES", (*app.PAGES, page))
        monkeypatch.setattr(app, "WRITES", (write,))
        return desk_of(*lived_through)

    return with_fault


# forms


def test_a_form_is_done_once_and_what_came_of_it_is_said_once(written):
    asked, forms = written
    done = asked.post("/note", {"say": "Kept <b>Ann</b>.", "account": "7", "then": "/ledger"})
    assert done.status == 303
    assert done.headers["location"].startswith("/ledger?account=7&said=")
    assert "Kept" not in done.headers["location"]
    shown = asked.follow(done)
    assert "Kept <b>Ann</b>." in shown.page.text
    assert "<b>Ann" not in shown.text
    assert "Kept" not in asked.follow(done).page.text
    assert [form["account"] for form in forms] == ["7"]


@pytest.mark.parametrize("account", ["7\r\nset-cookie: a=b", "7&said=x#top", "//evil.test", "é\x00"])
def test_what_a_form_says_adds_nothing_to_the_headers(written, account):
    asked, _ = written
    done = asked.post("/note", {"account": account})
    assert done.headers["location"].startswith("/?account=")
    assert "set-cookie" not in done.headers
    assert not {"\r", "\n", "\x00"} & set(done.headers["location"])


@pytest.mark.parametrize("word", [None, "", "wrong", "é", TOKEN])
def test_nothing_is_done_without_the_word(written, word):
    asked, forms = written
    answer = asked.post("/note", {"word": word, "account": "7"})
    assert answer.status == 403
    assert NOT_OURS in answer.page.text
    assert forms == []


def test_the_word_of_another_desk_is_none(written):
    asked, forms = written
    assert asked.post("/note", {"word": door(TOKEN, "127.0.0.1", PORT).word}).status == 403
    assert forms == []


def test_the_word_counts_in_the_form_alone(written):
    asked, forms = written
    assert asked.post(f"/note?word={asked.door.word}", {"word": None}, x_word=asked.door.word).status == 403
    assert forms == []


@pytest.mark.parametrize(
    "kind", [None, "", "text/plain", "multipart/form-data; boundary=x", "application/json", f"text/plain; {FORM}"]
)
def test_what_is_no_form_is_refused(written, kind):
    asked, forms = written
    assert asked.post("/note", content_type=kind).status == 415
    assert forms == []


@pytest.mark.parametrize("kind", [FORM, f"{FORM};charset=UTF-8", FORM.title()])
def test_a_form_may_say_its_letters(written, kind):
    asked, forms = written
    assert asked.post("/note", {"account": "é"}, content_type=kind).status == 303
    assert forms[0]["account"] == "é"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"a=" + b"x" * LARGEST_FORM, 413),
        (b"&".join(b"f%d=1" % number for number in range(MOST_FIELDS + 1)), 400),
        (b"a=%ff", 400),
        (b"a=\xff", 400),
        (b"", 403),
        (b"&&&===", 403),
        (b"{}", 403),
    ],
)
def test_a_form_that_is_too_large_or_none_reaches_nothing(written, body, status):
    asked, forms = written
    headers = {**asked.usual, "origin": f"http://127.0.0.1:{PORT}", "content-type": FORM}
    assert asked.ask("POST", "/note", headers, body).status == status
    assert forms == []


def test_of_a_field_that_comes_twice_the_last_counts(written):
    asked, forms = written
    headers = {**asked.usual, "origin": f"http://127.0.0.1:{PORT}", "content-type": FORM}
    body = f"word={asked.door.word}&account=1&account=2".encode()
    assert asked.ask("POST", "/note", headers, body).status == 303
    assert forms[0]["account"] == "2"


def test_a_browser_that_goes_away_in_the_middle_of_a_form_is_no_fault(written, caplog):
    asked, forms = written
    messages = [{"type": "http.request", "body": b"word=", "more_body": True}, {"type": "http.disconnect"}]
    headers = {**asked.usual, "origin": f"http://127.0.0.1:{PORT}", "content-type": FORM}
    scope = {
        "type": "http",
        "method": "POST",
        "path": "/note",
        "query_string": b"",
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
    }

    async def receive():
        return messages.pop(0)

    async def send(_):
        pass

    asyncio.run(asked.app(scope, receive, send))
    assert forms == []
    assert caplog.records == []


# faults


@pytest.mark.parametrize(
    ("fault", "status"),
    [
        (NotThere("there is no account <b>7</b>"), 404),
        (UserError("there is no account <b>7</b>"), 400),
        (Failure("there is no account <b>7</b>"), 503),
    ],
)
def test_a_fault_that_the_owner_can_read_is_shown_with_the_way_back(failing, fault, status):
    fault.next_step = "look in the ledger"
    asked = failing(fault)
    for answer in (asked.get("/failing"), asked.post("/fail")):
        assert answer.status == status
        assert "there is no account <b>7</b>: look in the ledger" in answer.page.text
        assert "<b>7" not in answer.text
        assert ("To the desk", "/") in answer.page.links
        assert answer.headers["content-security-policy"] == ALWAYS["content-security-policy"]


def test_a_fault_of_our_own_fails_one_page_and_is_told_to_the_log_alone(failing, caplog):
    asked = failing(RuntimeError("at the secret place"))
    for answer in (asked.get("/failing?account=7"), asked.post("/fail", {"account": "7"})):
        assert answer.status == 500
        assert "This page failed" in answer.page.text
        assert "secret place" not in answer.text
        assert answer.headers["content-security-policy"] == ALWAYS["content-security-policy"]
    told = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert [record.facts["path"] for record in told] == ["/failing", "/fail"]
    assert asked.get("/ledger").status == 200


def test_a_profile_that_is_none_is_a_page_that_is_not_there(desk):
    answer = desk.get("/ledger?profile=nobody")
    assert answer.status == 404
    assert "no profile of that name" in answer.page.text


def test_a_config_without_a_profile_says_so(lived_through):
    store, config, clock = lived_through
    answer = desk_of(store, replace(config, profiles=()), clock).get("/")
    assert answer.status == 400
    assert "names no profile" in answer.page.text


def test_what_stands_before_every_path_must_not_be_a_page_itself(lived_through):
    entry = door(TOKEN, "127.0.0.1", PORT, "https://example.org/ledger")
    with pytest.raises(UserError, match="/ledger"):
        Desk(Seat(lived_through[1], lived_through[0], lived_through[2], None), entry)


def test_the_way_back_from_a_fault_is_by_the_address_that_browsers_know(lived_through):
    asked = desk_of(*lived_through, entry=door(TOKEN, "127.0.0.1", PORT, "https://example.org/desk"))
    assert asked.get("/nothing", host="example.org").page.links == [("To the desk", "/desk/")]


# many at once


def several(asked, paths):
    """The answers to all of these, asked for at the same time."""

    async def all_of_them():
        lines = [(name.encode(), value.encode()) for name, value in asked.usual.items()]
        return await asyncio.gather(*(asked._asked("GET", path, lines, b"", {}) for path in paths))

    return asyncio.run(all_of_them())


def test_twenty_pages_at_once_are_those_that_are_shown_one_by_one(desk):
    paths = ["/", "/ledger", "/state", "/ledger?only=actions"] * 5
    alone = {path: desk.get(path).text for path in paths}
    for path, answer in zip(paths, several(desk, paths), strict=True):
        assert answer.status == 200
        assert answer.text == alone[path]


def test_pages_are_made_while_somebody_writes(lived_through):
    store, config, clock = lived_through
    asked = desk_of(store, config, clock)
    ended = threading.Event()

    def write():
        while not ended.is_set():
            store.try_room()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        assert {answer.status for answer in several(asked, ["/", "/ledger", "/state"] * 7)} == {200}
    finally:
        ended.set()
        writer.join()


def test_only_so_many_pages_are_made_at_the_same_time(monkeypatch, lived_through):
    counting, now, most = threading.Lock(), 0, 0
    all_there = threading.Barrier(AT_ONCE)

    def facts(_):
        nonlocal now, most
        with counting:
            now += 1
            most = max(most, now)
        all_there.wait(10)
        with counting:
            now -= 1
        raise NotThere("nothing to see")

    monkeypatch.setattr(app, "PAGES", (*app.PAGES, Page("counted", "Counted", facts)))
    answers = several(desk_of(*lived_through), ["/counted"] * 3 * AT_ONCE)
    assert {answer.status for answer in answers} == {404}
    assert most == AT_ONCE
