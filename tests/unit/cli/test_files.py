"""`export` and `import` in Mastodon's own forms, on the demo's store."""

import gc
import io
import json
import re
import sys
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from bot.model import Account, Entry, Event, Step
from bot.platforms.base import Page
from bot.report.data import ledger_lines
from bot.report.shapes import WRITTEN
from bot.store import Store, open_store
from tests.shapes import misfits
from tests.unit.cli.conftest import Says

MUTED, ALSO_MUTED, LISTED = "growthhive@market.test", "tiptop@market.test", "herald@news.test"


@contextmanager
def stored(folder: Path) -> Iterator[Store]:
    store = open_store(str(folder / "quietfeed.sqlite"), exclusive=False)
    try:
        yield store
    finally:
        store.close()


def judged(folder):
    """Handle -> opinion and how it came."""
    with stored(folder) as store:
        return {one.account.handle: (str(one.opinion), one.how) for one in store.judgements("demo").values()}


def really_done(folder, handle, step=Step.MUTE):
    """Let the ledger say that quietfeed did this and did it for good."""
    with stored(folder) as store:
        account = store.find_account("demo", handle)
        at = store.latest_judged("demo")[account.id].at
        title = "Quieted" if step is Step.LIST else ""
        entry = {"rule": "r", "step": step, "action_id": "real", "dry": False, "list_title": title}
        store.record([Entry(at, "demo", account, event, **entry) for event in (Event.PLANNED, Event.DONE)])


# -- out


def test_what_quietfeed_would_do_is_written_in_mastodons_forms(says: Says) -> None:
    code, out, err = says("export", "mutes")
    assert (code, out) == (0, f"Account address,Hide notifications\n{MUTED},false\n{ALSO_MUTED},false\n")
    assert err.startswith(
        "2 accounts that it would mute, were it not in dry run.\n5 more wait; `quietfeed report` tells"
    )
    assert "“Muting list”, then “Merge”" in err
    _, out, err = says("export", "lists")
    assert f"Quieted,{LISTED}\n" in out
    assert "3 accounts that it would put on a list" in err
    assert "follows whoever is on an imported list" in err
    _, out, err = says("export", "follows")
    assert out == "Account address,Show boosts,Notify on new posts,Languages\nagain@social.test,false,,\n"
    assert "would unfollow everybody else" in err


def test_what_was_done_is_told_apart_from_what_would_be(says: Says, folder: Path) -> None:
    really_done(folder, LISTED)
    assert says("export", "mutes")[2].startswith(
        "1 account that quietfeed muted and 2 accounts that it would mute, were it not in dry run.\n"
    )


def test_whoever_was_renamed_is_written_as_they_are_called_today(says: Says, folder: Path) -> None:
    with stored(folder) as store:
        account = store.find_account("demo", MUTED)
        at = store.latest_judged("demo")[account.id].at
        store.remember("demo", Page((), (replace(account, handle="Hive@new.test"),), None), at)
    out = says("export", "mutes")[1]
    assert "hive@new.test,false\n" in out
    assert MUTED not in out


def test_whoever_is_kept_is_in_no_file(says: Says) -> None:
    says("keep", MUTED)
    assert MUTED not in says("export", "mutes")[1]


def test_where_nobody_is_muted_no_file_is_written(says: Says, folder: Path) -> None:
    says("keep", MUTED, ALSO_MUTED)
    code, out, err = says("export", "mutes", "--output", "m.csv")
    assert (code, out) == (0, "")
    assert "mutes nobody at present, and would mute nobody: nothing was written" in err
    assert not (folder / "m.csv").exists()


def test_a_file_is_for_its_owner_alone_and_replaced_only_when_asked(says: Says, folder: Path) -> None:
    assert says("export", "mutes", "--output", "m.csv")[0] == 0
    written = folder / "m.csv"
    assert written.stat().st_mode & 0o777 == 0o600
    code, _, err = says("export", "lists", "--output", "m.csv")
    assert code == 2
    assert "m.csv is there already" in err
    assert written.read_text().startswith("Account address")
    assert says("export", "lists", "--output", "m.csv", "--force")[0] == 0
    assert written.read_text().startswith("Quieted,")
    assert sorted(path.name for path in folder.iterdir() if path.name.startswith(".")) == []


