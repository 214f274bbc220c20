"""The owner answers a report: obeyed once, whatever breaks off, answered in the same place; nobody else is heard."""

import json
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.actions.lifecycle import ASKED
from bot.actions.recorded import recorded_actions
from bot.model import Event, Step
from bot.platforms.base import NotNow, Unreachable
from bot.platforms.memory import Memory
from bot.service import answering, daily, pausing
from bot.service.heard import Stage, heard
from bot.service.obeying import numbered
from tests.unit.actions.world import DAY, DROP, OWNER, World

INES = "ines@town.test"
HOUR = timedelta(hours=1)


class Cut(BaseException):
    """The process is killed."""


class Thread(World):
    """Robin's world with a report that was sent: 1 is the dropper, 2 is Ines."""

    def __init__(self, folder):
        super().__init__(folder)
        self.folder = folder
        self.network.post(INES, "Good morning.")
        self.go(DAY, DAY)
        self.letter = self.report()

    def report(self):
        """The report of today, numbered and sent."""
        profile, day = self.config.profiles[0], self.clock.now().date()
        made = daily.deliver(
            profile, self.platform, self.store, self.config, self.folder / "reports", day, self.clock, by_hand=True
        )
        kept = self.store.report("home", day)
        accounts = [self.network.account(handle) for handle in (DROP, INES)]
        told = {**json.loads(kept.data), "numbered": [{"id": one.id, "handle": one.handle} for one in accounts]}
        self.store.save_report(
            "home", day, kept.markdown, kept.text, json.dumps(told), kept.at, "sent", made.where, kept.letter or "Hello"
        )
        self.clock.wait(60)
        return made.where

    def says(self, text, who=OWNER, letter=""):
        made = self.network.answer(who, letter or self.letter, text)
        self.clock.wait(60)
        return made

    @property
    def answers(self):
        return ["\n".join(m.parts) for m in self.network.messages if m.key.startswith("quietfeed-answer")]

    def reply_to(self, text):
        """What quietfeed says to it at the next sweep."""
        before = len(self.answers)
        self.says(text)
        self.sweep()
        (said,) = self.answers[before:]
        return said.replace("\u2060", "")

    def kept(self):
        return sorted(one.account.handle for one in self.store.feedback("home", "keep").values())

    def asked(self, dry=False):
        done = recorded_actions(self.store, "home", dry=dry)
        return [(a.account.handle, a.step) for a in done if a.in_force and a.is_asked]


@pytest.fixture
def thread(tmp_path):
    made = Thread(tmp_path)
    yield made
    made.store.close()


@pytest.mark.slow
def test_every_verb_is_obeyed_and_answered_in_words(thread):
    assert thread.reply_to("keep 2") == ("Kept: Ines (ines@town.test) will not be touched again. Undo with “unkeep 2”.")
    assert thread.kept() == [INES]
    assert "you keep it. First say “unkeep 2”." in thread.reply_to("mute 2 30d")
    assert thread.reply_to("unkeep 2") == "Ines (ines@town.test) is kept no longer."
    said = thread.reply_to("mute ines@town.test 60d")
    assert said.startswith("Done: Ines (ines@town.test) muted until Sat 2 May. Undo with “undo ines@town.test”.")
    assert thread.asked() == [(INES, Step.MUTE)]
    assert thread.reply_to("list 2").startswith("Done: Ines (ines@town.test) put on your list until Thu 2 Apr.")
    assert thread.asked() == [(INES, Step.LIST)]
    assert thread.reply_to("undo 2") == "Undone: the list entry of Ines (ines@town.test). It is left alone from now on."
    assert thread.reply_to("why 1").startswith("Drop (drop@market.test), 3 Mar: 24 posts in 1 day")
    assert thread.reply_to("pause 3d").startswith("Paused: nobody is touched until")
    assert pausing.until("home", thread.store, thread.clock.now())
    assert thread.reply_to("resume") == "Going on: the pause is over."
    assert thread.reply_to("help").startswith("keep 1 – never touch it")


