"""Reads the samples: small YAML histories with what each signal reads on them, or which rule decides.

    - signal: link_share            # or `rule: link broadcaster`, or `rule: none`
      shows: trips                  # a signal's sample: trips, spares or unknown; a rule's: fires or spares
      because: Every post has a link.
      reading: 1.0                  # a number, null, or bounds: {at_least: 0.9}
      account: {bio: …, followers: …}           # what `bot.model.Account` has; left out: unknown
      history: {timeline_posts: …}              # further fields of `bot.model.History`
      posts:
        - own: "Headline {n} about {words}"     # also reply, repost, quote, or thread: [part, part]
          times: 40                             # so many of them …
          every: 6h                             # … so far apart (m, h or d), the newest at the end of the window
          ago: 90m                              # or: the newest of them so long ago
          links: ["https://example.com/{n}"]    # any further field of `bot.model.Post`
          to: "p{n5}"                           # whom a reply answers, a repost repeats, a quote quotes

In texts, links and names `{n}` is the post's number, `{n5}` the number modulo 5, `{words}` ten words that differ
from post to post, `{kana}` and `{hanzi}` sixty characters that do. An account of the samples says that it is no bot.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import yaml

from bot.config import default_config
from bot.model import SELF, Account, History, Post

FOLDER = Path(__file__).parent / "histories"
UNTIL = datetime(2026, 5, 1, 12, tzinfo=UTC)
UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
KINDS = ("own", "reply", "repost", "quote", "thread")
ABOUT = {"reply": "reply_to", "repost": "repost_of", "quote": "quote_of"}
KANA = [chr(code) for code in range(0x3042, 0x308D)]
HANZI = [chr(code) for code in range(0x4E00, 0x5000)]
SYLLABLES = "ba de fi go lu ma ne pi ro su ta ve wi xo zu ke la mo nu ri".split()


@dataclass(frozen=True)
class Sample:
    """One history and what is expected of it."""

    file: str
    signal: str | None
    rule: str | None
    shows: str
    because: str
    reading: Any
    history: History

    def __str__(self) -> str:
        return f"{self.signal or self.rule} {self.shows}: {self.because}"


def samples() -> Iterator[Sample]:
    """Every sample of tests/histories, file by file."""
    for path in sorted(FOLDER.glob("*.yaml")):
        for found in yaml.safe_load(path.read_text("utf-8")):
            yield _sample(path.name, found)


def _sample(file: str, found: dict[str, Any]) -> Sample:
    return Sample(
        file=file,
        signal=found.get("signal"),
        rule=found.get("rule"),
        shows=found["shows"],
        because=found["because"],
        reading=found.get("reading"),
        history=history(found),
    )


def history(found: dict[str, Any]) -> History:
    """The history that a sample spells."""
    known = {**found.get("account", {})}
    if "created" in known:
        known["created_at"] = UNTIL - _span(known.pop("created"))
    if "profile_links" in known:
        known["profile_links"] = tuple(known["profile_links"])
    account = Account(**{"id": "someone", "handle": "someone@example.org", "automated": False, **known})
    made = [post for place, entry in enumerate(found.get("posts", [])) for post in _posts(entry, place)]
    made.sort(key=lambda post: post.created_at, reverse=True)
    fields = {"platform": "mastodon", "lexicon": default_config().lexicon, **found.get("history", {})}
    return History(account, tuple(made), UNTIL, **fields)


def _posts(entry: dict[str, Any], place: int) -> Iterator[Post]:
    """The posts of one entry: `times` of them, `every` so far apart."""
    rest = dict(entry)
    kind = next(kind for kind in KINDS if kind in entry)
    text, times = rest.pop(kind), rest.pop("times", 1)
    every, ago = _span(rest.pop("every", "6h")), _span(rest.pop("ago", "0m"))
    to = rest.pop("to", "somebody")
    jitter = Random(place)
    for n in range(times):
        loose = timedelta(minutes=jitter.randint(0, 50)) if every >= timedelta(hours=3) else timedelta()
        fields = {key: _filled(value, place, n) for key, value in rest.items()}
        fields |= {"created_at": UNTIL - ago - every * n - loose, "author": "someone"}
        fields |= {"reply": {"reply_to": _filled(to, place, n)}, "quote": {"quote_of": _filled(to, place, n)}}.get(
            kind, {}
        )
        fields |= {"repost_of": _filled(to, place, n)} if kind == "repost" else {}
        parts = text if isinstance(text, list) else [text]
        for number, part in enumerate(parts):
            yield _part(fields, f"{place}.{n}", number, _filled(part, place, n))


def _part(fields: dict[str, Any], name: str, number: int, text: Any) -> Post:
    """One post, or one part of a thread; a part may be `{text: …, links: […]}` of its own."""
    own = text if isinstance(text, dict) else {"text": text}
    after = {"reply_to": SELF, "reply_to_post": f"{name}.{number - 1}"} if number else {}
    merged = {"id": f"{name}.{number}", **fields, **after, **own}
    merged["created_at"] += timedelta(minutes=number)
    return Post(**merged)


def _filled(value: Any, place: int, n: int) -> Any:
    """The value with its places filled; lists become tuples."""
    if isinstance(value, list):
        return tuple(_filled(item, place, n) for item in value)
    if isinstance(value, dict):
        return {key: _filled(item, place, n) for key, item in value.items()}
    if not isinstance(value, str):
        return value
    value = re.sub(r"\{n(\d+)\}", lambda found: str(n % int(found[1])), value)
    for name, letters in (("{kana}", KANA), ("{hanzi}", HANZI)):
        if name in value:
            value = value.replace(name, "".join(Random(1000 * place + n).choices(letters, k=60)))
    return value.replace("{n}", str(n)).replace("{words}", _words(1000 * place + n))


def _words(seed: int) -> str:
    chance = Random(seed)
    return " ".join("".join(chance.choices(SYLLABLES, k=chance.randint(1, 4))) for _ in range(10))


def _span(text: str) -> timedelta:
    return timedelta(**{UNITS[text[-1]]: float(text[:-1])})
