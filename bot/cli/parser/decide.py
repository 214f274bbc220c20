"""The verbs by which the owner has the last word."""

from typing import TYPE_CHECKING

from bot.cli.parser.verbs import json_option, one_profile, verb

if TYPE_CHECKING:
    from bot.cli.parser.verbs import Verbs


def keep(verbs: "Verbs") -> None:
    """`quietfeed keep`."""
    parser = verb(
        verbs,
        "keep",
        "actions:keep",
        "protect accounts for good, whatever the rules say",
        "Without a handle: the accounts that you keep, and those on which you took an action back.\n"
        "Both are protected; --drop ends that.",
    )
    parser.add_argument("handles", nargs="*", metavar="HANDLE")
    parser.add_argument("--why", default="", help="a note to yourself")
    parser.add_argument("--drop", action="store_true", help="protect no longer")
    one_profile(parser)
    json_option(parser)


def undo(verbs: "Verbs") -> None:
    """`quietfeed undo`."""
    parser = verb(
        verbs,
        "undo",
        "actions:undo",
        "take actions back, and leave the accounts alone from then on",
        "Only what quietfeed did itself is undone; your own mutes and lists stay as they are. What is undone is\n"
        "not done again, until `quietfeed keep --drop HANDLE`.\n\n"
        "  quietfeed undo --all --dry-run       show what it would take back\n"
        "  quietfeed undo --since 2d            all that was done in the last two days",
    )
    parser.add_argument("handles", nargs="*", metavar="HANDLE")
    parser.add_argument("--since", metavar="TIME", help="everything done in that time: 12h, 2d, 1w")
    parser.add_argument("--rule", metavar="NAME", help="everything that this rule did")
    parser.add_argument("--all", action="store_true", help="every action in force")
    parser.add_argument("--dry-run", action="store_true", help="only show what would be undone")
    one_profile(parser)
    json_option(parser)


def adopt(verbs: "Verbs") -> None:
    """`quietfeed adopt`."""
    parser = verb(
        verbs,
        "adopt",
        "adopt:adopt",
        "take over what an earlier quietfeed did, after its store was lost or restored",
        "What quietfeed marked as its own is found again by itself, where the network has a private place for marks.\n"
        "This is for the rest: without a handle it shows who is muted, listed, or has their reposts hidden, and is\n"
        "not in the ledger. What you name ends as anything that quietfeed does, and can be undone. The rest stays\n"
        "yours.\n\n"
        "  quietfeed adopt                      show what stands\n"
        "  quietfeed adopt HANDLE …             this was quietfeed's\n"
        "  quietfeed adopt --none               all of it is mine: do not ask again",
    )
    parser.add_argument("handles", nargs="*", metavar="HANDLE")
    parser.add_argument("--all", action="store_true", help="all that stands was quietfeed's")
    parser.add_argument("--none", action="store_true", help="none of it was")
    one_profile(parser)
    json_option(parser)


def confirm(verbs: "Verbs") -> None:
    """`quietfeed confirm`."""
    parser = verb(
        verbs,
        "confirm",
        "actions:confirm",
        "say that what the report shows is right",
        "A rule that suddenly finds many more accounts than usual waits until you confirm it.\n"
        "With --i-have-read-the-report the first days of dry run end now (`dry_run: false` in the config is needed\n"
        "as well).",
    )
    parser.add_argument(
        "--i-have-read-the-report", action="store_true", dest="consent", help="end the first days of dry run now"
    )
    one_profile(parser)
