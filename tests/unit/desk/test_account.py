"""Account: what is told of one, and what comes of each of the owner's remedies."""

import re
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.actions.recorded import recorded_actions
from bot.model import Account, Entry, Event, Post, Step
from bot.platforms.base import Feed, LoginNeeded, Page, Unreachable
from bot.platforms.reading import Reading
from tests.unit.desk.asked import demo_network, desk_of, lived

HIVE = "growthhive@market.test"
NAME = "Growth Hive"
HOSTILE = "<script>alert(1)</script>\u202e\x1b[31m\"'`"


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    with lived(tmp_path_factory.mktemp("demo")) as (store, config, clock):
        yield desk_of(store, config, clock)


@pytest.fixture
def dry(tmp_path):
    """A desk while nothing may be touched."""
    with lived(tmp_path) as (store, config, clock):
        yield desk_of(store, config, clock)


@pytest.fixture
def acting(tmp_path):
    """A desk whose owner lets quietfeed act."""
    with lived(tmp_path) as (store, config, clock):
        store.note("consent:demo", clock.now().isoformat())
        yield desk_of(store, replace(config, dry_run=False), clock)


def by(desk, connect):
    """The same desk, with another login."""
    return desk_of(desk.seat.store, desk.seat.config, desk.seat.clock, connect)


def account(desk, handle=HIVE):
    return desk.seat.store.find_account("demo", handle)


def page_of(desk, handle=HIVE):
    answer = desk.get(f"/account?id={account(desk, handle).id}")
    assert answer.status == 200, answer.text
    return answer


def do(desk, what, handle=HIVE, **fields):
    """What the page says once that was done."""
    return desk.follow(desk.post(f"/account/{what}", {"id": account(desk, handle).id, **fields}))


def offered(answer):
    return {form.action.rpartition("/")[2] for form in answer.page.forms}


def in_force(desk, *, dry):
    return [a.step for a in recorded_actions(desk.seat.store, "demo", dry=dry) if a.in_force and a.is_asked]


def is_muted(platform, whom):
    return platform.standing([whom], deciding=False)[whom.id].muted


def test_it_says_what_comes_of_it_and_why_with_every_bound_its_posts_and_its_story(demo):
    answer = page_of(demo)
    text = answer.page.text
    assert "would be muted for 30 days: 120 posts in 4 days, every one with a link" in text
    assert "It would be left alone with about" in text
    assert "of your timeline." in text
    headings = [words for _, words in answer.page.headings]
    assert headings[0].startswith(NAME)
    assert headings[1:4] == ["What you can do", "Bound by bound", "self-promoter"]
    assert "It fires and decides." in text
    assert answer.text.count('class="bar"') > 20
    assert answer.text.count("<time ") >= 30
    assert "judged, mute, self-promoter (dry run)" in text
    assert [level for level, _ in answer.page.headings][:4] == [1, 2, 2, 3]


def test_the_rule_that_decides_comes_first_and_the_others_are_folded(demo):
    answer = page_of(demo)
    folded = answer.text.index("Every other rule")
    assert answer.text.index("<h3>self-promoter</h3>") < folded < answer.text.index("<h3>link broadcaster</h3>")


def test_an_account_that_only_showed_in_the_timeline_has_a_page_too(demo):
    answer = page_of(demo, "robin@quiet.example")
    assert "In the last 14 days your timeline showed 34 posts: " in answer.page.text
    assert "Its own feed was not read yet, so no rule was asked about it" in answer.page.text
    assert "What your timeline showed" in answer.page.text
    assert "Bound by bound" not in answer.page.text
    assert "answered hugo@social.test" in answer.page.text, "whom it answers is named"


def test_how_the_owner_stands_to_it_is_told_as_far_as_it_is_remembered(demo):
    assert "You and it: you follow it, it does not follow you." in page_of(demo).page.text
    assert "you follow each other" in page_of(demo, "jo@social.test").page.text


@pytest.mark.parametrize("query", ["", "?id=", "?id=nobody", "?id=%00%22%3E", "?id=" + "x" * 3000])
def test_an_account_of_which_nothing_is_known_has_no_page(demo, query):
    answer = demo.get(f"/account{query}")
    assert answer.status == 404
    assert "there is no such account here" in answer.text


