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
        "as well), and so does the wait after a store was damaged.",
    )
    parser.add_argument(
        "--i-have-read-the-report",
        action="store_true",
        dest="consent",
        help="end the first days of dry run now, and the wait after a store was damaged",
    )
    one_profile(parser)


def review(verbs: "Verbs") -> None:
    """`quietfeed review`."""
    parser = verb(
        verbs,
        "review",
        "review:look",
        "look through borderline accounts, one at a time, and say: noise, or fine",
        "Asks about the accounts that a rule nearly finds, that wait, that a rule on trial finds, that are treated\n"
        "more mildly than their rule asks, and of which too little is known. It shows why, five posts, and the\n"
        "readings that matter. One key answers: n noise, f fine, k keep, s skip, b back, q quit; ? explains. In a\n"
        "pipe it reads a line each.\n\n"
        "Your word does nothing by itself: noise mutes nobody, and fine protects nobody. Rules are measured by it.\n"
        "It is kept at once, so you may stop at any time; whom you judged you are not asked about again.\n\n"
        "  quietfeed review --list              whom it would ask about, and why\n"
        "  quietfeed review --judged            your words so far, and whom you keep\n"
        "  quietfeed review --forget HANDLE     take noise or fine back",
    )
    shows = parser.add_mutually_exclusive_group()
    shows.add_argument("--list", action="store_true", help="only list the accounts")
    shows.add_argument("--judged", action="store_true", help="list your words on accounts")
    shows.add_argument("--forget", nargs="+", metavar="HANDLE", help="take back what you said of these accounts")
    parser.add_argument("--again", action="store_true", help="ask about those that you judged before, too")
    one_profile(parser)
    json_option(parser)


def mute(verbs: "Verbs") -> None:
    """`quietfeed mute`."""
    _asked(verbs, "mute", "asked:mute", "mute accounts for a while, whatever the rules say")


def put_on_list(verbs: "Verbs") -> None:
    """`quietfeed list`."""
    _asked(verbs, "list", "asked:put_on_list", "put accounts on your list of the quieted for a while")


def _asked(verbs: "Verbs", name: str, runs: str, summary: str) -> None:
    parser = verb(
        verbs,
        name,
        runs,
        summary,
        "You ask, so no rule, protection or limit has a say in it; whom you keep is left alone all the same. It ends\n"
        "by itself and is not renewed. It takes the place of what quietfeed did to the account before. In dry run it\n"
        "is only planned.\n\n"
        f"  quietfeed {name} HANDLE --for 60d      for two months; without --for, 30 days\n"
        "  quietfeed undo HANDLE                take it back",
    )
    parser.add_argument("handles", nargs="+", metavar="HANDLE")
    parser.add_argument("--for", metavar="TIME", dest="lasting", help="how long: 12h, 3d, 2w (else 30d)")
    one_profile(parser)


def pause(verbs: "Verbs") -> None:
    """`quietfeed pause`."""
    parser = verb(
        verbs,
        "pause",
        "asked:pause",
        "touch nobody for a while",
        "Sweeps go on reading and reporting, and what is in force ends in time, but nothing new is done to\n"
        "anybody and nothing is renewed, except what you ask for yourself.\n\n"
        "  quietfeed pause 3d                   for three days; without a time, seven",
    )
    parser.add_argument("lasting", nargs="?", metavar="TIME", help="how long: 12h, 3d, 2w (else 7d)")
    one_profile(parser)


def resume(verbs: "Verbs") -> None:
    """`quietfeed resume`."""
    one_profile(verb(verbs, "resume", "asked:resume", "end a pause now"))
