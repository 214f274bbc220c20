"""Bluesky's chat in memory, as strict as its lexicons say: conversations of two, read by those two alone.

The networks that run on one machine have no chat service, so this stands in for it. `answer` is given the DID that
asks, which is for its caller to prove (see `tests.live.counting_proxy`).
"""

import itertools
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from tests.servers.bluesky_stub import stamp

MOST_CHARACTERS = 1000
"""Graphemes of a message (chat.bsky.convo.defs#messageInput); a grapheme is at least one character."""
MOST_MESSAGES = 100
"""`limit` of chat.bsky.convo.getMessages."""

Answer = tuple[int, dict[str, Any]]


@dataclass
class Convo:
    """A conversation of two; its messages are oldest first."""

    id: str
    members: frozenset[str]
    messages: list[dict[str, Any]] = field(default_factory=list)


class Chat:
    """All conversations. `refuses` names those who take no messages."""

    def __init__(self) -> None:
        self.convos: list[Convo] = []
        self.refuses: set[str] = set()
        self.lock = threading.RLock()
        self._numbers = itertools.count(1)

    def answer(self, who: str, method: str, query: Mapping[str, Sequence[str]], body: Mapping[str, Any]) -> Answer:
        """Status and JSON of one request."""
        with self.lock:
            match method.removeprefix("chat.bsky.convo."):
                case "getConvoForMembers":
                    return self._convo_for(who, query.get("members", []))
                case "getMessages":
                    limit = int(query.get("limit", ["50"])[0])
                    return self._messages(who, query.get("convoId", [""])[0], limit)
                case "sendMessage":
                    return self._sent(who, str(body.get("convoId")), body.get("message"))
        return 501, {"error": "MethodNotImplemented", "message": method}

    def say(self, who: str, to: str, text: str) -> None:
        """Somebody writes to another by their own app."""
        with self.lock:
            convo = self._between(frozenset({who, to}))
            status, told = self._sent(who, convo.id, {"text": text})
            assert status == 200, told

    def said(self, who: str, to: str) -> list[str]:
        """What somebody wrote to another, oldest first."""
        with self.lock:
            convo = self._between(frozenset({who, to}))
            return [message["text"] for message in convo.messages if message["sender"] == {"did": who}]

    def _between(self, members: frozenset[str]) -> Convo:
        found = next((convo for convo in self.convos if convo.members == members), None)
        if found is None:
            found = Convo(f"convo{next(self._numbers)}", members)
            self.convos.append(found)
        return found

    def _convo_for(self, who: str, others: Sequence[str]) -> Answer:
        members = frozenset({who, *others})
        if len(members) != 2:
            return 400, {"error": "InvalidRequest", "message": "two members are expected"}
        if members & self.refuses:
            return 400, {"error": "InvalidRequest", "message": "recipient has disabled incoming messages"}
        convo = self._between(members)
        return 200, {"convo": {"id": convo.id, "members": [{"did": did} for did in sorted(members)], "unreadCount": 0}}

    def _messages(self, who: str, convo_id: str, limit: int) -> Answer:
        convo = self._mine(who, convo_id)
        if convo is None:
            return 400, {"error": "InvalidConvo", "message": "Convo not found"}
        if not 1 <= limit <= MOST_MESSAGES:
            return 400, {"error": "InvalidRequest", "message": "limit is out of range"}
        return 200, {"messages": convo.messages[::-1][:limit]}

    def _sent(self, who: str, convo_id: str, message: Any) -> Answer:
        convo = self._mine(who, convo_id)
        if convo is None:
            return 400, {"error": "InvalidConvo", "message": "Convo not found"}
        text = message.get("text") if isinstance(message, Mapping) else None
        if not isinstance(text, str) or not 0 < len(text) <= MOST_CHARACTERS:
            return 400, {"error": "InvalidRequest", "message": "message/text is missing or too long"}
        number = f"{next(self._numbers):06}"
        made = {"$type": "chat.bsky.convo.defs#messageView", "id": number, "rev": number, "text": text}
        convo.messages.append({**made, "sender": {"did": who}, "sentAt": stamp(datetime.now(UTC))})
        return 200, convo.messages[-1]

    def _mine(self, who: str, convo_id: str) -> Convo | None:
        return next((convo for convo in self.convos if convo.id == convo_id and who in convo.members), None)
