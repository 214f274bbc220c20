"""`import`: whom the owner muted, listed or follows already, taken for what they say of them."""

import argparse
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime
from difflib import get_close_matches
from functools import cache
from pathlib import Path

from bot import forms
from bot.cli import wiring
from bot.cli.progress import watched
from bot.config import Config, Profile
from bot.errors import UserError
from bot.forms import Form, Odd, Table
from bot.platforms.base import Platform
from bot.report.escape import terminal
from bot.report.figures import plural, several
from bot.service import kept
from bot.service.importing import Taken, Taking, Word, word_of
from bot.service.sweep import Progress
from bot.store import Store

SHOWN = 5
"""Lines and accounts that are named; of more it is told how many there are."""
NEW = {
    "noise": ("judgement taken: noise", "judgements taken: noise"),
    "fine": ("judgement taken: fine", "judgements taken: fine"),
    "keep": ("account kept from now on", "accounts kept from now on"),
}


def import_(arguments: argparse.Namespace) -> int:
    """Take the accounts of a file; told in numbers at the end."""
    config = wiring.config(arguments)
    profile = wiring.one(config, arguments.profile)
    if profile.platform == "bluesky":
        raise UserError(
            f"“{profile.name}” is on Bluesky, where nobody has a Mastodon address; choose another --profile"
        )
    with wiring.opened(config, exclusive=False) as store:
        name = "standard input" if arguments.file == "-" else arguments.file
        table = forms.read(_read(arguments.file), name, kept.own_host(profile.name, store))
        table = _on_list(table, arguments.list, name)
        word = word_of(table.form, arguments.word, name)
        taken = _taken(table, word, f"imported from {name}", profile, store, config)
    print(terminal("\n".join(told(taken, table.odd))))
    return 0


def _read(file: str) -> bytes:
    if file == "-":
        return sys.stdin.buffer.read(forms.MOST_BYTES + 1)
    try:
        with Path(file).open("rb") as found:
            return found.read(forms.MOST_BYTES + 1)
    except OSError as fault:
        raise UserError(f"{file}: {fault.strerror}. Name a file of Mastodon's, or - for standard input") from None


def _on_list(table: Table, title: str | None, name: str) -> Table:
    """The table, or what of it is on one list. Raises UserError where there is no such list."""
    if title is None:
        return table
    if table.form is not Form.LISTS:
        raise UserError(f"{name} holds no lists, so --list means nothing there")
    titles = sorted({one.title for one in table.named})
    if title not in titles:
        close = get_close_matches(title, titles, n=1) or titles
        raise UserError(f"{name} has no list “{title}”; did you mean “{'” or “'.join(close[:SHOWN])}”?")
    return replace(table, named=tuple(one for one in table.named if one.title == title))


def _taken(table: Table, word: Word, why: str, profile: Profile, store: Store, config: Config) -> Taken:
    with ExitStack() as stack, watched(profile.name) as watch:

        @cache
        def connected() -> Platform:
            return stack.enter_context(wiring.connected(profile))

        def heard(done: int, total: int) -> None:
            watch(Progress("accounts looked up", done, total))

        return Taking(word, profile, store, config, connected).take(table, why, datetime.now(UTC), heard)


def told(taken: Taken, odd: Sequence[Odd]) -> list[str]:
    """What came of it in numbers, and what is to be done about the rest."""
    said = [f"{plural(len(taken.new), *NEW[taken.word])}."]
    opposite = "fine, or keep them" if taken.word == "noise" else "noise"
    said += [
        words.format(_named(some))
        for some, words in (
            (taken.there, "{}: said before."),
            (taken.otherwise, f"{{}}: you called them {opposite}, and that stays."),
            (taken.ours, "{}: quietfeed's own doing, so no word of yours."),
            (taken.unknown, f"{{}}: {_why_unknown(taken)}"),
        )
        if some
    ]
    if odd:
        lines = several([f"line {one.line} ({one.what})" for one in odd], SHOWN)
        said.append(f"{plural(len(odd), 'line')} not understood: {lines}.")
    return said


def _why_unknown(taken: Taken) -> str:
    if taken.word != "keep":
        return "never showed in your timeline, so there is nothing to judge; import again when they have."
    if taken.unasked:
        return f"not known here, and your server could not be asked: {taken.unasked}."
    return "your server knows nobody of that name."


def _named(addresses: Sequence[str]) -> str:
    return f"{plural(len(addresses), 'account')} ({several(list(addresses), SHOWN)})"
