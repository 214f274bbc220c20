"""What monitors are told of a daemon: by HTTP, from the store, without a word of anybody but the owner's profiles."""

import json
import logging
import socket
import threading
import urllib.error
import urllib.request
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace

import pytest
from prometheus_client.parser import text_string_to_metric_families

from bot.config import MetricsSettings
from bot.model import STOPPED, SweepRecord
from bot.platforms.base import LoginNeeded, Unreachable
from bot.report.health import Level
from bot.service.metrics import Counted
from bot.service.metrics_page import MetricsPage, Monitored
from bot.store import Mark, StoreError
from tests.databases import ON_FILES
from tests.unit.service.world import CONFIG, DAY, DROP, EVERY, HOME, START, Town

MINUTE = timedelta(minutes=1)


class Watched(Town):
    """A town whose daemon looks round at the end of the time that passes, as it does each second."""

    def run(self, span, **more):
        super().run(span, **more)
        self.daemon.look_round()
        return self


@pytest.fixture
def town(tmp_path):
    made = Watched(tmp_path)
    yield made
    made.store.close()


@pytest.fixture
def monitored(town):
    return Monitored(town.store, town.config, town.clock, town.daemon.ailments, town.daemon.not_begun)


def read(text):
    """(name, the values of its labels) -> value."""
    families = text_string_to_metric_families(text)
    return {(one.name, *one.labels.values()): one.value for family in families for one in family.samples}


# -- what is told


@pytest.mark.parametrize(
    "fault", [LoginNeeded("not logged in"), Unreachable("no connection"), ZeroDivisionError("ours")], ids=repr
)
def test_a_sweep_that_cannot_even_begin_has_failed_and_is_counted_once(town, monitored, fault):
    def refuse(profile, clock):
        raise fault

    town.run(EVERY / 2)
    town.runner.close()
    well, town.runner.connect = town.runner.connect, refuse
    town.run(EVERY)
    found = [read(monitored.metrics()) for _ in range(2)][-1]
    assert (found["quietfeed_sweeps_total", "home", "done"], found["quietfeed_sweeps_total", "home", "failed"]) == (
        1,
        1,
    )
    assert len(town.store.sweeps("home")) == 1
    town.runner.connect = well
    town.run(4 * EVERY)
    found = read(monitored.metrics())
    assert found["quietfeed_sweeps_total", "home", "failed"] == 1
    assert found["quietfeed_sweeps_total", "home", "done"] > 1


@pytest.mark.slow
def test_sweeps_decisions_and_actions_are_counted_from_the_start_of_the_daemon_on(town, monitored):
    town.drop()
    town.run(EVERY / 2)
    told = read(monitored.metrics())
    assert told["quietfeed_sweeps_total", "home", "done"] == 1
    assert told["quietfeed_posts_read_total", "home"] == told["quietfeed_posts_stored_total", "home"] == 20
    assert told["quietfeed_decisions_total", "home", "mute", "acts"] == 1
    assert told["quietfeed_action_events_total", "home", "mute", "done", "false"] == 1
    assert told["quietfeed_actions_standing", "home", "mute"] == 1
    assert told["quietfeed_last_read_timestamp_seconds", "home"] == START.timestamp()
    assert told["quietfeed_health",] == Level.OK
    town.run(4 * DAY)
    later = read(monitored.metrics())
    assert later["quietfeed_sweeps_total", "home", "done"] == len(town.swept())
    assert later["quietfeed_action_events_total", "home", "mute", "expired", "false"] >= 1
    assert all(later[name] >= value for name, value in told.items() if name[0].endswith("_total"))


def test_what_was_before_the_start_is_not_counted_again(town):
    town.run(3 * EVERY)
    anew = Monitored(town.store, town.config, town.clock, town.daemon.ailments, town.daemon.not_begun)
    assert read(anew.metrics())["quietfeed_sweeps_total", "home", "done"] == 0
    town.run(EVERY)
    for _ in range(2):
        assert read(anew.metrics())["quietfeed_sweeps_total", "home", "done"] == 1


