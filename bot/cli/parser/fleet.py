"""The verbs of whoever runs quietfeed for many owners."""

import argparse
from typing import TYPE_CHECKING

from bot.cli.parser.verbs import JSON_HELP, Parser, json_option, log_level_option, part, verb

if TYPE_CHECKING:
    from bot.cli.parser.verbs import Verbs

FLEET = """\
A fleet keeps the profiles of many owners in one PostgreSQL (DATABASE_URL), and any number of `quietfeed worker`, on
any number of machines, sweep them. Logins lie there encrypted by QUIETFEED_FLEET_KEY. docs/fleet.md tells how to set
one up. It needs the extra `fleet`. Without more, or with --json, it lists them.

  export QUIETFEED_FLEET_KEY=$(quietfeed fleet new-key)
  quietfeed --config ada.yaml login ada
  quietfeed fleet add ada.yaml
  quietfeed fleet show ada > ada.yaml      then change it, and:
  quietfeed fleet add --replace ada.yaml

Each of these explains itself: quietfeed fleet add --help"""
WHAT = {
    "list": ("how each profile fares, and how many workers are at work", ""),
    "add": (
        "take up profiles, with their logins on this machine",
        "Of a FILE every profile, else the profile of that NAME in the config here. What is wrong with a config is\n"
        "told as `run` tells it, and then nothing is added. With --replace the config and the login take the place of\n"
        "those that the fleet has; where there is no login on this machine, that of the fleet stays.",
    ),
    "pause": (
        "sweep profiles no more",
        "What was done to accounts stays meanwhile, and what runs out is taken back when the profile goes on.",
    ),
    "resume": ("sweep them again, at once", ""),
    "remove": (
        "let profiles leave the fleet, their configs and logins forgotten",
        "Where something of quietfeed's is in force on an account, nothing is removed unless you say what becomes of\n"
        "it: with --undo it is taken back first, by the login that the fleet has; with --yes it stays, and is listed.\n"
        "What is kept in the store stays (ledger, posts, reports), unless --forget removes it for good, now or later.",
    ),
    "show": ("print the config of a profile, to be changed and added again", ""),
    "new-key": (
        "print a key for QUIETFEED_FLEET_KEY",
        "Whoever has it and the database has every login: keep it safe.",
    ),
    "rotate-key": (
        "encrypt every login anew",
        "To change the key: start every worker with QUIETFEED_FLEET_KEY=NEW,OLD, run this with the same, and start\n"
        "them with the new one alone.",
    ),
}
"""What can be done with a fleet."""
WORKER = """\
Takes the profiles of the fleet in DATABASE_URL as their turns come, and sends their reports; as many workers as you
like share them. SIGTERM or Ctrl-C ends it within ten seconds: a sweep that is not done by then is handed back, and
another worker goes on with it at once. What a worker that was killed was at, the others take up within a minute.

It reads no config: `quietfeed fleet add` took them up. It needs DATABASE_URL, QUIETFEED_FLEET_KEY and the extra
`fleet`. Every five minutes a line of its log tells how it fares."""
AT_ONCE = 8


def fleet(verbs: "Verbs") -> None:
    """`quietfeed fleet`."""
    parser = verb(verbs, "fleet", "fleet:fleet", "keep the profiles of many owners, for workers to sweep", FLEET)
    json_option(parser)
    parser.set_defaults(what="list", names=[])
    whats = parser.add_subparsers(title="what to do", metavar="WHAT", parser_class=Parser)
    parsers = {name: part(whats, name, *said) for name, said in WHAT.items()}
    parsers["list"].add_argument("--json", action="store_true", default=argparse.SUPPRESS, help=JSON_HELP)
    for name in ("pause", "resume", "remove", "show"):
        parsers[name].add_argument("names", metavar="NAME", nargs="+", help="profiles of the fleet")
    stays = parsers["remove"].add_mutually_exclusive_group()
    stays.add_argument("--undo", action="store_true", help="first take back what quietfeed did on their accounts")
    stays.add_argument("--yes", action="store_true", help="leave on their accounts what quietfeed did there")
    parsers["remove"].add_argument("--forget", action="store_true", help="also remove all that the store has of them")
    parsers["add"].add_argument("names", metavar="FILE|NAME", nargs="+", help="configs, or profiles of the config here")
    parsers["add"].add_argument("--replace", action="store_true", help="in place of what the fleet has by that name")


def worker(verbs: "Verbs") -> None:
    """`quietfeed worker`."""
    parser = verb(verbs, "worker", "worker:worker", "sweep the profiles of a fleet, until it is stopped", WORKER)
    parser.add_argument(
        "--at-once",
        metavar="N",
        type=int,
        default=AT_ONCE,
        help=f"sweeps at the same time, which mostly wait for servers ({AT_ONCE})",
    )
    log_level_option(parser, "$QUIETFEED_LOG_LEVEL, else info")
