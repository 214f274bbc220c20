"""What the doctor says of the other ways of a report, and of a dead man's switch."""

from collections.abc import Iterator
from importlib.util import find_spec

from bot.cli import wiring
from bot.cli.checks import Check, State
from bot.config import Profile
from bot.errors import UserError
from bot.notify import INSTALL, look_at
from bot.notify.switch import address_of
from bot.service.switch import PING
from bot.service.ways import FEED, STDOUT, secret_name


def checks(profile: Profile) -> Iterator[Check]:
    """A line a way, without asking any server: `report --send-test` does. Nothing of an address is shown."""
    for way in profile.report_also:
        yield _checked(profile, way).of(profile.name)
    yield from _switch(profile)
    if profile.platform == "bluesky" and not profile.bot_handle and not profile.report_also:
        yield Check(
            "report",
            State.NOTE,
            "nobody can message themselves on Bluesky, so it lies in a file, and nothing tells you of it",
            f"write `report_also: [phone]` in the config and run `quietfeed login {profile.name} --notify phone`,"
            " or name a second account of yours under bot_handle",
        ).of(profile.name)


def _checked(profile: Profile, way: str) -> Check:
    what = f"report by {way}"
    if way == STDOUT:
        return Check(what, State.WELL, "`quietfeed run` prints it")
    if way == FEED:
        return _needs("feedgenerator", what, "an Atom feed beside the kept reports")
    try:
        address = wiring.credentials().get(profile.name, secret_name(way))
    except UserError as fault:
        return Check(what, State.BAD, str(fault))
    another = f"quietfeed login {profile.name} --notify {way}"
    if not address:
        return Check(what, State.BAD, "it has no address", another)
    found = _needs("apprise", what, "there is an address; `quietfeed report --send-test` tries it")
    if found.state is State.WELL and (looked := look_at(address)).wrong_address:
        return Check(what, State.BAD, looked.why, another)
    return found


def _needs(library: str, what: str, words: str) -> Check:
    if find_spec(library) is None:
        return Check(what, State.BAD, f"{library} is not installed", INSTALL)
    return Check(what, State.WELL, words)


def _switch(profile: Profile) -> Iterator[Check]:
    """Where there is one; that its file cannot be read is said of the login."""
    try:
        address = wiring.credentials().get(profile.name, PING)
    except UserError:
        return
    what = "dead man's switch"
    if address and address_of(address, "success") is None:
        remedy = f"quietfeed login {profile.name} --ping"
        yield Check(what, State.BAD, "its address is none of the web", remedy).of(profile.name)
    elif address:
        yield Check(what, State.WELL, "it hears of each sweep").of(profile.name)
