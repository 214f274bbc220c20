"""By a login for reading alone, all goes well but what writes, and that is refused before anything is asked."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.clock import SimulatedClock
from bot.config import Profile, ReportSettings, SweepSettings, default_config
from bot.errors import UserError
from bot.model import Account, Action, Step
from bot.platforms.base import Answer, OnlyReads, next_step
from bot.platforms.mastodon import Mastodon
from bot.platforms.mastodon.login import READING
from bot.platforms.memory import Memory, Network
from bot.platforms.reading import Reading
from bot.service.mode import ONLY_READS, why_dry
from bot.service.runner import Runner
from bot.store import Store, open_store
from tests.servers.mastodon_network import seeded
from tests.servers.mastodon_stub import Stub

START = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
HOUR = timedelta(hours=1)


@pytest.fixture
def stub() -> Iterator[Stub]:
    with Stub(seeded(START, shop="")) as stub:
        yield stub


def lived(stub: Stub, store: Store, folder: Path, *, dry_run: bool = True) -> Runner:
    """A day of the daemon by a login that only reads."""
    home = Profile("home", "mastodon", server=stub.url)
    clock, token = SimulatedClock(START), stub.network.grant(READING)
    config = replace(
        default_config(),
        profiles=(home,),
        dry_run=dry_run,
        sweep=SweepSettings(every=HOUR, jitter=timedelta()),
        report=ReportSettings(at=f"{START + 12 * HOUR:%H:%M}", timezone="UTC"),  # in the day, whenever it begins
    )
    runner = Runner(
        home, config, lambda _, its: Reading(Mastodon(stub.url, token, its, share=1.0)), store, clock, folder
    )
    for _ in range(25):
        runner.sweep()
        clock.wait(HOUR.total_seconds())
    runner.close()
    return runner


@pytest.mark.parametrize("dry_run", [True, False])
def test_a_day_by_a_login_that_only_reads_goes_well_and_writes_nothing(
    stub: Stub, tmp_path: Path, dry_run: bool
) -> None:
    store = open_store(str(tmp_path / "q.sqlite"))
    lived(stub, store, tmp_path, dry_run=dry_run)
    assert stub.log
    assert stub.writes == []
    sweeps = store.sweeps("home")
    assert [sweep.error for sweep in sweeps] == [""] * 25
    assert sum(sweep.judged for sweep in sweeps) >= 3
    found = {entry.account.handle for entry in store.latest_judged("home").values() if entry.rule}
    assert {name.split("@")[0] for name in found} >= {"dropper0", "dropper1", "dropper2"}
    assert all(entry.dry for entry in store.entries("home"))
    assert {state for _, state in store.reports("home")} == {"kept"}
    store.close()


def test_why_nothing_is_done_is_told_where_the_config_would_act(stub: Stub, tmp_path: Path) -> None:
    store = open_store(str(tmp_path / "q.sqlite"))
    runner = lived(stub, store, tmp_path, dry_run=False)
    assert why_dry("home", store, runner.config, START) == ONLY_READS
    assert why_dry("home", store, replace(runner.config, dry_run=True), START) == "dry run"
    store.close()


def test_what_writes_is_refused_and_the_login_named_that_may() -> None:
    network = Network(SimulatedClock(START))
    network.join("robin@quiet.example")
    shop = network.join("shop@market.example")
    platform = Reading(Memory(network, "robin@quiet.example"))
    action = Action(Step.MUTE, Account(shop, "shop@market.example"), None)
    letter = Answer("1", "keep 1", START)
    for write in (
        lambda: platform.act(action),
        lambda: platform.undo(action),
        lambda: platform.mark(action, None),
        lambda: platform.unmark(action),
        lambda: platform.publish(["news"], "key"),
        lambda: platform.answer(["kept"], "letter", letter, "key"),
        lambda: platform.send_test("key"),
        lambda: platform.channel(),
    ):
        with pytest.raises(OnlyReads, match="made to read alone") as refused:
            write()
        assert isinstance(refused.value, UserError)
        assert (
            next_step(refused.value, "home")
            == "a login that asks for the rest, on this machine: `quietfeed login home`"
        )
    assert not network.mutes
