"""The other ways by which a report goes out, beside its platform: each by itself, whatever becomes of the rest.

One that fails is tried again, more and more rarely, until the next report takes its place; that one tells of it. That
it is being sent is kept before it is sent: a process that ends in between sends it once more at its next start, since
nobody knows whether it arrived, and not a third time. So a message may come twice, never more often. The feed is
written whole each time, so it shows each report once.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

from bot.clock import Clock
from bot.config import Config, Profile
from bot.errors import Stopped, UserError
from bot.logins import anew
from bot.logs import event
from bot.notify import Message, Moment, Outcome, message, ping, send
from bot.notify.feed import Issue, atom
from bot.service import daily, tried
from bot.service.report_files import write_feed, write_files
from bot.service.tried import Tried
from bot.store import Store, StoredReport, StoreGone

STDOUT, FEED = "stdout", "feed"
"""Ways that need no address."""
IN_FEED = 30
"""Reports that the feed holds."""
MOST_TRIES = 12
"""How often one report is tried by one way: with the pauses of `daily`, for most of a day."""
CUT_OFF = "quietfeed ended twice while it was being sent; it may have arrived"


@dataclass(frozen=True, slots=True)
class Reach:
    """How the world is reached beside the platforms; left as it is, nobody is."""

    secret: Callable[[str, str], str | None] = lambda profile, name: None
    """A profile's secret address: `notify_phone`, `ping`. Raises UserError where the file cannot be read."""
    say: Callable[[str], None] = lambda words: None
    """Print on standard output. Raises OSError."""
    send: Callable[[str, Message, Callable[[], None]], Outcome] = send
    ping: Callable[[str, Moment], Outcome] = ping


NOBODY = Reach()


def secret_name(way: str) -> str:
    """What the address of a way is kept as."""
    return f"notify_{way}"


def deliver(
    profile: Profile,
    store: Store,
    config: Config,
    folder: Path,
    day: date,
    reach: Reach,
    clock: Clock,
    *,
    by_hand: bool = False,
) -> dict[str, Tried]:
    """Send the report of a day, made now where there is none yet, by each way that has not had it and need not wait,
    which `by_hand` none needs; what became of those tried. Raises Failure where the disk refuses, StoreError,
    Stopped."""
    tried.forget_others(profile.name, store, profile.report_also)
    known, now = tried.known(profile.name, store), clock.now()
    due = [way for way in profile.report_also if _is_due(known.get(way), day, now, by_hand)]
    if not due:
        return {}
    report = daily.kept_or_planned(profile, store, config, day, now)
    if report.state == "planned":
        write_files(report, folder / profile.name)
    if not report.letter:
        _keep(profile, store, {way: _passed_over(known.get(way), day) for way in due})
        return {}
    became = {way: _try(way, profile, report, store, folder, reach, clock) for way in due}
    if any(one.state == "sent" for one in became.values()):
        daily.told_elsewhere(report, store)
    return became


def test(way: str, profile: Profile, store: Store, folder: Path, reach: Reach, clock: Clock) -> str:
    """Send a harmless message by one way; why that failed, in words, or nothing. The feed is written as it is."""
    words = f"quietfeed · a test\nThis is how the reports of “{profile.name}” reach you here. There is nothing to do."
    made = StoredReport(profile.name, clock.now().date(), "", words, "", clock.now(), "kept", letter=words)
    return _why_not(way, profile, made, store, folder, reach, clock)


def _is_due(before: Tried | None, day: date, now: datetime, by_hand: bool) -> bool:
    if before is None or before.day != day or before.state == "trying" or (by_hand and before.state != "sent"):
        return True
    if before.state != "waits" or before.until is None:
        return False
    return not now < before.until <= now + daily.LONGEST_WAIT  # a clock that was set back does not hold it up


