"""The private notes of the network in memory, and what stands on accounts there: the demo's and the tests' own."""

from collections.abc import Iterator

from bot.model import Account, Step
from bot.platforms.base import Quieted
from bot.platforms.marks import quieted
from bot.platforms.network import Network

UNTOUCHED = "no"
"""What `Memory.before` tells of an account without the step."""


def standing_on(network: Network, me: str, list_title: str) -> Iterator[Quieted]:
    """Everything that the owner (an id) muted, hid the reposts of, or put on an exclusive list; of lists of other
    titles only what carries a mark."""
    touched = {whom for who, whom in (*network.mutes, *network.hidden) if who == me}
    touched |= {member for owned in network.lists[me] for member in owned.members}
    for other in sorted(touched - network.gone):
        yield from _on(network, me, network.known(other), list_title)


def _on(network: Network, me: str, other: Account, list_title: str) -> Iterator[Quieted]:
    pair = (me, other.id)
    note = network.notes.get(pair, "")
    if network.muted(*pair):
        yield quieted(other, Step.MUTE, note, {"mute": UNTOUCHED}, ends=network.mutes[pair])
    if pair in network.hidden:
        yield quieted(other, Step.HIDE_REPOSTS, note, {"hide_reposts": UNTOUCHED})
    for owned in network.lists[me]:
        if other.id in owned.members and owned.exclusive:
            found = quieted(other, Step.LIST, note, {"list": UNTOUCHED}, title=owned.title)
            if found.ours or owned.title == list_title:
                yield found
