"""What Prometheus is told: each metric once, with its meaning; docs/metrics.md is written from the same list.

Names and labels follow Prometheus' naming guidelines. Every value of a label is one of a few words, or the name of a
profile: no account, no address and nothing that anybody posted is ever one.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
"""Of the text format. Source: Prometheus, “Exposition formats”."""


class Kind(StrEnum):
    """How a metric goes."""

    COUNTER = "counter"
    """Only up, from 0 at the start of the daemon."""
    GAUGE = "gauge"
    """Up and down."""


@dataclass(frozen=True, slots=True)
class Metric:
    """One thing that is measured."""

    name: str
    kind: Kind
    help: str
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sample:
    """What a metric reads, with the values of its labels in their order."""

    metric: Metric
    value: float
    labels: tuple[str, ...] = ()


def _counter(name: str, help_: str, *labels: str) -> Metric:
    return Metric(name, Kind.COUNTER, help_, labels)


def _gauge(name: str, help_: str, *labels: str) -> Metric:
    return Metric(name, Kind.GAUGE, help_, labels)


BUILD = _gauge("quietfeed_build_info", "Always 1; the labels say which quietfeed this is.", "version", "python")
HEALTH = _gauge("quietfeed_health", "How well it is, as `status --check` ends: 0 ok, 1 warning, 2 critical.")
STORE_BYTES = _gauge("quietfeed_store_bytes", "Bytes that the store takes.")
STORE_SCHEMA = _gauge("quietfeed_store_schema_version", "Number of the store's schema.")
MEMORY = _gauge("process_resident_memory_bytes", "Memory that the daemon keeps, where the system tells.")
CPU = _counter("process_cpu_seconds_total", "Time of processors that the daemon took.")
STARTED = _gauge("process_start_time_seconds", "When the daemon started, in seconds since 1970.")

SWEEPS = _counter(
    "quietfeed_sweeps_total",
    "Sweeps by how they ended: `done`, `failed`, `stopped`. One that could not even begin has failed: quietfeed_trouble"
    " tells whether for the login.",
    "profile",
    "outcome",
)
SWEEP_SECONDS = _counter("quietfeed_sweep_seconds_total", "Time that these sweeps took.", "profile")
LAST_SECONDS = _gauge("quietfeed_last_sweep_duration_seconds", "Time that the last whole sweep took.", "profile")
LAST_READ = _gauge(
    "quietfeed_last_read_timestamp_seconds",
    "When the timeline was last read by a sweep that went well, in seconds since 1970.",
    "profile",
)
NEXT_SWEEP = _gauge(
    "quietfeed_next_sweep_timestamp_seconds", "When it is swept next, in seconds since 1970.", "profile"
)
INTERVAL = _gauge("quietfeed_sweep_interval_seconds", "Time between two sweeps, as configured.")
POSTS_READ = _counter("quietfeed_posts_read_total", "Items of the timeline that were read.", "profile")
POSTS_STORED = _counter("quietfeed_posts_stored_total", "Of these, items not seen before.", "profile")
UNREADABLE = _counter("quietfeed_posts_unreadable_total", "Items that could not be read.", "profile")
GAPS = _counter("quietfeed_gaps_total", "Gaps in what was read that could not be closed.", "profile")
OWN_FEEDS = _counter("quietfeed_own_feeds_read_total", "Own feeds of accounts that were read.", "profile")
JUDGED = _counter("quietfeed_accounts_judged_total", "Accounts judged, each time again.", "profile")
REQUESTS = _counter("quietfeed_requests_total", "Requests to the server.", "profile")
RETRIES = _counter("quietfeed_request_retries_total", "Of these, second and further tries.", "profile")
WAITED = _counter("quietfeed_request_wait_seconds_total", "Time waited for limits and after faults.", "profile")
ALLOWED = _gauge(
    "quietfeed_requests_allowed", "Requests that the server allowed in its window at the last sweep.", "profile"
)
REMAINING = _gauge("quietfeed_requests_remaining", "Requests that were left in it after the last sweep.", "profile")
DECISIONS = _counter(
    "quietfeed_decisions_total",
    "New or changed decisions by step (`none` where no rule fires) and outcome: `acts`, `waits`, `protected`, `none`.",
    "profile",
    "step",
    "outcome",
)
ACTION_EVENTS = _counter(
    "quietfeed_action_events_total",
    "What became of actions: `planned`, `done`, `failed`, `cancelled`, `lifting`, `expired`, `undone`, `vetoed`; in dry"
    " run with `dry_run` true.",
    "profile",
    "step",
    "event",
    "dry_run",
)
STANDING = _gauge(
    "quietfeed_actions_standing", "Accounts on which a step is in force, or would be in dry run.", "profile", "step"
)
TROUBLE = _gauge(
    "quietfeed_trouble",
    "1 while it fails: `config`, `login`, `sweep`, `report`, `ping`, or `way` for another way of the report.",
    "profile",
    "what",
)
WAITING = _gauge("quietfeed_waiting", "1 while the server's limit or its answer is waited for.", "profile")
DRY_RUN = _gauge("quietfeed_dry_run", "1 while nothing is touched.", "profile")

ALL: tuple[Metric, ...] = (
    *(BUILD, HEALTH, STORE_BYTES, STORE_SCHEMA, MEMORY, CPU, STARTED, INTERVAL),
    *(SWEEPS, SWEEP_SECONDS, LAST_SECONDS, LAST_READ, NEXT_SWEEP),
    *(POSTS_READ, POSTS_STORED, UNREADABLE, GAPS, OWN_FEEDS, JUDGED),
    *(REQUESTS, RETRIES, WAITED, ALLOWED, REMAINING),
    *(DECISIONS, ACTION_EVENTS, STANDING, TROUBLE, WAITING, DRY_RUN),
)
"""In the order in which they are told."""


def exposition(samples: Iterable[Sample]) -> str:
    """The samples in Prometheus' text format, by metric."""
    by_metric: dict[Metric, list[Sample]] = defaultdict(list)
    for sample in samples:
        by_metric[sample.metric].append(sample)
    lines = [line for metric in ALL if metric in by_metric for line in _family(metric, by_metric[metric])]
    return "\n".join(lines) + "\n"


def _family(metric: Metric, samples: Iterable[Sample]) -> Iterator[str]:
    yield f"# HELP {metric.name} {_escaped(metric.help)}"
    yield f"# TYPE {metric.name} {metric.kind}"
    for sample in samples:
        pairs = zip(metric.labels, sample.labels, strict=True)
        labels = ",".join(f'{name}="{_escaped(value, quoted=True)}"' for name, value in pairs)
        yield f"{metric.name}{f'{{{labels}}}' if labels else ''} {_number(sample.value)}"


def _number(value: float) -> str:
    """Whole numbers without a point, others with all that they hold."""
    return str(int(value)) if float(value).is_integer() else repr(float(value))


def _escaped(text: str, *, quoted: bool = False) -> str:
    escaped = text.replace("\\", "\\\\").replace("\n", "\\n")
    return escaped.replace('"', '\\"') if quoted else escaped
