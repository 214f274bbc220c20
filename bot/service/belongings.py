"""All that the store has of its owner, written into one archive: JSON Lines, a file for each kind of record."""

import json
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import fields
from datetime import datetime
from functools import partial
from itertools import chain
from typing import IO

from bot import archive
from bot.model import History
from bot.report.data import ledger_lines
from bot.report.files import FILES, readme
from bot.report.plainly import line
from bot.store import Kept, Store

Told = Callable[[str, int], None]
"""Hears of which kind of record a file is written, and how many lines it has by then."""
OFTEN = 500
"""So many lines are written before it is told again."""
MODE = 0o600
"""Of the files, where they are taken out again."""


def write(
    out: IO[bytes], store: Store, platforms: Mapping[str, str], version: str, now: datetime, told: Told
) -> dict[str, int]:
    """Write the archive of these profiles, each with its platform; how many lines each file has. One line after the
    other is read and written, so that memory stays flat."""
    counts: dict[str, int] = {}
    with zipfile.ZipFile(out, "w") as into:
        for name in FILES:
            lines = chain.from_iterable(_lines(name, store, *profile) for profile in platforms.items())
            with into.open(_member(f"{name}.jsonl", now), "w", force_zip64=True) as file:
                counts[name] = _write(file, lines, partial(told, name))
        into.writestr(_member("README.txt", now), readme(counts, version, now))
    return counts


def _member(name: str, now: datetime) -> zipfile.ZipInfo:
    member = zipfile.ZipInfo(name, now.timetuple()[:6])
    member.compress_type, member.create_system, member.external_attr = zipfile.ZIP_DEFLATED, 3, MODE << 16
    return member


def _write(file: IO[bytes], lines: Iterable[str], told: Callable[[int], None]) -> int:
    many = 0
    for many, words in enumerate(lines, 1):
        file.write(words.encode())
        if many % OFTEN == 0:
            told(many)
    told(many)
    return many


def _lines(name: str, store: Store, profile: str, platform: str) -> Iterator[str]:
    """The lines of a file, as far as they are of one profile."""
    if name == "ledger":
        return ledger_lines(store.each_entry(profile))
    if name in ("own_feeds", "audited"):
        feeds = store.each(name, profile)
        return (_captured(kept, profile, platform) if kept.word else _line(kept, profile) for kept in feeds)
    records = store.past_posts(profile) if name == "past_posts" else store.each(name, profile)
    return (_line(kept, profile) for kept in records)


def _captured(kept: Kept, profile: str, platform: str) -> str:
    """An own feed, so that `bot.archive` reads it."""
    feed, at = kept.word, kept.beside["fetched_at"]
    captured = archive.dump(History(feed.account, feed.posts, at, platform=platform))
    return json.dumps({"profile": profile, **kept.beside, "fetched_at": at.isoformat(), **json.loads(captured)}) + "\n"


def _line(kept: Kept, profile: str) -> str:
    word = {one.name: getattr(kept.word, one.name) for one in fields(kept.word)} if kept.word else {}
    return line({"profile": profile, **word, **kept.beside})
