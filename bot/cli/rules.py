"""`rules`: what is in force, and where each rule comes from."""

import argparse
import json
from collections.abc import Iterator, Sequence
from pathlib import Path

from bot import __version__
from bot.cli.archive import config_or_shipped
from bot.cli.rule_tests import refuse_unknown
from bot.cli.terminal import table
from bot.config import Changed, Config, Origin, default_config, read, shipped_rules, written_out
from bot.config.kinds import in_words
from bot.judging.rules import Rule
from bot.report.escape import terminal
from bot.report.figures import plural
from bot.report.shapes import RuleJson, RulesJson
from bot.report.tables import Table
from bot.tuning.rule_words import does

NO_CONFIG = Path("shipped rules")


def rules(arguments: argparse.Namespace) -> int:
    """Show the rules in force, or one of them in full."""
    config = config_or_shipped(arguments)
    if config is default_config():  # no config yet: that one has them written out
        config = read("rules: shipped\n", NO_CONFIG)
    if arguments.json:
        print(json.dumps(_data(config), ensure_ascii=False, indent=1))
    elif arguments.rule:
        refuse_unknown([arguments.rule], config)
        print(terminal(_in_full(arguments.rule, config)))
    else:
        rows = tuple((rule.name, does(rule), _from(origin, config)) for rule, origin in _rules(config))
        print(f"{terminal(_opening(config))}\n")
        print(table(Table(("rule", "does", "from"), rows)))
        print(terminal("\n".join(_closing(config))))
    return 0


def _rules(config: Config) -> Iterator[tuple[Rule, Origin]]:
    return zip(config.rules, config.origins, strict=True)


def _opening(config: Config) -> str:
    many = plural(len(config.rules), "rule")
    shipped = sum(origin.is_shipped for origin in config.origins)
    come = f", {shipped:,} of them shipped with {_version(config)}" if 0 < shipped < len(config.rules) else ""
    if shipped == len(config.rules):
        come = f", shipped with {_version(config)}"
    where = "No config yet, so these hold" if config.path == NO_CONFIG else str(config.path)
    return f"{where}: {many}{come}. The first that fits decides."


def _closing(config: Config) -> Iterator[str]:
    """What is not there of the shipped rules, and what to look at next."""
    if out := _left_out(config):
        yield f"\nShipped, and not used here: {', '.join(out)}."
    yield "\nOne in full: quietfeed rules NAME     All about an account: quietfeed explain HANDLE"


def _version(config: Config) -> str:
    return f"quietfeed {__version__} ({config.strictness})"


def _left_out(config: Config) -> list[str]:
    """The shipped rules that the config takes no part of, where it takes any."""
    if not any(origin.is_shipped for origin in config.origins):
        return []
    there = {rule.name for rule in config.rules}
    return [rule.name for rule in shipped_rules(config.strictness) if rule.name not in there]


def _from(origin: Origin, config: Config) -> str:
    """`shipped`, or `shipped, changed in config.yaml:14: then, when link_share`."""
    begins = "shipped" if origin.is_shipped else _in_file(origin.place, config)
    return "; ".join([begins, *(f"changed in {_changed(one, config)}" for one in origin.changes)])


def _changed(one: Changed, config: Config) -> str:
    return f"{_in_file(one.place, config)}: {', '.join(one.keys)}"


def _in_file(place: str, config: Config) -> str:
    """A place as seen from the config: files beside it by their names alone."""
    file, _, line = place.rpartition(":")
    beside = Path(file).absolute()
    folder = config.path.absolute().parent
    return f"{beside.relative_to(folder) if beside.is_relative_to(folder) else file}:{line}"


def _in_full(name: str, config: Config) -> str:
    """A rule as a file would have it, beside what is shipped."""
    rule, origin = next((rule, origin) for rule, origin in _rules(config) if rule.name == name)
    shipped = _shipped(rule, origin, config)
    comes = _from(origin, config)
    if origin.is_shipped:
        comes = comes.replace("shipped", f"shipped with {_version(config)}", 1)
    elif shipped:
        comes += f", in place of the rule of that name that is shipped with {_version(config)}"
    return f"{rule.name}: {comes}\n\n{written_out(rule, shipped)}"


def _shipped(rule: Rule, origin: Origin, config: Config) -> Rule | None:
    """The shipped rule of its name, where it differs: as the config's `evidence` makes it."""
    taken = any(one.is_shipped for one in config.origins)
    known: Sequence[Rule] = shipped_rules(config.strictness) if taken else ()
    found = next((one for one in known if one.name == rule.name), None)
    return found if origin.changes or not origin.is_shipped else None


def _data(config: Config) -> RulesJson:
    shipped = any(origin.is_shipped for origin in config.origins)
    return {
        "version": __version__,
        "strictness": config.strictness if shipped else None,
        "rules": [_rule_data(rule, origin, config) for rule, origin in _rules(config)],
        "left_out": _left_out(config),
    }


def _rule_data(rule: Rule, origin: Origin, config: Config) -> RuleJson:
    return {
        "name": terminal(rule.name),
        "step": rule.then,
        "lasts": in_words(rule.duration) if rule.duration and rule.quota is None else None,
        "mode": rule.mode,
        "quota": rule.quota,
        "shipped": origin.is_shipped,
        "place": terminal(_in_file(origin.place, config)) if origin.place else None,
        "changes": [{"keys": list(one.keys), "place": terminal(_in_file(one.place, config))} for one in origin.changes],
        "text": terminal(written_out(rule)),
    }
