"""Rules: each as a card, each of its bounds as a slider before the readings of everybody who was judged."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.desk.ground import PATIENCE, Keeper, Known, NotYet, keeper
from bot.desk.histogram import WHOLE, Histogram
from bot.desk.moves import BETWEEN, asked_of, ends_to_move, place_of
from bot.desk.pages.moved import outcome
from bot.desk.visit import Facts, Visit
from bot.judging.moves import Move
from bot.judging.rules import Rule
from bot.model import Comparison
from bot.report.escape import inline
from bot.report.figures import percent, plural
from bot.report.reasons import needs
from bot.report.sentences import capital
from bot.signals import BY_NAME
from bot.signals.base import DAYS, FLAG, RATE, SHARE
from bot.tuning.moved import found_by
from bot.tuning.rule_words import does
from bot.tuning.suggestion import BoundEnd

SUFFIX = {SHARE: "%", RATE: "a day", DAYS: "days"}
ENDS = {"at_least": "at least", "at_most": "at most"}
NAMES = {("evidence", "own_posts"): "Posts needed to judge it", ("evidence", "days_seen"): "Days needed to judge it"}


@dataclass(frozen=True, slots=True)
class Slider:
    """One end of a bound."""

    id: str
    field: str
    """Name of its field, which tells an address which bound is meant."""
    label: str
    """`links, at least`."""
    value: str
    """What the field shows: where the bound was moved, or as it was typed."""
    now: str
    """Where it is in the config, as the field shows it."""
    says: str
    """The same in words."""
    top: str
    most: str
    """The greatest value that can be typed; empty where there is none."""
    step: str
    suffix: str
    factor: str
    """What a value is divided by in an address."""
    end: str
    place: float
    """Where the bound is in the picture, 0 to 100."""
    moved: float
    """Where it was moved."""
    picture: Histogram
    unknown: str
    """That some could not be measured; else empty."""


@dataclass(frozen=True, slots=True)
class Card:
    """One rule."""

    id: str
    name: str
    does: str
    finds: str
    only: str
    """Why it has no slider; else empty."""
    fixed: tuple[str, ...]
    """Bounds of which there is nothing to move, in words."""
    when: tuple[Slider, ...]
    unless: tuple[Slider, ...]
    evidence: tuple[Slider, ...]
    open: bool

    @property
    def parts(self) -> list[tuple[str, tuple[Slider, ...]]]:
        """Its sliders under their headings."""
        parts = (
            ("It finds accounts that have all of these", self.when),
            ("It spares those that have one of these", self.unless),
            ("It judges nobody of whom less is known", self.evidence),
        )
        return [(heading, sliders) for heading, sliders in parts if sliders]


def facts(visit: Visit) -> Facts:
    """The cards, and what the bounds that were moved change."""
    known, reading = _known(keeper(visit), visit)
    asked = asked_of(visit)
    return {
        "reading": reading,
        "bare": [(inline(rule.name, 60), capital(does(rule))) for rule in visit.config.rules] if reading else (),
        "unread": known is None and not reading,
        "again": visit.to("/rules", move=asked.words, rule=visit.query.get("rule", ""), wait=1),
        "cards": _cards(visit, known, asked.moves) if known else (),
        "days": plural(known.days, "day") if known else "",
        "accounts": plural(len(known.lately.samples), "account") if known else "",
        "reset": visit.to("/rules"),
        **(outcome(visit, known, asked) if known else {}),
    }


def _known(keeper: Keeper, visit: Visit) -> tuple[Known | None, bool]:
    """What is known, and whether that is still being read."""
    try:
        return keeper.fresh(visit, None if visit.query.get("wait") else PATIENCE), False
    except NotYet:
        return None, True


def _cards(visit: Visit, known: Known, moves: Sequence[Move]) -> list[Card]:
    found = found_by(known.ground)
    judging = {rule.name: rule for rule in known.ground.rules}
    asked = {visit.query.get("rule", ""), *(move.rule for move in moves)} - {""}
    opened = asked or {next((name for name, some in found.items() if some), "")}
    cards = []
    for number, rule in enumerate(visit.config.rules):
        some = [sample.account.id for sample in found.get(rule.name, ())]
        here = judging.get(rule.name)
        sliders = [_slider(f"b{number}-{n}", here, at, known, moves) for n, at in _ends(here, visit)] if here else []
        cards.append(
            Card(
                id=f"rule-{number}",
                name=inline(rule.name, 60),
                does=capital(does(here or rule)),
                finds=_finds(known, some) if here else "",
                only="" if here else _why_none(rule),
                fixed=tuple(_fixed(rule)) if here else (),
                when=_under("when", sliders),
                unless=_under("unless", sliders),
                evidence=_under("evidence", sliders),
                open=rule.name in opened,
            )
        )
    return cards


def _ends(rule: Rule, visit: Visit) -> Iterable[tuple[int, BoundEnd]]:
    return enumerate(ends_to_move(rule, visit.config))


def _under(part: str, sliders: Iterable[Slider]) -> tuple[Slider, ...]:
    return tuple(one for one in sliders if one.field.rsplit(BETWEEN, 3)[1] == part)


def _why_none(rule: Rule) -> str:
    if rule.quota is not None:
        return "It counts the posts of a day as they come, so there is no bound to move here."
    return "It does not judge the accounts of this profile."


def _finds(known: Known, accounts: list[str]) -> str:
    if not accounts:
        return "Finds nobody."
    return f"Finds {plural(len(accounts), 'account')}, {percent(known.lately.share(accounts))} of your timeline."


def _fixed(rule: Rule) -> Iterable[str]:
    for spares, bounds in ((False, rule.when), (True, rule.unless)):
        for name, one in bounds.items():
            if BY_NAME[name].unit == FLAG:
                said = BY_NAME[name].says(1.0 if one.at_least else 0.0)
                yield f"{'Exception' if spares else 'Also needed'}: {said}."


def _slider(id_: str, rule: Rule, at: BoundEnd, known: Known, moves: Sequence[Move]) -> Slider:
    place = place_of(rule, at)
    instead = next(
        (one.instead for one in moves if (one.rule, one.under, one.signal, one.end) == place),
        at.now,
    )
    signal = BY_NAME[at.signal]
    picture, on = known.picture(rule, at, instead)
    whole = signal.unit in WHOLE
    return Slider(
        id=id_,
        field=place.word,
        label=NAMES.get((at.under, at.signal)) or f"{capital(signal.label)}, {ENDS[at.end]}",
        value=on.shown(instead),
        now=on.shown(at.now),
        says=needs(Comparison(at.signal, None, **{"at_least": None, "at_most": None, at.end: at.now}, holds=False)),
        top=f"{on.top:g}",
        most="100" if signal.unit == SHARE else "",
        step=f"{1 if whole else on.step:g}",
        suffix=SUFFIX.get(signal.unit, ""),
        factor=f"{on.factor:g}",
        end=at.end,
        place=on.place(at.now),
        moved=on.place(instead),
        picture=picture,
        unknown=_unknown(picture.unknown, len(known.looks_of(rule))),
    )


def _unknown(many: int, of: int) -> str:
    return f"It could not be measured for {many:,} of {plural(of, 'account')}." if many else ""
