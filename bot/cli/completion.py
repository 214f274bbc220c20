"""`completion`: what a shell has to be told to complete verbs, options, choices and files."""

import argparse
from collections.abc import Iterator

from bot.cli.parser import build
from bot.signals import BY_NAME

CHOSEN_BY_METAVAR = {"SIGNAL": tuple(BY_NAME)}
"""What may stand where the command line names no choices of its own."""


def completion(arguments: argparse.Namespace) -> int:
    """Print the script for one shell."""
    import shtab

    parser = build()
    for action in _actions(parser):
        if action.metavar in ("FILE", "DIR"):
            action.complete = shtab.FILE if action.metavar == "FILE" else shtab.DIR  # type: ignore[attr-defined]
        elif action.choices is None and action.metavar in CHOSEN_BY_METAVAR:
            action.choices = CHOSEN_BY_METAVAR[str(action.metavar)]
    print(shtab.complete(parser, arguments.shell))
    return 0


def _actions(parser: argparse.ArgumentParser) -> Iterator[argparse.Action]:
    """Every option and argument, those of the verbs included."""
    for action in parser._actions:
        yield action
        if isinstance(action, argparse._SubParsersAction):
            for verb in action.choices.values():
                yield from _actions(verb)
