"""`quietfeed tune` on the demo's store: suggested, written, refused, and by which words."""

import json
import sqlite3
import stat
from functools import partial
from pathlib import Path

import pytest

from bot.config import load
from bot.report.shapes import TuneJson
from bot.store import FeedbackKind, open_store
from tests.shapes import misfits
from tests.unit.cli.conftest import Says

SELLERS = ("max.sells@brand.test", "webinars@market.test", "whitepapers@brand.test")


@pytest.fixture
def tuned(says: Says) -> Says:
    """Runs `quietfeed tune` there: code, out, err."""
    return partial(says, "tune")


def judge(word: FeedbackKind, *handles: str) -> None:
    """Say it of these accounts."""
    store = open_store("quietfeed.sqlite", exclusive=False)
    newest = {entry.account.handle: entry for entry in store.latest_judged("demo").values()}
    for handle in handles:
        store.set_feedback("demo", newest[handle].account, word, "", newest[handle].at)
    store.close()


def bounds(path: Path) -> dict[str, object]:
    return {rule.name: rule.when for rule in load(path).rules}


def test_too_few_judgements_are_refused_with_how_many_lack_and_how_to_give_them(tuned):
    judge("noise", "growthhive@market.test")
    code, out, err = tuned("--write")
    assert (code, out) == (2, "")
    assert "you judged 2 accounts of the last 14 days, and a bound rests on 3 at least" in err
    assert "judge 1 more with `quietfeed review`" in err


def test_a_rule_that_fires_on_accounts_called_fine_is_tightened_and_nothing_written(tuned, folder):
    judge("fine", *SELLERS)
    judge("noise", "growthhive@market.test")
    before = {one.name: one.read_bytes() for one in folder.iterdir() if one.suffix == ".yaml"}
    code, out, _ = tuned()
    assert code == 0
    assert out.startswith("By 5 accounts that you judged (4 fine, 1 noise), as they were in the last 14 days:\n")
    assert "“self-promoter”: " in out
    assert "Rests on 5 accounts that you judged (4 fine, 1 noise): a hint, no more." in out
    assert "\n--- config.yaml\n+++ config.yaml, tuned\n@@ " in out
    assert out.endswith("Nothing is changed yet. To change config.yaml so: quietfeed tune --write\n")
    assert {one.name: one.read_bytes() for one in folder.iterdir() if one.suffix == ".yaml"} == before


def test_what_is_written_is_the_diff_and_the_file_as_it_was_is_kept(tuned, folder):
    judge("fine", *SELLERS)
    path = folder / "config.yaml"
    path.chmod(0o640)
    before = path.read_bytes()
    suggested = json.loads(tuned("--json")[1])
    code, out, _ = tuned("--write")
    assert code == 0
    assert out.endswith(
        "config.yaml is changed; as it was, it is kept in config.yaml.bak.\nSee what comes of it: quietfeed try\n"
    )
    assert (folder / "config.yaml.bak").read_bytes() == before
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    old, new = before.decode().splitlines(), path.read_text().splitlines()
    changed = [(was, now) for was, now in zip(old, new, strict=True) if was != now]
    shown = [line[1:] for line in suggested["diff"].splitlines()[2:] if line[0] in "-+"]
    assert sorted(shown) == sorted(line for pair in changed for line in pair)
    for one in suggested["suggestions"]:
        assert getattr(bounds(path)[one["rule"]][one["signal"]], one["end"]) == one["instead"]


def test_written_once_there_is_nothing_more_to_write(tuned, folder):
    judge("fine", *SELLERS)
    tuned("--write")
    before = (folder / "config.yaml").read_bytes()
    while json.loads(tuned("--write", "--json")[1])["written"]:  # what fell through to another rule may be next
        assert (folder / "config.yaml").read_bytes() != before
        before = (folder / "config.yaml").read_bytes()
    code, out, _ = tuned("--write")
    assert (code, "No bound is to be changed." in out) == (0, True)
    assert (folder / "config.yaml").read_bytes() == before


@pytest.mark.parametrize(
    ("rules", "after"),
    [
        ("rules: shipped\n", "rules:\n  - use: shipped\n  - use: self-promoter\n    when: {"),
        ("", "\nrules:\n  - use: shipped\n  - use: self-promoter\n    when: {"),
        (
            "rules:\n  - use: shipped\n  - use: self-promoter   # gently\n    for: 14d\n",
            "rules:\n  - use: shipped\n  - use: self-promoter   # gently\n    when: {",
        ),
    ],
)
def test_a_shipped_rule_is_changed_by_its_name_in_the_owners_own_file(tuned, folder, rules, after):
    judge("fine", *SELLERS)
    path = folder / "config.yaml"
    head = "# mine\nstore: quietfeed.sqlite\nprofiles:\n  - {name: demo, platform: memory}\n"
    path.write_text(head + rules)
    assert tuned("--write")[0] == 0
    assert path.read_text().startswith(head + after)
    assert set(bounds(path)) == set(bounds(folder / "config.yaml.bak"))


def test_a_bound_that_several_rules_share_is_left_to_be_changed_by_hand(tuned, folder):
    judge("fine", *SELLERS)
    path = folder / "config.yaml"
    text = path.read_text().replace("promo_words: {at_least: 0.12}", "promo_words: &said {at_least: 0.12}")
    path.write_text(text.replace("promo_words: {at_least: 0.1}", "promo_words: *said"))
    _, out, _ = tuned()
    assert "“self-promoter” fires on 4 accounts that you called fine: " in out
    assert "would mend it: change it by hand, for others in your file share it" in out
    assert "&said" not in out


