"""Whom the owner keeps by name stays kept when renamed, and is heard at the very next sweep."""

from dataclasses import replace

import pytest

from bot.model import Step
from bot.service import kept
from tests.unit.actions.world import DAY, DROP, OWNER, World


@pytest.fixture
def world(tmp_path):
    made = World(tmp_path)
    yield made
    made.store.close()


def keep(world, *names):
    trust = replace(world.config.trust, keep=names)
    world.config = replace(world.config, trust=trust, fingerprint=f"keeps {names}")


def rename(world, new):
    account = world.network.account(DROP)
    world.network.accounts[account.id] = replace(account, handle=new, url="")
    return account.id


def decided(world):
    return world.store.latest_judged("home")[world.network.account(DROP).id]


def test_a_name_in_the_config_means_the_account_also_after_it_is_renamed(world):
    keep(world, "drop@market.test")
    world.go(2 * DAY)
    rename(world, "other@elsewhere.test")
    world.go(3 * DAY)
    assert decided(world).account.handle == "other@elsewhere.test"
    assert decided(world).protection == "kept"
    assert not world.muted


def test_a_local_name_is_kept_on_the_owner_s_own_server(world):
    world.network.join("chimes@quiet.example")
    world.network.follow(OWNER, "chimes@quiet.example")
    world.network.post("chimes@quiet.example", "Ding")
    keep(world, "chimes")
    world.go(DAY)
    assert kept.known_names("home", world.store) == {"chimes": world.network.account("chimes@quiet.example").id}


def test_a_name_that_leaves_the_config_keeps_nobody(world):
    keep(world, "drop@market.test")
    world.go(2 * DAY)
    keep(world)
    world.go(DAY)
    assert kept.known_names("home", world.store) == {}
    assert world.muted


def test_keep_and_drop_show_at_the_next_sweep_without_a_new_post(world):
    world.go(2 * DAY)
    account = world.network.account(DROP)
    world.store.set_feedback("home", account, "keep", "", world.clock.now())
    world.clock.wait(60)
    world.sweep()
    assert decided(world).protection == "kept"
    world.store.drop_feedback("home", account.id, "keep")
    world.clock.wait(60)
    world.sweep()
    assert (decided(world).protection, decided(world).step) == (None, Step.MUTE)


def test_what_was_taken_back_and_dropped_shows_at_the_next_sweep(world):
    world.go(2 * DAY)
    account = world.network.account(DROP)
    world.store.set_feedback("home", account, "veto", "", world.clock.now())
    world.sweep()
    assert decided(world).protection == "taken back"
    world.store.drop_feedback("home", account.id, "veto")
    world.sweep()
    assert decided(world).protection is None


def test_a_word_that_stands_costs_no_judgement_a_sweep(world):
    keep(world, "drop@market.test")
    world.go(2 * DAY)
    for _ in range(3):
        world.clock.wait(60)
        assert world.sweep().record.judged == 0
