"""What a changed config would have changed, in numbers and in words."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.model import Account, Comparison, Entry, Event, Judgement, Opinion, Quote, RuleReading, Step, Verdict
from bot.report.shapes import TryJson
from bot.tuning.data import try_data
from bot.tuning.difference import Difference, Kind, Timeline, difference, kind_of
from bot.tuning.outcomes import Fate, Outcome, Replay
from bot.tuning.trial import Pair
from bot.tuning.words import nothing_new, text
from tests.shapes import misfits

NOW = datetime(2026, 3, 2, tzinfo=UTC)
DAY = timedelta(days=1)
HOLDS = Comparison("link_share", 1.0, 0.9, None, holds=True)
MISSES = Comparison("link_share", 0.8, 0.9, None, holds=False)


def outcome(name: str, step: Step | None = None, *, waits: bool = False, **told) -> Outcome:
    found = step is not None or waits
    account = Account(name, f"{name}@market.test", display_name=told.pop("shown", ""))
    held = RuleReading("dropper", fires=found, when=(HOLDS if found else MISSES,))
    readings = {"own_posts": 120.0, "days_seen": 4.0, "link_share": 1.0 if found else 0.8}
    asked, place = step or (Step.MUTE if waits else None), 0 if found else None
    verdict = Verdict(account, "dropper" if found else None, asked, (held,), readings, fired=place)
    entry = Entry(
        NOW,
        "home",
        account,
        Event.PLANNED if step else Event.JUDGED,
        rule=verdict.rule,
        step=verdict.step,
        comparisons=held.when,
        readings=readings,
        quote=Quote(told.pop("says", "Buy now"), "https://market.test/1", NOW) if found else None,
    )
    asked = told.pop("asked", True)
    entry = replace(entry, **told)
    return Outcome(verdict, entry, Fate(step or (entry.step if waits else None), waits), asked)


def replayed(*outcomes: Outcome) -> Replay:
    found = {one.verdict.account.id: one for one in outcomes}
    return Replay({account: one.fate for account, one in found.items()}, found.__getitem__, ())


def held(before: list[Outcome], after: list[Outcome], counts=None, judgements=None, unread: int = 0) -> Difference:
    timeline = Timeline(NOW - 30 * DAY, NOW, counts or {"a": 10, "b": 30, "friend": 60})
    return difference(Pair(replayed(*before), replayed(*after)), timeline, judgements or {}, unread)


def told(found: Difference) -> str:
    return text(found, "new.yaml", "the config in use", UTC)


ALONE, WAITS = outcome("a"), outcome("a", waits=True, limit="unconfirmed", reason="waits for a second look")
WAITS_FOR_LIST = replace(WAITS, entry=replace(WAITS.entry, step=Step.LIST), fate=Fate(Step.LIST, waits=True))
MUTED, LISTED, REPORTED = (outcome("a", step) for step in (Step.MUTE, Step.LIST, Step.REPORT))


@pytest.mark.parametrize(
    ("before", "after", "kind"),
    [
        (ALONE, ALONE, None),
        (MUTED, MUTED, None),
        (ALONE, MUTED, Kind.QUIETED),
        (WAITS, MUTED, Kind.QUIETED),
        (REPORTED, LISTED, Kind.QUIETED),
        (LISTED, MUTED, Kind.STEP),
        (MUTED, REPORTED, Kind.STEP),
        (ALONE, WAITS, Kind.WAITS),
        (REPORTED, WAITS, Kind.WAITS),
        (MUTED, WAITS, Kind.PUT_OFF),
        (WAITS, WAITS, None),
        (WAITS, WAITS_FOR_LIST, Kind.STEP),
        (ALONE, REPORTED, Kind.REPORTED),
        (MUTED, ALONE, Kind.SPARED),
        (WAITS, ALONE, Kind.SPARED),
        (REPORTED, ALONE, Kind.SPARED),
    ],
)
def test_how_an_account_fares_otherwise(before, after, kind):
    assert kind_of(before.fate, after.fate) is kind


def test_noise_is_the_part_of_the_timeline_of_all_who_are_found():
    found = held([outcome("a", Step.MUTE), outcome("b")], [outcome("a", Step.MUTE), outcome("b", waits=True)])
    assert (found.noise_before, found.noise_after) == (0.1, 0.4)
    assert "10 % → 40 % of your timeline" in told(found)


def test_the_loudest_account_of_each_kind_comes_first():
    found = held([outcome("a"), outcome("b")], [outcome("a", Step.MUTE), outcome("b", Step.MUTE)])
    assert [change.account.id for change in found.changes] == ["b", "a"]


def test_who_is_newly_quieted_is_told_with_the_reason_a_post_and_what_it_missed_before():
    words = told(held([outcome("a")], [outcome("a", Step.MUTE)]))
    assert "a@market.test   left alone → mute   10 % of your timeline" in words
    assert "120 posts in 4 days, every one with a link (“dropper”)." in words
    assert "Until now: 4 in 5 posts with a link, where at least 90 % is asked for." in words
    assert "“Buy now”" in words


def test_who_is_spared_is_told_with_what_it_misses_now():
    words = told(held([outcome("a", Step.MUTE)], [outcome("a")]))
    assert "now left alone                1   a@market.test" in words
    assert "Now: 4 in 5 posts with a link, where at least 90 % is asked for." in words


def test_who_is_spared_by_a_protection_is_told_so():
    words = told(held([outcome("a", Step.MUTE)], [outcome("a", protection="mutual", reason="you follow each other")]))
    assert "Now: you follow each other." in words


def test_what_waits_says_what_for():
    words = told(held([ALONE], [WAITS]))
    assert "left alone → mute (not yet)" in words
    assert "Not yet: waits for a second look." in words


def test_a_step_that_waits_and_would_be_another_one_says_once_what_it_waits_for():
    words = told(held([WAITS], [WAITS_FOR_LIST]))
    assert "another step                  1   a@market.test (list)" in words
    assert "mute (not yet) → list (not yet)" in words
    assert words.count("waits for a second look") == 1
    data = try_data(held([WAITS], [WAITS_FOR_LIST]), "new", "old", UTC)["changes"][0]
    assert (data["before"], data["after"], data["waits_before"], data["waits_after"]) == (None, None, "mute", "list")


def test_what_was_done_and_only_waits_now_is_not_called_found_anew():
    words = told(held([MUTED], [WAITS], judgements={"a": Judgement(MUTED.verdict.account, Opinion.FINE, NOW, "kept")}))
    assert "now only waiting              1   a@market.test (mute)" in words
    assert "mute → mute (not yet)" in words
    assert "it would still be quieted" in words


def test_who_waits_to_be_quieted_counts_as_quieted_against_the_owners_word():
    noise = {"a": Judgement(WAITS.verdict.account, Opinion.NOISE, NOW, "reviewed")}
    assert held([ALONE], [WAITS], judgements=noise).as_said == (0, 1)
    fine = {"a": Judgement(WAITS.verdict.account, Opinion.FINE, NOW, "reviewed")}
    assert held([WAITS], [REPORTED], judgements=fine).as_said == (0, 1)


def test_who_was_never_asked_about_is_told_so():
    assert "was never asked" in told(held([outcome("a")], [outcome("a", Step.MUTE, asked=False)]))
    assert "was never asked" not in told(held([outcome("a")], [outcome("a", Step.MUTE)]))


def test_an_answer_that_came_later_says_so_where_the_change_hangs_on_it():
    later = "How you stand to it was first asked on 9 Mar: that answer is taken for the days before, too."

    def words(after: Outcome) -> str:
        return told(held([outcome("a") if after.step or after.waits else outcome("a", Step.MUTE)], [after]))

    first = NOW + 7 * DAY
    assert later in words(replace(outcome("a", Step.MUTE), asked_later=first))
    assert later in words(replace(outcome("a", waits=True), asked_later=first))
    assert later in words(replace(outcome("a", protection="mutual", reason="you follow each other"), asked_later=first))
    assert later not in words(replace(outcome("a"), asked_later=first)), "no bond keeps it from anything"
    assert later not in words(outcome("a", Step.MUTE))


def test_who_is_spared_since_a_quota_is_in_the_way_is_told_so():
    fires = replace(outcome("a", waits=True), fate=Fate(None))
    assert "a mute until midnight was in force whenever it was judged" in told(held([outcome("a", Step.MUTE)], [fires]))


def test_the_owners_own_judgements_are_what_a_change_is_measured_by():
    account = outcome("a").verdict.account
    fine = {
        "a": Judgement(account, Opinion.FINE, NOW - DAY, "kept"),
        "b": Judgement(outcome("b").verdict.account, Opinion.NOISE, NOW, "confirmed"),
    }
    found = held(
        [outcome("a"), outcome("b", Step.LIST)], [outcome("a", Step.MUTE), outcome("b", Step.LIST)], judgements=fine
    )
    assert found.as_said == (2, 1)
    words = told(found)
    assert "You called it fine on 1 Mar (kept): this change goes against you." in words
    assert "Of 2 accounts you judged yourself: 1 account as you said" not in words
    assert "Of 2 accounts you judged yourself: 1 as you said (before: 2)." in words
    assert "Of 1 you called fine it would quiet 1 (was 0)." in words
    back = held([outcome("a", Step.MUTE)], [outcome("a")], judgements=fine)
    assert "as you said." in told(back)


def test_who_is_called_fine_and_would_be_quieted_otherwise_is_still_quieted():
    fine = {"a": Judgement(MUTED.verdict.account, Opinion.FINE, NOW, "reviewed")}
    assert "it would still be quieted" in told(held([MUTED], [LISTED], judgements=fine))
    assert "as you said" in told(held([MUTED], [REPORTED], judgements=fine))


def test_what_was_never_read_is_counted():
    words = told(held([ALONE], [ALONE], unread=3))
    assert "nobody fares otherwise" in words
    assert "3 accounts would be looked at for the first time" in words


def test_hostile_words_steer_no_terminal():
    evil = "\x1b[2J\u202ebad\nline"
    words = told(held([outcome("a")], [outcome("a", Step.MUTE, says=evil, shown=evil, reason=evil)]))
    assert "\x1b" not in words
    assert "\u202e" not in words
    assert not any(line.startswith("line") for line in words.splitlines())


def test_a_hundred_changes_are_counted_and_the_first_of_them_told():
    names = [f"n{number}" for number in range(100)]
    found = held([outcome(one) for one in names], [outcome(one, Step.MUTE) for one in names])
    words = told(found)
    assert "newly quieted               100" in words
    assert "88 more fare otherwise" in words
    assert len(words) < 5_000
    assert len(try_data(found, "new", "old", UTC)["changes"]) == 100


def test_the_json_has_its_shape_and_tells_every_change():
    found = held([outcome("a"), outcome("b", Step.MUTE)], [outcome("a", waits=True, limit="unconfirmed"), outcome("b")])
    data = try_data(found, "new.yaml", "the config in use", UTC)
    assert misfits(dict(data), TryJson) == []
    assert [(one["handle"], one["before"], one["after"], one["limit"]) for one in data["changes"]] == [
        ("a@market.test", None, None, "unconfirmed"),
        ("b@market.test", "mute", None, None),
    ]


def test_a_config_that_changes_nothing_says_what_to_do():
    assert nothing_new("config.yaml", UTC, [NOW]) == (
        "config.yaml says what is judged by since 2 Mar: nothing would change. Edit a line, save it, and try again."
    )
