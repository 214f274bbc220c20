"""What an account published, read from its outbox: how pages and actors are found, and what each item is."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.model import SELF, UNKNOWN, Account, Post
from bot.platforms.base import Unreachable
from bot.platforms.mastodon.connection import Refused
from bot.platforms.mastodon.outbox import pages

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
ACTOR, BOX = "https://shop.test/users/drop", "https://shop.test/users/drop/outbox"
DROP = Account("home-7", "drop@shop.test", url="https://shop.test/@drop")
ANN = "https://town.test/users/ann"


class Answers:
    """A visit to a server that answers from memory."""

    host = "shop.test"

    def __init__(self, found: Mapping[str, Any]) -> None:
        self.found, self.asked = found, list[str]()

    def get(self, target: str, accept: str = "") -> Any:
        self.asked.append(target)
        answer = self.found.get(target, Refused("shop.test said 404", 404))
        if isinstance(answer, Exception):
            raise answer
        return answer


def box(*items: Any, **more: Any) -> dict[str, Any]:
    return {"orderedItems": list(items), **more}


def note(number: int = 1, **more: Any) -> dict[str, Any]:
    name = f"{ACTOR}/statuses/{number}"
    return {"id": name, "type": "Note", "content": "<p>Hello</p>", "published": "2026-05-01T12:00:00Z", **more}


def created(**more: Any) -> dict[str, Any]:
    return {"type": "Create", "object": note(**more)}


def read(*items: Any) -> tuple[tuple[Post, ...], int, str]:
    found = {DROP.url: {"id": ACTOR, "outbox": BOX}, BOX: box(*items)}
    (page,) = pages(Answers(found), DROP)  # type: ignore[arg-type]
    return page


def one(**more: Any) -> Post:
    ((post,), _, _) = read(created(**more))
    return post


WAYS = {
    "at once": {BOX: box(created())},
    "on a first page": {BOX: {"first": f"{BOX}?page=0"}, f"{BOX}?page=0": box(created())},
    "on a first page that stands there": {BOX: {"first": box(created())}},
    "on a first page named by an object": {BOX: {"first": {"id": "/first"}}, "/first": box(created())},
    "on a first page named by a link": {BOX: {"first": {"href": "/first"}}, "/first": box(created())},
    "by an item that is no list": {BOX: {"orderedItems": created()}},
}


@pytest.mark.parametrize("way", WAYS)
def test_the_first_page_is_found_however_it_is_told(way: str) -> None:
    visit = Answers({DROP.url: {"id": ACTOR, "outbox": BOX}, **WAYS[way]})
    ((posts, broken, own),) = pages(visit, DROP)  # type: ignore[arg-type]
    assert ([post.id for post in posts], broken, own) == ([f"{ACTOR}/statuses/1"], 0, ACTOR)


def test_pages_follow_one_another_to_the_last() -> None:
    found = {
        DROP.url: {"id": ACTOR, "outbox": BOX},
        BOX: box(created(number=1), next="/2"),
        "/2": box(next={"id": "/3"}),
        "/3": box(created(number=3), created(number=4), next=box(created(number=5))),
    }
    visit = Answers(found)
    told = [[post.id.rpartition("/")[2] for post in posts] for posts, _, _ in pages(visit, DROP)]  # type: ignore[arg-type]
    assert told == [["1"], [], ["3", "4"], ["5"]]
    assert visit.asked == [DROP.url, BOX, "/2", "/3"]


FINGER = "/.well-known/webfinger?resource=acct%3Adrop%40shop.test"
NAMED = {FINGER: {"links": [None, {"rel": "other", "href": "/no"}, {"rel": "self", "href": ACTOR}]}}


@pytest.mark.parametrize("page", [{}, {"id": ACTOR}, [], "x", Refused("no", 404), Unreachable("no")])
def test_an_actor_that_its_page_does_not_show_is_asked_for_by_name(page: Any) -> None:
    found = {DROP.url: page, **NAMED, ACTOR: {"id": ACTOR, "outbox": BOX}, BOX: box(created())}
    visit = Answers(found)
    assert len(list(pages(visit, DROP))) == 1  # type: ignore[arg-type]
    assert visit.asked == [DROP.url, FINGER, ACTOR, BOX]


def test_an_account_without_an_outbox_is_refused() -> None:
    with pytest.raises(Refused, match=r"names no outbox of drop@shop\.test") as caught:
        list(pages(Answers({**NAMED, ACTOR: {"id": ACTOR}}), DROP))  # type: ignore[arg-type]
    assert caught.value.status == 404


def test_what_is_no_post_counts_for_nothing_and_what_cannot_be_read_is_counted() -> None:
    none = [
        {"type": "Like", "object": ACTOR},
        {"type": "Delete"},
        {},
        7,
        {"type": "Create", "object": {"type": "Place"}},
    ]
    broken = [
        {"type": "Create"},
        {"type": "Create", "object": "https://shop.test/1"},
        created(published="soon"),
        {"type": "Announce", "id": "", "object": "x", "published": "2026-05-01T12:00:00Z"},
    ]
    posts, unreadable, _ = read(*none, *broken, created())
    assert (len(posts), unreadable) == (1, len(broken))


@pytest.mark.parametrize("kind", ["Note", "Article", "Question", "Page", "Video", "Image", "Audio", "Event"])
def test_whatever_is_written_or_shown_is_a_post(kind: str) -> None:
    assert one(type=kind).text == "Hello"


@pytest.mark.parametrize(
    ("shown", "of"),
    [
        (f"{ACTOR}/statuses/1", "own"),
        ({"id": f"{ACTOR}/statuses/1"}, "own"),
        (f"{ACTOR}s/statuses/1", UNKNOWN),
        (f"{ANN}/statuses/5", UNKNOWN),
    ],
)
def test_a_repost_tells_the_address_and_whether_it_is_the_accounts_own(shown: Any, of: str) -> None:
    announced = {"type": "Announce", "id": "/boost", "object": shown, "published": "2026-05-01T12:00:00Z"}
    ((post,), _, own) = read(announced)
    assert (post.id, post.author, post.repost_of) == ("/boost", own, ACTOR if of == "own" else of)
    assert post.url == (shown if isinstance(shown, str) else shown["id"])


def mention(href: str) -> dict[str, str]:
    return {"type": "Mention", "href": href}


BEN = "https://town.test/users/ben"


@pytest.mark.parametrize(
    ("parent", "tags", "whom"),
    [
        (None, [mention(ANN)], None),
        (f"{ACTOR}/statuses/0", [mention(ANN)], SELF),
        ({"id": f"{ANN}/statuses/5"}, [mention(ANN)], ANN),
        (f"{BEN}/statuses/5", [mention(ANN), mention(BEN)], BEN),
        ("https://town.test/notes/5", [mention(ACTOR), mention(ANN), mention(BEN)], ANN),
        ("https://town.test/notes/5", [{"type": "Hashtag", "href": ANN}], UNKNOWN),
        ("https://town.test/notes/5", mention(ANN), ANN),
        ("https://town.test/notes/5", [7, mention("")], UNKNOWN),
    ],
)
def test_whom_a_note_answers_is_told_by_its_parents_address_or_by_whom_it_mentions(
    parent: Any, tags: Any, whom: str | None
) -> None:
    assert one(inReplyTo=parent, tag=tags).reply_to == whom


def test_a_note_is_told_with_all_that_belongs_to_it() -> None:
    tags = [{"type": "Hashtag", "name": "#Trams"}, mention(ANN), {"type": "Emoji", "name": ":cat:", "href": BEN}]
    post = one(
        summary="Warning", tag=tags, attachment={"type": "Image"}, url=[{"href": ""}, {"href": "https://a.test/1"}]
    )
    assert (post.text, post.tags, post.media, post.mentions) == ("Warning\n\nHello", ("Trams",), 1, (ANN,))
    assert (post.url, post.created_at, post.author) == ("https://a.test/1", NOW, ACTOR)
    assert one().url == one().id
    assert one(attachment=[None, {}, {}]).media == 2


@pytest.mark.parametrize("name", ["quote", "quoteUrl", "quoteUri"])
def test_a_quote_is_known_by_any_of_its_names(name: str) -> None:
    assert one(**{name: f"{ANN}/statuses/5"}).quote_of == UNKNOWN
    assert one().quote_of is None


def test_where_the_note_has_no_date_the_activity_s_counts() -> None:
    undated = {"type": "Create", "published": "2026-05-01T12:00:00Z", "object": note(published=None)}
    ((post,), _, _) = read(undated)
    assert post.created_at == NOW
