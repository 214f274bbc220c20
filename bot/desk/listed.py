"""Accounts as a table has them: a row each, with what the rules say, what is done, and the owner's word."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from bot.desk.faces import Face, face
from bot.desk.visit import Visit
from bot.report.accounts import MOST_NAME
from bot.report.escape import handle, inline
from bot.report.figures import number, percent
from bot.report.judgements import in_a_word
from bot.report.page.cards import IS, WILL, WOULD, stands_until
from bot.service import accounts, mode
from bot.service.accounts import Shown

NETWORKS = {"mastodon": "Mastodon", "bluesky": "Bluesky", "memory": "the demo’s"}
MOST = 60
"""Characters of a rule's name."""
NOBODY_ASKED = "not looked at closely yet"


@dataclass(frozen=True, slots=True)
class Row:
    """One account. Hostile text is harmless here, and escaped by the template."""

    id: str
    profile: str
    network: str
    name: str
    """Empty where it tells no more than the handle."""
    handle: str
    face: Face
    says: str
    """What the rules say, or what is done: `would be muted until 22 Dec`."""
    rule: str
    protection: str
    step: str
    """What is done to it, or would be; empty where nothing is."""
    part: float
    links: float | None
    answers: float | None
    a_day: float | None
    word: str = ""
    """The owner's own word on it: `noise`."""

    @property
    def share(self) -> str:
        """Of the timeline."""
        return percent(self.part) if self.part else ""

    @property
    def linking(self) -> str:
        """Of its posts."""
        return "" if self.links is None else percent(self.links)

    @property
    def answering(self) -> str:
        """Of what it wrote."""
        return "" if self.answers is None else percent(self.answers)

    @property
    def pace(self) -> str:
        """Posts a day."""
        return "" if self.a_day is None else number(round(self.a_day, 1 if self.a_day < 10 else 0))


def everybody(visit: Visit) -> dict[str, Shown]:
    """Everybody of this profile, by account id. Read anew with each sweep, and after a while."""

    def read() -> dict[str, Shown]:
        found = accounts.shown(visit.profile.name, visit.store, visit.config, visit.now)
        return {one.account.id: one for one in found}

    return visit.seat.once(("accounts", visit.profile.name), _mark(visit), read)


def rows(visit: Visit) -> list[Row]:
    """The same as rows, with the owner's word as it is now."""
    said = {one: in_a_word(word) for one, word in visit.store.judgements(visit.profile.name).items()}
    made = visit.seat.once(("rows", visit.profile.name), _mark(visit), lambda: list(_made(visit)))
    return [replace(row, word=said[row.id]) if row.id in said else row for row in made]


def _mark(visit: Visit) -> object:
    """What the rows hang on, beside the owner's word."""
    return visit.store.mark(), visit.about, visit.config.fingerprint


def _made(visit: Visit) -> Iterator[Row]:
    profile, of = visit.profile, (visit.profile.name, visit.store, visit.config, visit.now)
    done, seen = accounts.done(*of), accounts.seen_for(*of)
    tense = WOULD if mode.is_dry(*of) else WILL
    for one in everybody(visit).values():
        action, entry = done.get(one.account.id), one.entry
        if action:
            says = stands_until(action.step, WOULD if action.plan.dry else IS, action.until)
        else:
            says = stands_until(one.asked, tense, entry.until) if one.asked and entry else _why_nothing(one)
        rule = action.plan.rule if action else entry.rule if entry else ""
        yield Row(
            **_who(one),
            profile=profile.name,
            network=NETWORKS.get(profile.platform, profile.platform),
            says=says,
            rule=inline(rule or "", MOST),
            protection=inline((entry.protection if entry else "") or "", MOST),
            step=(action.step if action else one.asked) or "",
            part=one.part,
            links=one.links,
            answers=one.answers,
            a_day=one.a_day(seen),
        )


def _who(one: Shown) -> dict[str, Any]:
    written, called = handle(one.account), inline(one.account.display_name, MOST_NAME)
    return {
        "id": one.account.id,
        "name": called if called.casefold() != written.casefold() else "",
        "handle": written,
        "face": face(one.account.id, one.account.display_name, written),
    }


def _why_nothing(one: Shown) -> str:
    """What is said of an account to which nothing is done."""
    if one.entry is None:
        return NOBODY_ASKED
    if one.entry.protection:
        return "left alone"
    if one.entry.near:
        return "nearly found"
    return "too little is known" if one.entry.reason else "no rule fires"
