"""Whom the owner protects by name: the accounts behind `trust.keep` and `quietfeed keep`, also when renamed."""

import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

from bot import handles
from bot.config import Config
from bot.judging import trust
from bot.judging.trust import Circumstances
from bot.model import Account, Standing
from bot.service.unread import told
from bot.store import Store


def own_host(profile: str, store: Store) -> str:
    """The owner's own server as their handle names it; empty on Bluesky, and before the first sweep."""
    return handles.host_of(store.noted(f"owner:{profile}") or "")


def known_names(profile: str, store: Store) -> dict[str, str]:
    """The id of each name in `trust.keep` whose account was seen, as it was then."""
    return store.noted_as(f"kept:{profile}", lambda noted: dict(json.loads(noted))) or {}


def remember_names(profile: str, store: Store, names: Iterable[str], met: Sequence[Account] = ()) -> None:
    """Look for the accounts behind the names of `trust.keep` that were not seen yet, and keep the ids of those found.

    Looked for in the store, and among those `met`, whose pages tell more than their handles. A name means the account
    that bore it when it was first seen. Names that left the config are forgotten.
    """
    before = known_names(profile, store)
    found = {name: before.get(name) or _id_of(name, profile, store, met) for name in names}
    now = {name: account_id for name, account_id in found.items() if account_id}
    if now != before:
        store.note(f"kept:{profile}", json.dumps(now))


def _id_of(name: str, profile: str, store: Store, met: Sequence[Account]) -> str:
    host = own_host(profile, store)
    account = find(name, profile, store) or next((one for one in met if trust.is_named(one, [name], host)), None)
    return account.id if account else ""


def find(name: str, profile: str, store: Store) -> Account | None:
    """The account of a handle in any spelling, as the store knows it: by its handle, its DID or its page."""
    wanted = handles.whole(handles.key(name), own_host(profile, store))
    if handles.is_did(wanted):
        return store.accounts(profile, [wanted]).get(wanted)
    return store.find_account(profile, wanted)


def circumstances(
    profile: str, store: Store, config: Config, standing: Mapping[str, Standing] | None = None
) -> Circumstances:
    """What the store knows of the owner's word, beside how they stand to accounts."""
    return Circumstances(
        standing or {},
        kept=frozenset(store.feedback(profile, "keep")) | _kept_by_config(profile, store, config.trust.keep),
        vetoed=frozenset(store.feedback(profile, "veto")),
        own_host=own_host(profile, store),
        told=told(profile, store),
    )


def by_config(profile: str, store: Store, config: Config, account: Account) -> bool:
    """Whether the config keeps the account, by a name that it bears or bore when it was first seen."""
    return keeping(profile, store, config)(account)


def keeping(profile: str, store: Store, config: Config) -> Callable[[Account], bool]:
    """The same of any number of accounts."""
    names = config.trust.keep
    if not names:
        return lambda account: False
    known, host = _kept_by_config(profile, store, names), own_host(profile, store)
    return lambda account: account.id in known or trust.is_named(account, names, host)


def _kept_by_config(profile: str, store: Store, names: Collection[str]) -> frozenset[str]:
    return frozenset(account_id for name, account_id in known_names(profile, store).items() if name in names)


SAYS_MORE = frozenset({trust.FEED_UNREAD, trust.SHADOW, trust.MOVED})
"""Protections that stand before the owner's word, so that they do not tell of it."""


def changed(account: Account, protection: str | None, known: Circumstances, keep: trust.Trust) -> bool:
    """Whether the owner's word on an account is another now than when it was last decided about."""
    if protection in SAYS_MORE:
        return False
    by_name = trust.by_name(account, known, keep)
    before = protection if protection in (trust.KEPT, trust.TAKEN_BACK) else None
    return (by_name.name if by_name else None) != before
