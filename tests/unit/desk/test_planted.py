"""Planted secrets: no page of the desk, nothing that it sends along and nothing that it logs holds one.

tests/live/test_planted.py asks the program itself, on good days and on bad ones.
"""

import sys
from contextlib import contextmanager
from urllib.parse import quote

import pytest

from bot import secrecy
from bot.cli.wiring import credentials
from bot.desk import app
from bot.desk.door import door
from bot.desk.visit import Done, Page, Write
from bot.errors import UserError
from bot.logs import setup
from tests import planted
from tests.planted import IN_CONFIG, leaks
from tests.unit.cli.test_planted import WRONG
from tests.unit.desk.asked import PORT, desk_of, lived

SAID = f"the server said {planted.TOKEN}, {quote(planted.PASSWORD)} and Bearer {planted.DESK_TOKEN}"


@pytest.fixture(scope="module")
def lived_through(tmp_path_factory):
    with lived(tmp_path_factory.mktemp("desk")) as found:
        yield found


@pytest.fixture
def planted_all_around(tmp_path, monkeypatch):
    """Secrets in the environment and in the file of credentials, known to the program as at its start."""
    for name, value in planted.environment("127.0.0.1:9", tmp_path / "state").items():
        monkeypatch.setenv(name, value)
    planted.put_in_file(tmp_path / "state")
    credentials()
    secrecy.note(planted.DESK_TOKEN)


@pytest.fixture
def asks(planted_all_around, lived_through, capsys):
    """Asks for every page and sends every form of a desk; all that was seen of secrets."""

    def ask(connect=None):
        setup("debug", sys.stderr)
        desk = desk_of(*lived_through, connect, door(planted.DESK_TOKEN, "127.0.0.1", PORT))
        entered = desk.get(f"/?token={quote(planted.DESK_TOKEN, safe='')}&before=7", cookie=None)
        assert entered.status == 200
        answers = {"the way in": entered, "a fault": desk.get("/nothing"), "a stranger": desk.get("/", cookie=None)}
        for page in app.PAGES:
            answers[page.path] = desk.get(page.path)
            answers[f"{page.path} again"] = desk.get(f"{page.path}?token={quote(planted.DESK_TOKEN, safe='')}")
        for write in app.WRITES:
            answers[write.key] = done = desk.post(write.path, {"account": "growthhive@market.test"})
            if done.status == 303:
                answers[f"after {write.key}"] = desk.follow(done)
        found = [leak for where, answer in answers.items() for leak in leaks(f"{answer.lines}\n{answer.text}", where)]
        shown = capsys.readouterr()
        return answers, shown.err, found + leaks(shown.out + shown.err, "the log")

    return ask


def test_no_page_and_no_log_holds_a_secret(asks):
    answers, _, found = asks()
    assert answers["/"].status == 200
    assert not found, "\n".join(map(str, found))


def test_a_server_that_says_secrets_again_has_them_hidden(asks):
    @contextmanager
    def connect(_):
        raise UserError(SAID)
        yield

    _, _, found = asks(connect)
    assert not found, "\n".join(map(str, found))


def test_what_fails_tells_its_reason_without_the_secrets_in_it(asks, monkeypatch):
    def refuse(*_):
        raise UserError(SAID)

    def breaks(*_):
        raise RuntimeError(SAID)

    failing = (Page("refused", "Refused", refuse), Page("broken", "Broken", breaks))
    monkeypatch.setattr(app, "PAGES", (*app.PAGES, *failing))
    monkeypatch.setattr(app, "WRITES", (Write("tell", lambda visit, _: Done(SAID, visit.to("/ledger"))),))
    answers, log, found = asks()
    assert not found, "\n".join(map(str, found))
    for shown in (answers["/refused"].page.text, answers["after tell"].page.text, log):
        assert "the server said •••, •••" in shown


@pytest.mark.parametrize("written", WRONG.values(), ids=WRONG)
def test_a_secret_in_a_config_that_cannot_be_read_is_not_shown(planted_all_around, tmp_path, written):
    with lived(tmp_path) as found:
        desk = desk_of(*found)
        found[1].path.write_text(written)
        shown = desk.get("/ledger")
    assert shown.status == 200
    assert IN_CONFIG not in shown.text
    assert not leaks(shown.text, "the page")
