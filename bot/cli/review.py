"""`review`: the owner's word on accounts that are borderline or undecided, asked for one account at a time."""

import argparse
import json
import sys
from collections.abc import Sequence
from datetime import UTC, datetime

from bot.cli import sending, wiring
from bot.cli.keys import Keys, Lines, answers
from bot.cli.progress import watched
from bot.cli.terminal import in_colour, table
from bot.cli.terminal import width as terminal_width
from bot.config import Config, Profile
from bot.model import Case
from bot.report import review as shown
from bot.report.escape import handle
from bot.service import review, whom
from bot.service.reviewing import Answer, Meanwhile, Session
from bot.service.sweep import Progress
from bot.store import Store

WIDEST = 100
"""Columns; longer lines are hard to read."""


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
                Asking(Session(cases, profile.name, store), keys).run()
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


class Asking:
    """A session at a terminal or a pipe: until the last account, or until the owner has enough."""

    def __init__(self, session: Session, keys: Keys | Lines) -> None:
        self.session, self.keys = session, keys
        self.bold = in_colour(sys.stdout)

    def run(self) -> None:
        """Ask about everybody; what it came to is told at the end, however that comes."""
        print(shown.opens(self.session.many))
        try:
            while (case := self.session.case) and self._asked(case):
                pass
        except BaseException:
            print()
            raise
        finally:
            print(f"\n{shown.closing(self.session.counts(), len(self.session.open))}")

    def _show(self, case: Case) -> None:
        profile, store = self.session.profile, self.session.store
        title = shown.title(case, self.session.place, self.session.many)
        word = store.judgements(profile).get(case.account.id)
        width = min(terminal_width(), WIDEST) if sys.stdout.isatty() else None
        print(f"\n\033[1m{title}\033[0m" if self.bold else f"\n{title}")
        print(shown.card(case, review.posts(profile, case.account, store), word, width), end="\n\n")

    def _asked(self, case: Case) -> bool:
        """Show an account, and ask until there is an answer that leads to another; False where there is to be none."""
        self._show(case)
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
            elif answer is Answer.BACK and not self.session.done:
                print("This is the first.")
            else:
                self._carry_out(answer)
                return True

    def _carry_out(self, answer: Answer) -> None:
        try:
            if answer is Answer.BACK:
                self.session.back()
            else:
                self.session.say(answer, datetime.now(UTC))
        except Meanwhile as other:
            print(shown.meanwhile(handle(other.account), other.word))
