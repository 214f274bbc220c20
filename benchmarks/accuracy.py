"""How right the shipped rules are on accounts that were labelled by reading them.

    python -m benchmarks.accuracy FOLDER [--bounds]

FOLDER holds `dev.jsonl.gz` (captured histories) and `dev.labels.csv` with the columns handle, expect (act, no_act or
either), label, kind, family and why. An account counts as acted on when the deciding rule would list or mute it;
`either` is not scored. With --bounds every bound is moved a little, alone, to see what hangs on it.
Exits 1 where the figures fall below the bounds that docs/accuracy.md promises.
"""

import argparse
import csv
import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from bot.archive import Unreadable, opened, read
from bot.config import default_config
from bot.judging.rules import Bounds, Rule, judge
from bot.model import History, Step, Verdict

PRECISION, RECALL = 0.97, 0.90
ACTED = (Step.LIST, Step.MUTE)
STEPS = (-0.2, -0.1, 0.1, 0.2)
"""A bound is moved by so much of the way to where it would lose its meaning, to see what hangs on it."""


@dataclass(frozen=True)
class Label:
    """What a human reader expects of one account."""

    expect: str
    label: str
    kind: str
    family: str
    why: str


@dataclass(frozen=True)
class Figures:
    """How often the rules and the reader agree."""

    right: int
    false_alarms: int
    missed: int
    conversing: int
    """Conversing people acted on: the one thing that must not happen."""

    @property
    def precision(self) -> float:
        """Share of the accounts acted on that should be."""
        return self.right / max(1, self.right + self.false_alarms)

    @property
    def recall(self) -> float:
        """Share of the accounts to act on that were."""
        return self.right / max(1, self.right + self.missed)

    @property
    def good(self) -> bool:
        """Whether they keep what docs/accuracy.md promises."""
        return not self.conversing and self.precision >= PRECISION and self.recall >= RECALL

    def __str__(self) -> str:
        return (
            f"precision {self.precision:.3f} recall {self.recall:.3f}; right {self.right}, false alarms "
            f"{self.false_alarms}, missed {self.missed}, conversing people acted on {self.conversing}"
        )


def histories(path: Path) -> list[History]:
    """The captured histories of a file."""
    with opened(str(path)) as lines:
        found = list(read(lines, default_config().lexicon))
    broken = [item for item in found if isinstance(item, Unreadable)]
    for item in broken:
        print(f"{path}:{item.line}: {item.reason}", file=sys.stderr)
    return [item for item in found if isinstance(item, History)]


def labels(path: Path) -> dict[str, Label]:
    """Handle -> label."""
    with path.open(newline="", encoding="utf-8") as file:
        return {
            row["handle"]: Label(row["expect"], row["label"], row["kind"], row["family"], row["why"])
            for row in csv.DictReader(file)
        }


def figures(acted: Mapping[str, bool], known: Mapping[str, Label]) -> Figures:
    """Compare actions with labels, both by handle."""
    scored = {handle: label for handle, label in known.items() if label.expect != "either" and handle in acted}
    wanted = {handle for handle, label in scored.items() if label.expect == "act"}
    done = {handle for handle in scored if acted[handle]}
    conversing = sum(scored[handle].label == "conversational" for handle in done)
    return Figures(len(wanted & done), len(done - wanted), len(wanted - done), conversing)


def acts(verdict: Verdict) -> bool:
    """Whether the verdict would move or silence the account."""
    return verdict.step in ACTED and not verdict.shadow


def verdicts(found: Iterable[History], rules: Sequence[Rule]) -> dict[str, Verdict]:
    """Handle -> verdict."""
    minimum = default_config().minimum
    return {history.account.handle: judge(history, rules, minimum) for history in found}


def moved(rules: Sequence[Rule]) -> dict[str, list[Rule]]:
    """Every bound of the rules moved by each step, alone: what was moved -> the rules."""
    found = {}
    for place, rule in enumerate(rules):
        for signal, bounds in rule.when.items():
            for step in STEPS:
                other = {**rule.when, signal: _moved(bounds, step)}
                changed = replace(rule, when=other)
                found[f"{rule.name}: {signal} {step:+.0%}"] = [*rules[:place], changed, *rules[place + 1 :]]
    return found


def _moved(bounds: Bounds, step: float) -> Bounds:
    """A share's bound moves by a part of its distance to 0 or 1, whichever is nearer; a count by a part of itself."""
    return Bounds(*(None if b is None else _shift(b, step) for b in (bounds.at_least, bounds.at_most)))


def _shift(bound: float, step: float) -> float:
    room = min(bound, 1 - bound) if 0 < bound < 1 else bound
    return bound + step * room


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the figures and every error; where asked, what hangs on each bound."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.accuracy", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("folder", type=Path, help="holds dev.jsonl.gz and dev.labels.csv")
    parser.add_argument("--bounds", action="store_true", help="move every bound a little")
    asked = parser.parse_args(arguments)
    found, known = histories(asked.folder / "dev.jsonl.gz"), labels(asked.folder / "dev.labels.csv")
    rules = default_config().rules
    judged = verdicts(found, rules)
    now = figures({handle: acts(verdict) for handle, verdict in judged.items()}, known)
    missing = [handle for handle in known if handle not in judged]
    print(f"{len(known)} accounts, {len(missing)} without a verdict\n{now}")
    _errors(judged, known)
    _families(judged, known)
    if asked.bounds:
        _stability(found, rules, known, now)
    return 0 if now.good and not missing else 1


def _errors(judged: Mapping[str, Verdict], known: Mapping[str, Label]) -> None:
    for handle, verdict in judged.items():
        label = known.get(handle)
        if label and label.expect != "either" and acts(verdict) != (label.expect == "act"):
            what = "false alarm" if acts(verdict) else "missed"
            why = f"rule {verdict.rule}" if verdict.rule else verdict.abstained or "no rule fires"
            print(f"{what:11}  {handle}  {label.label}/{label.kind}: {label.why} ({why})")


def _families(judged: Mapping[str, Verdict], known: Mapping[str, Label]) -> None:
    """Siblings are one case: count each family once, by its worst member."""
    wrong: dict[str, bool] = defaultdict(bool)
    for handle, label in known.items():
        if label.expect != "either" and handle in judged:
            wrong[label.family] |= acts(judged[handle]) != (label.expect == "act")
    print(f"families: {len(wrong)}, with an error {sum(wrong.values())}")


def _stability(found: Sequence[History], rules: Sequence[Rule], known: Mapping[str, Label], now: Figures) -> None:
    print("what changes when one bound moves:")
    still = 0
    for what, changed in moved(rules).items():
        judged = verdicts(found, changed)
        then = figures({handle: acts(verdict) for handle, verdict in judged.items()}, known)
        still += then == now
        if then != now:
            print(f"  {what}: {then}")
    print(f"  nothing in {still} of {len(moved(rules))} moves")


if __name__ == "__main__":
    sys.exit(main())
