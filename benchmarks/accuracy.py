"""How right the shipped rules are on accounts that were labelled by reading them, and what unseen replies would cost.

    python -m benchmarks.accuracy FOLDER [--bounds] [--strictness NAME]

FOLDER holds sets of captured histories and their labels, `dev.jsonl.gz` with `dev.labels.csv` and, where it is there,
`native-dev.jsonl.gz` with its own; columns handle, expect (act, no_act or either), label, kind, family and why. An
account counts as acted on when the deciding rule would list or mute it; `either` is not scored. Then replies are
dropped, as a server drops those that it never got. With --bounds every bound is moved a little, alone, to see what
hangs on it. Exits 1 where the figures fall below what docs/accuracy.md promises.
"""

import argparse
import csv
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random

from bot.archive import Unreadable, opened, read
from bot.config import STRICTNESSES, default_config, shipped_rules
from bot.judging.reach import FEDERATED
from bot.judging.rules import Bounds, Rule, judge
from bot.model import SELF, History, Post, Step, Verdict

PROMISED = {"dev": (0.99, 0.95), "native-dev": (1.0, 0.85)}
"""Set -> the least precision and recall."""
ACTED = (Step.LIST, Step.MUTE)
STEPS = (-0.2, -0.1, 0.1, 0.2)
"""A bound is moved by so much of the way to where it would lose its meaning, to see what hangs on it."""
UNSEEN = (0.0, 0.5, 0.8, 1.0)
"""Shares of the replies that are dropped."""
DRAWS = 5
"""How often they are drawn anew."""
PEOPLE = frozenset({"conversational", "curator", "booster"})
"""Labels of accounts behind which somebody talks or chooses."""


@dataclass(frozen=True)
class Label:
    """What a human reader expects of one account."""

    expect: str
    label: str
    kind: str
    family: str
    why: str


@dataclass(frozen=True)
class Labelled:
    """A set of accounts and what a reader expects of them."""

    name: str
    histories: tuple[History, ...]
    labels: Mapping[str, Label]


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

    def keeps(self, precision: float, recall: float) -> bool:
        """Whether they are as good as promised."""
        return not self.conversing and self.precision >= precision and self.recall >= recall

    def __str__(self) -> str:
        return (
            f"precision {self.precision:.3f} recall {self.recall:.3f}; right {self.right}, false alarms "
            f"{self.false_alarms}, missed {self.missed}, conversing people acted on {self.conversing}"
        )


def labelled(folder: Path) -> Iterator[Labelled]:
    """The sets of a folder. Says which accounts cannot be read."""
    for name in PROMISED:
        if (folder / f"{name}.jsonl.gz").exists():
            known = labels(folder / f"{name}.labels.csv")
            yield Labelled(name, tuple(histories(folder / f"{name}.jsonl.gz")), known)


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


def unseen(history: History, share: float, draw: int) -> History:
    """The history as a Mastodon server would show it that misses this share of the replies, whatever network it comes
    from: on Bluesky all see the same posts. The account says that it is no bot: where nobody says so, nobody is muted,
    and the question would answer itself."""
    chance = Random(f"{history.account.id}/{draw}")
    seen = tuple(post for post in history.posts if not (_is_reply(post) and chance.random() < share))
    return replace(history, posts=seen, account=replace(history.account, automated=False), platform=FEDERATED)


def _is_reply(post: Post) -> bool:
    return post.repost_of is None and post.reply_to not in (None, SELF)


def curve(sets: Sequence[Labelled]) -> list[str]:
    """People and curators listed or muted by the share of replies that is not seen; prints it, and returns who is
    muted."""
    rules, muted = default_config().rules, []
    print("people and curators whose replies are not seen (the worst of five draws):")
    for share in UNSEEN:
        worst: Counter[Step] = Counter()
        for draw in range(DRAWS):
            found = [(one, history) for one in sets for history in one.histories if _is_person(one, history)]
            judged = verdicts([unseen(history, share, draw) for _, history in found], rules)
            worst |= Counter(verdict.step for verdict in judged.values() if verdict.step in ACTED)
            muted += [handle for handle, verdict in judged.items() if verdict.step is Step.MUTE]
        print(f"  {share:4.0%} unseen: {worst[Step.MUTE]} muted, {worst[Step.LIST]} listed, of {len(found)}")
    return muted


