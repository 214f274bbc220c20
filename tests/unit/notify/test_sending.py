"""A message reaches real servers on this machine by apprise, and its secret address shows nowhere."""

import json
import os
import subprocess
import sys
import unicodedata
from email import message_from_string, policy
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import Stopped
from bot.notify import Message, Outcome, child, message, send, sending
from tests.servers.certificates import Authority
from tests.servers.fault_proxy import FAULTS, FaultProxy
from tests.servers.receivers import Mailbox, Receiver

SECRET = "hunter2hunter2"
LETTER = "quietfeed · Tue 24 Nov\nWould mute 1, new today: Growth Hive <b>&amp;</b>"


@pytest.fixture
def receiver():
    with Receiver() as made:
        yield made


def in_process(url: str, letter: str = LETTER) -> dict[str, object]:
    """What the short-lived process does, in this one: it takes a second less."""
    written = message(letter)
    return child.answered({"url": url, "title": written.title, "body": written.body})


def test_a_message_is_sent_by_a_process_of_its_own_that_shows_its_address_to_nobody(receiver, monkeypatch):
    monkeypatch.setenv("QUIETFEED_HOME_NOTIFY_PHONE", f"json://{receiver.address}/{SECRET}")
    monkeypatch.setenv("DATABASE_URL", f"postgresql://owner:{SECRET}@db.example.test/q")
    seen = []

    def look_around():
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                if b"bot.notify.child" in (told := (folder / "cmdline").read_bytes()):
                    seen.append(told + (folder / "environ").read_bytes())
            except OSError:
                continue

    receiver.meanwhile = look_around
    outcome = send(f"json://{receiver.address}/{SECRET}", message(LETTER), lambda: None)
    assert (outcome.sent, outcome.service) == (True, "JSON")
    told = json.loads(receiver.taken[0].body)
    assert (told["title"], told["message"]) == tuple(LETTER.split("\n"))
    assert receiver.taken[0].path == f"/{SECRET}"
    assert all(SECRET.encode() not in one for one in seen)
    assert seen or not Path("/proc/self").exists()


@pytest.mark.parametrize(("status", "words"), [(401, "(HTTP 401)"), (500, "(HTTP 500)")])
def test_a_refusal_is_told_with_its_status_and_nothing_of_the_address(receiver, status, words):
    receiver.status = status
    answer = in_process(f"json://robin:{SECRET}@{receiver.address}/{SECRET}")
    assert answer == {"result": "refused", "status": status, "service": "JSON"}
    assert words in sending._outcome(answer).why
    assert SECRET not in json.dumps(answer)


@pytest.mark.parametrize(("status", "wrong"), [(401, True), (404, True), (429, False), (500, False)])
def test_another_address_is_asked_for_where_the_server_does_not_know_this_one(status, wrong):
    outcome = sending._outcome({"result": "refused", "status": status}).with_step("on this machine: …")
    assert outcome.why.endswith("; for another address, on this machine: …") is wrong


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("asked_for", ["", "?redirect=yes"])
def test_no_message_follows_a_redirect(receiver, status, asked_for):
    with Receiver() as elsewhere:
        receiver.status, receiver.location = status, f"http://{elsewhere.address}/there"
        answer = in_process(f"json://robin:{SECRET}@{receiver.address}/{SECRET}{asked_for}")
        assert elsewhere.taken == []
    assert len(receiver.taken) == 1
    assert sending._outcome(answer).why == "its server redirects elsewhere, where nothing was sent"


