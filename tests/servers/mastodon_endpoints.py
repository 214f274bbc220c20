"""What the stub server of the Mastodon API answers, endpoint by endpoint.

Each takes the request's handler `h` (for its address, headers and page), the network, the parameters, what the
pattern caught, and the fault that was asked for, if any.
"""

import base64
import hashlib
import re
import secrets
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

from tests.servers.mastodon_network import Follow, Media, Network, OwnList, Raw, Status, iso

FINE = {
    f"{verb}:{thing}"
    for verb, things in {
        "read": "accounts blocks bookmarks favourites filters follows lists mutes notifications search statuses",
        "write": "accounts blocks bookmarks favourites filters follows lists media mutes notifications statuses",
    }.items()
    for thing in things.split()
}
SCOPES = {"read", "write", "follow", "push", "profile"} | FINE


class Refusal(Exception):
    def __init__(self, status: int, words: str) -> None:
        super().__init__(words)
        self.status = status


def one(params: dict[str, list[str]], name: str) -> str:
    return (params.get(name) or [""])[0]


def truth(params: dict[str, list[str]], name: str, otherwise: bool) -> bool:
    value = one(params, name)
    if value not in ("", "true", "false"):
        raise Refusal(422, f"{name} must be true or false")
    return value == "true" if value else otherwise


def _rows(network: Network, statuses: Sequence[Status]) -> list[tuple[str, Raw]]:
    return [(status.id, network.json(status)) for status in statuses]


def _need(network: Network, account_id: str) -> Raw:
    if account_id not in network.accounts:
        raise Refusal(404, "Record not found")
    return network.accounts[account_id]


def home(h: Any, n: Network, params: Any, fault: Any) -> object:
    return h.page(n, _rows(n, n.home()), params)


def account_statuses(h: Any, n: Network, params: Any, account_id: str, fault: Any) -> object:
    _need(n, account_id)
    visible = [s for s in n.statuses if s.author == account_id and (s.visibility == "public" or account_id == n.owner)]
    answer = h.page(n, _rows(n, n.newest_first(visible)), params)
    if len(answer) < int(one(params, "limit") or 20):
        h.link = h.link.split(", ")[-1]  # no next
    return answer


def account(h: Any, n: Network, params: Any, account_id: str, fault: Any) -> object:
    return _need(n, account_id)


def me(h: Any, n: Network, params: Any, fault: Any) -> object:
    return {**n.accounts[n.owner], "source": {"privacy": "public"}}


def lookup(h: Any, n: Network, params: Any, fault: Any) -> object:
    found = [a for a in n.accounts.values() if a["acct"].lower() == one(params, "acct").lower()]
    if not found or "lookup" in n.missing:
        raise Refusal(404, "Record not found")
    return found[0]


def search(h: Any, n: Network, params: Any, fault: Any) -> object:
    wanted = one(params, "q").lstrip("@").split("@")[0].lower()
    return {"accounts": [a for a in n.accounts.values() if a["username"].lower().startswith(wanted)]}


def search_accounts(h: Any, n: Network, params: Any, fault: Any) -> object:
    return search(h, n, params, fault)["accounts"]  # type: ignore[index]


def relationships(h: Any, n: Network, params: Any, fault: Any) -> object:
    ids = params.get("id[]") or params.get("id") or []
    if len(ids) > 40:
        raise Refusal(422, "too many")
    heard = ids[:1] if "batches" in n.missing else ids
    return [n.relationship(i) for i in heard if i in n.accounts]


def mute(h: Any, n: Network, params: Any, account_id: str, fault: Any) -> object:
    _need(n, account_id)
    if "mutes" in n.missing:
        raise Refusal(404, "Not found")
    if account_id == n.owner:
        raise Refusal(406, "cannot mute yourself")
    seconds = 0 if "duration" in n.missing else int(one(params, "duration") or 0)
    until = n.now() + timedelta(seconds=seconds) if seconds else None
    n.mutes[account_id] = (truth(params, "notifications", True), until)
    return n.relationship(account_id)


def unmute(h: Any, n: Network, params: Any, account_id: str, fault: Any) -> object:
    _need(n, account_id)
    n.mutes.pop(account_id, None)
    return n.relationship(account_id)


