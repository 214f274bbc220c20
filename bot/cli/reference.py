"""`signals`, `schema`: what a config may speak of."""

import argparse
import json

from bot.cli.terminal import say, table
from bot.config import json_schema
from bot.config.faults import did_you_mean
from bot.errors import UserError
from bot.report.shapes import SignalJson
from bot.report.tables import Table
from bot.signals import ALL, BY_NAME, Signal


def signals(arguments: argparse.Namespace) -> int:
    """List the signals, or show some in full."""
    for name in arguments.names:
        if name not in BY_NAME:
            raise UserError(f"no signal “{name}”; `quietfeed signals` lists them all{did_you_mean(name, BY_NAME)}")
    wanted = [BY_NAME[name] for name in arguments.names] or list(ALL)
    if arguments.json:
        facts: list[SignalJson] = [
            {"name": s.name, "unit": s.unit, "doc": s.doc, "not_on": list(s.not_on)} for s in wanted
        ]
        print(json.dumps(facts, ensure_ascii=False, indent=1))
    elif arguments.names:
        say("\n\n\n".join(_in_full(s) for s in wanted))
    else:
        rows = tuple((s.name, s.unit, _paragraphs(s)[0]) for s in wanted)
        print(table(Table(("signal", "unit", "what it measures of an account"), rows)))
    return 0


def _in_full(signal: Signal) -> str:
    return "\n\n".join([f"{signal.name} ({signal.unit})", *_paragraphs(signal)])


def _paragraphs(signal: Signal) -> list[str]:
    """What a signal's documentation says, a line a paragraph."""
    return [" ".join(paragraph.split()) for paragraph in signal.doc.split("\n\n")]


def schema(arguments: argparse.Namespace) -> int:
    """Print the JSON Schema of the config."""
    print(json.dumps(json_schema(), indent=2))
    return 0
