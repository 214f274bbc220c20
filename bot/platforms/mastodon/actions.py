"""The ladder on Mastodon: hide reposts, list, mute; each undone to what stood before it.

An action that is in place already is done with, and a mute that is stronger stays as it is: nothing is narrowed.

Facts: docs.joinmastodon.org (methods accounts, lists), mute_service.rb.
"""

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from bot.errors import UserError
from bot.model import Action, Standing, Step
from bot.platforms.base import AccountGone, Unreachable, Unsupported
from bot.platforms.mastodon.connection import Connection, Params, Refused
from bot.platforms.mastodon.posts import moment_or_none
from bot.platforms.mastodon.standing import muting_until, owners_lists, relationship

SAME_END = timedelta(minutes=5)
"""Two ends of a mute that are closer than this are one: the server counts seconds from the request's arrival."""


def before(action: Action, standing: Standing) -> Mapping[str, str]:
    """What stands before the action: a mute with its end where it has one, the list entry, the reposts."""
    if action.step is Step.MUTE:
        end = standing.muted_until.isoformat() if standing.muted_until else ""
        return {"muted": _word(standing.muted)} | ({"until": end} if end else {})
    if action.step is Step.LIST:
        return {"listed": _word(action.list_title in standing.lists)}
    if action.step is Step.HIDE_REPOSTS:
        return {"reposts": "hidden" if standing.reposts_hidden else "shown"}
    return {}


def act(connection: Connection, action: Action) -> None:
    """Do the action. Raises Unsupported with a clear word where it cannot be done."""
    if action.step is Step.MUTE:
        _mute(connection, action)
    elif action.step is Step.LIST:
        _list(connection, action)
    elif action.step is Step.HIDE_REPOSTS:
        _hide_reposts(connection, action)


def undo(connection: Connection, action: Action) -> None:
    """Put back what stood before the action."""
    if action.step is Step.MUTE:
        _unmute(connection, action)
    elif action.step is Step.LIST:
        _unlist(connection, action)
    elif action.step is Step.HIDE_REPOSTS and action.before.get("reposts", "shown") == "shown":
        _show_reposts(connection, action)


def _mute(connection: Connection, action: Action) -> None:
    """Mute, or lengthen a mute that ends earlier."""
    raw = relationship(connection, action.account.id)
    if raw.get("muting") and _lasts(_end_of_mute(connection, raw, action.account.id), action.until):
        return
    _send_mute(connection, action, action.until)


def _send_mute(connection: Connection, action: Action, until: datetime | None) -> None:
    """`notifications=false`: hiding notifications would also remove those that are there."""
    params = {"notifications": "false"}
    if until is not None:
        params["duration"] = str(max(1, round((until - connection.clock.now()).total_seconds())))
    answer = _on_account(connection, action, "mute", params)
    if answer.get("muting") is False:
        raise Unsupported(f"{connection.host} took the mute of {action.account.handle} and did nothing")


def _unmute(connection: Connection, action: Action) -> None:
    until = moment_or_none(action.before.get("until"))
    if action.before.get("muted") == "true":
        if until is None:  # the owner's own, never touched
            return
        if until > connection.clock.now():
            _send_mute(connection, action, until)
            return
    _on_account(connection, action, "unmute", {})


def _end_of_mute(connection: Connection, raw: Mapping[str, Any], account_id: str) -> datetime | None:
    if "muting_expires_at" in raw:
        return moment_or_none(raw["muting_expires_at"])
    try:
        return muting_until(connection, {account_id}).get(account_id)
    except Refused:
        return None


def _lasts(end: datetime | None, wanted: datetime | None) -> bool:
    """Whether a mute that ends then (None: never) lasts as long as is wanted."""
    return end is None or (wanted is not None and end >= wanted - SAME_END)


def _list(connection: Connection, action: Action) -> None:
    """Only followed accounts can be members (404 otherwise); a member again is 422, and fine. A list that does not
    hide its members from the home timeline would be of no use."""
    own = _find_list(connection, action.list_title) or _create_list(connection, action.list_title)
    if own.get("exclusive") is not True:
        raise Unsupported(_hides_nobody(connection, own))
    try:
        connection.write("POST", f"/api/v1/lists/{own['id']}/accounts", {"account_ids[]": [action.account.id]})
    except Refused as refusal:
        if refusal.status == 422:
            return
        if refusal.status == 404:
            raise Unsupported(f"{action.account.handle} is not followed, so no list can hold it") from refusal
        raise _lacking(connection, "lists", refusal) from refusal


