"""A change of the config: shown first, written only as it was shown, and put back to the byte."""

import os
import sqlite3
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlencode

import pytest

from bot.config import load
from bot.config.loading import FROM_ENVIRONMENT
from bot.config.saving import MOST_BACKUPS
from bot.judging.moves import Move, moved
from bot.service.config_watch import SETTLED, ConfigWatch
from bot.service.rule_tests import held_to_tests
from tests.unit.desk.asked import Answer, Asked, desk_of, lived

PROMO = "self-promoter|when|promo_words|at_least|0.3"
MIRROR = "feed mirror|when|link_share|at_least|0.98"
ASKED = {"promo_words: {at_least: 0.12}": "promo_words: {at_least: 0.3}"}
TAUGHT = """\
profiles:
  - {name: demo, platform: memory}
rules:
  - name: links
    when: {link_share: {at_least: 0.9}}
    then: mute
    tests:
      - {says: a feed, made: {posts: 60, links: 0.95}, expect: fires}
"""


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Asked]:
    with lived(tmp_path) as (store, config, clock):
        yield desk_of(store, config, clock)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "config.yaml"


def address(*moves: str, page: str = "/change") -> str:
    return f"{page}?{urlencode([('move', one) for one in moves])}"


def send(desk: Asked, page: Answer, action: str, **other: str) -> Answer:
    """The form of a page, sent as it stands but for these fields."""
    form = page.page.form(action)
    assert form.method == "post"
    return desk.post(form.action, {**form.fields, **other})


def files(folder: Path) -> dict[str, bytes]:
    """What lies there beside the store."""
    return {one.name: one.read_bytes() for one in folder.iterdir() if not one.name.startswith("quietfeed.sqlite")}


def rows(folder: Path) -> str:
    """All that the store holds."""
    with sqlite3.connect(folder / "quietfeed.sqlite") as store:
        return sha256("\n".join(store.iterdump()).encode()).hexdigest()


def test_a_change_is_shown_as_lines_of_the_file_and_nothing_is_written(desk, path):
    before, held = files(path.parent), rows(path.parent)
    page = desk.get(address(PROMO, MIRROR)).page
    assert "“self-promoter”: advertising at least 0.12 → 0.30" in page.text
    assert "− promo_words: {at_least: 0.12} + promo_words: {at_least: 0.3}" in page.text
    assert "+ link_share: {at_least: 0.98}" in page.text
    assert "Your rules’ own tests: 3 tests, all pass." in page.text
    assert desk.get(address(PROMO, page="/effect")).status == 200
    assert (files(path.parent), rows(path.parent)) == (before, held)


def test_what_is_kept_is_what_was_shown_and_the_file_as_it_was_lies_beside_it(desk, path):
    before, held = path.read_bytes(), rows(path.parent)
    done = desk.follow(send(desk, desk.get(address(PROMO)), "/keep-change"))
    ((was, now),) = ASKED.items()
    assert path.read_bytes() == before.replace(was.encode(), now.encode()) != before
    assert files(path.parent)["config.yaml.bak"] == before
    assert "config.yaml is changed; as it was, it is kept in config.yaml.bak." in done.page.text
    assert "takes it up by itself" in done.page.text
    assert "what your limits ask for, such as a second look, holds for a changed rule as ever" in done.page.text
    assert rows(path.parent) == held, "nothing is acted on"


def test_it_is_put_back_to_the_byte(desk, path):
    before = path.read_bytes()
    done = desk.follow(send(desk, desk.get(address(PROMO, MIRROR)), "/keep-change"))
    back = desk.get(done.page.link("Put it back as it was"))
    assert "− promo_words: {at_least: 0.3} + promo_words: {at_least: 0.12}" in back.page.text
    assert path.read_bytes() != before, "shown first"
    returned = desk.follow(send(desk, back, "/put-back"))
    assert path.read_bytes() == before
    assert "config.yaml is as it was again; what it said until now is kept in config.yaml.bak2." in returned.page.text
    assert [words for words, _ in returned.page.links if words.startswith("Put")] == [
        "Put it back as it was",
        "Put this back",
    ]


def test_of_a_file_that_was_changed_meanwhile_nothing_is_written_and_the_change_is_shown_anew(desk, path):
    page = desk.get(address(PROMO))
    path.write_text(path.read_text().replace("promo_words: {at_least: 0.12}", "promo_words: {at_least: 0.2}  # mine"))
    before = files(path.parent)
    answer = desk.follow(send(desk, page, "/keep-change"))
    assert files(path.parent) == before
    assert "config.yaml was changed meanwhile, and nothing was written." in answer.page.text
    assert "− promo_words: {at_least: 0.2} # mine + promo_words: {at_least: 0.3} # mine" in answer.page.text
    assert "“self-promoter”: advertising at least 0.20 → 0.30" in answer.page.text


