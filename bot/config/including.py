"""Rules from other files: `include:` names packs and files, whose rules come first; later ones override by name."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from importlib.resources import files
from pathlib import Path
from typing import Any

from bot.config.faults import ConfigError, Faults, did_you_mean, listed, placed, shown
from bot.config.options import INCLUDED, PACKS
from bot.config.places import Placed, Source, at
from bot.config.rule_options import Change, Removal, rule_fault
from bot.config.yaml_reader import parse, text_of
from bot.errors import UserError
from bot.judging.rule_tests import RuleTest
from bot.judging.rules import Rule
from bot.model import Step

MOST_FILES = 30
"""More files than this are a mistake."""
NO_BOUNDS = "this rule has no bounds; allowed: `when:` with at least one signal, or `quota: 10/day`"

NO_STEP = f"'then' is missing; allowed: {listed(Step)}"


class Including:
    """Reads the files that a config includes, and what they include."""

    def __init__(self, faults: Faults) -> None:
        self.faults = faults
        """Of the config itself; those of the others stand among them."""
        self.files: list[Path] = []
        """Every file that was named, be it missing."""

    def rules_of(self, source: Source, values: dict[str, Any], above: tuple[str, ...] = ()) -> list[Placed]:
        """The rules of a file, included ones first, each name once. `above` are the files that include it."""
        found: list[Placed] = []
        for number, name in enumerate(values.get("include") or ()):
            if name is not None:
                later = self._included(name, source, at(source.root, "include", number), (*above, _key(source)))
                found = _joined(found, later)
        return _joined(found, [_placed(said, source, i) for i, said in enumerate(values.get("rules") or ())])

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
        key = str(path.resolve()) if path else shown_as
        if key in above or len(self.files) > MOST_FILES:
            wrong = "includes this file again" if key in above else f"is one file too many, at most {MOST_FILES}"
            source.faults.add(mark, f"{shown(name)} {wrong}: remove one of the two")
            return []
        faults = Faults(self.faults.found, self.faults.warned, shown_as)
        root = parse(text, faults)
        values = INCLUDED.values(root, faults) if root is not None else None
        included = Source(shown_as, path, root, faults) if root is not None else None
        return self.rules_of(included, values, above) if included and values else []

    def _text(self, name: str, source: Source) -> tuple[str, str, Path | None]:
        """What a pack or a file says, how it is called in messages, and where it lies."""
        if name in PACKS:
            return pack(name), name, None
        if source.path is None:
            raise UserError(f"a pack includes packs alone; allowed: {listed(PACKS)}")
        path = source.folder / Path(name).expanduser()
        self.files.append(path)
        if not path.exists():
            hint = did_you_mean(name, PACKS)
            raise UserError(f"{path} is not there, and no pack is called {shown(name)}; packs: {listed(PACKS)}{hint}")
        return text_of(path), str(Path(source.name).parent / Path(name).expanduser()), path


def pack(name: str) -> str:
    """The text of a pack that is shipped."""
    return (files("bot") / "data" / "packs" / f"{name}.yaml").read_text("utf-8")


def _key(source: Source) -> str:
    return str(source.path.resolve()) if source.path else source.name


def _placed(said: "Rule | Change | Removal | None", source: Source, number: int) -> "Placed | Unfinished | Gone":
    if isinstance(said, Removal):
        return Gone(said.name, source, number)
    if isinstance(said, Change):
        return Unfinished(said, source, number)
    return Placed(_with_tests(said, source, number), source, number)


@dataclass(frozen=True)
class Unfinished:
    """A change of an earlier rule, and the place where it stands."""

    change: Change
    source: Source
    number: int

    def of(self, earlier: Rule | None, names: Collection[str]) -> Placed:
        """The rule that it makes of the earlier one of its name; a fault where there is none among these `names`."""
        here = Placed(None, self.source, self.number)
        if earlier is None:
            near = did_you_mean(self.change.name, names)
            unknown = f"; no included rule is called {shown(self.change.name)}{near}" if names else ""
            self.source.faults.add(here.mark(), (NO_STEP if "when" in self.change.values else NO_BOUNDS) + unknown)
            return here
        changed = _with_tests(self.change.of(earlier), self.source, self.number, len(earlier.tests))
        if complaint := rule_fault(changed) if changed else None:
            self.source.faults.add(here.mark(), complaint)
        return replace(here, rule=changed)


@dataclass(frozen=True)
class Gone:
    """That an earlier rule is to go, and the place where that stands."""

    name: str
    source: Source
    number: int

    def check(self, names: Collection[str], beside: Collection[str]) -> None:
        """Add a fault where there is none among these `names`, or where it is one of those that stand `beside` it."""
        wrong = f"no included rule is called {shown(self.name)}{did_you_mean(self.name, names)}"
        if not names:
            wrong = "only an included rule can be removed, and none is included; allowed: `include: standard`"
        if self.name in beside:
            wrong = f"{shown(self.name)} is removed here and stands here too: leave one of the two out"
        if self.name not in names or self.name in beside:
            self.source.faults.add(Placed(None, self.source, self.number).mark("name"), wrong)


def _joined(before: Sequence[Placed], later: Sequence[Placed | Unfinished | Gone]) -> list[Placed]:
    """The rules of two files in a row: one of the same name takes the earlier one's place, or takes it away."""
    earlier = {one.rule.name: one.rule for one in before if one.rule}
    places = {one.rule.name: i for i, one in enumerate(before) if one.rule}
    gone = {one.name: one for one in later if isinstance(one, Gone)}
    others = {one.change.name for one in later if isinstance(one, Unfinished)}
    others |= {one.rule.name for one in later if isinstance(one, Placed) and one.rule}
    for removal in gone.values():
        removal.check(earlier, others)
    joined = list(before)
    for one in later:
        if isinstance(one, Gone):
            continue
        finished = one.of(earlier.get(one.change.name), earlier) if isinstance(one, Unfinished) else one
        place = places.get(finished.rule.name) if finished.rule else None
        if place is None:
            joined.append(finished)
        else:
            joined[place] = finished
    return [one for one in joined if one.rule is None or one.rule.name not in gone]


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
