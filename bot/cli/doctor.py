"""`doctor`: is everything well, and what to do where it is not."""

import argparse
import json
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from bot.cli import protections, ways, wiring
from bot.cli.checks import Check, State, line
from bot.cli.look import fares
from bot.config import Config, Profile, find, load, open_to_others, state_dir
from bot.config.credentials import login_of
from bot.errors import UserError
from bot.platforms.base import LoginNeeded, Platform, RateLimited, Unreachable, next_step
from bot.report.figures import every
from bot.report.shapes import CheckJson
from bot.report.status import waits, was_set, wrong
from bot.service import channel
from bot.service.daily import local_zone
from bot.service.rule_tests import held_to_tests
from bot.store import open_store

CLOCK_TOLERANCE = 60.0
"""Seconds by which the clock may differ from the server's."""


def doctor(arguments: argparse.Namespace) -> int:
    """Run every check; 1 where one is bad."""
    checks = []
    for check in examine(arguments):
        checks.append(check)
        if not arguments.json:
            print(line(check), flush=True)
    if arguments.json:
        told: list[CheckJson] = [
            {"what": c.what, "state": c.state, "words": c.words, "remedy": c.remedy} for c in checks
        ]
        print(json.dumps(told, ensure_ascii=False, indent=1))
    return 1 if any(c.state is State.BAD for c in checks) else 0


def examine(arguments: argparse.Namespace) -> Iterator[Check]:
    """All checks, one after the other."""
    try:
        path = find(arguments.config, os.environ, Path.cwd())
        config = load(path)
    except UserError as fault:
        yield Check("config", State.BAD, str(fault), "mend the lines named, or start anew with `quietfeed init`")
        return
    names = ", ".join(p.name for p in config.profiles)
    yield Check("config", State.WELL, f"{path} (profiles: {names}; rules: {len(config.rules)})")
    for warning in config.warnings:
        yield Check("config", State.NOTE, warning)
    yield from _tests(config)
    yield from _store(config)
    yield from _schedule(config)
    for profile in config.profiles:
        yield from _logins(profile)
        yield from ways.checks(profile)
        if not arguments.offline:
            yield from _server(profile, config)
    yield from _daemon(config)
    if config.trust.keep and not arguments.offline:
        yield from protections.names(config)


def _tests(config: Config) -> Iterator[Check]:
    """Whether the rules do what their own tests expect."""
    many = sum(len(rule.tests) for rule in config.rules)
    try:
        held_to_tests(config)
    except UserError as fault:
        yield Check("tests of the rules", State.BAD, str(fault), fault.next_step)
    else:
        if many:
            yield Check("tests of the rules", State.WELL, "the one test passes" if many == 1 else f"all {many:,} pass")


def _store(config: Config) -> Iterator[Check]:
    try:
        store = open_store(wiring.store_url(config), exclusive=False)
        try:
            store.check()
            yield Check("store", State.WELL, f"{store.url} ({store.size() / 1e6:.1f} MB)")
            for words in open_to_others(*wiring.kept_places(store)):
                yield Check("state directory", State.NOTE, words)
        finally:
            store.close()
    except UserError as fault:
        yield Check("store", State.BAD, str(fault), "see the message; a copy of the store is worth keeping first")
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
        now = datetime.now(UTC)
        found = [fares(profile, store, config, now) for profile in config.profiles]
        if jump := next((how.jump for how in found), None):
            yield Check("clock", State.NOTE, was_set(jump, now, found[0].zone))
        for profile, how in zip(config.profiles, found, strict=True):
            if how.waiting:
                yield Check(f"{profile.name}: daemon", State.NOTE, waits(how.waiting, now, how.zone))
            for sentence in wrong(how, now):
                yield Check(f"{profile.name}: daemon", State.NOTE, sentence)


def _schedule(config: Config) -> Iterator[Check]:
    zone = local_zone(config)
    local = datetime.now(UTC).astimezone(zone)
    yield Check(
        "schedule",
        State.WELL,
        f"a sweep every {every(config.sweep.every)}, the report at {config.report.at} {zone}"
        f" (there it is {local:%H:%M} now)",
    )
    if config.dry_run:
        yield Check("dry run", State.NOTE, "on: nothing is touched", "")


