"""The tests that stand in a config's rules, tried on their histories."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from bot import archive
from bot.config.types import Config
from bot.errors import UserError
from bot.judging.made import history_of
from bot.judging.rule_tests import RuleTest
from bot.judging.rules import Rule
from bot.judging.tested import held, platform_for
from bot.model import History, Tested


class NoHistory(UserError):
    """The captured accounts of a test cannot be read."""

    in_file = True


def try_tests(config: Config, rules: Sequence[str] = ()) -> Iterator[Tested]:
    """What comes of each test, of every rule or of those named. Raises NoHistory, with the test's place, where its
    captured accounts cannot be read."""
    for rule in config.rules:
        if not rules or rule.name in rules:
            for test in rule.tests:
                yield held(test, rule, _histories(test, rule, config), config.rules, config.minimum)


def _histories(test: RuleTest, rule: Rule, config: Config) -> list[History]:
    """Those of the test, at least one."""
    if test.made is not None:
        return [history_of(test.made, config.lexicon, platform_for(rule))]
    try:
        captured = list(_captured(test.account, config))
    except UserError as fault:
        raise NoHistory(f"{test.place}: {fault}") from None
    if not captured:
        raise NoHistory(f"{test.place}: {test.account} holds no account: write one with `quietfeed capture`")
    return captured


def _captured(path: str, config: Config) -> Iterator[History]:
    """The accounts of a file."""
    if not Path(path).is_file():
        raise UserError(f"{path} is not there; write it with `quietfeed capture HANDLE --output FILE`")
    with archive.opened(path) as lines:
        for item in archive.read(lines, config.lexicon):
            if isinstance(item, archive.Unreadable):
                raise UserError(f"{path}:{item.line}: {item.reason}; capture it again")
            yield item