def test_the_bytes_before_the_text_and_the_line_ends_stay(tuned, folder):
    judge("fine", *SELLERS)
    path = folder / "config.yaml"
    before = b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n")
    path.write_bytes(before)
    assert json.loads(tuned("--write", "--json")[1])["written"]
    after = path.read_bytes()
    assert after.startswith(b"\xef\xbb\xbf#")
    assert after.count(b"\r\n") == after.count(b"\n") == before.count(b"\n")


def test_whom_the_config_keeps_counts_as_fine_and_who_leaves_it_does_not(tuned, folder):
    judge("fine", *SELLERS)
    assert json.loads(tuned("--json")[1])["fine"] == 4
    path = folder / "config.yaml"
    path.write_text(path.read_text().replace('keep: ["coupons@deals.test"]', "keep: []"))
    assert json.loads(tuned("--json")[1])["fine"] == 3


def test_the_json_is_what_its_table_says(tuned):
    judge("fine", *SELLERS)
    code, out, _ = tuned("--json", "--days", "3")
    data = json.loads(out)
    assert code == 0
    assert misfits(data, TuneJson) == []
    assert data["suggestions"][0]["change"] == "tighter"
    assert (data["written"], data["backup"]) == (False, None)


def test_a_bound_that_the_rules_own_tests_speak_against_is_not_suggested(tuned, folder):
    judge("fine", *SELLERS)
    path = folder / "config.yaml"
    rules = [one["rule"] for one in json.loads(tuned("--json")[1])["suggestions"]]
    assert "headline broadcaster" in rules
    head, name, rest = path.read_text().partition("  - name: headline broadcaster\n")
    test = (
        "    tests:\n      - says: this much is enough\n        expect: fires\n"
        "        made: {posts: 45, days: 10, text: 'New %words https://shop.example/%n'}\n"
    )
    path.write_text(head + name + test + rest)
    data = json.loads(tuned("--json")[1])
    assert "headline broadcaster" not in [one["rule"] for one in data["suggestions"]]
    assert ("headline broadcaster", "own tests") in [(one["rule"], one["why"]) for one in data["without"]]


def test_rules_that_hold_for_two_profiles_are_not_loosened_onto_a_friend_in_the_other(folder, tuned):
    """Both profiles saw the same town; in one the sellers are noise that a narrowed rule misses, in the other fine."""
    path = folder / "config.yaml"
    narrowed = "rules:\n  - {name: links, when: {link_share: {at_least: 0.9}, own_posts: {at_least: 72}}, then: mute}\n"
    path.write_text(
        "store: quietfeed.sqlite\nprofiles:\n  - {name: demo, platform: memory}\n  - {name: away, platform: memory}\n"
        + narrowed
    )
    judge("noise", *SELLERS)
    assert tuned()[0] == 2  # which profile?
    code, out, _ = tuned("--profile", "demo", "--json")
    assert code == 0
    (found,) = json.loads(out)["suggestions"]
    assert (found["signal"], found["instead"], found["change"]) == ("own_posts", 64, "looser")
    _copy_profile("away")
    assert json.loads(tuned("--profile", "demo", "--json")[1])["suggestions"] == []


def _copy_profile(name: str) -> None:
    """Give another profile the same past, with the opposite word on the sellers."""
    with sqlite3.connect("quietfeed.sqlite") as store:
        tables = [row[0] for row in store.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        of_author = "SELECT b.id FROM authors a JOIN authors b USING (account_id) WHERE a.id = author AND b.profile = "
        values = {"profile": f"'{name}'", "author": f"({of_author}'{name}')"}
        for table in sorted(tables, key=lambda table: table != "authors"):
            told = list(store.execute(f"PRAGMA table_info({table})"))
            keys = [row[1] for row in told if row[5]]
            columns = [row[1] for row in told if [row[1]] != keys]  # a number of its own is given anew
            if "profile" in columns and table != "feedback":
                taken = ", ".join(values.get(one, one) for one in columns)
                store.execute(f"INSERT INTO {table} ({', '.join(columns)}) SELECT {taken} FROM {table}")
    opened = open_store("quietfeed.sqlite", exclusive=False)
    for one in opened.judgements("demo").values():
        opened.set_feedback(name, one.account, "fine", "", one.at)
    opened.close()


def test_more_evidence_is_written_for_this_rule_alone_and_once_only(tuned, folder):
    judge("fine", *SELLERS)
    judge("noise", "growthhive@market.test")
    path = folder / "config.yaml"
    head = path.read_text().partition("\nrules:")[0]
    rules = (
        "\nrules:\n  # mine: sellers\n  - name: sellers\n    when:\n      link_share: {at_least: 0.9}   # nearly all\n"
        "    unless:\n      reply_share: {at_least: 0.1}\n    then: list\n"
    )
    path.write_text(head + rules)
    code, out, _ = tuned("--write")
    assert code == 0
    assert "“sellers”: evidence own_posts 75 instead of 20\n" in out
    assert "\n+    evidence: {own_posts: 75}\n" in out
    assert path.read_text() == head + rules.replace("    when:", "    evidence: {own_posts: 75}\n    when:")
    assert load(path).rules[0].minimum.own_posts == 75
    code, out, _ = tuned("--json")
    assert (code, json.loads(out)["suggestions"]) == (0, [])
