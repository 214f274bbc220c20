"""Hostile text made harmless: names, handles, URLs and words of others, for a terminal, Markdown and a post."""

import re
import unicodedata
from urllib.parse import quote, urlsplit

from bot.model import Account

JOINERS = "\u200c\u200d"
"""Format characters that Persian and emoji need; every other one (bidi overrides among them) is dropped."""
WORD_JOINER = "\u2060"
LONGEST_URL = 2000
MOST_MARKS = 4
"""Combining marks kept on one letter."""

_SPACES = {"\t": " ", "\u2028": " ", "\u2029": " "}
_MARKUP = re.compile(r"[\\`*\[\]<&|~]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])|(?<=www)\.|:(?=//)|^[-+=#>]")
"""Whatever could begin markup; an underscore inside a word cannot, so `link_share` stays legible in the source."""
_NUMBERED = re.compile(r"^(\d+)([.)])")
_URL = re.compile(r"https?://\S+")
_SIGN = re.compile(r"([@#＠＃])")


def terminal(text: str) -> str:
    """The text without anything that steers a terminal or turns its direction; of control characters only newlines
    stay, lone surrogates become U+FFFD. What it returns can always be encoded as UTF-8."""
    return text if text.isprintable() else "".join(map(_harmless, text))


def _harmless(char: str) -> str:
    category = unicodedata.category(char)
    if char in _SPACES:
        return _SPACES[char]
    if category in ("Cs", "Co"):
        return "\ufffd"
    if category == "Cc":
        return char if char == "\n" else ""
    return "" if category == "Cf" and char not in JOINERS else char


def inline(text: str, most: int = 80) -> str:
    """The text harmless and on one line, of at most so many characters, an ellipsis where it was cut."""
    words = " ".join(terminal(text[: most * 8 + 64]).split())
    line = _few_marks(words)
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"


def _few_marks(text: str) -> str:
    kept, marks = [], 0
    for char in text:
        marks = marks + 1 if unicodedata.combining(char) else 0
        if marks <= MOST_MARKS:
            kept.append(char)
    return "".join(kept)


def handle(account: Account) -> str:
    """The account's handle on one line without blanks or a leading '@'; its id where it has none."""
    written = "".join(inline(account.handle, 120).translate(dict.fromkeys(map(ord, JOINERS))).split())
    return written.lstrip("@") or inline(account.id, 120) or "?"


def markdown(text: str, most: int = 500) -> str:
    """The text as one line of Markdown that renders as itself: no markup, HTML, entity or automatic link."""
    line = _MARKUP.sub(lambda found: "\\" + found.group(), inline(text, most))
    return _NUMBERED.sub(r"\1\\\2", line)


def code(text: str, most: int = 200) -> str:
    """The text as a Markdown code span: literal, whatever it holds."""
    line = inline(text, most)
    fence = "`" * (max((len(run) for run in re.findall("`+", line)), default=0) + 1)
    pad = " " if line.startswith("`") or line.endswith("`") or not line else ""
    return f"{fence}{pad}{line}{pad}{fence}"


def web(url: str) -> str | None:
    """The URL as it may be clicked: http(s) with a host, no login in it, no fragment, and nothing but characters
    that neither end a Markdown link nor begin a mention; None where it is none."""
    url = url.strip()
    try:
        parts = urlsplit(url[: LONGEST_URL + 1])
        host = parts.hostname
    except ValueError:
        return None
    if len(url) > LONGEST_URL or parts.scheme.lower() not in ("http", "https") or not host or "@" in parts.netloc:
        return None
    address = parts._replace(fragment="").geturl()
    # a post's page is /@name/1: an @ after a slash or a letter mentions nobody, anywhere else it might
    safe = quote(address.encode(errors="replace"), safe="/:?@!$&*+,;=%~-._[]")
    return re.sub(r"(?<![/A-Za-z0-9_])@", "%40", safe)


def link(url: str, label: str) -> str:
    """A Markdown link, or the address as a code span where it is not one to be clicked."""
    address = web(url)
    if address is None:
        return code(url)
    return f"[{markdown(label)}](<{address}>)"


def unmentioned(text: str) -> str:
    """A text to be posted, so that it mentions nobody and tags nothing; it reads and looks the same.

    A word joiner (U+2060, invisible) after each '@' and '#' outside of sound URLs: what follows is then no name for
    Mastodon (`Account::MENTION_RE`), GoToSocial, Akkoma or any other parser, since none takes a format character
    for part of one. This holds where merely dropping the leading '@' would not: GoToSocial lets a mention begin
    after any punctuation, so a handle whose name part ends in some would mention its host part. `bot.handles`
    takes the joiner away again. A post's page (/@name/1) stays whole: every parser takes it for a URL.
    """
    end, kept = 0, []
    for found in _URL.finditer(text):
        url = found.group()
        kept += [_parted(text[end : found.start()]), url if web(url) == url else _parted(url)]
        end = found.end()
    return "".join([*kept, _parted(text[end:])])


def _parted(text: str) -> str:
    return _SIGN.sub(rf"\1{WORD_JOINER}", text)
