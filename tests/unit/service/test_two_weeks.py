"""Two weeks of reports of the demo's world, as the owner gets them: only the news, and each account once."""

import json
import re
from collections import defaultdict
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.clock import SimulatedClock
from bot.config import Profile, ReportSettings, default_config
from bot.demo.people import KEPT, OWNER
from bot.demo.world import DAYS, build
from bot.platforms.memory import Memory
from bot.report.letter import LENGTH, PARTS
from bot.service import daily
from bot.service.sweep import sweep
from bot.store import open_store

pytestmark = pytest.mark.slow

START = datetime(2026, 3, 2, 6, tzinfo=UTC)
PROFILE = Profile("home", "memory", report_via="direct")
ACCOUNT = re.compile(r"^\d+\. .*?([^\s@]+@\u2060[^\s,]+)")


@pytest.fixture(scope="module")
def letters(tmp_path_factory):
    """What was sent on each day, and the report that was kept of it."""
    folder = tmp_path_factory.mktemp("reports")
    shipped = default_config()
    config = replace(
        shipped,
        profiles=(PROFILE,),
        trust=replace(shipped.trust, keep=(KEPT,)),
        report=ReportSettings(timezone="UTC", summary="sunday"),
    )
    clock = SimulatedClock(START)
    network = build(START, clock=clock)
    platform, store = Memory(network, OWNER), open_store(str(folder / "store.sqlite"))
    for _ in range(DAYS):
        clock.wait(timedelta(days=1).total_seconds())
        sweep("home", platform, store, config, clock)
        daily.deliver(PROFILE, platform, store, config, folder, clock.now().date(), clock)
    kept = [store.report("home", day) for day, _ in store.reports("home")]
    yield [(report.day, message.parts, report) for report, message in zip(kept, network.messages, strict=True)]
    store.close()


def test_every_day_brings_one_message_of_at_most_three_posts(letters):
    assert len(letters) == DAYS
    for _, parts, _ in letters:
        assert 1 <= len(parts) <= PARTS
        assert all(len(part) <= LENGTH for part in parts)


def told_of_each(letters):
    """What each account was told as, one letter after another: the headings that it stood under, without counts."""
    told = defaultdict(list)
    for _, parts, _ in letters:
        heading = ""
        for line in "\n".join(parts).splitlines():
            if line.startswith(("Would", "Will")):
                heading = re.sub(r"\d+", "", line)
            for handle in ACCOUNT.findall(line):
                told[handle].append(heading)
    return told


def test_an_account_is_told_again_only_as_something_else(letters):
    told = told_of_each(letters)
    assert len(told) >= 11
    for handle, headings in told.items():
        assert len(set(headings)) == len(headings), handle
        assert "after a second look" in headings[0], "it is told when the wait for a second look begins"


def test_a_day_without_news_is_one_line_and_most_days_bring_few_accounts(letters):
    calm = [parts for _, parts, report in letters if not json.loads(report.data)["numbered"]]
    assert len(calm) >= 3
    for parts in calm:
        assert len("\n".join(parts).splitlines()) <= 4 or "In force" in parts[0]
    assert any(len(parts) == 1 and "no news" in parts[0] for parts in calm)


def test_what_is_new_says_why_in_words_with_one_of_its_posts(letters):
    everything = "\n".join(part for _, parts, _ in letters for part in parts)
    assert "answered nobody" in everything
    assert "“" in everything
    assert not re.search(r"\b[a-z]+_(share|words|posts|people|seen)\b", everything), "no names of signals"


def test_the_summary_of_the_week_names_what_stands_though_nothing_is_new(letters):
    sundays = [report for day, _, report in letters if day.weekday() == 6]
    assert len(sundays) == 2
    assert sundays[-1].letter
