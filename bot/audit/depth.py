"""How far back an account must be read: whoever converses, or could not be found by any rule, is done with early."""

from collections.abc import Iterable, Mapping, Sequence

from bot.audit.groups import ENOUGH, converses
from bot.audit.seen import SIGNALS
from bot.judging import rules
from bot.judging.rules import Rule
from bot.model import History
from bot.signals import BY_NAME


def is_enough(history: History, applying: Sequence[Rule]) -> bool:
    """Whether what was read of an account so far, its newest posts, tells enough, though there is more: it converses,
    or no rule could find it, however much more were read. Counts and days grow with what is read, shares hardly do: a
    rule of whose shares one is clearly missed finds nobody later on."""
    asked = {name for rule in applying for name in _shares(rule)}
    readings = rules.read(history, dict.fromkeys([*SIGNALS, *sorted(asked)]))
    if converses(readings):
        return True
    own = readings["own_posts"] or 0
    return own >= ENOUGH and not any(_may_fire(rule, readings) for rule in applying)


def _may_fire(rule: Rule, readings: Mapping[str, float | None]) -> bool:
    """Whether each share that a rule asks for is met, nearly met or unknown."""
    held = ((rule.when[name], readings[name], BY_NAME[name].unit) for name in _shares(rule))
    return all(reading is None or bounds.nearly_hold(reading, unit) for bounds, reading, unit in held)


def _shares(rule: Rule) -> Iterable[str]:
    return (name for name in rule.when if BY_NAME[name].unit == "share")
