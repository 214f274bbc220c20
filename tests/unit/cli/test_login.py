"""Logging in says what it does, gives up in time with the cause and the next step, and may ask to read alone."""

import io
import json
import socket
import sys
from contextlib import closing
from pathlib import Path

import pytest

from bot.cli import bounded, main
from bot.config.credentials import Credentials
from bot.platforms.mastodon.login import READING
from tests.servers.bluesky_stub import HANDLE, PASSWORD
from tests.servers.bluesky_stub import serving as serving_sky
from tests.unit.cli.test_verbs import Pasted, page

ANEW = "a login that asks for the rest, on this machine: `quietfeed login home`"


@pytest.fixture
def quietfeed(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("QUIETFEED_STATE_DIR", str(tmp_path / "state"))
    for name in ("QUIETFEED_CONFIG", "DATABASE_URL", "QUIETFEED_HOME_TOKEN"):
        monkeypatch.delenv(name, raising=False)

    def run(*words):
        code = main(words)
        shown = capsys.readouterr()
        return code, shown.out, shown.err

    return run


def config(server, *more, platform="mastodon"):
    who = f", handle: {HANDLE}" if platform == "bluesky" else ""
    lines = [f'profiles:\n  - {{name: home, platform: {platform}, server: "{server}"{who}}}', *more]
    Path("config.yaml").write_text("\n".join(lines) + "\n")


def host(url):
    return url.removeprefix("http://")


def types(monkeypatch, words):
    monkeypatch.setattr(sys, "stdin", io.StringIO(words))


def allows(monkeypatch, capsys):
    """Somebody who opens the page that is shown, allows quietfeed and pastes the code; what was shown until then."""
    seen = []

    def shown():
        seen.append(capsys.readouterr().out)
        return page(seen[-1])

    monkeypatch.setattr(sys, "stdin", Pasted(shown))
    return seen


def secrets():
    return json.loads(Path("state/credentials.json").read_text())


# -- every step is told


def test_every_step_is_told_and_the_next_one_named(quietfeed, stub, monkeypatch, capsys):
    config(stub.url)
    before = allows(monkeypatch, capsys)
    code, out, err = quietfeed("login")
    assert (code, err) == (0, "")
    asked, told = before[0].splitlines(), out.splitlines()
    assert asked[0] == f"Looking for {host(stub.url)} …"
    assert asked[1].startswith("Found it: ")
    assert asked[2] == "Asking to be let in …"
    assert told[0] == "Fetching the login …"
    assert told[1] == "Asking whose login it is …"
    assert told[-1] == "next: quietfeed sweep"


def test_the_next_step_names_what_has_to_be_named(quietfeed, stub, monkeypatch):
    config(stub.url, '  - {name: away, platform: mastodon, server: "https://away.example.com"}')
    Path("config.yaml").rename("mine.yaml")
    types(monkeypatch, f"{stub.network.token}\n")
    _, out, _ = quietfeed("--config", "mine.yaml", "login", "home", "--token")
    assert out.endswith("next: quietfeed --config mine.yaml sweep home\n")


# -- it gives up in time


def nobody():
    """An address on this machine where nobody listens."""
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        return f"http://127.0.0.1:{server.getsockname()[1]}"


@pytest.mark.parametrize("platform", ["mastodon", "bluesky"])
def test_a_server_that_refuses_is_told_at_once_with_the_next_step(quietfeed, monkeypatch, platform):
    config(nobody(), platform=platform)
    types(monkeypatch, f"{PASSWORD}\n")
    code, out, err = quietfeed("login")
    assert code == 1
    assert out.startswith("Looking for 127.0.0.1:")
    assert "no connection: it was refused" in err
    assert "nothing was kept. Is `server` right in config.yaml? Then: quietfeed login home" in err
    assert not Path("state/credentials.json").exists()


@pytest.mark.parametrize("platform", ["mastodon", "bluesky"])
def test_who_does_not_answer_is_not_waited_for(quietfeed, monkeypatch, platform):
    monkeypatch.setattr(bounded, "GIVES_UP", 0.3)
    with closing(socket.create_server(("127.0.0.1", 0))) as silent:
        config(f"http://127.0.0.1:{silent.getsockname()[1]}", platform=platform)
        types(monkeypatch, f"{PASSWORD}\n")
        code, _, err = quietfeed("login")
    assert code == 1
    assert ": no answer within 0 seconds" in err
    assert bounded.GIVES_UP < 1


@pytest.mark.parametrize("kind", ["html404", "malformed", "empty"])
def test_a_website_is_told_from_a_server(quietfeed, stub, kind):
    config(stub.url)
    stub.fault(kind, times=9)
    code, _, err = quietfeed("login")
    assert code == 1
    assert "answers, but is no server of the Mastodon API" in err


def test_a_server_that_is_down_is_asked_once(quietfeed, stub):
    config(stub.url)
    stub.fault("status", times=9, number=503)
    code, _, err = quietfeed("login")
    assert (code, len(stub.log)) == (1, 1)
    assert "said 503" in err


def test_a_server_that_tells_strangers_nothing_is_one(quietfeed, stub, monkeypatch):
    config(stub.url)
    stub.fault("status", "instance", times=1, number=401)
    types(monkeypatch, f"{stub.network.token}\n")
    code, out, _ = quietfeed("login", "--token")
    assert code == 0
    assert "It is there, and tells strangers nothing of itself." in out


# -- to read alone


def reads_alone(quietfeed, stub, monkeypatch, capsys):
    """Logs in so; what was shown and said."""
    config(stub.url)
    seen = allows(monkeypatch, capsys)
    code, out, err = quietfeed("login", "--read-only")
    assert (code, err) == (0, "")
    stub.log.clear()
    return seen[0], out


def acts():
    """The config goes live."""
    Path("config.yaml").write_text(Path("config.yaml").read_text() + "dry_run: false\nlimits: {first_days_dry: 0d}\n")


def test_a_login_to_read_alone_asks_for_nothing_that_writes(quietfeed, stub, monkeypatch, capsys):
    shown, out = reads_alone(quietfeed, stub, monkeypatch, capsys)
    assert "to read alone" in shown
    assert "write" not in page(shown)
    assert stub.network.tokens[secrets()["home"]["token"]] == READING
    assert "it may only read: reports wait in a file, and nobody can be muted" in out
    assert secrets()["only reads"] == {"home": "yes"}


def test_a_dry_run_works_with_it_in_full_but_for_the_posted_report(quietfeed, stub, monkeypatch, capsys):
    reads_alone(quietfeed, stub, monkeypatch, capsys)
    for words in (("sweep",), ("report",), ("explain", "dropper0@quiet.test", "--fresh"), ("status",)):
        code, _, err = quietfeed(*words)
        assert (code, err) == (0, ""), words
    code, out, err = quietfeed("report", "--send")
    assert (code, "kept in a file" in out) == (0, True)
    assert f"a posted report needs more; {ANEW}" in err
    code, out, _ = quietfeed("mute", "dropper0@quiet.test")
    assert code == 0
    assert stub.writes == []


def test_what_needs_more_is_refused_before_the_server_is_asked(quietfeed, stub, monkeypatch, capsys):
    reads_alone(quietfeed, stub, monkeypatch, capsys)
    acts()
    for words, what in (
        (("mute", "dropper0@quiet.test"), "a mute"),
        (("list", "dropper0@quiet.test"), "a list"),
        (("report", "--send-test"), "a posted report"),
    ):
        code, _, err = quietfeed(*words)
        assert code == 1
        assert f"this login was made to read alone, and {what} needs more; {ANEW}" in err
    assert stub.log == []


def test_a_config_that_goes_live_is_told_what_to_run(quietfeed, stub, monkeypatch, capsys):
    reads_alone(quietfeed, stub, monkeypatch, capsys)
    acts()
    code, _, err = quietfeed("sweep")
    assert code == 0
    assert f"made to read alone, so nothing is done; {ANEW}" in err
    assert stub.writes == []
    assert "the login only reads" in quietfeed("status")[1]
    allows(monkeypatch, capsys)
    assert quietfeed("login")[0] == 0
    assert "only reads" not in secrets() or not secrets()["only reads"]
    code, _, err = quietfeed("sweep")
    assert (code, err) == (0, "")
    assert "the login only reads" not in quietfeed("status")[1]


def test_a_mark_of_the_login_tells_a_running_daemon_that_it_may_do_more(quietfeed, stub, monkeypatch, capsys):
    reads_alone(quietfeed, stub, monkeypatch, capsys)
    kept = Credentials({}, Path("state"))
    before = kept.mark("home")
    kept.hold_back("home", only_reads=False)
    assert kept.mark("home") != before
    assert not kept.only_reads("home")


def test_on_bluesky_it_is_said_that_quietfeed_itself_holds_back(quietfeed, monkeypatch):
    with serving_sky() as sky:
        sky.answers["app.bsky.actor.getProfile"] = lambda query: {"did": query["actor"][0], "handle": HANDLE}
        config(sky.url, platform="bluesky")
        types(monkeypatch, f"{PASSWORD}\n")
        code, out, err = quietfeed("login", "--read-only")
        assert code == 0
        assert "Bluesky knows no logins for reading alone; this one could write" in err
        assert "quietfeed only reads by it" in out
        sent = len(sky.sent)
        Path("config.yaml").write_text(Path("config.yaml").read_text() + "dry_run: false\n")
        code, _, err = quietfeed("mute", "shop.test")
        assert (code, len(sky.sent)) == (1, sent)
        assert "made to read alone" in err


def test_the_account_that_sends_is_not_logged_in_to_read_alone(quietfeed):
    config("https://pds.example.com", platform="bluesky")
    Path("config.yaml").write_text(Path("config.yaml").read_text().replace("handle:", "bot_handle: b.test, handle:"))
    code, _, err = quietfeed("login", "--bot", "--read-only")
    assert code == 2
    assert "of no use" in err
