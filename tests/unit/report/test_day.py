"""The report says what would be done and why, in words that the owner reads in a minute."""

import json
from datetime import UTC, date, datetime, timedelta

from bot.model import Account, Comparison, Entry, Event, Quote, Step, SweepRecord
from bot.report.data import data, entry_data
from bot.report.day import Day, build, is_quiet
from bot.report.letter import letter
from bot.report.markdown import markdown
from bot.report.text import text

NOW = datetime(2026, 11, 22, 7, tzinfo=UTC)
BOUNDS = (
    Comparison("own_posts", 120, 40, None, True),
    Comparison("link_share", 0.97, 0.9, None, True),
    Comparison("reply_share", 0.0, None, 0.02, True),
)
EVIDENCE = tuple(f"https://example.com/@deals/{n}" for n in range(1, 5))
CALM = SweepRecord("me", NOW, NOW, new_posts=312, requests=4)


def account(name: str) -> Account:
    return Account(name, f"{name}@example.com")


def entry(name: str, event: Event = Event.JUDGED, minutes: int = 0, **facts) -> Entry:
    return Entry(NOW + timedelta(minutes=minutes), facts.pop("profile", "me"), account(name), event, **facts)


def muted(name: str, **facts) -> Entry:
    shown = {"rule": "link broadcaster", "step": Step.MUTE, "comparisons": BOUNDS, "evidence": EVIDENCE}
    return entry(name, **{**shown, "until": NOW + timedelta(days=30), **facts})


def protected(name: str, protection: str = "mutual", reason: str = "you follow each other", **facts) -> Entry:
    return entry(name, rule="link broadcaster", protection=protection, reason=reason, comparisons=BOUNDS, **facts)


def made(entries=(), sweeps=(CALM,), counts=None) -> Day:
    return build("me", "mastodon", "me@example.org", date(2026, 11, 22), entries, sweeps, counts or {})


def test_the_news_stand_first_under_what_is_to_be_done() -> None:
    shown = text(made([muted("a"), muted("b"), muted("d", step=Step.LIST)], counts={"a": 5, "b": 4, "d": 1, "e": 90}))
    lines = shown.splitlines()
    assert lines[0] == "quietfeed · Sun 22 Nov · dry run"
    assert lines[2] == "Would mute 2, new today:"
    assert lines[3].startswith("  1. a@example.com – ")
    assert "Would list 1, new today:\n  3. d@example.com" in shown


def test_each_account_stands_with_its_reasons_and_one_post() -> None:
    quote = Quote("Ten kettles under twenty", EVIDENCE[1], NOW)
    readings = {"own_posts": 120.0, "days_seen": 4.0}
    shown = text(made([muted("a", quote=quote, readings=readings)], counts={"a": 4, "b": 96}))
    reasons = "120 posts in 4 days, 97 in 100 posts with a link; answered nobody"
    assert f"1. a@example.com – {reasons}, 4 % of your timeline, until 22 Dec" in shown
    assert f"“Ten kettles under twenty”  {EVIDENCE[1]}" in shown
    assert "link_share" not in shown


def test_the_loudest_account_stands_first() -> None:
    day = made([muted("a"), muted("b"), muted("c", step=Step.LIST)], counts={"a": 1, "b": 2, "c": 9})
    assert [line.account.id for line in day.planned] == ["b", "a", "c"]


def test_who_is_left_alone_is_told_by_the_reason() -> None:
    day = made([protected("a"), protected("b"), protected("c", "kept", "you asked to keep it")])
    shown = text(day, whole=True)
    assert "· you follow each other: a@example.com, b@example.com" in shown
    assert "· you asked to keep it: c@example.com" in shown
    assert list(day.protected) == ["mutual", "kept"]
    short = "Left alone: 3 accounts that look similar; you follow each other (2), you asked to keep it (1)."
    assert short in text(day)