def test_nobody_who_was_judged_is_named(town, monitored):
    town.drop()
    town.run(EVERY)
    told = monitored.metrics()
    for word in (DROP, DROP.partition("@")[0], "market.test"):
        assert word not in told


def test_each_sweep_is_counted_once_however_often_is_asked_while_one_runs(town):
    counted = Counted("home", Mark())
    first = SweepRecord("home", START, START + MINUTE, posts=3, allowed=300, remaining=280)
    town.store.begin_sweep(first)
    running = town.store.begin_sweep(SweepRecord("home", START + EVERY))
    for _ in range(2):
        counted.take_up(town.store)
        assert (counts(counted, "sweeps", "done"), counts(counted, "posts_read")) == (1, 3)
    town.store.end_sweep(running, SweepRecord("home", START + EVERY, START + EVERY + MINUTE, posts=4, error=STOPPED))
    town.store.begin_sweep(SweepRecord("home", START + 2 * EVERY, error="no connection"))
    for _ in range(2):
        counted.take_up(town.store)
        assert (counts(counted, "sweeps", "stopped"), counts(counted, "posts_read")) == (1, 7)
        assert counts(counted, "sweeps", "failed") == 1


def counts(counted, what, *labels):
    (value,) = (
        one.value
        for one in counted.samples()
        if one.metric.name == f"quietfeed_{what}_total" and one.labels == ("home", *labels)
    )
    return value


# -- whether all is well


@pytest.mark.slow
def test_a_server_that_is_away_is_a_warning_first_and_then_critical(town, monitored):
    town.run(EVERY / 2)
    assert monitored.health().level is Level.OK
    town.network.trouble = _down
    town.run(EVERY)
    assert monitored.answer("/healthz", "")[0] == 200
    assert monitored.health().level is Level.WARNING
    assert read(monitored.metrics())["quietfeed_trouble", "home", "sweep"] == 1
    town.run(4 * EVERY)
    assert monitored.health().level is Level.CRITICAL
    assert monitored.answer("/healthz", "")[0] == 503


@pytest.mark.slow
def test_a_login_that_is_refused_is_critical_at_once_until_a_sweep_goes_well(town, monitored):
    town.run(EVERY / 2)
    town.network.trouble = _refused
    town.run(EVERY)
    assert "the token was revoked" in monitored.health().line
    assert monitored.health().level is Level.CRITICAL
    town.network.trouble = None
    town.run(3 * EVERY)
    assert monitored.health().level is Level.OK


def test_a_daemon_that_stands_still_says_so_by_its_page(town, monitored):
    town.run(EVERY / 2)
    town.clock.wait(90)
    assert monitored.health().line == "critical: the daemon stands still: restart it"


@ON_FILES
def test_a_disk_that_is_full_is_critical(town, monitored, monkeypatch):
    town.run(EVERY / 2)
    monkeypatch.setattr("shutil.disk_usage", lambda _: SimpleNamespace(free=1000))
    assert "the disk is full" in monitored.health().line
    assert read(monitored.metrics())["quietfeed_health",] == Level.CRITICAL


@ON_FILES
def test_a_store_that_does_not_answer_is_critical_and_no_metrics_are_made_up(town, monitored):
    town.run(EVERY / 2)
    town.store.close()
    (town.folder / "store.sqlite").write_bytes(b"not a store, whatever it was" * 100)
    assert monitored.health().level is Level.CRITICAL
    status, _, words = monitored.answer("/metrics", "")
    assert status == 503
    with pytest.raises(StoreError):
        monitored.metrics()
    assert "the store " in words


def _down(_):
    raise Unreachable("no connection")


def _refused(_):
    raise LoginNeeded("the token was revoked")


