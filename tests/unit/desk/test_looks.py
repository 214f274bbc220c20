"""What is read of the last weeks in a moment is what a whole past holds."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.clock import SimulatedClock
from bot.config import Config, fingerprint
from bot.past import Past, known, lately
from bot.store import Store
from tests.unit.desk.asked import lived

BACK = timedelta(days=30)
Town = tuple[Store, Config, SimulatedClock]


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    with lived(tmp_path_factory.mktemp("looks")) as found:
        yield found


def test_accounts_read_as_in_a_whole_past(town: Town) -> None:
    store, config, _ = town
    found = lately(config.profiles[0], store, config, BACK)
    past = Past(config.profiles[0], store, BACK, config.own_feed.least_posts)
    assert found is not None
    assert [(one.account.id, one.opinion, one.applies) for one in found.samples] == [
        (one.account.id, one.opinion, one.applies) for one in known(past, config)
    ]
    for quick, whole in zip(found.samples, known(past, config), strict=True):
        assert [dict(look) for look in quick.looks] == [
            {name: look[name] for name in quick.looks[0]} for look in whole.looks
        ]
    everybody = [one.account.id for one in found.samples]
    assert found.share(everybody) == past.timeline.share(everybody)


def test_what_would_be_measured_otherwise_today_is_measured_anew(town: Town) -> None:
    store, config, _ = town
    shorter = replace(config, window=timedelta(days=5))
    shorter = replace(shorter, fingerprint=fingerprint(shorter))
    found = lately(config.profiles[0], store, shorter, BACK)
    past = Past(config.profiles[0], store, BACK, config.own_feed.least_posts)
    assert found is not None
    expected = {one.account.id: one.looks[-1]["own_posts"] for one in known(past, shorter)}
    assert {one.account.id: one.looks[-1]["own_posts"] for one in found.samples} == expected
    before = lately(config.profiles[0], store, config, BACK)
    assert before is not None
    assert expected != {one.account.id: one.looks[-1]["own_posts"] for one in before.samples}


def test_protections_are_those_that_a_sweep_would_find(town: Town) -> None:
    store, config, clock = town
    found = lately(config.profiles[0], store, config, BACK)
    assert found is not None
    told = found.protections([one.account for one in found.samples], config.profiles[0], store, config, clock.now())
    judged = store.latest_judged(config.profiles[0].name)
    for account, entry in judged.items():
        if entry.protection and account in told:
            assert told[account] == entry.reason
    assert any(entry.protection for entry in judged.values())
