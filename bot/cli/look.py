"""`report`, `status`: looking at what is known."""

import argparse
import json
import os
import sys
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta

from bot.actions.recorded import recorded_actions
from bot.cli import sending, wiring
from bot.cli.terminal import say
from bot.config import Config, ConfigError, Profile, state_dir
from bot.errors import UserError
from bot.report.data import data
from bot.report.markdown import markdown
from bot.report.status import ProfileStatus, ails, in_words, status_data, well
from bot.report.text import text
from bot.service import daily, finding, pages, pausing, state, unread
from bot.service.mode import why_dry
from bot.service.report_files import write_page
from bot.store import Store, StoreError

PATIENCE = timedelta(hours=1)
"""How long ago the last sweep may be where all is well, or three intervals, if that is longer."""


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


def now_as(form: str, profile: Profile, store: Store, config: Config, now: datetime, *, whole: bool = False) -> str:
    """What is known `now`, as `text`, `markdown`, `html` or `json`; as text the `whole`, or the news of a day."""
    today = now.astimezone(daily.local_zone(config)).date()
    made = daily.compose(profile, store, config, today, now, daily.lately(profile.name, store, now))
    if form == "json":
        return json.dumps(data(made), ensure_ascii=False, indent=1)
    if form == "html":
        return pages.page_now(made, store, config, now, daily.local_zone(config))
    return markdown(made) if form == "markdown" else text(made, whole=whole)


def _day(typed: str) -> date:
    try:
        return date.fromisoformat(typed)
    except ValueError:
        raise UserError(f"--date {typed}: write it as YYYY-MM-DD, for example 2026-05-31") from None


def status(arguments: argparse.Namespace) -> int:
    """Show what each profile polled, judged and used, and when it goes on; with --check only whether all is well."""
    try:
        config = wiring.config(arguments)
    except ConfigError as fault:
        fault.next_step = "a daemon that runs does not take this up: it goes on by the last good config"
        raise
    now = datetime.now(UTC)
    with wiring.opened(config, exclusive=False) as store:
        states = [fares(profile, store, config, now) for profile in config.chosen()]
    patience = max(PATIENCE, 3 * config.sweep.every)
    if arguments.json:
        print(json.dumps(status_data(states), ensure_ascii=False, indent=1))
    elif arguments.check:
        print("\n".join(well(state, now, patience) for state in states))
    else:
        for number, profile in enumerate(states):
            say(("\n" if number else "") + in_words(profile, now), marks=True)
    return int(arguments.check and any(ails(state, now, patience) for state in states))


def fares(profile: Profile, store: Store, config: Config, now: datetime) -> ProfileStatus:
    """How a profile fares, as the store tells."""
    mode = why_dry(profile.name, store, config, now)
    return ProfileStatus(
        profile.name,
        profile.platform,
        mode,
        last=max(store.sweeps(profile.name), key=lambda s: s.started, default=None),
        next_sweep=state.next_sweep(profile.name, store),
        waiting=state.waiting(profile.name, store, now),
        troubles=tuple(state.troubles(profile.name, store)),
        zone=daily.local_zone(config),
        jump=state.jump(store, now),
        last_report=max((day for day, _ in store.reports(profile.name)), default=None),
        paused=pausing.until(profile.name, store, now),
        question=finding.question(profile.name, store, again=True),
        quieted=_quieted(profile, store, dry=bool(mode)),
    )


def _quieted(profile: Profile, store: Store, *, dry: bool) -> int:
    """On how many accounts something is in force, or would be in dry run."""
    return len({action.account.id for action in recorded_actions(store, profile.name, dry=dry) if action.in_force})
