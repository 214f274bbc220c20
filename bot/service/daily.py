"""The report of the day: when it is due, what goes into it, and how it reaches the owner exactly once."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta, tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo

from tzlocal import get_localzone

from bot.actions.recorded import recorded_actions
from bot.actions.rightness import records
from bot.clock import Clock
from bot.config import Config, Profile
from bot.errors import UserError
from bot.model import Entry, Event, SweepRecord
from bot.platforms.base import NotNow, NotPrivate, Platform, Unsupported
from bot.report.data import data
from bot.report.day import Day, build, is_quiet
from bot.report.letter import letter
from bot.report.markdown import markdown
from bot.report.split import split
from bot.report.text import text
from bot.service import (
    channel,
    config_warnings,
    finding,
    good_links,
    pages,
    pausing,
    recovering,
    rule_changes,
    state,
    unread,
)
from bot.service.mode import last_reported, why_dry
from bot.service.report_files import forget_files, write_files, write_index
from bot.store import Mark, ReportState, Store, StoredReport

ACTED = frozenset(Event) - {Event.JUDGED}
"""What an action's entries tell."""
LATELY = timedelta(days=1)
"""What is looked back on where somebody asks between two reports."""
URL = re.compile(r"https?://\S+")
COUNTED_URL = 23
"""Characters that Mastodon counts for any URL (docs.joinmastodon.org, `characters_reserved_per_url`)."""
SENT_BEFORE = "it was sent before; the next one comes tomorrow"
FIRST_WAIT = timedelta(minutes=5)
"""The pause after a report that could not be sent; twice as long after each further one, up to LONGEST_WAIT."""
LONGEST_WAIT = timedelta(hours=2)


@dataclass(frozen=True, slots=True)
class Delivery:
    """What became of a report."""

    day: date
    state: ReportState
    """`sent`, or `kept`: written down, but with no private channel to send it by, or nothing to say."""
    where: str
    """URL of the sent report, or the path of its file."""
    note: str = ""
    """Why it was only kept."""


def local_zone(config: Config) -> tzinfo:
    """The owner's time zone: the config's, else the machine's. Raises UserError where the machine's is no zone."""
    if config.report.timezone:
        return ZoneInfo(config.report.timezone)
    try:
        return get_localzone()
    except (LookupError, ValueError, OSError) as fault:
        raise UserError(f"this machine's time zone is not known ({fault}): set `timezone` under `report`") from None


def due(now: datetime, at: time, zone: tzinfo, last: date | None, weekday: int | None = None) -> date | None:
    """The owner's local date whose report is due at `now` (UTC) and was not made yet, or None; with a `weekday` only
    such days have one.

    Local dates are compared, never hours counted: a change to or from daylight-saving time neither skips a day nor
    repeats one, and after downtime only the newest report is made.
    """
    local = now.astimezone(zone)
    day = local.date() if local.time().replace(tzinfo=None) >= at else local.date() - timedelta(days=1)
    if weekday is not None:
        day -= timedelta(days=(day.weekday() - weekday) % 7)
    if last is None:
        return day if day == local.date() else None
    return day if day > last else None


def reports_until_today(profile: str, store: Store, now: datetime, zone: tzinfo) -> list[tuple[date, ReportState]]:
    """The days that have a report, and what became of it. One of a day that has not come yet was dated by a wrong
    clock: it is forgotten, so that its day gets a report of its own when it comes."""
    today = now.astimezone(zone).date()
    made = store.reports(profile)
    for day, _ in made:
        if day > today:
            store.forget_report(profile, day)
    return [(day, state) for day, state in made if day <= today]


@dataclass(frozen=True, slots=True)
class News:
    """What happened in the stretch that a report tells of."""

    sweeps: Sequence[SweepRecord]
    actions: Sequence[Entry]
    """Entries of the ledger that are no judgements."""
    judged_before: Mapping[str, Entry]
    """What was judged when it began, by account id."""


def lately(profile: str, store: Store, now: datetime) -> News:
    """The last day, told or not: for who asks now."""
    known = store.latest_judged(profile, at=now - LATELY) if store.told(profile) else {}  # all is news before the first
    return _since(profile, store, now - LATELY, known)


