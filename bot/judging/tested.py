"""What comes of a rule's tests."""

from collections.abc import Sequence

from bot.judging.rule_tests import RuleTest
from bot.judging.rules import Minimum, Rule, judge
from bot.model import History, Tested


def platform_for(rule: Rule) -> str:
    """The network that a made-up account is on: the first on which the rule applies."""
    return rule.only.platforms[0] if rule.only.platforms else "mastodon"


def held(test: RuleTest, rule: Rule, histories: Sequence[History], rules: Sequence[Rule], minimum: Minimum) -> Tested:
    """What comes of a test of a rule on its histories, at least one, among all the rules of the config."""
    profile = rule.only.profiles[0] if rule.only.profiles else ""
    came = [_held(test, rule, history, rules, minimum, profile, len(histories)) for history in histories]
    return next((one for one in came if not one.passed), came[0])


def _held(
    test: RuleTest,
    rule: Rule,
    history: History,
    rules: Sequence[Rule],
    minimum: Minimum,
    profile: str,
    accounts: int,
) -> Tested:
    return Tested(
        rule.name, test.says, test.place, test.expect, judge(history, rules, minimum, profile), accounts=accounts
    )