BROKEN = {
    "reset at once": "the connection was cut off",
    "reset behind the headers": "",  # the service had answered
    "closed without a word": "the connection was cut off",
    "no http": "what answers there speaks no HTTP that is spoken here",
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_broke_on_the_way_is_told_in_words_and_nothing_of_the_address(receiver, name):
    with FaultProxy(f"http://{receiver.address}") as proxy:
        proxy.strike(FAULTS[name])
        answer = in_process(f"json://robin:{SECRET}@{proxy.host}/{SECRET}")
    assert SECRET not in json.dumps(answer)
    if BROKEN[name]:
        assert sending._outcome(answer) == Outcome(False, f"its server: {BROKEN[name]}", "JSON")


def test_a_server_that_is_not_there_is_told_apart_from_one_that_refuses():
    with Receiver() as gone:
        address = gone.address
    answer = in_process(f"json://{address}/{SECRET}")
    assert sending._outcome(answer).why == "its server: no connection: it was refused"


def test_a_certificate_that_nobody_vouches_for_is_told_with_the_next_step(receiver, tmp_path):
    with FaultProxy(f"http://{receiver.address}", Authority(tmp_path).serving()) as proxy:
        answer = in_process(f"jsons://{proxy.url.removeprefix('https://')}/{SECRET}")
        assert proxy.heard == []
    assert "nobody whom this machine trusts vouches for it; nothing was sent" in sending._outcome(answer).why


@pytest.mark.parametrize("url", ["", "hello", SECRET, "nope://x/y", f"json://{SECRET}:port/", "json://", "\x00"])
def test_what_is_no_address_is_told_as_that_and_not_repeated(url):
    answer = in_process(url)
    assert answer["result"] in ("no address", "unreachable")
    assert SECRET not in sending._outcome(answer).why


def test_an_address_can_be_looked_at_without_a_message(receiver):
    assert child.answered({"url": f"json://{receiver.address}/"}) == {"result": "sound", "service": "JSON"}
    assert receiver.taken == []


def test_a_mail_has_the_first_line_as_its_subject_and_nothing_in_it_becomes_a_header():
    hostile = "quietfeed\u2028Bcc: all@example.test\r\u202eX: 1\u0085Y\x1b[2J · Tue\nBcc: you@example.test\n\n<script>"
    with Mailbox() as mailbox:
        url = f"mailto://{mailbox.address}/?from=bot@example.test&to=robin@example.test&mode=insecure&format=html"
        assert in_process(url, hostile)["result"] == "sent"
    mail = message_from_string(mailbox.taken[0].body, policy=policy.default)
    assert "robin@example.test" in mailbox.taken[0].path
    assert mail["Bcc"] is None
    assert mail["X"] is None
    assert str(mail["Subject"]) == message(hostile).title == "quietfeed Bcc: all@example.testX: 1Y[2J · Tue"
    body = mail.get_body(("html",)).get_content()
    assert "<script>" not in body
    assert "&lt;script&gt;" in body


@given(st.text() | st.lists(st.sampled_from("a\n\r\t\u2028\u202e\u0085\x00\x1b\ud800é")).map("".join))
def test_no_letter_breaks_out_of_its_title(letter):
    written = message(letter)
    assert not [c for c in written.title if unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp")]
    assert len(written.title) <= 120
    assert json.loads(json.dumps([written.title, written.body])) == [written.title, written.body]
    written.body.encode()


def test_without_apprise_the_command_that_installs_it_is_told():
    code = (
        "import sys; sys.modules['apprise'] = None\n"
        "from bot.notify.child import answered; print(answered({'url': 'json://x', 'title': '', 'body': ''}))"
    )
    env = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=env)
    assert done.stdout.strip() == "{'result': 'missing'}"
    assert "pip install 'quietfeed[notify]'" in sending._outcome({"result": "missing"}).why


def test_who_takes_too_long_is_given_up_and_an_end_ends_it_at_once(receiver):
    def stop():
        raise Stopped

    url = f"json://{receiver.address}/{SECRET}"
    assert "too long" in send(url, Message("a", "b"), lambda: None, longest=0.0).why
    with pytest.raises(Stopped):
        send(url, Message("a", "b"), stop)


@pytest.mark.parametrize("answer", [b"", b"nothing", b"[1]", b'{"result": 1}', b'{"result": "unheard of"}'])
def test_a_process_that_broke_off_is_told_as_that(answer):
    assert sending._outcome(sending._read(answer)).why == "the process that sends it broke off"


def test_the_daemons_side_loads_neither_apprise_nor_the_feeds_library():
    code = "import sys, bot.notify, bot.notify.feed; print(*{name.split('.')[0] for name in sys.modules})"
    env = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=env)
    assert not {"apprise", "feedgenerator", "requests"} & set(done.stdout.split())
