"""`judge` and `capture`: accounts in files, judged offline."""

import argparse
import gzip
import json
import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from bot import archive
from bot.cli import wiring
from bot.config import Config, default_config, find, load
from bot.errors import UserError
from bot.judging import rules
from bot.model import History, Verdict
from bot.platforms.base import LoginNeeded
from bot.report.data import verdict_data
from bot.report.escape import handle, terminal
from bot.report.explain import outcome
from bot.service import feeds


def judge(arguments: argparse.Namespace) -> int:
    """Judge every account of the files; a line that cannot be read costs that line, and the exit code is 1."""
    config = config_or_shipped(arguments)
    unreadable = 0
    for name in arguments.files:
        with archive.opened(name) as lines:
            for item in archive.read(lines, config.lexicon):
                if isinstance(item, archive.Unreadable):
                    print(f"quietfeed: {name}:{item.line}: {item.reason}", file=sys.stderr)
                    unreadable += 1
                else:
                    _print(rules.judge(item, config.rules, config.minimum), as_json=arguments.json)
    return 1 if unreadable else 0


def config_or_shipped(arguments: argparse.Namespace) -> Config:
    """The config asked for or found, else the shipped one: judging needs no login."""
    import os

    if arguments.config or os.environ.get("QUIETFEED_CONFIG"):
        return wiring.config(arguments)
    try:
        path = find(None, os.environ, Path.cwd())
    except UserError:
        return default_config()
    return load(path)


def _print(verdict: Verdict, *, as_json: bool) -> None:
    print(json.dumps(verdict_data(verdict)) if as_json else f"{handle(verdict.account)}: {outcome(verdict)}")


def capture(arguments: argparse.Namespace) -> int:
    """Write the own feeds of the handles; one that cannot be read costs that one."""
    config = wiring.config(arguments)
    profile = wiring.one(config, arguments.profile)
    now = datetime.now(UTC)
    histories: list[History] = []
    faults: list[UserError] = []
    with wiring.connected(profile) as platform:
        for typed in arguments.handles:
            try:
                feed = feeds.read(platform, platform.find(typed), now - config.window, config)
            except LoginNeeded:
                raise  # nobody else can be asked for either
            except UserError as fault:
                said = str(fault) if typed in str(fault) else f"{typed}: {fault}"
                print(f"quietfeed: {terminal(said)}", file=sys.stderr)
                faults.append(fault)
                continue
            histories.append(History(feed.account, feed.posts, now, platform.name))
            print(f"{handle(feed.account)}: {len(feed.posts)} posts", file=sys.stderr)
    if histories:
        _write((archive.dump(h) for h in histories), arguments.output)
    return max((fault.exit_code for fault in faults), default=0)


def _write(lines: Iterable[str], name: str) -> None:
    if name == "-":
        sys.stdout.writelines(f"{line}\n" for line in lines)
        return
    path = Path(name)
    opener = gzip.open if path.suffix == ".gz" else open
    path.touch(mode=0o600)
    with opener(path, "wt", encoding="utf-8") as file:
        file.writelines(f"{line}\n" for line in lines)
