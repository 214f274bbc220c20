"""The doctor asks everybody at once, waits ten seconds for all of them, and tells one cause once."""

import json
import os
import socket
import threading
from contextlib import ExitStack, closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import groupby
from pathlib import Path

import pytest

from bot.cli import bounded, main, servers
from bot.cli.checks import Check, State, line, together
from bot.config.credentials import Credentials
from bot.model import Account, Entry, Event, Step
from bot.store import open_store
from tests.servers.bluesky_stub import serving
from tests.servers.mastodon_network import Network, OwnList
from tests.servers.mastodon_stub import Stub
from tests.unit.cli.test_login import nobody


@pytest.fixture
def quietfeed(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("QUIETFEED_STATE_DIR", str(tmp_path / "state"))
    for name in ("QUIETFEED_CONFIG", "DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)

    def run(*words):
        capsys.readouterr()
        code = main(words)
        shown = capsys.readouterr()
        assert shown.err == ""
        return code, shown.out

    return run


@pytest.fixture
def stub():
    with Stub(Network()) as made:
        yield made


def config(servers, more=""):
    rows = [f"  - {{name: {name}, platform: mastodon, server: '{url}'}}" for name, url in servers.items()]
    Path("config.yaml").write_text("\n".join(["profiles:", *rows, more]) + "\n")


def log_in(monkeypatch, **tokens):
    for name, token in tokens.items():
        monkeypatch.setenv(f"QUIETFEED_{name.upper()}_TOKEN", token)


def bad(out):
    return [line for line in out.splitlines() if line.startswith("✗")]


@contextmanager
def answering(answer):
    """A server that does `answer(handler)` with every question."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            answer(self)

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize(
    "words",
    [
        ("--platform", "mastodon", "--server", "https://mastodon.example.com"),
        ("--platform", "bluesky", "--handle", "robin.example.org"),
    ],
)
def test_after_a_fresh_init_it_says_one_thing(quietfeed, words, monkeypatch, capsys):
    assert main(["init", *words]) == 0
    for offline in ((), ("--offline",)):
        code, out = quietfeed("doctor", *offline)
        assert code == 1
        assert [line.endswith("login: not logged in") for line in bad(out)] == [True]
        assert out.count("→") == 1
        assert "→ quietfeed login" in out
        assert "\n·" not in out, "notes can wait"


def test_all_are_asked_at_once(quietfeed, monkeypatch):
    together = threading.Barrier(3)

    def once_all_are_there(handler):
        together.wait(8)
        handler.send_response(401)
        handler.end_headers()

    with ExitStack() as stack:
        servers = {name: stack.enter_context(answering(once_all_are_there)) for name in ("one", "two", "three")}
        config(servers)
        log_in(monkeypatch, one="t", two="t", three="t")
        code, out = quietfeed("doctor")
    assert code == 1
    assert ["not valid any more" in line for line in bad(out)] == [True] * 3


def test_one_cause_makes_one_line(quietfeed, monkeypatch):
    config({"home": nobody(), "away": nobody()}, "trust: {keep: [anna@example.org, ben@example.org]}")
    log_in(monkeypatch, home="t", away="t")
    code, out = quietfeed("doctor")
    assert code == 1
    (line,) = bad(out)
    assert line == "✗ home, away: connection: no connection: it was refused"
    assert "anna" not in out


def test_who_does_not_answer_is_not_waited_for(quietfeed, monkeypatch):
    monkeypatch.setattr(bounded, "GIVES_UP", 0.5)
    with closing(socket.create_server(("127.0.0.1", 0))) as silent:
        config({"home": f"http://127.0.0.1:{silent.getsockname()[1]}"})
        log_in(monkeypatch, home="t")
        code, out = quietfeed("doctor")
    assert code == 1
    (line,) = bad(out)
    assert "home: connection: no answer within" in line


def test_what_is_slow_costs_only_itself(quietfeed, stub, monkeypatch):
    monkeypatch.setattr(bounded, "GIVES_UP", 3.0)
    config({"home": stub.url})
    log_in(monkeypatch, home=stub.network.token)
    stub.fault("slow", "timelines/home", number=6)
    code, out = quietfeed("doctor")
    assert code == 1
    (line,) = bad(out)
    assert line == "✗ home: timeline: no answer within 3 seconds"
    assert "✓ home: server" in out
    assert "✓ home: protections" in out


def test_what_breaks_for_one_reason_is_one_line(quietfeed, stub, monkeypatch):
    config({"home": stub.url})
    log_in(monkeypatch, home=stub.network.token)
    stub.fault("status", "timelines|instance|lists|statuses", times=99, number=503)
    _, out = quietfeed("doctor")
    assert len({line.partition(": ")[2].partition(": ")[2] for line in bad(out)}) == len(bad(out))


@pytest.mark.parametrize("acts", [False, True])
def test_a_login_to_read_alone_is_called_so(quietfeed, stub, monkeypatch, acts):
    config({"home": stub.url}, "dry_run: false" if acts else "")
    kept = Credentials({}, Path("state"))
    kept.set("home", "token", stub.network.grant("read"))
    kept.hold_back("home", only_reads=True)
    code, out = quietfeed("doctor")
    assert code == 0
    if acts:
        assert "nothing is done though `dry_run` is off\n    → quietfeed login home" in out
    else:
        assert "✓ home: login: there is one, to read alone" in out
    assert "kept in a file only: this login was made to read alone" in out
    assert "the login may only read" in out
    assert stub.writes == []


LISTING = "rules: [{name: links, when: {link_share: {at_least: 0.9}}, then: list}]"


def own_list(network, title, *, exclusive):
    network.lists["1"] = OwnList("1", title, exclusive)


@pytest.mark.parametrize("title", ["Quieted", "quieted "])
def test_a_list_of_the_owners_that_rules_would_put_accounts_on_is_told(quietfeed, stub, monkeypatch, title):
    config({"home": stub.url}, LISTING)
    log_in(monkeypatch, home=stub.network.token)
    own_list(stub.network, title, exclusive=False)
    code, out = quietfeed("doctor")
    told = " ".join(out.split())
    assert code == 0
    assert "· home: list: you have a list “Quieted” of your own, and accounts would be put on it; it quiets" in told
    assert "→ if it is not meant for that, name another one in the config as `list_title`" in told


@pytest.mark.parametrize("rules", ["", "list_title: Noise\n" + LISTING])
def test_a_list_that_no_rule_names_is_nobodys_business(quietfeed, stub, monkeypatch, rules):
    config({"home": stub.url}, rules or LISTING.replace("then: list", "then: mute"))
    log_in(monkeypatch, home=stub.network.token)
    own_list(stub.network, "Quieted", exclusive=False)
    assert "list:" not in quietfeed("doctor")[1]


def test_a_list_that_quietfeed_has_used_is_its_own(quietfeed, stub, monkeypatch):
    config({"home": stub.url}, LISTING)
    log_in(monkeypatch, home=stub.network.token)
    own_list(stub.network, "Quieted", exclusive=True)
    listed = Account("1", "ann@quiet.test")
    at = datetime(2026, 3, 2, tzinfo=UTC)
    with closing(open_store(str(Path("state") / "quietfeed.sqlite"))) as store:
        begun = Entry(
            at, "home", listed, Event.PLANNED, "links", Step.LIST, action_id="a", dry=False, list_title="Quieted"
        )
        store.record([begun, replace(begun, event=Event.DONE)])
    assert "list:" not in quietfeed("doctor")[1]


def test_a_daemon_that_has_the_store_is_told_as_what_it_is(quietfeed, stub, monkeypatch):
    config({"home": stub.url})
    log_in(monkeypatch, home=stub.network.token)
    with closing(open_store(str(Path("state") / "quietfeed.sqlite"))):
        code, out = quietfeed("doctor")
    assert code == 0
    assert f"✓ daemon: at work (pid {os.getpid()}); it has the store" in " ".join(out.split())
    assert "daemon: at work" not in quietfeed("doctor")[1]


def test_a_bluesky_server_that_does_not_keep_the_account_is_told_with_what_to_change(quietfeed, monkeypatch):
    with serving() as sky:
        refused = 400, {"error": "InvalidRequest", "message": "Could not find user: ann.test"}
        sky.answers["com.atproto.repo.describeRepo"] = lambda _: refused
        Path("config.yaml").write_text(
            f"profiles: [{{name: sky, platform: bluesky, handle: ann.test, server: '{sky.url}'}}]\n"
        )
        monkeypatch.setenv("QUIETFEED_SKY_APP_PASSWORD", "abcd-efgh-ijkl-mnop")
        code, out = quietfeed("doctor")
    told = " ".join(out.split())
    assert code == 1
    assert f"ann.test: {sky.url} refuses the login: it keeps no account of that handle: name the server" in told


def test_what_one_cause_keeps_from_being_read_is_one_line(quietfeed, stub, monkeypatch):
    config({"home": stub.url})
    log_in(monkeypatch, home=stub.network.grant("read:accounts read:statuses read:follows"))
    code, out = quietfeed("doctor")
    assert code == 1
    (line,) = (one for one in bad(out) if "protections" in one)
    assert "to say whom you put on a list, whom you favourited and whom you bookmarked (403" in line


def test_a_fault_of_the_config_is_shown_with_its_line(quietfeed):
    Path("config.yaml").write_text("dry_rn: true\n")
    code, out = quietfeed("doctor")
    assert code == 2
    assert "\n      1 | dry_rn: true\n        | ^^^^^^\n    → mend the lines named" in out


# -- many profiles

MANY = tuple(f"owner{number:02d}" for number in range(30))


def checks_of(*out):
    """For 30 profiles: of whom each check is told."""
    return [check.of(name) for name in MANY for check in out]


def test_what_is_the_same_of_many_profiles_is_one_line_and_who_differs_is_named(quietfeed, stub, monkeypatch):
    config(dict.fromkeys(MANY, stub.url))
    log_in(monkeypatch, **dict.fromkeys(set(MANY) - {"owner03", "owner17"}, stub.network.token))
    code, out = quietfeed("doctor")
    assert code == 1
    logins = [line for line in out.splitlines() if "login" in line]
    assert logins == [
        "✓ 28 profiles: login: there is one",
        "✗ owner03, owner17: login: not logged in",
        "    → quietfeed login NAME",
    ]
    assert "✓ 28 profiles: owner: the server knows each of them\n" in out
    assert "✓ 28 profiles: timeline: empty\n" in out
    assert len(out.splitlines()) < 30


class Noting(list):
    """A server's log that also notes, beside the others, whose it is."""

    def __init__(self, whose, order):
        super().__init__()
        self.whose, self.order = whose, order

    def append(self, asked):
        self.order.append(self.whose)
        super().append(asked)


def test_no_more_profiles_are_asked_at_a_time_than_there_are_places(quietfeed, monkeypatch):
    monkeypatch.setattr(servers, "AT_ONCE", 1)
    names, order = MANY[:3], []
    with ExitStack() as stack:
        stubs = {name: stack.enter_context(Stub(Network())) for name in names}
        for name, stub in stubs.items():
            stub.log = Noting(name, order)
            log_in(monkeypatch, **{name: stub.network.token})
        config({name: stub.url for name, stub in stubs.items()})
        code, _ = quietfeed("doctor")
    assert code == 0
    assert len(order) > len(names)
    assert sorted(name for name, _ in groupby(order)) == sorted(names)


def test_programs_are_told_of_each_of_many_profiles(quietfeed, monkeypatch):
    config(dict.fromkeys(MANY, "https://mastodon.example.com"))
    log_in(monkeypatch, **dict.fromkeys(MANY, "abc"))
    _, out = quietfeed("doctor", "--offline", "--json")
    assert [one["what"] for one in json.loads(out) if "login" in one["what"]] == [f"{name}: login" for name in MANY]


def test_of_more_than_ten_that_are_not_well_the_first_ten_are_named():
    (same,) = together(checks_of(Check("login", State.BAD, "not logged in", "quietfeed login home")))
    assert line(same).startswith("✗ owner00, owner01,")
    assert "owner09 and 20 more: login: not logged in" in line(same)


def test_what_differs_in_its_words_is_told_by_itself_and_the_most_common_first():
    odd = Check("server", State.NOTE, "it is old").of("owner40")
    common = checks_of(Check("server", State.WELL, "Mastodon 4.5"))
    clock = Check("clock", State.NOTE, "was set back")
    assert [line(one) for one in together([odd, *common, clock])] == [
        "· clock: was set back",
        "✓ 30 profiles: server: Mastodon 4.5",
        "· owner40: server: it is old",
    ]


@pytest.mark.parametrize(
    ("remedy", "shown"),
    [
        ("quietfeed login {}", "quietfeed login NAME"),
        ("run `quietfeed login {} --notify phone` there", "run `quietfeed login NAME --notify phone` there"),
        ("look at {}", "look at owner00"),
    ],
)
def test_a_name_that_differs_in_a_command_keeps_nobody_apart(remedy, shown):
    told = [Check("a", State.BAD, "b", remedy.format(name)).of(name) for name in MANY]
    first, *more = together(told)
    assert first.remedy == shown
    assert len(more) == (0 if "NAME" in shown else 29)


def test_troubles_are_one_though_they_began_at_different_times():
    told = [
        Check("daemon", State.NOTE, f"since 14:{number:02d}: no connection", alike="no connection").of(name)
        for number, name in enumerate(MANY)
    ]
    (same,) = together(told)
    assert same.words == "no connection"
    assert list(together(told[:1])) == told[:1]