# -- by HTTP


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Asked:
    """A page that listens, and what it answers."""

    def __init__(self, monitored):
        self.listen = f"127.0.0.1:{free_port()}"
        self.page = MetricsPage(monitored, self.listen)
        while self.page._server is None:  # its thread binds
            threading.Event().wait(0.01)

    def __call__(self, path, method="GET", **headers):
        request = urllib.request.Request(f"http://{self.listen}{path}", headers=headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                return answer.status, answer.headers, answer.read().decode()
        except urllib.error.HTTPError as refused:
            return refused.code, refused.headers, refused.read().decode()


@pytest.fixture
def asked(town, monitored):
    town.run(EVERY / 2)
    made = Asked(monitored)
    yield made
    made.page.close()


def test_prometheus_reads_the_page(asked):
    status, headers, text = asked("/metrics")
    assert (status, headers["Content-Type"]) == (200, "text/plain; version=0.0.4; charset=utf-8")
    assert read(text)["quietfeed_sweeps_total", "home", "done"] == 1
    assert asked("/metrics", method="HEAD")[2] == ""


def test_the_health_page_answers_in_words_or_as_json(asked):
    status, _, words = asked("/healthz")
    assert (status, words.startswith("ok: home read ")) == (200, True)
    status, headers, told = asked("/healthz", Accept="application/json")
    assert (status, headers["Content-Type"]) == (200, "application/json")
    assert json.loads(told) == {"state": "ok", "code": 0, "reason": words.removeprefix("ok: ").rstrip()}


@pytest.mark.parametrize("host", ["evil.test", "127.0.0.1.evil.test", "192.168.1.5:9464", "[", ""])
def test_a_name_of_somebody_elses_that_leads_here_is_told_nothing(asked, host):
    status, _, words = asked("/metrics", Host=host)
    assert (status, "quietfeed_" in words) == (421, False)


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:9464", "[::1]:9464"])
def test_a_name_of_this_machine_is_answered(asked, host):
    assert asked("/healthz", Host=host)[0] == 200


def test_nothing_else_is_there_and_nothing_can_be_sent(asked):
    assert asked("/")[0] == 200
    assert asked("/../store.sqlite")[0] == 404
    assert asked("/metrics", method="POST")[0] == 501


def test_a_client_that_says_nothing_and_one_that_goes_away_keep_nobody_from_it(asked, capsys):
    host, _, port = asked.listen.partition(":")
    with socket.create_connection((host, int(port))) as away:
        away.sendall(b"GET /metrics HTTP/1.0\r\nHost: localhost\r\n\r\n")
    with socket.create_connection((host, int(port))):
        pass
    assert asked("/healthz")[0] == 200
    assert capsys.readouterr().err == ""


def test_an_address_that_is_taken_costs_no_sweep_and_is_said_once(town, monitored, caplog):
    caplog.set_level(logging.INFO, "quietfeed")
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        page = MetricsPage(monitored, f"127.0.0.1:{other.getsockname()[1]}")
        while not caplog.records:
            threading.Event().wait(0.01)
        page.close()
    assert [record.message for record in caplog.records] == ["metrics not served"]
    assert caplog.records[0].facts["why"] == "Address already in use"


def test_the_daemon_serves_what_the_config_names_and_a_saved_config_changes_it(town):
    assert town.daemon.page is None
    first, second = (f"127.0.0.1:{free_port()}" for _ in range(2))
    town.daemon.take_up(replace(CONFIG, metrics=MetricsSettings(first)))
    page = town.daemon.page
    assert page.listen == first
    two = replace(CONFIG, metrics=MetricsSettings(first), profiles=(HOME, replace(HOME, name="work")))
    town.daemon.take_up(two)
    assert (town.daemon.page is page, page.monitored.config) == (True, two)
    town.daemon.take_up(replace(CONFIG, metrics=MetricsSettings(second)))
    assert town.daemon.page.listen == second
    town.daemon.take_up(CONFIG)
    assert town.daemon.page is None
