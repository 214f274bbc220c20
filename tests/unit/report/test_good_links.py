"""Good links stand in every form of the report, in short sentences out of which nothing hostile breaks."""

import json
import re
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model import Account, GoodLink, SweepRecord
from bot.report.data import data
from bot.report.day import Day, build, is_quiet
from bot.report.good_links import sentence
from bot.report.markdown import markdown
from bot.report.text import text

NOW = datetime(2026, 11, 22, 7, tzinfo=UTC)
PAGE = "https://example.org/trams"


def account(name: str, display: str | None = None) -> Account:
    return Account(name, f"{name}@example.com", name.capitalize() if display is None else display)


def link(*people: str, title: str = "Old trams", url: str = PAGE) -> GoodLink:
    return GoodLink(url, title, account("drop"), tuple(map(account, people)), NOW)


def made(*links: GoodLink) -> Day:
    sweeps = [SweepRecord("me", NOW, NOW)]
    return build("me", "mastodon", "me@example.org", date(2026, 11, 22), [], sweeps, {}, good_links=links)


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (link("ann"), f"“Old trams” {PAGE} – shared by Ann, whom you follow"),
        (link("ann", "ben"), f"“Old trams” {PAGE} – shared by Ann and 1 other you follow"),
        (link("ann", "ben", "cem"), f"“Old trams” {PAGE} – shared by Ann and 2 others you follow"),
        (link("ann", title=""), f"{PAGE} – shared by Ann, whom you follow"),
        (link("ann", title="a" * 90), f"“{'a' * 79}…” {PAGE} – shared by Ann, whom you follow"),
    ],
)
def test_a_link_is_one_short_sentence(found: GoodLink, said: str) -> None:
    assert sentence(found) == said


def test_the_whole_report_names_the_people_and_who_was_quieted() -> None:
    named = markdown(made(link("ann", "ben")))
    many = markdown(made(link(*"abcdefg")))
    assert f"[Old trams](<{PAGE}>) – shared by Ann and Ben, whom you follow; you quieted Drop" in named
    assert "shared by A, B, C, D, E and 2 others you follow" in many


def test_who_has_no_name_is_told_by_the_handle() -> None:
    nameless = GoodLink(PAGE, "", account("drop"), (account("ann", " \u200b"),), NOW)
    assert "shared by ann@example.com" in sentence(nameless)


def test_a_good_link_is_news_and_none_is_no_section() -> None:
    assert not is_quiet(made(link("ann")))
    assert is_quiet(made())
    assert "Good links" not in text(made()) + markdown(made())
    assert "Good links from those you quieted:\n· “Old trams”" in text(made(link("ann")))


def test_programs_are_told_everybody() -> None:
    (told,) = data(made(link(*"abcdefg")))["good_links"]
    assert (told["url"], told["title"], told["shared_by"]) == (PAGE, "Old trams", "drop@example.com")
    assert [person["name"] for person in told["people"]] == list("ABCDEFG")


HOSTILE = st.text(max_size=60) | st.sampled_from(
    [
        "<script>alert(1)</script>",
        "[x](https://evil.example)",
        "@everyone #tag",
        "\x1b[31mred",
        "\u202eevil",
        "\r\n# Head",
    ]
)


@given(HOSTILE, HOSTILE, st.sampled_from([PAGE, f"{PAGE}/@ann", "https://u:p@example.org/", "https://a.example/(<x>)"]))
def test_nothing_hostile_breaks_out_of_its_line(title: str, name: str, url: str) -> None:
    day = made(GoodLink(url, title, account("drop", name), (account("ann", name), account("ben", name)), NOW))
    written = markdown(day)
    section = written.partition("## Good links from those you quieted\n\n")[2].partition("\n\n")[0]
    assert section.startswith("- ")
    assert "\n" not in section
    assert not re.search(r"(?<!\\)<script", section)
    posted = text(day)
    assert sum(line.startswith("· ") for line in posted.splitlines()) == 1
    assert "\x1b" not in posted + written
    assert "\u202e" not in posted + written
    assert json.loads(json.dumps(data(day)))["good_links"]
