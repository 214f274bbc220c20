"""`doctor`: is everything well, and what to do where it is not."""

import argparse
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from bot.cli import environment, servers, ways, wiring
from bot.cli.checks import Check, State, data, line, together
from bot.cli.terminal import say
from bot.config import Config, Profile, find, load, some, state_dir
from bot.config.excerpts import with_excerpts
from bot.config.types import IN_MEMORY
from bot.errors import UserError
from bot.report.figures import every
from bot.report.status import SEVERAL, waits, was_set, wrong
from bot.service.daily import local_zone
from bot.service.metrics_page import can_listen
from bot.service.rule_tests import held_to_tests
from bot.service.status import fares
from bot.store import open_store

CONFIG, TESTS = "config", "tests of the rules"
"""Checks of what the owner wrote."""
DAEMON = "daemon"


def doctor(arguments: argparse.Namespace) -> int:
    """Run every check; 2 where the config is at fault, 1 where something else is bad."""
    checks = []
    for check in examine(arguments):
        checks.append(check)
        if not arguments.json:
            shown = replace(check, words=with_excerpts(check.words)) if check.what == CONFIG else check
            say(line(shown), flush=True, marks=True)
    if arguments.json:
        print(json.dumps(data(checks), ensure_ascii=False, indent=1))
    bad = {check.what for check in checks if check.state is State.BAD}
    return 2 if bad & {CONFIG, TESTS} else int(bool(bad))


def examine(arguments: argparse.Namespace) -> Iterator[Check]:
    """All checks. Before anybody is logged in there is one thing to say: what else is worth a note can wait."""
    try:
        path = find(arguments.config, os.environ, Path.cwd())
        config = load(path)
    except UserError as fault:
        remedy = "mend the lines named, or start anew with `quietfeed init`" if fault.in_file else fault.next_step
        yield Check(CONFIG, State.BAD, str(fault), remedy)
        return
    if not config.profiles:
        words = f"{path} names no profile, so nothing is swept"
        yield Check(CONFIG, State.BAD, words, "add one under `profiles:`, or start anew with `quietfeed init`")
        return
    names = some([p.name for p in config.profiles])
    yield Check(CONFIG, State.WELL, f"{path} (profiles: {names}; rules: {len(config.rules)})")
    logins = {profile: list(_logins(profile, config)) for profile in config.profiles}
    fresh = all(login[0].state is State.BAD for login in logins.values())
    checks = _checks(arguments, config, logins)
    many = len(config.profiles) > SEVERAL and not arguments.json
    for check in together(checks) if many else checks:
        if arguments.json or not fresh or check.state is not State.NOTE:
            yield check


def _checks(
    arguments: argparse.Namespace, config: Config, logins: Mapping[Profile, Sequence[Check]]
) -> Iterator[Check]:
    """Those after the config's own, what this machine knows by itself first."""
    for warning in config.warnings:
        yield Check(CONFIG, State.NOTE, warning)
    yield from _tests(config)
    yield from _store(config)
    yield from environment.checks(config)
    yield from _schedule(config)
    yield from _metrics(config)
    for profile, login in logins.items():
        yield from login
        yield from ways.checks(profile)
    if not arguments.offline:
        yield from servers.examine([p for p, login in logins.items() if login[0].state is not State.BAD], config)
    yield from _daemon(config)


def _tests(config: Config) -> Iterator[Check]:
    """Whether the rules do what their own tests expect."""
    many = sum(len(rule.tests) for rule in config.rules)
    try:
        held_to_tests(config)
    except UserError as fault:
        yield Check(TESTS, State.BAD, str(fault), fault.next_step)
    else:
        if many:
            yield Check(TESTS, State.WELL, "the one test passes" if many == 1 else f"all {many:,} pass")


def _store(config: Config) -> Iterator[Check]:
    open_before: list[str] = []
    try:
        wiring.closed_to_others(wiring.store_url(config), open_before.append)
        store = open_store(wiring.store_url(config), exclusive=False)
        try:
            store.check()
            store.check_writable()
            yield Check("store", State.WELL, f"{store.url} ({store.size() / 1e6:.1f} MB)")
        finally:
            store.close()
    except UserError as fault:
        yield Check("store", State.BAD, str(fault), fault.next_step)
    for words in open_before:
        yield Check("state directory", State.NOTE, words)
    folder = state_dir(os.environ)
    if folder.exists() and not os.access(folder, os.W_OK):
        yield Check(
            "state directory",
            State.BAD,
            f"{folder} cannot be written",
            f"make {folder} yours, or set QUIETFEED_STATE_DIR",
        )


