"""What can be typed: the verbs, their options, and help that teaches. Imports nothing heavy: `--help` is quick."""

import argparse
import sys
from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, TypeAlias

from bot import __version__

OPENING = """\
quietfeed reads your Mastodon or Bluesky timeline and finds the accounts that only broadcast links.
It starts in dry run: it reports what it would do, and touches nothing."""
CLOSING = """\
first steps:
  quietfeed demo                 see it work on a bundled network, no account needed
  quietfeed init                 write a config by answering three questions
  quietfeed login                log in
  quietfeed sweep                read your timeline now, and see who only broadcasts links
  quietfeed run                  do so on schedule, with a report a day

Each verb explains itself: quietfeed VERB --help"""


def build() -> argparse.ArgumentParser:
    """The whole command line."""
    parser = argparse.ArgumentParser(
        prog="quietfeed", description=OPENING, epilog=CLOSING, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--version", action="version", version=f"quietfeed {__version__}")
    parser.add_argument("--config", metavar="FILE", help=CONFIG_HELP)
    verbs = parser.add_subparsers(title="verbs", metavar="VERB")
    parser.set_defaults(run=_ask_for_a_verb)
    for add in (
        _init,
        _login,
        _doctor,
        _sweep,
        _run,
        _report,
        _explain,
        _status,
        _keep,
        _undo,
        _confirm,
        _ledger,
        _judge,
        _capture,
        _signals,
        _schema,
        _demo,
    ):
        add(verbs)
    return parser


def _ask_for_a_verb(_: argparse.Namespace) -> int:
    """Without a verb the whole help is of more use than a complaint."""
    build().print_help(sys.stderr)
    return 2


if TYPE_CHECKING:
    Verbs: TypeAlias = argparse._SubParsersAction[argparse.ArgumentParser]

CONFIG_HELP = "the config (else $QUIETFEED_CONFIG, ./config.yaml, or the one in your config directory)"


def _verb(verbs: "Verbs", name: str, runs: str, summary: str, more: str = "") -> argparse.ArgumentParser:
    """Add a verb whose work is the function `module:name` under bot.cli, imported when it is run."""
    parser = verbs.add_parser(
        name,
        help=summary,
        description=f"{summary[0].upper()}{summary[1:]}.\n\n{more}".rstrip(),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--config", metavar="FILE", default=argparse.SUPPRESS, help=CONFIG_HELP)
    parser.set_defaults(run=_lazily(runs))
    return parser


def _lazily(runs: str) -> Callable[[argparse.Namespace], int]:
    module, function = runs.split(":")

    def run(arguments: argparse.Namespace) -> int:
        return getattr(import_module(f"bot.cli.{module}"), function)(arguments)  # type: ignore[no-any-return]

    return run


def _json(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="for programs: JSON instead of words")


def _profiles(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("profiles", nargs="*", metavar="PROFILE", help="only these profiles of the config")


def _one_profile(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--profile", metavar="NAME", help="which profile, where the config has several")


def _init(verbs: "Verbs") -> None:
    parser = _verb(
        verbs,
        "init",
        "first:init",
        "write a config by answering three questions",
        "Without a terminal, answer by options:\n"
        "  quietfeed init --platform mastodon --server https://mastodon.example\n"
        "  quietfeed init --platform bluesky --handle robin.bsky.example",
    )
    parser.add_argument("--platform", choices=("mastodon", "bluesky"), help="your network")
    parser.add_argument("--server", metavar="URL", help="your Mastodon server, or a Bluesky PDS of your own")
    parser.add_argument("--handle", help="your Bluesky handle")
    parser.add_argument("--report-at", metavar="HH:MM", help="when the daily report comes, in local time (08:00)")
    parser.add_argument("--output", metavar="FILE", help="where to write it (default: --config, else ./config.yaml)")
    parser.add_argument("--force", action="store_true", help="replace a config that is there already")


def _login(verbs: "Verbs") -> None:
    parser = _verb(
        verbs,
        "login",
        "login:login",
        "log in, once for each profile",
        "Mastodon: opens your server's page in a browser; you allow quietfeed and paste the code (or come back by\n"
        "itself with --browser). It asks for the least that it needs.\n"
        "Bluesky: asks for an app password (Settings > Privacy and security > App passwords).\n\n"
        "What it gets is kept in a file that only you can read, never in the config. Where there is no disk to keep\n"
        "it on, set QUIETFEED_<PROFILE>_TOKEN or QUIETFEED_<PROFILE>_APP_PASSWORD instead.",
    )
    parser.add_argument("profile", nargs="?", metavar="PROFILE", help="which profile, where the config has several")
    parser.add_argument("--browser", action="store_true", help="Mastodon: come back by a redirect to this machine")
    parser.add_argument("--bot", action="store_true", help="Bluesky: log in the account that messages you the report")
    parser.add_argument("--token", action="store_true", help="Mastodon: read an access token from standard input")


def _doctor(verbs: "Verbs") -> None:
    parser = _verb(
        verbs,
        "doctor",
        "doctor:doctor",
        "check config, login, server, clock, store and schedule",
        "Each line that is not well names its remedy. Exit code 1 where something must be mended.",
    )
    parser.add_argument("--offline", action="store_true", help="only what needs no network")
    _json(parser)


def _sweep(verbs: "Verbs") -> None:
    parser = _verb(
        verbs,
        "sweep",
        "work:sweep",
        "read the timeline now and judge who posts there",
        "One round: poll, judge, decide, record. With --json one object a decision:\n"
        "  profile, handle, rule, action, hold, readings, evidence\n"
        "`action` is null where no rule fired or where a `hold` protects the account.",
    )
    _profiles(parser)
    _json(parser)


def _run(verbs: "Verbs") -> None:
    parser = _verb(
        verbs,
        "run",
        "work:run",
        "sweep on schedule and report once a day, until it is stopped",
        "SIGTERM or Ctrl-C ends it within seconds; SIGHUP reads the config again.",
    )
    parser.add_argument("--verbose", action="store_true", help="log every step")


def _report(verbs: "Verbs") -> None:
    parser = _verb(
        verbs,
        "report",
        "look:report",
        "show the report: what would be done, and why",
        "Shows what is known now, from the store; asks no server. --date shows one that was made before.",
    )
    _one_profile(parser)
    parser.add_argument("--date", metavar="YYYY-MM-DD", help="the report that was made on that day")
    parser.add_argument("--format", choices=("text", "markdown", "json"), default="text", help="(text)")
    parser.add_argument("--json", action="store_const", dest="format", const="json", help="same as --format json")
    parser.add_argument("--send", action="store_true", help="also send it to yourself now, as `run` does each day")


def _explain(verbs: "Verbs") -> None:
    parser = _verb(
        verbs,
        "explain",
        "explain:explain",
        "show why an account is judged as it is",
        "Each reading against each bound, the evidence, what holds it, and what would save or condemn it.",
    )
    parser.add_argument("handle", metavar="HANDLE")
    _one_profile(parser)
    parser.add_argument("--fresh", action="store_true", help="read the account's feed from the server now")
    _json(parser)


def _status(verbs: "Verbs") -> None:
    parser = _verb(verbs, "status", "look:status", "show what was polled, judged, spent, and when it goes on")
    _json(parser)


def _keep(verbs: "Verbs") -> None:
    parser = _verb(
        verbs,
        "keep",
        "actions:keep",
        "protect accounts for good, whatever the rules say",
        "Without a handle: who is kept, and whose deeds you took back (a veto, which protects as well).\n"
        "--drop ends the protection and the veto.",
    )
    parser.add_argument("handles", nargs="*", metavar="HANDLE")
    parser.add_argument("--why", default="", help="a note to yourself")
    parser.add_argument("--drop", action="store_true", help="protect no longer")
    _one_profile(parser)
    _json(parser)


def _undo(verbs: "Verbs") -> None:
    parser = _verb(
        verbs,
        "undo",
        "actions:undo",
        "take deeds back, and leave the accounts alone from then on",
        "Only what quietfeed did itself is undone; your own mutes and lists stay as they are. What is undone is a\n"
        "veto: it is not done again, until `quietfeed keep --drop HANDLE`.\n\n"
        "  quietfeed undo --all --dry-run       show what it would take back\n"
        "  quietfeed undo --since 2d            all that was done in the last two days",
    )
    parser.add_argument("handles", nargs="*", metavar="HANDLE")
    parser.add_argument("--since", metavar="TIME", help="everything done in that time: 12h, 2d, 1w")
    parser.add_argument("--rule", metavar="NAME", help="everything that this rule did")
    parser.add_argument("--all", action="store_true", help="everything that stands")
    parser.add_argument("--dry-run", action="store_true", help="only show what would be undone")
    _one_profile(parser)
    _json(parser)


def _confirm(verbs: "Verbs") -> None:
    parser = _verb(
        verbs,
        "confirm",
        "actions:confirm",
        "say that what the report shows is right",
        "A rule that suddenly finds many more accounts than usual is held whole until you confirm it.\n"
        "With --i-have-read-the-report the first days of dry run end now (`dry_run: false` in the config is needed\n"
        "as well).",
    )
    parser.add_argument(
        "--i-have-read-the-report", action="store_true", dest="consent", help="end the first days of dry run now"
    )
    _one_profile(parser)


def _ledger(verbs: "Verbs") -> None:
    parser = _verb(
        verbs,
        "ledger",
        "actions:ledger",
        "show what was judged and done, why, and until when",
        "With a handle the whole story of one account.",
    )
    parser.add_argument("handle", nargs="?", metavar="HANDLE")
    parser.add_argument("--since", metavar="TIME", help="only the last so long: 12h, 2d, 1w")
    _one_profile(parser)
    _json(parser)


def _judge(verbs: "Verbs") -> None:
    parser = _verb(
        verbs,
        "judge",
        "archive:judge",
        "judge captured accounts, offline",
        "Reads files that `capture` writes (plain or gzipped, - for standard input) and needs no login.\n"
        "Without a config the shipped rules judge.",
    )
    parser.add_argument("files", nargs="+", metavar="FILE")
    _json(parser)


def _capture(verbs: "Verbs") -> None:
    parser = _verb(
        verbs,
        "capture",
        "archive:capture",
        "write accounts' own feeds to a file, to judge them offline",
        "Writes one JSON object a line. The file holds other people's posts: keep it to yourself.",
    )
    parser.add_argument("handles", nargs="+", metavar="HANDLE")
    _one_profile(parser)
    parser.add_argument("--output", metavar="FILE", default="-", help="where to (default: standard output; .gz packs)")


def _signals(verbs: "Verbs") -> None:
    parser = _verb(verbs, "signals", "look:signals", "list what can be measured, for the rules")
    parser.add_argument("name", nargs="?", metavar="SIGNAL", help="only this one, in full")
    _json(parser)


def _schema(verbs: "Verbs") -> None:
    _verb(verbs, "schema", "look:schema", "print the JSON Schema of the config, for editors")


def _demo(verbs: "Verbs") -> None:
    parser = _verb(
        verbs,
        "demo",
        "demo:demo",
        "see it work on a bundled, made-up network",
        "Some 40 accounts over 14 days, swept for real in simulated time. Touches nothing outside a temporary folder.",
    )
    parser.add_argument("--keep", metavar="DIR", help="keep the store and the reports there")
    _json(parser)