def follow(h: Any, n: Network, params: Any, account_id: str, fault: Any) -> object:
    _need(n, account_id)
    reblogs = truth(params, "reblogs", True) or "reblogs" in n.missing
    n.follows[account_id] = Follow(reblogs, truth(params, "notify", False), params.get("languages[]"))
    return n.relationship(account_id)


def note(h: Any, n: Network, params: Any, account_id: str, fault: Any) -> object:
    """As notes_controller.rb: a blank comment removes the note."""
    _need(n, account_id)
    if "notes" in n.missing:
        raise Refusal(404, "Not found")
    comment = one(params, "comment")
    if len(comment) > 2000:
        raise Refusal(422, "Validation failed: Comment is too long (maximum is 2000 characters)")
    n.notes.pop(account_id, None)
    if comment.strip():
        n.notes[account_id] = comment
    return n.relationship(account_id)


def following(h: Any, n: Network, params: Any, account_id: str, fault: Any) -> object:
    if account_id != n.owner:
        raise Refusal(404, "Record not found")
    rows = [(4000 - place, n.accounts[i]) for place, i in enumerate(reversed(list(n.follows)))]
    answer = h.page(n, rows, params, 80)
    h.link = h.link if rows and answer and answer[-1] is not rows[-1][1] else ""
    return answer


def notifications(h: Any, n: Network, params: Any, fault: Any) -> object:
    """Follows only, newest first; without `types[]` a mention stands among them, as on servers that do not know it."""
    if "notifications" in n.missing:
        raise Refusal(404, "Not found")
    rows = [
        (
            3000 + place,
            {"id": str(3000 + place), "type": "follow", "created_at": iso(at), "account": n.accounts[account_id]},
        )
        for place, (account_id, at) in enumerate(n.came)
    ][::-1]
    if params.get("types[]") != ["follow"] or "types" in n.missing:
        rows.insert(0, (9999, {"id": "9999", "type": "mention", "created_at": iso(n.now()), "account": None}))
    answer = h.page(n, rows, params)
    h.link = h.link if rows and answer and answer[-1] is not rows[-1][1] else ""
    return answer


def mutes(h: Any, n: Network, params: Any, fault: Any) -> object:
    muted = [i for i in reversed(list(n.mutes)) if n.muting(i)]
    rows = [(9000 - place, {**n.accounts[i], "mute_expires_at": iso(n.mutes[i][1])}) for place, i in enumerate(muted)]
    answer = h.page(n, rows, params, 80)
    h.link = h.link if rows and answer and answer[-1] is not rows[-1][1] else ""
    return answer


def _valued(statuses: str) -> Callable[..., object]:
    def answer(h: Any, n: Network, params: Any, fault: Any) -> object:
        chosen = list(reversed(getattr(n, statuses)))
        if "order" in n.missing:  # listed by post, as some servers do
            chosen.sort(key=lambda status: status.at, reverse=True)
        rows = [(7000 + len(chosen) - place, n.json(status)) for place, status in enumerate(chosen)]
        if "order" in n.missing:
            rows = [(raw["id"], raw) for _, raw in rows]
        return h.page(n, rows, params)

    return answer


def _lists(n: Network) -> dict[str, OwnList]:
    if "lists" in n.missing:
        raise Refusal(405, "Not allowed")
    return n.lists


def _list_json(n: Network, own: OwnList) -> Raw:
    raw = {"id": own.id, "title": own.title, "replies_policy": own.replies_policy}
    return raw if "exclusive" in n.missing else {**raw, "exclusive": own.exclusive}


def lists(h: Any, n: Network, params: Any, fault: Any) -> object:
    return [_list_json(n, own) for own in _lists(n).values()]


def create_list(h: Any, n: Network, params: Any, fault: Any) -> object:
    if not one(params, "title") or len(_lists(n)) >= 50:
        raise Refusal(422, "Validation failed")
    own = OwnList(str(len(n.lists) + 1), one(params, "title"), truth(params, "exclusive", False))
    own.exclusive = own.exclusive and "exclusive" not in n.missing
    n.lists[own.id] = own
    return _list_json(n, own)


