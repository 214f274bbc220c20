"""Reports as direct posts to the owner alone: one thread, nobody mentioned, never twice, never visible to others.

Facts: `Idempotency-Key` holds for an hour and is ignored by GoToSocial; snac 2.75 makes a `direct` post `private`.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from bot.platforms.base import (
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

STATUSES = "/api/v1/statuses"
TRIES = 3
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
        return [_send(connection, owner, text, key, "", media)]
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


def _send(connection: Connection, owner: str, text: str, key: str, parent: str, media: str = "") -> Mapping[str, Any]:
    """One part, with an uploaded file where there is one. Where the answer was lost, look for it before it is sent
    again."""
    params: dict[str, str | list[str]] = {"status": text, "visibility": "direct"}
    params |= {"in_reply_to_id": parent} if parent else {}
    params |= {"media_ids[]": [media]} if media else {}
    for attempt in range(1, TRIES + 1):
        try:
            answer = connection.write("POST", STATUSES, params, key=key, repeatable=False).fields
            if not identity_or_none(answer):
                raise Unreachable(f"{connection.host} did not say what became of the report")
        except Unreachable:
            found = _already(connection, owner, [text])
            if found:
                return found[0]
            if attempt == TRIES:
                raise
            connection.clock.wait(float(4**attempt))
            continue
        _keep_private(connection, answer)
        return answer
    raise AssertionError("unreachable")


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
    stranger = Connection(connection.base, "", connection.clock)
    try:
        stranger.get(path)
    except (Refused, LoginNeeded):
        return ""
    finally:
        stranger.close()
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


def _already(connection: Connection, owner: str, texts: Sequence[str]) -> list[Mapping[str, Any]]:
    """Those of the texts, from the first on, that an earlier try has posted already. One that others can see, since
    that try was cut off before it could be deleted, is deleted now; raises NotPrivate then."""
    items = connection.get(f"/api/v1/accounts/{owner}/statuses", {"limit": "40"}).items
    found: list[Mapping[str, Any]] = []
    for text in texts:
        match = next((item for item in items if isinstance(item, dict) and _is_letter(connection, item, text)), None)
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
