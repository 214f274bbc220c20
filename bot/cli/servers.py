"""What the doctor asks the servers: many at once, and nobody is waited for longer than ten seconds."""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import chain
from queue import SimpleQueue

from bot.actions.recorded import recorded_actions
from bot.cli import bounded, protections, wiring
from bot.cli.bounded import Work
from bot.cli.checks import Check, State
from bot.config import Config, Profile
from bot.errors import UserError
from bot.model import Step
from bot.platforms.base import LoginNeeded, Platform, PlatformError, RateLimited, Unreachable, next_step
from bot.service import channel

CLOCK_TOLERANCE = 60.0
"""Seconds by which the clock may differ from the server's."""
CONNECTION, KEEP = "connection", "keep"
NO_CONNECTION = "no connection"
AT_ONCE = 16
"""Profiles whose servers are asked at the same time. Each is five connections: a hundred would keep the machine so busy
that servers which answer seem not to."""
CANNOT = {
    Step.HIDE_REPOSTS: "the reposts of one account cannot be hidden",
    Step.LIST: "nobody can be put on a list",
    Step.MUTE: "nobody can be muted",
}
"""What a server lacks, before the reason."""
QUIETS = {
    "mastodon": "it quiets nobody unless it hides its members from the home timeline, which its settings say",
    "bluesky": "it quiets nobody unless it is a moderation list",
}
"""What a list has to be that the owner made."""


class Asking:
    """The server of one profile while it is asked: who is logged in first, then all else at once, each by a connection
    of its own."""

    def __init__(self, profile: Profile, config: Config, places: threading.Semaphore) -> None:
        self.profile, self.config = profile, config
        self.answers = True
        """Whether the owner was told, as far as is known."""
        self.parts: dict[str, Work[list[Check]]] = {}
        self.told: SimpleQueue[Check | None] = SimpleQueue()
        """Checks as they come; None behind the last."""
        self.work = Work(partial(self._in_turn, places))

    def _in_turn(self, places: threading.Semaphore) -> None:
        """Ask, once there is a place."""
        try:
            with places:
                self.parts[CONNECTION] = Work(self._first)
                for check in self._came(time.monotonic() + bounded.GIVES_UP):
                    self.told.put(check)
        finally:
            self.told.put(None)

    def checks(self) -> Iterator[Check]:
        """All checks, each when it has come."""
        yield from iter(self.told.get, None)
        self.work.wait(bounded.GIVES_UP)
        self.work.result()  # raises what nobody reckoned with

    def _first(self) -> list[Check]:
        checks = self._ask(_owner)
        steps: dict[str, Callable[[Platform], Iterator[Check]]] = {
            "server": lambda platform: chain(_software(platform), _list(platform, self.profile, self.config)),
            "timeline": _timeline,
            "protections": lambda platform: protections.readable(platform, self.profile, self.config),
            "report": lambda platform: _report(platform, self.profile, self.config),
        }
        self.parts |= {name: Work(partial(self._ask, step)) for name, step in steps.items()}
        return checks

    def _ask(self, step: Callable[[Platform], Iterator[Check]]) -> list[Check]:
        with wiring.connected(self.profile, patience=0.0) as platform:
            return list(step(platform))

    def _came(self, ends: float) -> Iterator[Check]:
        """What came by then (of the monotonic clock), in order; what one cause broke makes one check."""
        broken: dict[tuple[str, str], list[str]] = {}
        self.parts[CONNECTION].wait(ends - time.monotonic())  # it begins the others
        for name, work in tuple(self.parts.items()):
            try:
                if not work.wait(ends - time.monotonic()):
                    raise Unreachable(f"no answer within {bounded.GIVES_UP:.0f} seconds")
                for check in work.result():
                    yield check.of(self.profile.name)
            except UserError as fault:
                self.answers = self.answers and name != CONNECTION
                called = name if name != CONNECTION or isinstance(fault, Unreachable) else "owner"
                broken.setdefault((str(fault), _remedy(fault, self.profile)), []).append(called)
        for (words, remedy), names in broken.items():
            yield Check(", ".join(names), State.BAD, words, remedy).of(self.profile.name)