def test_reasons_that_differ_stand_behind_each_account() -> None:
    day = made([protected("a", "answered", "answered on 3 Nov"), protected("b", "answered", "answered on 9 Nov")])
    shown = markdown(day)
    assert "- answered\n" in shown
    assert "`a@example.com` · link broadcaster · answered on 3 Nov" in shown


def test_a_near_miss_says_what_was_missing() -> None:
    missed = Comparison("link_share", 0.8, 0.9, None, False)
    day = made([entry("a", rule="link broadcaster", near=True, comparisons=(BOUNDS[0], missed))])
    words = "4 in 5 posts with a link, where at least 90 % is asked for"
    assert f"· a@example.com (link broadcaster): {words}" in text(day, whole=True)
    assert "1 near miss." in text(day)
    just = Comparison("link_share", 0.8991, 0.9, None, False)
    by_a_hair = text(made([entry("a", near=True, comparisons=(just,))]), whole=True)
    assert "9 in 10 posts with a link, a little less than is asked for" in by_a_hair


def test_a_near_miss_without_a_deciding_rule_says_what_the_ledger_says() -> None:
    spared = entry("a", reason="nearly “feed mirror”", near=True, comparisons=BOUNDS)
    assert "· a@example.com (nearly “feed mirror”): spared by an exception" in text(made([spared]), whole=True)


def test_the_latest_judgement_of_an_account_counts() -> None:
    day = made([protected("a", minutes=5), muted("a", minutes=1)])
    assert day.planned == ()
    assert list(day.protected) == ["mutual"]


def test_other_profiles_stay_out_of_the_report() -> None:
    day = made([muted("a", profile="other")], [CALM, SweepRecord("other", NOW, requests=99)])
    assert is_quiet(day)
    assert day.requests == 4


def test_accounts_that_are_only_reported_are_no_noise() -> None:
    day = made([muted("a"), muted("b", step=Step.REPORT)], counts={"a": 10, "b": 40, "c": 50})
    assert day.noise_share == 0.1
    assert "Noise was 10 % of your timeline." in text(day)


def test_without_timeline_counts_the_noise_is_not_known() -> None:
    day = made([muted("a")])
    assert day.noise_share is None
    assert "Noise" not in text(day)


def test_what_was_polled_and_asked_is_said() -> None:
    sweeps = [
        SweepRecord(
            "me", NOW, new_posts=1400, requests=90, retries=2, waited=12.2, judged=8, allowed=300, remaining=250
        ),
        SweepRecord("me", NOW + timedelta(hours=1), new_posts=32, unreadable=1, requests=6, allowed=300, remaining=204),
    ]
    shown = text(made([muted("a")], sweeps))
    assert "Read 1,432 new posts in 2 sweeps, judged 8 accounts, skipped 1 unreadable item. No gaps." in shown
    assert "96 requests (204 of 300 left), 2 retries, waited 12 seconds." in shown


def test_a_gap_and_an_error_are_told_even_where_nothing_else_happened() -> None:
    sweep = SweepRecord("me", NOW, gaps=("3 hours before 06:10 are missing",), error="the server did not answer")
    day = made([], [sweep])
    assert not is_quiet(day)
    assert text(day).splitlines()[2] == "Went wrong, 07:00: the server did not answer"
    assert "Not read: 3 hours before 06:10 are missing" in text(day)
    assert "- error: 07:00: the server did not answer" in markdown(day)


def test_a_quiet_day_is_one_line() -> None:
    day = made([entry("a")])
    line = "quietfeed · Sun 22 Nov · dry run: no news. 312 posts read."
    assert is_quiet(day)
    assert letter(day) == line
    assert markdown(day) == line + "\n"


def test_a_day_without_a_sweep_is_not_quiet() -> None:
    day = made([], [])
    assert not is_quiet(day)
    assert "No sweep ran" in text(day)
    assert "quietfeed doctor" in text(day)