def test_what_was_undone_by_an_earlier_answer_is_not_undone_by_a_later_one(thread):
    thread.reply_to("mute 2")
    assert thread.reply_to("undo 2").startswith("Undone: the mute of Ines")
    assert thread.reply_to("undo 2").startswith("Nothing that quietfeed did to Ines")


@pytest.mark.parametrize(("done_after", "lasts"), [(0, 3 * HOUR), (2, 3 * HOUR), (5, 6 * HOUR)])
def test_what_is_asked_for_counts_from_when_it_was_read_and_lasts_an_hour_at_least(thread, done_after, lasts):
    def trouble(request):
        if request.what in ("relations", "mute"):
            raise Unreachable("no answer")

    thread.says("mute 2 3h")
    began = thread.clock.now()
    if done_after:
        thread.network.trouble = trouble
        with suppress(Unreachable):
            thread.sweep()
        thread.clock.wait(done_after * 3600)
        thread.network.trouble = None
    thread.sweep()
    (action,) = [one for one in recorded_actions(thread.store, "home", dry=False) if one.is_asked]
    assert action.until == began + lasts


@pytest.mark.slow
@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("kep 1", "I did not understand “kep 1”. Did you mean “keep 1”?"),
        ("thanks", "I did not understand “thanks”. “help” lists what I understand."),
        ("keep 3", "That report has no 3: its numbers go from 1 to 2. Use name@host instead."),
        ("keep drip@market.test", "There is no account"),
        ("no, mute 2", "Not done while the rest is unclear: “mute 2”."),
        ("undo 2", "Nothing that quietfeed did to Ines (ines@town.test) is in force, so nothing was undone."),
        ("keep 1\nkeep @zoe@\u2067nowhere.test <b>", "I did not understand"),
    ],
)
def test_what_cannot_be_obeyed_is_asked_about_and_changes_nothing(thread, text, said):
    assert said in thread.reply_to(text)
    assert thread.asked() == []


def test_a_strangers_words_are_never_obeyed_nor_answered(thread):
    thread.network.join("zoe@else.test")
    for who in ("zoe@else.test", DROP):
        thread.says("keep 1\nmute 2\npause 30d\nhelp", who)
    thread.sweep()
    assert (thread.kept(), thread.asked(), thread.answers) == ([], [], [])
    assert heard("home", thread.store) == {}


def test_an_answer_is_obeyed_once_and_an_edited_one_not_again(thread):
    written = thread.says("keep 2")
    thread.sweep()
    thread.network.edit(written, "mute 2")
    for _ in range(3):
        thread.sweep()
    assert (thread.kept(), thread.asked(), len(thread.answers)) == ([INES], [], 1)


def test_keeping_an_account_takes_back_what_was_done_to_it_in_the_same_sweep(thread):
    thread.go(DAY, DAY)
    assert thread.muted
    thread.says("keep 1")
    thread.sweep()
    assert not thread.muted


@pytest.mark.slow
def test_in_dry_run_the_owners_word_counts_and_nobody_is_touched(thread):
    thread.config = replace(thread.config, dry_run=True)
    thread.go(DAY, DAY)
    assert "Would mute Ines (ines@town.test) until" in thread.reply_to("mute 2")
    assert thread.asked(dry=True) == [(INES, Step.MUTE)]
    assert thread.reply_to("undo 2").startswith("Undone: the mute of Ines")
    assert thread.asked(dry=True) == []
    thread.reply_to("keep 1")
    assert thread.kept() == [DROP]
    assert not thread.network.mutes


def test_a_quiet_thread_costs_one_request_a_sweep(thread):
    thread.sweep()
    before = len(thread.network.requests)
    thread.sweep()
    assert [one.what for one in thread.network.requests[before:]].count("answers") == 1


