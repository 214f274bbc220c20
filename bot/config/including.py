"""Rules from elsewhere: the shipped ones, and those of files under `include:`; each name once, the last word counts."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.resources import files
from pathlib import Path
from typing import Any

from bot.config import meant
from bot.config.faults import ConfigError, Faults, did_you_mean, listed, placed, shown
from bot.config.options import INCLUDED
from bot.config.places import Placed, Source, at
from bot.config.rule_options import SHIPPED, Change, Removal, Use, rule_fault
from bot.config.types import Changed, Origin
from bot.config.yaml_reader import parse, text_of
from bot.errors import UserError
from bot.judging.rule_tests import RuleTest
from bot.judging.rules import Rule

MOST_FILES = 30
"""More files than this are a mistake."""
BASE = "standard"
"""The strictness whose rules the other two change."""


class Including:
    """Reads the files that a config includes, and what they include."""

    def __init__(self, faults: Faults, strictness: str = BASE) -> None:
        self.faults = faults
        """Of the config itself; those of the others stand among them."""
        self.strictness = strictness
        self.files: list[Path] = []
        """Every file that was named, be it missing."""

    def rules_of(self, source: Source, values: dict[str, Any], above: tuple[str, ...] = ()) -> list[Placed]:
        """The rules of a file, included ones first, each name once. `above` are the files that include it."""
        found: list[Placed] = []
        for number, name in enumerate(values.get("include") or ()):
            if name is not None:
                later = self._included(name, source, at(source.root, "include", number), (*above, _key(source)))
                found = _joined(found, later, {})
        said = values.get("rules")
        unsaid = "rules" not in values and not values.get("include")
        items = [Use(SHIPPED)] if unsaid else said or ()
        taken = any(isinstance(one, Use | Change | Removal) for one in items)
        here = [_placed(one, source, number) for number, one in enumerate(items)]
        return _joined(found, here, self._shipped(source) if taken else {})

    def _shipped(self, source: Source) -> dict[str, Placed]:
        """The shipped rules by name, as a file may take them: gentle and strict take those of `standard`."""
        name = BASE if source.path is None else self.strictness
        faults = Faults(self.faults.found, self.faults.warned, name)
        root = parse(shipped_text(name), faults)
        values = INCLUDED.values(root, faults) if root is not None else None
        found = self.rules_of(Source(name, None, root, faults), values) if root is not None and values else []
        return {one.rule.name: replace(one, origin=Origin()) for one in found if one.rule}

    def _included(self, name: str, source: Source, mark: Any, above: tuple[str, ...]) -> list[Placed]:
        """The rules of one file that another includes; none, and a fault, where it cannot be read."""
        try:
            text, shown_as, path = self._text(name, source)
        except ConfigError as fault:
            self.faults.found += [replace(one, file=str(fault.path)) for one in fault.faults]
            return []
        except UserError as fault:
            source.faults.add(mark, str(fault))
            return []
        key = str(path.resolve())
        if key in above or len(self.files) > MOST_FILES:
            wrong = "includes this file again" if key in above else f"is one file too many, at most {MOST_FILES}"
            source.faults.add(mark, f"{shown(name)} {wrong}: remove one of the two")
            return []
        faults = Faults(self.faults.found, self.faults.warned, shown_as)
        root = parse(text, faults)
        values = INCLUDED.values(root, faults) if root is not None else None
        included = Source(shown_as, path, root, faults) if root is not None else None
        return self.rules_of(included, values, above) if included and values else []

    def _text(self, name: str, source: Source) -> tuple[str, str, Path]:
        """What a file says, how it is called in messages, and where it lies."""
        path = source.folder / Path(name).expanduser()
        self.files.append(path)
        if not path.exists():
            raise UserError(meant.included(name) or f"{path} is not there")
        return text_of(path), str(Path(source.name).parent / Path(name).expanduser()), path


def shipped_text(name: str) -> str:
    """The text of the shipped rules of a strictness."""
    return (files("bot") / "data" / "rules" / f"{name}.yaml").read_text("utf-8")


def _key(source: Source) -> str:
    return str(source.path.resolve()) if source.path else source.name


def _placed(said: Any, source: Source, number: int) -> "Placed | Unfinished | Gone | All":
    if isinstance(said, Removal):
        return Gone(said.remove, source, number)
    if isinstance(said, Change):
        return Unfinished(said, source, number)
    if isinstance(said, Use):
        return All(source, number)
    return Placed(_with_tests(said, source, number), source, number, Origin(_line(source, number)))


def _line(source: Source, number: int) -> str:
    """`file:line` of an item of a file's rules."""
    return f"{source.name}:{at(source.root, 'rules', number).line + 1}"


