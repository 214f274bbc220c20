"""HTML is taken apart alike by the quick way and by Python's parser, and by the quick way wherever it is plain."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.platforms.mastodon.markup import NAMES, take_apart_any, take_apart_plain

PLAIN = [
    "plain words",
    "<p>a</p><p>b<br>c<br/>d<br />e</p>",
    '<p>a <a href="https://a.test/b?c=d&amp;e=f" class="mention hashtag" rel="tag">#<span>b</span></a></p>',
    '<a href="https://a.test" target="_blank"><span class="invisible">https://</span><span class="">a.test</span></a>',
    "a &lt;b&gt; &amp; AT&T, &copy &#39;c&#39; > d &",
    '<img alt=":cat:" title="it\'s 1 = 1/2"/></p></p>',
    "<p>\r\n\x00\xa0</p>",
    "<p>a</p>&#" + "9" * 5000 + ";<p>b</p>",
]
OTHERWISE = [
    "a < b", "<", "a <3 b", "<P>a</P>", "<p >a</p>", "<p>a</p >", "<p/", "</p/>", "<a href='b'>", "<a href=b>",
    "<a href>", '<a href="a"class="b">', '<a href="a>b">', '<a href="&copy=1">', '<a HREF="a">', '<a href="a" / >',
    "<script>a</script>", "<pb>", "<!-- a -->", "<![CDATA[a]]>", "<?a>", "<!a>", "<custom>a</custom>", '<p class="a',
    "<p\n>",
]  # fmt: skip
PIECES = [
    *PLAIN, *OTHERWISE, *(f"<{name}>" for name in NAMES), *(f"</{name}>" for name in NAMES), "<p", "/>", ">", '"', "=",
    "&amp;", "&", "&#", "&#x41;", "&amp;lt;", "&quot;", "&a", ' class="a b"', ' class="&amp;lt; &amp;"', ' href=""',
    ' a-b="c" ', "a", "é", " ", "\n", "\x00", "-->", "template>", "/",
]  # fmt: skip
MARKUP = st.lists(st.sampled_from(PIECES), max_size=12).map("".join)


class Told:
    """All that a reader is told."""

    def __init__(self) -> None:
        self.told: list[tuple[str, str, dict[str, str]]] = []

    def starts(self, tag: str, attributes: dict[str, str]) -> None:
        self.told.append(("starts", tag, attributes))

    def ends(self, tag: str) -> None:
        self.told.append(("ends", tag, {}))

    def says(self, words: str) -> None:
        self.told.append(("says", words, {}))


def quickly(html: str) -> Told | None:
    reader = Told()
    with suppress(ValueError):
        return reader if take_apart_plain(html, reader) else None
    return reader


def by_the_parser(html: str) -> Told:
    reader = Told()
    with suppress(ValueError, AssertionError):
        take_apart_any(html, reader)
    return reader


@pytest.mark.parametrize("html", PLAIN)
def test_what_servers_write_is_taken_apart_quickly_and_as_by_the_parser(html: str) -> None:
    found = quickly(html)
    assert found is not None
    assert found.told == by_the_parser(html).told


@pytest.mark.parametrize("html", OTHERWISE)
def test_what_is_written_otherwise_is_left_to_the_parser_untouched(html: str) -> None:
    reader = Told()
    assert not take_apart_plain(html, reader)
    assert reader.told == []


@given(MARKUP | st.text(st.sampled_from("<>/pab r=\"'&;#x\n\x00"), max_size=30))
def test_both_ways_tell_the_same(html: str) -> None:
    found = quickly(html)
    assert found is None or found.told == by_the_parser(html).told