def _try(
    way: str, profile: Profile, report: StoredReport, store: Store, folder: Path, reach: Reach, clock: Clock
) -> Tried:
    """Send it by one way, and keep that before and after."""
    clock.check()
    begun = _begun(tried.known(profile.name, store).get(way), report.day, clock.now())
    if begun.cut_off > 1:
        ended = replace(begun, state="given up", since=begun.since or clock.now(), why=CUT_OFF)
    else:
        _keep(profile, store, {way: begun})
        ended = _ended(begun, _why_not(way, profile, report, store, folder, reach, clock), clock.now())
    _keep(profile, store, {way: ended})
    return ended


def _passed_over(before: Tried | None, day: date) -> Tried:
    """A day with nothing to say: what failed before it is still not known to go well."""
    return Tried(day, "nothing", since=before.since, why=before.why) if before else Tried(day, "nothing")


def _begun(before: Tried | None, day: date, now: datetime) -> Tried:
    """One more try of the day's report."""
    if before is None:
        return Tried(day, "trying", 1)
    since = min(before.since, now) if before.since else None
    if before.day != day:
        return Tried(day, "trying", 1, since=since, why=before.why)
    cut_off = before.cut_off + (before.state == "trying")
    return replace(before, state="trying", tries=before.tries + 1, cut_off=cut_off, since=since)


def _ended(begun: Tried, why: str, now: datetime) -> Tried:
    """What became of the try; `why` is empty where it was sent."""
    if not why:
        return Tried(begun.day, "sent", begun.tries)
    wait = min(daily.FIRST_WAIT * 2 ** min(begun.tries - 1, 10), daily.LONGEST_WAIT)
    last = begun.tries >= MOST_TRIES
    until = now + (timedelta(days=1) if last else wait)
    return replace(begun, state="given up" if last else "waits", since=begun.since or now, until=until, why=why)


def _why_not(
    way: str, profile: Profile, report: StoredReport, store: Store, folder: Path, reach: Reach, clock: Clock
) -> str:
    """Send it by one way; why that failed, in words without any secret, or nothing."""
    try:
        if way == STDOUT:
            reach.say(report.text)
        elif way == FEED:
            write_feed_anew(profile.name, store, folder / profile.name)
        else:
            return to_address(way, profile.name, message(report.letter), reach, clock).why
    except (Stopped, StoreGone):
        raise
    except UserError as fault:
        return str(fault)
    except OSError as fault:
        return fault.strerror or type(fault).__name__
    except Exception as fault:  # noqa: BLE001  whatever it is, it must not cost the other ways; it may hold a secret
        event("way broke", logging.ERROR, profile=profile.name, way=way, fault=type(fault).__name__)
        return f"a fault in quietfeed itself: {type(fault).__name__}"
    return ""


def to_address(way: str, profile: str, words: Message, reach: Reach, clock: Clock) -> Outcome:
    """Send a message to the address that is kept for a way. Raises UserError, Stopped, OSError."""
    address = reach.secret(profile, secret_name(way))
    if not address:
        return Outcome(False, f"it has no address; {anew(profile, f'--notify {way}')}")
    outcome = reach.send(address, words, clock.check)
    return outcome.with_step(anew(profile, f"--notify {way}"))


def _feed(profile: str, store: Store) -> str:
    """The newest reports as a feed, whose own id is made up once a store."""
    ours = store.noted_as(f"feed:{profile}", UUID)
    if ours is None:
        ours = uuid4()
        store.note(f"feed:{profile}", str(ours))
    kept = (store.report(profile, day) for day, _ in store.reports(profile)[-IN_FEED:])
    return atom(profile, ours, [Issue(one.day, one.at, one.text, one.where) for one in kept if one and one.letter])


def write_feed_anew(profile: str, store: Store, folder: Path) -> None:
    """Write the feed as the store has it. Raises UserError, Failure where the disk refuses."""
    write_feed(_feed(profile, store), folder)


def _keep(profile: Profile, store: Store, changed: dict[str, Tried]) -> None:
    tried.keep(profile.name, store, tried.known(profile.name, store) | changed)
