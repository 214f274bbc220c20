"""The verbs that work on captured accounts."""

from typing import TYPE_CHECKING

from bot.cli.parser.verbs import json_option, one_profile, verb

if TYPE_CHECKING:
    from bot.cli.parser.verbs import Verbs


def judge(verbs: "Verbs") -> None:
    """`quietfeed judge`."""
    parser = verb(
        verbs,
        "judge",
        "archive:judge",
        "judge captured accounts, offline",
        "Reads files that `capture` writes (plain or gzipped, - for standard input) and needs no login.\n"
        "Without a config the shipped rules judge.",
    )
    parser.add_argument("files", nargs="+", metavar="FILE")
    json_option(parser)


def capture(verbs: "Verbs") -> None:
    """`quietfeed capture`."""
    parser = verb(
        verbs,
        "capture",
        "archive:capture",
        "write accounts' own feeds to a file, to judge them offline",
        "Writes one JSON object a line. The file holds other people's posts: keep it to yourself.",
    )
    parser.add_argument("handles", nargs="+", metavar="HANDLE")
    one_profile(parser)
    parser.add_argument("--output", metavar="FILE", default="-", help="where to (default: standard output; .gz packs)")
