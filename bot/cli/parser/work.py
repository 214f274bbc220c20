"""The verbs that read the timeline and judge."""

from typing import TYPE_CHECKING

from bot.cli.parser.verbs import json_option, profiles, verb

if TYPE_CHECKING:
    from bot.cli.parser.verbs import Verbs


def sweep(verbs: "Verbs") -> None:
    """`quietfeed sweep`."""
    parser = verb(
        verbs,
        "sweep",
        "work:sweep",
        "read the timeline now and judge who posts there",
        "One round: poll, judge, decide, record. With --json one object a decision:\n"
        "  profile, handle, rule, step, protection, limit, readings, evidence, …  (docs/json.md)\n"
        "`step` is null where no rule fires or a `protection` stands; where there is a `limit`, it waits.",
    )
    profiles(parser)
    json_option(parser)


def run(verbs: "Verbs") -> None:
    """`quietfeed run`."""
    parser = verb(
        verbs,
        "run",
        "work:run",
        "sweep on schedule and report once a day, until it is stopped",
        "SIGTERM or Ctrl-C ends it within seconds. A saved config is taken up before the next sweep; a faulty one, or\n"
        "one whose own tests fail, is not: the last good one stays, and the log, the report and `status` say why.",
    )
    parser.add_argument("--verbose", action="store_true", help="log every step")
