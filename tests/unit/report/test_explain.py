"""An account's verdict is explained so that the owner can agree or mend the rule; status and tables fit their place."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from bot.actions.entries import judged
from bot.judging import reach
from bot.model import Account, Comparison, Decision, Quote, RuleReading, Standing, Step, SweepRecord, Verdict
from bot.report.data import entry_data, verdict_data
from bot.report.explain import explain as explained
from bot.report.explain import explain_data, outcome
from bot.report.figures import edge, number, percent, span
from bot.report.health import Health, Level, health_data
from bot.report.status import ProfileStatus, status_data
from bot.report.tables import Table, drawn, shown

explain = partial(explained, whole=True)
NOW = datetime(2026, 11, 22, 7, tzinfo=UTC)
BOUNDS = (
    Comparison("own_posts", 120, 40, None, True),
    Comparison("link_share", 0.97, 0.9, None, True),
    Comparison("reply_share", 0.0, None, 0.02, True),
)
FIRES = RuleReading("link broadcaster", True, BOUNDS)
MISSES = RuleReading("self-promoter", False, (Comparison("own_site_share", 0.42, 0.6, None, False), BOUNDS[1]))
MUTED = Verdict(
    Account("1", "deals@example.com"),
    "link broadcaster",
    Step.MUTE,
    (FIRES, MISSES),
    {"own_posts": 120.0, "days_seen": 33.0},
    fired=0,
    evidence=("https://example.com/@deals/1",),
    duration=timedelta(days=30),
)

WELL = health_data(Health(Level.OK, "home read just now"))


def spared(*rules: RuleReading, abstained: str | None = None) -> Verdict:
    return replace(
        MUTED, rule=None, fired=None, step=None, rules=rules, abstained=abstained, evidence=(), duration=None
    )


def flat(text: str) -> str:
    """The text with its columns pulled together."""
    return "\n".join(" ".join(line.split()) for line in text.splitlines())


def test_a_firing_rule_shows_each_reading_against_its_bound_and_what_would_spare() -> None:
    told = flat(explain(MUTED, Decision(MUTED, Step.MUTE)))
    assert "deals@example.com: “link broadcaster” fires, so it would be muted for 30 days" in told
    assert "Judged from its own feed: 120 own posts over 33 days." in told
    assert "✓ link_share 0.97 ≥ 0.90 spared below 0.90: about 10 more own posts without a link" in told
    assert "✓ reply_share 0.00 ≤ 0.02 spared above 0.02: about 3 more replies to others" in told
    assert "✓ own_posts 120 ≥ 40 spared below 40: 80 away" in told
    assert "https://example.com/@deals/1" in told


@pytest.mark.parametrize(("share", "words"), [
    (1.0, ""),
    (0.95, "Your server has about 95 % of its posts."),
    (None, "How many of its posts your server has is not known."),
])  # fmt: skip
def test_how_much_of_the_account_was_seen_is_told(share: float | None, words: str) -> None:
    verdict = replace(MUTED, seen_share=share)
    assert words in explain(verdict)
    assert ("your server has" in explain(verdict).lower()) is bool(words)
    assert explain_data(verdict)["seen_share"] == share


@pytest.mark.parametrize(("share", "words"), [
    (0.83, "so it would be put on a list for 30 days; no more than that, for your server has about 83 % of its posts"),
    (None, "no more than that, for how many of its posts your server has is not known"),
])  # fmt: skip
def test_a_verdict_on_too_few_posts_says_why_it_is_no_harsher(share: float | None, words: str) -> None:
    assert words in explain(reach.lowered(replace(MUTED, seen_share=share))).splitlines()[0]


def test_the_counted_posts_would_indeed_spare() -> None:
    assert 3 / (3 + 120) > 0.02 >= 2 / (2 + 120)
    assert 0.97 * 120 / (120 + 10) < 0.9 <= 0.97 * 120 / (120 + 9)


def test_a_rule_that_does_not_fire_says_which_bound_it_misses_and_by_how_much() -> None:
    told = flat(explain(MUTED))
    assert "self-promoter: does not fire" in told
    assert "✗ own_site_share 0.42 ≥ 0.60 misses by 0.18" in told


def test_an_unknown_reading_is_said_and_the_rule_abstains() -> None:
    unknown = RuleReading(
        "burst", False, (Comparison("burst_days", None, 3, None, False),), (), "burst_days cannot be known"
    )
    told = flat(explain(spared(unknown, abstained="burst_days cannot be known")))
    assert "left alone, too little is known: burst_days cannot be known" in told
    assert "✗ burst_days unknown ≥ 3" in told


def test_an_exception_that_holds_is_shown_as_what_spares() -> None:
    kept = RuleReading("feed", False, BOUNDS[:2], (Comparison("answered_people", 9, 5, None, True),), near=True)
    told = flat(explain(spared(kept)))
    assert "left alone, though “feed” nearly fired" in told
    assert "✗ unless answered_people 9 ≥ 5 this exception spares it" in told


def test_a_protection_is_explained_by_its_reason() -> None:
    decision = Decision(MUTED, None, "mutual", "you follow each other")
    standing = Standing(following=True, followed_by=True, answered=NOW, lists=("Friends",))
    told = explain(MUTED, decision, standing)
    assert "fires, but it is left alone: you follow each other" in told
    assert "You and it: you follow each other, on your list Friends, you answered it on 22 Nov." in told


def test_a_timeline_alone_is_called_a_hint() -> None:
    told = explain(replace(MUTED, complete=False))
    assert told.count("your timeline only: a hint, no more") == 1


def test_a_shadow_rule_only_watches() -> None:
    assert outcome(replace(MUTED, shadow=True)) == "“link broadcaster” fires, but that rule only watches (mode: shadow)"


def test_a_history_without_rules_is_left_alone() -> None:
    assert outcome(spared()) == "left alone, no rule fires"


def test_an_explanation_of_a_hostile_account_is_harmless() -> None:
    evil = replace(MUTED, account=Account("1", "\x1b]0;x\x07\u202ea@b.test"), evidence=("\x1b[2Jx",))
    told = explain(evil)
    assert told.startswith("]0;xa@b.test: ")
    assert "\x1b" not in told


def test_an_explanation_as_json_holds_every_rule_and_bound() -> None:
    told = json.loads(json.dumps(explain_data(MUTED, Decision(MUTED, Step.MUTE, until=NOW), Standing(following=True))))
    assert (told["rule"], told["step"], told["until"]) == ("link broadcaster", "mute", "2026-11-22T07:00:00+00:00")
    assert [rule["decides"] for rule in told["rules"]] == [True, False]
    assert told["rules"][1]["when"][0]["turning"] == "misses by 0.18"
    assert told["standing"] == ["you follow it, it is not known whether it follows you"]


def test_a_decision_for_a_program_is_one_object() -> None:
    decision = Decision(MUTED, None, "mutual", "you follow each other")
    told = json.loads(json.dumps(entry_data(judged("me", decision, "f", NOW, dry=True))))
    assert {"profile", "handle", "rule", "step", "protection", "readings", "evidence"} <= told.keys()
    assert (told["profile"], told["handle"], told["step"], told["protection"]) == (
        "me",
        "deals@example.com",
        None,
        "mutual",
    )
    assert told["comparisons"][1]["reading"] == 0.97


def test_a_verdict_for_a_program_names_rule_step_and_readings() -> None:
    told = json.loads(json.dumps(verdict_data(MUTED)))
    assert (told["handle"], told["rule"], told["step"]) == ("deals@example.com", "link broadcaster", "mute")
    assert told["readings"]["own_posts"] == 120
    assert told["abstained"] is None


SWEEP = SweepRecord(
    "me", NOW, NOW, posts=90, new_posts=31, suspects=4, own_feeds=3, requests=12, allowed=300, remaining=280
)


def test_status_as_json_keeps_numbers_numbers() -> None:
    told = json.loads(json.dumps(status_data([ProfileStatus("me", "mastodon", last=SWEEP)], WELL)))
    assert told["profiles"][0]["last_sweep"]["usage"]["requests"] == 12
    assert told["profiles"][0]["next_sweep"] is None


HOSTILE = Table(("handle", "posts"), (("[red]a\tb\n\x1b[1mc", "12"),), numbers=frozenset({"posts"}))


def test_a_pipe_gets_one_line_a_row_whatever_the_cells_hold() -> None:
    assert shown(HOSTILE, terminal=False) == "handle\tposts\n[red]a b [1mc\t12"


def test_a_terminal_gets_a_table_without_markup_from_cells() -> None:
    table = drawn(HOSTILE, 60, colour=False)
    assert "[red]a b [1mc" in table
    assert "\x1b" not in table
    assert "\x1b" in drawn(HOSTILE, 60)


@pytest.mark.parametrize(
    ("told", "meant"),
    [
        (number(0.97, True), "0.97"),
        (number(0.0, True), "0.00"),
        (number(3.4), "3.4"),
        (number(1432.0), "1,432"),
        (number(0.8999, True, 0.9), "0.8999"),
        (number(0.9, True, 0.9), "0.90"),
        (edge(0.9, True), "0.90"),
        (edge(0.015, True), "0.015"),
        (edge(2.5), "2.5"),
        (edge(1432.0), "1,432"),
        (percent(0.12), "12 %"),
        (percent(0.999), "99 %"),
        (percent(0.001), "under 1 %"),
        (percent(1.0), "100 %"),
        (span(timedelta(days=30)), "30 days"),
        (span(timedelta(seconds=40)), "40 seconds"),
        (span(timedelta(seconds=3599)), "60 minutes"),
    ],
)
def test_figures_are_written_as_a_person_writes_them(told: str, meant: str) -> None:
    assert told == meant


# -- in short

QUOTE = Quote("Ten kettles under twenty", "https://example.com/@deals/1", NOW)


def test_the_short_form_says_what_comes_of_it_and_why_in_one_sentence() -> None:
    told = explained(replace(MUTED, quote=QUOTE), Decision(MUTED, Step.MUTE), Standing(following=True))
    first, quoted, *rest = told.split("\n\n")
    reasons = "120 posts in 33 days, 97 in 100 posts with a link; answered nobody"
    assert first == f"deals@example.com would be muted for 30 days: {reasons}."
    assert quoted == "  “Ten kettles under twenty”  https://example.com/@deals/1"
    assert "✓ answers answered nobody asked for: at most 2 %" in flat(told)
    ways = "about 10 more own posts without a link, or about 3 more replies to others"
    assert f"It would be left alone with {ways}." in told
    assert "link_share" not in told
    assert rest[-1] == "All rules and numbers: quietfeed explain deals@example.com --all"


@pytest.mark.parametrize(
    ("verdict", "decision", "words"),
    [
        (MUTED, Decision(MUTED, None, "mutual", "you follow each other"), "is left alone: you follow each other. Oth"),
        (MUTED, Decision(MUTED, Step.MUTE, limit="unconfirmed", reason="found today"), "Not yet: found today."),
        (replace(MUTED, lowered="little is seen"), None, "No more than that, for little is seen."),
        (replace(MUTED, shadow=True), None, "is only watched, for “link broadcaster” is on trial"),
        (spared(MISSES), None, "is left alone, for no rule fires"),
        (spared(replace(MISSES, near=True)), None, "is left alone, though “self-promoter” nearly fires"),
        (spared(MISSES, abstained="only 3 own posts, 20 needed"), None, "too little is known (only 3 own posts"),
        (replace(MUTED, complete=False), None, "This is by your timeline only: a hint, no more."),
        (replace(MUTED, seen_share=0.5), None, "Your server has about 50 % of its posts."),
        (replace(MUTED, rules=(FIRES, replace(MISSES, near=True))), None, "Nearest other rule: self-promoter, nearly"),
    ],
)
def test_the_short_form_tells_what_keeps_it_from_being_done(
    verdict: Verdict, decision: Decision | None, words: str
) -> None:
    assert words in explained(verdict, decision)


def test_the_short_form_names_how_the_owner_stands_to_it() -> None:
    assert "You and it: you follow each other." in explained(MUTED, standing=Standing(following=True, followed_by=True))
    assert "Nothing protects it: you do not follow each other" in explained(MUTED, standing=Standing(following=False))
    assert "Nothing protects it" not in explained(MUTED), "it was not asked for"
