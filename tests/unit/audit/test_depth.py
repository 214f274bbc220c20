"""How far back an account is read."""

from datetime import timedelta

import pytest

from bot.audit.depth import is_enough
from bot.config import default_config
from bot.judging.rules import Bounds, Rule
from bot.model import History, Post, Step
from tests.unit.audit.made import ANN, NOW

RULES = default_config().rules
LINK = ("https://shop.test/1",)


def page(links: int = 0, replies: int = 0, reposts: int = 0, many: int = 40, said: str = "") -> History:
    """The first page of an account, one post an hour: some are answers, some reposts, some have a link."""
    posts = []
    for n in range(many):
        about = {"text": said or f"Thing number {n} of today, and what came of it {n * 7}"}
        if n < replies:
            about["reply_to"] = f"person{n}"
        elif n < replies + reposts:
            about["repost_of"] = f"person{n}"
        elif n < replies + reposts + links:
            posts.append(Post(str(n), ANN.id, NOW - timedelta(hours=n), links=LINK, **about))
            continue
        posts.append(Post(str(n), ANN.id, NOW - timedelta(hours=n), **about))
    return History(ANN, tuple(posts), NOW, platform="mastodon")


@pytest.mark.parametrize(
    ("history", "enough"),
    [
        (page(replies=10), True),
        (page(replies=10, links=30), True),
        (page(links=8), True),
        (page(links=40), False),
        (page(reposts=36), False),
        (page(many=12), False),
    ],
    ids=["converses", "converses and links", "talks to itself", "only links", "only reposts", "little"],
)
def test_who_converses_or_cannot_be_found_is_read_no_further(history: History, enough: bool) -> None:
    assert is_enough(history, RULES) is enough


def test_a_rule_of_the_owners_is_heard() -> None:
    rule = Rule("pictures", {"media_share": Bounds(at_most=0.1), "own_posts": Bounds(at_least=500)}, Step.REPORT)
    assert not is_enough(page(links=8), [rule])
    assert is_enough(page(links=8), [])


def test_one_advertisement_sent_to_many_is_no_conversation() -> None:
    assert not is_enough(page(replies=40, said="Buy this today, you will like it a lot and so will all others"), RULES)
