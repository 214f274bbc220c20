"""The page of a day: everything in its place, and whatever others wrote stays text."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.model import Account, Comparison, Entry, Event, GoodLink, Quote, Step, SweepRecord
from bot.report.day import Day, build
from bot.report.page import Past, index, page
from bot.report.page.bars import bars
from bot.report.pictured import Course, DayCount, Pictures, Talk, Voice

NOW = datetime(2026, 11, 22, 7, tzinfo=UTC)
TODAY = date(2026, 11, 22)
MONTH = timedelta(days=30)
BOUNDS = (
    Comparison("own_posts", 120, 50, None, True),
    Comparison("link_share", 0.97, 0.85, None, True),
    Comparison("repost_share", 0.02, None, 0.25, True),
    Comparison("answered_people", 0, None, 0, True),
)
VOID = {"meta", "br", "path", "rect", "circle"}
TAGS = set(
    "html head meta title style body header h1 h2 h3 p a main section figure figcaption svg desc defs pattern path rect"
    " circle text g article details summary ul li span strong table thead tbody tr th td blockquote code footer"
    " time".split()
)
ATTRIBUTES = set(
    "lang charset http-equiv content name class id href rel aria-label aria-labelledby aria-hidden role xmlns viewbox"
    " open preserveaspectratio scope x y width height cx cy r d fill text-anchor patternunits patterntransform"
    " datetime".split()
)
HOSTILE = (
    "</title></style><script>alert(1)</script>",
    '"><svg onload=alert(1)>',
    "' onmouseover='alert(1)",
    "]]><!-- --><![CDATA[",
    "{{ 7 * 7 }} {% raw %}",
    "\u202egnitekram\u202c \u2066turned",
    "\u200b\u200c\u200d\ufeff\u2060",
    "Z" + "\u0335" * 500,
    "👩🏽‍❤️‍💋‍👨🏾" * 40,
    "a" * 100_000,
    "\x00\x1b[31m\ud800\ufffe",
    "javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    'https://example.com/"><script>alert(1)</script>',
    "https://user:secret@example.com/",
    "@anna@example.org #tag &amp; &#60;",
)
hostile = st.one_of(st.sampled_from(HOSTILE), st.text(max_size=60))


class Parsed(HTMLParser):
    """The tags in their order, every attribute, and all text; that each tag is closed is asserted."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.words: list[str] = []
        self.open: list[str] = []
        self.feed(html)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]
        if tag not in VOID or (tag in {"path", "rect", "circle"} and not self.get_starttag_text().endswith("/>")):
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    def handle_comment(self, data: str) -> None:
        raise AssertionError("a comment")

    def unknown_decl(self, data: str) -> None:
        raise AssertionError("a declaration")

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).replace("\u00a0", " ").split())

    def values(self, name: str) -> list[str]:
        return [value for attribute, value in self.attributes if attribute == name]


def account(name: str, **facts: object) -> Account:
    return Account(name, facts.pop("handle", f"{name}@market.test"), **facts)


def found(name: str, **facts) -> Entry:
    shown = {
        "rule": "link broadcaster",
        "step": Step.MUTE,
        "comparisons": BOUNDS,
        "readings": {held.signal: held.reading for held in BOUNDS} | {"days_seen": 4.0},
        "until": NOW + MONTH,
        "evidence": (f"https://market.test/@{name}/1",),
        "quote": Quote("Ten kettles under twenty", f"https://market.test/@{name}/1", NOW),
        "site": "market.test",
    }
    of = facts.pop("account", None) or account(name, display_name=name.title(), url=f"https://market.test/@{name}")
    return Entry(facts.pop("at", NOW), "home", of, facts.pop("event", Event.JUDGED), **{**shown, **facts})


def made(*entries: Entry, sweep: SweepRecord | None = None, **facts) -> Day:
    counts = facts.pop("counts", {entry.account.id: 10 for entry in entries} | {"others": 70})
    calm = sweep or SweepRecord("home", NOW, NOW, new_posts=312, requests=4)
    return build("home", "mastodon", "robin@example.org", TODAY, entries, [calm], counts, **facts)


PICTURES = Pictures(
    Talk((Voice("hive@market.test", 1.0, 0.0, 0.2, True), Voice("anna@example.org", 0.1, 0.6, 0.02))),
    Course(tuple(DayCount(TODAY - timedelta(days=back), 80, 20, back == 3) for back in range(29, -1, -1))),
)


