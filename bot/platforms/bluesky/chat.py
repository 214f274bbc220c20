"""The owner's private reports on Bluesky: direct messages from a bot login, each part sent once."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta

from bot.platforms.base import Answer, LoginNeeded, NotNow, Unsupported
from bot.platforms.bluesky.faults import Refused
from bot.platforms.bluesky.json import Json, time_of
from bot.platforms.bluesky.xrpc import Xrpc, listed

MOST_CHARACTERS = 1000
"""A message carries 1,000 graphemes (chat.bsky.convo.defs); a grapheme is at least one character."""
SENT_BEFORE = timedelta(hours=20)
"""How far back an equal message counts as this one: longer than any retry, shorter than a day."""
MESSAGES = "https://bsky.app/messages/"
"""Where a conversation is read."""
NO_CHAT = "no private message could be sent: "
NOT_READ = "your messages to the bot's account could not be read: "


def publish(bot: Xrpc, owner: str, parts: Sequence[str], now: datetime) -> str:
    """Send each part to the owner, in order; parts that already stand there are left out.

    Raises NotNow where the server has no chat, or the bot or the owner does not allow it: all of that may change.
    """
    with _that_may_change():
        answer = bot.get("chat.bsky.convo.getConvoForMembers", members=[owner])
        convo = answer.get("convo")
        if not isinstance(convo, Mapping) or not isinstance(convo.get("id"), str):
            raise NotNow(NO_CHAT + "the server named no conversation")
        _send(bot, convo["id"], parts, _sent(bot, convo["id"], now - SENT_BEFORE))
    return f"{MESSAGES}{convo['id']}"


def answers(bot: Xrpc, owner: str, letter: str, since: datetime) -> list[Answer]:
    """What the owner wrote to the bot since then, oldest first. Raises as `publish`.

    Facts: `getMessages` gives the newest first, 100 at most; a deleted message has no text (chat.bsky.convo.defs).
    """
    with _that_may_change(NOT_READ):
        found = bot.get("chat.bsky.convo.getMessages", convoId=_convo(letter), limit=100)
        told = [_answer(raw) for raw in listed(found, "messages") if _sender(raw) == owner]
    return sorted((one for one in told if one and one.at >= since), key=lambda one: one.at)


def answer(bot: Xrpc, parts: Sequence[str], letter: str, to: Answer) -> list[str]:
    """Send each part that was not sent yet since the owner wrote; ids of the messages. Raises as `publish`."""
    with _that_may_change():
        return _send(bot, _convo(letter), parts, _sent(bot, _convo(letter), to.at))


def _convo(letter: str) -> str:
    """The conversation that `publish` returned. Raises Unsupported where it is none."""
    if not letter.startswith(MESSAGES):
        raise Unsupported("that report was not sent as a message")
    return letter.removeprefix(MESSAGES)


def _send(bot: Xrpc, convo: str, parts: Sequence[str], sent: set[str]) -> list[str]:
    ids = []
    for part in parts:
        if part.strip() not in sent:
            body = {"convoId": convo, "message": {"text": part}}
            made = bot.post("chat.bsky.convo.sendMessage", body, repeatable=False)
            ids.append(str(made.get("id", "")))
    return ids


@contextmanager
def _that_may_change(failed: str = NO_CHAT) -> Iterator[None]:
    """What a server, the bot or the owner does not allow now is worth another try."""
    try:
        yield
    except Unsupported as fault:
        raise NotNow(f"{failed}{str(fault).removeprefix(failed)}") from None
    except Refused as fault:
        raise NotNow(f"{failed}{fault}; the owner must allow messages from the bot's account") from None
    except LoginNeeded as fault:
        raise NotNow(f"{failed}{fault}; the bot's app password must allow direct messages", login="--bot") from None


def _sent(bot: Xrpc, convo: str, since: datetime) -> set[str]:
    """What the bot wrote there since then."""
    answer = bot.get("chat.bsky.convo.getMessages", convoId=convo, limit=100)
    return {str(raw.get("text", "")).strip() for raw in listed(answer, "messages") if _ours(raw, bot.did, since)}


def _ours(raw: object, did: str, since: datetime) -> bool:
    at = time_of(raw.get("sentAt")) if isinstance(raw, Mapping) else None
    return _sender(raw) == did and at is not None and at > since


def _sender(raw: object) -> str:
    sender = raw.get("sender") if isinstance(raw, Mapping) else None
    return str(sender.get("did", "")) if isinstance(sender, Mapping) else ""


def _answer(raw: Json) -> Answer | None:
    """A message as an answer; None for what has no text, time or id."""
    message, text, at = raw.get("id"), raw.get("text"), time_of(raw.get("sentAt"))
    if not isinstance(message, str) or not message or not isinstance(text, str) or at is None:
        return None
    return Answer(message, text, at)