@pytest.mark.parametrize("which", ["config.yaml", "config.yaml.bak"])
def test_nothing_is_put_back_once_the_file_or_its_backup_was_changed(desk, path, which):
    send(desk, desk.get(address(PROMO)), "/keep-change")
    page = desk.get("/back?backup=config.yaml.bak")
    changed = path.with_name(which)
    changed.write_bytes(changed.read_bytes() + b"# and this\n")
    before = files(path.parent)
    answer = desk.follow(send(desk, page, "/put-back"))
    assert files(path.parent) == before
    assert "was changed meanwhile, and nothing was written" in answer.page.text


@pytest.mark.parametrize("mark", ["", "0" * 128, "x"])
def test_a_form_without_the_mark_of_what_was_shown_writes_nothing(desk, path, mark):
    before = files(path.parent)
    assert send(desk, desk.get(address(PROMO)), "/keep-change", mark=mark).status == 303
    assert files(path.parent) == before


def test_a_form_sent_again_writes_once(desk, path):
    page = desk.get(address(PROMO))
    send(desk, page, "/keep-change")
    before = files(path.parent)
    send(desk, page, "/keep-change")
    assert files(path.parent) == before


@pytest.mark.parametrize(
    "name",
    ["", "config.yaml", "../config.yaml.bak", "/etc/passwd", "config.yaml.bak1", "other.yaml.bak", "quietfeed.sqlite",
     "config.yaml.bak\x00", "config.yaml.bak7"],
)  # fmt: skip
def test_only_what_was_kept_of_the_file_can_be_put_back(desk, path, name):
    path.with_name("config.yaml.bak1").write_bytes(path.read_bytes())
    path.with_name("other.yaml.bak").write_bytes(path.read_bytes())
    path.with_name("config.yaml.bak7").symlink_to("other.yaml.bak")
    before = files(path.parent)
    there = urlencode({"backup": name})
    assert desk.get(f"/back?{there}").status == 404
    assert desk.post(f"/put-back?{there}", {"mark": "x"}).status == 303
    assert files(path.parent) == before


def test_a_backup_that_is_no_config_is_refused_with_its_faults(desk, path):
    path.with_name("config.yaml.bak").write_text("profiles: 3\n")
    page = desk.get("/back?backup=config.yaml.bak").page
    assert "config.yaml.bak is no config that can be worked by" in page.text
    assert "config.yaml.bak:1:11" in page.text
    assert page.forms == []


def test_a_config_whose_own_tests_would_fail_is_not_kept_and_the_test_is_told(desk, path):
    path.write_text(TAUGHT)
    stricter = "links|when|link_share|at_least|0.98"
    page = desk.get(address(stricter)).page
    assert "the test “a feed” of rule “links” fails: it should fire on the account, but spares it" in page.text
    assert "mend the rule or the test; `quietfeed test-rules` shows them all" in page.text
    assert "+ when: {link_share: {at_least: 0.98}}" in page.text
    assert page.forms == []
    mark = mark_of(path) + sha256(TAUGHT.replace("0.9}", "0.98}").encode()).hexdigest()
    before = files(path.parent)
    sent = desk.follow(desk.post(address(stricter, page="/keep-change"), {"mark": mark}))
    assert "Nothing was written." in sent.page.text
    assert files(path.parent) == before
    assert "1 test, it passes" in desk.get(address("links|when|link_share|at_least|0.85")).page.text


def mark_of(path: Path) -> str:
    return sha256(path.read_bytes()).hexdigest()


SHARED = """\
profiles:
  - {name: demo, platform: memory}
rules:
  - name: links
    when: &few {link_share: {at_least: 0.9}}
    then: mute
  - {name: more, when: *few, then: list}
"""


def test_of_a_file_that_cannot_be_changed_in_place_the_lines_to_change_are_told(desk, path):
    path.write_text(SHARED)
    page = desk.get(address("more|when|link_share|at_least|0.95")).page
    assert "change it by hand: “more”: link_share at_least 0.95 (line 5)" in page.text
    assert page.forms == []


