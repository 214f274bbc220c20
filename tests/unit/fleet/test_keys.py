"""Logins are encrypted by the first key, opened by any, and no message repeats a key or a login."""

import pytest
from cryptography.fernet import Fernet
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import UserError
from bot.fleet.keys import VARIABLE, keys, new_key

OLD, NEW = (Fernet.generate_key().decode() for _ in range(2))
SECRETS = {"ada": {"token": "sesame"}, "made for": {"ada token": "social.test"}}


def by(*given: str):
    return keys({VARIABLE: ",".join(given)})


@given(st.dictionaries(st.text(), st.dictionaries(st.text(), st.text())))
def test_what_was_sealed_is_opened_as_it_was(secrets):
    assert by(NEW).open("ada", by(NEW).seal("ada", secrets)) == secrets


def test_a_key_is_replaced_while_both_are_known():
    sealed = by(OLD).seal("ada", SECRETS)
    assert by(NEW, OLD).open("ada", sealed) == SECRETS
    renewed = by(NEW, OLD).renew("ada", sealed)
    assert by(NEW).open("ada", renewed) == SECRETS
    with pytest.raises(UserError, match="another key"):
        by(OLD).open("ada", renewed)


def test_nothing_sealed_shows_what_it_holds():
    assert "sesame" not in by(NEW).seal("ada", SECRETS)
    assert NEW not in repr(by(NEW))


@pytest.mark.parametrize("sealed", ["", "gAAAA", "not ours", "ümlaut", by(NEW).seal("ada", SECRETS)[:-4]])
def test_what_is_damaged_is_refused_with_the_next_step(sealed):
    with pytest.raises(UserError, match="fleet add --replace"):
        by(NEW).open("ada", sealed)


def test_a_login_that_lies_where_another_ones_belongs_is_refused():
    with pytest.raises(UserError, match="that of another profile"):
        by(NEW).open("ben", by(NEW).seal("ada", SECRETS))


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({}, "is not set"),
        ({VARIABLE: " , "}, "is not set"),
        ({VARIABLE: "sesame"}, f"^{VARIABLE} is no key"),
        ({VARIABLE: NEW[:-5] + "="}, "is no key"),
        ({VARIABLE: f"{NEW},sesame"}, "the 2. key in"),
    ],
)
def test_a_key_that_is_missing_or_wrong_is_said_with_the_next_step_and_without_the_key(given, words):
    with pytest.raises(UserError, match=words) as caught:
        keys(given)
    assert "quietfeed fleet new-key" in str(caught.value)
    assert "sesame" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_a_new_key_is_a_key_and_never_the_same():
    made = by(new_key())
    assert made.open("ada", made.seal("ada", SECRETS)) == SECRETS
    assert new_key() != new_key()
