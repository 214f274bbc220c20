"""Actions on Bluesky: mute, hide reposts, list, and taking each back to what stood before.

A mute call replaces the stored scope (full, or only reposts, or only quotes), so every action reads it first and never
narrows a fuller one. List items get a record key that follows from list and account: asked twice, there is one.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from hashlib import blake2b

from bot.clock import Clock
from bot.model import Action, Step
from bot.platforms.base import AccountGone, Unsupported
from bot.platforms.bluesky.faults import Refused
from bot.platforms.bluesky.json import TID, Json
from bot.platforms.bluesky.standing import members, muted_themselves, own_lists, profiles, viewer_of
from bot.platforms.bluesky.xrpc import Pages, Xrpc

ITEM_PAGES = 100
FULL, NONE, REPOSTS, QUOTES, BOTH = "full", "none", "reposts", "quotes", "reposts and quotes"
"""How much of an account is muted."""
READS, PAUSE = 6, 0.5
"""How often, and how many seconds apart, a mute is read back before it is believed not to have taken."""
MODLIST = "app.bsky.graph.defs#modlist"
DESCRIPTION = "Kept by quietfeed."
"""Of a list that was made here."""
LIST, ITEM = "app.bsky.graph.list", "app.bsky.graph.listitem"
"""Collections of records."""


def before(xrpc: Xrpc, action: Action) -> Mapping[str, str]:
    """What stands before the action: `scope` of the mute, or `member` of the `list`, be it there yet or not."""
    match action.step:
        case Step.MUTE | Step.HIDE_REPOSTS:
            return {"scope": _scope(xrpc, action.account.id)}
        case Step.LIST:
            found = _list_titled(xrpc, action.list_title)
            uri = str(found["uri"]) if found else _address(xrpc, LIST, _key_of_list(action.list_title))
            member = found is not None and _listed(xrpc, uri, action.account.id)
            return {"member": "yes" if member else "no", "list": uri}
        case Step.REPORT:
            return {}


def act(xrpc: Xrpc, action: Action, clock: Clock) -> None:
    """Do the action, unless it stands already."""
    match action.step:
        case Step.MUTE:
            _mute(xrpc, action.account.id, lambda _: FULL, clock)
        case Step.HIDE_REPOSTS:
            _mute(xrpc, action.account.id, _with_reposts, clock)
        case Step.LIST:
            _list(xrpc, action, clock)
        case Step.REPORT:
            pass


def undo(xrpc: Xrpc, action: Action, clock: Clock) -> None:
    """Put back what stood before, unless the owner has changed it since."""
    match action.step:
        case Step.MUTE | Step.HIDE_REPOSTS:
            try:
                _narrow(xrpc, action, _scope(xrpc, action.account.id), clock)
            except AccountGone:  # deactivated, perhaps: the mute would be there when it comes back
                _write_scope(xrpc, action.account.id, action.before.get("scope", NONE))
        case Step.LIST:
            _unlist(xrpc, action, clock)
        case Step.REPORT:
            pass


def _narrow(xrpc: Xrpc, action: Action, present: str, clock: Clock) -> None:
    """Back to the scope that stood before the action, from that which is there now."""
    before = action.before.get("scope", NONE)
    if action.step is Step.MUTE and present == FULL:
        _set_scope(xrpc, action.account.id, present, before, clock)
    elif action.step is Step.HIDE_REPOSTS and present != FULL and before in (NONE, QUOTES):
        _set_scope(xrpc, action.account.id, present, _without_reposts(present), clock)


def _await(shown: Callable[[], bool], clock: Clock) -> None:
    """Return once the server shows what was written, or after a while: it answers before it has taken it in, and
    whoever reads the action back should not find it missing. Whether it took is for the reader to judge."""
    for attempt in range(READS):
        if shown():
            return
        if attempt < READS - 1:
            clock.wait(PAUSE)


def _mute(xrpc: Xrpc, did: str, widened: Callable[[str], str], clock: Clock) -> None:
    present = _scope(xrpc, did)
    wanted = widened(present)
    _set_scope(xrpc, did, present, wanted, clock)
    if wanted not in (present, FULL) and _scope(xrpc, did) == FULL:
        # A server that does not know `onlyReposts` ignores it and mutes everything: take that back at once.
        _set_scope(xrpc, did, FULL, present, clock)
        raise Unsupported("this server cannot hide reposts alone: it would mute everything")


def _with_reposts(scope: str) -> str:
    return {NONE: REPOSTS, QUOTES: BOTH}.get(scope, scope)


def _without_reposts(scope: str) -> str:
    return {REPOSTS: NONE, BOTH: QUOTES}.get(scope, scope)


def _scope(xrpc: Xrpc, did: str) -> str:
    """How much of the account the owner mutes by itself, whatever their lists mute."""
    profile = profiles(xrpc, [did]).get(did)
    if profile is None:
        raise AccountGone(f"{did} cannot be read any more")
    viewer = viewer_of(profile)
    if viewer.get("muted") and viewer.get("mutedByList"):
        return FULL if did in muted_themselves(xrpc) else NONE
    if viewer.get("muted"):
        return FULL
    reposts, quotes = viewer.get("mutedOnlyReposts"), viewer.get("mutedOnlyQuoteposts")
    return BOTH if reposts and quotes else REPOSTS if reposts else QUOTES if quotes else NONE


def _set_scope(xrpc: Xrpc, did: str, present: str, wanted: str, clock: Clock) -> None:
    if wanted == present:
        return
    _write_scope(xrpc, did, wanted)
    _await(lambda: _scope(xrpc, did) in {wanted, FULL} - {present}, clock)


def _write_scope(xrpc: Xrpc, did: str, scope: str) -> None:
    if scope == NONE:
        xrpc.post("app.bsky.graph.unmuteActor", {"actor": did})
    else:
        xrpc.post("app.bsky.graph.muteActor", {"actor": did, **_only(scope)})


def _only(scope: str) -> dict[str, bool]:
    """The parameters of muteActor that narrow it to a scope; none for all."""
    only = {"onlyReposts": scope in (REPOSTS, BOTH), "onlyQuoteposts": scope in (QUOTES, BOTH)}
    return {key: True for key, value in only.items() if value}


def _list(xrpc: Xrpc, action: Action, clock: Clock) -> None:
    """Put the account on the owner's list of that title; a list made here is a moderation list, and muted."""
    now = clock.now()
    found = _list_titled(xrpc, action.list_title)
    uri = str(found["uri"]) if found else _make_list(xrpc, action.list_title, now)
    if found is None or not _listed(xrpc, uri, action.account.id):
        record = {"subject": action.account.id, "list": uri, "createdAt": _written(now)}
        _put(xrpc, ITEM, item_key(uri, action.account.id), record)
    if found is None or (found.get("purpose") == MODLIST and not viewer_of(found).get("muted")):
        xrpc.post("app.bsky.graph.muteActorList", {"list": uri})
    muting = found is None or found.get("purpose") == MODLIST
    _await(
        lambda: _listed(xrpc, uri, action.account.id) and (not muting or _list_muted(xrpc, action.account.id)), clock
    )