def examine(profiles: Sequence[Profile], config: Config) -> Iterator[Check]:
    """All that the servers of these profiles say, profile by profile."""
    ends = time.monotonic() + bounded.GIVES_UP
    places = threading.Semaphore(AT_ONCE)
    asked = [Asking(profile, config, places) for profile in profiles]
    names = Work(lambda: list(protections.names(config, profiles))) if config.trust.keep else None
    down: list[tuple[Profile, Check]] = []
    for one in asked:
        for check in one.checks():
            if check.what == CONNECTION:
                down.append((one.profile, check))
            else:
                yield check
    yield from _down(down)
    if names and any(one.answers for one in asked):
        done = names.wait(ends - time.monotonic())
        late = Check(KEEP, State.NOTE, "whether the kept names are borne by somebody was not answered in time")
        yield from names.result() if done else [late]


def _down(found: Sequence[tuple[Profile, Check]]) -> Iterator[Check]:
    """Those that cannot be reached; where all of them share a cause, it is told once."""
    causes: dict[str, list[tuple[Profile, Check]]] = {}
    for profile, check in found:
        start = check.words.find(NO_CONNECTION)
        causes.setdefault(check.words[max(start, 0) :], []).append((profile, check))
    for cause, those in causes.items():
        if len(those) == 1:
            yield those[0][1]
        else:
            who = (profile.name for profile, _ in those)
            yield Check(CONNECTION, State.BAD, cause, those[0][1].remedy).of(*who)


def _remedy(fault: UserError, profile: Profile) -> str:
    """The next step, where that is not to ask the doctor."""
    if isinstance(fault, Unreachable):
        return fault.remedy or "is the address right, and the server up? Then it passes by itself"
    if isinstance(fault, LoginNeeded | RateLimited):
        return next_step(fault, profile.name)
    return "its software may lack this, or refuse it to you: ask whoever runs the server"


def _owner(platform: Platform) -> Iterator[Check]:
    yield Check("owner", State.WELL, platform.owner().handle, alike="the server knows each of them")


def _software(platform: Platform) -> Iterator[Check]:
    server = platform.server()
    yield Check("server", State.WELL, f"{server.software} at {server.url}, {server.max_characters} characters a post")
    for step, instead in server.lacks.items():
        yield Check("server", State.NOTE, f"{CANNOT[step]}: {instead}")
    for note in server.notes:
        yield Check("server", State.NOTE, note)
    if server.clock_offset is not None and abs(server.clock_offset) > CLOCK_TOLERANCE:
        yield Check(
            "clock",
            State.BAD,
            f"differs from the server's by {server.clock_offset:+.0f} seconds",
            "let this machine set its time by NTP",
        )


def _report(platform: Platform, profile: Profile, config: Config) -> Iterator[Check]:
    with wiring.opened(config, exclusive=False) as store:
        way = channel.way(profile, platform, store)
    if way.channel is None:
        yield Check("report", State.NOTE, f"kept in a file only: {way.why_not}")
    else:
        yield Check("report", State.WELL, f"sent to you alone, by {way.channel.software}")


def _timeline(platform: Platform) -> Iterator[Check]:
    page = next(iter(platform.timeline(None)), None)
    words = "empty" if page is None else f"readable ({len(page.posts)} posts on the first page)"
    yield Check("timeline", State.WELL, words, alike="readable" if page else words)


def _list(platform: Platform, profile: Profile, config: Config) -> Iterator[Check]:
    """Whether the list that rules put accounts on was there before quietfeed used it."""
    title = config.list_title
    if all(rule.then is not Step.LIST for rule in config.rules):
        return
    with wiring.opened(config, exclusive=False) as store:
        if any(
            action.counts and action.step is Step.LIST for action in recorded_actions(store, profile.name, dry=False)
        ):
            return
    try:
        titles = {one.strip().casefold() for one in platform.lists()}
    except (PlatformError, LoginNeeded):  # that they cannot be read is said of the server
        return
    if title.strip().casefold() in titles:
        words = f"you have a list “{title}” of your own, and accounts would be put on it"
        meant = QUIETS.get(profile.platform, "")
        remedy = "if it is not meant for that, name another one in the config as `list_title`"
        yield Check("list", State.NOTE, f"{words}; {meant}" if meant else words, remedy)
