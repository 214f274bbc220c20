"""Rules: cards with sliders, and what a moved bound changes."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlencode

import pytest

from bot.config import Config, load
from bot.store import Store, open_store
from tests.unit.desk.asked import Answer, Asked, PageSeen, desk_of, lived

FOUND_ANEW = "same words to everybody|when|repeated_reply_share|at_least|0"
LET_GO = "repost flood|when|posts_per_day|at_least|40"


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Asked, Store, Config]]:
    with lived(tmp_path_factory.mktemp("rules")) as (store, config, clock):
        yield desk_of(store, config, clock), store, config


@pytest.fixture(scope="module")
def desk(town: tuple[Asked, Store, Config]) -> Asked:
    return town[0]


def moved(desk: Asked, *moves: str, path: str = "/moved") -> Answer:
    return desk.get(f"{path}?{urlencode([('move', one) for one in moves])}")


def fields_of(page: PageSeen) -> dict[str, str]:
    return page.form("/rules").fields


def test_every_rule_is_a_card_and_each_of_its_bounds_a_slider(desk: Asked, town: tuple[Asked, Store, Config]) -> None:
    answer = desk.get("/rules")
    assert answer.status == 200
    said = [words for level, words in answer.page.headings if level == 2]
    assert [rule.name for rule in town[2].rules] == [words for words in said if words != "What changes"]
    assert fields_of(answer.page)["self-promoter|when|link_share|at_least"] == "85"
    assert fields_of(answer.page)["self-promoter|unless|thread_share|at_least"] == "10"
    assert fields_of(answer.page)["self-promoter|evidence|own_posts|at_least"] == "50"
    assert answer.text.count('type="range"') == len([name for name in fields_of(answer.page) if "|" in name])


def test_a_card_tells_what_its_rule_does_and_whom_it_finds(desk: Asked) -> None:
    text = desk.get("/rules").page.text
    assert "Mute for 30 days. Finds 5 accounts, 16 % of your timeline." in text
    assert "It could not be measured for 14 of 20 accounts." in text


def test_nothing_moved_says_how_the_rules_fare_now(desk: Asked) -> None:
    text = moved(desk).page.text
    assert "15 accounts found, 54 % of your timeline." in text
    assert "Against your word: Coupons (you called it fine)." in text
    assert "Keep this change" not in text


def test_a_moved_bound_tells_whom_it_newly_finds_and_whom_it_lets_go(desk: Asked) -> None:
    answer = moved(desk, FOUND_ANEW, LET_GO)
    text = answer.page.text
    assert "2 newly found, 1 no longer found." in text
    assert "Until now: no answer said before, where at least 90 % is asked for." in text
    assert "where at least 40 is asked for" in text
    assert {words for words, address in answer.page.links if address.startswith("/account?id=")} >= {"Tomasz", "Inês"}
    assert answer.text.count('<svg class="face') == 3


def test_who_would_be_left_alone_all_the_same_is_told_so(tmp_path: Path) -> None:
    with lived(tmp_path) as (store, config, clock):
        desk, name = desk_of(store, config, clock), config.profiles[0].name
        known = store.find_account(name, "tomasz@town.test")
        assert known is not None
        assert "never asked" in moved(desk, FOUND_ANEW).page.text
        store.set_feedback(name, known, "keep", "kept", clock.now())
        assert "You called it fine" not in moved(desk, FOUND_ANEW).page.text  # by what the page was loaded with
        desk.get("/rules")
        text = moved(desk, FOUND_ANEW).page.text
        assert "It would be left alone all the same: you asked to keep it." in text
        assert "You called it fine: as you said." in text  # it would only be reported


def test_what_is_moved_is_kept_by_an_address_and_survives_a_reload(desk: Asked) -> None:
    page = moved(desk, LET_GO, path="/rules").page
    assert fields_of(page)["repost flood|when|posts_per_day|at_least"] == "40"
    assert "1 no longer found." in page.text
    assert page.link("Keep this change …") == "/change?" + urlencode({"move": LET_GO})


def test_without_script_the_form_carries_the_fields_as_they_are_shown(desk: Asked) -> None:
    fields = fields_of(desk.get("/rules").page) | {"self-promoter|when|promo_words|at_least": "24 %"}
    page = desk.get(f"/rules?{urlencode(fields)}").page
    assert page.link("Keep this change …").endswith(urlencode({"move": "self-promoter|when|promo_words|at_least|0.24"}))


def test_a_value_out_of_range_is_told_and_not_bent(desk: Asked) -> None:
    answer = desk.get("/rules?" + urlencode({"self-promoter|when|link_share|at_least": "150"}))
    assert answer.status == 200
    assert "needs a number from 0 to 100 %, not “150 %”" in answer.page.text
    assert "needs a whole number" in moved(desk, "self-promoter|evidence|own_posts|at_least|1.5").page.text
    assert "no bound that was moved" in moved(desk, "<b>").page.text


def test_a_look_at_moved_bounds_changes_nothing(town: tuple[Asked, Store, Config]) -> None:
    desk, store, config = town
    before = store.mark(), config.path.read_bytes()
    moved(desk, FOUND_ANEW, LET_GO)
    moved(desk, FOUND_ANEW, LET_GO, path="/rules")
    assert (store.mark(), config.path.read_bytes()) == before


def test_where_nobody_was_judged_the_page_says_what_to_do(tmp_path: Path, town: tuple[Asked, Store, Config]) -> None:
    desk, _, config = town
    store = open_store(str(tmp_path / "empty.sqlite"))
    try:
        empty = desk_of(store, config, desk.seat.clock)
        assert "was judged yet" in empty.get("/rules").page.text
        assert empty.get("/moved").status == 404
    finally:
        store.close()


def test_a_page_does_not_wait_for_a_long_past_and_says_that_it_is_read(
    town: tuple[Asked, Store, Config], monkeypatch: pytest.MonkeyPatch
) -> None:
    desk, store, config = town
    anew = desk_of(store, config, desk.seat.clock)
    monkeypatch.setattr("bot.desk.pages.rules.PATIENCE", 0)
    page = anew.get("/rules").page
    assert "Looking through the last weeks" in page.text
    assert "self-promoter" in [words for _, words in page.headings]
    assert "Finds 5 accounts" in anew.get(page.link("Look again")).page.text


def test_a_quota_has_no_slider_and_says_so(tmp_path: Path) -> None:
    with lived(tmp_path) as (store, config, clock):
        text = config.path.read_text("utf-8").replace(
            "\nrules:\n", "\nrules:\n  - {name: ten a day, quota: 10/day, then: mute}\n", 1
        )
        config.path.write_text(text, "utf-8")
        page = desk_of(store, load(config.path), clock).get("/rules").page
        assert "there is no bound to move here" in page.text
        assert not [name for name in fields_of(page) if name.startswith("ten a day")]


def test_hostile_names_stay_text(tmp_path: Path) -> None:
    with lived(tmp_path) as (store, config, clock):
        name = config.profiles[0].name
        known = store.find_account(name, "tomasz@town.test")
        feed = store.own_feed(name, known.id) if known else None
        assert known is not None
        assert feed is not None
        hostile = replace(known, display_name="<img src=x onerror=alert(1)>")
        store.save_own_feed(name, replace(feed.feed, account=hostile), clock.now(), config.lexicon)
        answer = moved(desk_of(store, config, clock), FOUND_ANEW)
        assert "<img" not in answer.text
        assert "&lt;img src=x" in answer.text
