"""The small network that the stored store comes from: who is there and what each posts, the same in every version.

Only names that outlive a version are imported here, since the program of any version is run on it.
"""

from datetime import UTC, datetime, timedelta

from bot.clock import SimulatedClock
from bot.model import EPOCH, Post
from bot.platforms.network import Network

START = datetime(2026, 3, 2, 6, tzinfo=UTC)
HOUR = timedelta(hours=1)
OWNER = "robin@quiet.test"
BARE = ("bare1", "bare2", "taken-back", "undone", "stuck", "cut-off", "mutual", "fresh", "kept")
"""They post nothing but links, which the hamlet's rules mute …"""
HEADLINES = ("headlines", "cut-short")
"""… these write a headline to each, which is listed …"""
REPOSTS = ("reposts",)
"""… and this one shows again what others wrote, which is hidden."""
LOUD = ("loud",)
"""Writes by itself, and more in a day than its quota allows."""
TALKS = ("ines",)


def handle(name: str) -> str:
    """`bare1` -> `bare1@market.test`."""
    return f"{name}@market.test"


def network(clock: SimulatedClock) -> Network:
    """Everybody has joined, and Robin follows all."""
    made = Network(clock)
    made.join(OWNER)
    for name in (*BARE, *HEADLINES, *REPOSTS, *LOUD, *TALKS):
        made.join(handle(name))
        made.follow(OWNER, handle(name))
    made.follow(handle("mutual"), OWNER)
    return made


def an_hour(made: Network, clock: SimulatedClock) -> None:
    """What they post within an hour; the clock goes on."""
    number = int((clock.now() - START) / HOUR)
    for name in BARE:
        if name != "fresh" or number >= 60:
            made.post(handle(name), _post("", f"https://{name}.example/{number}"))
    for name in HEADLINES:
        made.post(
            handle(name), _post(f"Number {number} of our offers is out today", f"https://{name}.example/{number}")
        )
    talk = made.post(handle("ines"), _post(f"Tea at {number}, and a word with everybody about the garden"))
    for name in REPOSTS:
        made.repost(handle(name), talk)
    for each in range(2):
        made.post(handle("loud"), _post(f"Thought {number}.{each}: what the day was like, at some length"))
    clock.wait(HOUR.total_seconds())


def _post(text: str, *links: str) -> Post:
    return Post("", "", EPOCH, text=text, links=links)
