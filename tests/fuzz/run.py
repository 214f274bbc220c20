"""Feeds the families and gathers what left a room that should not have."""

import json
import traceback
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from tests.fuzz.rooms import FAMILIES
from tests.fuzz.samples import answers

HOUSE = Path(__file__).resolve().parents[2] / "bot"


@dataclass
class Finding:
    """One fault, however often it was met: which input shows it first, and where it stood."""

    family: str
    seed: str
    trace: str
    times: int = 1


@dataclass
class Outcome:
    """What a run did."""

    given: Counter[str] = field(default_factory=Counter)
    """Inputs by family."""
    findings: dict[str, Finding] = field(default_factory=dict)

    @property
    def inputs(self) -> int:
        """All of them."""
        return self.given.total()


def run(inputs: int, seed: int, data: Path | None = None, only: str = "") -> Outcome:
    """So many inputs, spread over the families by their shares; the same seed gives the same inputs."""
    outcome, samples = Outcome(), answers(data)
    families = {name: share for name, share in FAMILIES.items() if only in ("", name)}
    total = sum(share for _, share in families.values())
    for name, (_, share) in families.items():
        number = 0
        while outcome.given[name] < inputs * share / total:
            outcome.given[name] += max(1, once(outcome, name, f"{seed}.{number}", samples))
            number += 1
    return outcome


def once(outcome: Outcome, name: str, seed: str, samples: Mapping[str, list[str]]) -> int:
    """Feed a family once; whatever it raises is a finding."""
    family, _ = FAMILIES[name]
    try:
        return family(Random(f"{name} {seed}"), dict(samples))
    except Exception as fault:  # noqa: BLE001 - that is what is looked for
        frames = traceback.extract_tb(fault.__traceback__)
        inside = [frame for frame in frames if frame.filename.startswith(str(HOUSE))] or list(frames)
        where = f"{type(fault).__name__} at {Path(inside[-1].filename).name}:{inside[-1].lineno}"
        found = outcome.findings.setdefault(where, Finding(name, seed, traceback.format_exc(limit=-8), 0))
        found.times += 1
        return 1


def told(outcome: Outcome) -> str:
    """The figures, and each finding with what shows it."""
    lines = [f"{name:14} {count:7,} inputs" for name, count in outcome.given.items()]
    lines.append(f"{'all':14} {outcome.inputs:7,} inputs, {len(outcome.findings)} faults")
    for where, finding in outcome.findings.items():
        lines.append(
            f"\n{where} ({finding.times} times)\n  again: --only {json.dumps(finding.family)} --again {finding.seed}"
        )
        lines.append(finding.trace.rstrip())
    return "\n".join(lines)
