"""Each reader of raw JSON takes one shape and refuses any other."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.platforms.bluesky.json import (
    FIRST_TID,
    Unreadable,
    did_of,
    items_of,
    kind_of,
    object_of,
    object_or_none,
    text_of,
    tid_time,
    time_of,
)
from tests.servers.bluesky_stub import tid

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
MICROSECOND, DAY = timedelta(microseconds=1), timedelta(days=1)
ANYTHING: list[Any] = [None, True, 7, 1.5, "a", [], ["a"], {}, {"a": 1}]


@pytest.mark.parametrize("value", ANYTHING)
def test_a_shape_is_taken_as_it_is_and_no_other(value: Any) -> None:
    for read, kind in ((text_of, str), (object_of, dict), (items_of, list)):
        if isinstance(value, kind):
            assert read(value) is value
        elif not (value is None and read is items_of):
            with pytest.raises(Unreadable, match=type(value).__name__):
                read(value)
    assert items_of(None) == []
    assert object_or_none(value) == (value if isinstance(value, dict) else {})


@pytest.mark.parametrize(
    ("kind", "word"),
    [
        ("app.bsky.embed.external#view", "external"),
        ("app.bsky.embed.external", "external"),
        ("app.bsky.embed.record#view.odd", "record"),
        ("external", "external"),
        ("", ""),
        (None, ""),
        (7, ""),
    ],
)
def test_the_kind_of_an_object_is_its_types_last_word(kind: Any, word: str) -> None:
    assert kind_of({"$type": kind}) == word
    assert kind_of({}) == ""


@pytest.mark.parametrize(
    ("value", "time"),
    [
        ("2026-05-01T12:00:00Z", NOW),
        ("2026-05-01T12:00:00.000Z", NOW),
        ("2026-05-01T14:00:00+02:00", NOW),
        ("2026-05-01T12:00:00", NOW),
        ("0001-01-01T00:00:00+14:00", None),
        ("0001-01-01T00:00:00Z", None),
        ("9999-12-31T23:59:59-14:00", None),
        ("soon", None),
        ("", None),
        (1_777_636_800, None),
        (None, None),
    ],
)
def test_a_time_is_told_as_utc_or_is_none(value: Any, time: datetime | None) -> None:
    found = time_of(value)
    assert found == time
    assert found is None or found.utcoffset() == timedelta()


@given(st.datetimes(FIRST_TID.replace(tzinfo=None), datetime(2026, 5, 2, 12), timezones=st.just(UTC)))  # noqa: DTZ001
def test_a_records_key_tells_when_it_was_made(made: datetime) -> None:
    assert tid_time(f"at://did:plc:ann/app.bsky.feed.like/{tid(made)}", NOW) == made
    assert tid_time(tid(made), NOW) == made


@pytest.mark.parametrize(
    ("key", "plausible"),
    [
        (tid(FIRST_TID), True),
        (tid(FIRST_TID - MICROSECOND), False),
        (tid(NOW + DAY), True),
        (tid(NOW + DAY + MICROSECOND), False),
        (tid(NOW)[:-1], False),
        (f"{tid(NOW)}2", False),
        (f"{tid(NOW)[:-1]}1", False),
        (f"{tid(NOW)[:-1]}A", False),
        ("self", False),
        ("", False),
        (None, False),
        (["a"], False),
    ],
)
def test_a_key_that_is_no_time_of_ours_tells_none(key: Any, plausible: bool) -> None:
    assert (tid_time(key, NOW) is not None) is plausible


@pytest.mark.parametrize(
    ("uri", "did"),
    [
        ("at://did:plc:ann/app.bsky.feed.post/3k", "did:plc:ann"),
        ("at://did:plc:ann", "did:plc:ann"),
        ("at://did:web:ann.test/x", "did:web:ann.test"),
        ("at://ann.test/app.bsky.feed.post/3k", None),
        ("did:plc:ann", None),
        ("https://did:plc:ann/x", None),
        (None, None),
        (7, None),
    ],
)
def test_an_address_names_somebody_only_by_did(uri: Any, did: str | None) -> None:
    assert did_of(uri) == did