def _hides_nobody(connection: Connection, own: Mapping[str, Any]) -> str:
    if "exclusive" in own:
        return (
            f"your list “{own['title']}” does not hide its members from the home timeline; tick that in its settings, "
            "or name another list in the config"
        )
    return f"lists on {connection.host} do not hide their members from the home timeline"


def _find_list(connection: Connection, title: str) -> Mapping[str, Any] | None:
    if not title:
        raise UserError("a rule lists accounts but names no list: set its title in the config")
    try:
        lists = owners_lists(connection)
    except Refused as refusal:
        raise _lacking(connection, "lists", refusal) from refusal
    return next((item for item in lists if item["title"] == title), None)


def _create_list(connection: Connection, title: str) -> Mapping[str, Any]:
    """`exclusive` (4.2+) keeps members out of the home timeline. Where the server ignores it, what was made goes."""
    params = {"title": title, "exclusive": "true", "replies_policy": "list"}
    try:
        answer = connection.write("POST", "/api/v1/lists", params, repeatable=False).fields
    except Unreachable:  # it may have taken: a second list of that title would be worse than a look
        found = _find_list(connection, title)
        if found is None:
            raise
        return found
    except Refused as refusal:
        if refusal.status == 422:
            raise Unsupported(f"{connection.host} allows no further list, so “{title}” is not made") from refusal
        raise _lacking(connection, "lists", refusal) from refusal
    created = answer if answer.get("id") else _find_list(connection, title)
    if not created:
        raise Unsupported(f"{connection.host} took the list “{title}” and did not make it")
    if created.get("exclusive") is not True:
        with suppress(Refused):
            connection.write("DELETE", f"/api/v1/lists/{created['id']}", {})
        raise Unsupported(f"lists on {connection.host} do not hide their members from the home timeline")
    return created


def _unlist(connection: Connection, action: Action) -> None:
    if action.before.get("listed") == "true":
        return
    own = _find_list(connection, action.list_title)
    if own is None:
        return
    try:
        connection.write("DELETE", f"/api/v1/lists/{own['id']}/accounts", {"account_ids[]": [action.account.id]})
    except Refused as refusal:
        if refusal.status not in (404, 410, 422):  # no member any more: nothing left to undo
            raise


def _hide_reposts(connection: Connection, action: Action) -> None:
    raw = relationship(connection, action.account.id)
    if not raw.get("following"):
        raise Unsupported(f"{action.account.handle} is not followed, so its reposts cannot be hidden")
    if raw.get("showing_reblogs") is False:
        return
    answer = _on_account(connection, action, "follow", _follow_params("false", raw))
    if answer.get("showing_reblogs") is True:
        raise Unsupported(f"{connection.host} cannot hide the reposts of one account")


def _show_reposts(connection: Connection, action: Action) -> None:
    raw = relationship(connection, action.account.id)
    if not raw.get("following") or raw.get("showing_reblogs") is True:
        return  # unfollowed since, or shown again: never follow on the owner's behalf
    _on_account(connection, action, "follow", _follow_params("true", raw))


def _follow_params(reblogs: str, stands: Mapping[str, Any]) -> Params:
    """A follow call that sends what stands, since a server may reset what the call omits."""
    params: dict[str, str | list[str]] = {"reblogs": reblogs, "notify": _word(stands.get("notifying"))}
    told = stands.get("languages")
    languages = [one for one in told if isinstance(one, str)] if isinstance(told, list) else []
    return params | ({"languages[]": languages} if languages else {})


def _on_account(connection: Connection, action: Action, verb: str, params: Params) -> Mapping[str, Any]:
    """One of the calls on an account. A 404 means the account, or a server that lacks the call: it is asked which."""
    path = f"/api/v1/accounts/{action.account.id}"
    try:
        return connection.write("POST", f"{path}/{verb}", params).fields
    except Refused as refusal:
        if not refusal.missing:
            raise
        try:
            connection.get(path)
        except Refused as said:
            if said.gone:
                raise AccountGone(f"{action.account.handle} cannot be read any more") from refusal
            raise Unreachable(f"{action.account.handle} cannot be read now ({said})") from refusal
        raise _lacking(connection, f"way to {verb} an account", refusal) from refusal


def _lacking(connection: Connection, what: str, refusal: Refused) -> Unsupported:
    return Unsupported(f"{connection.host} has no {what}") if refusal.missing else refusal


def _word(value: object) -> str:
    return "true" if value is True else "false"