@dataclass(frozen=True)
class Unfinished:
    """A change of a rule that stands elsewhere, and the place where it is said."""

    change: Change
    source: Source
    number: int

    def of(self, known: Mapping[str, Placed]) -> Placed:
        """The rule that it makes of the one of its name; a fault where there is none among those `known`."""
        here = Placed(None, self.source, self.number)
        earlier = known.get(self.change.name)
        if earlier is None or earlier.rule is None:
            near = did_you_mean(self.change.name, known) or f"; there are {listed(known, 'and')}"
            unknown = f"no shipped or included rule is called {shown(self.change.name)}"
            self.source.faults.add(here.mark("use"), unknown + near)
            return here
        changed = _with_tests(self.change.of(earlier.rule), self.source, self.number, len(earlier.rule.tests))
        if complaint := rule_fault(changed) if changed else None:
            self.source.faults.add(here.mark(), complaint)
        step = Changed(self.change.keys, _line(self.source, self.number))
        changes = (*earlier.origin.changes, *([step] if step.keys else []))
        return replace(here, rule=changed, origin=replace(earlier.origin, changes=changes))


@dataclass(frozen=True)
class All:
    """All the shipped rules, and the place where they are asked for."""

    source: Source
    number: int


@dataclass(frozen=True)
class Gone:
    """That a rule is left out, and the place where that is said."""

    name: str
    source: Source
    number: int

    def check(self, there: Collection[str], shipped: Collection[str], beside: Collection[str]) -> None:
        """Add a fault where it is not among those that are `there` to leave out, or where it stands `beside` it."""
        if self.name in beside:
            wrong = "is removed here and stands here too: leave one of the two out"
        elif self.name in there:
            return
        elif self.name in shipped:
            wrong = "is a shipped rule, and none is taken here: add `- use: shipped`, or leave this out"
        else:
            wrong = f"is no shipped or included rule{did_you_mean(self.name, there or shipped)}"
        self.source.faults.add(Placed(None, self.source, self.number).mark("remove"), f"{shown(self.name)} {wrong}")


def _joined(
    before: Sequence[Placed], items: Sequence[Placed | Unfinished | Gone | All], shipped: Mapping[str, Placed]
) -> list[Placed]:
    """The rules of a file after those that it includes. What is there already is changed, or left out, in its place;
    all else stands in the order of the list. Rules with a fault stand there too."""
    included = {one.rule.name: one for one in before if one.rule}
    everything = [one for one in items if isinstance(one, All)]
    there = {**shipped, **included} if everything else included
    finished = [one.of({**shipped, **included}) if isinstance(one, Unfinished) else one for one in items]
    later = [one for one in finished if isinstance(one, Placed)]
    _refuse_twice(everything, [one for one in later if one.rule and one.rule.name in there])
    named = {one.rule.name: one for one in later if one.rule}
    gone = [one for one in items if isinstance(one, Gone)]
    for one in gone:
        one.check(there, shipped, named)
    now = {**there, **named}
    found = list(before)
    for item in finished:
        if everything and item is everything[0]:
            found += [one for name, one in shipped.items() if name not in included]
        elif isinstance(item, Placed) and not (item.rule and item.rule.name in there):
            found.append(item)
    left_out = {one.name for one in gone}
    return [_now(one, now) for one in found if not one.rule or one.rule.name not in left_out]


def _now(one: Placed, now: Mapping[str, Placed]) -> Placed:
    """What stands in the place of a rule, where something does."""
    return now.get(one.rule.name, one) if one.rule else one


def _refuse_twice(everything: Sequence[All], named: Sequence[Placed]) -> None:
    """Add a fault where a list takes the shipped rules twice, or says twice how one of those before is to be."""
    for again in everything[1:]:
        again.source.faults.add(Placed(None, again.source, again.number).mark(), "`use: shipped` stands here twice")
    names: set[str] = set()
    for one in named:
        name = one.rule.name if one.rule else ""
        if name in names:
            one.source.faults.add(one.mark(), f"{shown(name)} stands here twice: leave one of the two out")
        names.add(name)


def _with_tests(rule: Rule | None, source: Source, number: int, first: int = 0) -> Rule | None:
    """Each test of a rule with its place in the file, and its captured accounts where they are from here; the `first`
    stand elsewhere."""
    if rule is None or not rule.tests:
        return rule
    said: Sequence[RuleTest | None] = rule.tests
    tests = tuple(_located(test, source, number, i) for i, test in enumerate(said[first:]))
    return replace(rule, tests=(*rule.tests[:first], *tests))  # type: ignore[arg-type]


def _located(test: RuleTest | None, source: Source, number: int, place: int) -> RuleTest | None:
    if test is None:
        return None
    where = placed(source.name, at(source.root, "rules", number, "tests", place))
    account = str(source.folder / Path(test.account).expanduser()) if test.account else ""
    return replace(test, place=where, account=account)
