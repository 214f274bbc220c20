"""Captured histories: what is read, what is refused, and the round trip."""

import gzip
import io
import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.archive import Unreadable, dump, opened, read
from bot.errors import UserError
from bot.model import EPOCH, Account, History, Post

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def line(**changes: object) -> str:
    account = {"id": "a1", "handle": "ann@example.org"}
    post = {"id": "p1", "created_at": "2026-03-01T12:00:00Z", "text": "hello", "links": [], "reply_to": None}
    return json.dumps({"format": 1, "platform": "mastodon", "account": account, "posts": [post], **changes})


def test_a_history_ends_with_its_newest_post_whatever_the_time_is() -> None:
    posts = [{"id": "1", "created_at": "2020-01-01T00:00:00Z"}, {"id": "2", "created_at": "2020-01-09T00:00:00Z"}]
    (history,) = read([line(posts=posts)])
    assert isinstance(history, History)
    assert history.until == datetime(2020, 1, 9, tzinfo=UTC)
    assert [p.id for p in history.posts] == ["2", "1"]


def test_a_broken_line_costs_one_line_and_is_named_by_its_number() -> None:
    found = list(read([line(), "", "{", line()]))
    assert [type(f) for f in found] == [History, Unreadable, History]
    assert isinstance(found[1], Unreadable)
    assert found[1].line == 3


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        ("[]", "no JSON object"),
        (line(account=None), "account: an object is needed"),
        (line(account={"id": None}), "account: an id or a handle is needed"),
        (line(posts={}), "posts: a list is needed"),
        (line(posts=[{"id": "1"}]), "post 1: created_at: None is no time"),
        (line(posts=[{"id": "1", "created_at": "yesterday"}]), "post 1: created_at: 'yesterday' is no time"),
        (line(posts=[7]), "post 1: no JSON object"),
        (line(format=2), "format 2 is not known here"),
        ("[" * 100_000, "nested too deeply"),
    ],
)
def test_what_is_wrong_with_a_line_is_said(broken: str, reason: str) -> None:
    (found,) = read([broken])
    assert isinstance(found, Unreadable)
    assert reason in found.reason


def test_links_come_without_tracking_and_what_is_no_link_is_dropped() -> None:
    links = ["https://Example.com/a?utm_source=x&id=1", "mailto:ann@example.org", 7, "https://[broken"]
    (history,) = read([line(posts=[{"id": "1", "created_at": "2026-03-01T12:00:00Z", "links": links}])])
    assert isinstance(history, History)
    assert history.posts[0].links == ("https://example.com/a?id=1",)


def test_times_of_old_archives_are_understood() -> None:
    (history,) = read([line(account={"id": "a", "created_at": "Mon May 11 21:42:30 +0000 2009"})])
    assert isinstance(history, History)
    assert history.account.created_at == datetime(2009, 5, 11, 21, 42, 30, tzinfo=UTC)


def test_an_account_without_posts_is_a_history_too() -> None:
    (history,) = read([line(posts=[])])
    assert isinstance(history, History)
    assert history.posts == ()
    assert history.until == EPOCH


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_plain_and_gzipped_files_are_read_alike(tmp_path, pack) -> None:  # type: ignore[no-untyped-def]
    file = tmp_path / "histories"
    file.write_bytes(pack((line() + "\n" + line()).encode()))
    with opened(str(file)) as lines:
        assert len(list(read(lines))) == 2


def test_standard_input_may_be_gzipped(monkeypatch) -> None:  # type: ignore[no-untyped-def]
    packed = io.BytesIO(gzip.compress((line() + "\n").encode() * 3))
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(packed))
    with opened("-") as lines:
        assert len(list(read(lines))) == 3


def test_a_file_that_is_not_there_is_a_clear_word(tmp_path) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(UserError, match="No such file"), opened(str(tmp_path / "none")):
        pass


def test_a_gzipped_file_cut_short_is_a_clear_word(tmp_path) -> None:  # type: ignore[no-untyped-def]
    file = tmp_path / "cut.gz"
    file.write_bytes(gzip.compress(line().encode() * 1000)[:-20])
    with opened(str(file)) as lines, pytest.raises(UserError, match="cannot be read to its end"):
        list(read(lines))


TIMES = st.datetimes(min_value=datetime(1970, 1, 2), max_value=datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
WORDS = st.text(max_size=30)
OPTIONAL = st.none() | st.text(min_size=1, max_size=8)
POSTS = st.builds(
    Post,
    id=st.text(min_size=1, max_size=8),
    author=st.just("a1"),
    created_at=TIMES,
    text=st.text(alphabet=st.characters(), max_size=60),
    links=st.just(()) | st.just(("https://example.com/a",)),
    reply_to=OPTIONAL,
    reply_to_post=OPTIONAL,
    repost_of=OPTIONAL,
    quote_of=OPTIONAL,
    mentions=st.tuples(WORDS),
    tags=st.tuples(WORDS),
    media=st.integers(0, 9),
    card_title=WORDS,
    card_authors=st.tuples(WORDS),
    url=WORDS,
)


@given(st.lists(POSTS, max_size=6), WORDS, st.none() | st.booleans(), st.none() | TIMES)
def test_what_is_dumped_is_read_back_the_same(posts, bio, automated, created) -> None:  # type: ignore[no-untyped-def]
    account = Account("a1", "ann", bio=bio, automated=automated, created_at=created, followers=3, url="https://x.test")
    newest_first = tuple(sorted(posts, key=lambda p: p.created_at, reverse=True))
    until = newest_first[0].created_at if newest_first else EPOCH
    history = History(account, newest_first, until, platform="bluesky")
    assert list(read([dump(history)])) == [history]


@pytest.mark.slow
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
        lambda inner: (
            st.lists(inner, max_size=4)
            | st.dictionaries(
                st.sampled_from("format platform account posts id handle created_at links text".split()), inner
            )
        ),
    )
)
def test_no_line_raises(found: object) -> None:
    assert all(isinstance(result, History | Unreadable) for result in read([json.dumps(found)]))