def test_an_account_stands_with_its_sentence_its_post_its_bounds_and_the_way_back() -> None:
    parsed = Parsed(page(made(found("hive"))))
    assert "Hive hive@market.test would be muted until 22 Dec · 12 % of your timeline" in parsed.text
    assert "120 posts in 4 days, 97 in 100 posts with a link; answered nobody." in parsed.text.replace(
        ", 1 in 50 items a repost", ""
    )
    assert "“Ten kettles under twenty” 22 Nov" in parsed.text
    assert "links : 97 in 100 posts with a link needs at least 85 %" in parsed.text
    assert "Leave it alone: quietfeed keep hive@market.test" in parsed.text
    assert "https://market.test/@hive/1" in parsed.values("href")


def test_the_day_comes_first_then_the_pictures_then_troubles_then_news_then_the_rest() -> None:
    before, near = found("before"), found("near", near=True, step=None)
    kept = found("kept", protection="mutual", reason="you follow each other")
    failing = SweepRecord("home", NOW, NOW, gaps=("a gap",), error="the login is not valid any more")
    day = made(found("new"), before, near, kept, sweep=failing, told={"before": before})
    anna = Account("9", "anna@town.test", "Anna")
    talk = GoodLink("https://example.org/talk", "A talk", before.account, (anna,), NOW)
    html = page(replace(day, good_links=(talk,)), PICTURES)
    shown = Parsed(html).text
    order = [
        "Would mute 2",
        "Who talks and who links",
        "Troubles",
        "the login is not valid any more",
        "New: would be quieted (1)",
        "As before: would be quieted (1)",
        "Good links",
        "Near misses",
        "Left alone",
        "You follow each other",
        "Gap: a gap",
    ]
    places = [shown.index(words) for words in order]
    assert places == sorted(places)


def test_what_stands_tells_how_it_is_taken_back() -> None:
    planned = found("hive", event=Event.PLANNED, dry=False)
    shown = Parsed(page(made(standing=[planned], mode=""))).text
    assert "In force (1) Hive hive@market.test muted until 22 Dec" in shown
    assert "Take it back: quietfeed undo hive@market.test" in shown
    assert "Never touch it: quietfeed keep hive@market.test" in shown


def test_what_was_done_is_news_and_stands_once() -> None:
    planned = found("hive", event=Event.PLANNED, dry=False)
    done = found("hive", event=Event.DONE, dry=False)
    shown = Parsed(page(made(done, standing=[planned], mode=""))).text
    assert "Done (1)" in shown
    assert "In force" not in shown


def test_how_an_action_ended_stands_behind() -> None:
    gone = found("hive", event=Event.VETOED, dry=False, reason="you took it back")
    shown = Parsed(page(made(gone, mode=""))).text
    assert "taken back by you, left alone from now on, muted before: you took it back" in shown


def test_a_page_needs_no_script_and_loads_nothing() -> None:
    html = page(made(found("hive")), PICTURES)
    parsed = Parsed(html)
    assert not {"script", "link", "img", "iframe"} & set(parsed.tags)
    assert "default-src 'none'" in html
    assert "url(" not in re.sub(r"url\(#stripes\)", "", html)
    assert "@import" not in html


def test_a_screen_reader_finds_landmarks_headings_and_the_pictures_in_words() -> None:
    parsed = Parsed(page(made(found("hive")), PICTURES))
    assert {"header", "main", "footer"} <= set(parsed.tags)
    assert [tag for tag in parsed.tags if tag in ("h1", "h2", "h3")][:3] == ["h1", "h2", "h3"]
    assert parsed.values("lang") == ["en"]
    spoken = parsed.values("aria-label")
    assert any("1 would be quieted, drawn as a diamond, in the lower right corner" in words for words in spoken)
    named = set(parsed.values("id"))
    assert set(parsed.values("aria-labelledby")) <= named


