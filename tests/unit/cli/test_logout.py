"""Logging out revokes and forgets, and says what stays and where it is ended."""

import json
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.config.credentials import Credentials
from bot.model import Account, Entry, Event, Step
from bot.store import open_store
from tests.servers.bluesky_stub import HANDLE, PASSWORD
from tests.servers.bluesky_stub import serving as serving_sky
from tests.unit.cli.test_login import allows, config, quietfeed, types

__all__ = ["quietfeed"]


@pytest.fixture
def logged_in(quietfeed, stub, monkeypatch, capsys):
    """An owner who came by the browser's code; their token."""
    config(stub.url)
    with monkeypatch.context() as patched:
        allows(patched, capsys)
        assert quietfeed("login")[0] == 0
    stub.log.clear()
    return kept()["token"]


def kept():
    return json.loads(Path("state/credentials.json").read_text()).get("home", {})


def muted(many, step=Step.MUTE):
    """So many steps of quietfeed's in force, as the ledger knows them."""
    with closing(open_store("state/quietfeed.sqlite")) as store:
        for number in range(many):
            account = Account(str(number), f"shop{number}@market.example")
            plan = Entry(
                datetime.now(UTC), "home", account, Event.PLANNED, step=step, action_id=f"{step}{number}", dry=False
            )
            store.record([plan, replace(plan, event=Event.DONE)])


def test_the_login_is_revoked_and_forgotten_and_said_what_stays(quietfeed, stub, logged_in):
    code, out, err = quietfeed("logout")
    assert (code, err) == (0, "")
    assert logged_in not in stub.network.tokens
    assert kept() == {}
    assert "home: the login was revoked" in out
    assert "what stays: the store with its ledger and reports (sqlite:" in out
    assert "in force" not in out
    assert logged_in not in out
    assert "not logged in" in quietfeed("doctor", "--offline")[1]
    code, out, _ = quietfeed("logout")
    assert (code, "no login was kept; nothing to forget" in out) == (0, True)


def test_where_something_is_in_force_it_is_said_first_and_nothing_done(quietfeed, stub, logged_in):
    muted(2)
    muted(1, Step.LIST)
    code, _, err = quietfeed("logout")
    assert code == 2
    assert "2 mutes and 1 listing of quietfeed's would stay" in err
    assert "`quietfeed undo --all --profile home` first" in err
    assert kept()["token"] == logged_in
    assert stub.log == []
    code, out, _ = quietfeed("logout", "--yes")
    assert code == 0
    assert "and 2 mutes and 1 listing on your account; to take them back, `quietfeed login home`" in out
    assert kept() == {}


def test_a_server_that_cannot_be_told_costs_nothing_here_but_is_said(quietfeed, stub, logged_in):
    stub.fault("status", "revoke", number=503)
    code, _, err = quietfeed("logout")
    assert code == 1
    assert "said 503 (said no); remove quietfeed on the website" in err
    assert f"{stub.url}/oauth/authorized_applications" in err
    assert kept() == {}
    assert logged_in in stub.network.tokens


def test_a_token_that_was_given_is_revoked_by_its_owner_alone(quietfeed, stub, monkeypatch):
    config(stub.url)
    types(monkeypatch, f"{stub.network.token}\n")
    assert quietfeed("login", "--token")[0] == 0
    stub.log.clear()
    code, _, err = quietfeed("logout")
    assert code == 1
    assert "can only be revoked by you; remove quietfeed on the website" in err
    assert stub.log == []
    assert kept() == {}


def test_a_token_in_the_environment_is_said_to_stay(quietfeed, stub, monkeypatch):
    config(stub.url)
    monkeypatch.setenv("QUIETFEED_HOME_TOKEN", stub.network.token)
    _, out, err = quietfeed("logout")
    assert "QUIETFEED_HOME_TOKEN is still set in the environment" in out
    assert stub.network.token in stub.network.tokens
    assert stub.network.token not in out + err


def test_other_profiles_keep_their_logins(quietfeed, stub, logged_in):
    Credentials({}, Path("state")).set("away", "token", "theirs")
    assert quietfeed("logout", "home")[0] == 0
    assert Credentials({}, Path("state")).get("away", "token") == "theirs"


def test_on_bluesky_the_session_ends_and_it_is_said_where_the_app_password_is_revoked(quietfeed, monkeypatch):
    with serving_sky() as sky:
        sky.answers["app.bsky.actor.getProfile"] = lambda query: {"did": query["actor"][0], "handle": HANDLE}
        config(sky.url, platform="bluesky")
        types(monkeypatch, f"{PASSWORD}\n")
        assert quietfeed("login")[0] == 0
        code, out, _ = quietfeed("logout")
        assert code == 0
        assert "home: the session has ended" in out
        assert "until you revoke it on the website: Settings > Privacy and security > App passwords" in out
        assert sky.access == "revoked"
        assert kept() == {}


def test_on_bluesky_a_server_that_is_gone_is_no_reason_to_keep_anything(quietfeed, monkeypatch):
    with serving_sky() as sky:
        sky.answers["app.bsky.actor.getProfile"] = lambda query: {"did": query["actor"][0], "handle": HANDLE}
        config(sky.url, platform="bluesky")
        types(monkeypatch, f"{PASSWORD}\n")
        assert quietfeed("login")[0] == 0
    code, _, err = quietfeed("logout")
    assert code == 1
    assert "the session could not be ended" in err
    assert kept() == {}


def test_after_it_somebody_else_may_log_in(quietfeed, stub, logged_in, monkeypatch):
    assert quietfeed("logout")[0] == 0
    types(monkeypatch, f"{stub.network.token}\n")
    assert quietfeed("login", "--token")[0] == 0