def test_bluesky_has_no_such_forms_and_that_is_said(says: Says, folder: Path) -> None:
    config = folder / "config.yaml"
    there = "platform: bluesky, handle: robin.bsky.example"
    config.write_text(config.read_text().replace("platform: memory", there, 1))
    code, _, err = says("export", "mutes")
    assert code == 2
    assert "is on Bluesky, which takes no files of mutes" in err
    code, _, err = says("import", "m.csv")
    assert code == 2
    assert "is on Bluesky" in err


# -- in


MUTES = (
    f"Account address,Hide notifications\r\n{MUTED},true\r\nRadio@kiosk.test,false\r\n"
    "x y,true\r\nnobody@nowhere.test,\r\n"
)


def test_mutes_are_judgements_and_all_is_told_in_numbers(says: Says, folder: Path) -> None:
    Path("mutes.csv").write_text(MUTES)
    code, out, err = says("import", "mutes.csv")
    assert (code, err) == (0, "")
    assert out.startswith("1 judgement taken: noise.\n")
    assert "2 accounts (radio@kiosk.test, nobody@nowhere.test): never showed in your timeline" in out
    assert out.endswith("1 line not understood: line 4 (“x y” is no account's address).\n")
    assert judged(folder) == {MUTED: ("noise", "reviewed")}
    assert says("keep")[1].count("\n") == 2  # whom the config keeps: a judgement protects nobody


def test_the_same_file_again_takes_nothing_anew(says: Says, folder: Path) -> None:
    Path("mutes.csv").write_text(MUTES)
    says("import", "mutes.csv")
    _, out, _ = says("import", "mutes.csv")
    assert out.startswith(f"0 judgements taken: noise.\n1 account ({MUTED}): said before.\n")


def test_what_was_said_here_stays_whatever_a_file_says(says: Says, folder: Path) -> None:
    with stored(folder) as store:
        account = store.find_account("demo", MUTED)
        store.set_feedback("demo", account, "fine", "", store.latest_judged("demo")[account.id].at)
    Path("mutes.csv").write_text(MUTES)
    _, out, _ = says("import", "mutes.csv")
    assert f"1 account ({MUTED}): you called them fine, or keep them, and that stays." in out
    assert judged(folder) == {MUTED: ("fine", "reviewed")}


def test_quietfeeds_own_mutes_in_an_export_are_no_word_of_the_owners(says: Says, folder: Path) -> None:
    really_done(folder, MUTED)
    Path("mutes.csv").write_text(MUTES)
    _, out, _ = says("import", "mutes.csv")
    assert f"1 account ({MUTED}): quietfeed's own doing, so no word of yours." in out
    assert judged(folder) == {}


def test_of_lists_one_is_taken_and_never_the_one_that_quietfeed_fills(says: Says, folder: Path) -> None:
    Path("lists.csv").write_text(f'"Friends, old",{MUTED}\nQuieted,{LISTED}\nNews,{ALSO_MUTED}\n')
    code, _, err = says("import", "lists.csv", "--as", "keep", "--list", "Friends")
    assert code == 2
    assert "did you mean “Friends, old”?" in err
    _, out, _ = says("import", "lists.csv", "--as", "keep", "--list", "Friends, old")
    assert out == "1 account kept from now on.\n"
    assert judged(folder) == {MUTED: ("fine", "kept")}
    _, out, _ = says("import", "lists.csv", "--as", "keep")
    assert f"1 account ({LISTED}): quietfeed's own doing" in out
    assert f"1 account ({MUTED}): said before." in out
    assert LISTED not in judged(folder)


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("following_accounts.csv", f"Account address,Show boosts\n{MUTED},true\n", "tells whom you follow"),
        ("lists.csv", f"Friends,{MUTED}\n", "tells who is on your lists"),
        ("blocked_accounts.csv", f"{MUTED}\n", "tells whom you blocked"),
        ("x.csv", f"{MUTED}\n", "tells addresses alone"),
    ],
)
def test_only_a_mute_is_a_judgement_and_of_the_rest_the_owner_has_to_say(says: Says, folder, name, text, said) -> None:
    Path(name).write_text(text)
    code, _, err = says("import", name)
    assert code == 2
    assert said in err
    assert "--as keep" in err
    assert judged(folder) == {}
    assert says("import", name, "--as", "fine")[1] == "1 judgement taken: fine.\n"
    assert judged(folder) == {MUTED: ("fine", "reviewed")}


