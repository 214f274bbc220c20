"""What can be typed: the verbs, their options, and help that teaches. Imports nothing heavy: `--help` is quick."""

import argparse
import sys

from bot import __version__
from bot.cli.parser import audit, decide, files, fleet, look, offline, start, work
from bot.cli.parser.verbs import CONFIG_HELP, OneConfig, Parser

OPENING = """\
quietfeed reads your Mastodon or Bluesky timeline and finds the accounts that only broadcast links.
It starts in dry run: it reports what it would do, and touches nothing."""
CLOSING = """\
first steps:
  quietfeed demo                 see it work on a bundled network, no account needed
  quietfeed init                 write a config by answering a few questions
  quietfeed login                log in
  quietfeed sweep                read your timeline now, and see who only broadcasts links
  quietfeed run                  do so on schedule, with a report a day

Each verb explains itself: quietfeed VERB --help"""


def build() -> argparse.ArgumentParser:
    """The whole command line."""
    parser = Parser(
        prog="quietfeed", description=OPENING, epilog=CLOSING, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("-V", "--version", action="version", version=f"quietfeed {__version__}")
    parser.add_argument("--config", action=OneConfig, metavar="FILE", help=CONFIG_HELP)
    verbs = parser.add_subparsers(title="verbs", metavar="VERB")
    parser.set_defaults(run=_ask_for_a_verb)
    for add in (
        start.init,
        start.login,
        start.logout,
        start.doctor,
        work.sweep,
        work.run,
        look.report,
        look.explain,
        audit.audit,
        audit.check,
        look.try_,
        look.tune,
        look.status,
        look.desk,
        decide.keep,
        decide.undo,
        decide.mute,
        decide.put_on_list,
        decide.pause,
        decide.resume,
        decide.adopt,
        decide.confirm,
        decide.review,
        look.ledger,
        offline.judge,
        offline.capture,
        offline.test_rules,
        files.export,
        files.import_,
        files.forget,
        files.store,
        look.rules,
        look.signals,
        look.schema,
        fleet.fleet,
        fleet.worker,
        start.completion,
        start.demo,
    ):
        add(verbs)
    asked = verbs.add_parser("help", help="explain a verb", description="Explain a verb, or name them all.")
    asked.add_argument("verb", nargs="?", metavar="VERB", choices=list(verbs.choices), help="which one")
    asked.set_defaults(run=_explain)
    return parser


def _explain(arguments: argparse.Namespace) -> int:
    """`help VERB` is `VERB --help`."""
    build().parse_args([arguments.verb, "--help"] if arguments.verb else ["--help"])
    return 0


def _ask_for_a_verb(_: argparse.Namespace) -> int:
    """Without a verb the whole help is of more use than a complaint."""
    build().print_help(sys.stderr)
    return 2
