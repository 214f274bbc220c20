"""`review`: the owner's word on accounts that are borderline or undecided, asked for one account at a time."""

import argparse
import json
import sys
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from enum import StrEnum

from bot.cli import sending, wiring
from bot.cli.keys import Keys, Lines, answers
from bot.cli.progress import watched
from bot.cli.terminal import in_colour, table
from bot.cli.terminal import width as terminal_width
from bot.config import Config, Profile
from bot.model import Case, Opinion
from bot.report import review as shown
from bot.report.escape import handle
from bot.service import review, whom
from bot.service.review import Before
from bot.service.sweep import Progress
from bot.store import Store

WIDEST = 100
"""Columns; longer lines are hard to read."""


class Answer(StrEnum):
    """What may be answered, by its first letter or the whole word."""

    NOISE = "noise"
    FINE = "fine"
    KEEP = "keep"
    SKIP = "skip"
    BACK = "back"
    QUIT = "quit"
    HELP = "help"


SAID = {Answer.NOISE: "noise", Answer.FINE: "fine", Answer.KEEP: "kept", Answer.SKIP: "skipped"}
"""Each as a session counts it."""


def answer_of(typed: str) -> Answer | None:
    """What was meant; None where that is not clear."""
    word = typed.strip().casefold()
    if word == "?":
        return Answer.HELP
    return next((answer for answer in Answer if word and answer.startswith(word)), None)


def look(arguments: argparse.Namespace) -> int:
    """Ask about each account, or list them, the words said so far, or take some back."""
    config = wiring.config(arguments)
    profile = wiring.one(config, arguments.profile)
    with wiring.opened(config, exclusive=False) as store:
        if arguments.forget:
            return _forget(arguments.forget, profile, store)
        if arguments.judged and not arguments.json:
            return _show_judged(profile, store)
        sending.refuse_unswept(profile, store)
        cases = _queue(profile, store, config, again=arguments.again)
        if arguments.json:
            data = shown.review_data(profile.name, cases, store.judgements(profile.name))
            print(json.dumps(data, ensure_ascii=False, indent=1))
        elif arguments.list or not cases:
            print(shown.listed(cases))
        else:
            with answers() as keys:
                Session(cases, profile.name, store, keys).run()
    return 0


def _queue(profile: Profile, store: Store, config: Config, *, again: bool) -> list[Case]:
    with watched(profile.name) as watch:

        def told(done: int, total: int) -> None:
            watch(Progress("accounts looked through", done, total))

        return review.queue(profile, store, config, told, again=again)


def _forget(handles: Sequence[str], profile: Profile, store: Store) -> int:
    for account in [whom.known(typed, profile, store) for typed in handles]:
        was = review.forget(profile.name, account, store)
        print(shown.forgotten(handle(account), was, store.judgements(profile.name).get(account.id)))
    return 0


def _show_judged(profile: Profile, store: Store) -> int:
    words = sorted(store.judgements(profile.name).values(), key=lambda one: one.at)
    print(table(shown.judged(words)) if words else "you judged nobody yet; `quietfeed review` asks you")
    return 0


class Session:
    """One account after the other, until the last or until the owner has enough. Each answer is kept at once."""

    def __init__(self, cases: Sequence[Case], profile: str, store: Store, keys: Keys | Lines) -> None:
        self.cases, self.profile, self.store, self.keys = cases, profile, store, keys
        self.done: list[tuple[Before, Answer]] = []
        """What was answered, and what stood before that."""
        self.bold = in_colour(sys.stdout)

    def run(self) -> None:
        """Ask about everybody; what it came to is told at the end, however that comes."""
        print(shown.opens(len(self.cases)))
        try:
            while len(self.done) < len(self.cases):
                self._show(self.cases[len(self.done)])
                if not self._asked(self.cases[len(self.done)]):
                    break
        except BaseException:
            print()
            raise
        finally:
            print(f"\n{self._came_to()}")

    def _show(self, case: Case) -> None:
        title = shown.title(case, len(self.done) + 1, len(self.cases))
        word = self.store.judgements(self.profile).get(case.account.id)
        width = min(terminal_width(), WIDEST) if sys.stdout.isatty() else None
        print(f"\n\033[1m{title}\033[0m" if self.bold else f"\n{title}")
        print(shown.card(case, review.posts(self.profile, case.account, self.store), word, width), end="\n\n")

    def _asked(self, case: Case) -> bool:
        """Ask until there is an answer that leads to another account; False where there is to be none."""
        while True:
            print(f"{shown.KEYS} ", end="", flush=True)
            typed = self.keys.read()
            answer = Answer.QUIT if typed is None else answer_of(typed)
            print(answer or "")
            if answer is Answer.QUIT:
                return False
            if answer is None:
                print(shown.no_answer(typed or ""))
            elif answer is Answer.HELP:
                print(shown.HELP)
            elif answer is not Answer.BACK:
                self._carry_out(answer, case)
                return True
            elif self.done:
                review.put_back(self.profile, self.done.pop()[0], self.store)
                return True
            else:
                print("This is the first.")

    def _carry_out(self, answer: Answer, case: Case) -> None:
        now, account = datetime.now(UTC), case.account
        self.done.append((review.before(self.profile, account, self.store), answer))
        if answer is Answer.SKIP:
            review.skip(self.profile, account, self.store, now)
        elif answer is Answer.KEEP:
            review.keep(self.profile, account, self.store, now)
        else:
            review.judge(self.profile, account, Opinion(answer.value), self.store, now)

    def _came_to(self) -> str:
        counts = Counter(answer for _, answer in self.done)
        return shown.closing({word: counts[answer] for answer, word in SAID.items()}, len(self.cases) - len(self.done))