def test_whom_nobody_can_be_asked_about_is_told_with_the_reason(says: Says, folder: Path) -> None:
    config = folder / "config.yaml"
    config.write_text(re.sub(r", server: [^}]+", "", config.read_text(), count=1))  # its network was not kept
    Path("following.csv").write_text("ann@a.test\nben@a.test\n")
    code, out, _ = says("import", "following.csv", "--as", "keep")
    assert code == 0
    assert "2 accounts (ann@a.test, ben@a.test): not known here, and your server could not be asked: " in out


def test_standard_input_is_read_and_a_missing_file_is_said(says: Says, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(MUTES.encode())))
    assert says("import", "-")[1].startswith("1 judgement taken")
    code, _, err = says("import", "no.csv")
    assert code == 2
    assert "no.csv: No such file or directory. Name a file of Mastodon's" in err


def test_hostile_names_steer_no_terminal(says: Says) -> None:
    Path("mutes.csv").write_text("Account address,Hide notifications\n\x1b[31m\u202eevil there,true\n")
    _, out, _ = says("import", "mutes.csv")
    assert "\x1b" not in out
    assert "\u202e" not in out


def test_the_reason_of_a_kept_account_names_the_file(says: Says, folder: Path) -> None:
    Path("f.csv").write_text(f"{MUTED}\n")
    says("import", "f.csv", "--as", "keep")
    with stored(folder) as store:
        assert [word.why for word in store.feedback("demo", "keep").values()] == ["imported from f.csv"]


def test_an_account_without_an_address_is_left_out_and_told(says: Says, folder: Path) -> None:
    with stored(folder) as store:
        at = next(iter(store.latest_judged("demo").values())).at
        odd = Account("odd", "x y\x1b[31m")
        store.record([Entry(at, "demo", odd, Event.PLANNED, "r", Step.MUTE, action_id="odd")])
    _, out, err = says("export", "mutes")
    assert "x y" not in out
    assert "Left out, for no server could look them up: x y[31m." in err


# -- the ledger


def test_the_ledger_is_an_object_a_line_as_docs_say(says: Says, folder: Path) -> None:
    really_done(folder, LISTED)
    code, out, err = says("export", "ledger")
    entries = [json.loads(line) for line in out.splitlines()]
    assert (code, err) == (0, "")
    assert [fault for entry in entries for fault in misfits(entry, WRITTEN["export ledger"][0])] == []
    assert out == says("ledger", "--json")[1]
    with stored(folder) as store:
        assert len(entries) == len(store.entries("demo"))
    assert any(entry["quote"] and entry["account_id"] for entry in entries)


@pytest.mark.slow
def test_memory_does_not_grow_with_the_ledger(folder: Path) -> None:
    def peak(many: int) -> int:
        with stored(folder) as store:
            entry = store.entries("demo")[0]
            store.record([replace(entry, reason="x" * 2000)] * many)
            gc.collect()
            tracemalloc.start()
            try:
                assert sum(1 for _ in ledger_lines(store.each_entry("demo"))) > many
                return tracemalloc.get_traced_memory()[1]
            finally:
                tracemalloc.stop()

    few = peak(1_000)
    assert peak(10_000) < 1.5 * few