def remove_list(h: Any, n: Network, params: Any, list_id: str, fault: Any) -> object:
    del n.lists[_own_list(n, list_id).id]
    return {}


def members(h: Any, n: Network, params: Any, list_id: str, fault: Any) -> object:
    own = _own_list(n, list_id)
    rows = [(500 - place, n.accounts[i]) for place, i in enumerate(own.members)]
    answer = h.page(n, rows, params, 80)
    h.link = h.link if rows and answer and answer[-1] is not rows[-1][1] else ""
    return answer


def add_member(h: Any, n: Network, params: Any, list_id: str, fault: Any) -> object:
    own = _own_list(n, list_id)
    for account_id in params.get("account_ids[]") or [""]:
        if account_id not in n.follows:
            raise Refusal(404, "Record not found")
        if account_id in own.members:
            raise Refusal(422, "Validation failed: Account has already been taken")
        own.members.append(account_id)
    return {}


def remove_member(h: Any, n: Network, params: Any, list_id: str, fault: Any) -> object:
    own = _own_list(n, list_id)
    for account_id in params.get("account_ids[]") or [""]:
        if account_id not in own.members:
            raise Refusal(404, "Record not found")
        own.members.remove(account_id)
    return {}


def account_lists(h: Any, n: Network, params: Any, account_id: str, fault: Any) -> object:
    return [_list_json(n, own) for own in _lists(n).values() if account_id in own.members]


def _own_list(n: Network, list_id: str) -> OwnList:
    own = _lists(n).get(list_id)
    if own is None:
        raise Refusal(404, "Record not found")
    return own


def upload(h: Any, n: Network, params: Any, fault: Any) -> object:
    file = h.files.get("file")
    if file is None:
        raise Refusal(422, "Validation failed: File can't be blank")
    media_id = str(len(n.media) + 1)
    n.media[media_id] = Media(one(params, "description"), file, n.media_takes)
    h.status = 202 if n.media_takes else 200
    return _media_json(n, media_id)


def media_state(h: Any, n: Network, params: Any, media_id: str, fault: Any) -> object:
    found = n.media.get(media_id)
    if found is None:
        raise Refusal(404, "Record not found")
    found.looks = max(0, found.looks - 1)
    h.status = 206 if found.looks else 200
    return _media_json(n, media_id)


def _media_json(n: Network, media_id: str) -> object:
    found = n.media[media_id]
    url = None if found.looks else f"https://files.{n.domain}/{media_id}.png"
    return {"id": media_id, "type": "image", "url": url, "description": found.description}


def post_status(h: Any, n: Network, params: Any, fault: Any) -> object:
    text, key = one(params, "status"), h.headers.get("Idempotency-Key") or ""
    if not text or len(text) > n.max_characters:
        raise Refusal(422, "Validation failed: Text character limit exceeded")
    if key and key in n.keys and n.idempotency:
        return n.json(n.keys[key])
    files = params.get("media_ids[]", [])
    if any(media_id not in n.media or n.media[media_id].looks for media_id in files):
        raise Refusal(422, "Cannot attach files that have not finished processing. Try again in a moment!")
    parent = n.find(one(params, "in_reply_to_id")) if one(params, "in_reply_to_id") else None
    if one(params, "in_reply_to_id") and parent is None:
        raise Refusal(404, "The post you are trying to reply to does not appear to exist.")
    names = re.findall(r"(?<![\w/])@(\w+(?:@[\w.-]+)?)", text)
    mentioned = [a for a in n.accounts.values() if a["acct"] in names]
    if fault and fault.kind == "mentioning":
        mentioned = [n.accounts[n.owner]]
    visibility = "private" if fault and fault.kind == "private" else one(params, "visibility") or "public"
    visibility = n.direct_is if visibility == "direct" else visibility
    html = "".join(f"<p>{_escaped(part)}</p>" for part in text.split("\n\n"))
    status = n.post(n.owner, html, reply_to=parent, visibility=visibility, mentions=mentioned)
    status.files = tuple(n.media[media_id] for media_id in files)
    if key:
        n.keys[key] = status
    return {**n.json(status), **({"visibility": "direct"} if n.first_answer_says_direct else {})}


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\n", "<br />")


