"""The verbs that show what is known, and why."""

import argparse
from typing import TYPE_CHECKING

from bot.cli.parser.verbs import json_option, one_profile, verb

if TYPE_CHECKING:
    from bot.cli.parser.verbs import Verbs

MOST_DAYS = 3650


def report(verbs: "Verbs") -> None:
    """`quietfeed report`."""
    parser = verb(
        verbs,
        "report",
        "look:report",
        "show the report: what would be done, and why",
        "Shows the news of the last day, and the rest in a line each, from the store; asks no server.\n"
        "--all shows everything that stands, --date a report that was made before.",
    )
    one_profile(parser)
    parser.add_argument("--all", action="store_true", help="everything that stands, not only the news")
    parser.add_argument("--date", metavar="YYYY-MM-DD", help="the report that was made on that day")
    parser.add_argument("--format", choices=("text", "markdown", "html", "json"), default="text", help="(text)")
    parser.add_argument("--json", action="store_const", dest="format", const="json", help="same as --format json")
    parser.add_argument("--open", action="store_true", help="with --format html: show the page in your browser")
    parser.add_argument("--send", action="store_true", help="also send it to yourself now, as `run` does each day")
    parser.add_argument(
        "--send-test",
        action="store_true",
        help="try every way with a harmless message; on your server it is deleted at once, and shows whether reports"
        " stay private there",
    )


def desk(verbs: "Verbs") -> None:
    """`quietfeed desk`."""
    parser = verb(
        verbs,
        "desk",
        "desk:desk",
        "open a local page: who talks, who links, and what a bound moved would change",
        "Serves a page on this machine, beside a running daemon or alone, and prints its address with a token in it:\n"
        "whoever has that address comes in, and nobody else. Looking changes nothing; what you decide there is what\n"
        "keep, undo, mute, review and tune do. Needs the extra `desk`. $QUIETFEED_DESK_TOKEN sets the token.",
    )
    parser.add_argument("--port", type=_port, default=8222, metavar="PORT", help="where it listens (8222)")
    parser.add_argument(
        "--host",
        type=_address,
        default="127.0.0.1",
        metavar="ADDRESS",
        help="on which address it listens (127.0.0.1: this machine)",
    )
    parser.add_argument("--open", action="store_true", help="show it in your browser")
    parser.add_argument(
        "--base-url", metavar="URL", help="behind a reverse proxy: the address at which browsers reach it"
    )
    parser.add_argument(
        "--trust-proxy",
        action="store_true",
        help="believe the proxy's X-Forwarded-Host; only where nobody else reaches the port",
    )


def explain(verbs: "Verbs") -> None:
    """`quietfeed explain`."""
    parser = verb(
        verbs,
        "explain",
        "explain:explain",
        "show why an account is judged as it is",
        "What comes of it and why, in words; the rule that decides, what protects it, and what would spare it.\n"
        "--all shows every rule, each reading against each bound in numbers, the evidence and the ledger.\n"
        "It tells what quietfeed knows and decided. `quietfeed check` reads any account now, and tells what your\n"
        "rules alone would say.",
    )
    parser.add_argument("handle", metavar="HANDLE")
    one_profile(parser)
    parser.add_argument("--all", action="store_true", help="every rule and every number")
    parser.add_argument("--fresh", action="store_true", help="read the account's feed from the server now")
    json_option(parser)


def try_(verbs: "Verbs") -> None:
    """`quietfeed try`."""
    parser = verb(
        verbs,
        "try",
        "trying:try_",
        "see what a changed config would have changed",
        "Edit a line of your config, then run this: it decides again, by the config in use and by the changed one,\n"
        "what was judged over the last weeks, as it was known then, and tells who would fare otherwise and why.\n"
        "Nothing is done and no server is asked. The config in use is the one that quietfeed judged by last; where\n"
        "that says the same, the one before it.\n\n"
        "  quietfeed try                        the config that you have just changed\n"
        "  quietfeed try --config new.yaml      another file\n"
        "  quietfeed try --watch                again whenever you save it\n\n"
        "The exit code is 0 whether or not anything would change; 2 where the config cannot be read.",
    )
    parser.add_argument("--days", metavar="N", type=_days, default=30, help="how many days to look back (30)")
    one_profile(parser)
    parser.add_argument(
        "--watch",
        action="store_true",
        help="try again at every save of the config or a file that it includes, until Ctrl-C",
    )
    parser.add_argument(
        "--accounts",
        nargs="+",
        metavar="FILE",
        help="judge accounts in files that `capture` wrote, instead of the past",
    )
    json_option(parser)