def test_no_write_is_done_on_an_account_of_which_nothing_is_known(dry):
    for what in ("keep", "unkeep", "quiet", "undo", "judge", "forget"):
        answer = dry.post(f"/account/{what}", {"id": "nobody", "step": "mute", "for": "1d", "opinion": "noise"})
        assert answer.status == 404
    assert not dry.seat.store.judgements("demo")


def test_keeping_an_account_and_keeping_it_no_longer_is_said(dry):
    assert "keep" in offered(page_of(dry))
    kept = do(dry, "keep")
    assert "will not be touched again." in kept.page.text
    assert "quietfeed unkeep" not in kept.text
    assert account(dry).id in dry.seat.store.feedback("demo", "keep")
    assert {"unkeep"} == offered(kept) & {"keep", "unkeep", "quiet"}
    again = do(dry, "unkeep")
    assert "is kept no longer." in again.page.text
    assert not dry.seat.store.feedback("demo", "keep")


def test_whom_the_config_keeps_is_told_and_no_button_promises_otherwise(demo):
    answer = page_of(demo, "coupons@deals.test")
    assert "Your config keeps it" in answer.page.text
    assert not offered(answer) & {"keep", "unkeep", "quiet"}
    said = do(demo, "quiet", "coupons@deals.test", **{"step": "mute", "for": "1d"})
    assert "you keep it" in said.page.text


def test_in_dry_run_quieting_is_only_noted(dry):
    assert "This is a dry run: it would only be noted." in page_of(dry).page.text
    said = do(dry, "quiet", step="list", **{"for": "7d"})
    assert "Would list" in said.page.text
    assert "This is a dry run: nothing was changed." in said.page.text
    assert in_force(dry, dry=True) == [Step.LIST]
    assert in_force(dry, dry=False) == []
    assert "since you asked for it" in said.page.text
    assert "undo" not in offered(said), "nothing stands that could be taken back"
    assert "so nothing was undone" in do(dry, "undo").page.text


def test_an_account_is_quieted_and_that_is_taken_back(acting):
    said = do(acting, "quiet", step="mute", **{"for": "7d"})
    end = acting.seat.clock.now() + timedelta(days=7)
    assert f"muted until {end:%a} {end.day} {end:%b}." in said.page.text
    assert in_force(acting, dry=False) == [Step.MUTE]
    assert f"Muted until {end.day} {end:%b}, since you asked for it." in said.page.text
    assert "Take back the mute" in said.page.text
    with acting.seat.connect(acting.seat.config.profiles[0]) as platform:
        assert is_muted(platform, account(acting))
        undone = do(acting, "undo")
        assert not is_muted(platform, account(acting))
    assert "Undone: the mute of" in undone.page.text
    assert "left alone from now on" in undone.page.text
    assert account(acting).id in acting.seat.store.feedback("demo", "veto")
    assert "since you took back what was done to it" in undone.page.text
    assert "quiet" in offered(undone), "what is asked for now is done all the same"
    assert "left alone" not in do(acting, "unkeep").page.text.partition("What you can do")[2].partition("Bound")[0]


def test_keeping_whom_something_is_done_to_says_when_that_ends(acting):
    do(acting, "quiet", step="mute", **{"for": "1d"})
    assert "What is done to it now ends with the next sweep." in do(acting, "keep").page.text


def test_what_no_form_of_ours_asks_for_is_refused(dry):
    for fields in ({"step": "block", "for": "1d"}, {"step": "mute", "for": "9999d"}, {}):
        assert dry.post("/account/quiet", {"id": account(dry).id, **fields}).status == 400
    assert dry.post("/account/judge", {"id": account(dry).id, "opinion": "spam"}).status == 400
    assert in_force(dry, dry=True) == []