def delete_status(h: Any, n: Network, params: Any, status_id: str, fault: Any) -> object:
    status = n.find(status_id)
    if status is None or status.deleted or status.author != n.owner:
        raise Refusal(404, "Record not found")
    status.deleted = True
    return n.json(status)


def read_status(h: Any, n: Network, params: Any, status_id: str, fault: Any) -> object:
    status = n.find(status_id)
    if status is None or status.deleted:
        raise Refusal(404, "Record not found")
    return n.json(status)


def context(h: Any, n: Network, params: Any, status_id: str, fault: Any) -> object:
    """As statuses_controller.rb: everything beneath a status that the reader may see, whoever wrote it."""
    status = n.find(status_id)
    if status is None or status.deleted or "context" in n.missing:
        raise Refusal(404, "Record not found")
    beneath, ids = [], {status_id}
    for one in sorted(n.statuses, key=lambda s: s.key):
        if one.reply_to and one.reply_to.id in ids and not one.deleted:
            ids.add(one.id)
            beneath.append(n.json(one))
    return {"ancestors": [], "descendants": beneath}


def instance_v2(h: Any, n: Network, params: Any, fault: Any) -> object:
    if "instance_v2" in n.missing:
        raise Refusal(404, "Not found")
    limits = {"statuses": {"max_characters": n.max_characters}}
    return {"domain": n.domain, "title": "Stub", "version": n.version, "configuration": limits}


def instance_v1(h: Any, n: Network, params: Any, fault: Any) -> object:
    return {"uri": n.domain, "title": "Stub", "version": n.version, "max_toot_chars": n.max_characters}


def nodeinfo(h: Any, n: Network, params: Any, fault: Any) -> object:
    if "nodeinfo" in n.missing:
        raise Refusal(404, "Not found")
    return {"version": "2.0", "software": {"name": n.software, "version": n.version}}


def metadata(h: Any, n: Network, params: Any, fault: Any) -> object:
    if not n.pkce:
        raise Refusal(404, "Not found")
    known = sorted(n.known_scopes or SCOPES)
    return {"issuer": h.stub.url, "scopes_supported": known, "code_challenge_methods_supported": ["S256"]}


def register_app(h: Any, n: Network, params: Any, fault: Any) -> object:
    scopes = one(params, "scopes").split()
    if not one(params, "client_name") or not one(params, "redirect_uris"):
        raise Refusal(422, "Validation failed")
    if not set(scopes) <= (n.known_scopes or SCOPES):
        raise Refusal(422, "Scopes doesn't match configured on the server.")
    app = {"client_id": secrets.token_hex(8), "client_secret": secrets.token_hex(16)}
    h.stub.apps[app["client_id"]] = {**app, "redirect_uri": one(params, "redirect_uris"), "scopes": set(scopes)}
    return {"id": "1", "name": one(params, "client_name"), **app}


def authorize(h: Any, n: Network, params: Any, fault: Any) -> object:
    """The owner's click on "authorize": the code as JSON, where a browser would show it or follow the redirect."""
    app = h.stub.apps.get(one(params, "client_id"))
    if app is None or one(params, "redirect_uri") != app["redirect_uri"]:
        raise Refusal(401, "Client authentication failed")
    if one(params, "response_type") != "code" or not set(one(params, "scope").split()) <= app["scopes"]:
        raise Refusal(400, "The requested scope is invalid, unknown, or malformed.")
    code = secrets.token_urlsafe(16)
    h.stub.codes[code] = {name: one(params, name) for name in ("client_id", "redirect_uri", "scope", "code_challenge")}
    if one(params, "code_challenge") and one(params, "code_challenge_method") != "S256":
        raise Refusal(400, "The code challenge method must be S256.")
    return {"code": code, "state": one(params, "state"), "redirect": one(params, "redirect_uri")}


