"""The owner's private reports on Bluesky: direct messages from a bot login, each part sent once."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from bot.platforms.base import LoginNeeded, NotNow, Unsupported
from bot.platforms.bluesky.faults import Refused
from bot.platforms.bluesky.json import Json, time_of
from bot.platforms.bluesky.xrpc import Xrpc, listed

MOST_CHARACTERS = 1000
"""A message carries 1,000 graphemes (chat.bsky.convo.defs); a grapheme is at least one character."""
SENT_BEFORE = timedelta(hours=20)
"""How far back an equal message counts as this one: longer than any retry, shorter than a day."""
NO_CHAT = "no private message could be sent: "


def publish(bot: Xrpc, owner: str, parts: Sequence[str], now: datetime) -> str:
    """Send each part to the owner, in order; parts that already stand there are left out.

    Raises NotNow where the server has no chat, or the bot or the owner does not allow it: all of that may change.
    """
    try:
        answer = bot.get("chat.bsky.convo.getConvoForMembers", members=[owner])
        convo = answer.get("convo")
        if not isinstance(convo, Mapping) or not isinstance(convo.get("id"), str):
            raise NotNow(NO_CHAT + "the server named no conversation")
        sent = _sent(bot, convo["id"], now)
        for part in parts:
            if part.strip() not in sent:
                body = {"convoId": convo["id"], "message": {"text": part}}
                bot.post("chat.bsky.convo.sendMessage", body, repeatable=False)
    except Unsupported as fault:
        raise NotNow(f"{NO_CHAT}{str(fault).removeprefix(NO_CHAT)}") from None
    except Refused as fault:
        raise NotNow(f"{NO_CHAT}{fault}; the owner must allow messages from the bot's account") from None
    except LoginNeeded as fault:
        remedy = "`quietfeed login --bot` with an app password that must allow direct messages"
        raise NotNow(f"{NO_CHAT}{fault}; {remedy}") from None
    return f"https://bsky.app/messages/{convo['id']}"


def _sent(bot: Xrpc, convo: str, now: datetime) -> set[str]:
    """What the bot lately wrote there."""
    answer = bot.get("chat.bsky.convo.getMessages", convoId=convo, limit=100)
    return {str(raw.get("text", "")).strip() for raw in listed(answer, "messages") if _ours(raw, bot.did, now)}


def _ours(raw: object, did: str, now: datetime) -> bool:
    if not isinstance(raw, Mapping):
        return False
    message: Json = raw
    sender, at = message.get("sender"), time_of(message.get("sentAt"))
    return isinstance(sender, Mapping) and sender.get("did") == did and at is not None and now - at < SENT_BEFORE
