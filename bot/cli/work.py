"""`sweep`: one round by hand, or by cron."""

import argparse
import json
import sys
from datetime import UTC, datetime

from bot.cli import wiring
from bot.cli.known import now_as
from bot.cli.progress import watched
from bot.cli.terminal import complain, say
from bot.clock import SystemClock
from bot.config import Config, Profile
from bot.errors import UserError
from bot.platforms.base import LoginNeeded, OnlyReads, told
from bot.platforms.reading import Reading
from bot.report.data import entry_data
from bot.report.escape import terminal
from bot.service import state, switch, upgrades
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