def token(h: Any, n: Network, params: Any, fault: Any) -> object:
    app = h.stub.apps.get(one(params, "client_id"))
    if app is None or app["client_secret"] != one(params, "client_secret"):
        raise Refusal(401, "Client authentication failed due to unknown client")
    grant = h.stub.codes.pop(one(params, "code"), None)
    if grant is None or grant["redirect_uri"] != one(params, "redirect_uri"):
        raise Refusal(400, "The provided authorization grant is invalid, expired, revoked")
    digest = hashlib.sha256(one(params, "code_verifier").encode()).digest()
    if grant["code_challenge"] and base64.urlsafe_b64encode(digest).rstrip(b"=").decode() != grant["code_challenge"]:
        raise Refusal(400, "The provided authorization grant is invalid")
    return {"access_token": n.grant(grant["scope"]), "token_type": "Bearer", "scope": grant["scope"]}


def revoke(h: Any, n: Network, params: Any, fault: Any) -> object:
    app = h.stub.apps.get(one(params, "client_id"))
    if app is None or app["client_secret"] != one(params, "client_secret"):
        raise Refusal(403, "You are not authorized to revoke this token")
    n.tokens.pop(one(params, "token"), None)
    return {}


def token_info(h: Any, n: Network, params: Any, fault: Any) -> object:
    given = n.tokens[(h.headers.get("Authorization") or "").removeprefix("Bearer ")]
    return {"scope": given.split()}


ROUTES: Sequence[tuple[str, str, str, Callable[..., object]]] = (
    ("GET", "/api/v1/timelines/home", "read:statuses", home),
    ("GET", "/api/v1/accounts/verify_credentials", "read:accounts", me),
    ("GET", "/api/v1/accounts/lookup", "any", lookup),
    ("GET", "/api/v1/accounts/search", "read:accounts", search_accounts),
    ("GET", "/api/v1/accounts/relationships", "read:follows", relationships),
    ("GET", "/api/v2/search", "read:search", search),
    ("GET", "/api/v1/accounts/([^/]+)/statuses", "read:statuses", account_statuses),
    ("GET", "/api/v1/accounts/([^/]+)/lists", "read:lists", account_lists),
    ("POST", "/api/v1/accounts/([^/]+)/mute", "write:mutes", mute),
    ("POST", "/api/v1/accounts/([^/]+)/unmute", "write:mutes", unmute),
    ("POST", "/api/v1/accounts/([^/]+)/follow", "write:follows", follow),
    ("POST", "/api/v1/accounts/([^/]+)/note", "write:accounts", note),
    ("GET", "/api/v1/accounts/([^/]+)/following", "read:accounts", following),
    ("GET", "/api/v1/accounts/([^/]+)", "read:accounts", account),
    ("GET", "/api/v1/notifications", "read:notifications", notifications),
    ("GET", "/api/v1/mutes", "read:mutes", mutes),
    ("GET", "/api/v1/favourites", "read:favourites", _valued("favourites")),
    ("GET", "/api/v1/bookmarks", "read:bookmarks", _valued("bookmarks")),
    ("GET", "/api/v1/lists", "read:lists", lists),
    ("POST", "/api/v1/lists", "write:lists", create_list),
    ("DELETE", "/api/v1/lists/([^/]+)", "write:lists", remove_list),
    ("GET", "/api/v1/lists/([^/]+)/accounts", "read:lists", members),
    ("POST", "/api/v1/lists/([^/]+)/accounts", "write:lists", add_member),
    ("DELETE", "/api/v1/lists/([^/]+)/accounts", "write:lists", remove_member),
    ("POST", "/api/v1/statuses", "write:statuses", post_status),
    ("POST", "/api/v2/media", "write:media", upload),
    ("GET", "/api/v1/media/([^/]+)", "write:media", media_state),
    ("GET", "/api/v1/statuses/([^/]+)", "read:statuses", read_status),
    ("GET", "/api/v1/statuses/([^/]+)/context", "read:statuses", context),
    ("DELETE", "/api/v1/statuses/([^/]+)", "write:statuses", delete_status),
    ("GET", "/api/v2/instance", "", instance_v2),
    ("GET", "/api/v1/instance", "", instance_v1),
    ("GET", "/nodeinfo/2.0", "", nodeinfo),
    ("GET", "/.well-known/oauth-authorization-server", "", metadata),
    ("POST", "/api/v1/apps", "", register_app),
    ("GET", "/oauth/authorize", "", authorize),
    ("POST", "/oauth/token", "", token),
    ("POST", "/oauth/revoke", "", revoke),
    ("GET", "/oauth/token/info", "any", token_info),
)