def untold(profile: str, store: Store, until: Mark) -> News:
    """Everything up to a mark that no report told yet: from where the last one ended that reached the owner, or lies
    as a file. What a lost one told is told again, and before the first nothing was told."""
    told = store.told(profile)
    if told is None:
        since = last_reported(profile, store)  # an earlier version kept no mark
        return _since(profile, store, since, store.latest_judged(profile, at=since) if since else {})
    return News(
        store.sweeps(profile, numbers=(told.sweep, until.sweep)),
        store.entries(profile, events=ACTED, numbers=(told.entry, until.entry)),
        store.latest_judged(profile, number=told.entry),
    )


def _since(profile: str, store: Store, since: datetime | None, judged: Mapping[str, Entry]) -> News:
    return News(store.sweeps(profile, since=since), store.entries(profile, since=since, events=ACTED), judged)


def compose(profile: Profile, store: Store, config: Config, day: date, now: datetime, news: News | None = None) -> Day:
    """What happened in the stretch of the news, and how things stand now, as a Day; without news all that no report
    told yet."""
    news = news or untold(profile.name, store, store.mark())
    judged = list(store.latest_judged(profile.name).values())
    counts = store.timeline_counts(profile.name, now - config.window, now)
    owner = store.noted(f"owner:{profile.name}") or profile.handle or profile.name
    actions = recorded_actions(store, profile.name, dry=False)
    stays = unread.staying(profile.name, store, config.trust)
    mode = why_dry(profile.name, store, config, now)
    changed, upgrade = rule_changes.untold(profile.name, store)
    return build(
        profile.name,
        profile.platform,
        owner,
        day,
        [*judged, *news.actions],
        news.sweeps,
        counts,
        mode=mode,
        standing=[action.plan for action in actions if action.in_force or action.unfinished],
        told=news.judged_before,
        staying=[one.sentence for one in stays],
        staying_is_news=not all(one.told for one in stays),
        troubles=state.troubles(profile.name, store),
        zone=local_zone(config),
        question=asked(profile.name, store, again=False),
        paused=pausing.sentence(profile.name, store, now, local_zone(config)),
        good_links=good_links.untold(profile.name, store),
        rules=records(store.action_entries(profile.name), store.feedback(profile.name, "confirm"), dry=bool(mode)),
        rules_changed=changed,
        upgrade=upgrade,
        config_warnings=config_warnings.untold(profile.name, store, config),
        kept_days=config.report.keep_days,
    )


def asked(profile: str, store: Store, *, again: bool) -> str:
    """What the owner is asked, or has to know of the store, in sentences; empty where nothing is, or was (unless
    `again`)."""
    return "; ".join(filter(None, (recovering.sentence(profile, store), finding.question(profile, store, again=again))))


def deliver(
    profile: Profile,
    platform: Platform,
    store: Store,
    config: Config,
    folder: Path,
    day: date,
    clock: Clock,
    *,
    by_hand: bool = False,
) -> Delivery:
    """Make the report of `day`, keep it in the store and as files, and send it where the profile says.

    It is kept as planned, word for word, before it is sent, and sent under a key of its own: after a crash between
    the two the same letter goes out again, and a platform that has it already leaves it at that. Where it cannot be
    sent now, the fault is raised, and it stays planned, to be tried again. What was only kept as a file is
    sent after all where its owner asks for it `by_hand`.
    """
    kept = kept_or_planned(profile, store, config, day, clock.now())
    if kept.state == "sent" or (kept.state != "planned" and not by_hand):
        return Delivery(day, kept.state, kept.where, SENT_BEFORE if by_hand else "")
    path = write_files(kept, folder / profile.name)
    forget_files(folder / profile.name, day - timedelta(days=config.report.keep_days))
    write_index(pages.past_days(profile.name, store, folder / profile.name), folder / profile.name)
    return _settled(_send(profile, platform, store, kept, path, clock.now()), kept, store)


def kept_or_planned(profile: Profile, store: Store, config: Config, day: date, now: datetime) -> StoredReport:
    """The report of a day, made now where there is none yet."""
    return store.report(profile.name, day) or _plan(profile, store, config, day, now)


def told_elsewhere(report: StoredReport, store: Store) -> None:
    """Keep that the owner got the report by another way than the platform's, which may be still to come, or fail."""
    if report.state == "planned":
        _keep_told(report, store, first=True)


def _plan(profile: Profile, store: Store, config: Config, day: date, now: datetime) -> StoredReport:
    """Compose the report and keep it. The whole is for the file and the terminal, the letter for sending."""
    _give_up_before(profile.name, store, day)
    tells = store.mark()
    made = compose(profile, store, config, day, now, untold(profile.name, store, tells))
    summary = config.report.is_summary(day)
    silent = is_quiet(made) and config.report.quiet_day == "nothing" and not summary
    posted = "" if silent else letter(made, length, whole=summary)
    whole = text(made, whole=True)
    planned = StoredReport(
        profile.name,
        day,
        markdown(made),
        whole,
        json.dumps(data(made)),
        now,
        "planned",
        letter=posted,
        tells=tells,
        **pages.rendered(made, store, config, now, local_zone(config)),
    )
    _save(planned, store)
    return planned