def tune(verbs: "Verbs") -> None:
    """`quietfeed tune`."""
    parser = verb(
        verbs,
        "tune",
        "tune:tune",
        "see which bounds your own judgements speak for",
        "Holds your rules against the accounts that you judged: noise and fine in `review`, whom you keep, what you\n"
        "undid and confirmed. A rule that fires on accounts called fine is tightened, by the one bound that spares\n"
        "them and loses least: under `when`, under `unless`, or of the `evidence` that it needs. One that nearly\n"
        "fires on noise which nothing finds is loosened, if that finds nobody whom you called fine; whom it also\n"
        "finds is told by name. The change is shown as a diff of your config, with the number of accounts on which\n"
        "it rests: three at least. No server is asked.\n\n"
        "  quietfeed review           say what you take accounts for\n"
        "  quietfeed tune             see what that speaks for; nothing is changed\n"
        "  quietfeed tune --write     change the config so; as it was, it is kept beside it\n"
        "  quietfeed try              see who would fare otherwise\n\n"
        "Comments and all else in the file stay as they are. A rule that is shipped or included is changed by\n"
        "`- use: NAME` in your own file, with that bound alone.",
    )
    parser.add_argument("--days", metavar="N", type=_days, default=30, help="how many days to look back (30)")
    one_profile(parser)
    parser.add_argument("--write", action="store_true", help="change the config, and keep it as it was beside it")
    json_option(parser)


def _port(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text) < 65536):
        raise argparse.ArgumentTypeError(f"{text}: a number from 0 (any that is free) to 65535")
    return int(text)


def _address(text: str) -> str:
    from ipaddress import ip_address

    try:
        return str(ip_address(text))
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text}: an address such as 127.0.0.1") from None


def _days(typed: str) -> int:
    days = int(typed)
    if not 1 <= days <= MOST_DAYS:
        raise ValueError(typed)
    return days


_days.__name__ = "number of days"  # what argparse calls it where it is none


def status(verbs: "Verbs") -> None:
    """`quietfeed status`."""
    parser = verb(
        verbs,
        "status",
        "look:status",
        "show what was read and judged, and when it goes on",
        "More than five profiles are told in a table; --profile tells all of one.\n\n"
        "With --check it answers in one line and by its exit code, as monitoring tools ask. It reads the store alone,\n"
        "so it needs no daemon and asks no server:\n\n"
        "  0  ok        the timeline was read lately, and nothing fails\n"
        "  1  warning   the work goes on, but something fails beside it: the last sweep, a report, a config that was\n"
        "               not taken up\n"
        "  2  critical  nothing was read for an hour (or three intervals between sweeps, if that is longer), the\n"
        "               login is refused, or the store cannot be opened or written\n"
        "  3  unknown   the config cannot be read\n\n"
        "  quietfeed status --check          critical: home: nothing was read for 3 hours, and no daemon is at work\n"
        "  quietfeed status --check --json   the same as `health`, beside all that status tells",
    )
    parser.add_argument("--check", action="store_true", help="only whether all is well: a line, and an exit code")
    one_profile(parser)
    json_option(parser)


def ledger(verbs: "Verbs") -> None:
    """`quietfeed ledger`."""
    parser = verb(
        verbs,
        "ledger",
        "actions:ledger",
        "show what was judged and done, why, and until when",
        "With a handle the whole story of one account.",
    )
    parser.add_argument("handle", nargs="?", metavar="HANDLE")
    parser.add_argument("--since", metavar="TIME", help="only the last so long: 12h, 2d, 1w")
    one_profile(parser)
    json_option(parser)


def signals(verbs: "Verbs") -> None:
    """`quietfeed signals`."""
    parser = verb(verbs, "signals", "reference:signals", "list what can be measured, for the rules")
    parser.add_argument("names", nargs="*", metavar="SIGNAL", help="only these, in full")
    json_option(parser)


def rules(verbs: "Verbs") -> None:
    """`quietfeed rules`."""
    parser = verb(
        verbs,
        "rules",
        "rules:rules",
        "show the rules in force, and where each comes from",
        "The rules in the order in which they are asked; the first that fits an account decides. Each is shipped\n"
        "with quietfeed (`rules: shipped`, turned by `strictness`), changed by you (then it says what, and in which\n"
        "line), of a file under `include:`, or your own. With a name, that rule in full, as your config would have\n"
        "it, beside what is shipped.\n\n"
        "  quietfeed rules                   all of them\n"
        '  quietfeed rules "feed mirror"     one, with its bounds\n\n'
        "To change one, put a list in the place of `rules: shipped`:\n\n"
        "  rules:\n"
        "    - use: shipped\n"
        "    - use: feed mirror       # and what differs\n"
        "      then: report\n"
        "    - remove: teaser feed    # not for me\n\n"
        "Then see what comes of it: quietfeed try. More in docs/rules.md.",
    )
    parser.add_argument("rule", nargs="?", metavar="NAME", help="this rule in full")
    json_option(parser)


def schema(verbs: "Verbs") -> None:
    """`quietfeed schema`."""
    verb(verbs, "schema", "reference:schema", "print the JSON Schema of the config, for editors")
