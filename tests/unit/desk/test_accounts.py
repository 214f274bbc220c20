"""Accounts: who talks and who links, and everybody in a table that is sorted, filtered and searched by the server."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.desk.faces import Face, face
from bot.desk.listed import Row
from bot.desk.pages.accounts import NONE, ordered
from bot.model import Account, Entry, Event, Post, Step
from bot.platforms.base import Page
from bot.report.page import page as report_page
from bot.service import daily, pages
from tests.unit.desk.asked import desk_of, lived

HIVE = "growthhive@market.test"
NAME = "Growth Hive"
HOSTILE = "<script>alert(1)</script>\u202e\x1b[31m\"'`"


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    with lived(tmp_path_factory.mktemp("demo")) as (store, config, clock):
        yield desk_of(store, config, clock)


@pytest.fixture
def desk(tmp_path):
    with lived(tmp_path) as (store, config, clock):
        yield desk_of(store, config, clock)


def handles(answer):
    assert answer.status == 200, answer.text
    return [re.sub("<[^>]*>", "", one) for one in re.findall(r'<span class="handle">(.*?)</span>', answer.text)]


def heading(answer, words):
    """Where the heading that begins with these words leads, as a browser asks for it."""
    address = next(to for said, to in answer.page.links if said.startswith(words))
    return address.partition("#")[0]


def cells(answer, place):
    rows = re.findall(r"<tbody>\n(.*?)</tbody>", answer.text, re.S)[0].split("<tr>\n")[1:]
    return [re.sub("<[^>]*>", "", re.findall(r"<td[^>]*>(.*?)</td>", row, re.S)[place]) for row in rows]


def test_everybody_of_the_timeline_and_of_the_ledger_is_in_the_table_once(demo):
    store, now = demo.seat.store, demo.seat.clock.now()
    seen = store.tallies("demo", now - demo.seat.config.window, now).keys() | store.latest_judged("demo").keys()
    shown = handles(demo.get("/accounts"))
    assert sorted(shown) == sorted(account.handle for account in store.accounts("demo", seen).values())
    assert f"{len(shown)} accounts." in demo.get("/accounts").text


def test_the_loudest_comes_first_and_a_heading_sorts_by_its_column_and_turns_it_round(demo):
    usual = demo.get("/accounts")
    assert handles(usual)[0] == HIVE
    assert usual.text.count("aria-sort") == 1
    assert 'aria-sort="descending"' in usual.text
    by_links = demo.get(heading(usual, "With a link"))
    shares = [int(one.removeprefix("under ").removesuffix(" %")) for one in cells(by_links, 3) if one]
    assert shares == sorted(shares, reverse=True)
    turned = demo.get(heading(by_links, "With a link"))
    assert 'aria-sort="ascending"' in turned.text
    assert cells(turned, 3)[0] == "0 %"
    by_name = demo.get(usual.page.link("Account").partition("#")[0])
    assert 'aria-sort="ascending"' in by_name.text


def test_who_has_nothing_in_a_column_comes_last_either_way():
    def row(handle, links):
        return Row(handle, "home", "", "", handle, Face("A", 1), "", "", "", "", 0.1, links, None, None)

    rows = [row("a", None), row("b", 0.1), row("c", 0.9)]
    assert [one.handle for one in ordered(rows, "links")] == ["b", "c", "a"]
    assert [one.handle for one in ordered(rows, "-links")] == ["c", "b", "a"]
    assert [one.handle for one in ordered(rows, "no such column")] == ["a", "b", "c"]


def test_the_table_is_filtered_by_rule_by_step_by_protection_and_by_name(demo):
    every = handles(demo.get("/accounts"))
    by_rule = demo.get("/accounts?rule=self-promoter")
    assert HIVE in handles(by_rule)
    assert len(handles(by_rule)) < len(every)
    assert f"of {len(every)} accounts." in by_rule.text
    muted = demo.get("/accounts?step=mute")
    assert all(words.startswith("would be muted") for words in cells(muted, 0))
    kept = demo.get("/accounts?protection=kept")
    assert cells(kept, 1) == ["kept"]
    alone = demo.get(f"/accounts?step={NONE}&protection={NONE}")
    assert HIVE not in handles(alone)
    assert handles(demo.get("/accounts?q=growth+h")) == [HIVE], "by what it calls itself"
    assert handles(demo.get(f"/accounts?q=@{HIVE.upper()}")) == [HIVE]
    assert handles(demo.get("/accounts?q=nobody-is-called-so")) == []


def test_what_is_asked_for_stays_in_the_form_and_in_the_headings_and_can_be_ended(demo):
    page = demo.get("/accounts?rule=self-promoter&q=e&sort=-pace").page
    (form,) = page.forms
    assert (form.method, form.action) == ("get", "/accounts")
    assert form.fields == {"sort": "-pace", "q": "e", "rule": "self-promoter", "step": "", "protection": ""}
    assert "rule=self-promoter" in page.link("Account")
    assert page.link("Everybody again") == "/accounts?sort=-pace"


def test_a_dot_leads_to_its_account_and_the_picture_shows_whom_the_table_has(demo):
    answer = demo.get("/accounts?q=growthhive")
    dots = re.findall(r'<a class="dot" href="([^"]*)" aria-label="([^"]*)">', answer.text)
    assert [says.partition(":")[0] for _, says in dots] == [HIVE]
    assert demo.get(dots[0][0]).page.headings[0][1].startswith(NAME)
    assert "data-names" not in demo.get("/accounts?q=nobody-is-called-so").text


def test_the_reports_own_page_has_no_dot_that_leads_anywhere(demo):
    store, config, now = demo.seat.store, demo.seat.config, demo.seat.clock.now()
    zone = daily.local_zone(config)
    profile = config.profiles[0]
    day = daily.compose(profile, store, config, now.astimezone(zone).date(), now)
    assert 'class="dot"' not in report_page(day, pages.pictures(day, store, config, now, zone))


def test_the_owners_word_shows_as_soon_as_it_is_said(desk):
    store, now = desk.seat.store, desk.seat.clock.now()
    desk.get("/accounts")
    store.set_feedback("demo", store.find_account("demo", HIVE), "noise", "", now)
    assert cells(desk.get("/accounts?q=growthhive"), 6) == ["noise"]
    store.set_feedback("demo", store.find_account("demo", HIVE), "keep", "", now + timedelta(hours=1))
    assert cells(desk.get("/accounts?q=growthhive"), 6) == ["you keep it"]


def crowd(desk, many, profile="demo", domain="crowd.test"):
    """So many more accounts, each with one post."""
    now = desk.seat.clock.now() - timedelta(hours=1)
    people = tuple(Account(f"{domain}{n}", f"p{n}@{domain}") for n in range(many))
    posts = tuple(Post(f"{domain}{n}", one.id, now) for n, one in enumerate(people))
    desk.seat.store.remember(profile, Page(posts, people, None), now)


def test_there_are_a_hundred_rows_on_a_page_and_the_next_leads_on(desk):
    crowd(desk, 230)
    first = desk.get("/accounts?q=crowd.test&sort=name")
    assert len(handles(first)) == 100
    assert "230 of" in first.text
    second = desk.get(heading(first, "More"))
    third = desk.get(heading(second, "More"))
    assert len(handles(third)) == 30
    assert len({*handles(first), *handles(second), *handles(third)}) == 230
    assert "More" not in [words for words, _ in third.page.links]
    assert len(handles(desk.get("/accounts?q=crowd.test&page=99999"))) == 30
    assert len(handles(desk.get("/accounts?q=crowd.test&page=-1"))) == 100


def test_the_accounts_of_all_profiles_or_of_one_network_stand_in_one_table(tmp_path):
    with lived(tmp_path) as (store, config, clock):
        (mine,) = config.profiles
        config = replace(config, profiles=(mine, replace(mine, name="sky", platform="bluesky", server="")))
        desk = desk_of(store, config, clock)
        crowd(desk, 3, "sky", "sky.test")
        assert "With a link" in desk.get("/accounts").text
        assert "Network" not in [words for words, _ in desk.get("/accounts").page.links]
        assert sorted(handles(desk.get("/accounts?profile=sky"))) == [f"p{n}@sky.test" for n in range(3)]
        everybody = desk.get("/accounts?profile=demo&among=all&sort=-network")
        assert {"p0@sky.test", HIVE} <= set(handles(everybody))
        assert set(cells(everybody, 8)) == {"Bluesky", "the demo’s"}
        there = next(to for words, to in everybody.page.links if "p0@" in words)
        assert "profile=sky" in there
        assert desk.get(there).status == 200
        assert "data-names" not in everybody.text, "the picture is of one timeline"
        on_bluesky = desk.get("/accounts?profile=demo&among=bluesky")
        assert sorted(handles(on_bluesky)) == [f"p{n}@sky.test" for n in range(3)]


def test_hostile_names_and_rules_stay_text(desk):
    store, now = desk.seat.store, desk.seat.clock.now()
    account = Account('x"><script>', f"{HOSTILE}@evil.test", HOSTILE)
    store.remember(
        "demo",
        Page((Post("e1", account.id, now - timedelta(hours=1), links=("https://a.test",)),), (account,), None),
        now,
    )
    store.record(
        [Entry(now, "demo", account, Event.JUDGED, rule=HOSTILE, step=Step.MUTE, readings={"link_share": 1.0})]
    )
    answer = desk.get("/accounts")
    assert "alert(1)" in answer.text
    for part in ("<script>alert", "\u202e", "\x1b", 'x"><'):
        assert part not in answer.text
    there = next(to for words, to in answer.page.links if "evil.test" in words)
    assert desk.get(there).status == 200
    assert desk.get("/accounts?q=%3Cscript%3E&rule=%22%3E%3Cb%3E&sort=%00&among=%22").status == 200


def test_before_anything_was_read_it_says_so(tmp_path):
    with lived(tmp_path) as (store, config, clock):
        (mine,) = config.profiles
        desk = desk_of(store, replace(config, profiles=(replace(mine, name="new"),)), clock)
        assert "Nobody yet: nothing of the timeline was read." in desk.get("/accounts").text


def test_no_page_carries_a_style_or_a_script_of_its_own(demo):
    text = demo.get("/accounts").text
    assert not re.search(r"\sstyle=|\son[a-z]+=|<style|<script(?! src=)", text)


@pytest.mark.parametrize(
    ("name", "handle", "initials"),
    [
        ("Growth Hive", HIVE, "GH"),
        ("", "@anna@example.org", "A"),
        ("🌱 garden — news", "g@example.org", "GN"),
        ("Élodie", "e@example.org", "É"),
        ("🎈🎈", "9lives@example.org", "9"),
        ("", "", "?"),
        ("<b>", "x@example.org", "B"),
    ],
)
def test_a_face_is_made_of_initials(name, handle, initials):
    assert face("1", name, handle).initials == initials
    assert 1 <= face("1", name, handle).colour <= 6
    assert face("1", name, handle) == face("1", name, handle), "an account keeps its colour"
