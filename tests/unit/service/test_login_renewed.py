"""A login that dies costs the time until the owner logs in again, no more: nobody has to start the daemon anew."""

import logging
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.cli import wiring
from bot.config import Profile
from bot.config.credentials import Credentials
from bot.platforms.base import LoginNeeded
from bot.service import state
from tests.servers.mastodon_network import Network
from tests.servers.mastodon_stub import Stub
from tests.unit.service.world import CONFIG, EVERY, HOME, START, Town

MINUTE = timedelta(minutes=1)


@pytest.fixture
def town(tmp_path):
    made = Town(tmp_path, logins="first")
    yield made
    made.store.close()


def refused(request):
    raise LoginNeeded("the login on quiet.example is not valid any more")


def test_a_new_login_is_taken_up_within_a_minute_however_long_the_pause_has_grown(town):
    town.network.trouble = refused
    town.run(12 * EVERY)
    tries = town.connects
    assert town.runner.resting.failures > 2
    town.network.trouble, town.logins = None, "second"
    town.run(2 * MINUTE, tick=60)
    assert town.connects == tries + 1
    assert town.store.sweeps("home")[-1].error == ""
    assert not town.runner.pausing()


def test_every_try_reads_the_credentials_again_even_where_they_seem_the_same(town):
    town.network.trouble = refused
    town.run(4 * EVERY)
    assert town.connects == len(town.store.sweeps("home")) > 1


def test_a_login_with_more_rights_is_taken_up_though_the_old_one_still_works(town):
    town.run(MINUTE)
    town.logins = "with write:mutes"
    town.run(2 * EVERY)
    assert town.connects == 2


def test_what_is_wrong_is_told_since_when_with_the_remedy_and_no_longer_once_it_is_mended(town, caplog):
    caplog.set_level(logging.WARNING, "quietfeed")
    town.run(2 * EVERY)
    town.network.trouble = refused
    town.run(6 * EVERY)
    (trouble,) = state.troubles("home", town.store)
    assert trouble.since == START + 2 * EVERY
    assert trouble.words == "the login on quiet.example is not valid any more; on this machine: `quietfeed login home`"
    last = caplog.records[-1].__dict__["facts"]
    assert (last["fault"], last["since"], last["times"]) == (trouble.words, "2026-03-02T08:00Z", 3)
    town.network.trouble = None
    town.run(8 * EVERY)
    assert state.troubles("home", town.store) == []


def test_since_when_it_fails_outlives_a_restart(town):
    town.network.trouble = refused
    town.run(EVERY)
    town.daemon.end()
    town.daemon = town.new_daemon()
    town.run(2 * EVERY)
    assert state.troubles("home", town.store)[0].since == START


def test_a_token_that_was_revoked_and_one_that_was_got_since_on_a_strict_server(tmp_path):
    secrets = Credentials({}, tmp_path)
    with Stub(Network()) as stub:
        home = Profile("home", "mastodon", server=stub.url, report_via="file")
        town = Town(tmp_path, replace(CONFIG, profiles=(home,)))
        town.daemon.connect = lambda profile, clock: wiring.connect(profile, secrets, clock, 1.0)
        town.daemon.login_mark = lambda profile: secrets.mark(profile.name)
        for runner in town.daemon.runners:
            runner.connect, runner.login_mark = town.daemon.connect, town.daemon.login_mark
        town.run(MINUTE)
        assert "not logged in" in state.troubles("home", town.store)[0].words
        secrets.set("home", "token", stub.network.token)
        town.run(2 * MINUTE, tick=60)
        assert [sweep.error for sweep in town.store.sweeps("home")] == [""]
        old, stub.network.token = stub.network.token, "the-second-token"
        stub.network.tokens["the-second-token"] = stub.network.tokens.pop(old)
        town.run(3 * EVERY)
        assert "quietfeed login home" in town.store.sweeps("home")[-1].error
        secrets.set("home", "token", "the-second-token")
        town.run(2 * MINUTE, tick=60)
        assert town.store.sweeps("home")[-1].error == ""
        town.store.close()


def test_a_mark_changes_with_every_secret_and_shows_none(tmp_path):
    secrets = Credentials({"QUIETFEED_AWAY_TOKEN": "from outside"}, tmp_path)
    marks = [secrets.mark(HOME.name)]
    for value in ("token-1", "token-2"):
        secrets.set(HOME.name, "token", value)
        marks.append(secrets.mark(HOME.name))
        assert value not in marks[-1]
    secrets.set(HOME.name, "session", "s")
    marks.append(secrets.mark(HOME.name))
    assert len(set(marks)) == 4
    assert secrets.mark(HOME.name) == marks[-1]
    assert secrets.mark("away") != secrets.mark("elsewhere")
    secrets.path.chmod(0o644)
    assert "chmod 600" in secrets.mark(HOME.name)
