"""Reports as direct posts to the owner alone: one thread, nobody mentioned, never twice, never visible to others.

Facts: `Idempotency-Key` holds for an hour and is ignored by GoToSocial; snac 2.75 makes a `direct` post `private`.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from contextlib import closing
from datetime import timedelta
from typing import Any
from urllib.parse import quote

from bot.platforms.base import (
    Answer,
    LoginNeeded,
    NotNow,
    NotPrivate,
    Picture,
    PlatformError,
    RateLimited,
    Unreachable,
    Unsupported,
)
from bot.platforms.mastodon import media_files
from bot.platforms.mastodon.connection import Connection, Refused
from bot.platforms.mastodon.posts import identity, identity_or_none, post
from bot.platforms.mastodon.text import read

STATUSES = "/api/v1/statuses"
TRIES = 3
PAGES = ("url", "uri")
"""Where a post tells its page."""
MENTION = re.compile(r"(?<![\w/])@(?=\w)")
LONG = 80
"""Letters from which an equal text is no coincidence, however old."""
SAME_DAY = timedelta(hours=20)
"""Short texts, such as that of a quiet day, are the same letter only within so much."""
FOR_GOOD = (405, 422, 501)
"""Refusals that the same letter would meet again; 400, 403, 404 and 410 may be somebody's on the way, and pass."""
TEST = "quietfeed test: this message is for its author alone, and is deleted at once."


def publish(connection: Connection, owner: str, parts: Sequence[str], key: str, picture: Picture | None = None) -> str:
    """Post the parts that are not there yet; returns the first one's page. Raises as `Platform.publish`."""
    texts = [quiet(part) for part in parts]
    if not texts:
        raise ValueError("nothing to publish")
    try:
        sent = _already(connection, owner, texts)
        if picture and not sent:
            sent = _with_picture(connection, owner, texts[0], f"{key}-0", picture)
        for place in range(len(sent), len(texts)):
            parent = identity(sent[-1]) if sent else ""
            sent.append(_send(connection, owner, texts[place], f"{key}-{place}", parent))
    except Refused as refusal:
        if refusal.status in FOR_GOOD:
            raise
        raise NotNow(f"the report could not be sent: {refusal}") from refusal
    return str(sent[0].get("url") or sent[0].get("uri") or identity(sent[0]))


def _with_picture(connection: Connection, owner: str, text: str, key: str, picture: Picture) -> list[Mapping[str, Any]]:
    """The first part with its picture; nothing where the picture could not be sent, or the server refuses it there.

    A crash between the two leaves a file that belongs to no post, which servers delete after a day.
    """
    media = media_files.upload(connection, picture)
    if not media:
        return []
    try:
        return [_send(connection, owner, text, key, "", media=media)]
    except Refused as refusal:
        if refusal.status not in FOR_GOOD:
            raise
        return []


def send_test(connection: Connection, owner: str, key: str) -> None:
    """Post a harmless message, read back that nobody else sees it, and delete it, whatever else goes wrong. Raises
    NotPrivate where others see it, Unsupported where it could not be deleted."""
    answer = _send(connection, owner, TEST, key, "")
    path = f"{STATUSES}/{identity(answer)}"
    try:
        seen = _seen_by(connection.get(path).fields) or _seen_by_strangers(connection, path)
    finally:
        left = _delete(connection, answer)
    rest = f"could not be deleted ({left}): delete {_page(answer)}" if left else "was deleted"
    if seen:
        raise NotPrivate(f"the test message was visible {seen} on {connection.host}, and {rest}")
    if left:
        raise Unsupported(f"the test message is for you alone, but {rest}")


def quiet(text: str) -> str:
    """The text with every `@name` written so that no server makes it a mention, at the same length."""
    return MENTION.sub("＠", text)


