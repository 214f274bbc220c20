"""The ladder on Mastodon: hide reposts, list, mute; each read before it is done, and undone to what stood before.

The caller plans an action only on an account that does not stand so already. What is found in place when an action is
done again is therefore its own trace, left by a crash between the request and its record; only a mute that is
stronger than the action is taken for the owner's.

Facts: docs.joinmastodon.org (methods accounts, lists), mute_service.rb.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from bot.errors import UserError
from bot.model import Action, Step
from bot.platforms.base import AccountGone, Unreachable, Unsupported
from bot.platforms.mastodon.connection import Connection, Params, Refused
from bot.platforms.mastodon.posts import moment_or_none
from bot.platforms.mastodon.standing import muting_until, owners_lists, relationship

Before = Mapping[str, str]
SAME_END = timedelta(minutes=5)
"""Two ends of a mute that are closer than this are one: the server counts seconds from the request's arrival."""


def act(connection: Connection, action: Action) -> Before:
    """Do the action; returns what stood before. Raises Unsupported with a clear word where it cannot be done."""
    if action.step is Step.MUTE:
        return _mute(connection, action)
    if action.step is Step.LIST:
        return _list(connection, action)
    if action.step is Step.HIDE_REPOSTS:
        return _hide_reposts(connection, action)
    return {}


def undo(connection: Connection, action: Action) -> None:
    """Put back what stood before the action."""
    if action.step is Step.MUTE:
        _unmute(connection, action)
    elif action.step is Step.LIST:
        _unlist(connection, action)
    elif action.step is Step.HIDE_REPOSTS and action.before.get("reposts", "shown") == "shown":
        _show_reposts(connection, action)


def _mute(connection: Connection, action: Action) -> Before:
    """`notifications=false`: hiding notifications would also remove those that are there."""
    raw = relationship(connection, action.account.id)
    before: dict[str, str] = {"muted": "false"}
    if raw.get("muting"):
        end = _end_of_mute(connection, raw, action.account.id)
        if _stronger(raw, end, action.until):
            return {"muted": "true"}
        if _ends_like(end, action.until):  # our own trace: nothing left to do
            return before
        before = {
            "muted": "true",
            "until": end.isoformat() if end else "",
        }  # a shorter one: lengthened, put back by undo
    _send_mute(connection, action, action.until)
    return before


def _send_mute(connection: Connection, action: Action, until: datetime | None) -> None:
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


def _stronger(raw: Mapping[str, Any], end: datetime | None, wanted: datetime | None) -> bool:
    """Whether the mute that is there already covers the action and cannot be its own trace."""
    if _ends_like(end, wanted):
        return raw.get("muting_notifications") is True
    return end is None or (wanted is not None and end > wanted)


def _ends_like(end: datetime | None, wanted: datetime | None) -> bool:
    if end is None or wanted is None:
        return end is wanted
    return abs(end - wanted) <= SAME_END


def _list(connection: Connection, action: Action) -> Before:
    """Only followed accounts can be members (404 otherwise); a member again is 422, and fine."""
    list_id = _find_list(connection, action.list_title) or _create_list(connection, action.list_title)
    try:
        connection.write("POST", f"/api/v1/lists/{list_id}/accounts", {"account_ids[]": [action.account.id]})
    except Refused as refusal:
        if refusal.status == 422:
            return {"listed": "false"}
        if refusal.status == 404:
            raise Unsupported(f"{action.account.handle} is not followed, so no list can hold it") from refusal
        raise _lacking(connection, "lists", refusal) from refusal
    return {"listed": "false"}


def _find_list(connection: Connection, title: str) -> str | None:
    if not title:
        raise UserError("a rule lists accounts but names no list: set its title in the config")
    try:
        lists = owners_lists(connection)
    except Refused as refusal:
        raise _lacking(connection, "lists", refusal) from refusal
    return next((str(item["id"]) for item in lists if item["title"] == title), None)


def _create_list(connection: Connection, title: str) -> str:
    """`exclusive` (4.2+) keeps members out of the home timeline; older servers ignore it."""
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
    created = str(answer.get("id") or "") or _find_list(connection, title)
    if not created:
        raise Unsupported(f"{connection.host} took the list “{title}” and did not make it")
    return created


def _unlist(connection: Connection, action: Action) -> None:
    if action.before.get("listed") == "true":
        return
    list_id = _find_list(connection, action.list_title)
    if list_id is None:
        return
    try:
        connection.write("DELETE", f"/api/v1/lists/{list_id}/accounts", {"account_ids[]": [action.account.id]})
    except Refused as refusal:
        if refusal.status not in (404, 410, 422):  # no member any more: nothing left to undo
            raise


def _hide_reposts(connection: Connection, action: Action) -> Before:
    """A follow call that sends what stands, since a server may reset what the call omits."""
    raw = relationship(connection, action.account.id)
    if not raw.get("following"):
        raise Unsupported(f"{action.account.handle} is not followed, so its reposts cannot be hidden")
    before = {
        "reposts": "shown",
        "notify": _word(raw.get("notifying")),
        "languages": _languages(raw),
    }
    if raw.get("showing_reblogs") is False:
        return before
    answer = _on_account(connection, action, "follow", _follow_params("false", before))
    if answer.get("showing_reblogs") is True:
        raise Unsupported(f"{connection.host} cannot hide the reposts of one account")
    return before


def _show_reposts(connection: Connection, action: Action) -> None:
    raw = relationship(connection, action.account.id)
    if not raw.get("following") or raw.get("showing_reblogs") is True:
        return  # unfollowed since, or shown again: never follow on the owner's behalf
    now = {"notify": _word(raw.get("notifying")), "languages": _languages(raw)}
    _on_account(connection, action, "follow", _follow_params("true", now))


def _follow_params(reblogs: str, stands: Mapping[str, str]) -> Params:
    params: dict[str, str | list[str]] = {"reblogs": reblogs, "notify": stands["notify"]}
    if stands["languages"]:
        params["languages[]"] = stands["languages"].split(",")
    return params


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


def _languages(raw: Mapping[str, Any]) -> str:
    """The languages that a follow is narrowed to, as they are kept; what is none is left out."""
    told = raw.get("languages")
    return ",".join(one for one in told if isinstance(one, str)) if isinstance(told, list) else ""


def _word(value: object) -> str:
    return "true" if value is True else "false"
