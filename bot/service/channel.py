"""By what way a report may reach its owner: sent where it is known to stay private, else kept as a file, and why.

What is known: the platform tells of software that keeps letters private; of other software a harmless test message
(`report --send-test`) can prove it, for that version; and where others once could see a message, nothing is sent any
more until a test on another version went well.
"""

import json
from dataclasses import asdict, dataclass
from datetime import datetime

from bot.clock import Clock
from bot.config import Profile
from bot.errors import UserError
from bot.platforms.base import Channel, NotNow, NotPrivate, OnlyReads, Platform, Unsupported, told
from bot.store import Store


@dataclass(frozen=True, slots=True)
class Seen:
    """What was seen on a server: whether a message stayed private there, with its software, its day, and how not."""

    server: str
    software: str
    private: bool
    day: str
    how: str = ""


@dataclass(frozen=True, slots=True)
class Way:
    """How a report reaches its owner."""

    channel: Channel | None
    """By what it is sent; None where it is only kept as a file."""
    why_not: str = ""
    """Why it is not sent."""


def way(profile: Profile, platform: Platform, store: Store) -> Way:
    """The way of the profile's reports. Raises PlatformError where the server does not say now what it is."""
    if profile.report_via == "file":
        return Way(None, "`report_via: file` keeps it on this machine")
    try:
        channel = platform.channel()
    except OnlyReads as refusal:
        return Way(None, told(refusal, profile.name))
    except Unsupported as lacking:
        return Way(None, str(lacking))
    seen = _seen(profile.name, store, channel)
    if seen and not seen.private:
        return Way(None, f"on {seen.day} {seen.how}; {_again(profile, seen, channel)}")
    if channel.private or (seen and _same(seen, channel)):
        return Way(channel)
    if seen and not channel.software:
        raise NotNow(f"{channel.server} does not say what software it runs; it did before")
    return Way(
        None,
        f"whether {channel.server} ({channel.software or 'which does not say what it runs'}) would show it to you "
        f"alone is not known: `quietfeed report {profile.name} --send-test` finds out with a harmless message",
    )


def _same(seen: Seen, channel: Channel) -> bool:
    """Whether the server runs what was seen there; at times it only tells the version."""
    return seen.software == channel.software or (
        bool(channel.software) and seen.software.endswith(f" {channel.software}")
    )


def _again(profile: Profile, seen: Seen, channel: Channel) -> str:
    """When a message is tried again on a server that did not keep one private."""
    if _same(seen, channel) or not channel.software:
        return f"with {seen.software or 'this server'} it is not tried again"
    return f"`quietfeed report {profile.name} --send-test` tries it with {channel.software}"


def remember(profile: str, store: Store, channel: Channel, now: datetime, how: str = "") -> None:
    """Keep that a message stayed private there, or `how` it did not."""
    before = _seen(profile, store, channel)
    if how or before is None or not before.private or not _same(before, channel):
        seen = Seen(channel.server, channel.software, not how, f"{now:%-d %b %Y}", how)
        store.note(f"private:{profile}", json.dumps(asdict(seen)))


def prove(profile: Profile, platform: Platform, store: Store, clock: Clock) -> Channel:
    """Send the test message, and keep what came of it. Returns by what reports are sent from now on.

    Raises UserError where there is nothing to be tried, NotPrivate where others could see it, PlatformError where
    the server does not answer or the message could not be deleted: then nothing is known.
    """
    if profile.report_via == "file":
        raise UserError(f"“{profile.name}” has `report_via: file`: nothing is sent; set it to `direct` first")
    channel = platform.channel()
    seen = _seen(profile.name, store, channel)
    if seen and not seen.private and (_same(seen, channel) or not channel.software):
        raise UserError(f"“{profile.name}”: on {seen.day} {seen.how}; {_again(profile, seen, channel)}")
    now = clock.now()
    try:
        platform.send_test(f"quietfeed-{profile.name}-test-{now:%Y%m%d%H%M%S}")
    except NotPrivate as exposed:
        remember(profile.name, store, channel, now, str(exposed))
        raise
    remember(profile.name, store, channel, now)
    return channel


def _seen(profile: str, store: Store, channel: Channel) -> Seen | None:
    """What was seen on this server; of another nothing is known."""
    seen = store.noted_as(f"private:{profile}", lambda noted: Seen(**json.loads(noted)))
    return seen if seen and seen.server == channel.server else None
