"""Handles as people type and paste them, brought into one spelling: `user@host`, a Bluesky name, or a DID."""

import re
import unicodedata
from collections.abc import Iterable
from difflib import get_close_matches
from urllib.parse import unquote, urlsplit

from bot.errors import UserError

NAME = frozenset("abcdefghijklmnopqrstuvwxyz0123456789_.~+'%-")
HOST = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-")
"""The ASCII of a user's name, and of one label of a host; of other letters, marks, numbers and symbols any may stand
there, as they do on real servers."""
DID = re.compile(r"did:[a-z]+:[A-Za-z0-9._:%-]*[A-Za-z0-9._-]")
"""atproto.com/specs/did."""
PEOPLE = frozenset("users user u c m accounts a channels video-channels author profile profiles people".split())
"""First parts of a path that a person's or a group's name follows: Mastodon, Pleroma, Lemmy, PeerTube, Friendica, …"""
FRONT = frozenset({"web", "deck"})
"""What a server's own web client puts before that."""
LONGEST = 500
NAME_PART = r"(?!xn--)[a-z0-9_-]++"
HOST_PART = r"(?!xn--)[a-z0-9]++(?:-++[a-z0-9]++)*+"
ORDINARY = re.compile(rf"{NAME_PART}(?:\.{NAME_PART})*+(?:@{HOST_PART}(?:\.{HOST_PART})*+)?")
"""A handle in its one spelling, as nearly all are that a server tells."""
SUGGESTED = 3


def parse(text: str) -> str | None:
    """The one spelling of a handle, lower case; None for what cannot be one.

    Understood: `@user@host`, `acct:user@host`, `user` (of the owner's own server), a Bluesky name, a DID, an at:// URI,
    and the address of a profile or of a post below it, with or without https://. Blanks around it and characters that
    nobody sees fall away. A host may be written in its own letters or in punycode, and comes out in its own.
    """
    written = _visible(text)
    if not written or len(written) > LONGEST or re.search(r"\s", written):
        return None
    written = re.sub(r"^(?:web\+)?acct:(?://)?", "", written, flags=re.IGNORECASE)
    if written.lower().startswith("at://"):
        written = written[5:].split("/")[0]
    elif "/" in written:
        written = _of_address(written)
    if DID.fullmatch(written):
        return written
    name, at, host = written.removeprefix("@").partition("@")
    name, host = readable(name), readable(host)
    if not _is_name(name) or (at and not _is_host(host)):
        return None
    return f"{name}@{host}" if at else name


def parsed(text: str) -> str:
    """As `parse`. Raises UserError for what cannot be a handle."""
    found = parse(text)
    if found is None:
        raise UserError(f"“{_visible(text)[:80]}” cannot be a handle: write it as user@host or as name.bsky.social")
    return found


def whole(handle: str, own_host: str) -> str:
    """A parsed handle with its host: a local name is one of the owner's own server, `own_host`.

    A DID is whole, and so is any name where `own_host` is empty, as on Bluesky, whose names are whole hosts.
    """
    return handle if "@" in handle or is_did(handle) or not own_host else f"{handle}@{readable(own_host)}"


def host_of(handle: str) -> str:
    """The part after the @; empty where there is none."""
    return handle.partition("@")[2]


def is_did(handle: str) -> bool:
    """Whether it is an identity of the AT Protocol, which stays when the name changes."""
    return handle.startswith("did:")


def key(handle: str) -> str:
    """What two handles of one account have in common, however each is written. Takes anything, handle or not."""
    if len(handle) <= LONGEST and ORDINARY.fullmatch(handle):
        return handle
    return parse(handle) or _visible(handle).lstrip("@").lower()


def ascii_host(name: str) -> str:
    """A host, or a Bluesky name, as servers are asked for it: each label in punycode where it is not ASCII."""
    return ".".join(
        label if label.isascii() else f"xn--{label.encode('punycode').decode()}" for label in name.split(".")
    )


def readable(host: str) -> str:
    """A host in its own letters and lower case: punycode read, label by label."""
    return ".".join(map(_label, unicodedata.normalize("NFC", host).lower().split(".")))


def close_to(handle: str, known: Iterable[str]) -> list[str]:
    """Handles that may have been meant: those of the same name on any host first, then the similar ones."""
    wanted = key(handle)
    name = wanted.partition("@")[0]
    by_key = {key(one): one for one in known}
    same = sorted(one for one in by_key if one.partition("@")[0] == name or one.split(".")[0] == name)
    similar = get_close_matches(wanted, by_key, n=SUGGESTED, cutoff=0.75)
    if not host_of(wanted):
        names = {one.partition("@")[0]: one for one in by_key}
        similar += [names[one] for one in get_close_matches(name, names, n=SUGGESTED, cutoff=0.75)]
    return [by_key[one] for one in dict.fromkeys([*same, *similar])][:SUGGESTED]


def _visible(text: str) -> str:
    """The text without characters that nobody sees, full-width signs as the plain ones, blanks around it dropped."""
    seen = "".join(c for c in text if unicodedata.category(c) not in ("Cf", "Cc", "Cs", "Co") or c in "\t\n")
    return seen.translate({0xFF20: "@", 0xFF0E: ".", 0x3002: "."}).strip()


def _is_name(text: str) -> bool:
    return bool(text) and text[0] != "." and text[-1] != "." and _consists_of(text, NAME)


def _is_host(text: str) -> bool:
    """A name of labels, the last of which may carry a port."""
    name, colon, port = text.partition(":")
    sound = all(label and "-" not in (label[0], label[-1]) and _consists_of(label, HOST) for label in name.split("."))
    return sound and (not colon or (port.isascii() and port.isdigit()))


def _consists_of(text: str, plain: frozenset[str]) -> bool:
    return all(c in plain if c.isascii() else unicodedata.category(c)[0] in "LMNS" for c in text)


def _label(label: str) -> str:
    if not label.startswith("xn--"):
        return label
    try:
        return unicodedata.normalize("NFC", label[4:].encode("ascii").decode("punycode")).lower()
    except (UnicodeError, ValueError):
        return label


def _of_address(address: str) -> str:
    """The handle that the address of a profile names; empty where it names none."""
    try:
        parts = urlsplit(address if "://" in address else f"https://{address}")
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return ""
    if parts.scheme.lower() not in ("http", "https") or not host or parts.username is not None:
        return ""
    netloc = host if port in (None, 80, 443) else f"{host}:{port}"
    path = [unquote(part) for part in parts.path.split("/") if part]
    path = path[1:] if path and path[0] in FRONT else path
    if path and path[0].startswith("@"):
        return _at(path[0][1:], netloc)
    if len(path) > 1 and path[0] in PEOPLE:
        on_bluesky = path[0] == "profile" and ("." in path[1] or is_did(path[1]))
        return path[1] if on_bluesky else _at(path[1], netloc)
    return _at(path[0], netloc) if len(path) == 1 else ""


def _at(name: str, host: str) -> str:
    """A name on a host; a server's page of somebody elsewhere carries the other host itself."""
    return name.removeprefix("@") if "@" in name.removeprefix("@") else f"{name.removeprefix('@')}@{host}"
