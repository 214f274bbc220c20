"""What a server says of itself, and what it is known to lack.

`/api/v2/instance` (4.0+), else `/api/v1/instance`; the name of the software from nodeinfo. The table of what
compatible servers lack was seen on GoToSocial 0.20, snac 2.96 and Takahē 0.11.
"""

import re
from collections.abc import Mapping
from contextlib import closing
from typing import Any

from bot.clock import Clock
from bot.model import Step, count_of
from bot.platforms.answers import Moved
from bot.platforms.base import Channel, LoginNeeded, PlatformError, Server, Unsupported
from bot.platforms.mastodon.connection import Connection, NoAnswer, Refused, ScopeMissing
from bot.platforms.mastodon.login import LEAST, MARKS, PICTURES
from bot.platforms.mastodon.standing import owners_lists

DEFAULT_CHARACTERS = 500
FEWEST_CHARACTERS = 100
"""No server that people write on allows fewer; what says so is not believed."""
NO_HIDING = "it cannot hide the reposts of one account; the rule's next step is taken instead"
NO_LISTS = "it has no lists; the rule's next step is taken instead"
NO_HIDING_LISTS = (
    "its lists do not hide their members from the home timeline (Mastodon 4.2 or newer does); the rule's next step is "
    "taken instead"
)
NO_ENDS = "mutes do not end by themselves (Mastodon 3.3 or newer does that): quietfeed lifts them"
MODERN = (99, 0)
NO_MUTES = "it has no mutes; the account is only reported"
LACKING: Mapping[str, Mapping[Step, str]] = {
    "snac": {Step.HIDE_REPOSTS: NO_HIDING, Step.LIST: NO_LISTS, Step.MUTE: NO_MUTES},
    "takahe": {Step.HIDE_REPOSTS: NO_HIDING, Step.LIST: NO_LISTS},
}

PRIVATE: Mapping[str, tuple[int, int]] = {"mastodon": (3, 0), "gotosocial": (0, 20)}
"""Software that shows a `direct` post that mentions nobody to its author alone, from which version on: Mastodon by
its `status_policy.rb`, GoToSocial as seen. snac 2.75 made it `private`; of others it is not known."""


def fetch(connection: Connection) -> Mapping[str, Any]:
    """The instance entity, of whichever version there is; empty where there is none."""
    for path in ("/api/v2/instance", "/api/v1/instance"):
        try:
            found = connection.get(path).fields
        except Refused:
            continue
        if found:
            return found
    return {}


def look_at(server: str, clock: Clock) -> str:
    """What software a server says it runs; empty where it tells strangers nothing. The first fault is believed.
    Raises Unreachable with its cause, Unsupported where what answers is no server of the Mastodon API."""
    with closing(Connection(server, "", clock, share=1.0, patience=0.0)) as connection:
        try:
            raw = fetch(connection)
        except LoginNeeded:
            return ""
        except NoAnswer:
            raw = {}
        if not raw.get("version"):
            raise Unsupported(f"{connection.host} answers, but is no server of the Mastodon API")
        try:
            name, version = _software(connection)
        except (PlatformError, LoginNeeded):
            name, version = "", ""
    return f"{name} {version}".strip() or str(raw.get("version") or "")[:80]


def home_of(handle: str, clock: Clock) -> str:
    """The address of the server on which `name@host` lives, which may be another host than the one in its name
    (docs.joinmastodon.org/admin/config, WEB_DOMAIN): by WebFinger, at the host itself or where that sends who asks.
    Raises PlatformError where the host does not tell."""
    host, asked = handle.rpartition("@")[2], {"resource": f"acct:{handle}"}
    try:
        found = _webfinger(f"https://{host}", asked, clock)
    except Moved as away:
        if not away.there.startswith("https:"):
            raise
        found = _webfinger(away.there, asked, clock)
    links = found.get("links")
    for link in links if isinstance(links, list) else []:
        address = str(link.get("href") or "") if isinstance(link, dict) and link.get("rel") == "self" else ""
        if re.fullmatch(r"https://[\w.-]+(:\d+)?/.*", address):
            return "/".join(address.split("/")[:3])
    raise Unsupported(f"{host} does not tell where {handle} lives")


def _webfinger(address: str, asked: Mapping[str, str], clock: Clock) -> Mapping[str, Any]:
    with closing(Connection(address, "", clock, share=1.0, patience=0.0)) as connection:
        return connection.get("/.well-known/webfinger", dict(asked)).fields


