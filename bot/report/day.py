"""One day of one profile, gathered from its ledger entries and sweeps: what every report is written from."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, tzinfo

from bot.model import (
    Account,
    Comparison,
    Entry,
    Event,
    GoodLink,
    Quote,
    RuleChange,
    RuleRecord,
    Step,
    SweepRecord,
    Trouble,
    Upgrade,
)
from bot.report.troubles import errors

RENEWED = "renewed"
"""Reason of a DONE entry that goes on with an action that ran out (`bot.actions.lifecycle.RENEWAL`)."""


UNCONFIRMED = "unconfirmed"
"""Limit of a decision that waits for a second look (`bot.actions.limits.UNCONFIRMED`)."""
AGAIN = "found again: "
"""Beginning of the reason of an action that an earlier store had done (`bot.actions.lifecycle.AGAIN`)."""


@dataclass(frozen=True)
class Line:
    """One account in the report: what was found, what is done or why it is left alone."""

    account: Account
    step: Step | None = None
    rule: str | None = None
    protection: str | None = None
    limit: str = ""
    """Why the action waits."""
    reason: str = ""
    readings: Mapping[str, float | None] = field(default_factory=dict)
    comparisons: tuple[Comparison, ...] = ()
    evidence: tuple[str, ...] = ()
    quote: Quote | None = None
    """One of its posts."""
    site: str = ""
    """Where most of its links lead."""
    at: datetime | None = None
    """When it was found, or done."""
    until: datetime | None = None
    new: bool = True
    """Whether the last report did not tell of it, or told of something else."""
    known: bool = False
    """Whether the last report told of it, be it as something else."""
    timeline_share: float | None = None
    """Its part of the items in the owner's timeline, 0 to 1."""


@dataclass(frozen=True)
class Day:
    """What the report of one day says. Lines stand in the order in which they matter to the owner."""

    profile: str
    platform: str
    owner: str
    """The owner's handle."""
    date: date
    """The owner's local date."""
    dry: bool = True
    mode: str = "dry run"
    """Why nothing is done: `dry run`, or that it is the first days; empty where it acts."""
    paused: str = ""
    """That the owner paused, and until when; empty where they did not."""
    planned: tuple[Line, ...] = ()
    """What is to be done; in dry run, what would be."""
    protected: Mapping[str, tuple[Line, ...]] = field(default_factory=dict)
    """Accounts left alone, by the protection's name, the most frequent first."""
    spared: tuple[Line, ...] = ()
    """What the last report told was to be done, and is not any more."""
    in_force: tuple[Line, ...] = ()
    """What stands on accounts now."""
    near: tuple[Line, ...] = ()
    done: tuple[Line, ...] = ()
    found_again: tuple[Line, ...] = ()
    """What an earlier store had done, taken over."""
    failed: tuple[Line, ...] = ()
    cancelled: tuple[Line, ...] = ()
    expired: tuple[Line, ...] = ()
    undone: tuple[Line, ...] = ()
    vetoed: tuple[Line, ...] = ()
    good_links: tuple[GoodLink, ...] = ()
    """Good links from those the owner quieted that no report told yet, the best first."""
    rules_changed: tuple[RuleChange, ...] = ()
    """Whom changed rules judge otherwise, where no report told of it yet."""
    upgrade: Upgrade | None = None
    """With which upgrade they changed; None where it was not by one."""
    config_warnings: tuple[str, ...] = ()
    """What works in the config but may surprise, where no report told of it yet."""
    rules: tuple[RuleRecord, ...] = ()
    """What became of each rule's actions, those first that may be wrong."""
    kept_days: int = 0
    """So many days they are looked back on: what the ledger keeps."""
    noise_share: float | None = None
    """Part of the timeline's items brought by the accounts that are or would be quieted; None: not known."""
    timeline_items: int = 0
    """Items that the noise share was measured on."""
    sweeps: int = 0
    new_posts: int = 0
    unreadable: int = 0
    judged: int = 0
    gaps: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()
    """What could protect accounts, or their own feeds, and could not be read, each in a sentence."""
    staying: tuple[str, ...] = ()
    """What the server cannot tell for good and quietfeed goes on without, each in a sentence."""
    staying_is_news: bool = False
    """Whether the owner was not told of some of it before."""
    question: str = ""
    """What the owner is asked, in a sentence."""
    requests: int = 0
    writes: int = 0
    retries: int = 0
    waited: float = 0.0
    """Seconds."""
    allowed: int | None = None
    """Requests that the server allows in its window, as it last said."""
    remaining: int | None = None
    errors: tuple[str, ...] = ()

    @property
    def actions(self) -> tuple[Line, ...]:
        """Everything that became of an action this day."""
        return (*self.done, *self.found_again, *self.failed, *self.cancelled, *self.expired, *self.undone, *self.vetoed)


