"""A made-up account has what its owner says it has, and is the same wherever it is made."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.judging.made import Made, history_of
from bot.judging.rules import read
from bot.model import Lexicon
from bot.signals import ALL

ADVERT = "Only today half off all the kettles in our little shop, kettle %n https://shop.example/%n"
NEWS = "%words https://news.example.com/%n"


def reading(made, signal):
    return read(history_of(made, Lexicon()), [signal])[signal]


@pytest.mark.parametrize(
    ("made", "signal", "expected"),
    [
        (Made(posts=60), "own_posts", 60),
        (Made(days=20), "days_seen", 20),
        (Made(posts=60, links=0.95), "link_share", 0.95),
        (Made(posts=7, links=1), "link_share", 1),
        (Made(text="Good morning"), "link_share", 0),
        (Made(text="Good morning", links=0.5), "link_share", 0.5),
        (Made(text=NEWS), "link_share", 1),
        (Made(text=NEWS), "top_domain_share", 1),
        (Made(text=NEWS), "near_duplicate_share", 0),
        (
            Made(text="Only today half off all the kettles, kettle %n https://shop.example/%n"),
            "near_duplicate_share",
            1,
        ),
        (Made(text="The same words for everybody"), "duplicate_text_share", 1),
        (Made(replies=12), "answered_people", 12),
        (Made(replies=12, people=3), "answered_people", 3),
        (Made(posts=30, replies=10), "reply_share", 0.25),
        (Made(posts=0, replies=20, reply="Look at https://shop.example"), "reply_link_share", 1),
        (Made(posts=30, reposts=90), "repost_share", 0.75),
        (Made(posts=40, media=0.25), "media_share", 0.25),
        (Made(posts=60, days=10, at_once=6), "max_posts_per_hour", 6),
        (Made(posts=60, days=10, at_once=6), "burst_days", 10),
        (Made(bot=True), "declared_bot", 1),
        (Made(), "declared_bot", 0),
        (Made(text=NEWS, site="https://news.example.com"), "own_site_share", 1),
        (Made(timeline_share=0.3), "timeline_share", 0.3),
        (Made(), "timeline_share", None),
    ],
    ids=str,
)
def test_a_made_up_account_reads_as_it_is_said_to_be(made, signal, expected):
    assert reading(made, signal) == expected


WORDS = st.text(max_size=80)
SHARES = st.floats(0, 1)
ANY = st.builds(
    Made,
    posts=st.integers(0, 150),
    days=st.integers(1, 730),
    at_once=st.integers(1, 15),
    text=WORDS,
    links=SHARES | st.none(),
    media=SHARES,
    replies=st.integers(0, 60),
    people=st.integers(1, 100) | st.none(),
    reply=WORDS,
    reposts=st.integers(0, 60),
    bot=st.booleans(),
    bio=WORDS,
    site=WORDS,
    timeline_share=SHARES | st.none(),
)


@pytest.mark.slow
@given(ANY)
def test_whatever_is_made_up_is_a_history_of_that_many_posts_newest_first(made):
    history = history_of(made, Lexicon())
    assert len(history.posts) == made.posts + made.replies + made.reposts
    assert len({post.id for post in history.posts}) == len(history.posts)
    times = [post.created_at for post in history.posts]
    assert times == sorted(times, reverse=True)
    assert all(at <= history.until for at in times)
    assert reading(made, "days_seen") <= made.days
    assert history == history_of(replace(made), Lexicon())
    for signal in ALL:
        signal(history)


@given(st.integers(1, 300), SHARES)
def test_the_share_of_posts_with_a_link_is_met_to_the_post(posts, share):
    linked = sum(bool(post.links) for post in history_of(Made(posts=posts, links=share), Lexicon()).posts)
    assert linked == round(posts * share)
