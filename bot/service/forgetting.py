"""Forgetting an account on the owner's word: in the store, in reports and in their files, wholly or not at all.

It is done while no daemon works, which would bring back what it has in memory.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from bot.actions.lifecycle import in_force_on
from bot.actions.recorded import recorded_actions
from bot.errors import Failure, UserError
from bot.model import Account
from bot.report.figures import short_day
from bot.report.forgotten import Named, in_its_place, naming, without
from bot.service import heard, pages, ways
from bot.service.report_files import FEED, INDEX, KINDS, write_files, write_index
from bot.store import FeedbackKind, Forgotten, Store, StoredReport

NOTES = ("skipped", "waiting", "origins", "rules changed", "hidden posts", "good links")
"""Notes of a profile that tell of accounts by their ids."""
DONE = {"mute": "muted", "list": "put on a list", "hide_reposts": "without its reposts"}
WORDS: tuple[FeedbackKind, ...] = ("keep", "veto", "noise", "fine", "confirm")


@dataclass(frozen=True)
class Plan:
    """What is to be forgotten of an account, worked out beforehand."""

    account: Account
    names: Named
    notes: dict[str, str] = field(default_factory=dict)
    """Notes as they are without it, by name."""
    reports: list[StoredReport] = field(default_factory=list)
    """Reports that named it, without it."""
    unsent: list[date] = field(default_factory=list)
    """Days whose reports name it and are still to be sent: they are made anew."""


def refuse(account: Account, profile: str, store: Store) -> None:
    """Raise UserError where something that quietfeed did stands on the account: nobody could take it back."""
    if account.id == store.noted(f"owner id:{profile}"):
        raise UserError("that is you: `quietfeed export all` shows what is kept of you")
    for action in in_force_on(recorded_actions(store, profile, dry=False), account.id):
        until = f" until {short_day(action.until)}" if action.until else ""
        done = DONE.get(action.step, "reported")
        raise UserError(
            f"{account.handle} is {done} by quietfeed{until}, and once it is forgotten nobody takes that back. "
            f"`quietfeed undo {account.handle}` first"
        )


def plan(account: Account, profile: str, store: Store) -> Plan:
    """What has to change beside the account's own records. Raises UserError as `refuse` does."""
    refuse(account, profile, store)
    called = {account.handle, *(entry.account.handle for entry in store.entries(profile, account_id=account.id))}
    said = (store.feedback(profile, kind).get(account.id) for kind in WORDS)
    called |= {word.account.handle for word in said if word}
    found = Plan(account, naming(sorted(called)))
    found.notes.update(_notes(account, profile, store))
    found.notes.update(heard.without(profile, store, lambda text: found.names(text) or _is_called(account, text)))
    for day, state in store.reports(profile):
        report = store.report(profile, day)
        changed = _without(report, found.names) if report else None
        if changed and state == "planned":
            found.unsent.append(day)
        elif changed:
            found.reports.append(changed)
    return found


def carry_out(
    made: Plan, profile: str, store: Store, folder: Path, told: Callable[[int, int], None], *, only_count: bool
) -> Forgotten:
    """Forget it, or only count what that would come to. The files of reports under `folder` go first, and come again
    without it; a crash in between leaves a report without its file."""
    days = [*(report.day for report in made.reports), *made.unsent]
    there = set() if only_count else _remove(folder, days)
    forgotten = store.forget(
        profile,
        made.account.id,
        made.names,
        notes_instead=made.notes,
        reports_instead=made.reports,
        made_anew=made.unsent,
        told=told,
        only_count=only_count,
    )
    if not only_count:
        _write_again(made, profile, store, folder, there)
    return forgotten


def _is_called(account: Account, text: str) -> bool:
    return bool(account.display_name) and account.display_name in text


def _notes(account: Account, profile: str, store: Store) -> Iterator[tuple[str, str]]:
    """The notes that tell of an account, without it."""
    for name in (f"{what}:{profile}" for what in NOTES):
        value = store.noted(name)
        if value:
            facts = json.loads(value)
            left = _without_id(facts, account.id)
            if "found" in left:  # a link that nobody else shared is no good link
                left["found"] = [link for link in left["found"] if link["people"]]
            if left != facts:
                yield name, json.dumps(left)


def _without_id(value: Any, account_id: str) -> Any:
    """JSON without an account: what stands under its id, and what in a list is it or tells of it."""
    if isinstance(value, dict):
        return {key: _without_id(one, account_id) for key, one in value.items() if key != account_id}
    if isinstance(value, list):
        return [_without_id(one, account_id) for one in value if not _tells_of(one, account_id)]
    return value


def _tells_of(value: Any, account_id: str) -> bool:
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else [value]
    return any(one == account_id or (isinstance(one, dict) and one.get("id") == account_id) for one in parts)


def _without(report: StoredReport, names: Named) -> StoredReport | None:
    """The report without them; None where it does not name them."""
    words = in_its_place(report.profile, report.day)

    def left(said: str, instead: str = "") -> str:
        return instead if names(said) else said

    changed = replace(
        report,
        markdown=left(report.markdown, words),
        text=left(report.text, words),
        data=json.dumps(without(json.loads(report.data), names)),
        letter=left(report.letter),
        says=left(report.says),
        page=left(report.page),
    )
    return None if changed == report else changed


def _remove(folder: Path, days: list[date]) -> set[date]:
    """Remove the files of these days; of which there were any. Raises Failure where the disk refuses."""
    there = {day for day in days if (folder / f"{day.isoformat()}.md").exists()}
    try:
        for day in days:
            for kind in KINDS:
                (folder / f"{day.isoformat()}{kind}").unlink(missing_ok=True)
    except OSError as fault:
        raise Failure(f"{fault.filename}: {fault.strerror}. Nothing is forgotten yet") from None
    return there


def _write_again(made: Plan, profile: str, store: Store, folder: Path, there: set[date]) -> None:
    for report in made.reports:
        if report.day in there:
            write_files(report, folder)
    if (folder / INDEX).exists():
        write_index(pages.past_days(profile, store, folder), folder)
    if (folder / FEED).exists():
        with suppress(UserError):  # the library for feeds may be gone; the daemon writes it anew with the next report
            ways.write_feed_anew(profile, store, folder)