def test_actions_are_told_as_done_and_no_longer_as_planned() -> None:
    day = made(
        [
            muted("a", dry=False),
            muted("a", event=Event.DONE, minutes=1, dry=False),
            entry("b", Event.FAILED, step=Step.MUTE, reason="the mute did not take", dry=False),
            entry("c", Event.VETOED, step=Step.LIST, dry=False),
        ]
    )
    shown = text(day)
    assert shown.splitlines()[0] == "quietfeed · Sun 22 Nov"
    assert "Muted 1:\n  1. a@example.com" in shown
    assert day.planned == ()
    assert "Did not take: b@example.com (mute): the mute did not take" in shown
    assert "You took back, and it is left alone from now on: c@example.com" in shown


def test_a_posted_report_is_short_and_the_file_is_whole() -> None:
    day = made([muted(f"a{n:02}") for n in range(17)])
    assert "… and 7 more: quietfeed report" in letter(day)
    assert text(day).count(". a") == 17
    assert markdown(day).count("`a") == 17


def test_a_posted_report_mentions_nobody_while_a_file_keeps_handles_whole() -> None:
    day = made([muted("a"), protected("b")])
    assert "a@\u2060example.com" in letter(day)
    assert "a@example.com" in text(day)


def test_a_hostile_handle_and_reason_spoil_no_report() -> None:
    evil = Account("x", "**x**`\x1b[2J\u202e<img>@evil.test")
    bad = Entry(
        NOW, "me", evil, Event.JUDGED, rule="r", protection="h", reason="</p>\n# [x](javascript:1)", comparisons=BOUNDS
    )
    good = Entry(NOW, "me", Account("y", evil.handle), Event.JUDGED, rule="r", step=Step.MUTE, evidence=("data:x",))
    for shown in (markdown(made([bad, good])), text(made([bad, good]), whole=True), letter(made([bad, good]))):
        assert "\x1b" not in shown
        assert "\u202e" not in shown
        assert "\n# [x]" not in shown
    assert "\\<" in markdown(made([bad, good]))


def test_the_report_as_json_carries_what_the_others_show() -> None:
    missed = Comparison("link_share", 0.85, 0.9, None, False)
    near = entry("n", rule="link broadcaster", near=True, comparisons=(missed,))
    day = made([muted("a", readings={"link_share": 0.97}), protected("b"), near], counts={"a": 12, "z": 88})
    shown = json.loads(json.dumps(data(day)))
    first = shown["decisions"][0]
    assert {"profile", "handle", "rule", "step", "protection", "limit", "readings", "evidence", "until"} <= first.keys()
    assert (first["handle"], first["step"], first["readings"]) == ("a@example.com", "mute", {"link_share": 0.97})
    assert shown["decisions"][1]["protection"] == "mutual"
    assert shown["near_misses"][0]["comparisons"][0]["holds"] is False
    assert shown["timeline"] == {"items": 100, "noise_share": 0.12}
    assert shown["polled"]["new_posts"] == 312
    assert shown["usage"]["requests"] == 4


def test_who_is_protected_has_no_step_for_a_program() -> None:
    told = json.loads(json.dumps(entry_data(protected("a", step=Step.MUTE))))
    assert (told["handle"], told["step"], told["protection"]) == ("a@example.com", None, "mutual")
    assert json.loads(json.dumps(entry_data(muted("a"))))["step"] == "mute"


def test_what_waits_says_why_it_is_not_done_yet() -> None:
    reason = "found for the first time; to be confirmed by fresh posts after 23 Nov 07:00 UTC"
    day = made([muted("a", limit="unconfirmed", reason=reason)])
    assert "Would mute 1, after a second look on another day:" in text(day)
    later = made([muted("a", limit="daily limit", reason="ten were muted today")])
    assert "not yet: ten were muted today" in text(later)
    assert "not yet: found for the first time" in markdown(day)
    assert data(day)["decisions"][0]["limit"] == "unconfirmed"
    assert entry_data(muted("a", limit="unconfirmed"))["limit"] == "unconfirmed"


