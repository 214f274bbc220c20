"""`sweep` and `run`: the work itself."""

import argparse
import json
import sys
from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from logging import WARNING

from bot.cli import wiring
from bot.cli.known import now_as
from bot.cli.progress import watched
from bot.cli.terminal import complain, say
from bot.clock import Clock, SystemClock
from bot.config import Config, Profile, find, load, state_dir
from bot.errors import UserError
from bot.platforms.base import LoginNeeded, OnlyReads, Platform, told
from bot.platforms.budget import Asked
from bot.platforms.reading import Reading
from bot.report.data import entry_data
from bot.report.escape import terminal
from bot.service import state, switch, upgrades
from bot.service.recovering import Recovered
from bot.service.rule_tests import held_to_tests
from bot.service.sweep import Outcome
from bot.service.sweep import sweep as one_sweep
from bot.store import Store, StoreDamaged


def sweep(arguments: argparse.Namespace) -> int:
    """Sweep each profile once; one that fails does not stop the others. With --report-if-due the report of the day
    follows, once its hour has come."""
    config = held_to_tests(wiring.config(arguments))
    codes = [0]
    with wiring.at_work(config, complain) as store:
        for note in upgrades.tell(store, config):
            say(f"note: quietfeed {note}", file=sys.stderr)
        for profile in wiring.chosen(config, arguments.profiles):
            login_lost = False
            try:
                outcome = _sweep_one(profile, store, config)
            except StoreDamaged:
                raise
            except UserError as fault:
                codes.append(_failed(fault, profile, store, config, unattended=arguments.report_if_due))
                login_lost = isinstance(fault, LoginNeeded)
            else:
                state.went_well(profile.name, store, "sweep")
                state.went_well(profile.name, store, "config")
                if arguments.json or sys.stdout.isatty() or not arguments.report_if_due:
                    _show(outcome, profile, store, config, as_json=arguments.json)
            if arguments.report_if_due:
                from bot.cli import sending

                codes.append(sending.send_if_due(profile, store, config, login_lost=login_lost))
    return max(codes)


def _failed(fault: UserError, profile: Profile, store: Store, config: Config, *, unattended: bool) -> int:
    """Tell it; where nobody sits there, keep it too, so that the report and `status` tell it. The exit code for it."""
    words = told(fault, profile.name, by_hand=not unattended)
    say(f"quietfeed: {profile.name}: {terminal(words)}", file=sys.stderr)
    if unattended:
        now = datetime.now(UTC)
        fails = state.sweep_fails_for(fault)
        state.note_trouble(profile.name, store, fails, words, now, now + config.sweep.every)
    return fault.exit_code


def _sweep_one(profile: Profile, store: Store, config: Config) -> Outcome:
    reach, clock = wiring.reach(wiring.credentials()), SystemClock()
    with (
        switch.watched(profile.name, store, reach, clock, config.sweep.every),
        wiring.connected(profile) as platform,
        watched(profile.name) as watch,
    ):
        if isinstance(platform, Reading) and not config.dry_run:
            why = told(
                OnlyReads(f"`dry_run` is off, but {platform.why}, so nothing is done", platform.remedy), profile.name
            )
            say(f"note: {profile.name}: {why}", file=sys.stderr)
        return one_sweep(profile.name, platform, store, config, clock, watch)


def _show(outcome: Outcome, profile: Profile, store: Store, config: Config, *, as_json: bool) -> None:
    if as_json:
        for entry in (*outcome.judged, *outcome.over_quota):
            print(json.dumps(entry_data(entry), ensure_ascii=False), flush=True)
    else:
        say(now_as("text", profile, store, config, datetime.now(UTC)))


def _leveled(config: Config, level: str) -> Config:
    """The config with a level of the log that goes before its own, if there is one."""
    return replace(config, log_level=level) if level else config


def run(arguments: argparse.Namespace) -> int:
    """The daemon."""
    import os
    from pathlib import Path

    from bot.cli import environment
    from bot.logs import event, setup
    from bot.service import apart
    from bot.service.daemon import Daemon
    from bot.service.footprint import keep_little

    def connect(profile: Profile, clock: Clock) -> Platform:
        with_others = asked[f"{profile.platform} {profile.host}"]
        platform = wiring.connect(profile, secrets, clock, wiring.STEADY, asked=with_others)
        if isinstance(platform, Reading):
            event("login only reads", profile=profile.name, why=platform.why)
        return platform

    keep_little()
    apart.from_now_on()
    config = wiring.config(arguments)
    secrets = wiring.credentials()
    asked: dict[str, Asked] = defaultdict(Asked)
    for profile in config.profiles:
        secrets.only_reads(profile.name)  # a file of secrets that cannot be used is refused now, not at each sweep
    level = arguments.log_level or environment.log_level(os.environ)
    setup(level or config.log_level)
    path = find(arguments.config, os.environ, Path.cwd())

    def said(name: str) -> Callable[[object], None]:
        return lambda words: event(name, WARNING, about=words)

    def work() -> None:
        with wiring.at_work(config, said("store damaged"), said("closed"), SystemClock()) as store:
            for note in upgrades.tell(store, config):
                event("upgraded", note=note)
            Daemon(
                load=lambda: _leveled(held_to_tests(load(path)), level),
                connect=connect,
                store=store,
                folder=state_dir(os.environ) / "reports",
                login_mark=lambda profile: secrets.mark(profile.name),
                reach=wiring.reach(secrets),
            ).run()

    try:
        work()
    except Recovered as made:  # a second time it is the disk's fault: then that is the end
        said("store damaged")(made)
        work()
    return 0