def build(
    profile: str,
    platform: str,
    owner: str,
    day: date,
    entries: Iterable[Entry],
    sweeps: Iterable[SweepRecord],
    timeline_counts: Mapping[str, int],
    mode: str | None = None,
    standing: Collection[Entry] = (),
    told: Mapping[str, Entry] | None = None,
    staying: Collection[str] = (),
    staying_is_news: bool = False,
    troubles: Collection[Trouble] = (),
    zone: tzinfo = UTC,
    question: str = "",
    paused: str = "",
    good_links: Collection[GoodLink] = (),
    rules: Collection[RuleRecord] = (),
    rules_changed: Collection[RuleChange] = (),
    upgrade: Upgrade | None = None,
    config_warnings: Collection[str] = (),
    kept_days: int = 0,
) -> Day:
    """The day of one profile; entries and sweeps of other profiles are left out.

    Of each account the latest judgement counts. `timeline_counts` gives the timeline items of every account inside
    the window, by account id. `mode` says why nothing is done, empty where it acts; where it is not given, the entries
    tell. `standing` are the plans of actions that are in force: nothing more is planned for their accounts. `told` are
    the judgements, by account id, that stood when the last report was made: what is the same is no news. What a dry run
    would do is not done. `troubles` is what fails at present; times are told as the clocks of `zone` show them.
    """
    mine = sorted((e for e in entries if e.profile == profile), key=lambda e: e.at)
    rounds = sorted((s for s in sweeps if s.profile == profile), key=lambda s: s.started)
    if mode is None:
        mode = "dry run" if all(e.dry for e in mine) else ""
    judged = {e.account.id: e for e in mine if e.event is Event.JUDGED}
    latest = next((s for s in reversed(rounds) if s.allowed is not None), None)
    total = sum(timeline_counts.values())

    before = told or {}

    def lines(some: Iterable[Entry]) -> tuple[Line, ...]:
        return tuple(sorted((_line(e, timeline_counts, total, before) for e in some), key=_weight))

    real = [e for e in mine if not e.dry]

    def with_event(*events: Event) -> tuple[Line, ...]:
        chosen = (e for e in real if e.event in events and not _replaced(e, real) and not _under_way(e))
        return lines({(e.account.id, e.step): e for e in chosen}.values())

    quieted = {e.account.id for e in standing}
    settled = {e.account.id for e in real if e.event in (Event.DONE, Event.FAILED)} | quieted
    planned = lines(e for e in judged.values() if _would_act(e) and e.account.id not in settled)
    spared = (e for e in judged.values() if not _would_act(e) and e.account.id not in settled)
    done = with_event(Event.DONE)
    taken_over = tuple(line for line in done if line.reason.startswith(AGAIN))
    in_force = lines(standing)
    return Day(
        profile=profile,
        platform=platform,
        owner=owner,
        date=day,
        dry=bool(mode),
        mode=mode,
        planned=planned,
        protected=_by_protection(lines(e for e in judged.values() if e.protection)),
        spared=lines(e for e in spared if (last := before.get(e.account.id)) and _would_act(last)),
        in_force=in_force,
        near=lines(e for e in judged.values() if e.near and not e.protection and not e.step),
        done=tuple(line for line in done if line not in taken_over),
        found_again=taken_over,
        failed=with_event(Event.FAILED, Event.LIFTING),
        cancelled=with_event(Event.CANCELLED),
        expired=with_event(Event.EXPIRED),
        undone=with_event(Event.UNDONE),
        vetoed=with_event(Event.VETOED),
        good_links=tuple(good_links),
        rules=tuple(rules),
        rules_changed=tuple(rules_changed),
        upgrade=upgrade,
        config_warnings=tuple(config_warnings),
        kept_days=kept_days,
        noise_share=_noise((*planned, *done, *in_force), timeline_counts, total),
        timeline_items=total,
        sweeps=len(rounds),
        new_posts=sum(s.new_posts for s in rounds),
        unreadable=sum(s.unreadable for s in rounds),
        judged=sum(s.judged for s in rounds),
        gaps=_once(gap for s in rounds for gap in s.gaps),
        unread=_once(one for s in rounds for one in s.unread if not any(more.startswith(one) for more in staying)),
        staying=tuple(staying),
        staying_is_news=staying_is_news,
        question=question,
        paused=paused,
        requests=sum(s.requests for s in rounds),
        writes=sum(s.writes for s in rounds),
        retries=sum(s.retries for s in rounds),
        waited=sum(s.waited for s in rounds),
        allowed=latest.allowed if latest else None,
        remaining=latest.remaining if latest else None,
        errors=errors(rounds, troubles, day, zone),
    )