def _give_up_before(profile: str, store: Store, day: date) -> None:
    """What is still to be sent of days before stays unsent: the new report tells it, and it lies as a file."""
    for before in (one for one, delivery in store.reports(profile) if delivery == "planned" and one != day):
        lost = store.report(profile, before)
        if lost is not None:
            _save(replace(lost, state="failed"), store)


def _send(
    profile: Profile, platform: Platform, store: Store, report: StoredReport, path: Path, now: datetime
) -> Delivery:
    """Send the letter; where there is none, or no way that is known to be private, the file is all."""
    if not report.letter:
        return Delivery(report.day, "kept", str(path), "a quiet day, nothing to say")
    way = channel.way(profile, platform, store)
    if way.channel is None:
        return Delivery(report.day, "kept", str(path), way.why_not)
    try:
        parts = split(report.letter, platform.message_limit(), length)
        key = f"quietfeed-{profile.name}-{report.day.isoformat()}-{report.at:%H%M%S}"
        where = platform.publish(parts, key, pages.picture_of(report))
    except NotNow:
        raise
    except NotPrivate as exposed:
        channel.remember(profile.name, store, way.channel, now, str(exposed))
        return Delivery(report.day, "kept", str(path), f"{exposed}; the report is kept on this machine")
    except Unsupported as lacking:
        return Delivery(report.day, "kept", str(path), str(lacking))
    channel.remember(profile.name, store, way.channel, now)
    return Delivery(report.day, "sent", where)


def _settled(delivery: Delivery, report: StoredReport, store: Store) -> Delivery:
    """Keep what became of it, and that the owner was told so far."""
    first = report.state == "planned"  # what is sent by hand later tells no more than the file did
    _keep_told(replace(report, state=delivery.state, where=delivery.where), store, first=first)
    return delivery


def _keep_told(report: StoredReport, store: Store, *, first: bool) -> None:
    """Keep a report as it stands, and that the owner has what it tells, links and questions included."""
    good_links.told(report, store)
    rule_changes.told(report, store)
    config_warnings.told(report, store)
    _save(report, store, told=first)
    unread.tell(report.profile, store, report.at)
    finding.told(report.profile, store)
    recovering.told(report.profile, store)


def _save(report: StoredReport, store: Store, told: bool = False) -> None:
    store.save_report(
        report.profile,
        report.day,
        report.markdown,
        report.text,
        report.data,
        report.at,
        report.state,
        report.where,
        report.letter,
        report.tells,
        told,
        says=report.says,
        page=report.page,
        picture=report.picture,
        picture_words=report.picture_words,
    )


def waits(profile: str, store: Store, day: date, now: datetime) -> bool:
    """Whether the report of a day could not be sent so lately that it is not tried again yet."""
    until = _waiting(profile, store, day)[1]
    return until is not None and now < until <= now + LONGEST_WAIT  # a clock that was set back does not hold it up


def _waiting(profile: str, store: Store, day: date) -> tuple[int, datetime | None]:
    """How often the report of a day could not be sent, and until when the next try waits."""

    def read(noted: str) -> tuple[str, int, datetime]:
        facts = json.loads(noted)
        return facts["day"], int(facts["tries"]), datetime.fromisoformat(facts["until"])

    of, tries, until = store.noted_as(f"report waits:{profile}", read) or ("", 0, None)
    return (tries, until) if of == day.isoformat() else (0, None)


def wait_longer(profile: str, store: Store, day: date, now: datetime) -> None:
    """Keep that the report of a day could not be sent, so that it `waits`: twice as long each time."""
    tries, _ = _waiting(profile, store, day)
    until = now + min(FIRST_WAIT * 2 ** min(tries, 10), LONGEST_WAIT)
    waiting = {"day": day.isoformat(), "tries": tries + 1, "until": until.isoformat()}
    store.note(f"report waits:{profile}", json.dumps(waiting))


def length(words: str) -> int:
    """Characters, no less than any platform counts: a URL is COUNTED_URL or its own length, whichever is more."""
    return len(words) + sum(max(0, COUNTED_URL - len(url)) for url in URL.findall(words))