def test_a_login_that_only_reads_is_told_with_its_remedy(acting):
    @contextmanager
    def reading(profile):
        with demo_network()(profile) as platform:
            yield Reading(platform)

    desk = by(acting, reading)
    said = do(desk, "quiet", step="mute", **{"for": "1d"})
    assert "this login was made to read alone, and a mute needs more; a login that asks for the rest" in said.page.text
    assert in_force(desk, dry=False) == []
    do(acting, "quiet", step="mute", **{"for": "1d"})
    undone = do(desk, "undo")
    assert "was taken back: this login was made to read alone" in undone.page.text
    assert in_force(desk, dry=False) == [Step.MUTE]
    assert not desk.seat.store.feedback("demo", "veto")


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (Unreachable("social.test does not answer"), "social.test does not answer; is the address right"),
        (LoginNeeded("the app password was revoked"), "the app password was revoked; "),
    ],
)
def test_a_fault_of_the_network_is_told_with_its_next_step(acting, fault, said):
    @contextmanager
    def failing(profile):
        raise fault
        yield

    desk = by(acting, failing)
    answer = do(desk, "quiet", step="mute", **{"for": "1d"})
    assert f"Nothing was done to {NAME}" in answer.page.text
    assert said in answer.page.text
    assert said in do(desk, "undo").page.text


def test_a_take_back_that_the_network_fails_is_done_by_the_next_sweep(acting):
    do(acting, "quiet", step="mute", **{"for": "1d"})

    @contextmanager
    def failing(profile):
        with acting.seat.connect(profile) as platform:
            yield Broken(platform)

    answer = do(by(acting, failing), "undo")
    assert "was taken back: social.test does not answer" in answer.page.text
    assert "The next sweep does it" in answer.page.text
    assert account(acting).id in acting.seat.store.feedback("demo", "veto")


class Broken:
    """A platform that answers nothing."""

    def __init__(self, platform):
        self.platform = platform

    def __getattr__(self, name):
        if name in ("undo", "standing"):
            raise Unreachable("social.test does not answer")
        return getattr(self.platform, name)


def test_what_it_is_to_the_owner_is_kept_and_taken_back(dry):
    said = do(dry, "judge", opinion="noise")
    assert "You called" in said.page.text
    assert dry.seat.store.judgements("demo")[account(dry).id].opinion == "noise"
    assert 'aria-pressed="true">Noise' in said.text
    said = do(dry, "judge", opinion="fine")
    assert 'aria-pressed="true">Fine' in said.text
    assert 'aria-pressed="true">Noise' not in said.text
    forgotten = do(dry, "forget")
    assert "your word on it is taken back." in forgotten.page.text
    assert not dry.seat.store.judgements("demo")
    assert "forget" not in offered(forgotten)


def test_a_write_without_the_desks_word_does_nothing(dry):
    assert dry.post("/account/keep", {"id": account(dry).id, "word": "another"}).status == 403
    assert not dry.seat.store.feedback("demo", "keep")


def test_hostile_names_and_posts_stay_text_and_lead_nowhere(dry):
    store, now = dry.seat.store, dry.seat.clock.now()
    evil = Account('x"><script>', f"{HOSTILE}@evil.test", HOSTILE, url="javascript:alert(1)")
    words, address = f"{HOSTILE}\nhttps://a.test/x) and javascript:alert(2)", "https://a.test/x"
    posts = (
        Post("e1", evil.id, now - timedelta(hours=1), words, (address,), url="javascript:alert(3)"),
        Post("e2", evil.id, now - timedelta(hours=2), "", ("javascript:alert(4)", "https://user:pass@b.test/")),
        Post("e3", evil.id, now - timedelta(hours=3), "a" * 100_000 + "\n" * 500),
    )
    store.remember("demo", Page(posts, (evil,), None), now)
    store.save_own_feed("demo", Feed(evil, posts), now, dry.seat.config.lexicon)
    store.record([Entry(now, "demo", evil, Event.JUDGED, rule=HOSTILE, step=Step.MUTE, reason=HOSTILE)])
    answer = dry.get("/account?id=x%22%3E%3Cscript%3E")
    assert answer.status == 200
    for part in ("<script>alert", "\u202e", "\x1b", 'x"><', 'href="javascript', 'user:pass@b.test/"'):
        assert part not in answer.text
    links = [to for words, to in answer.page.links if words.startswith("https://a.test")]
    assert links == ["https://a.test/x"]
    assert len(answer.body) < 200_000
    said = dry.follow(dry.post("/account/keep", {"id": evil.id}))
    assert said.status == 200
    assert "will not be touched again" in said.page.text
    assert "<script>alert" not in said.text


def test_links_to_outside_tell_nobody_where_the_reader_came_from(demo):
    for link in re.findall(r'<a [^>]*href="https?:[^>]*>', page_of(demo).text):
        assert 'rel="noreferrer noopener nofollow"' in link
