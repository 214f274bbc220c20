"""The verbs that read the timeline and judge."""

from typing import TYPE_CHECKING

from bot.cli.parser.verbs import json_option, log_level_option, profiles, verb

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
        "`step` is null where no rule fires or a `protection` stands; where there is a `limit`, it waits.\n\n"
        "Where no daemon can run, let cron do this:\n"
        "  */10 * * * *  quietfeed sweep --report-if-due\n"
        "It sends the report as `run` does, once a day from the hour that the config names. Off a terminal it prints\n"
        "only what goes wrong; the way `stdout` under `report_also` lets cron mail you the report.",
    )
    profiles(parser)
    parser.add_argument(
        "--report-if-due", action="store_true", help="then make and send the report of the day, if it is time"
    )
    json_option(parser)


def run(verbs: "Verbs") -> None:
    """`quietfeed run`."""
    parser = verb(
        verbs,
        "run",
        "daemon:run",
        "sweep on schedule and report once a day, until it is stopped",
        "SIGTERM or Ctrl-C ends it within ten seconds, whatever its servers do: a sweep that is not done by then is\n"
        "cut off, and made good at the next start. A saved config is taken up before the next sweep; a faulty one, or\n"
        "one whose own tests fail, is not: the last good one stays, and the log, the report and `status` say why.\n\n"
        "Where DATABASE_URL names a server that is away, or a database in which another quietfeed still works, as it\n"
        "does in a deploy, it waits and says so.",
    )
    log_level_option(parser, "$QUIETFEED_LOG_LEVEL, else `log_level` of the config")
