"""What is remembered of one profile, as a replay takes it up."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.model import Basis, Entry, Event, Judging, Standing


@dataclass(frozen=True)
class Record:
    """The judgings of one profile and its ledger, both in the order in which they were written."""

    judgings: Sequence[Judging]
    entries: Sequence[tuple[int, Entry]]
    """Each with its number, which judgings name too."""

    @property
    def looks(self) -> Iterator[Judging]:
        """The judgings of own feeds: all but those in which the quotas of a day were held."""
        return (judging for judging in self.judgings if judging.day is None)

    def since(self, time: datetime) -> "Record":
        """The same without what was written before the first judging at that time or later; nothing where there is
        none."""
        first = next((number for number, one in enumerate(self.judgings) if one.at >= time), len(self.judgings))
        judgings = self.judgings[first:]
        begin = judgings[0].entry if judgings else 0
        return Record(judgings, [one for one in self.entries if one[0] > begin])

    def of(self, accounts: Collection[str]) -> "Record":
        """The same of some accounts alone; judgings stay, for time goes on with them."""
        judgings = [replace(one, bases=tuple(b for b in one.bases if b.account in accounts)) for one in self.judgings]
        return Record(judgings, [one for one in self.entries if one[1].account.id in accounts])

    def before(self, later: "Record") -> "Record":
        """What comes before another, later part of it."""
        end = later.judgings[0].entry if later.judgings else 0
        many = len(self.judgings) - len(later.judgings)
        return Record(self.judgings[:many], [one for one in self.entries if one[0] <= end])

    def in_turn(self) -> Iterator[Judging | Entry]:
        """Judgings, and what the ledger tells of actions, each in its turn."""
        entries = iter(self.entries)
        held = next(entries, None)
        for judging in self.judgings:
            while held is not None and held[0] <= judging.entry:
                if held[1].event is not Event.JUDGED:
                    yield held[1]
                held = next(entries, None)
            yield judging
        while held is not None:
            if held[1].event is not Event.JUDGED:
                yield held[1]
            held = next(entries, None)


class Standings:
    """How the owner stood to accounts, as it was asked."""

    def __init__(self, judgings: Sequence[Judging]) -> None:
        self._asked: defaultdict[str, list[tuple[datetime, Standing]]] = defaultdict(list)
        for judging in judgings:
            for basis in judging.bases:
                if basis.standing is not None:
                    self._asked[basis.account].append((judging.at, basis.standing))

    def of(self, basis: Basis, at: datetime) -> Standing | None:
        """How the owner stood to the account: as was asked then; where it was not, as was asked before, else as was
        asked first afterwards. None where it was asked and not told."""
        if basis.standing is not None or basis.rule is not None or basis.untold:
            return basis.standing
        asked = self._asked.get(basis.account)
        if not asked:
            return Standing(following=True)
        place = bisect_right([time for time, _ in asked], at)
        return asked[max(place - 1, 0)][1]

    def first_asked(self, account: str) -> datetime | None:
        """When it was first asked; None where it never was."""
        asked = self._asked.get(account)
        return asked[0][0] if asked else None
