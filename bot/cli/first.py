"""`init`: the first config, by a few questions."""

import argparse
import getpass
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from bot.cli import looked_up, typed
from bot.cli.login import ADDRESS_ASKED, keep_address, refuse_as_name, step
from bot.config import ConfigError, read, starter
from bot.errors import UserError
from bot.report.escape import terminal

EIGHT = "08:00"
NETWORK = "Which network, mastodon or bluesky?"
SERVER = "Your server's address, such as https://mastodon.example, or your handle there?"
HANDLE = "Your handle, such as robin.bsky.example?"


def init(arguments: argparse.Namespace) -> int:
    """Write a config; ask on a terminal what the options left open."""
    path = Path(arguments.output or arguments.config or os.environ.get("QUIETFEED_CONFIG") or "config.yaml")
    if path.exists() and not arguments.force:
        raise UserError(f"{path} is there already: edit it, name another with --output, or replace it with --force")
    platform = arguments.platform or _ask(NETWORK, "--platform", typed.network, "mastodon")
    server, handle = arguments.server, arguments.handle
    if server is not None:
        server = _understood(typed.server, server)
    elif platform == "mastodon":
        server = _ask(SERVER, "--server", _found(typed.server, looked_up.mastodon))
        print(f"server: {terminal(server)}")
    if handle is not None:
        handle = _understood(typed.bluesky_handle, handle) if platform == "bluesky" else handle
    elif platform == "bluesky":
        handle = _ask(HANDLE, "--handle", _found(typed.bluesky_handle, looked_up.bluesky))
        print(f"handle: {terminal(handle)}")
    reached = _reached(arguments, platform)
    report_at = _understood(typed.time_of_day, arguments.report_at) if arguments.report_at else _time()
    text = starter(
        platform,
        server,
        (handle or "").strip().lstrip("@"),
        report_at=report_at,
        bot_handle=reached.bot_handle.strip().lstrip("@"),
        report_also=reached.also,
        strictness=arguments.strictness,
    )
    _refuse_unusable(text, path)
    if reached.address:
        keep_address("home", reached.also[0], reached.address)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    _tell_what_comes_next(path, platform, reached)
    return 0


def _tell_what_comes_next(path: Path, platform: str, reached: "Reached") -> None:
    """The commands that follow, and where the report lies if nothing brings it."""
    named = "" if path == Path("config.yaml") or os.environ.get("QUIETFEED_CONFIG") else f"--config {path} "
    print(f"wrote {path}: it is in dry run and touches nothing\nnext: quietfeed {named}login")
    if reached.bot_handle:
        print(f"then: quietfeed {named}login --bot")
    for way in () if reached.address else reached.also:
        print(f"then: quietfeed {named}login --notify {way}")
    if platform == "bluesky" and reached == Reached():
        print("note: nobody can message themselves there, so the report waits in a file; docs/reports.md tells more")


@dataclass(frozen=True, slots=True)
class Reached:
    """How the report is to reach an owner whose network cannot bring it: by a second account, or at an address."""

    bot_handle: str = ""
    also: tuple[str, ...] = ()
    address: str = field(default="", repr=False)


def _reached(arguments: argparse.Namespace, platform: str) -> Reached:
    """What the options say; on a terminal an owner on Bluesky is asked, where nobody can message themselves."""
    given = Reached(arguments.bot_handle or "", (arguments.notify,) if arguments.notify else ())
    if arguments.bot_handle and platform != "bluesky":
        raise UserError("--bot-handle is for bluesky: on mastodon you message yourself")
    if arguments.notify:
        refuse_as_name(arguments.notify)
    if platform != "bluesky" or given != Reached() or not sys.stdin.isatty():
        return given
    print("Nobody can message themselves on Bluesky. What brings you the report?")
    bot = _asked("The handle of a second account of yours, which sends it (Enter for none):")
    if bot:
        return Reached(bot)
    address = getpass.getpass(f"An address it goes to, or Enter to leave it in a file. {ADDRESS_ASKED}").strip()
    if not address:
        return Reached()
    return Reached(also=("mail" if address.startswith("mailto") else "phone",), address=address)


def _asked(question: str) -> str:
    """What is typed, which may be nothing."""
    try:
        return input(f"{question} ").strip()
    except EOFError:
        return ""


def _refuse_unusable(text: str, path: Path) -> None:
    """Answers that make no config are told now, not when it is first read; nothing is written then."""
    try:
        read(text, path)
    except ConfigError as wrong:
        faults = "; ".join(fault.message for fault in wrong.faults)
        raise UserError(f"{faults}; nothing was written") from None


def _time() -> str:
    """When the daily report is wanted; without a terminal at eight."""
    if not sys.stdin.isatty():
        return EIGHT
    return _ask("When do you want the daily report, in local time?", "--report-at", typed.time_of_day, EIGHT)


def _understood(understand: Callable[[str], str], text: str) -> str:
    """What an option says."""
    try:
        return understand(text)
    except UserError as wrong:
        raise UserError(f"{wrong}; nothing was written") from None


def _found(understand: Callable[[str], str], look: Callable[[str, str], looked_up.Found]) -> Callable[[str], str]:
    """What is typed, looked up; what is not found is taken when it is typed again."""
    refused: set[str] = set()

    def understood(text: str) -> str:
        value = understand(text)
        if value in refused:
            return value
        step(f"Looking for {value.partition('://')[2] or value}")
        try:
            found = look(value, text)
        except UserError as wrong:
            refused.add(value)
            raise UserError(f"{wrong}; type it again to take it all the same") from None
        print(terminal(found.words))
        return found.value

    return understood


def _ask(question: str, option: str, understand: Callable[[str], str], default: str = "") -> str:
    """The answer typed, asked for until it can be understood; without a terminal a fault that names the option."""
    if not sys.stdin.isatty():
        raise UserError(f"{option} is missing (there is no terminal to ask on); see `quietfeed init --help`")
    shown = f" [{default}]" if default else ""
    while True:
        try:
            answer = input(f"{question}{shown} ").strip() or default
        except EOFError:
            raise UserError(f"no answer, and nothing was written; give it with {option}") from None
        if not answer:
            continue
        try:
            return understand(answer)
        except UserError as wrong:
            print(terminal(str(wrong)))
