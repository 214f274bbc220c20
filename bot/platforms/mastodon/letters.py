"""Reports as direct posts to the owner alone: one thread, nobody mentioned, never twice, never visible to others.

Facts: `Idempotency-Key` holds for an hour and is ignored by GoToSocial; snac 2.75 makes a `direct` post `private`.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from bot.platforms.base import PlatformError, Unreachable, Unsupported
from bot.platforms.mastodon.connection import Connection
from bot.platforms.mastodon.posts import identity, identity_or_none, post

STATUSES = "/api/v1/statuses"
TRIES = 3
MENTION = re.compile(r"(?<![\w/])@(?=\w)")
LONG = 80
"""Letters from which an equal text is no coincidence, however old."""
SAME_DAY = timedelta(hours=20)
"""Short texts, such as that of a quiet day, are the same letter only within so much."""


def publish(connection: Connection, owner: str, parts: Sequence[str], key: str) -> str:
    """Post the parts that are not there yet; returns the first one's page."""
    texts = [quiet(part) for part in parts]
    if not texts:
        raise ValueError("nothing to publish")
    sent = _already(connection, owner, texts)
    for place in range(len(sent), len(texts)):
        parent = identity(sent[-1]) if sent else ""
        sent.append(_send(connection, owner, texts[place], f"{key}-{place}", parent))
    return str(sent[0].get("url") or sent[0].get("uri") or identity(sent[0]))


def quiet(text: str) -> str:
    """The text with every `@name` written so that no server makes it a mention, at the same length."""
    return MENTION.sub("＠", text)


def _send(connection: Connection, owner: str, text: str, key: str, parent: str) -> Mapping[str, Any]:
    """One part. Where the answer was lost, look for it before it is sent again."""
    params = {"status": text, "visibility": "direct", **({"in_reply_to_id": parent} if parent else {})}
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
    """Take a post back at once that others may see. Raises Unsupported."""
    visibility, mentions = answer.get("visibility"), answer.get("mentions")
    if visibility == "direct" and not mentions:
        return
    who = "to those it names" if visibility == "direct" else f"as “{str(visibility)[:20]}”"
    try:
        connection.write("DELETE", f"{STATUSES}/{identity(answer)}")
    except PlatformError as error:
        page = str(answer.get("url") or identity(answer))
        raise Unsupported(
            f"the report is visible {who} on {connection.host} and could not be deleted ({error}): delete {page}"
        ) from error
    raise Unsupported(
        f"the report would have been visible {who} on {connection.host}, so it was deleted; it is kept on this machine"
    )


def _already(connection: Connection, owner: str, texts: Sequence[str]) -> list[Mapping[str, Any]]:
    """Those of the texts, from the first on, that an earlier try has posted already."""
    items = connection.get(f"/api/v1/accounts/{owner}/statuses", {"limit": "40"}).items
    found: list[Mapping[str, Any]] = []
    for text in texts:
        match = next((item for item in items if isinstance(item, dict) and _is_letter(connection, item, text)), None)
        if match is None:
            break
        found.append(match)
    return found


def _is_letter(connection: Connection, raw: Mapping[str, Any], text: str) -> bool:
    if raw.get("visibility") != "direct":
        return False
    try:
        known = post(raw)
    except (ValueError, TypeError, OverflowError):
        return False
    letters = _letters(text)
    if _letters(known.text) != letters:
        return False
    return len(letters) >= LONG or connection.clock.now() - known.created_at < SAME_DAY


def _letters(text: str) -> str:
    """What survives a server's formatting."""
    return re.sub(r"[\W_]+", "", text).casefold()
