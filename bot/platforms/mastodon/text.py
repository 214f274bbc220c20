"""HTML of any server to plain text and anchors; nothing is ever executed or fetched."""

import re
from typing import NamedTuple

from bot.platforms.mastodon.markup import take_apart
from bot.urls import APART, seen

LONGEST = 100_000
"""Characters of HTML that are read; no honest post has more, and the parser's time stays bounded."""
PARAGRAPHS = frozenset("p blockquote pre ul ol h1 h2 h3 h4 h5 h6 hr table".split())
LINES = frozenset("br li div tr dt dd".split())
UNREAD = frozenset("script style template".split())
SPANS = frozenset(("invisible", "ellipsis", "quote-inline"))
"""Classes of a span that mean something."""
BLANK = re.compile(r"\s")
GAP = re.compile(r"\n{3,}")


class Anchor(NamedTuple):
    """One `<a href>`: where it goes, what it says, and how the server marks it."""

    href: str
    text: str
    before: str
    """The character before it, "" at the beginning: `#` and `@` stand outside of the anchor on some servers."""
    classes: frozenset[str]
    quoting: bool
    """Whether it stands in a paragraph that the server marks as the fallback of a quote, or after "RE:"."""


class Prose(NamedTuple):
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
    take_apart(html[:LONGEST], reader)
    reader.leave_anchor()
    text = "".join(reader.text)
    for place in reader.places:
        reader.text[place] = APART
    return Prose(_tidy(text), tuple(reader.anchors), "".join(reader.text) if reader.places else text)


def _in_full(shown: str, href: str) -> str:
    """An address shown without its scheme as it is meant, so that it does not read as the author's words."""
    if shown.startswith("http") or not href.startswith("http") or not ("/" in shown or shown.startswith("www.")):
        return shown
    return href if href.endswith(shown) else shown


def _tidy(text: str) -> str:
    text = text.replace("\r", "\n").replace("\xa0", " ").replace("\x00", "").strip()
    if "\n" not in text:
        return text
    return GAP.sub("\n\n", "\n".join([line.strip(" \t") for line in text.split("\n")]))


class _Reader:
    """Gathers text; inside an anchor both what shows and what is hidden, since Mastodon hides parts of long URLs."""

    def __init__(self) -> None:
        self.text: list[str] = []
        self.anchors: list[Anchor] = []
        self.places: list[int] = []
        self._spans: list[str] = []
        self._inside = dict.fromkeys(("", *SPANS), 0)
        self._unread = 0
        self._quote_paragraph = False
        self._attributes: dict[str, str] | None = None
        self._visible: list[str] = []
        self._whole: list[str] = []

    def starts(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "span":
            kind = _kind(attributes.get("class", ""))
            self._spans.append(kind)
            self._inside[kind] += 1
        elif tag == "a":
            self.leave_anchor()
            self._attributes = attributes
        elif tag in PARAGRAPHS:
            self._break("\n\n")
            self._quote_paragraph = "quote-inline" in attributes.get("class", "").split()
        elif tag in LINES:
            self._break("\n")
        elif tag in UNREAD:
            self._unread += 1
        elif tag == "img":
            self.says(attributes.get("alt", ""))

    def ends(self, tag: str) -> None:
        if tag == "span":
            self._leave_span()
        elif tag == "a":
            self.leave_anchor()
        elif tag in PARAGRAPHS:
            self._break("\n\n")
            self._quote_paragraph = False
        elif tag == "div":
            self._break("\n")
        elif tag in UNREAD:
            self._unread = max(0, self._unread - 1)

    def _leave_span(self) -> None:
        if not self._spans:
            return
        kind = self._spans.pop()
        self._inside[kind] -= 1
        if kind == "ellipsis" and self._attributes is not None:
            self._visible.append("…")

    def says(self, words: str) -> None:
        if self._unread:
            return
        hidden = self._inside["invisible"] > 0
        if self._attributes is not None:
            self._whole.append(words)
            if not hidden:
                self._visible.append(words)
        elif not hidden:
            self.text.append(words)

    def leave_anchor(self) -> None:
        """Close the anchor that is open, if any: its text is the whole URL where it shows one."""
        if self._attributes is None:
            return
        attributes, whole, visible = self._attributes, "".join(self._whole).strip(), "".join(self._visible)
        href = attributes.get("href", "").strip()
        shows_url = bool(whole) and (whole in href or whole.startswith("http")) and not BLANK.search(whole)
        shown = whole if shows_url else visible
        if href and seen(visible).strip():  # nobody sees a link without text
            before = seen("".join(self.text[-3:])[-16:])
            quoting = self._quote_paragraph or self._inside["quote-inline"] > 0
            quoting = quoting or before.rstrip().upper().endswith(("RE:", "QT:"))
            classes = frozenset(attributes.get("class", "").split())
            self.anchors.append(Anchor(href, shown.strip(), before[-1:], classes, quoting))
        self.places.append(len(self.text))
        self.text.append(_in_full(shown, href) if shows_url else shown)
        self._attributes, self._visible, self._whole = None, [], []

    def _break(self, mark: str) -> None:
        (self.text if self._attributes is None else self._visible).append(mark)


def _kind(classes: str) -> str:
    """Which of a span's classes means something, "" for none."""
    if not classes or classes in SPANS:
        return classes
    return next((one for one in classes.split() if one in SPANS), "")
