"""What must hold of every signal on any history, and of words and links in any text."""

import math
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.config import default_config
from bot.judging.rules import judge
from bot.model import SELF, UNKNOWN, Account, History, Post
from bot.signals import ALL, UNITS
from bot.signals.phrases import Phrases
from bot.signals.text import words
from bot.signals.voice import own_posts, thread_share

NOW = datetime(2026, 5, 1, tzinfo=UTC)
CONFIG = default_config()
ODD = [
    "",
    "\x00",
    "\ud800 \udfff",
    "🏳️‍🌈" * 9,
    "https://",
    "www.",
    "@",
    "#",
    "http://[",
    "%" * 50,
    "a/b.c/d",
    "ありがとう",
]
HOSTILE = st.text(alphabet=st.characters(), max_size=40) | st.sampled_from(ODD)
PEOPLE = st.none() | st.sampled_from([SELF, UNKNOWN, "ann", "ben"])
TIMES = st.sampled_from(
    [NOW, NOW, NOW + timedelta(days=9999), NOW - timedelta(seconds=1), datetime(1, 1, 1, tzinfo=UTC)]
)
URLS = st.sampled_from(
    ["https://example.com/a", "https://t.co/x", "http://[", "", "\x00", "https://\ud800.test/", "x:y:z"]
)
POSTS = st.builds(
    Post,
    id=st.sampled_from("abcdef"),
    author=st.just("ann"),
    created_at=TIMES | st.datetimes(timezones=st.just(UTC)),
    text=HOSTILE,
    links=st.lists(URLS, max_size=3).map(tuple),
    reply_to=PEOPLE,
    reply_to_post=st.none() | st.sampled_from("abcdef"),
    repost_of=PEOPLE,
    quote_of=PEOPLE,
    tags=st.lists(HOSTILE, max_size=6).map(tuple),
    media=st.integers(0, 4),
    card_title=HOSTILE,
    card_authors=st.lists(HOSTILE, max_size=2).map(tuple),
)
ACCOUNTS = st.builds(
    Account,
    id=st.just("ann"),
    handle=HOSTILE,
    bio=HOSTILE,
    profile_links=st.lists(URLS, max_size=2).map(tuple),
    automated=st.none() | st.booleans(),
    followers=st.none() | st.integers(0, 10**12),
    following=st.none() | st.integers(0, 10**12),
    created_at=st.none() | TIMES,
)
HISTORIES = st.builds(
    History,
    account=ACCOUNTS,
    posts=st.lists(POSTS, max_size=12).map(tuple),
    until=TIMES,
    timeline_posts=st.none() | st.integers(0, 99),
    timeline_total=st.none() | st.integers(0, 99),
    lexicon=st.just(CONFIG.lexicon),
)


@pytest.mark.slow
@given(HISTORIES)
@settings(max_examples=150, deadline=None)
def test_every_signal_gives_a_reading_in_its_range_or_none_on_any_history(history: History) -> None:
    for signal in ALL:
        reading = signal(history)
        least, most = UNITS[signal.unit]
        if reading is None:
            continue
        assert math.isfinite(reading), signal.name
        assert least is not None, signal.name
        assert reading >= least, signal.name
        assert most is None or reading <= most, signal.name


@pytest.mark.slow
@given(HISTORIES)
@settings(max_examples=60, deadline=None)
def test_judging_never_raises_and_acts_only_on_enough_evidence(history: History) -> None:
    verdict = judge(history, CONFIG.rules, CONFIG.minimum)
    assert verdict.rule is None or verdict.step is not None
    assert verdict.rule is None or len(history.posts) >= 10


@pytest.mark.parametrize(
    "text", ["x" * 1_000_000, "a/" * 500_000, "www." * 250_000, "@a.b" * 250_000, "日本" * 500_000, "\x00" * 1_000_000]
)
def test_a_text_of_a_megabyte_is_read_like_any_other(text: str) -> None:
    posts = tuple(Post(str(n), "ann", NOW - timedelta(hours=n), text, card_title=text[:9]) for n in range(5))
    history = History(Account("ann", "ann", bio=text), posts, NOW, lexicon=CONFIG.lexicon)
    assert all(signal(history) is None or math.isfinite(signal(history)) for signal in ALL)  # type: ignore[arg-type]


@pytest.mark.slow
def test_a_hundred_thousand_posts_are_judged() -> None:
    posts = tuple(Post(str(n), "ann", NOW - timedelta(minutes=n), f"number {n}", reply_to=SELF) for n in range(100_000))
    history = History(Account("ann", "ann"), posts, NOW, lexicon=CONFIG.lexicon)
    assert judge(history, CONFIG.rules, CONFIG.minimum).rule is None
    assert own_posts(history) == 1


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 0),
        ("four words of english", 4),
        ("don't count https://example.com/a-b or @ann@example.org or #tag", 4),
        ("— ... !!! 👍🏽 🇫🇷 ❤️", 0),
        ("東京", 1),
        ("橋が落ちた理由", 4),
        ("橋が落ちた理由 https://example.com #橋", 4),
        ("สวัสดีครับ", 3),
        ("مرحبا بالعالم", 2),
        ("שָׁלוֹם עוֹלָם", 2),
        ("हिन्दी में लिखा", 3),
        ("Привет мир", 2),
        ("naïve café", 2),
        ("3 Gründe, warum", 3),
    ],
)
def test_words_are_counted_in_any_script(text: str, count: int) -> None:
    assert len(words(text.casefold())) == count


def test_phrases_are_whole_words_where_words_have_spaces_and_anywhere_else() -> None:
    phrases = Phrases(["sale", "% off", "link  in bio", "割引"])
    for text in ("SALE!", "now 20% off", "Link in\nbio", "本日割引です"):
        assert phrases.within(text)
    for text in ("wholesale", "% offer", "linking in bio", "分割 引用"):
        assert not phrases.within(text)
    assert not Phrases([]).within("anything")


def test_a_thread_in_the_wrong_order_or_with_lost_parts_is_still_told_apart() -> None:
    parts = (
        Post("c", "ann", NOW, "third", reply_to=SELF, reply_to_post="b"),
        Post("b", "ann", NOW, "second", reply_to=SELF, reply_to_post="a"),
        Post("x", "ann", NOW, "another", reply_to=SELF, reply_to_post="lost"),
        Post("a", "ann", NOW, "first"),
    )
    history = History(Account("ann", "ann"), parts, NOW)
    assert (own_posts(history), thread_share(history)) == (2, 0.5)
