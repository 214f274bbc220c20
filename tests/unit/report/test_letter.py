"""The letter that is posted tells the news alone, fits three posts, and mentions nobody."""

import re
from datetime import UTC, date, datetime, timedelta
from unicodedata import category

from hypothesis import given
from hypothesis import strategies as st

from bot.model import Account, Comparison, Entry, Event, Quote, Step, SweepRecord
from bot.report.data import data
from bot.report.day import Day, build
from bot.report.letter import LENGTH, PARTS, letter
from bot.report.split import split
from bot.service.daily import length

NOW = datetime(2026, 11, 24, 7, tzinfo=UTC)
BOUNDS = (Comparison("link_share", 1.0, 0.9, None, True), Comparison("reply_share", 0.0, None, 0.02, True))
CALM = SweepRecord("me", NOW, NOW, new_posts=512)
POST = Quote("Five funnels that sell themselves", "https://market.test/@growthhive/81", NOW)
GROWTH = Account("1", "growthhive@market.test", display_name="Growth Hive")


def judged(account: Account = GROWTH, **facts) -> Entry:
    shown = {"rule": "broadcaster", "step": Step.MUTE, "comparisons": BOUNDS, "quote": POST, "site": "market.test"}
    readings = {"own_posts": 120.0, "days_seen": 4.0}
    return Entry(NOW, "me", account, **{"event": Event.JUDGED, **shown, "readings": readings, **facts})


def made(entries, told=None, sweeps=(CALM,), **facts) -> Day:
    return build("me", "mastodon", "me@example.org", date(2026, 11, 24), entries, sweeps, {}, told=told, **facts)


def seen(text: str) -> str:
    return text.replace("\u2060", "")


def test_news_is_told_with_its_reason_its_post_and_a_number_to_answer() -> None:
    told = judged(Account("2", "kiosk@radio.test", display_name="Radio Kiosk"))
    lines = seen(letter(made([judged(), told], told={"2": told}), length)).splitlines()
    assert lines == [
        "quietfeed · Tue 24 Nov · dry run",
        "Would mute 1, new today:",
        "1. Growth Hive growthhive@market.test – 120 posts in 4 days, every one with a link; answered nobody. "
        "“Five funnels that sell themselves” https://market.test/@growthhive/81",
        "As before: 1 account.",
        "Reply “keep 1”, “why 1” or “help”.",
    ]


def test_a_day_without_news_is_one_line() -> None:
    same = {"1": judged()}
    assert seen(letter(made([judged()], told=same))) == (
        "quietfeed · Tue 24 Nov · dry run: no news. 1 would be quieted, 512 posts read."
    )
    live = made([], standing=[judged(event=Event.PLANNED, dry=False)], mode="")
    assert letter(live) == "quietfeed · Tue 24 Nov: no news. 1 quieted, 512 posts read."


def test_what_is_wrong_is_said_before_everything_else() -> None:
    broken = SweepRecord("me", NOW, NOW, error="the app password was revoked", gaps=("3 hours are missing",))
    lines = letter(made([judged()], sweeps=(broken,))).splitlines()
    assert lines[1:3] == ["Went wrong, 07:00: the app password was revoked", "Not read: 3 hours are missing"]


def test_a_summary_names_all_that_is_in_force() -> None:
    standing = judged(event=Event.PLANNED, dry=False, until=NOW + timedelta(days=9))
    quiet = made([], standing=[standing], mode="")
    told = seen(letter(quiet, whole=True))
    assert "In force, 1 account:\n· Growth Hive growthhive@market.test, until 3 Dec" in told
    assert "In force" not in letter(quiet)


def test_the_numbers_are_kept_with_the_report() -> None:
    second = judged(Account("2", "b@b.test"), step=Step.LIST)
    day = made([second, judged()])
    assert data(day)["numbered"] == [{"id": "1", "handle": "growthhive@market.test"}, {"id": "2", "handle": "b@b.test"}]
    assert "2. b@b.test" in seen(letter(day))


TEXTS = st.text(max_size=400) | st.sampled_from(
    ["@ann@b.test", "\u202egnp.exe", "#tag " * 30, "a\n\n1. b@c.test", "é" * 500]
)
EVENTS = st.sampled_from([Event.JUDGED, Event.DONE, Event.FAILED, Event.EXPIRED, Event.UNDONE, Event.VETOED])


@given(data=st.data(), many=st.integers(0, 60), whole=st.booleans())
def test_whatever_there_is_to_tell_it_fits_three_posts_and_mentions_nobody(
    data: st.DataObject, many: int, whole: bool
) -> None:
    name, words, reason = (data.draw(TEXTS) for _ in range(3))
    gaps = tuple(data.draw(st.lists(TEXTS, max_size=5)))
    entries = [
        judged(
            Account(str(n), f"{name[:30]}{n}@market.test", display_name=name),
            event=data.draw(EVENTS) if n < 5 else Event.JUDGED,
            dry=False,
            reason=reason,
            quote=Quote(words, f"https://market.test/{n}", NOW),
        )
        for n in range(many)
    ]
    told = letter(
        made(entries, sweeps=(SweepRecord("me", NOW, NOW, gaps=gaps, error=reason),), mode=""), length, whole=whole
    )
    assert len(split(told, LENGTH, length)) <= PARTS
    assert not re.search(r"[@#＠＃](?!\u2060)", re.sub(r"https://market\.test/\d+", "", told))
    steering = {char for char in told if category(char) in ("Cc", "Cf", "Cs", "Co")}
    assert steering <= set("\n\u2060\u200c\u200d\ufffd")
