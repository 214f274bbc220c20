"""Actions on the network in memory: done by the owner (an id), and taken back to what stood before."""

from collections.abc import Mapping
from datetime import datetime

from bot.errors import UserError
from bot.model import Action, Standing, Step
from bot.platforms.base import AccountGone, Unsupported
from bot.platforms.network import Network


def before(action: Action, standing: Standing) -> Mapping[str, str]:
    """Whether the step stands already, under its name; of a mute also `until`, where it has an end."""
    if action.step is Step.REPORT:
        return {}
    stood = {
        Step.MUTE: standing.muted,
        Step.LIST: action.list_title in standing.lists,
        Step.HIDE_REPOSTS: standing.reposts_hidden,
    }
    end = standing.muted_until if action.step is Step.MUTE else None
    return {str(action.step): "yes" if stood[action.step] else "no"} | ({"until": end.isoformat()} if end else {})


def act(network: Network, me: str, action: Action) -> None:
    """Do the action. Raises Unsupported for a list or reposts of who is not followed, AccountGone, or UserError."""
    owner, other = network.accounts[me].handle, handle_of(network, action)
    if action.step is not Step.MUTE and (me, action.account.id) not in network.follows:
        raise Unsupported(f"{other} is not followed, so it cannot be put on a list and has no reposts to hide")
    if action.step is Step.LIST and not action.list_title:
        raise UserError("a list needs a title")
    if action.step is Step.MUTE:
        network.mute(owner, other, action.until)
    elif action.step is Step.LIST:
        network.add_to_list(owner, action.list_title, other, exclusive=True)
    else:
        network.hide_reposts(owner, other)


def undo(network: Network, me: str, action: Action) -> None:
    """Take the action back: what stood before it stands again."""
    owner, other = network.accounts[me].handle, handle_of(network, action, gone_too=True)
    stood = action.before.get(action.step) == "yes"
    if action.step is Step.MUTE and stood:
        until = action.before.get("until")
        network.mute(owner, other, datetime.fromisoformat(until) if until else None)
    elif action.step is Step.MUTE:
        network.unmute(owner, other)
    elif action.step is Step.LIST and not stood:
        network.remove_from_list(owner, action.list_title, other)
    elif action.step is Step.HIDE_REPOSTS:
        network.hide_reposts(owner, other, hidden=stood)


def handle_of(network: Network, action: Action, *, gone_too: bool = False) -> str:
    """The handle of whom an action is on. Raises AccountGone where nobody is there, or not any more."""
    account_id = action.account.id
    if account_id not in network.accounts or (account_id in network.gone and not gone_too):
        raise AccountGone(f"{action.account.handle} is not there any more")
    return network.accounts[account_id].handle
