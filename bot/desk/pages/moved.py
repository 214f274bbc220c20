"""What moved bounds change: whom they newly find and whom they let go, told while a slider is dragged."""

from collections.abc import Iterator
from dataclasses import dataclass

from bot.desk.faces import Face, face
from bot.desk.ground import Known, keeper
from bot.desk.moves import Asked, asked_of, word_of
from bot.desk.visit import Facts, NotThere, Visit
from bot.model import Opinion
from bot.report.accounts import DO
from bot.report.escape import handle, inline
from bot.report.figures import percent, plural, several
from bot.report.reasons import because
from bot.report.sentences import capital
from bot.tuning import day_words
from bot.tuning.findings import Look
from bot.tuning.moved import Moved, Turn, Turned, compared, moved
from bot.tuning.samples import Sample
from bot.tuning.words import missed

MOST = 30
"""Accounts told of one kind."""
MOST_NAMED = 8
HEADINGS = {Turn.CAUGHT: "Newly found", Turn.STEP: "Found, with another step", Turn.SPARED: "No longer found"}


@dataclass(frozen=True, slots=True)
class Told:
    """One account that fares otherwise."""

    id: str
    face: Face
    name: str
    handle: str
    share: str
    says: tuple[str, ...]
    word: str
    """How that goes with what the owner said of it; else empty."""
    against: bool


@dataclass(frozen=True, slots=True)
class Group:
    """Those who fare alike."""

    heading: str
    accounts: tuple[Told, ...]
    more: int


def facts(visit: Visit) -> Facts:
    """What the bounds of this address change, by what the page had that it is shown on."""
    known = keeper(visit).at_hand(visit)
    if known is None:
        raise NotThere("nobody was judged yet")
    return outcome(visit, known, asked_of(visit))


def outcome(visit: Visit, known: Known, asked: Asked) -> Facts:
    """What the template of the outcome is filled with."""
    moves = [move for move in asked.moves if any(rule.name == move.rule for rule in known.ground.rules)]
    found = compared(known.ground, moved(known.ground, moves), known.lately.share)
    accounts = [one.account for one in found.turned if one.turn is not Turn.SPARED]
    protected = known.lately.protections(accounts, visit.profile, visit.store, visit.config, visit.now)
    return {
        "refused": asked.fault,
        "moved": bool(moves),
        "headline": _headline(found) if moves else "",
        "figures": list(_figures(found, bool(moves))),
        "groups": [_group(turn, found, known, protected) for turn in Turn if found.of(turn)],
        "keep": visit.to("/change", move=[word_of(move) for move in moves]) if moves else "",
        "reset": visit.to("/rules"),
    }


def _headline(found: Moved) -> str:
    """`3 more found, 1 no longer.`"""
    more, other, fewer = (len(found.of(turn)) for turn in (Turn.CAUGHT, Turn.STEP, Turn.SPARED))
    parts = [
        f"{more:,} newly found" if more else "",
        f"{fewer:,} no longer found" if fewer else "",
        f"{other:,} with another step" if other else "",
    ]
    said = ", ".join(part for part in parts if part)
    return f"{said}." if said else "Nobody fares otherwise."


def _figures(found: Moved, is_moved: bool) -> Iterator[str]:
    after = f"{plural(found.found_after, 'account')} found, {percent(found.share_after)} of your timeline"
    before = f" (before: {found.found_before:,}, {percent(found.share_before)})" if is_moved else ""
    yield f"{after}{before}."
    if not found.judged:
        yield "You judged none of these accounts yet: on the Review page you can."
        return
    was = f"; before: {found.before:,}" if is_moved else ""
    yield (
        f"Of {plural(found.judged, 'account')} that you judged, the rules by themselves treat {found.after:,} "
        f"as you said{was}."
    )
    if found.against:
        yield f"Against your word: {several([_against(one) for one in found.against], MOST_NAMED)}."


def _against(sample: Sample) -> str:
    what = "you called it fine" if sample.opinion is Opinion.FINE else "you called it noise"
    return f"{_name(sample)} ({what})"


def _name(sample: Sample) -> str:
    return inline(sample.account.display_name, 40) or handle(sample.account)


def _group(turn: Turn, found: Moved, known: Known, protected: dict[str, str]) -> Group:
    some = found.of(turn)
    told = tuple(_told(one, known, protected.get(one.account.id, "")) for one in some[:MOST])
    return Group(f"{HEADINGS[turn]} ({len(some):,})", told, max(len(some) - MOST, 0))


def _told(one: Turned, known: Known, protection: str) -> Told:
    account = one.account
    said = [*_said(one), *_left_alone(one, known, protection)]
    return Told(
        account.id,
        face(account.id, account.display_name, handle(account)),
        _name(one.sample),
        handle(account),
        f"{percent(one.share)} of your timeline" if one.share else "",
        tuple(said),
        _word(one),
        one.agrees is False,
    )


def _said(one: Turned) -> Iterator[str]:
    """What was read of it, and what decides now."""
    held, kept_by = one.found_by, one.kept_by
    why = because(one.after.readings, held.when) if held else ""
    if one.turn is Turn.SPARED:
        yield f"{capital(why)}." if why else ""
        yield f"“{inline(held.rule if held else '', 60)}” lets it go: {missed(kept_by)}." if kept_by else ""
        return
    yield f"{_does(one.after)}{f': {why}' if why else ''}."
    if one.turn is Turn.STEP:
        yield f"Before: {_does(one.before)}."
    elif kept_by:
        yield f"Until now: {missed(kept_by)}."


def _does(look: Look) -> str:
    """`“link broadcaster” would mute it`."""
    rule = f"“{inline(look.rule or '', 60)}”"
    if look.ruling.step is None or look.ruling.shadow:
        return f"{rule} would only watch it" if look.rule else "nothing"
    return f"{rule} would {DO[look.ruling.step]} it"


def _left_alone(one: Turned, known: Known, protection: str) -> Iterator[str]:
    """Why nothing would be done to it all the same, or that this is not known."""
    if one.turn is Turn.SPARED:
        return
    if protection:
        yield f"It would be left alone all the same: {inline(protection, 200)}."
    elif one.account.id not in known.lately.stands:
        yield day_words.NEVER_ASKED


def _word(one: Turned) -> str:
    if one.agrees is None:
        return ""
    return f"You called it {one.sample.opinion}: {'as you said' if one.agrees else 'this goes against you'}."
