"""A handle means one account, in whichever spelling it is typed or pasted."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot import handles
from bot.errors import UserError

SPELLINGS = [
    "ann@example.org",
    "@ann@example.org",
    " @Ann@Example.ORG\n",
    "\uff20ann@example.org",
    "acct:ann@example.org",
    "ACCT:ann@example.org",
    "ann@\u2060example.org",
    "\u2068@ann@example.org\u2069",
    "https://example.org/@ann",
    "https://example.org/@ann/",
    "http://example.org/@Ann?tab=posts#top",
    "example.org/@ann",
    "https://example.org/@ann/114000000000000001",
    "https://example.org/@ann/with_replies",
    "https://example.org/users/ann",
    "https://example.org/users/ann/statuses/1",
    "https://example.org/u/ann",
    "https://example.org/ann",
    "https://example.org/profile/ann",
    "https://other.example/@ann@example.org",
    "https://other.example/web/@ann@example.org",
    "https://other.example/deck/@ann@example.org",
]
SKY = [
    "ann.example.org",
    "@Ann.Example.org",
    "https://bsky.app/profile/ann.example.org",
    "bsky.app/profile/ann.example.org/post/3k",
    "https://deer.example/profile/ann.example.org",
    "at://ann.example.org",
]
DIDS = [
    "did:plc:ewvi7nxzyoun6zhxrhs64oiz",
    "at://did:plc:ewvi7nxzyoun6zhxrhs64oiz",
    "at://did:plc:ewvi7nxzyoun6zhxrhs64oiz/app.bsky.feed.post/3k",
    "https://bsky.app/profile/did:plc:ewvi7nxzyoun6zhxrhs64oiz",
]
IDN = ["ann@bücher.example", "ann@BÜCHER.example", "ann@xn--bcher-kva.example", "ann@bu\u0308cher.example"]


@pytest.mark.parametrize(
    ("spelling", "means"),
    [
        *((one, "ann@example.org") for one in SPELLINGS),
        *((one, "ann.example.org") for one in SKY),
        *((one, DIDS[0]) for one in DIDS),
        *((one, "ann@bücher.example") for one in IDN),
        ("straße.example", "straße.example"),
        ("xn--strae-oqa.example", "straße.example"),
        ("ann@हिन्दी.example", "ann@हिन्दी.example"),
        ("ann@localhost:3000", "ann@localhost:3000"),
        ("ann", "ann"),
        ("@ann", "ann"),
        ("ann.bell@example.org", "ann.bell@example.org"),
    ],
)
def test_every_spelling_means_one(spelling: str, means: str) -> None:
    assert handles.parse(spelling) == means


@pytest.mark.parametrize(
    "text",
    """@ | ann@ | @@ | x@@y | a b | *@example.org | ann@exa_mple,org | https://example.org | https:// | did: | did:plc:
    | ftp://example.org/@ann | ann@example..org | ann@.org | .ann@example.org | https://me:secret@example.org/@ann
    | example.org/tags/cats/new | “ann” | ann;drop | <ann@example.org> | at:// | acct:""".split("|"),
)
def test_what_cannot_be_a_handle_is_refused(text: str) -> None:
    assert handles.parse(text.strip()) is None
    with pytest.raises(UserError, match="cannot be a handle"):
        handles.parsed(text.strip())


@given(st.text(max_size=60))
@example("xn--\udc80")
@example("a@xn--a\u0308")
@example("http://[::1")
@example("http://a:99999999/@b")
def test_a_handle_that_was_understood_means_itself(text: str) -> None:
    found = handles.parse(text)
    if found is not None:
        assert handles.parse(found) == found
        assert handles.parse(f"  {found} ") == found
    handles.key(text)


def test_a_local_name_is_one_of_the_owner_s_own_server() -> None:
    assert handles.whole("ann", "Quiet.test") == "ann@quiet.test"
    assert handles.whole("ann@example.org", "quiet.test") == "ann@example.org"
    assert handles.whole(DIDS[0], "quiet.test") == DIDS[0]
    assert handles.whole("ann.example.org", "") == "ann.example.org"


def test_a_host_is_asked_for_in_punycode() -> None:
    assert handles.ascii_host("bücher.example") == "xn--bcher-kva.example"
    assert handles.readable(handles.ascii_host("straße.example")) == "straße.example"


KNOWN = ["linkbot2@market.test", "linkbot@market.test", "ann@example.org", "droper@shop.test", "ann.example.com"]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("linkbot2", ["linkbot2@market.test"]),
        ("ann", ["ann.example.com", "ann@example.org"]),
        ("dropper@shop.test", ["droper@shop.test"]),
        ("linkbot2@markt.test", ["linkbot2@market.test"]),
    ],
)
def test_who_may_have_been_meant_comes_first(typed: str, meant: list[str]) -> None:
    assert handles.close_to(typed, KNOWN)[: len(meant)] == meant


def test_nobody_is_suggested_who_is_not_close() -> None:
    assert handles.close_to("zebra@nowhere.example", KNOWN) == []


PARTS = [
    "a",
    "b.c",
    "@",
    ".",
    "-",
    "_",
    "xn--",
    "xn--bcher-kva",
    "example.com",
    "a-b",
    "1",
    "A",
    "é",
    "did:plc:",
    "/",
    ":",
]


@given(st.lists(st.sampled_from(PARTS), max_size=6).map("".join))
@example("ann@example.com")
@example("my-name.bsky.social")
@example("xn--bcher-kva.example")
def test_a_handle_in_its_one_spelling_is_told_quickly_and_as_if_it_were_not(handle: str) -> None:
    assert handles.key(handle) == (handles.parse(handle) or handles.key(f"\u2060{handle}"))