def answers(connection: Connection, owner: str, letter: str, ours: Collection[str]) -> list[Answer]:
    """What the owner's own account wrote beneath a letter, in answer to the letter or to themselves, oldest first.

    Facts: `/api/v1/statuses/:id/context` (docs.joinmastodon.org) gives everything beneath a post that its reader may
    see, others' words included; a post's page ends in its id on Mastodon and GoToSocial.
    """
    beneath, root = _beneath(connection, owner, letter)
    mine = [raw for raw in beneath if isinstance(raw, Mapping) and identity_or_none(raw.get("account")) == owner]
    own_ids = {root, *(str(raw.get("id")) for raw in mine)}
    known = {_letters(quiet(text)) for text in ours}
    told = [found for raw in mine if str(raw.get("in_reply_to_id")) in own_ids and (found := _answer(raw))]
    return sorted((one for one in told if _letters(one.text) not in known), key=lambda one: one.at)


def _beneath(connection: Connection, owner: str, letter: str) -> tuple[list[Any], str]:
    """Everything beneath a letter, and the letter's id: its page's last part, else that of the post with that page."""
    root = letter.rstrip("/").rpartition("/")[2]
    try:
        return _context(connection, root), root
    except Refused as refusal:
        if not refusal.missing:
            raise
        items = connection.get(f"/api/v1/accounts/{owner}/statuses", {"limit": "40"}).items
        pages = {str(raw.get(name)): identity_or_none(raw) for raw in items if isinstance(raw, dict) for name in PAGES}
        other = pages.get(letter)
        if not other or other == root:
            raise
    return _context(connection, other), other


def _context(connection: Connection, status: str) -> list[Any]:
    path = f"{STATUSES}/{quote(status, safe='', errors='replace')}/context"
    found = connection.get(path).fields.get("descendants")
    return found if isinstance(found, list) else []


def _answer(raw: Mapping[str, Any]) -> Answer | None:
    """A post of the owner's as an answer; None for what cannot be read, and for a repost."""
    try:
        known = post(raw)
    except (ValueError, TypeError, AttributeError, KeyError, OverflowError, RecursionError):
        return None
    return None if known.repost_of else Answer(known.id, _with_hosts(raw), known.created_at)


def _with_hosts(raw: Mapping[str, Any]) -> str:
    """What the post says, with every mention in full: `@name` alone is what servers write of it."""
    prose = read(str(raw.get("content") or ""))
    mentions = raw.get("mentions")
    named = [one for one in mentions if isinstance(one, Mapping)] if isinstance(mentions, list) else []
    by_page = {str(one.get("url")): str(one.get("acct")) for one in named}
    text, begin = prose.text, 0
    for anchor in prose.anchors:
        whole, at = by_page.get(anchor.href), text.find(anchor.text, begin) if anchor.text else -1
        if whole and at >= 0:
            written = f"@{whole}" if anchor.text.startswith("@") else whole
            text, begin = text[:at] + written + text[at + len(anchor.text) :], at + len(written)
    return text


def answer(connection: Connection, owner: str, parts: Sequence[str], to: str, key: str) -> list[str]:
    """Post the parts that are not there yet beneath the post `to`, each beneath the one before; their ids. Raises as
    `publish`."""
    sent: list[str] = []
    try:
        for place, text in enumerate(map(quiet, parts)):
            parent = sent[-1] if sent else to
            there = _already(connection, owner, [text], parent)
            status = there[0] if there else _send(connection, owner, text, f"{key}-{place}", parent, parent)
            sent.append(identity(status))
    except Refused as refusal:
        if refusal.status in FOR_GOOD:
            raise
        raise NotNow(f"you could not be answered: {refusal}") from refusal
    return sent


def _send(
    connection: Connection,
    owner: str,
    text: str,
    key: str,
    parent: str,
    under: str | None = None,
    media: str = "",
) -> Mapping[str, Any]:
    """One part, with an uploaded file where there is one. Where the answer was lost, look for it (beneath the post
    `under`, where that is given) before it is sent again."""
    params: dict[str, str | list[str]] = {"status": text, "visibility": "direct"}
    params |= {"in_reply_to_id": parent} if parent else {}
    params |= {"media_ids[]": [media]} if media else {}
    attempt = 0
    while True:
        attempt += 1
        try:
            answer = connection.write("POST", STATUSES, params, key=key, repeatable=False).fields
            if not identity_or_none(answer):
                raise Unreachable(f"{connection.host} did not say what became of the report")
        except Unreachable:
            found = _already(connection, owner, [text], under)
            if found:
                return found[0]
            if attempt == TRIES:
                raise
            connection.clock.wait(float(4**attempt))
            continue
        _keep_private(connection, answer)
        return answer


