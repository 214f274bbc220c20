"""quietfeed's mark in the owner's private note on an account.

Facts: docs.joinmastodon.org (methods accounts, `POST /api/v1/accounts/:id/note`, 3.2+, scope write:accounts; the
relationship tells the note), Mastodon's notes_controller.rb (a blank comment removes the note, any other is kept as it
is) and account_note.rb (2,000 characters).
"""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

from bot.model import Action
from bot.platforms.base import AccountGone
from bot.platforms.marks import mark_of, marked, unmarked
from bot.platforms.mastodon.connection import Connection, Refused, ScopeMissing
from bot.platforms.mastodon.standing import relationship

LONGEST = 2_000
"""Characters of a note."""


class Notes:
    """The notes of one login. Where it may not write any, or the server has none, it is not asked again."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._writable = True

    def mark(self, action: Action, ends: datetime | None) -> None:
        """Add the mark of the action to the note, unless that is too long already."""
        self._change(action, lambda note: marked(note, mark_of(action, ends)))

    def unmark(self, action: Action) -> None:
        """Take the mark of the action out of the note."""
        self._change(action, lambda note: unmarked(note, mark_of(action)))

    def _change(self, action: Action, change: Callable[[str], str]) -> None:
        """Read the note at this moment, so that no word of the owner's is lost, and write what becomes of it."""
        if not self._writable:
            return
        with suppress(AccountGone):
            note = relationship(self._connection, action.account.id).get("note")
            if not isinstance(note, str):
                self._writable = False
            elif (wanted := change(note)) != note and len(wanted) <= LONGEST:
                self._write(action, wanted)

    def _write(self, action: Action, note: str) -> None:
        try:
            self._connection.write("POST", f"/api/v1/accounts/{action.account.id}/note", {"comment": note})
        except ScopeMissing:
            self._writable = False
        except Refused as refusal:
            self._writable = not refusal.missing  # the account is there: it was asked for a moment ago
