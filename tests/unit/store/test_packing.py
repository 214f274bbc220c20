"""A post's row says all that its line says, and is read only beside the columns that it was written with."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model import SELF, UNKNOWN, Post
from bot.store.codec import key
from bot.store.packing import Kind, kind_of, lengthened, line_of, pressed, shortened
from bot.store.post_rows import post_of, post_row

NOW = datetime(2026, 3, 1, tzinfo=UTC)
DID = "did:plc:ewvi7nxzyoun6zhxrhs64oiz"
OWN = f"at://{DID}/app.bsky.feed.post/3k2yihcrp6f2c"
TEXT = st.text(st.characters(), max_size=60)
POSTS = st.builds(
    Post,
    id=TEXT | st.just(OWN),
    author=TEXT | st.just(DID),
    created_at=st.datetimes(datetime(1950, 1, 1), datetime(2190, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    text=TEXT,
    links=st.lists(TEXT, max_size=3).map(tuple),
    reply_to=st.none() | st.sampled_from([SELF, UNKNOWN, "", DID]),
    repost_of=st.none() | st.sampled_from([UNKNOWN, "", DID]),
    media=st.integers(0, 4),
    url=TEXT,
)
POST = Post(OWN, DID, NOW, "Tea on the ferry, and a page about it", links=("https://ferry.example/tea",), url=OWN)


def read(row):
    return post_of(key(POST.author), row["id"], row["created_at"], row["payload"])


@given(POSTS)
def test_a_post_comes_back_from_its_row_as_it_was(post):
    row = post_row("home", post, 1, NOW)
    assert post_of(key(post.author), row["id"], row["created_at"], row["payload"]) == post


@given(TEXT, TEXT)
def test_an_id_is_made_short_so_that_it_can_be_told_apart_and_made_long_again(post_id, author):
    for one in (post_id, f"at://{author}/app.bsky.feed.post/{post_id}"):
        assert lengthened(shortened(key(one), key(author)), key(author)) == key(one)


def test_only_the_accounts_own_post_is_told_by_its_last_part_alone():
    assert shortened(OWN, DID) == '"3k2yihcrp6f2c'
    assert shortened(OWN, "did:plc:another") == OWN
    assert shortened("116527851844057436", "109800000000190056") == "116527851844057436"


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        ({}, Kind(0)),
        ({"links": ("https://e.test/",)}, Kind.LINKED),
        ({"reply_to": DID}, Kind.REPLY),
        ({"reply_to": UNKNOWN, "links": ("https://e.test/",)}, Kind.REPLY | Kind.LINKED),
        ({"reply_to": SELF}, Kind(0)),
        ({"repost_of": DID}, Kind.REPOST),
        ({"repost_of": UNKNOWN, "reply_to": DID}, Kind.REPOST),
        ({"repost_of": DID, "links": ("https://e.test/",)}, Kind.REPOST | Kind.LINKED),
        ({"text": '"repost_of":"x","links":["y"]'}, Kind(0)),
    ],
)
def test_of_what_kind_a_post_is(fields, kind):
    assert kind_of(Post("1", "2", NOW, **fields)) == kind


@pytest.mark.parametrize(
    "other",
    [
        {"author": "did:plc:ewvi7nxzyoun6zhxrhs64oia"},
        {"post_id": OWN[:-1] + "d"},
        {"created_at": 1772323200000001},
        {"data": b""},
        {"data": b"{}"},
    ],
    ids=lambda other: next(iter(other)),
)
def test_beside_other_columns_or_damaged_it_is_no_post(other):
    wrote = {"author": DID, "post_id": OWN, "created_at": 1772323200000000}
    data = pressed('{"id":"1","text":"so"}', **wrote)
    assert line_of(data, **wrote) == '{"id":"1","text":"so"}'
    with pytest.raises(ValueError, match=r"."):
        line_of(**({"data": data} | wrote | other))


@given(st.data())
def test_a_byte_that_is_wrong_or_missing_never_gives_another_post(data):
    row = post_row("home", POST, 1, NOW)
    payload = bytearray(row["payload"])
    place = data.draw(st.integers(0, len(payload) - 1))
    if data.draw(st.booleans()):
        del payload[place:]
    else:
        payload[place] ^= data.draw(st.integers(1, 255))
    with pytest.raises((ValueError, TypeError)):
        read(dict(row) | {"payload": bytes(payload)})


def test_a_post_takes_less_room_than_its_words():
    said = replace(POST, text="The ferry was late again, and so was the tea. " * 3, created_at=NOW + timedelta(hours=1))
    assert len(post_row("home", said, 1, NOW)["payload"]) < len(said.text)