def _daemon(config: Config) -> Iterator[Check]:
    """What the daemon waits for, and what it cannot do at present."""
    with suppress(UserError), wiring.opened(config, exclusive=False) as store:  # of the store was said above
        if worker := store.worker():
            yield Check(DAEMON, State.WELL, f"at work ({worker}); it has the store, and a second one would be refused")
        now = datetime.now(UTC)
        found = [fares(profile, store, config, now) for profile in config.profiles]
        if jump := next((how.jump for how in found), None):
            yield Check("clock", State.NOTE, was_set(jump, now, found[0].zone))
        for profile, how in zip(config.profiles, found, strict=True):
            if how.waiting:
                alike = f"waiting for {how.waiting[0]}"
                yield Check(DAEMON, State.NOTE, waits(how.waiting, now, how.zone), alike=alike).of(profile.name)
            for trouble, sentence in zip(how.troubles, wrong(how, now), strict=True):
                yield Check(DAEMON, State.NOTE, sentence, alike=trouble.words).of(profile.name)


def _schedule(config: Config) -> Iterator[Check]:
    try:
        zone = local_zone(config)
    except UserError as fault:
        yield Check("schedule", State.BAD, str(fault), fault.next_step)
        return
    local = datetime.now(UTC).astimezone(zone)
    yield Check(
        "schedule",
        State.WELL,
        f"a sweep every {every(config.sweep.every)}, the report at {config.report.at} {zone}"
        f" (there it is {local:%H:%M} now)",
    )
    if config.dry_run:
        yield Check("dry run", State.NOTE, "on: nothing is touched", "")


def _metrics(config: Config) -> Iterator[Check]:
    """Whether the page for monitors is there, or could be. Only a daemon serves it; this program asks nobody there."""
    listen = config.metrics.listen
    if not listen:
        return
    with suppress(UserError), wiring.opened(config, exclusive=False) as store:
        at_work = store.in_use()
        free = can_listen(listen)
        if at_work and free:
            words = f"nobody listens on {listen}, though a daemon is at work"
            yield Check("metrics", State.BAD, words, "its log says why; where it was started before, save the config")
        elif at_work:
            yield Check("metrics", State.WELL, f"http://{listen}/metrics, and /healthz beside it")
        elif free:
            yield Check("metrics", State.WELL, f"`quietfeed run` will serve http://{listen}/metrics")
        else:
            words = f"another program listens on {listen}"
            yield Check("metrics", State.BAD, words, "choose another port under `metrics:`")


def _logins(profile: Profile, config: Config) -> Iterator[Check]:
    """Whether the secrets are there: the owner's, and those of the account that sends the owner the report."""
    if profile.platform == IN_MEMORY:
        yield Check("login", State.WELL, "it needs none: this network is made up").of(profile.name)
        return
    login = _login(profile, "login", f"quietfeed login {profile.name}")
    yield login if login.state is State.BAD else _as_far_as_it_goes(login, profile, config)
    if profile.bot_handle and profile.report_via == "direct":
        yield _login(profile, f"login of {profile.bot_handle}", f"quietfeed login {profile.name} --bot", bot=True)


def _as_far_as_it_goes(login: Check, profile: Profile, config: Config) -> Check:
    """The login that is there, with what it was made for."""
    if not wiring.credentials().only_reads(profile.name):
        return login
    if config.dry_run:
        return replace(login, words="there is one, to read alone")
    words, remedy = "it was made to read alone, so nothing is done though `dry_run` is off", "quietfeed login "
    return Check(login.what, State.NOTE, words, f"{remedy}{profile.name}").of(profile.name)


def _login(profile: Profile, what: str, remedy: str, *, bot: bool = False) -> Check:
    secrets = wiring.credentials()
    try:
        present = secrets.logged_in(profile, bot=bot)
        secrets.only_reads(profile.name)  # where the environment holds the login, the file was not read yet
    except UserError as fault:
        return Check(what, State.BAD, str(fault)).of(profile.name)
    found = Check(what, State.WELL, "there is one") if present else Check(what, State.BAD, "not logged in", remedy)
    return found.of(profile.name)