def _logins(profile: Profile) -> Iterator[Check]:
    """Whether the secrets are there: the owner's, and those of the account that sends the owner the report."""
    names = ("token",) if profile.platform == "mastodon" else ("session", "app_password")
    yield _login(profile, "login", names, f"quietfeed login {profile.name}")
    if profile.bot_handle and profile.report_via == "direct":
        names = ("bot_session", "bot_password")
        yield _login(profile, f"login of {profile.bot_handle}", names, f"quietfeed login {profile.name} --bot")


def _login(profile: Profile, what: str, names: Sequence[str], remedy: str) -> Check:
    secrets = wiring.credentials()
    what = f"{profile.name}: {what}"
    try:
        login = login_of(profile, bot=names[0].startswith("bot_"))
        present = any(secrets.get(profile.name, name, login) for name in names)
    except UserError as fault:
        return Check(what, State.BAD, str(fault))
    return Check(what, State.WELL, "there is one") if present else Check(what, State.BAD, "not logged in", remedy)


def _server(profile: Profile, config: Config) -> Iterator[Check]:
    steps: tuple[tuple[str, Callable[[Platform], Iterator[Check]]], ...] = (
        ("owner", _owner),
        ("server", _software),
        ("timeline", _timeline),
        ("protections", lambda platform: protections.readable(platform, profile, config)),
        ("report", lambda platform: _report(platform, profile, config)),
    )
    try:
        with wiring.connected(profile) as platform:
            for name, step in steps:
                try:
                    for check in step(platform):
                        yield Check(f"{profile.name}: {check.what}", check.state, check.words, check.remedy)
                except UserError as fault:
                    yield Check(f"{profile.name}: {name}", State.BAD, str(fault), _remedy(fault, profile))
                    if isinstance(fault, LoginNeeded) or name == "owner":
                        return  # whatever is asked next fails for the same reason
    except UserError as fault:
        yield Check(f"{profile.name}: connection", State.BAD, str(fault), _remedy(fault, profile))


def _remedy(fault: UserError, profile: Profile) -> str:
    """The next step, where that is not to ask the doctor."""
    if isinstance(fault, Unreachable):
        return "is the address right, and the server up? Then it passes by itself"
    if isinstance(fault, LoginNeeded | RateLimited):
        return next_step(fault, profile.name)
    return "its software may lack this, or refuse it to you: ask whoever runs the server"


def _owner(platform: Platform) -> Iterator[Check]:
    yield Check("owner", State.WELL, platform.owner().handle)


def _software(platform: Platform) -> Iterator[Check]:
    server = platform.server()
    yield Check("server", State.WELL, f"{server.software} at {server.url}, {server.max_characters} characters a post")
    for step, instead in server.lacks.items():
        yield Check("server", State.NOTE, f"has no way to {step.replace('_', ' ')}: {instead}")
    for note in server.notes:
        yield Check("server", State.NOTE, note)
    if server.clock_offset is not None and abs(server.clock_offset) > CLOCK_TOLERANCE:
        yield Check(
            "clock",
            State.BAD,
            f"differs from the server's by {server.clock_offset:+.0f} seconds",
            "let this machine set its time by NTP",
        )


def _report(platform: Platform, profile: Profile, config: Config) -> Iterator[Check]:
    with wiring.opened(config, exclusive=False) as store:
        way = channel.way(profile, platform, store)
    if way.channel is None:
        yield Check("report", State.NOTE, f"kept in a file only: {way.why_not}")
    else:
        yield Check("report", State.WELL, f"sent to you alone, by {way.channel.software}")


def _timeline(platform: Platform) -> Iterator[Check]:
    page = next(iter(platform.timeline(None)), None)
    words = "empty" if page is None else f"readable ({len(page.posts)} posts on the first page)"
    yield Check("timeline", State.WELL, words)
