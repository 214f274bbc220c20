"""Whether anything changed that is told of a profile, for who would tell it again as it was told before."""

from hashlib import sha256
from typing import Any

from sqlalchemy import Select, case, func, select

from bot.store.codec import key
from bot.store.database import Database
from bot.store.records import SMALL
from bot.store.schema import accounts, feedback, ledger, notes, reports, sweeps


class Prints(Database):
    """The part of the store that tells whether it is as it was."""

    def fingerprint(self, profile: str) -> str:
        """Another one as soon as a sweep began or came to its end, the owner said something, a report was made or sent,
        an account was forgotten, or a small fact was noted, be it of another profile. Posts that a sweep just reads
        change nothing before it ends."""
        digest = sha256()
        with self.reading() as connection:
            for query in _asked(key(profile)):
                for row in connection.execute(query):
                    digest.update(repr(tuple(row)).encode())
        return digest.hexdigest()


def _asked(profile: str) -> tuple[Select[Any], ...]:
    newest = select(func.max(sweeps.c.id)).where(sweeps.c.profile == profile).scalar_subquery()
    value = case((func.length(notes.c.value) <= SMALL, notes.c.value), else_="")
    return (
        select(sweeps.c.id, sweeps.c.payload).where(sweeps.c.id == newest),
        select(func.max(ledger.c.id)),
        select(func.count()).where(accounts.c.profile == profile),
        select(feedback.c.kind, func.count(), func.max(feedback.c.at))
        .where(feedback.c.profile == profile)
        .group_by(feedback.c.kind)
        .order_by(feedback.c.kind),
        select(reports.c.day, reports.c.state, reports.c.at)
        .where(reports.c.profile == profile)
        .order_by(reports.c.day),
        select(notes.c.key, func.length(notes.c.value), value).order_by(notes.c.key),
    )
