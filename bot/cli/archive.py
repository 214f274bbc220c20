"""`judge`: accounts in files, judged offline."""

import argparse
import json
import sys
from collections import Counter
from pathlib import Path

from bot import archive
from bot.cli import wiring
from bot.cli.terminal import say
from bot.config import Config, default_config, find, load
from bot.errors import UserError
from bot.judging import rules
from bot.model import Step, Verdict
from bot.report.data import verdict_data
from bot.report.escape import handle, terminal
from bot.report.explain import outcome
from bot.report.figures import plural


def judge(arguments: argparse.Namespace) -> int:
    """Judge every account of the files; a line that cannot be read costs that line, and the exit code is 1.
    With --against, only who fares otherwise than under another config."""
    config = config_or_shipped(arguments)
    if arguments.against:
        from bot.cli.trying import Old, try_accounts

        other = load(Path(arguments.against))
        return try_accounts(arguments.files, config, Old(other, terminal(other.path.name)), as_json=arguments.json)
    unreadable, came_to = 0, Counter[str]()
    for name in arguments.files:
        with archive.opened(name) as lines:
            for item in archive.read(lines, config.lexicon):
                if isinstance(item, archive.Unreadable):
                    say(f"quietfeed: {name}:{item.line}: {item.reason}", file=sys.stderr)
                    unreadable += 1
                    continue
                verdict = rules.judge(item, config.rules, config.minimum)
                _print(verdict, as_json=arguments.json)
                came_to[_came_to(verdict)] += 1
    if not arguments.json and came_to.total() > 1:
        say(f"\n{_in_all(came_to)}")
    return 1 if unreadable else 0


CAME_TO = {Step.MUTE: "would be muted", Step.LIST: "listed", Step.HIDE_REPOSTS: "with reposts hidden"}
ONLY_TOLD, TOO_LITTLE, LEFT_ALONE = "only reported", "of which too little is known", "left alone"
IN_TURN = (*CAME_TO.values(), ONLY_TOLD, LEFT_ALONE, TOO_LITTLE)


def _came_to(verdict: Verdict) -> str:
    """What a verdict comes to, as part of a sum."""
    if verdict.step is not None:
        return CAME_TO.get(verdict.step, ONLY_TOLD)
    return TOO_LITTLE if verdict.abstained else LEFT_ALONE


def _in_all(came_to: Counter[str]) -> str:
    """`12 accounts: 2 would be muted, 1 listed, 9 left alone.`"""
    parts = (f"{came_to[words]:,} {words}" for words in IN_TURN if came_to[words])
    return f"{plural(came_to.total(), 'account')}: {', '.join(parts)}."


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