@pytest.mark.slow
def test_numbers_are_those_of_the_report_that_is_answered(thread):
    first = thread.letter
    thread.go(DAY, DAY)
    thread.letter = thread.report()
    day = thread.clock.now().date()
    kept = thread.store.report("home", day)
    only = json.dumps({"numbered": [{"id": thread.network.account(INES).id, "handle": INES}]})
    thread.store.save_report("home", day, "", "", only, kept.at, "sent", kept.where, kept.letter)
    thread.says("keep 1", letter=first)
    thread.says("unkeep 1")
    thread.clock.wait(3600)
    thread.sweep()
    assert thread.kept() == [DROP]


@pytest.mark.parametrize(("age", "kept"), [(3 * DAY - timedelta(seconds=1), [DROP]), (3 * DAY, [])])
def test_a_report_is_looked_at_for_three_days(thread, age, kept):
    made = thread.store.report("home", thread.clock.now().date()).at
    thread.says("keep 1")
    thread.clock.wait((made + age - thread.clock.now()).total_seconds())
    thread.sweep()
    assert thread.kept() == kept


@pytest.mark.slow
def test_the_newest_report_is_looked_at_in_every_sweep_and_others_once_an_hour(thread):
    thread.go(DAY, DAY)
    thread.report()
    thread.clock.wait(3600)
    looks = []
    for minutes in (0, 0, 20, 20, 20, 20, 20, 20):
        thread.clock.wait(minutes * 60)
        before = len(thread.network.requests)
        thread.sweep()
        looks.append([one.what for one in thread.network.requests[before:]].count("answers"))
    assert looks == [2, 1, 1, 1, 2, 1, 1, 2]
    thread.clock.time -= DAY / 8
    before = len(thread.network.requests)
    thread.sweep()
    assert [one.what for one in thread.network.requests[before:]].count("answers") == 2, "the clock was set back"


def test_a_report_of_which_nothing_was_sent_is_not_looked_at(thread):
    day = thread.clock.now().date()
    kept = thread.store.report("home", day)
    thread.store.save_report("home", day, "", "", kept.data, kept.at, "kept", kept.where, kept.letter)
    thread.says("keep 1")
    thread.sweep()
    assert thread.kept() == []


def test_no_more_than_so_many_answers_are_obeyed_in_a_day(thread, monkeypatch):
    monkeypatch.setattr(answering, "MOST_A_DAY", 3)
    for number in range(5):
        thread.says(f"pause {number + 1}d")
    heard_of = []
    for hours in (0, 1, 22, 1):
        thread.clock.wait(hours * 3600)
        thread.sweep()
        heard_of.append(len(heard("home", thread.store)))
    assert heard_of == [3, 3, 3, 5]
    assert [said.replace("\u2060", "")[:6] for said in thread.answers] == ["Paused"] * 5


WORDS = "mute 2 60d, pause 3d\nundo 1\nkeep 2 and 1; why 1"


def outcome(thread):
    pause = pausing.until("home", thread.store, thread.clock.now())
    asked = [e for e in thread.store.entries("home", events={Event.PLANNED}) if e.reason == ASKED]
    return thread.kept(), bool(pause), len(asked), len(thread.answers)


@pytest.mark.slow
@pytest.mark.parametrize("stroke", range(0, 60, 4))
def test_killed_anywhere_it_goes_on_at_the_next_start_and_does_nothing_twice(thread, stroke):
    """A kill before one of the writes to the store or the requests to the network, whichever comes `stroke` th."""
    thread.go(DAY, DAY)
    thread.letter = thread.report()
    thread.says(WORDS)
    left = [stroke]

    def struck(*_):
        left[0] -= 1
        if left[0] == -1:
            raise Cut

    real_note, real_record = thread.store.note, thread.store.record
    thread.store.note = lambda *given: (struck(), real_note(*given))[1]
    thread.store.record = lambda entries: (struck(), real_record(entries))[1]
    thread.network.trouble = struck
    with suppress(Cut):
        thread.sweep()
    thread.store.note, thread.store.record, thread.network.trouble = real_note, real_record, None
    thread.platform = Memory(thread.network, OWNER)
    thread.sweep()
    thread.sweep()
    assert outcome(thread) == ([DROP, INES], True, 1, 1)
    assert {one.stage for one in heard("home", thread.store).values()} == {Stage.DONE}
    assert "Undone" in thread.answers[0].replace("\u2060", "")


