"""The reviews that go on at this desk, of one profile: each page that was opened anew has its own."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from secrets import token_urlsafe
from threading import RLock

from bot.desk.making import Making
from bot.model import Case
from bot.service.reviewing import Session

MOST = 20
"""Sessions that are kept; the least lately used are forgotten, whose answers were kept long before."""


class Reviews:
    """Whom there is a question on, and the sessions. Answers come in threads of their own and take their `turn`."""

    def __init__(self) -> None:
        self.turn = RLock()
        self._sessions: OrderedDict[str, Session] = OrderedDict()
        self._making: Making[list[Case]] | None = None
        self._mark: Hashable = None

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

    def looked_through(self, mark: Hashable, begin: Callable[[], Making[list[Case]]]) -> Making[list[Case]]:
        """The look at everybody, under way or done before under the same mark; begun where there is none. One that is
        under way goes on whatever the mark is by now: while a sweep writes, none would ever end."""
        with self.turn:
            if self._making is None or (self._making.ended() and self._mark != mark):
                self._making, self._mark = begin(), mark
            return self._making

    def forget_look(self) -> None:
        """Look again when next asked, since this look failed."""
        with self.turn:
            self._making = None
