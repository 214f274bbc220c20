"""`test-rules`: the tests that stand in the rules of a config."""

import argparse
import json
from collections.abc import Sequence

from bot.cli.archive import config_or_shipped
from bot.config import Config, try_tests
from bot.config.faults import did_you_mean
from bot.errors import UserError
from bot.report.tested import summed_up, tested_data, told


def test_rules(arguments: argparse.Namespace) -> int:
    """Try the tests of all rules, or of those named; 1 where one fails."""
    config = config_or_shipped(arguments)
    refuse_unknown(arguments.rules, config)
    came = []
    for test in try_tests(config, arguments.rules):
        came.append(test)
        if not arguments.json:
            print(told(test), flush=True)
    if arguments.json:
        print(json.dumps([tested_data(test) for test in came], ensure_ascii=False, indent=1))
    else:
        print(summed_up(came) if came else _none(arguments.rules, config))
    return 0 if all(test.passed for test in came) else 1


def _none(rules: Sequence[str], config: Config) -> str:
    which = f"The rule{'' if len(rules) == 1 else 's'} named" if rules else f"The rules of {config.path}"
    return f"{which} have no tests yet. How to write one: quietfeed test-rules --help"


def refuse_unknown(names: Sequence[str], config: Config) -> None:
    """Raise UserError for a name that no rule has."""
    known = [rule.name for rule in config.rules]
    for name in names:
        if name not in known:
            raise UserError(f"no rule “{name}” in {config.path}, only {', '.join(known)}{did_you_mean(name, known)}")