def _would_act(entry: Entry) -> bool:
    """Whether a judgement asks for something."""
    return entry.step is not None and not entry.protection


def _tells(entry: Entry) -> tuple[object, ...]:
    """What of a judgement is news where it changes: what is to be done, and whether it waits for a second look."""
    return (entry.step, entry.limit == UNCONFIRMED) if _would_act(entry) else (None, False)


def _replaced(entry: Entry, entries: Iterable[Entry]) -> bool:
    """Whether an action ended only because a renewal took its place: the renewal is told instead."""
    renewed = {(e.account.id, e.step) for e in entries if e.event is Event.DONE and e.reason == RENEWED}
    return (
        entry.event is Event.EXPIRED and "renewed until" in entry.reason and (entry.account.id, entry.step) in renewed
    )


def _under_way(entry: Entry) -> bool:
    """Whether it only says that an action is about to be taken back; one that could not be says so in `limit`."""
    return entry.event is Event.LIFTING and not entry.limit


def is_quiet(day: Day) -> bool:
    """Whether there is no news: nothing to do that was not told before, nothing done, and every sweep went well.

    The protected, and those nearly found, make no day loud.
    """
    found = (
        any(line.new for line in day.planned),
        day.spared,
        day.actions,
        day.gaps,
        day.errors,
        day.unread,
        day.staying_is_news,
        day.good_links,
        day.rules_changed,
        day.upgrade,
        day.config_warnings,
        day.question,
    )
    return day.sweeps > 0 and not any(found)


def is_empty(day: Day) -> bool:
    """Whether a quiet day has not even somebody left alone, or a near miss, to tell of."""
    return is_quiet(day) and not (day.planned or day.protected or day.near)


def _line(entry: Entry, counts: Mapping[str, int], total: int, told: Mapping[str, Entry]) -> Line:
    last = told.get(entry.account.id)
    known = last is not None and _would_act(last)
    return Line(
        account=entry.account,
        step=entry.step,
        rule=entry.rule,
        protection=entry.protection,
        limit="" if entry.event is Event.LIFTING else entry.limit,
        reason=f"not taken back yet: {entry.limit}" if entry.event is Event.LIFTING else entry.reason,
        readings=entry.readings,
        comparisons=entry.comparisons,
        evidence=entry.evidence,
        quote=entry.quote,
        site=entry.site,
        at=entry.at,
        until=entry.until,
        new=entry.event is not Event.JUDGED or last is None or _tells(last) != _tells(entry),
        known=known,
        timeline_share=counts.get(entry.account.id, 0) / total if total else None,
    )


def _weight(line: Line) -> tuple[int, float, str]:
    """The strongest action first, then the loudest account, then by handle."""
    return -(line.step.severity if line.step else 0), -(line.timeline_share or 0.0), line.account.handle


def _by_protection(lines: tuple[Line, ...]) -> dict[str, tuple[Line, ...]]:
    groups: dict[str, list[Line]] = {}
    for line in lines:
        groups.setdefault(line.protection or "", []).append(line)
    return {
        protection: tuple(group)
        for protection, group in sorted(groups.items(), key=lambda item: (-len(item[1]), item[0]))
    }


def _noise(quieted: Iterable[Line], counts: Mapping[str, int], total: int) -> float | None:
    """Accounts that are only reported stay as loud as they are."""
    if not total:
        return None
    ids = {line.account.id for line in quieted if line.step is not Step.REPORT}
    return sum(counts.get(id_, 0) for id_ in ids) / total


def _once(sentences: Iterable[str]) -> tuple[str, ...]:
    """Each once, in the order in which they first came."""
    return tuple(dict.fromkeys(sentences))
