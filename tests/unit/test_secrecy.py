"""A secret is shown nowhere, however a fault spells it; what is no secret stays as it is."""

import json
from base64 import b64encode, urlsafe_b64encode
from html import escape
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import secrecy
from bot.secrecy import HIDDEN

SECRET = 'p@ss/wörd "8"+?&<ß'
SPELLINGS = {
    "as it is": SECRET,
    "in an address": quote(SECRET, safe=""),
    "in the path of an address": quote(SECRET),
    "in a form": quote_plus(SECRET),
    "in JSON": json.dumps(SECRET)[1:-1],
    "in JSON with letters": json.dumps(SECRET, ensure_ascii=False)[1:-1],
    "as Python shows it": repr(SECRET)[1:-1],
    "in HTML": escape(SECRET),
}


@pytest.mark.parametrize("spelled", SPELLINGS.values(), ids=SPELLINGS)
def test_a_secret_is_hidden_in_every_spelling(spelled):
    secrecy.note(SECRET)
    assert secrecy.without(f"refused: {spelled}, again") == f"refused: {HIDDEN}, again"


@given(st.text(max_size=9), st.text(st.characters(codec="utf-8"), min_size=8, max_size=60), st.text(max_size=9))
@pytest.mark.parametrize("encoded", [b64encode, urlsafe_b64encode])
def test_a_login_in_base64_hides_its_password_whatever_stands_around_it(encoded, before, secret, behind):
    before, behind = (part.encode(errors="replace") for part in (before, behind))
    basic = encoded(before + secret.encode() + behind).decode()
    shown = secrecy.without(f"Authorization: Basic {basic}", secret)
    length = len(secret.encode())
    for shift in range(3):
        whole = encoded(bytes(shift) + secret.encode()).decode()[-(-shift * 8 // 6) : (shift + length) * 8 // 6]
        assert whole not in shown


@given(st.lists(st.text(min_size=4, max_size=20), max_size=4), st.text(max_size=80))
def test_nothing_that_is_passed_is_left(secrets, text):
    shown = secrecy.without(text.join(secrets), *secrets)
    assert not [one for one in secrets if one in shown.replace(HIDDEN, "\0") and one not in HIDDEN]


@pytest.mark.parametrize(
    "word", ["", " ", "abc", "quietfeed", "postgres"], ids=["nothing", "a blank", "short", "our name", "a default"]
)
def test_what_says_nothing_takes_nothing_away(word):
    secrecy.note(word, None)
    assert secrecy.without("abc quietfeed asks postgres") == "abc quietfeed asks postgres"


def test_a_secret_within_another_leaves_nothing_of_it():
    secrecy.note("hunter2", "hunter2-and-more")
    assert secrecy.without("hunter2-and-more hunter2") == f"{HIDDEN} {HIDDEN}"


@pytest.mark.parametrize(
    ("address", "parts"),
    [
        ("mailto://ann:hunter2@mail.test?to=b@c.test", ["hunter2"]),
        ("https://hooks.test/services/T0000001/B0000001/abcdefgh", ["services/T0000001/B0000001/abcdefgh", "abcdefgh"]),
        ("https://hc.test/8c1f2b7e-0000-4000-8000-000000000000", ["8c1f2b7e-0000-4000-8000-000000000000"]),
        ("https://push.test/?key=abcdefgh12", ["abcdefgh12", "key=abcdefgh12"]),
        ("https://[", ["https://["]),
    ],
)
def test_the_parts_of_a_secret_address_are_secret_too(address, parts):
    secrecy.note(*secrecy.of_address(address))
    for part in (address, *parts):
        assert secrecy.without(f"at {part} again") == f"at {HIDDEN} again"


def test_what_looks_like_a_token_is_hidden_though_nobody_noted_it():
    assert secrecy.without("Bearer abc.def-1, eyJhbGciOiJI.eyJz_dWI.c2ln-1") == f"Bearer {HIDDEN}, {HIDDEN}"


def test_a_year_of_sessions_takes_no_more_room_than_a_week():
    for number in range(2 * secrecy.MOST):
        secrecy.note(f"session-{number:05}")
    assert len(secrecy._known) == secrecy.MOST
    assert secrecy.without(f"session-{2 * secrecy.MOST - 1:05}") == HIDDEN