def _listed(xrpc: Xrpc, uri: str, did: str) -> bool:
    """Whether the account is on the list. A list made a moment ago may not be found yet."""
    try:
        return did in members(xrpc, uri)
    except Refused:
        return False


def _list_muted(xrpc: Xrpc, did: str) -> bool:
    return bool(viewer_of(profiles(xrpc, [did]).get(did)).get("mutedByList"))


def _list_titled(xrpc: Xrpc, title: str) -> Json | None:
    wanted = title.strip().casefold()
    return next((view for view in own_lists(xrpc) if str(view.get("name", "")).strip().casefold() == wanted), None)


def _make_list(xrpc: Xrpc, title: str, now: datetime) -> str:
    record = {"purpose": MODLIST, "name": title, "description": DESCRIPTION, "createdAt": _written(now)}
    return _put(xrpc, LIST, _key_of_list(title), record)


def _key_of_list(title: str) -> str:
    return _key("list", title.strip().casefold())


def _unlist(xrpc: Xrpc, action: Action, clock: Clock) -> None:
    """Take the account off, every item of it; the owner's own membership stays."""
    if action.before.get("member") == "yes":
        return
    found = _list_titled(xrpc, action.list_title)
    uris = {str(found["uri"])} if found else set()
    uris |= {action.before["list"]} if "list" in action.before else set()  # under another title by now, perhaps
    for uri in sorted(uris):
        for key in sorted({item_key(uri, action.account.id), *_items(xrpc, uri, action.account.id)}):
            xrpc.post("com.atproto.repo.deleteRecord", {"repo": xrpc.did, "collection": ITEM, "rkey": key})
    _await(lambda: not any(_listed(xrpc, uri, action.account.id) for uri in uris), clock)


def _items(xrpc: Xrpc, uri: str, did: str) -> set[str]:
    """The keys of every item that puts the account on the list, from the owner's own repository: where an account
    was added twice the AppView shows one item, and the other only once the first is deleted."""
    pages = Pages(xrpc, "com.atproto.repo.listRecords", "records", ITEM_PAGES, repo=xrpc.did, collection=ITEM)
    found = set()
    for raw in (raw for page in pages for raw in page if isinstance(raw, Mapping)):
        record = raw.get("value")
        if isinstance(record, Mapping) and (record.get("list"), record.get("subject")) == (uri, did):
            found.add(str(raw.get("uri")).rsplit("/", 1)[-1])
    return found


def _put(xrpc: Xrpc, collection: str, key: str, record: Json) -> str:
    body = {"repo": xrpc.did, "collection": collection, "rkey": key, "record": {"$type": collection, **record}}
    return str(xrpc.post("com.atproto.repo.putRecord", body).get("uri", _address(xrpc, collection, key)))


def _address(xrpc: Xrpc, collection: str, key: str) -> str:
    return f"at://{xrpc.did}/{collection}/{key}"


def item_key(uri: str, did: str) -> str:
    """The key of the record by which quietfeed puts an account on a list; one added by hand has another."""
    return _key(uri, did)


def _key(*parts: str) -> str:
    """A record key in the form of a TID that follows from what the record says: writing it again makes no second."""
    number = int.from_bytes(blake2b("\0".join(parts).encode(), digest_size=8).digest()) & (2**63 - 1)
    return "".join(TID[(number >> shift) & 31] for shift in range(60, -1, -5))


def _written(time: datetime) -> str:
    return time.isoformat(timespec="milliseconds").replace("+00:00", "Z")
