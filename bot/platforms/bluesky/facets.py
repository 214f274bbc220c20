"""What of a post's text Bluesky's client shows as link, mention or tag.

As its `RichText.segments` and the component of that name have it (bluesky-social/atproto, api/src/rich-text;
social-app, src/components/RichText.tsx): facets that reach past the text are cut, of two that overlap the first is
shown, none on blanks, and of one facet's features a mention goes before a link, a link before a tag.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from bot.platforms.bluesky.json import Json, items_of, object_or_none
from bot.urls import APART, UNSEEN, names, spelled
from bot.urls import written_out as spelled_out

FEATURES = (("mention", "did"), ("link", "uri"), ("tag", "tag"))


class Facet(NamedTuple):
    """A stretch of the text that means something."""

    start: int
    end: int
    """Where it stands, in UTF-8 bytes."""
    kind: str
    """`link`, `mention`, `tag`, or `name`: a link on a single hashtag or handle, which bridges write."""
    value: str
    """The URL, DID or tag."""


def shown(record: Json, text: str) -> Iterator[Facet]:
    """The facets that a reader sees, in the order of the text."""
    raw = _bytes(text)
    shown_until = 0
    for start, end, facet in sorted(_spans(record, len(raw)), key=lambda span: span[:2]):
        if start < shown_until:
            continue
        shown_until = end
        part = raw[start:end].decode("utf-8", "ignore")
        meant = _meant(facet) if UNSEEN.sub("", part).strip() else None
        if meant:
            kind, value = meant
            before = raw[max(0, start - 8) : start].decode("utf-8", "ignore")
            yield Facet(start, end, "name" if kind == "link" and names(before, part) else kind, value)


def _spans(record: Json, length: int) -> Iterator[tuple[int, int, Json]]:
    """Start and end of each facet inside the text, and the facet."""
    for facet in items_of(record.get("facets")):
        index = object_or_none(object_or_none(facet).get("index"))
        start, end = index.get("byteStart"), index.get("byteEnd")
        if isinstance(start, int | float) and isinstance(end, int | float) and 0 <= start < min(end, length):
            yield int(start), int(min(end, length)), facet


def _meant(facet: Json) -> tuple[str, str] | None:
    """Kind and value of the feature that is shown."""
    features = [feature for feature in _features(facet) if isinstance(feature, Mapping)]
    for kind, key in FEATURES:
        for feature in features:
            value = feature.get(key)
            if isinstance(value, str) and str(feature.get("$type")).endswith(f"#{kind}"):
                return kind, value
    return None


def _features(facet: Json) -> list[Any]:
    features = facet.get("features")
    return features if isinstance(features, list) else []


def outside(text: str, facets: Sequence[Facet]) -> str:
    """The text without what the facets show, where addresses are only spelled."""
    raw = _bytes(text)
    parts, start = [], 0
    for facet in facets:
        parts.append(raw[start : facet.start])
        start = facet.end
    return APART.join(part.decode("utf-8", "ignore") for part in (*parts, raw[start:]))


def written_out(text: str, facets: Sequence[Facet]) -> str:
    """The text with shortened URLs (`example.com/a-lon…`) and those without a scheme written out, so that they do not
    read as own words."""
    raw = _bytes(text)
    parts, start = [], 0
    for facet in facets:
        part = raw[facet.start : facet.end]
        parts += [_out(raw[start : facet.start]), _bytes(facet.value) if _shows(facet, part) else part]
        start = facet.end
    return b"".join((*parts, _out(raw[start:]))).decode("utf-8", "ignore")


def _out(raw: bytes) -> bytes:
    """A stretch between facets; its ends may lie inside a character, so that it stays as it is where it can."""
    text = raw.decode("utf-8", "ignore")
    return _bytes(spelled_out(text)) if spelled(text) else raw


def _shows(facet: Facet, part: bytes) -> bool:
    """Whether the text of a link is the beginning of its address."""
    bare = _bare(part.decode("utf-8", "ignore").rstrip("…."))
    return facet.kind == "link" and bool(bare) and _bare(facet.value).startswith(bare)


def _bare(url: str) -> str:
    return url.lower().removeprefix("https://").removeprefix("http://").removeprefix("www.")


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "replace")
