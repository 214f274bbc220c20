"""The reviews that go on at this desk, of one profile: each page that was opened anew has its own."""

from collections import OrderedDict
from secrets import token_urlsafe
from threading import RLock

from bot.desk.making import Remade
from bot.model import Case
from bot.service.reviewing import Session

MOST = 20
"""Sessions that are kept; the least lately used are forgotten, whose answers were kept long before."""


class Reviews:
    """Whom there is a question on, and the sessions. Answers come in threads of their own and take their `turn`."""

    def __init__(self) -> None:
        self.turn = RLock()
        self._sessions: OrderedDict[str, Session] = OrderedDict()
        self.look = Remade[list[Case]]()

    def begun(self, session: Session) -> str:
        """Keep a session; the key that its pages carry."""
        with self.turn:
            key = token_urlsafe(9)
            self._sessions[key] = session
            while len(self._sessions) > MOST:
                self._sessions.popitem(last=False)
            return key

    def session(self, key: str) -> Session | None:
        """The session of that key; None where it was forgotten, or of another desk."""
        with self.turn:
            if key in self._sessions:
                self._sessions.move_to_end(key)
            return self._sessions.get(key)