def _is_person(one: Labelled, history: History) -> bool:
    label = one.labels.get(history.account.handle)
    return label is not None and label.label in PEOPLE


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
    parser.add_argument("--strictness", choices=STRICTNESSES, help="measure other shipped rules than those promised")
    asked = parser.parse_args(arguments)
    sets = list(labelled(asked.folder))
    if not sets:
        parser.error(f"{asked.folder} holds none of {', '.join(f'{name}.jsonl.gz' for name in PROMISED)}")
    if asked.strictness:
        right = [_report_strictness(one, asked.strictness) for one in sets]
        return 0 if all(right) else 1
    kept = [_report(one, bounds=asked.bounds) for one in sets]
    muted = curve(sets)
    if muted:
        print(f"muted though a person: {', '.join(sorted(set(muted)))}")
    return 0 if all(kept) and not muted else 1


def _report(one: Labelled, *, bounds: bool) -> bool:
    """Print how right the rules are on a set; whether that is as right as promised."""
    judged = verdicts(one.histories, default_config().rules)
    now = figures({handle: acts(verdict) for handle, verdict in judged.items()}, one.labels)
    missing = [handle for handle in one.labels if handle not in judged]
    print(f"{one.name}: {len(one.labels)} accounts, {len(missing)} without a verdict\n  {now}")
    _errors(judged, one.labels)
    _families(judged, one.labels)
    if bounds:
        _stability(one.histories, default_config().rules, one.labels, now)
    return now.keeps(*PROMISED[one.name]) and not missing


def _report_strictness(one: Labelled, strictness: str) -> bool:
    """Print how right shipped rules are on a set; whether they act on no conversing person, which is all that holds."""
    judged = verdicts(one.histories, shipped_rules(strictness))
    now = figures({handle: acts(verdict) for handle, verdict in judged.items()}, one.labels)
    print(f"{one.name}, {strictness}:\n  {now}")
    _errors(judged, one.labels)
    return not now.conversing


def _errors(judged: Mapping[str, Verdict], known: Mapping[str, Label]) -> None:
    for handle, verdict in judged.items():
        label = known.get(handle)
        if label and label.expect != "either" and acts(verdict) != (label.expect == "act"):
            what = "false alarm" if acts(verdict) else "missed"
            why = f"rule {verdict.rule}" if verdict.rule else verdict.abstained or "no rule fires"
            print(f"  {what:11}  {handle}  {label.label}/{label.kind}: {label.why} ({why})")


def _families(judged: Mapping[str, Verdict], known: Mapping[str, Label]) -> None:
    """Siblings are one case: count each family once, by its worst member."""
    wrong: dict[str, bool] = defaultdict(bool)
    for handle, label in known.items():
        if label.expect != "either" and handle in judged:
            wrong[label.family] |= acts(judged[handle]) != (label.expect == "act")
    print(f"  families: {len(wrong)}, with an error {sum(wrong.values())}")


def _stability(found: Sequence[History], rules: Sequence[Rule], known: Mapping[str, Label], now: Figures) -> None:
    print("  what changes when one bound moves:")
    still = 0
    for what, changed in moved(rules).items():
        judged = verdicts(found, changed)
        then = figures({handle: acts(verdict) for handle, verdict in judged.items()}, known)
        still += then == now
        if then != now:
            print(f"    {what}: {then}")
    print(f"    nothing in {still} of {len(moved(rules))} moves")


if __name__ == "__main__":
    sys.exit(main())
