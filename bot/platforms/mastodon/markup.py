"""HTML taken apart into words and tags, in their order.

Nearly all that servers send is written by Mastodon's own rules: tags from a short list, in lower case, their attributes
in double quotes. One expression takes these apart several times as fast as Python's parser, which reads whatever is
written otherwise. Both tell the same of the same markup: a test holds them together.
"""

import re
from contextlib import suppress
from html import unescape
from html.parser import HTMLParser
from typing import Protocol

NAMES = "a b blockquote br code del div em h1 h2 h3 h4 h5 h6 hr i img li ol p pre s span strong u ul".split()
ATTRIBUTES = re.compile(r' ([a-z-]++)="([^"]*+)"')
PLAIN = re.compile(
    rf"""<(?:
        /(?P<ends>{"|".join(NAMES)})
        | (?P<starts>{"|".join(NAMES)}) (?P<attributes>(?:[ ][a-z-]++="(?:[^"<>&]++|&amp;)*+")*+) (?P<closed>[ ]?/)?
    )>""",
    re.VERBOSE,
)
"""A tag that means the same to everybody. Nothing in it can be a bracket, so that each is looked at once."""
GROUPS = 5
"""What a split by it gives of each tag: the words before it, and its four parts."""
NONE: dict[str, str] = {}
USUAL = {f' class="{name}"': {"class": name} for name in ("invisible", "ellipsis")}
"""What Mastodon writes into every link that it shortens."""
LOOSE = re.compile(r"<(?!/?[a-zA-Z][^<>]*+>)")
"""An opening bracket that begins no tag. The parser searches the rest of the text for the end of each of them, which
takes minutes for a page of them on Python before 3.13. However long a tag is, it is looked at up to the next bracket
and never again, so that the search stays linear."""


class Reader(Protocol):
    """Who is told what stands in the markup."""

    def starts(self, tag: str, attributes: dict[str, str]) -> None:
        """A tag begins; an attribute without a value has an empty one."""

    def ends(self, tag: str) -> None:
        """A tag ends, whether it began or not."""

    def says(self, words: str) -> None:
        """Words between two tags, entities read."""


def take_apart(html: str, reader: Reader) -> None:
    """Tell the reader all that stands in an HTML fragment. Broken markup never raises: what can be read is read."""
    with suppress(AssertionError, ValueError):  # the parser's own words for what it gives up on
        if not take_apart_plain(html, reader):
            take_apart_any(html, reader)


def take_apart_plain(html: str, reader: Reader) -> bool:
    """The same, where every bracket begins a tag of the plain kind; otherwise False, and nothing is told. May raise as
    `take_apart_any` does, for a number that is no character."""
    parts = PLAIN.split(html)
    if html.count("<") != len(parts) // GROUPS:
        return False
    begin, end, say = reader.starts, reader.ends, reader.says
    for words, ends, starts, attributes, closed in zip(*[iter(parts)] * GROUPS, strict=False):
        if words:
            say(unescape(words))
        if ends:
            end(ends)
        else:
            begin(starts, _read(attributes) if attributes else NONE)
            if closed:
                end(starts)
    if parts[-1]:
        say(unescape(parts[-1]))
    return True


def take_apart_any(html: str, reader: Reader) -> None:
    """The same, whatever it is that is written. Raises AssertionError and ValueError where it gives up; what stands
    before has been told."""
    parser = _Parser(reader)
    parser.feed(LOOSE.sub("&lt;", _without_comments(html)))
    parser.close()


def _read(attributes: str) -> dict[str, str]:
    if usual := USUAL.get(attributes):
        return usual
    if "&" in attributes:
        return {name: value.replace("&amp;", "&") for name, value in ATTRIBUTES.findall(attributes)}
    return dict(ATTRIBUTES.findall(attributes))


def _without_comments(html: str) -> str:
    kept = []
    start = 0
    while (begin := html.find("<!--", start)) >= 0 and (end := html.find("-->", begin + 4)) >= 0:
        kept.append(html[start:begin])
        start = end + 3
    return "".join((*kept, html[start:]))


class _Parser(HTMLParser):
    """Python's parser, which passes on what it finds."""

    def __init__(self, reader: Reader) -> None:
        super().__init__(convert_charrefs=True)
        self._reader = reader

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._reader.starts(tag, {name: value or "" for name, value in attrs})

    def handle_endtag(self, tag: str) -> None:
        self._reader.ends(tag)

    def handle_data(self, data: str) -> None:
        self._reader.says(data)
