"""A change of the config as it is proposed: the lines that it comes to, and why it may not be kept."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from threading import Lock

from bot.config import Config, ConfigError, File, backups, difference, edited, read, refuse_unwritable, replaced
from bot.desk.moves import moves_of
from bot.desk.visit import NotThere, Visit
from bot.errors import UserError
from bot.judging.moves import Move
from bot.report.escape import inline, terminal
from bot.report.figures import edge, is_share, plural
from bot.service.rule_tests import held_to_tests
from bot.signals import BY_NAME

PLACE = re.compile(r"@@ -\d+(?:,\d+)? \+(\d+)")
"""Of a diff: where the lines below it begin in the new text."""
WHERE = re.compile(r"^.*?:\d+:\d+: ")
"""Before what is said of a place in a file."""
TURN = Lock()
"""One after the other: two pages that are kept at once would both find the file as it was."""


@dataclass(frozen=True)
class Proposal:
    """What the config file would say."""

    file: File
    """As it lies there now."""
    raw: bytes
    """As it would."""
    before: Config
    after: Config
    moves: tuple[Move, ...] = ()

    @property
    def text(self) -> str:
        """What it would say."""
        return File(self.file.path, self.raw).text

    @property
    def mark(self) -> str:
        """Another as soon as a byte is of what it says now, or of what it would say."""
        return f"{self.file.mark}{File(self.file.path, self.raw).mark}"

    @property
    def is_change(self) -> bool:
        """Whether it says anything else."""
        return self.raw != self.file.raw

    @cached_property
    def hindrance(self) -> str:
        """Why it cannot be kept, and what to do; empty where it can."""
        try:
            refuse_unwritable(self.file.path)
            held_to_tests(self.after)
        except UserError as fault:
            return said(fault)
        return ""

    @property
    def tests(self) -> str:
        """How many tests stand in the rules: `5 tests`; empty where there is none."""
        many = sum(len(rule.tests) for rule in self.after.rules)
        return plural(many, "test") if many else ""

    @property
    def warnings(self) -> list[str]:
        """What is surprising of it, and was not before."""
        known = {WHERE.sub("", one) for one in self.before.warnings}
        return [one for one in self.after.warnings if WHERE.sub("", one) not in known]

    @property
    def lines(self) -> list[tuple[str, str]]:
        """The lines that change with those around them: `same`, `out`, `in`, or `place` for where they are."""
        return list(_lines(difference(self.file, self.text, "changed")))

    def keep(self) -> Path:
        """Write it; where the file is kept as it was. Raises UserError where that cannot be done: then nothing is."""
        if not self.is_change:
            raise UserError(f"{self.file.path.name} says so already: nothing was written")
        if self.hindrance:
            raise UserError(self.hindrance)
        return replaced(self.file.path, self.file.raw, self.raw)


def moved(visit: Visit) -> Proposal:
    """The bounds moved that the address carries. Raises UserError where they cannot be."""
    file, before = _now(visit)
    moves = moves_of(visit.every("move"), before)
    text = edited(file.text, file.path, moves) if moves else file.text
    return Proposal(file, file.bytes_of(text), before, read(text, file.path), tuple(moves))


def put_back(visit: Visit, name: str) -> Proposal:
    """The file as the backup of that name has it. Raises NotThere where there is none."""
    file, before = _now(visit)
    backup = next((one.path for one in backups(file.path) if one.path.name == name), None)
    if backup is None:
        raise NotThere(f"there is no backup “{inline(name, 60)}” beside {file.path.name} any more")
    kept = File.of(backup)
    try:
        return Proposal(file, kept.raw, before, read(kept.text, file.path))
    except ConfigError as fault:
        raise UserError(f"{name} is no config that can be worked by:\n{ConfigError(backup, fault.faults)}") from None


def proposed(visit: Visit) -> Proposal:
    """What the address asks for: a backup, or bounds moved."""
    backup = visit.query.get("backup", "")
    return put_back(visit, backup) if backup else moved(visit)


def kept(propose: Callable[[], Proposal], mark: str) -> Path | None:
    """Keep what is proposed, if it still has that mark; where the file is kept as it was, or None where it was changed
    meanwhile, and nothing was written. Raises UserError where it cannot be kept."""
    with TURN:
        proposal = propose()
        return proposal.keep() if proposal.mark == mark else None


def said(fault: UserError) -> str:
    """A fault with its next step."""
    words = str(fault)
    return ("\n" if "\n" in words else ": ").join(filter(None, (words, fault.next_step)))


def told(move: Move) -> str:
    """`“feed mirror”: own posts at least 40 → 75`."""
    share, end = is_share(move.signal), move.end.replace("_", " ")
    under = {"when": "", "unless": "unless ", "evidence": "needs "}[move.under]
    label = BY_NAME[move.signal].label
    return f"“{inline(move.rule, 60)}”: {under}{label} {end} {edge(move.now, share)} → {edge(move.instead, share)}"


def _now(visit: Visit) -> tuple[File, Config]:
    """The file and its config as they are saved now: another program may have changed them since the last page."""
    file = File.of(visit.seat.path)
    return file, read(file.text, file.path)


def _lines(diff: str) -> Iterator[tuple[str, str]]:
    """Of a unified diff all but its head."""
    for line in diff.split("\n")[2:]:
        if place := PLACE.match(line):
            yield "place", f"from line {place[1]}"
        else:
            yield {"-": "out", "+": "in"}.get(line[:1], "same"), terminal(line[1:])
