"""`report`, `status`: looking at what is known."""

import argparse
import json
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, date, datetime

from bot import secrecy
from bot.cli import sending, wiring
from bot.cli.known import now_as
from bot.cli.terminal import say, table
from bot.config import Config, ConfigError, Profile, state_dir
from bot.errors import UserError
from bot.report.escape import inline
from bot.report.health import Health, Level, health, health_data
from bot.report.status import LONGEST, SEVERAL, ProfileStatus, in_words, overview, status_data
from bot.service import unread
from bot.service.config_watch import brief
from bot.service.report_files import write_page
from bot.service.status import fares, store_ailments
from bot.store import Store, StoreError


def report(arguments: argparse.Namespace) -> int:
    """Show the report of now or of a day before; with --send, send it too; with --send-test, try every way."""
    config = wiring.config(arguments)
    code = 0
    if arguments.open and arguments.format != "html":
        raise UserError("--open shows the page: use it with --format html")
    for profile in config.chosen(arguments.profile):
        if arguments.send_test:
            code = max(code, sending.send_test(profile, config))
        elif arguments.send:
            code = max(code, sending.send(profile, config))
        else:
            with wiring.opened(config, exclusive=False) as store:
                made = _report(arguments, profile, store, config)
            if arguments.open:
                show_page(made, profile, arguments.date or "now")
            else:
                (say if arguments.format == "text" else print)(made)
    return code


def show_page(page: str, profile: Profile, name: str) -> None:
    """Write the page beside the reports and show it in a browser."""
    import webbrowser

    path = state_dir(os.environ) / "reports" / profile.name / f"{name}.html"
    write_page(page, path)
    say(f"{profile.name}: {path}")
    if not webbrowser.open(path.as_uri()):
        say("  no browser could be started here: open that file in one", file=sys.stderr)


def _report(arguments: argparse.Namespace, profile: Profile, store: Store, config: Config) -> str:
    if arguments.date:
        kept = store.report(profile.name, _day(arguments.date))
        if kept is None:
            days = ", ".join(str(day) for day, _ in store.reports(profile.name)) or "none yet"
            raise UserError(f"no report of {arguments.date} for “{profile.name}”; there is: {days}")
        if arguments.format == "html" and not kept.page:
            raise UserError(f"the report of {arguments.date} was made before there were pages; --format text shows it")
        forms = {"text": kept.text, "markdown": kept.markdown, "html": kept.page, "json": kept.data}
        return forms[str(arguments.format)]
    sending.refuse_unswept(profile, store)
    now = datetime.now(UTC)
    shown_now = now_as(arguments.format, profile, store, config, now, whole=arguments.all)
    with suppress(StoreError):  # a store that may only be looked at
        unread.tell(profile.name, store, now)
    return shown_now


def _day(typed: str) -> date:
    try:
        return date.fromisoformat(typed)
    except ValueError:
        raise UserError(f"--date {typed}: write it as YYYY-MM-DD, for example 2026-05-31") from None


def status(arguments: argparse.Namespace) -> int:
    """Show what each profile polled, judged and used, and when it goes on; with --check only whether all is well, as
    monitoring tools ask it."""
    try:
        config = wiring.config(arguments)
        profiles = config.chosen(arguments.profile)
    except UserError as fault:
        if not arguments.check:
            if isinstance(fault, ConfigError):
                fault.next_step = "a daemon that runs does not take this up: it goes on by the last good config"
            raise
        return _answer(arguments, [], Health(Level.UNKNOWN, inline(brief(fault), LONGEST)))
    now = datetime.now(UTC)
    try:
        with wiring.opened(config, exclusive=False) as store:
            states = [fares(profile, store, config, now) for profile in profiles]
            found = health(states, now, config.sweep.every, store_ailments(store))
    except StoreError as fault:
        if not arguments.check:
            raise
        return _answer(arguments, [], Health(Level.CRITICAL, inline(str(fault), LONGEST)))
    if arguments.json or arguments.check:
        return _answer(arguments, states, found)
    if len(states) > SEVERAL:
        print(table(overview(states, now)))
        return 0
    for number, profile in enumerate(states):
        say(("\n" if number else "") + in_words(profile, now), marks=True)
    return 0


def _answer(arguments: argparse.Namespace, states: Sequence[ProfileStatus], found: Health) -> int:
    """Tell a program; the exit code, which says how well it is only where that was asked."""
    if arguments.json:
        print(json.dumps(status_data(states, health_data(found)), ensure_ascii=False, indent=1))
    else:
        print(secrecy.without(found.line))
    return found.level.value if arguments.check else 0