def _keep_private(connection: Connection, answer: Mapping[str, Any]) -> None:
    """Take a post back at once that others may see. Raises NotPrivate; NotNow where the server cannot be reached for
    it: the next try finds the post and deletes it (`_already`)."""
    seen = _seen_by(answer)
    if not seen:
        return
    try:
        left = _delete(connection, answer)
    except (Unreachable, RateLimited) as passing:
        raise NotNow(
            f"the message is visible {seen} on {connection.host} and could not be deleted yet ({passing}); "
            f"the next try deletes it, or delete it yourself: {_page(answer)}"
        ) from passing
    if left:
        raise NotPrivate(
            f"the message is visible {seen} on {connection.host} and could not be deleted ({left}): "
            f"delete {_page(answer)}"
        )
    raise NotPrivate(f"the message would have been visible {seen} on {connection.host}, so it was deleted")


def _seen_by(status: Mapping[str, Any]) -> str:
    """To whom a post is visible beside its author; nothing where to nobody."""
    visibility = status.get("visibility")
    if visibility != "direct":
        return f"as “{str(visibility)[:20]}”"
    return "to those it names" if status.get("mentions") else ""


def _seen_by_strangers(connection: Connection, path: str) -> str:
    """`without a login` where the server shows it to whoever asks; nothing where it refuses."""
    with closing(Connection(connection.base, "", connection.clock)) as stranger:
        try:
            stranger.get(path)
        except (Refused, LoginNeeded):
            return ""
    return "without a login"


def _delete(connection: Connection, answer: Mapping[str, Any]) -> str:
    """Delete a post of ours and look whether it is gone: why it is not, or nothing. Raises Unreachable, RateLimited.

    The id goes along as a parameter, since snac only takes a DELETE with a body. GoToSocial deletes in the
    background, so that the post may show for a moment yet.
    """
    path = f"{STATUSES}/{identity(answer)}"
    try:
        connection.write("DELETE", path, {"id": identity(answer)})
        refused = ""
    except (Unreachable, RateLimited):
        raise
    except (PlatformError, LoginNeeded) as error:
        refused = str(error)
    for seconds in (1.0, 4.0, 0.0):
        try:
            connection.get(path)
        except Refused as refusal:
            if refusal.gone or (refusal.missing and not refused):
                return ""
        except (PlatformError, LoginNeeded):
            return refused
        if refused:
            break
        connection.clock.wait(seconds)
    return refused or "it still shows"


def _page(answer: Mapping[str, Any]) -> str:
    return str(answer.get("url") or identity(answer))


def _already(
    connection: Connection, owner: str, texts: Sequence[str], under: str | None = None
) -> list[Mapping[str, Any]]:
    """Those of the texts, from the first on, that an earlier try has posted already, beneath `under` where that is
    given: the same words may answer two questions. One that others can see, since
    that try was cut off before it could be deleted, is deleted now; raises NotPrivate then."""
    items = connection.get(f"/api/v1/accounts/{owner}/statuses", {"limit": "40"}).items
    found: list[Mapping[str, Any]] = []
    own = [raw for raw in items if isinstance(raw, dict) and under in (None, str(raw.get("in_reply_to_id")))]
    for text in texts:
        match = next((item for item in own if _is_letter(connection, item, text)), None)
        if match is None:
            break
        _keep_private(connection, match)
        found.append(match)
    return found


def _is_letter(connection: Connection, raw: Mapping[str, Any], text: str) -> bool:
    """Whether a post of the owner's is this letter; one that others can see only where it is of today, too."""
    try:
        known = post(raw)
    except (ValueError, TypeError, OverflowError):
        return False
    letters = _letters(text)
    if _letters(known.text) != letters:
        return False
    long = len(letters) >= LONG and raw.get("visibility") == "direct"
    return long or connection.clock.now() - known.created_at < SAME_DAY


def _letters(text: str) -> str:
    """What survives a server's formatting."""
    return re.sub(r"[\W_]+", "", text).casefold()
