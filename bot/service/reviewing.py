"""A review as it goes on: one account after the other, each answer kept at once, the last one taken back."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.model import Account, Case, Judgement, Opinion
from bot.service import review
from bot.service.review import Before
from bot.store import Store


class Answer(StrEnum):
    """What may be answered, by its first letter or the whole word."""

    NOISE = "noise"
    FINE = "fine"
    KEEP = "keep"
    SKIP = "skip"
    BACK = "back"
    QUIT = "quit"
    HELP = "help"


COUNTED = {Answer.NOISE: "noise", Answer.FINE: "fine", Answer.KEEP: "kept", Answer.SKIP: "skipped"}
"""The answers that lead on to the next account, each as a session counts it."""


class Meanwhile(Exception):
    """The owner said another word on the account elsewhere, or took one back, since this session asked about it."""

    def __init__(self, account: Account, word: Judgement | None) -> None:
        super().__init__(account.id)
        self.account, self.word = account, word
        """About whom, and what stands now."""


@dataclass(frozen=True, slots=True)
class Given:
    """One answer."""

    case: Case
    answer: Answer
    before: Before
    """What stood on the account until then."""
    left: Before
    """What the answer left."""


class Session:
    """One account after the other. What is said elsewhere meanwhile is never overwritten unseen."""

    def __init__(self, cases: Sequence[Case], profile: str, store: Store) -> None:
        self.profile, self.store = profile, store
        self.open = list(cases)
        """Who is still to be asked about, in that order."""
        self.done: list[Given] = []
        self._words: Mapping[str, Judgement] = store.judgements(profile)

    @property
    def case(self) -> Case | None:
        """The one that is asked about now; None at the end."""
        return self.open[0] if self.open else None

    @property
    def place(self) -> int:
        """Which one that is, counted from 1."""
        return len(self.done) + 1

    @property
    def many(self) -> int:
        """How many there are in all."""
        return len(self.done) + len(self.open)

    def pass_over(self) -> None:
        """Ask no more about those who come next and were answered elsewhere meanwhile."""
        words = self.store.judgements(self.profile)
        while self.open and self._changed(self.open[0].account, words):
            self.open.pop(0)

    def _changed(self, account: Account, words: Mapping[str, Judgement]) -> bool:
        return words.get(account.id) != self._words.get(account.id)

    def say(self, answer: Answer, now: datetime) -> None:
        """Keep an answer of COUNTED to the case that is asked about, and go on to the next. Raises Meanwhile, keeps
        nothing and goes on where it was answered elsewhere."""
        case = self.open[0]
        account, words = case.account, self.store.judgements(self.profile)
        if self._changed(account, words):
            self.open.pop(0)
            raise Meanwhile(account, words.get(account.id))
        before = review.before(self.profile, account, self.store)
        if answer is Answer.SKIP:
            review.skip(self.profile, account, self.store, now)
        elif answer is Answer.KEEP:
            review.keep(self.profile, account, self.store, now)
        else:
            review.judge(self.profile, account, Opinion(answer.value), self.store, now)
        self.done.append(Given(case, answer, before, review.before(self.profile, account, self.store)))
        self.open.pop(0)

    def back(self) -> None:
        """Take the last answer back and ask about that account again. Raises Meanwhile and takes nothing back where
        another word stands by now; that account is then not asked about again."""
        given = self.done[-1]
        account = given.case.account
        if review.before(self.profile, account, self.store).words != given.left.words:
            self.done.pop()
            raise Meanwhile(account, self.store.judgements(self.profile).get(account.id))
        review.put_back(self.profile, given.before, self.store)
        self.open.insert(0, self.done.pop().case)

    def counts(self) -> dict[str, int]:
        """How often each was said: `noise`, `fine`, `kept`, `skipped`."""
        counted = Counter(given.answer for given in self.done)
        return {word: counted[answer] for answer, word in COUNTED.items()}
