"""`fleet remove`: a profile leaves the fleet, and what becomes of what quietfeed did on its account and kept of it."""

import argparse
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from bot.actions.lifecycle import RecordedAction
from bot.actions.recorded import recorded_actions
from bot.cli.actions import in_a_line, take_back
from bot.cli.fleet import Fleet, keys_here
from bot.cli.logout import counted
from bot.cli.terminal import say
from bot.errors import UserError
from bot.service import state, word
from bot.store import StoreBusy

STAYS = "stays, and nothing of quietfeed's ends it"


def refuse_what_stays(kept: Fleet, name: str, arguments: argparse.Namespace) -> None:
    """Raise UserError where there is nothing to be removed, or something stays on the account that nobody decided
    about."""
    is_known = kept.members.find(name) is not None
    if not is_known and not (arguments.forget and name in kept.store.profiles()):
        kept.members.get(name)  # raises, and says which was meant
    left = _in_force(kept, name)
    if left and arguments.undo and not is_known:
        raise UserError(f"the fleet has no login of “{name}” any more, by which its {counted(left)} could be undone")
    if left and not arguments.undo and not arguments.yes:
        raise UserError(
            f"{counted(left)} of quietfeed's would stay on the account of “{name}”, and nothing would end them: --undo "
            "takes them back first, --yes leaves them"
        )


def leave(kept: Fleet, name: str, arguments: argparse.Namespace) -> int:
    """Let one leave; an exit code other than 0 where it stays, since not all could be undone. Raises UserError as
    `refuse_what_stays` does, and where it is being swept."""
    with _at_rest(kept, name):
        refuse_what_stays(kept, name, arguments)  # a sweep may have ended meanwhile
        left = _in_force(kept, name)
        if left and arguments.undo and (code := _undone(kept, name, left)):
            say(f"{name}: stays in the fleet, since not all could be undone")
            return code
        kept.members.remove(name)
        kept.queue.take_out(name)
        state.note_fleet(name, kept.store, "")
        for action in left if arguments.yes else ():
            say(f"{name}: {in_a_line(action, STAYS)}")
        say(f"{name}: removed, its config and login forgotten{_forgotten(kept, name, arguments)}")
    return 0


def _in_force(kept: Fleet, name: str) -> Sequence[RecordedAction]:
    """What quietfeed did on the account and is not taken back."""
    return [one for one in recorded_actions(kept.store, name, dry=False) if one.in_force or one.unfinished]


@contextmanager
def _at_rest(kept: Fleet, name: str) -> Iterator[None]:
    """Keep all workers from it: a sweep would go on to act, and bring back what is forgotten."""
    try:
        with kept.store.working_for(name):
            yield
    except StoreBusy:
        raise UserError(
            f"“{name}” is being swept just now, so nothing was removed: `quietfeed fleet pause {name}` lets it end and "
            "begin no more, `quietfeed fleet list` shows when it has ended"
        ) from None


def _undone(kept: Fleet, name: str, left: Sequence[RecordedAction]) -> int:
    """Take them back by the login of the fleet; an exit code other than 0 where one could not be."""
    from bot.fleet.members import MemberCredentials, profile_of

    profile, _ = profile_of(name, kept.members.get(name).config)
    secrets = MemberCredentials(name, kept.members, keys_here())
    return take_back(left, profile, kept.store, lambda one, became: say(in_a_line(one, became)), word.leave, secrets)


def _forgotten(kept: Fleet, name: str, arguments: argparse.Namespace) -> str:
    """What became of what the store has of it, in a clause."""
    if not arguments.forget:
        return "; its ledger, posts and reports stay in the store, until --forget removes them"
    many = kept.store.forget_profile(name)
    return f", and so is all that the store had of it ({many:,} records). Files of reports lie where workers wrote them"
