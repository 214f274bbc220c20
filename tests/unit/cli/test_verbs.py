"""The verbs that look and those that log in, in this process, against a server of the Mastodon API on this machine."""

import io
import json
import shutil
import sys
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit
from urllib.request import urlopen

import pytest

from bot.archive import read
from bot.cli import demo, main
from bot.demo.people import EXPECTED, KEPT, Expected
from bot.model import Lexicon
from bot.platforms.base import Feed
from bot.signals import BY_NAME
from bot.store import open_store

DROPPER, PERSON = "dropper0@quiet.test", "person1@friends.test"


@pytest.fixture
def owner(tmp_path, monkeypatch, capsys, stub):
    """Runs a verb in this process, logged in on the stub: `owner("status")` -> exit code, output, errors."""
    (tmp_path / "config.yaml").write_text(f'profiles:\n  - {{name: home, platform: mastodon, server: "{stub.url}"}}\n')
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("QUIETFEED_STATE_DIR", str(tmp_path / "state"))
    monkeypatch.setenv("QUIETFEED_HOME_TOKEN", stub.network.token)
    for name in ("QUIETFEED_CONFIG", "DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)

    def run(*words):
        code = main(words)
        shown = capsys.readouterr()
        return code, shown.out, shown.err

    return run


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """What the first sweep left behind."""
    return tmp_path_factory.mktemp("swept") / "state"


@pytest.fixture
def swept(owner, folder):
    """The owner after a sweep, which only the first test waits for."""
    if not folder.exists():
        code, _, err = owner("sweep")
        assert (code, err) == (0, "")
        shutil.copytree("state", folder)
    shutil.copytree(folder, "state", dirs_exist_ok=True)
    return owner


def plain(text):
    """Words as people read them: no marks against mentions, one blank between two."""
    return " ".join(text.replace("\u2060", "").split())


# -- explain


@pytest.mark.slow
def test_explain_tells_of_a_dropper_what_would_be_done_and_of_a_person_that_nothing_is(swept):
    code, out, err = swept("explain", DROPPER)
    assert (code, err) == (0, "")
    assert DROPPER in plain(out)
    assert f"{DROPPER} would be put on a list for 60 days: 80 posts in 20 days" in plain(out)
    code, out, _ = swept("explain", PERSON)
    assert code == 0
    assert plain(out).startswith(PERSON)
    assert "is left alone" in plain(out)
    assert "would be" not in plain(out)


def test_explain_reads_from_the_store_unless_fresh_is_asked_for(swept, stub):
    stub.log.clear()
    _, out, _ = swept("explain", DROPPER, "--json")
    assert stub.log == []
    remembered = json.loads(out)
    _, out, _ = swept("explain", f"@{DROPPER}", "--fresh", "--json")
    assert stub.reads
    assert stub.writes == []
    fresh = json.loads(out)
    assert fresh["rule"] == remembered["rule"] is not None
    assert fresh["handle"] == remembered["handle"] == DROPPER


def test_explain_asks_the_server_for_somebody_whose_feed_was_never_read(swept, stub):
    stub.log.clear()
    code, out, _ = swept("explain", "photographer@quiet.test", "--json")
    assert code == 0
    assert any("/statuses" in asked.path for asked in stub.reads)
    assert json.loads(out)["rule"] is None


def test_explain_of_nobody_names_who_may_have_been_meant(swept):
    code, out, err = swept("explain", "droper0@quiet.test")
    assert code == 2
    assert out == ""
    assert DROPPER in plain(err)


@pytest.mark.slow
def test_explain_without_a_server_is_a_failure_and_tells_from_the_store_all_the_same(swept, stub):
    stub.answers_left = 0
    assert swept("explain", DROPPER)[0] == 0
    code, out, err = swept("explain", DROPPER, "--fresh")
    assert (code, out) == (1, "")
    assert err.splitlines()[-1].startswith("quietfeed: ")


# -- report and status


def test_the_report_is_told_in_every_form(swept):
    for form in ("text", "markdown", "html", "json"):
        code, out, _ = swept("report", "--format", form)
        assert code == 0
        assert DROPPER in plain(out)
    told = json.loads(out)
    assert told["polled"]["sweeps"] == 1
    assert DROPPER in {made["handle"] for made in told["decisions"]}


def test_the_page_of_the_report_is_shown_in_a_browser_on_request_and_is_a_private_file(swept, monkeypatch):
    shown = []
    monkeypatch.setattr("webbrowser.open", lambda address: shown.append(address) or True)
    code, out, err = swept("report", "--format", "html", "--open")
    assert (code, err) == (0, "")
    file = Path("state/reports/home/now.html").resolve()
    assert shown == [file.as_uri()]
    assert str(file) in out
    assert DROPPER in file.read_text("utf-8")
    assert file.stat().st_mode & 0o077 == 0
    assert swept("report", "--open")[0] == 2, "the page is all that a browser shows"


@pytest.mark.slow
def test_a_report_that_was_sent_is_kept_by_its_day_and_not_sent_again(swept, stub):
    code, out, _ = swept("report", "--send")
    assert code == 0
    assert "sent to you alone" in out
    letters = letters_of(stub)
    day = out.split("report of ")[1][:10]
    code, kept, _ = swept("report", "--date", day)
    assert code == 0
    assert DROPPER in plain(kept)
    assert json.loads(swept("report", "--date", day, "--json")[1])["date"] == day
    file = Path("state/reports/home") / f"{day}.md"
    assert file.read_text().strip() == swept("report", "--date", day, "--format", "markdown")[1].strip()
    assert swept("report", "--send")[0] == 0
    assert letters_of(stub) == letters != []


def letters_of(stub):
    return [status for status in stub.network.statuses if status.visibility == "direct"]


@pytest.mark.slow
def test_a_report_that_is_sent_goes_by_the_other_ways_too_and_where_one_fails_that_is_said(swept, stub):
    profile = f'{{name: home, platform: mastodon, server: "{stub.url}", report_also: [stdout, gone]}}'
    Path("config.yaml").write_text(f"profiles:\n  - {profile}\n")
    code, out, err = swept("report", "--send")
    assert code == 1
    assert out.startswith("quietfeed · ")
    assert "home: by stdout: it went out" in out
    assert "home: by gone: it has no address; on this machine: `quietfeed login home --notify gone`" in err
    assert "sent to you alone" in out
    code, out, err = swept("report", "--send")
    assert (code, "by stdout" in out, "by gone" in err) == (1, False, True)


@pytest.mark.slow
def test_a_day_without_a_report_is_told_with_those_that_have_one(swept):
    code, _, err = swept("report", "--date", "2020-02-02")
    assert code == 2
    assert "none yet" in err
    day = swept("report", "--send")[1].split("report of ")[1][:10]
    assert day in swept("report", "--date", "2020-02-02")[2]


def test_the_status_tells_what_the_last_sweep_did(swept):
    code, out, _ = swept("status")
    assert code == 0
    assert "home" in out
    (told,) = json.loads(swept("status", "--json")[1])["profiles"]
    assert told["profile"] == "home"
    assert told["dry_run"] is True
    assert datetime.now(UTC) - datetime.fromisoformat(told["last_sweep"]["started"]) < timedelta(minutes=5)


def test_signals_are_listed_and_told_in_full_by_name(owner):
    code, listed, _ = owner("signals")
    assert code == 0
    facts = json.loads(owner("signals", "--json")[1])
    assert all(fact["name"] in listed for fact in facts)
    wanted = ("link_share", "group")
    code, told, _ = owner("signals", *wanted)
    assert code == 0
    docs = {fact["name"]: fact["doc"] for fact in facts}
    assert " ".join(told.split()) == " ".join(
        f"{name} ({BY_NAME[name].unit}) {' '.join(docs[name].split())}" for name in wanted
    )
    assert json.loads(owner("signals", *wanted, "--json")[1]) == [
        fact for name in wanted for fact in facts if fact["name"] == name
    ]


# -- captured accounts


@pytest.mark.slow
def test_what_an_accounts_own_server_told_counts_when_it_is_read_anew(owner, tmp_path):
    """The daemon would judge by it: the two must not say different things of one account."""
    (captured,) = read([owner("capture", DROPPER)[1]])
    now = datetime.now(UTC)
    told = tuple(replace(post, id=f"far{n}", reply_to="ann") for n, post in enumerate(captured.posts))
    store = open_store(str(tmp_path / "state" / "quietfeed.sqlite"), exclusive=False)
    store.save_own_feed("home", Feed(captured.account, told, origin_read=now), now, Lexicon())
    store.close()
    (again,) = read([owner("capture", DROPPER)[1]])
    assert {post.reply_to for post in again.posts} == {"ann"}
    explained = json.loads(owner("explain", DROPPER, "--fresh", "--json")[1])
    assert explained["readings"]["own_posts"] == 0


@pytest.mark.slow
def test_what_is_captured_is_judged_offline_as_it_was_online(owner, stub):
    for name in ("some.jsonl", "some.jsonl.gz"):
        code, out, err = owner("capture", DROPPER, PERSON, "--output", name)
        assert (code, out) == (0, "")
        assert f"{PERSON}: " in plain(err)
        assert Path(name).stat().st_mode & 0o777 == 0o600
        stub.log.clear()
        code, out, err = owner("judge", name, "--json")
        assert (code, err) == (0, "")
        verdicts = {one["handle"]: one for one in map(json.loads, out.splitlines())}
        assert verdicts[DROPPER]["step"] == "list"
        assert verdicts[PERSON]["step"] is None
        assert stub.log == []


@pytest.mark.slow
def test_what_is_captured_to_be_shown_is_judged_as_it_was_and_names_nobody(owner):
    code, out, err = owner("capture", "--anonymise", DROPPER, PERSON, "--output", "shown.jsonl")
    assert (code, out) == (0, "")
    assert f"{DROPPER}: now account1@site" in plain(err)
    assert "Read it before you show it" in err
    code, out, err = owner("judge", "shown.jsonl", "--json")
    assert (code, err) == (0, "")
    assert [json.loads(line)["step"] for line in out.splitlines()] == ["list", None]
    assert not any(named in Path("shown.jsonl").read_text() for named in ("dropper", "person", "quiet", "friends"))


def test_capture_says_whose_answers_may_be_missing_in_the_file(owner):
    _, _, err = owner("capture", PERSON, "--output", "some.jsonl")
    assert "your server may lack answers from before" in err


def test_one_who_cannot_be_captured_costs_only_themselves(owner):
    code, out, err = owner("capture", "nobody@quiet.test", DROPPER)
    assert code == 2
    assert "nobody@quiet.test" in plain(err)
    (line,) = out.splitlines()
    assert json.loads(line)["account"]["handle"] == DROPPER


def test_a_line_that_cannot_be_read_costs_that_line(owner):
    owner("capture", DROPPER, "--output", "some.jsonl")
    Path("some.jsonl").write_text("no json\n" + Path("some.jsonl").read_text())
    code, out, err = owner("judge", "some.jsonl")
    assert code == 1
    assert "some.jsonl:1: " in err
    assert DROPPER in plain(out)


# -- demo


@pytest.fixture
def seldom(monkeypatch):
    """The demo's two weeks with two sweeps, which is all that its words need."""
    monkeypatch.setattr(demo, "EVERY", timedelta(days=7))


@pytest.mark.slow
@pytest.mark.usefixtures("seldom")
def test_the_demo_finds_the_noise_and_explains_it(owner, tmp_path):
    code, out, err = owner("demo", "--keep", str(tmp_path))
    assert (code, err) == (0, "")
    assert (tmp_path / "quietfeed.sqlite").exists()
    assert "growthhive@market.test" in plain(out.partition("Why?")[0])
    assert "growthhive@market.test would be muted for 30 days: 120 posts" in out


@pytest.mark.slow
@pytest.mark.usefixtures("seldom")
def test_the_demo_that_is_kept_can_be_looked_at_by_the_other_verbs(owner, tmp_path, monkeypatch):
    folder = tmp_path / "kept"
    _, out, _ = owner("demo", "--keep", str(folder))
    assert f"Kept in {folder}. There, change a line of config.yaml and see what it would do: quietfeed try" in out
    assert "quietfeed review" in out
    monkeypatch.chdir(folder)
    assert [owner(*words)[0] for words in (["explain", KEPT], ["review", "--list"], ["ledger"])] == [0, 0, 0]
    Path("config.yaml").write_text("profiles: [{name: demo, platform: memory}]\nstore: quietfeed.sqlite\n")
    owner("demo", "--keep", str(folder))
    assert "trust" not in Path("config.yaml").read_text(), "what the owner changed there stays"


@pytest.mark.slow
@pytest.mark.usefixtures("seldom")
def test_the_demo_for_programs_is_one_decision_a_line(owner):
    code, out, _ = owner("demo", "--json")
    assert code == 0
    made = {one["handle"]: one for one in map(json.loads, out.splitlines())}
    quiet = {handle for handle, expected in EXPECTED.items() if expected is Expected.QUIET}
    assert quiet <= {handle for handle, one in made.items() if one["step"] and not one["protection"]}
    assert made[KEPT]["protection"] == "kept"


# -- logging in


class Pasted(io.StringIO):
    """Standard input of somebody who goes to the page that was shown, allows quietfeed and pastes the code."""

    def __init__(self, shown):
        super().__init__()
        self.shown = shown

    def readline(self, *_):
        return f"{click(self.shown())['code']}\n"


class Browser(io.StringIO):
    """Standard output of somebody whose browser opens the page that is shown, and `answers` its redirect."""

    def __init__(self, answer):
        super().__init__()
        self.answer = answer

    def write(self, text):
        if "  http" in text:
            threading.Thread(target=self.answer, args=(page(text),), daemon=True).start()
        return super().write(text)


def page(text):
    return next(line.strip() for line in text.splitlines() if line.startswith("  http"))


def click(address):
    """What the owner's click on “authorize” gives: the stub answers with JSON instead of a page."""
    with urlopen(address, timeout=10) as answer:
        return dict(json.load(answer))


def kept():
    """What login kept, by name."""
    path = Path("state/credentials.json")
    return json.loads(path.read_text())["home"] if path.exists() else {}


@pytest.fixture
def newcomer(owner, monkeypatch):
    monkeypatch.delenv("QUIETFEED_HOME_TOKEN")
    return owner


@pytest.mark.slow
@pytest.mark.parametrize("pkce", [True, False])
def test_logging_in_by_a_pasted_code(newcomer, stub, monkeypatch, capsys, pkce):
    stub.network.pkce = pkce
    seen = []

    def shown():
        seen.append(page(capsys.readouterr().out))
        return seen[-1]

    monkeypatch.setattr(sys, "stdin", Pasted(shown))
    code, out, err = newcomer("login")
    assert (code, err) == (0, "")
    asked = parse_qs(urlsplit(seen[0]).query)
    assert ("code_challenge" in asked) is pkce
    assert "write" not in asked["scope"][0].split()
    assert "home: logged in as owner@quiet.test" in plain(out)
    assert kept()["token"] not in out
    assert newcomer("sweep")[0] == 0


def test_logging_in_by_a_redirect_to_this_machine(newcomer, monkeypatch):
    def allow(address):
        given = click(address)
        urlopen(f"{given['redirect']}?{urlencode(given)}", timeout=10).close()

    monkeypatch.setattr(sys, "stdout", browser := Browser(allow))
    assert newcomer("login", "--browser")[0] == 0
    assert "home: logged in as owner@quiet.test" in plain(browser.getvalue())
    assert kept()["token"]


def test_refusing_in_the_browser_is_told_and_keeps_nothing(newcomer, monkeypatch):
    def refuse(address):
        asked = parse_qs(urlsplit(address).query)
        word = urlencode({"error": "access_denied", "state": asked["state"][0]})
        urlopen(f"{asked['redirect_uri'][0]}?{word}", timeout=10).close()

    monkeypatch.setattr(sys, "stdout", Browser(refuse))
    code, _, err = newcomer("login", "--browser")
    assert code == 2
    assert "access_denied" in err
    assert kept() == {}


def test_a_token_from_a_pipe_is_tried_and_kept(newcomer, stub, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"  {stub.network.token}\n"))
    code, out, err = newcomer("login", "--token")
    assert code == 0
    assert kept() == {"token": stub.network.token}
    assert stub.network.token not in out + err


@pytest.mark.parametrize(
    ("words", "typed"), [(("--token",), "wrong-token\n"), (("--token",), "\n"), ((), "no-such-code\n"), ((), "")]
)
def test_what_is_not_accepted_is_not_kept_and_never_shown(newcomer, monkeypatch, words, typed):
    monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
    code, out, err = newcomer("login", *words)
    assert code == 2
    assert "nothing was kept" in err or "did not accept the code" in err
    assert not typed.strip() or typed.strip() not in out + err
    assert kept() == {}


def test_a_token_in_the_environment_is_said_to_go_before(owner, stub, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{stub.network.token}\n"))
    code, _, err = owner("login", "--token")
    assert code == 0
    assert "QUIETFEED_HOME_TOKEN is set in the environment" in err


def test_where_finer_permissions_are_not_known_it_is_said_what_is_asked_for(newcomer, stub, monkeypatch, capsys):
    stub.network.known_scopes = {"read", "write"}
    said = []

    def shown():
        told = capsys.readouterr()
        said.append(told.err)
        return page(told.out)

    monkeypatch.setattr(sys, "stdin", Pasted(shown))
    assert newcomer("login")[0] == 0
    assert "knows no finer permissions" in said[0]
