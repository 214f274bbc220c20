"""Two days of reports as the owner meets them on real servers: each once, answered with a word, and by nobody else."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.live.daemon import Daemon
from tests.live.journey import Journey, plain, until
from tests.live.letterboxes import Letterbox, letterbox
from tests.live.places import CONFIG

pytestmark = pytest.mark.live

TODAY, TOMORROW = "Pacific/Pago_Pago", "Pacific/Kiritimati"
"""At every moment the second is 25 hours ahead of the first, so that who flies there meets another day at once."""


@pytest.fixture(params=["mastodon", "mastodon-mock", "bluesky"])
def box(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Letterbox]:
    with letterbox(request.param, tmp_path, lambda: request.getfixturevalue("bluesky_network")) as made:
        yield made


@pytest.fixture
def owner(box: Letterbox, tmp_path: Path) -> Journey:
    """Logged in, with actions that are done at once."""
    made = Journey(tmp_path / "owner", box.secrets)
    live_in(made, box, TODAY)
    if box.bot_password:
        made.run("login", "--bot", stdin=f"{box.bot_password}\n")
    made.run("report", "--send-test")
    return made


def live_in(owner: Journey, box: Letterbox, zone: str) -> None:
    words = {"profile": box.profile, "lasts": "30d", "first_days": "0d", "dry_run": "false"}
    owner.config.write_text(CONFIG.format(**words).replace("timezone: UTC", f"timezone: {zone}"))


def number(owner: Journey, handle: str) -> int:
    """By what number the last report calls an account."""
    named = [one["handle"] for one in owner.data("report", "--format", "json")["numbered"]]
    return named.index(handle) + 1


def kept(owner: Journey) -> set[str]:
    return {row["handle"] for row in owner.data("keep", "--json")}


def answered(box: Letterbox, before: int, daemon: Daemon) -> str:
    """The one message that came since then; another would come with one of the next two sweeps."""
    until(lambda: len(box.written()) > before, lambda: daemon.lines)
    rests(daemon)
    (text,) = box.written()[before:]
    return plain(text)


def rests(daemon: Daemon) -> None:
    """Wait for two further sweeps."""
    swept = sum("swept profile=home" in line for line in daemon.lines)
    daemon.said("swept profile=home", count=swept + 2)


def test_two_days_of_reports_come_once_each_and_are_answered_with_a_word(box: Letterbox, owner: Journey) -> None:
    dropper, mirror, booster = (box.handle(name) for name in ("dropper", "mirror", "booster"))
    before = len(box.written())
    with owner.daemon() as daemon:
        daemon.said("report profile=home .*state=sent")
        first = plain("\n".join(box.written()[before:]))
        assert all(handle in first for handle in (dropper, mirror, booster)), first
        assert box.truth("dropper") == {"muted"}

        # a word of the owner's is obeyed once, and answered; a stranger's is neither
        letters = len(box.written())
        box.intrude(f"keep {number(owner, mirror)}")
        box.reply(f"undo {number(owner, dropper)}")
        assert dropper in answered(box, letters, daemon)
        assert box.truth("dropper") == set()
        assert box.truth("mirror") in ({"listed"}, {"muted"})  # lists are public on Bluesky, so what would list mutes
        assert mirror not in kept(owner)
        assert owner.story(dropper)[-2:] == ["lifting", "undone"]

        # killed while the answer is on its way: obeyed before, and not told twice after
        box.be_late()
        box.reply(f"keep {number(owner, booster)}")
        until(box.is_late, lambda: daemon.lines)
        daemon.kill()
    with owner.daemon() as daemon:
        assert booster in answered(box, letters + 1, daemon)
        assert booster in kept(owner)
        assert owner.story(booster).count("undone") == 1
        assert box.truth("booster") == set()

        # another day: the new one is told, and whoever stands as before is not
        box.meet_newcomer()
        until(lambda: box.truth("newcomer"), lambda: daemon.lines)
        daemon.ends()
    letters = len(box.written())
    live_in(owner, box, TOMORROW)
    with owner.daemon() as daemon:
        daemon.said("report profile=home .*state=sent")
        rests(daemon)
        second = plain("\n".join(box.written()[letters:]))
        assert box.handle("newcomer") in second, second
        assert mirror not in second, second
        daemon.ends()
    everything = box.written()
    assert len(everything) == len(set(everything)), everything
