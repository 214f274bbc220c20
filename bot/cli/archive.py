"""`judge`: accounts in files, judged offline."""

import argparse
import json
import sys
from pathlib import Path

from bot import archive
from bot.cli import wiring
from bot.config import Config, default_config, find, load
from bot.errors import UserError
from bot.judging import rules
from bot.model import Verdict
from bot.report.data import verdict_data
from bot.report.escape import handle
from bot.report.explain import outcome


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