@pytest.mark.parametrize(
    ("held", "needs", "width", "marks"),
    [
        (Comparison("link_share", 0.97, 0.85, None, True), "at least 85 %", 97.0, (85.0, None)),
        (Comparison("reply_share", 0.0, None, 0.015, True), "at most 1.5 %", 0.0, (None, 1.5)),
        (Comparison("own_posts", 120, 50, None, True), "at least 50", 80.0, (33.3, None)),
        (Comparison("own_posts", 10, 50, None, False), "at least 50", 16.0, (80.0, None)),
        (Comparison("answered_people", 2, 1, 5, True), "between 1 and 5", 32.0, (16.0, 80.0)),
        (Comparison("declared_bot", 1, 1, None, True), "yes", 100.0, (100.0, None)),
        (Comparison("link_share", None, 0.85, None, False), "at least 85 %", None, (85.0, None)),
        (Comparison("follower_ratio", 1e12, 0.5, None, True), "at least 0.5", 80.0, (0.0, None)),
        (Comparison("no_signal_any_more", 0.0, None, 0.0, True), "none", 0.0, (None, 0.0)),
    ],
)
def test_a_bar_shows_the_reading_and_where_the_threshold_lies(held, needs, width, marks) -> None:
    (bar,) = bars([held])
    assert (bar.needs, bar.width, (bar.least, bar.most)) == (needs, width, marks)


def check(parsed: Parsed) -> None:
    """Only what the templates hold, and only addresses of the web."""
    assert set(parsed.tags) <= TAGS
    assert {name for name, _ in parsed.attributes} <= ATTRIBUTES
    for address in parsed.values("href"):
        assert address == "index.html" or re.match(r"https?://[^\s\"'<>]+$", address)
    assert not re.search("[\u202a-\u202e\u2066-\u2069\x00-\x08\x1b]", parsed.text)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_stays_text(text: str) -> None:
    check_page(text, text, text, text, text)


@settings(max_examples=12, deadline=None)
@given(hostile, hostile, hostile, hostile, hostile)
def test_no_mixture_of_hostile_texts_breaks_out(name: str, handle: str, words: str, url: str, reason: str) -> None:
    check_page(name, handle, words, url, reason)


def check_page(name: str, handle: str, words: str, url: str, reason: str) -> None:
    stranger = Account("1", handle, name, url=url)
    facts = {"account": stranger, "quote": Quote(words, url, NOW), "site": words, "evidence": (url, words)}
    entries = [
        found("1", **facts, rule=reason),
        found("2", **{**facts, "account": Account("2", handle, name)}, protection="kept", reason=reason),
        found("3", **{**facts, "account": Account("3", handle, name)}, near=True, step=None, reason=reason),
    ]
    sweep = SweepRecord("home", NOW, NOW, gaps=(reason,), unread=(words,), error=reason)
    pictures = Pictures(Talk((Voice(handle, 0.9, 0.0, 0.2, True),)), PICTURES.course)
    links = (GoodLink(url, words, stranger, (Account("4", handle, name),), NOW),)
    day = replace(made(*entries, sweep=sweep, question=reason), good_links=links)
    parsed = Parsed(page(day, pictures))
    check(parsed)
    assert parsed.tags.count("article") == 1


@settings(max_examples=15, deadline=None)
@given(hostile, hostile)
def test_no_text_changes_the_structure(name: str, words: str) -> None:
    def shape(name: str, words: str) -> list[str]:
        facts = {"account": Account("1", "hive@market.test", f"N {name}"), "rule": f"R {words}"}
        entry = found("1", **facts, quote=Quote(f"Q {words}", "https://market.test/1", NOW), site=words)
        return Parsed(page(made(entry), PICTURES)).tags

    assert shape(name, words) == shape("anna", "hello")


@given(hostile, hostile)
def test_the_index_of_days_holds_no_markup_of_others(profile: str, says: str) -> None:
    check(Parsed(index(profile, [Past(TODAY, says, "")])))


def test_the_index_tells_the_newest_day_first() -> None:
    past = [Past(TODAY - timedelta(days=back), f"day {back}", f"{back}.html" if back < 2 else "") for back in (2, 0, 1)]
    parsed = Parsed(index("home", past))
    assert re.findall(r"day \d", parsed.text) == ["day 0", "day 1", "day 2"]
    assert parsed.values("href") == ["0.html", "1.html"]


def test_a_strangers_handle_cannot_end_the_command_that_is_shown() -> None:
    shown = Parsed(page(made(found("x", account=Account("x", "a;rm -rf ~@market.test"))))).text
    assert "quietfeed keep 'a;rm-rf~@market.test'" in shown


def test_two_hundred_accounts_fit() -> None:
    day = made(*(found(f"a{number}") for number in range(200)))
    assert Parsed(page(day, PICTURES)).tags.count("article") == 200