def test_an_account_on_which_an_action_stands_is_not_planned_for_again() -> None:
    day = build(
        "me",
        "mastodon",
        "me@example.org",
        date(2026, 11, 22),
        [muted("a", dry=False)],
        [CALM],
        {},
        standing=[muted("a", event=Event.PLANNED, dry=False)],
    )
    assert day.planned == ()


def test_an_action_about_to_be_taken_back_is_no_news_unless_it_cannot_be() -> None:
    calm = made([entry("a", Event.LIFTING, step=Step.MUTE, dry=False, reason="expired: its time is up")])
    assert calm.actions == ()
    stuck = made([entry("a", Event.LIFTING, step=Step.MUTE, dry=False, limit="the mute still shows")])
    assert "not taken back yet: the mute still shows" in text(stuck)


def test_a_renewal_is_told_once() -> None:
    end = entry("a", Event.EXPIRED, step=Step.MUTE, dry=False, reason="no better: renewed until 22 Jan 2027")
    day = made([muted("a", event=Event.DONE, dry=False, reason="renewed"), end])
    assert day.expired == ()
    assert "Quieted again, no better: a@example.com, until 22 Dec" in text(day)


def test_what_a_dry_run_would_do_is_not_told_as_done() -> None:
    plan = muted("a", event=Event.PLANNED)
    over = entry("a", Event.EXPIRED, step=Step.MUTE, reason="its time is up")
    assert made([plan, over]).actions == ()


FOUND = "found again: it carries quietfeed's mark"


def test_what_an_earlier_store_had_done_is_told_as_found_and_not_as_done() -> None:
    day = made([muted("a", event=Event.DONE, rule=None, reason=FOUND, action_id="1", dry=False)])
    assert (len(day.found_again), day.done) == (1, ())
    assert not is_quiet(day)
    assert "Found again: a@example.com (mute, until 22 Dec, it carries quietfeed's mark)" in text(day)
    assert "## Found again\n\n- `a@example.com` (mute, until 22 Dec): it carries quietfeed" in markdown(day)
    assert [line["reason"] for line in data(day)["actions"]["found_again"]] == [FOUND]


def test_a_question_makes_no_day_quiet_and_stands_in_every_form() -> None:
    day = build("me", "mastodon", "me@example.org", date(2026, 11, 22), (), (CALM,), {}, question="is `x` yours")
    assert not is_quiet(day)
    for shown in (letter(day), text(day)):
        assert "Is `x` yours." in shown
    assert "is " in markdown(day)
    assert data(day)["question"] == "is `x` yours"
    assert data(made())["question"] is None


def test_what_the_last_report_told_is_no_news_until_something_about_it_changes() -> None:
    def told_again(before: Entry, now: Entry) -> Day:
        told = {before.account.id: before}
        return build("me", "mastodon", "me@example.org", date(2026, 11, 22), [now], [CALM], {}, told=told)

    waiting = muted("a", limit="unconfirmed")
    for before, now, news in (
        (muted("a"), muted("a"), False),
        (muted("a"), muted("a", limit="daily limit"), False),
        (waiting, waiting, False),
        (waiting, muted("a"), True),
        (muted("a", step=Step.LIST), muted("a"), True),
        (muted("a", protection="mutual"), muted("a"), True),
        (muted("b"), muted("a"), True),
    ):
        (line,) = told_again(before, now).planned
        assert line.new is news
        assert is_quiet(told_again(before, now)) is not news
    freed = told_again(muted("a"), muted("a", protection="mutual"))
    assert [line.account.handle for line in freed.spared] == ["a@example.com"]
    assert not is_quiet(freed)
    assert not told_again(muted("a", protection="kept"), muted("a", protection="mutual")).spared


def test_a_pause_stands_in_the_headline_and_in_json() -> None:
    day = build(
        "me", "mastodon", "me@example.org", date(2026, 11, 22), (), (CALM,), {}, paused="paused until Tue 08:00"
    )
    assert "paused until Tue 08:00" in letter(day).splitlines()[0]
    assert data(day)["paused"] == "paused until Tue 08:00"
    assert data(made())["paused"] is None
