"""A profile on a real Bluesky network in a fleet: its session, which each use may renew, goes from worker to worker."""

import signal
from pathlib import Path

import pytest

from bot.fleet.keys import keys
from bot.fleet.members import Members
from bot.fleet.tables import Tables
from tests.live.conftest import Seeded
from tests.live.fleets import Fleet, midday
from tests.live.journey import until
from tests.servers.postgres import Server

pytestmark = pytest.mark.live

CONFIG = """\
profiles:
  - {{name: sky, platform: bluesky, server: "{server}", handle: {handle}, report_via: file}}
sweep: {{every: 20s, jitter: 0s}}
report: {{at: "00:00", timezone: {zone}}}
"""


def session(fleet: Fleet) -> str | None:
    """What the fleet keeps of it, as a worker reads it."""
    tables = Tables(fleet.url)
    tables.open()
    try:
        held = keys({"QUIETFEED_FLEET_KEY": fleet.env["QUIETFEED_FLEET_KEY"]})
        return held.open("sky", Members(tables).get("sky").secrets)["sky"].get("session")
    finally:
        tables.close()


def test_a_session_that_one_worker_made_is_used_by_the_next_one(
    bluesky: Seeded, postgres: Server, tmp_path: Path
) -> None:
    reader = bluesky.people["reader"]
    fleet = Fleet(tmp_path, postgres.address(postgres.fresh()), {})
    text = CONFIG.format(server=bluesky.network.pds, handle=reader.handle, zone=midday())
    (tmp_path / "sky.yaml").write_text(text)
    try:
        said = fleet.run("fleet", "add", "sky.yaml", QUIETFEED_SKY_APP_PASSWORD=reader.password).stdout
        assert "sky: added, its login encrypted" in said
        assert session(fleet) is None
        first = fleet.start()
        first.said("swept profile=sky")
        made = session(fleet)
        assert made
        until(lambda: not fleet.state()["sky"]["at_work"], fleet.log)
        first.process.send_signal(signal.SIGKILL)
        first.process.wait(10)
        second = fleet.start()
        second.said("swept profile=sky")
        assert session(fleet) == made  # no login and no renewal was needed
        second.ends(within=15)
    finally:
        for worker in fleet.workers:
            worker.kill()
    assert reader.password not in fleet.log()
