"""Which configs a fleet takes: those that mean the same on whichever machine they are worked by."""

from pathlib import Path

from bot.config import Config, Profile, load
from bot.errors import UserError
from bot.service.rule_tests import held_to_tests

STDOUT = "stdout"
"""The way out that would lead into a worker's log."""


def admitted(path: Path) -> tuple[str, Config]:
    """The text of a config's file and what it says. Raises ConfigError with every fault as `file:line:column`,
    UserError where its rules fail their own tests or it means something only on the machine that it comes from."""
    config = held_to_tests(load(path))
    for wrong in (_only_here(config), *(_of_profile(one) for one in config.chosen())):
        if wrong:
            raise UserError(f"{path}: {wrong}")
    return path.read_text("utf-8-sig"), config


def _only_here(config: Config) -> str:
    """What in it hangs on this machine."""
    if len(config.files) > 1:
        return (
            f"it needs {config.files[1]} beside it, and a fleet keeps one file for each profile: put the rules of "
            "`include` into this file, and leave out tests with captured accounts"
        )
    if config.store:
        return "`store` names a file, and a fleet keeps all in DATABASE_URL: remove it"
    if not config.report.timezone:
        return (
            "`timezone` is not set under `report`, and workers may stand in different zones: set the owner's, such as "
            "Europe/Lisbon"
        )
    return ""


def _of_profile(profile: Profile) -> str:
    """What in a profile does."""
    if STDOUT in profile.report_also:
        return f"profile “{profile.name}” has {STDOUT} in `report_also`, which is a worker's log in a fleet: remove it"
    return ""