def domain(raw: Mapping[str, Any], host: str) -> str:
    """The part after the @ of the server's own accounts: `domain` (v2) or `uri` (v1), else its address."""
    for key in ("account_domain", "domain", "uri"):
        value = str(raw.get(key) or "").removeprefix("https://").removeprefix("http://").rstrip("/")
        if re.fullmatch(r"[\w.-]+(:\d+)?", value):
            return value.lower()
    return host


def max_characters(raw: Mapping[str, Any]) -> int:
    """Greatest length of a post; Pleroma and its kin call it `max_toot_chars`."""
    configuration = raw.get("configuration")
    statuses = configuration.get("statuses") if isinstance(configuration, dict) else None
    found = statuses.get("max_characters") if isinstance(statuses, dict) else raw.get("max_toot_chars")
    most = count_of(found) or 0
    return most if most >= FEWEST_CHARACTERS else DEFAULT_CHARACTERS


def describe(connection: Connection, raw: Mapping[str, Any]) -> Server:
    """Everything that `doctor` tells; a handful of requests."""
    name, _ = _software(connection)
    version = str(raw.get("version") or "of unknown version")[:80]
    called = f"{name} {version}".lower().replace("ē", "e")
    lacks = dict(next((steps for software, steps in LACKING.items() if software in called), {}))
    is_mastodon = name.lower() in ("", "mastodon") and "compatible" not in version
    number = _number(version) if is_mastodon else MODERN
    try:
        lists = owners_lists(connection)
        if number < (4, 2) or (lists and not any("exclusive" in item for item in lists)):
            lacks[Step.LIST] = NO_HIDING_LISTS
    except (Refused, ScopeMissing) as refusal:
        lacks[Step.LIST] = NO_LISTS if isinstance(refusal, Refused) else str(refusal)
    return Server(
        url=connection.base,
        software=version if not name or name.lower() in version.lower() else f"{name} {version}",
        max_characters=max_characters(raw),
        lacks=lacks,
        notes=(*([NO_ENDS] if number < (3, 3) else []), *_scopes(connection)),
        clock_offset=connection.clock_offset,
    )


def channel(connection: Connection, raw: Mapping[str, Any]) -> Channel:
    """By what letters reach the owner here, and whether that is known to be private; one request, or two where the
    first was refused: that may have been a proxy's word."""
    name, number = _software(connection)
    if not name:
        name, number = _software(connection)
    least, version = PRIVATE.get(name.lower()), re.match(r"(\d+)\.(\d+)", number)
    private = least is not None and version is not None and (int(version[1]), int(version[2])) >= least
    called = f"{name} {number}".strip() if name else str(raw.get("version") or "")
    return Channel(connection.base, called[:80], private)


def _software(connection: Connection) -> tuple[str, str]:
    """What the software calls itself, and its version; empty where the server does not say."""
    try:
        software = connection.get("/nodeinfo/2.0").fields.get("software")
    except (Refused, ScopeMissing):
        return "", ""
    told = software if isinstance(software, dict) else {}
    name, version = (re.sub(r"[^\w.+ -]", "", str(told.get(key) or ""))[:40] for key in ("name", "version"))
    return name, version


def _number(version: str) -> tuple[int, int]:
    """Of a Mastodon's version; the newest where it cannot be read."""
    found = re.match(r"(\d{1,3})\.(\d{1,3})(?!\d)", version)
    return (int(found[1]), int(found[2])) if found else MODERN


def _scopes(connection: Connection) -> list[str]:
    """Permissions that the login lacks, where the server says what was given (`/oauth/token/info`, 3.x+)."""
    try:
        given = connection.get("/oauth/token/info").fields.get("scope")
    except (PlatformError, ScopeMissing):
        return []
    listed = given.split() if isinstance(given, str) else given
    words = [word for word in listed if isinstance(word, str)] if isinstance(listed, list) else []
    missing = [scope for scope in LEAST.split() if scope not in words and scope.split(":")[0] not in words]
    if words and not any(word.split(":")[0] in ("write", "follow") for word in words):
        only = "the login may only read: nothing can be muted or posted; a new one asks for the rest"
        unread = [scope for scope in missing if scope.startswith("read")]
        return [only] + [f"the login lacks the permissions {', '.join(unread)}; log in again to grant them"] * bool(
            unread
        )
    if words and missing:
        return [f"the login lacks the permissions {', '.join(missing)}; log in again to grant them"]
    lacks = {
        MARKS: f"the login may not write your private notes ({MARKS}), so that no mute is marked as quietfeed's",
        PICTURES: f"the login may not upload pictures ({PICTURES}), so that reports come without one",
    }
    return [note for scope, note in lacks.items() if words and not {scope, "write"} & set(words)]