def test_a_config_from_the_environment_is_said_to_be_changed_there(desk, path):
    kept = path.rename(path.with_name(FROM_ENVIRONMENT))
    asked = desk_of(desk.seat.store, load(kept), desk.seat.clock)
    page = asked.get(address(PROMO)).page
    assert "the config comes from the environment: change QUIETFEED_CONFIG_YAML where your host keeps it" in page.text
    assert "+ promo_words: {at_least: 0.3}" in page.text, "what to change there is shown all the same"
    assert page.forms == []


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is forbidden to root")
def test_a_folder_that_may_not_be_written_is_said_before_anybody_presses_the_button(desk, path):
    path.parent.chmod(0o500)
    try:
        page = desk.get(address(PROMO)).page
    finally:
        path.parent.chmod(0o700)
    assert "cannot be written: Permission denied" in page.text
    assert page.forms == []


def test_what_the_disk_refuses_is_said_and_the_file_stays(desk, path):
    page = desk.get(address(PROMO))
    for number in range(1, MOST_BACKUPS + 1):
        path.with_name(f"config.yaml.bak{number if number > 1 else ''}").write_text("kept")
    before = path.read_bytes()
    answer = desk.follow(send(desk, page, "/keep-change"))
    assert "Nothing was written." in answer.page.text
    assert "holds 100 backups of config.yaml: remove some" in answer.page.text
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    "moves",
    [
        ["gone|when|link_share|at_least|0.5"],
        ["feed mirror|when|lnk_share|at_least|0.5"],
        ["feed mirror|when|link_share|at_top|0.5"],
        ["feed mirror|when|link_share|at_least|nan"],
        ["feed mirror|when|link_share|at_least|1e400"],
        ["feed mirror|when|link_share|at_least|-inf"],
        ["<script>alert(1)</script>"],
        ["\r\nset-cookie: a=b"],
        ["\x00|when|link_share|at_least|0.5"],
        [f"feed mirror|when|link_share|at_least|{'9' * 5000}"],
        ["feed mirror|when|link_share|at_least|0.5"] * 3000 + ["gone|when|link_share|at_least|0.5"],
    ],
)
def test_what_is_no_move_is_refused_in_words_and_nothing_is_written(desk, path, moves):
    before = files(path.parent)
    page = desk.get(address(*moves))
    assert page.status == 200
    assert "This cannot be kept" in page.page.text
    assert page.page.forms == []
    assert "<script>alert" not in page.text
    assert desk.get(address(*moves, page="/effect")).page.text.count("This cannot be told.") == 1
    sent = desk.post(address(*moves, page="/keep-change"), {"mark": mark_of(path)})
    assert sent.status == 303
    assert "set-cookie" not in sent.headers
    assert files(path.parent) == before


def test_a_faulty_config_is_not_changed_and_its_faults_are_told(desk, path):
    path.write_text(path.read_text().replace("link_share", "lnk_share"))
    page = desk.get(address(PROMO)).page
    assert "lnk_share" in page.text
    assert page.forms == []


def test_bounds_that_stay_are_no_change(desk, path):
    page = desk.get(address("self-promoter|when|promo_words|at_least|0.12")).page
    assert "config.yaml says so already: nothing would change." in page.text
    assert page.forms == []


def test_what_a_change_would_have_done_is_told_in_the_words_of_try(desk, path):
    page = desk.get(address(PROMO, page="/effect")).page
    assert "With this change instead of config.yaml, over 14 days" in page.text
    assert "another step" in page.text
    assert "Growth Hive" in page.text
    assert "“self-promoter” fires no more: 1 in 7 posts in the words of advertising" in page.text
    assert any(where.startswith("/account?id=") for _, where in page.links)


def test_a_change_that_decides_about_nobody_says_so(desk, path):
    path.with_name("config.yaml.bak").write_text(path.read_text() + "# and this\n")
    assert "+ # and this" in desk.get("/back?backup=config.yaml.bak").page.text
    assert "Nothing that decides about anybody changes." in desk.get("/effect?backup=config.yaml.bak").page.text


def test_the_watch_of_a_daemon_takes_up_what_was_kept(desk, path):
    clock = desk.seat.clock
    watch = ConfigWatch(lambda: held_to_tests(load(path)), desk.seat.store, clock)
    before = watch.read()
    watch.take_up(before)
    clock.wait(2 * SETTLED)
    assert not watch.is_due()
    send(desk, desk.get(address(PROMO)), "/keep-change")
    assert not watch.is_due()
    clock.wait(2 * SETTLED)
    assert watch.is_due()
    watch.take_up(watch.read())
    assert watch.config is not None
    assert watch.config.rules == moved(
        before.rules, [Move("self-promoter", "promo_words", "at_least", 0.12, 0.3)], before.minimum
    )
    assert not watch.is_due()
