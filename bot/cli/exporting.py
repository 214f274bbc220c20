"""`export`: what the store has, as files for other programs and for Mastodon itself."""

import argparse
import sys
from collections.abc import Iterable
from pathlib import Path

from bot.cli import wiring
from bot.config import Config, Profile
from bot.errors import UserError
from bot.files import put_in_place
from bot.forms import Form
from bot.report.data import ledger_lines
from bot.report.escape import terminal
from bot.report.figures import plural, several
from bot.service import exporting
from bot.service.exporting import Written

STANDS = {
    Form.MUTES: "{} that quietfeed muted",
    Form.LISTS: "{} that quietfeed put on a list",
    Form.FOLLOWS: "{} whose reposts quietfeed hides",
}
WOULD = {
    Form.MUTES: "{} that it would mute",
    Form.LISTS: "{} that it would put on a list",
    Form.FOLLOWS: "{} whose reposts it would hide",
}
NOBODY = {
    Form.MUTES: "quietfeed mutes nobody at present, and would mute nobody",
    Form.LISTS: "quietfeed lists nobody at present, and would list nobody",
    Form.FOLLOWS: "quietfeed hides nobody's reposts at present, and would hide nobody's",
}
IN_MASTODON = {
    Form.MUTES: "the type “Muting list”, then “Merge”. “Overwrite” would unmute everybody else.",
    Form.LISTS: (
        "the type “Lists”, then “Merge”. “Overwrite” would empty your other lists.\n"
        "Mastodon follows whoever is on an imported list, and the list hides nobody from your home timeline until you\n"
        "set it to."
    ),
    Form.FOLLOWS: "the type “Following list”, then “Merge”. “Overwrite” would unfollow everybody else.",
}
"""What to choose there, and what not to."""
NAMES_SHOWN = 3


def export(arguments: argparse.Namespace) -> int:
    """Write what was asked for."""
    _refuse_to_replace(arguments)
    config = wiring.config(arguments)
    profile = wiring.one(config, arguments.profile)
    if arguments.what == "ledger":
        with wiring.opened(config, exclusive=False) as store:
            _write(ledger_lines(store.each_entry(profile.name)), arguments.output)
    else:
        _export_form(Form(arguments.what), profile, config, arguments)
    return 0


def _export_form(form: Form, profile: Profile, config: Config, arguments: argparse.Namespace) -> None:
    with wiring.opened(config, exclusive=False) as store:
        written = exporting.written(form, profile, store, config)
    if written.done or written.planned:
        _write(written.lines, arguments.output)
    print(_told(form, written), file=sys.stderr)


def _told(form: Form, written: Written) -> str:
    """What is in the file, and what to do with it."""
    nobody = not (written.done or written.planned)
    said = [f"{NOBODY[form]}: nothing was written"] if nobody else [_counted(form, written)]
    if written.waiting:
        said.append(
            f"{written.waiting:,} more {'waits' if written.waiting == 1 else 'wait'}; `quietfeed report` tells why."
        )
    if written.nameless:
        left_out = several([terminal(handle) for handle in written.nameless], NAMES_SHOWN)
        said.append(f"Left out, for no server could look them up: {left_out}.")
    if not nobody:
        said.append(f"In Mastodon: Preferences > Import and export > Import, {IN_MASTODON[form]}")
    return "\n".join(said)


def _counted(form: Form, written: Written) -> str:
    """`7 accounts that it would mute, were it not in dry run.`"""
    counts = ((written.done, STANDS[form]), (written.planned, WOULD[form]))
    said = " and ".join(words.format(plural(many, "account")) for many, words in counts if many)
    return f"{said}, were it not in dry run." if written.planned else f"{said}."


def _refuse_to_replace(arguments: argparse.Namespace) -> None:
    if arguments.output and Path(arguments.output).exists() and not arguments.force:
        raise UserError(f"{arguments.output} is there already. Choose another name, or replace it: --force")


def _write(lines: Iterable[str], name: str | None) -> None:
    """Write the lines to a file for its owner alone, or to standard output, one after the other."""
    if name is None:
        sys.stdout.writelines(lines)
        return
    with put_in_place(Path(name)) as out:
        out.writelines(line.encode() for line in lines)
