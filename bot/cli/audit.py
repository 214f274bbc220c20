"""`audit`: everybody whom the owner follows, or who followed them lately, looked at once."""

import argparse
import json
import sys
from pathlib import Path

from bot.audit.forms import as_csv, audit_data, one_table, tables
from bot.audit.seen import Audit
from bot.audit.telling import notes, summary
from bot.cli import wiring
from bot.cli.look import show_page
from bot.cli.network import only_looking
from bot.cli.progress import watched
from bot.cli.terminal import table
from bot.config import Config, Profile
from bot.errors import UserError
from bot.report.figures import plural, span
from bot.service.auditing import Auditing, Whom
from bot.service.report_files import write_page
from bot.store import Store

WORTH_A_WORD = 20
"""Accounts to be read from which on it is said before how long that will take."""


def audit(arguments: argparse.Namespace) -> int:
    """Look at everybody once, and tell who does what; what was read is kept, so that the next run goes on."""
    refuse_what_cannot_be(arguments)
    config = wiring.config(arguments)
    profile = wiring.one(config, arguments.profile)
    with wiring.opened(config, exclusive=False) as store:
        made = looked(profile, store, config, followers=arguments.followers)
    shown = in_form(made, arguments.format)
    if arguments.open:
        show_page(shown, profile, "followers" if made.followers else "audit")
    elif arguments.output:
        write_page(shown, Path(arguments.output))
        print(f"{summary(made)}\n{arguments.output}", file=sys.stderr)
    else:
        print(shown)
        if arguments.format == "csv" or (arguments.format == "table" and not sys.stdout.isatty()):
            print(summary(made), file=sys.stderr)
    return 0


def refuse_what_cannot_be(arguments: argparse.Namespace) -> None:
    """Before minutes are spent on reading. Raises UserError."""
    if arguments.open and arguments.format != "html":
        raise UserError("--open shows the page: use it with --format html")
    if arguments.open and arguments.output:
        raise UserError("--open writes the page beside the reports, --output where you say: use one of them")
    if arguments.output and Path(arguments.output).exists() and not arguments.force:
        raise UserError(f"{arguments.output} is there already. Choose another name, or replace it: --force")


def looked(profile: Profile, store: Store, config: Config, *, followers: bool = False) -> Audit:
    """The audit of a profile, with a word before and a bar while it lasts."""
    with only_looking(profile) as (platform, clock), watched("audit", time_left=True) as watch:
        auditing = Auditing(profile, platform, store, config, clock, watch)
        whom = auditing.followers() if followers else auditing.followed()
        if whom.to_read >= WORTH_A_WORD:
            print(beforehand(whom), file=sys.stderr, flush=True)
        return auditing.look(whom)


def beforehand(whom: Whom) -> str:
    """How many are to be read, and about how long it will take: `812 accounts to read, some 16 min …`."""
    known = len(whom.accounts) - whom.to_read
    before = f" ({known:,} more were read lately)" if known else ""
    takes = f", some {span(whom.takes)}" if whom.takes else ""
    return (
        f"{plural(whom.to_read, 'account')} to read{before}{takes}. "
        "Ctrl-C stops it; what was read is kept, and the same command goes on."
    )


def in_form(made: Audit, form: str) -> str:
    """The audit as `table`, `html`, `csv` or `json`. The table is several on a terminal, and one in a pipe."""
    if form == "json":
        return json.dumps(audit_data(made), ensure_ascii=False, indent=1)
    if form == "csv":
        return as_csv(made)
    if form == "html":
        from bot.audit.page import page

        return page(made)
    if not sys.stdout.isatty():
        return table(one_table(made))
    return "\n\n".join([summary(made), *(table(one) for one in tables(made)), "\n".join(notes(made))])
