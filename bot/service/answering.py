"""The owner's answers to a report: each is read, obeyed once, and answered where it was written.

Before anything is obeyed the answer is in the store, and after each of its commands what is said to it; so whatever
is cut off goes on where it stood, and an edit, a second reading or a crash makes nobody obey twice.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING

from bot.actions.asking import Row
from bot.actions.dry_run import DryRunExecutor
from bot.actions.executor import Executor
from bot.clock import Clock
from bot.config import Config, Profile
from bot.logs import event
from bot.platforms.base import (
    Answer,
    LoginNeeded,
    NotNow,
    NotPrivate,
    Platform,
    PlatformError,
    RateLimited,
    Unsupported,
)
from bot.report.escape import terminal, unmentioned
from bot.report.split import split
from bot.service import channel
from bot.service.daily import length
from bot.service.heard import Heard, Stage, heard, keep, unfinished
from bot.store import Store, StoredReport

if TYPE_CHECKING:  # what obeys is imported with the first answer: owners answer seldom
    from bot.service.commands import Part

LATELY = timedelta(days=3)
"""So long a report is looked at for answers."""
OLDER_EVERY = timedelta(hours=1)
"""How often others than the newest report are looked at."""
EARLY = timedelta(hours=1)
"""Where answers to several reports stand in one conversation, so long before the first of them is read too: clocks
differ."""
MOST_TRIES = 5
"""How often a command or an answer that the network fails is tried."""
MOST_A_DAY = 50
"""Answers obeyed in a day: nobody writes more, and no misreading of our own words can go on and on."""


@dataclass(frozen=True)
class Ears:
    """What one profile's answers are heard and obeyed by."""

    profile: Profile
    platform: Platform
    store: Store
    config: Config
    clock: Clock
    live: Executor
    executor: Executor | DryRunExecutor

    def hear(self) -> list[str]:
        """Obey what the owner answered since this was last asked, and what was cut off then; what could not be read or
        done, each in a sentence. Raises LoginNeeded and RateLimited."""
        said: list[str] = []
        row = Row()
        for one in self._waiting(said):
            try:
                self._finish(one)
            except RateLimited:
                raise
            except PlatformError as fault:
                said.append(f"what you answered could not be done, or not be answered, yet: {fault}")
                if row.miss():
                    break
            else:
                row.reach()
        return said

    def _waiting(self, said: list[str]) -> Iterator[Heard]:
        """What was cut off, then what is new, each kept before it is handed out; what cannot be read is `said`."""
        yield from unfinished(heard(self._name, self.store).values())
        for letter, reports in self._letters().items():
            try:
                new = self._new_answers(letter, reports)
            except RateLimited:
                raise
            except PlatformError as fault:
                said.append(f"what you answered could not be read: {fault}")
                return
            for answer in new:
                yield keep(self._name, self.store, self._first_heard(answer, letter, reports))

    @property
    def _name(self) -> str:
        return self.profile.name

    def _letters(self) -> dict[str, list[StoredReport]]:
        """The reports that are looked at now, newest first, by where they can be read: on some networks all of them
        stand in one place."""
        now = self.clock.now()
        days = [day for day, state in self.store.reports(self._name) if state == "sent"]
        reports = [report for day in reversed(days[-LATELY.days :]) if (report := self.store.report(self._name, day))]
        lately = [report for report in reports if now - report.at < LATELY]
        with_older = self._looks_at_older(now)
        found: dict[str, list[StoredReport]] = {}
        for place, report in enumerate(lately):
            if place == 0 or with_older or report.where in found:
                found.setdefault(report.where, []).append(report)
        return found

    def _looks_at_older(self, now: datetime) -> bool:
        note = f"answers looked:{self._name}"
        last = self.store.noted_time(note)
        if last is not None and last <= now < last + OLDER_EVERY:
            return False
        self.store.note(note, now.isoformat())
        return True

    def _new_answers(self, letter: str, reports: Sequence[StoredReport]) -> list[Answer]:
        known = heard(self._name, self.store)
        since = min(report.at for report in reports) - EARLY
        try:
            told = self.platform.answers(letter, since, self._own_words(letter, reports, known))
        except NotNow:
            raise
        except Unsupported:
            return []  # the report was deleted, or the server has no threads: nobody answers there
        ours = {one for each in known.values() for one in each.ours}
        day_ago = self.clock.now() - timedelta(days=1)
        room = MOST_A_DAY - sum(each.at > day_ago for each in known.values())
        return [answer for answer in told if answer.id not in known and answer.id not in ours][: max(0, room)]

    def _own_words(self, letter: str, reports: Iterable[StoredReport], known: Mapping[str, Heard]) -> list[str]:
        """What quietfeed wrote in a place, or may have written."""
        most = self.platform.message_limit()
        sent = [part for report in reports for part in split(report.letter, most, length)]
        return sent + [part for each in known.values() if each.letter == letter for part in each.parts]

    def _first_heard(self, answer: Answer, letter: str, reports: Sequence[StoredReport]) -> Heard:
        """An answer as it is kept before it is obeyed: its numbers are those of the last report before it."""
        from bot.service import commands

        report = next((one for one in reports if one.at <= answer.at), reports[-1])
        text = answer.text[: commands.LONGEST]
        return Heard(answer.id, text, answer.at.astimezone(UTC), self.clock.now(), letter, report.day.isoformat())

    def _finish(self, one: Heard) -> None:
        """Obey what is left of an answer, and answer it."""
        from bot.service import commands

        try:
            if one.stage is Stage.OBEYING:
                one = self._obey(one, commands.read(one.text))
            self._answer(one)
        except RateLimited:
            raise
        except PlatformError:
            if not self._gives_up(one.id):
                raise

    def _obey(self, one: Heard, parts: "Sequence[Part]") -> Heard:
        from bot.service.commands import Command
        from bot.service.obeying import Obedience, numbered

        numbers = numbered(self.store.report(self._name, date.fromisoformat(one.day)))
        by = Obedience(
            self.profile, self.store, self.config, self.clock, self.live, self.executor,
            self.platform.find, numbers, one.at,
        )  # fmt: skip
        for part in parts[len(one.said) :]:
            self.clock.check()
            try:
                sentence = by.obey(part)
            except (RateLimited, LoginNeeded):
                raise
            except PlatformError as fault:
                if one.tries + 1 < MOST_TRIES:
                    raise
                sentence = f"“{part.said}” could not be done: {fault}"
            one = keep(self._name, self.store, replace(one, said=(*one.said, sentence)))
        verbs = ",".join(part.verb for part in parts if isinstance(part, Command))
        event("answer obeyed", profile=self._name, verbs=verbs or "none")
        words = unmentioned(terminal("\n".join(one.said)))
        told = tuple(split(words, self.platform.message_limit(), length))
        return keep(self._name, self.store, replace(one, parts=told, stage=Stage.ANSWERING, tries=0))

    def _answer(self, one: Heard) -> None:
        """Say what was done, by the way of the reports; where that is not private any more, nothing is said."""
        if not one.parts:
            self._done(one)
            return
        way = channel.way(self.profile, self.platform, self.store)
        if way.channel is None:
            self._done(one, way.why_not)
            return
        to = Answer(one.id, one.text, one.written)
        try:
            ids = self.platform.answer(one.parts, one.letter, to, _key(one))
        except NotNow:
            raise
        except NotPrivate as exposed:
            channel.remember(self._name, self.store, way.channel, self.clock.now(), str(exposed))
            self._done(one, str(exposed))
        except Unsupported as lacking:
            self._done(one, str(lacking))
        else:
            self._done(replace(one, ours=tuple(ids)))

    def _done(self, one: Heard, why_not: str = "") -> None:
        """It is over and done with: what was written and said is forgotten, and its id is not."""
        parts = () if one.ours else one.parts  # known by their ids; what may have been sent all the same, by its words
        keep(self._name, self.store, replace(one, stage=Stage.DONE, text="", said=(), parts=parts))
        if why_not:
            event("not answered", profile=self._name, why=why_not)

    def _gives_up(self, answer_id: str) -> bool:
        """Count a try that the network failed; whether it was the last one to answer."""
        now = heard(self._name, self.store)[answer_id]
        given_up = now.stage is Stage.ANSWERING and now.tries + 1 >= MOST_TRIES
        keep(self._name, self.store, replace(now, tries=now.tries + 1, stage=Stage.DONE if given_up else now.stage))
        return given_up


def _key(one: Heard) -> str:
    """What makes its answer idempotent, as a header may carry it."""
    return f"quietfeed-answer-{sha256(one.id.encode(errors='replace')).hexdigest()[:32]}"
