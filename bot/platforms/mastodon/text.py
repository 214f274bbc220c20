"""HTML of any server to plain text and anchors; nothing is ever executed or fetched."""

import re
from collections import Counter
from dataclasses import dataclass
from html.parser import HTMLParser

from bot.urls import APART, UNSEEN

LONGEST = 100_000
"""Characters of HTML that are read; no honest post has more, and the parser's time stays bounded."""
LOOSE = re.compile(r"<(?!/?[a-zA-Z][^<>]*+>)")
"""An opening bracket that begins no tag. The parser searches the rest of the text for the end of each of them, which
takes minutes for a page of them on Python before 3.13. However long a tag is, it is looked at up to the next bracket
and never again, so that the search stays linear."""
PARAGRAPHS = frozenset("p blockquote pre ul ol h1 h2 h3 h4 h5 h6 hr table".split())
LINES = frozenset("br li div tr dt dd".split())
UNREAD = frozenset("script style template".split())


@dataclass(frozen=True, slots=True)
class Anchor:
    """One `<a href>`: where it goes, what it says, and how the server marks it."""

    href: str
    text: str
    before: str
    """The character before it, "" at the beginning: `#` and `@` stand outside of the anchor on some servers."""
    classes: frozenset[str]
    rel: frozenset[str]
    quoting: bool
    """Whether it stands in a paragraph that the server marks as the fallback of a quote, or after "RE:"."""


@dataclass(frozen=True, slots=True)
class Prose:
    """What a reader sees, and the anchors in it."""

    text: str
    anchors: tuple[Anchor, ...]
    outside: str = ""
    """The text outside of the anchors, where addresses are only spelled."""


def read(html: str) -> Prose:
    """The plain text of an HTML fragment, paragraphs apart, shortened links in full, and its anchors.

    Broken markup never raises: what can be read is read.
    """
    reader = _Reader()
    try:
        reader.feed(LOOSE.sub("&lt;", _without_comments(html[:LONGEST])))
        reader.close()
    except (AssertionError, ValueError):  # the parser's own words for markup it gives up on
        pass
    reader.leave_anchor()
    text = "".join(reader.text)
    for place in reader.places:
        reader.text[place] = APART
    return Prose(_tidy(text), tuple(reader.anchors), "".join(reader.text))


def _in_full(shown: str, href: str) -> str:
    """An address shown without its scheme as it is meant, so that it does not read as the author's words."""
    if shown.startswith("http") or not href.startswith("http") or not ("/" in shown or shown.startswith("www.")):
        return shown
    return href if href.endswith(shown) else shown


def _without_comments(html: str) -> str:
    kept = []
    start = 0
    while (begin := html.find("<!--", start)) >= 0 and (end := html.find("-->", begin + 4)) >= 0:
        kept.append(html[start:begin])
        start = end + 3
    return "".join((*kept, html[start:]))


def _tidy(text: str) -> str:
    text = text.replace("\r", "\n").replace("\xa0", " ").replace("\x00", "")
    text = "\n".join(line.strip(" \t") for line in text.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", text).strip()


class _Reader(HTMLParser):
    """Gathers text; inside an anchor both what shows and what is hidden, since Mastodon hides parts of long URLs."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.text: list[str] = []
        self.anchors: list[Anchor] = []
        self.places: list[int] = []
        self._spans: list[str] = []
        self._inside = Counter[str]()
        self._unread = 0
        self._quote_paragraph = False
        self._attributes: dict[str, str] | None = None
        self._visible: list[str] = []
        self._whole: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        classes = attributes.get("class", "").split()
        if tag in PARAGRAPHS:
            self._break("\n\n")
            self._quote_paragraph = "quote-inline" in classes
        elif tag in LINES:
            self._break("\n")
        elif tag in UNREAD:
            self._unread += 1
        elif tag == "span":
            kind = next((c for c in classes if c in ("invisible", "ellipsis", "quote-inline")), "")
            self._spans.append(kind)
            self._inside[kind] += 1
        elif tag == "img":
            self.handle_data(attributes.get("alt", ""))
        elif tag == "a":
            self.leave_anchor()
            self._attributes = attributes

    def handle_endtag(self, tag: str) -> None:
        if tag in PARAGRAPHS:
            self._break("\n\n")
            self._quote_paragraph = False
        elif tag == "div":
            self._break("\n")
        elif tag in UNREAD:
            self._unread = max(0, self._unread - 1)
        elif tag == "span" and self._spans:
            kind = self._spans.pop()
            self._inside[kind] -= 1
            if kind == "ellipsis" and self._attributes is not None:
                self._visible.append("…")
        elif tag == "a":
            self.leave_anchor()

    def handle_data(self, data: str) -> None:
        if self._unread:
            return
        hidden = self._inside["invisible"] > 0
        if self._attributes is not None:
            self._whole.append(data)
            if not hidden:
                self._visible.append(data)
        elif not hidden:
            self.text.append(data)

    def leave_anchor(self) -> None:
        """Close the anchor that is open, if any: its text is the whole URL where it shows one."""
        if self._attributes is None:
            return
        attributes, whole = self._attributes, "".join(self._whole).strip()
        href = attributes.get("href", "").strip()
        shows_url = bool(whole) and not re.search(r"\s", whole) and (whole in href or whole.startswith("http"))
        shown = whole if shows_url else "".join(self._visible)
        before = UNSEEN.sub("", "".join(self.text[-3:])[-16:])
        quoting = self._quote_paragraph or self._inside["quote-inline"] > 0
        quoting = quoting or before.rstrip().upper().endswith(("RE:", "QT:"))
        classes, rel = frozenset(attributes.get("class", "").split()), frozenset(attributes.get("rel", "").split())
        if href and UNSEEN.sub("", "".join(self._visible)).strip():  # nobody sees a link without text
            self.anchors.append(Anchor(href, shown.strip(), before[-1:], classes, rel, quoting))
        self.places.append(len(self.text))
        self.text.append(_in_full(shown, href) if shows_url else shown)
        self._attributes, self._visible, self._whole = None, [], []

    def _break(self, mark: str) -> None:
        (self.text if self._attributes is None else self._visible).append(mark)
