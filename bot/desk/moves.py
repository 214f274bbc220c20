"""Bounds that were moved, as an address carries them: `link broadcaster|when|link_share|at_least|0.95`, one a `move=`.

A move says where a bound goes. Where it is, the config tells: an address that is opened again later means the same.
"""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from math import isfinite
from typing import NamedTuple, get_args

from bot.config import Config
from bot.config.editing import named, spelled
from bot.desk.visit import Visit
from bot.errors import UserError
from bot.judging.moves import Move, Under, moved
from bot.judging.rightness import FINEST, End
from bot.judging.rules import Bounds, Rule
from bot.report.escape import inline
from bot.signals import BY_NAME, UNITS
from bot.signals.base import FLAG, SHARE
from bot.tuning.suggestion import BoundEnd, ends_of, is_possible, needed_of

BETWEEN = "|"
"""Stands between the parts. Only a rule's name can hold one, so the parts are told apart from the end."""
MOST_MOVES = 100


class Place(NamedTuple):
    """Which end of which bound of which rule."""

    rule: str
    under: Under
    signal: str
    end: End

    @property
    def word(self) -> str:
        """As an address names it."""
        return BETWEEN.join(self)


def place_of(rule: Rule, at: BoundEnd) -> Place:
    """Where an end of a bound of a rule is."""
    return Place(rule.name, at.under, at.signal, at.end)


def ends_to_move(rule: Rule, config: Config) -> list[BoundEnd]:
    """The ends of a rule's bounds that can be moved, what it needs of an account last. A quota has none, and of what is
    yes or no there is nothing to move."""
    if rule.quota is not None:
        return []
    return [at for at in (*ends_of(rule), *needed_of(rule, config.minimum)) if BY_NAME[at.signal].unit != FLAG]


def word_of(move: Move) -> str:
    """A move as an address carries it."""
    return BETWEEN.join((move.rule, move.under, move.signal, move.end, spelled(move.instead)))


def moves_of(values: Iterable[str], config: Config) -> list[Move]:
    """The moves that an address carries, each bound once (the last word on it counts) and only where it goes elsewhere
    than it is. Raises UserError for the first that is none of the config's, or that cannot be."""
    found: dict[Place, Move] = {}
    for value in values:
        place, instead = _parted(value)
        found[place] = _move(place, instead, config)
    moves = [move for move in found.values() if move.instead != round(move.now, FINEST)]
    if len(moves) > MOST_MOVES:
        raise UserError(f"more than {MOST_MOVES} bounds are moved at once")
    _refuse_impossible(moves, config)
    return moves


@dataclass(frozen=True)
class Asked:
    """What an address asks to be moved."""

    words: tuple[str, ...]
    """As it carries it."""
    moves: tuple[Move, ...] = ()
    fault: str = ""
    """Why they cannot be moved so; else empty."""


def asked_of(visit: Visit) -> Asked:
    """The moves of an address: those that it carries as such, and the fields of a form that was sent without script,
    each named by its place. Such a field holds what is shown, of a share percent."""
    typed = (_typed(name, value) for name, value in visit.pairs if BETWEEN in name)
    words = (*visit.every("move"), *typed)
    try:
        return Asked(words, tuple(moves_of(words, visit.config)))
    except UserError as fault:
        return Asked(words, fault=str(fault))


def _typed(name: str, value: str) -> str:
    number = value.strip().removesuffix("%").strip().replace(",", ".")
    parts = name.rsplit(BETWEEN, 2)
    if len(parts) == 3 and _is_share(parts[1]):
        with suppress(ValueError):  # what is no number is told of as it was typed
            number = spelled(float(number) / 100)
    return f"{name}{BETWEEN}{number}"


def _is_share(signal: str) -> bool:
    return signal in BY_NAME and BY_NAME[signal].unit == SHARE


def _parted(value: str) -> tuple[Place, str]:
    parts = value.rsplit(BETWEEN, 4)
    if len(parts) != 5 or parts[1] not in get_args(Under) or parts[3] not in get_args(End):
        raise UserError(f"“{inline(value, 80)}” is no bound that was moved: go back to the rules")
    return Place(parts[0], parts[1], parts[2], parts[3]), parts[4]  # type: ignore[arg-type]


def _move(place: Place, instead: str, config: Config) -> Move:
    rule = next((rule for rule in config.rules if rule.name == place.rule), None)
    if rule is None:
        raise UserError(f"the config has no rule “{inline(place.rule, 60)}” any more: load the rules anew")
    at = next((at for at in ends_to_move(rule, config) if place_of(rule, at) == place), None)
    if at is None:
        raise UserError(f"“{inline(rule.name, 60)}” has no such bound any more: load the rules anew")
    return at.move(rule, _number(instead, at.move(rule, at.now)))


def _number(text: str, move: Move) -> float:
    """A value that a reading can have; of evidence a whole number. Raises UserError where it is none."""
    least, most = UNITS[BY_NAME[move.signal].unit]
    try:
        value = round(float(text), FINEST)
    except ValueError:
        value = float("nan")
    whole = move.under != "evidence" or value == round(value) if isfinite(value) else False
    if not whole or value < (least or 0.0) or (most is not None and value > most):
        kind = "a whole number" if move.under == "evidence" else "a number"
        reach = f"from {spelled(least or 0.0)}" + (f" to {spelled(most)}" if most is not None else " on")
        if _is_share(move.signal):
            reach, text = "from 0 to 100 %", f"{value * 100:g} %" if isfinite(value) else text
        raise UserError(f"“{inline(move.rule, 60)}”, {named(move)}: needs {kind} {reach}, not “{inline(text, 20)}”")
    return value


def _refuse_impossible(moves: Iterable[Move], config: Config) -> None:
    """Refuse bounds between which no reading lies, and exceptions that spare everybody."""
    every = list(moves)
    rules = {rule.name: rule for rule in moved(config.rules, every, config.minimum)}
    for move in every:
        rule = rules[move.rule]
        if move.under != "evidence" and not is_possible(move, rule):
            bounds = move.held(rule).get(move.signal, Bounds())
            crossed = bounds.at_least is not None and bounds.at_most is not None and bounds.at_least > bounds.at_most
            why = "no reading lies between its ends" if crossed else "every account would be spared by it"
            raise UserError(f"“{inline(move.rule, 60)}”, {named(move)} {spelled(move.instead)}: {why}")
