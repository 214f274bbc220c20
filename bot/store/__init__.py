"""Posts seen, cursors, own feeds, audits, dealings, ledger, sweeps, reports, feedback: what outlives the process."""

from pathlib import Path

from bot.store.at_work import AtWork
from bot.store.audited import Audited, AuditedFeed
from bot.store.dealings import Dealings
from bot.store.everything import Everything, Kept
from bot.store.faults import StoreAway, StoreBusy, StoreDamaged, StoreError, StoreFull, StoreGone, StoreNewer
from bot.store.fingerprint import Prints
from bot.store.forgetting import Forgetting, Forgotten
from bot.store.heard import Heard
from bot.store.judgings import Judgings
from bot.store.kept_feed import KeptFeed, kept_feed
from bot.store.ledger import Which
from bot.store.migrations import LATEST as SCHEMA_VERSION
from bot.store.months import PastFeeds
from bot.store.own_feeds import OwnFeeds
from bot.store.place import located
from bot.store.records import Feedback, FeedbackKind, Mark, ReportState, StoredReport
from bot.store.shared import Shared
from bot.store.tallies import Tallies, Tally
from bot.store.writable import Writable

__all__ = [
    "SCHEMA_VERSION",
    "AuditedFeed",
    "Feedback",
    "FeedbackKind",
    "Forgotten",
    "Kept",
    "KeptFeed",
    "Mark",
    "PastFeeds",
    "ReportState",
    "Store",
    "StoreAway",
    "StoreBusy",
    "StoreDamaged",
    "StoreError",
    "StoreFull",
    "StoreGone",
    "StoreNewer",
    "StoredReport",
    "Tally",
    "Which",
    "kept_feed",
    "located",
    "open_store",
    "sqlite_file",
]


class Store(
    OwnFeeds,
    Audited,
    Shared,
    Tallies,
    Heard,
    Dealings,
    Forgetting,
    Judgings,
    Everything,
    Writable,
    AtWork,
    Prints,
):
    """One store. Each part is told in its own file; threads may share it, other processes may read beside it."""


def sqlite_file(url: str) -> Path | None:
    """The file of the store at that address; None where it is a server's. Raises StoreError."""
    found = located(url)
    return Path(found.database or "") if found.drivername == "sqlite" else None


def open_store(url: str, *, exclusive: bool = True) -> Store:
    """The store at `sqlite:///path`, a bare path, or a PostgreSQL URL; made where there is none, brought up to date.

    `exclusive` is for the one process that sweeps: a second one is refused. Without it the store may be read, and
    the owner's word noted, while the daemon runs. Raises StoreError.
    """
    store = Store(located(url))
    try:
        store.open(exclusive=exclusive)
    except BaseException:
        store.close()
        raise
    return store
