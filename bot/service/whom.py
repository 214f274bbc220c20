"""Which account a handle means that the owner typed or answered, in any spelling, and who is close where none."""

from collections.abc import Callable, Iterator, Sequence

from bot import handles
from bot.actions.lifecycle import RecordedAction
from bot.config import Profile
from bot.errors import UserError
from bot.model import Account
from bot.platforms.base import LoginNeeded, PlatformError
from bot.report.escape import terminal
from bot.service import kept
from bot.store import FeedbackKind, Store


def in_store(typed: str, profile: Profile, store: Store) -> Account | None:
    """The account as the store knows it: by what it is called now, else by what it was called when the owner kept or
    judged it, or something was done to it. None where it never showed. Raises UserError for what is no handle."""
    name = handles.parsed(typed)
    wanted = handles.whole(name, kept.own_host(profile.name, store))
    by_now = kept.find(name, profile.name, store)
    return by_now or next((one for one in _told_of(profile, store) if _is_called(wanted, one)), None)


def _told_of(profile: Profile, store: Store) -> Iterator[Account]:
    """The accounts of the owner's word and of the ledger's actions, as they were called then, newest first."""
    kinds: tuple[FeedbackKind, ...] = ("keep", "veto", "noise", "fine")
    for kind in kinds:
        yield from (word.account for word in store.feedback(profile.name, kind).values())
    yield from (entry.account for entry in reversed(store.action_entries(profile.name)))


def _is_called(wanted: str, account: Account) -> bool:
    return wanted in (account.id, handles.key(account.handle))


def known(typed: str, profile: Profile, store: Store) -> Account:
    """The account as the store knows it. Raises UserError, with who may have been meant, where it never showed."""
    found = in_store(typed, profile, store)
    if found is None:
        raise unknown(typed, profile, store)
    return found


def anywhere(typed: str, profile: Profile, store: Store, find: Callable[[str], Account]) -> Account:
    """The account as the store knows it, else as the server does (`find`, a platform's). Raises UserError, with who may
    have been meant."""
    found = in_store(typed, profile, store)
    if found is not None:
        return found
    try:
        return find(typed)
    except (PlatformError, LoginNeeded):
        raise
    except UserError as fault:
        raise UserError(f"{fault}{_meant(typed, profile, store)}") from None


def of_actions(typed: Sequence[str], profile: Profile, store: Store, actions: Sequence[RecordedAction]) -> set[str]:
    """The ids of the accounts named; who was renamed since is found by either name. Raises UserError where a name is
    neither known to the store nor to an action."""
    found: set[str] = set()
    for one in typed:
        wanted = handles.whole(handles.parsed(one), kept.own_host(profile.name, store))
        found.add(known(one, profile, store).id)
        found |= {action.account.id for action in actions if _is_called(wanted, action.account)}
    return found


def unknown(typed: str, profile: Profile, store: Store) -> UserError:
    """What to say of a name that nobody bears who ever showed in the timeline."""
    name = terminal(typed)
    return UserError(f"“{name}” never showed in the timeline of “{profile.name}”{_meant(typed, profile, store)}")


def _meant(typed: str, profile: Profile, store: Store) -> str:
    """Who may have been meant: those on whom something was done come first."""
    told_of = [account.handle for account in _told_of(profile, store)]
    close = handles.close_to(typed, [*told_of, *store.handles(profile.name)])
    return f"; did you mean {' or '.join(map(terminal, close))}?" if close else ""


def of_id(account_id: str, profile: Profile, store: Store) -> Account | None:
    """The account of that id, as it was called last; None where nothing is known of it."""
    now = store.accounts(profile.name, [account_id]).get(account_id)
    told_of = now or next((one for one in _told_of(profile, store) if one.id == account_id), None)
    if told_of is None:
        entries = store.entries(profile.name, account_id=account_id)
        return entries[-1].account if entries else None
    return told_of
