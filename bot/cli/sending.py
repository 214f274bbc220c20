"""A report, or a harmless test, by every way that the owner named.

It is what `report --send`, `report --send-test` and `sweep --report-if-due` do.
"""

import os
import sys
from contextlib import ExitStack
from datetime import date
from functools import partial
from pathlib import Path

from bot.cli import wiring
from bot.cli.terminal import say
from bot.clock import Clock, SystemClock
from bot.config import Config, Profile, state_dir
from bot.errors import UserError
from bot.logins import anew
from bot.platforms.base import told
from bot.report.escape import terminal
from bot.service import channel, daily, reporting, ways
from bot.service.switch import PING
from bot.store import Store


def refuse_unswept(profile: Profile, store: Store) -> None:
    """Raises UserError where there is nothing yet that a report could tell."""
    if not store.sweeps(profile.name):
        raise UserError(f"nothing was swept for “{profile.name}” yet: run `quietfeed sweep` first")


def send(profile: Profile, config: Config) -> int:
    """Send today's report by every way that has not had it; 1 where one failed. What the platform does not take is
    raised when the other ways were tried."""
    clock = SystemClock()
    with wiring.opened(config, exclusive=True) as store:
        refuse_unswept(profile, store)
        zone = daily.local_zone(config)
        today = clock.now().astimezone(zone).date()
        daily.reports_until_today(profile.name, store, clock.now(), zone)
        reach = wiring.reach(wiring.credentials())
        became = ways.deliver(profile, store, config, _folder(), today, reach, clock, by_hand=True)
        failed = [_tell(profile, f"by {way}", one.why) for way, one in became.items() if one.state != "nothing"]
        with wiring.connected(profile) as platform:
            made = daily.deliver(profile, platform, store, config, _folder(), today, clock, by_hand=True)
    _tell_made(profile, made)
    return max(failed, default=0)


def send_if_due(profile: Profile, store: Store, config: Config, *, login_lost: bool) -> int:
    """Send the report of the day by every way, as the daemon does, if its hour has come and it was not sent before; an
    exit code other than 0 where one failed. Only faults are told, but on a terminal."""
    clock, codes = SystemClock(), [0]
    day = reporting.due(profile, store, config, clock.now())
    if day is not None and reporting.can_go(profile, login_lost=login_lost):
        codes.append(_send_by_platform(profile, store, config, day, clock))
    day = reporting.due_elsewhere(profile, store, config, clock.now())
    if day is not None:
        became = ways.deliver(profile, store, config, _folder(), day, wiring.reach(wiring.credentials()), clock)
        codes += [_tell(profile, f"by {way}", one.why) for way, one in became.items() if one.why or _is_seen()]
    return max(codes)


def _send_by_platform(profile: Profile, store: Store, config: Config, day: date, clock: Clock) -> int:
    try:
        with ExitStack() as stack:
            platform = partial(stack.enter_context, wiring.connected(profile))
            made = reporting.deliver(profile, platform, store, config, _folder(), day, clock)
    except UserError as fault:
        words = f"the report waits: {told(fault, profile.name)}"
        print(f"quietfeed: {profile.name}: {terminal(words)}", file=sys.stderr)
        return fault.exit_code
    if _is_seen():
        _tell_made(profile, made)
    return 0


def _is_seen() -> bool:
    """Whether somebody sits there; cron mails whatever is printed."""
    return sys.stdout.isatty()


def _tell_made(profile: Profile, made: daily.Delivery) -> None:
    words = {"sent": "sent to you alone", "kept": "kept in a file"}
    say(f"{profile.name}: report of {made.day} {words.get(made.state, made.state)}: {made.where}".rstrip(": "))
    if made.note:
        say(f"  {made.note}", file=sys.stderr)


def send_test(profile: Profile, config: Config) -> int:
    """Try every way with a harmless message, and say of each how it went; an exit code other than 0 where one
    failed."""
    reach, clock = wiring.reach(wiring.credentials()), SystemClock()
    codes = []
    with wiring.opened(config, exclusive=False) as store:
        if profile.report_via == "direct" or not profile.report_also:
            codes.append(_test_platform(profile, store))
        for way in profile.report_also:
            codes.append(_tell(profile, f"by {way}", ways.test(way, profile, store, _folder(), reach, clock)))
    switch = reach.secret(profile.name, PING)
    if switch:
        outcome = reach.ping(switch, "success").with_step(anew(profile.name, "--ping"))
        codes.append(_tell(profile, "the dead man's switch", outcome.why))
    return max(codes, default=0)


def _test_platform(profile: Profile, store: Store) -> int:
    """Try the message on the network, and keep whether it stayed private."""
    try:
        with wiring.connected(profile) as platform:
            proven = channel.prove(profile, platform, store, SystemClock())
    except UserError as fault:
        say(f"quietfeed: {terminal(told(fault, profile.name, by_hand=True))}", file=sys.stderr)
        return fault.exit_code
    say(f"{profile.name}: the test message reached you alone; reports are sent by {proven.software}")
    return 0


def _tell(profile: Profile, way: str, why: str) -> int:
    """Say how one way went; the exit code for it."""
    if why:
        say(f"quietfeed: {profile.name}: {way}: {terminal(why)}", file=sys.stderr)
        return 1
    say(f"{profile.name}: {way}: it went out")
    return 0


def _folder() -> Path:
    return state_dir(os.environ) / "reports"
