"""How a verb is added: its summary, its help, and the function that runs it, imported when it is run."""

import argparse
import re
from collections.abc import Callable
from difflib import get_close_matches
from importlib import import_module
from typing import TYPE_CHECKING, Any, NoReturn, TypeAlias

CONFIG_HELP = (
    "the config (else $QUIETFEED_CONFIG, the text in $QUIETFEED_CONFIG_YAML, ./config.yaml, or the one in your config "
    "directory)"
)

JSON_HELP = "for programs: JSON instead of words (docs/json.md)"

NO_CHOICE = re.compile(r"invalid choice: '(?P<typed>[^']*)' \(choose from (?P<allowed>.*)\)", re.DOTALL)


class Parser(argparse.ArgumentParser):
    """Asks whether a word close to the one that was typed was meant, before all that could have been."""

    def error(self, message: str) -> NoReturn:
        """Say what is wrong, and how the verb is used."""
        found = NO_CHOICE.search(message)
        allowed = re.findall(r"[\w-]+", found["allowed"]) if found else []
        close = get_close_matches(found["typed"], allowed, n=1) if found else []
        if found and close:
            message = f"{message[: found.start()]}there is no {found['typed']!r}; did you mean {close[0]!r}?"
        super().error(message)


class OneConfig(argparse.Action):
    """`--config`. Of two the first would go unheard, so whoever gives two is told how to compare them."""

    def __call__(
        self, parser: argparse.ArgumentParser, namespace: argparse.Namespace, values: Any, option_string: Any = None
    ) -> None:
        """Take the config. Exits where there is one already."""
        before = getattr(namespace, self.dest, None)
        if before is not None:
            parser.error(
                f"two configs, {before} and {values}, where one is used. What the second changes: "
                f"quietfeed try --config {values}, or of captured accounts: "
                f"quietfeed judge FILE --config {values} --against {before}"
            )
        setattr(namespace, self.dest, values)


if TYPE_CHECKING:
    Verbs: TypeAlias = argparse._SubParsersAction[Parser]


def verb(verbs: "Verbs", name: str, runs: str, summary: str, more: str = "") -> argparse.ArgumentParser:
    """Add a verb whose work is the function `module:name` under bot.cli, imported when it is run."""
    parser = verbs.add_parser(
        name,
        help=summary,
        description=f"{summary[0].upper()}{summary[1:]}.\n\n{more}".rstrip(),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--config", action=OneConfig, metavar="FILE", default=argparse.SUPPRESS, help=CONFIG_HELP)
    parser.set_defaults(run=_lazily(runs))
    return parser


def _lazily(runs: str) -> Callable[[argparse.Namespace], int]:
    module, function = runs.split(":")

    def run(arguments: argparse.Namespace) -> int:
        return getattr(import_module(f"bot.cli.{module}"), function)(arguments)  # type: ignore[no-any-return]

    return run


def part(parts: "Verbs", name: str, summary: str, more: str = "") -> argparse.ArgumentParser:
    """Add one of the things that a verb can do, which the verb's function finds as `what`."""
    parser = parts.add_parser(
        name,
        help=summary,
        description=f"{summary[0].upper()}{summary[1:]}.\n\n{more}".rstrip(),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--config", action=OneConfig, metavar="FILE", default=argparse.SUPPRESS, help=CONFIG_HELP)
    parser.set_defaults(what=name)
    return parser


def json_option(parser: argparse.ArgumentParser) -> None:
    """`--json`."""
    parser.add_argument("--json", action="store_true", help=JSON_HELP)


def profiles(parser: argparse.ArgumentParser) -> None:
    """Any number of profiles."""
    parser.add_argument("profiles", nargs="*", metavar="PROFILE", help="only these profiles of the config")


def one_profile(parser: argparse.ArgumentParser) -> None:
    """`--profile`."""
    parser.add_argument("--profile", metavar="NAME", help="which profile, where the config has several")


def log_level_option(parser: argparse.ArgumentParser, otherwise: str) -> None:
    """How much a verb that works unattended tells; `otherwise` says what holds without the option."""
    parser.add_argument(
        "--log-level",
        choices=("debug", "info", "warning", "error"),
        help=f"how much to tell (else {otherwise}): debug tells each request",
    )
