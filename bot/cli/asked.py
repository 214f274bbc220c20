"""`mute`, `list`, `pause`, `resume`: what the owner asks for, whatever the rules say."""

import argparse
import sys
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import partial

from bot.cli import wiring
from bot.cli.terminal import say
from bot.clock import SystemClock
from bot.config import Config, Profile
from bot.config.kinds import duration
from bot.errors import UserError
from bot.model import Event, Step
from bot.platforms.base import Platform, told
from bot.report import replies
from bot.report.escape import terminal
from bot.service import pausing, whom, word
from bot.service.daily import local_zone
from bot.store import Store


def span(text: str | None, option: str) -> timedelta | None:
    """How long: `30d`; None where nothing was said. Raises UserError for what is no length of time."""
    found = duration(text) if text else None
    if text and not found:
        raise UserError(f"{option} {terminal(text)}: write it as 12h, 3d or 2w")
    return min(found, pausing.LONGEST) if found else None


def quiet(arguments: argparse.Namespace, *, step: Step) -> int:
    """Do a step on accounts because the owner asks for it; 1 where it did not take on one of them."""
    lasting = span(arguments.lasting, "--for") or word.USUALLY
    config = wiring.config(arguments)
    profile = wiring.one(config, arguments.profile)
    with wiring.opened(config, exclusive=False) as store, wiring.connected(profile) as platform:
        return _quiet(arguments.handles, step, lasting, profile, platform, store, config)


mute = partial(quiet, step=Step.MUTE)
put_on_list = partial(quiet, step=Step.LIST)


def _quiet(
    handles: Sequence[str],
    step: Step,
    lasting: timedelta,
    profile: Profile,
    platform: Platform,
    store: Store,
    config: Config,
) -> int:
    failed, now = 0, datetime.now(UTC)
    executor = word.quieter(profile.name, platform, store, config, SystemClock(), step)
    for handle in handles:
        try:
            account = whom.anywhere(handle, profile, store, platform.find)
            outcome = word.ask(executor, account, step, now + lasting, config)
        except UserError as fault:
            say(f"quietfeed: {terminal(f'{handle}: {told(fault, profile.name, by_hand=True)}')}", file=sys.stderr)
            failed = max(failed, fault.exit_code)
            continue
        say(terminal(replies.asked(account, step, outcome.event, now + lasting, outcome.why, local_zone(config))))
        failed = max(failed, int(outcome.event in (Event.FAILED, Event.CANCELLED)))
    return failed


def pause(arguments: argparse.Namespace) -> int:
    """Touch nobody for so long."""
    lasting = span(arguments.lasting, "pause")
    config = wiring.config(arguments)
    with wiring.opened(config, exclusive=False) as store:
        for profile in config.chosen(arguments.profile):
            end = pausing.begin(profile.name, store, datetime.now(UTC), lasting)
            say(f"{profile.name}: {replies.paused(end, local_zone(config))}")
    return 0


def resume(arguments: argparse.Namespace) -> int:
    """End the pause."""
    config = wiring.config(arguments)
    with wiring.opened(config, exclusive=False) as store:
        for profile in config.chosen(arguments.profile):
            say(f"{profile.name}: {replies.resumed(pausing.end(profile.name, store, datetime.now(UTC)))}")
    return 0
