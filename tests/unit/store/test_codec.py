"""The words as rows: every field of every word survives, whatever it holds."""

import json
import typing
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.model import Account, Comparison, Entry, Post, SweepRecord, moment
from bot.platforms.base import Feed
from bot.store.codec import built, key, loaded, packed, plain, squeezed, text_of, time_of, unpacked, unsqueezed

ANY_TEXT = st.text(st.characters(), max_size=20)  # null bytes and lone surrogates included
TIMES = st.datetimes(timezones=st.just(UTC))
WORDS = {str: ANY_TEXT, datetime: TIMES, float: st.floats(allow_nan=False)}


def values(hint):
    """Any value of a type, with texts as hostile as they come."""
    if hint in WORDS:
        return WORDS[hint]
    parts, origin = typing.get_args(hint), typing.get_origin(hint)
    if origin in (tuple, Sequence):
        return st.lists(values(parts[0]), max_size=2).map(tuple)
    if hasattr(hint, "__dataclass_fields__"):
        return st.builds(hint, **{name: values(kind) for name, kind in typing.get_type_hints(hint).items()})
    if parts and type(None) in parts:
        return st.none() | values(next(part for part in parts if part is not type(None)))
    if parts:  # a mapping
        return st.dictionaries(ANY_TEXT, values(parts[1]), max_size=2)
    return st.from_type(hint)


@pytest.mark.parametrize("kind", [Account, Post, Comparison, Entry, SweepRecord])
def test_every_word_survives_as_a_line_of_ascii(kind):
    @settings(max_examples=60, deadline=None)
    @given(values(kind))
    def survives(word):
        line = packed(word)
        assert line == json.dumps(plain(word), separators=(",", ":"))
        assert line.isascii()
        assert "\x00" not in line
        back = unpacked(kind, line)
        assert back == word
        assert [type(getattr(back, f)) for f in kind.__dataclass_fields__] == [
            type(getattr(word, f)) for f in kind.__dataclass_fields__
        ]

    survives()


@settings(max_examples=40, deadline=None)
@given(values(Feed))
def test_an_own_feed_survives_compression(feed):
    assert built(Feed, unsqueezed(squeezed(feed))) == feed


@given(ANY_TEXT, ANY_TEXT)
def test_keys_can_be_read_back_and_never_collide(one, other):
    assert key(one).isascii()
    assert "\x00" not in key(one)
    assert text_of(key(one)) == one
    assert (key(one) == key(other)) == (one == other)


def test_ordinary_ids_stay_as_they_are():
    for ordinary in ("109372843234", "did:plc:abc", "at://did:plc:abc/app.bsky.feed.post/3k", "01HZ-ULID"):
        assert key(ordinary) == ordinary


@given(TIMES, TIMES)
def test_times_keep_their_order_and_every_microsecond(one, other):
    assert time_of(moment(one)) == one
    assert (moment(one) < moment(other)) == (one < other)


def test_a_time_without_a_zone_is_refused():
    with pytest.raises(TypeError):
        moment(datetime(2026, 5, 1))  # noqa: DTZ001
    assert time_of(0) + timedelta(seconds=1) == time_of(1_000_000)


def test_a_field_of_a_later_version_is_dropped():
    assert unpacked(Account, '{"id":"1","handle":"a","mood":"fine"}') == Account("1", "a")


@pytest.mark.parametrize("line", ["", "[]", "null", "{", '{"id":"1","handle":"a"} and more', '{"id":"1"}'])
def test_a_damaged_line_is_an_error_that_the_store_explains(line):
    with pytest.raises((ValueError, TypeError)):
        unpacked(Account, line)


def test_a_damaged_own_feed_is_an_error_that_the_store_explains():
    for data in (b"", b"nonsense", squeezed({"a": "b"})[:-3]):
        with pytest.raises(ValueError, match=r".+"):
            unsqueezed(data)
    assert loaded('{"a":1}') == {"a": 1}
