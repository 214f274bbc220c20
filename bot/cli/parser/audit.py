"""The verbs that look at accounts whom the timeline need not have shown."""

from typing import TYPE_CHECKING

from bot.cli.parser.verbs import json_option, one_profile, verb

if TYPE_CHECKING:
    from bot.cli.parser.verbs import Verbs


def audit(verbs: "Verbs") -> None:
    """`quietfeed audit`."""
    parser = verb(
        verbs,
        "audit",
        "audit:audit",
        "look once at everybody you follow, and see who does what",
        "Reads the accounts that you follow one after the other, within your server's limits, and tells who only\n"
        "broadcasts links (by your rules), floods, only reposts, has been silent for three months, moved or is gone,\n"
        "talks, or curates; of each why, and what part it is of all that they post. Nothing is done, and nothing but\n"
        "reading is asked of the server (docs/audit.md).\n\n"
        "It says before how long it will take. Ctrl-C stops it; what was read is kept for a week, and the same\n"
        "command goes on.\n\n"
        "  quietfeed audit                                  a table\n"
        "  quietfeed audit --format html --open             a page in your browser\n"
        "  quietfeed audit --format csv --output audit.csv  for a spreadsheet\n"
        "  quietfeed audit --followers                      who followed you lately: worth following back?",
    )
    one_profile(parser)
    parser.add_argument(
        "--followers",
        action="store_true",
        help="look at who followed you in the last 30 days, three days ago or earlier, and whom you do not follow",
    )
    parser.add_argument("--format", choices=("table", "html", "csv", "json"), default="table", help="(table)")
    parser.add_argument("--json", action="store_const", dest="format", const="json", help="same as --format json")
    parser.add_argument("--open", action="store_true", help="with --format html: show the page in your browser")
    parser.add_argument("--output", metavar="FILE", help="where to write it (default: standard output)")
    parser.add_argument("--force", action="store_true", help="replace the file where there is one already")


def check(verbs: "Verbs") -> None:
    """`quietfeed check`."""
    parser = verb(
        verbs,
        "check",
        "explain:check",
        "see what your rules say of any account, also one that you do not follow",
        "Reads the account from the server now, and judges it by your rules alone. Nothing is kept, nothing comes of\n"
        "it, and what would protect the account is not looked at. Of one that moved it says where to, of one that is\n"
        "gone that it is.\n"
        "`quietfeed explain` tells of an account that quietfeed judges: what it knows of it, what it decided, what it\n"
        "did, and what protects it.",
    )
    parser.add_argument("handle", metavar="HANDLE")
    one_profile(parser)
    parser.add_argument("--all", action="store_true", help="every rule and every number")
    json_option(parser)
