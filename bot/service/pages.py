"""The page of a day and its pictures: what they need is gathered from the store, and the index of past days."""

from collections import Counter
from collections.abc import Collection, Iterable
from datetime import date, datetime, time, timedelta, tzinfo
from pathlib import Path

from bot.actions.recorded import recorded_actions
from bot.config import Config
from bot.errors import Failure
from bot.judging.rules import Rule
from bot.model import MICROSECOND, Step
from bot.platforms.base import Picture
from bot.report import sentences
from bot.report.day import Day, is_quiet
from bot.report.pictured import Corner, Course, DayCount, Pictures, Talk, Voice
from bot.service.accounts import Shown, shown
from bot.service.apart import apart
from bot.store import Store, StoredReport

DAYS = 30
"""Days of the timeline that are drawn."""


def page_now(day: Day, store: Store, config: Config, now: datetime, zone: tzinfo) -> str:
    """The page of a day as HTML."""
    from bot.report.page import page

    return page(day, pictures(day, store, config, now, zone))


def rendered(day: Day, store: Store, config: Config, now: datetime, zone: tzinfo) -> dict[str, str]:
    """What a stored report keeps beside its text: `says`, `page`, and where there is news the `picture` for the letter
    with its `picture_words`."""
    from bot.report.page import page
    from bot.report.picture import talk

    seen = pictures(day, store, config, now, zone)
    kept = {"says": sentences.capital(sentences.summary(day)), "page": apart(page, day, seen, indexed=True)}
    if seen.talk and not is_quiet(day):
        kept |= {"picture": apart(talk.svg, seen.talk), "picture_words": talk.words(seen.talk)}
    return kept


def picture_of(report: StoredReport) -> Picture | None:
    """The picture that goes with a report's letter, in which nobody is named; None where there is none."""
    from bot.report.picture.png import png

    try:
        return Picture(apart(png, report.picture), report.picture_words) if report.picture else None
    except (ValueError, Failure):  # the letter matters more
        return None


def past_days(profile: str, store: Store, folder: Path) -> str:
    """The index of the profile's reports as HTML; those whose page lies in `folder` are linked."""
    from bot.report.page import Past, index

    def past(day: date) -> Past:
        kept, file = store.report(profile, day), f"{day.isoformat()}.html"
        says = kept.sentence if kept else ""
        return Past(day, says, file if (folder / file).exists() else "")

    return apart(index, profile, [past(day) for day, _ in store.reports(profile)])


def pictures(day: Day, store: Store, config: Config, now: datetime, zone: tzinfo) -> Pictures:
    """What the pictures of a day show; None in it where nothing is known."""
    quieted = {line.account.id for line in (*day.planned, *day.done, *day.in_force) if line.step is not Step.REPORT}
    talking = voices(shown(day.profile, store, config, now), quieted)
    course = _course(day, store, zone, now, quieted)
    return Pictures(
        Talk(talking, corner(config.rules, day.profile, day.platform), day.dry) if talking else None,
        course if course.items else None,
    )


def corner(rules: Iterable[Rule], profile: str, platform: str) -> Corner | None:
    """Where the first rule that mutes for links without answers looks; None where none does."""
    for rule in rules:
        if rule.then is not Step.MUTE or not rule.only.covers(profile, platform) or "link_share" not in rule.when:
            continue
        links, answers = rule.when["link_share"].at_least, _answers_to(rule)
        if links is not None and answers is not None:
            return Corner(links, answers)
    return None


def _answers_to(rule: Rule) -> float | None:
    """The greatest share of replies that the rule takes for none; a number of people answered is no share, and stands
    as none at all."""
    ends = {name: rule.when[name].at_most for name in ("reply_share", "answered_people") if name in rule.when}
    share = ends.get("reply_share")
    return share if share is not None else 0.0 if ends.get("answered_people") is not None else None


def voices(rows: Iterable[Shown], quieted: Collection[str]) -> tuple[Voice, ...]:
    """Of these accounts those that wrote something inside the window, and those that are quieted, as far as it is known
    how they post."""
    return tuple(
        Voice(row.account.handle, links, answers, row.part, row.account.id in quieted, row.account.id)
        for row in rows
        if (row.tally.items or row.account.id in quieted)
        and (links := row.links) is not None
        and (answers := row.answers) is not None
    )


def _course(day: Day, store: Store, zone: tzinfo, now: datetime, quieted: set[str]) -> Course:
    """The last days, today included, as the owner's calendar counts them."""
    today = now.astimezone(zone).date()
    days = [today - timedelta(days=back) for back in range(DAYS - 1, -1, -1)]
    edges = [*(datetime.combine(one, time.min, zone) for one in days), now + MICROSECOND]
    found = store.flow(day.profile, edges, quieted)
    begun = Counter(
        action.plan.at.astimezone(zone).date()
        for action in recorded_actions(store, day.profile, dry=day.dry)
        if action.counts and not action.is_renewal and action.step is not Step.REPORT
    )
    return Course(
        tuple(DayCount(one, items - noise, noise, begun[one]) for one, (items, noise) in zip(days, found, strict=True)),
        day.dry,
    )