def test_an_answer_that_was_sent_and_not_noted_is_not_sent_again(thread):
    thread.says("keep 2")
    thread.network.lost = [Cut()]
    with suppress(Cut):
        thread.sweep()
    assert len(thread.answers) == 1
    thread.sweep()
    assert len(thread.answers) == 1
    assert [one.stage for one in heard("home", thread.store).values()] == [Stage.DONE]


def test_a_fault_of_the_network_is_told_and_the_answer_comes_later(thread):
    thread.says("keep 2")

    def trouble(request):
        if request.what == "publish":
            raise Unreachable("no answer")

    thread.network.trouble = trouble
    record = thread.sweep().record
    assert any("not be answered, yet: no answer" in sentence for sentence in record.unread)
    assert (thread.kept(), thread.answers) == ([INES], [])
    thread.network.trouble = None
    thread.sweep()
    assert len(thread.answers) == 1


@pytest.mark.slow
def test_a_command_that_the_network_fails_again_and_again_is_given_up_and_that_is_said(thread, monkeypatch):
    thread.says("keep zoe@else.test and keep 2")

    def away(*_):
        raise Unreachable("no answer")

    monkeypatch.setattr(Memory, "find", away)
    said = []
    for _ in range(6):
        thread.sweep()
        said.append((len(thread.answers), thread.kept()))
    assert said == [(0, [])] * 4 + [(1, [INES])] * 2
    assert "“keep zoe@else.test” could not be done: no answer" in thread.answers[0].replace("\u2060", "")


def test_several_that_the_network_fails_in_a_row_are_the_servers_doing(thread):
    asked = []

    def trouble(request):
        if request.what == "publish":
            asked.append(request)
            raise Unreachable("no answer")

    for number in range(5):
        thread.says(f"keep {1 + number % 2}")
    thread.network.trouble = trouble
    thread.sweep()
    assert len(asked) == 3


def test_one_that_can_never_be_answered_holds_up_no_other(thread):
    first = thread.says("keep 2")

    class Refusing(Memory):
        def answer(self, parts, letter, to, key):
            if to.id == first:
                raise NotNow("that post is gone")
            return super().answer(parts, letter, to, key)

    thread.platform = Refusing(thread.network, OWNER)
    thread.says("keep 1")
    for _ in range(6):
        thread.sweep()
    assert (thread.kept(), len(thread.answers)) == ([DROP, INES], 1)
    assert {one.stage for one in heard("home", thread.store).values()} == {Stage.DONE}


def test_nothing_is_said_where_others_would_see_it(thread):
    thread.says("keep 2")
    thread.network.privacy = "broken"
    thread.sweep()
    thread.sweep()
    assert (thread.kept(), thread.answers) == ([INES], [])
    thread.network.privacy = "known"
    thread.clock.wait(DAY.total_seconds())
    given = (thread.config.profiles[0], thread.platform, thread.store, thread.config, thread.folder)
    made = daily.deliver(*given, thread.clock.now().date(), thread.clock)
    assert (made.state, "not tried again" in made.note) == ("kept", True)


def test_a_pause_that_was_asked_for_lets_an_explicit_wish_through(thread):
    thread.says("pause 3d, mute 2")
    thread.go(DAY, DAY)
    assert thread.asked() == [(INES, Step.MUTE)]
    assert not thread.muted


@pytest.mark.parametrize(
    "data", ["{}", "[]", "null", "x", '{"numbered": 1}', '{"numbered": [{"id": "a"}]}', '{"numbered": null}']
)
def test_a_report_without_numbers_has_none(thread, data):
    kept = thread.store.report("home", thread.store.reports("home")[-1][0])
    assert numbered(replace(kept, data=data)) == ()
    assert numbered(None) == ()
