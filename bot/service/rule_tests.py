"""No config is worked by whose own tests fail."""

from bot.config import Config, try_tests
from bot.errors import UserError
from bot.report.tested import failure

NEXT = "mend the rule or the test; `quietfeed test-rules` shows them all"


class FailingTests(UserError):
    """A rule does not do what its owner's own tests expect of it."""

    in_file, next_step = True, NEXT


def held_to_tests(config: Config) -> Config:
    """The config, whose rules do what its tests expect. Raises FailingTests with a line a failing test, UserError
    where the captured accounts of one cannot be read."""
    failing = [failure(test) for test in try_tests(config) if not test.passed]
    if failing:
        raise FailingTests("\n".join(failing))
    return config
