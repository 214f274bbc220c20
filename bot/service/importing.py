"""What the owner says of the accounts in one of Mastodon's forms, kept as their word. Nothing is done to anybody."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Literal

from bot.actions.recorded import recorded_actions
from bot.config import Config, Profile
from bot.errors import UserError
from bot.forms import Form, Named, Table
from bot.judging import trust
from bot.model import Account, Judgement, Opinion, Step
from bot.platforms.base import LoginNeeded, Platform, PlatformError
from bot.service import kept
from bot.store import Store

Word = Literal["noise", "fine", "keep"]
Told = Callable[[int, int], None]
"""Hears how many accounts were looked up, of how many."""
SAYS = {
    Form.FOLLOWS: "whom you follow: that makes nobody noise, and nobody fine",
    Form.LISTS: "who is on your lists: that makes nobody noise, and nobody fine",
    Form.BLOCKS: "whom you blocked: that says nothing of what they post",
    Form.ADDRESSES: "addresses alone",
}
"""What each form tells that is no judgement."""


@dataclass
class Taken:
    """What came of the accounts in a file: their addresses."""

    word: Word
    new: list[str] = field(default_factory=list)
    there: list[str] = field(default_factory=list)
    """The owner had said so before."""
    otherwise: list[str] = field(default_factory=list)
    """The owner had said the opposite here, which stays."""
    ours: list[str] = field(default_factory=list)
    """They stand in the owner's export since quietfeed did it."""
    unknown: list[str] = field(default_factory=list)
    """Neither the store knows them nor, where it was asked, the server."""
    unasked: str = ""
    """Why the server could not be asked."""


def word_of(form: Form, asked: Word | None, name: str) -> Word:
    """What the file's accounts are taken for: as `asked`, else as the form says. Raises UserError where it says nothing
    of the kind: only a mute is a judgement."""
    if asked or form is Form.MUTES:
        return asked or "noise"
    raise UserError(f"{name} tells {SAYS[form]}. Say what you take them for: --as keep, --as fine or --as noise")


@dataclass
class Taking:
    """Takes the accounts of a file for `word`. Judgements are of what was read, so `noise` and `fine` are kept only of
    those whom the store knows; `keep` also of those whom the server knows, to protect them before they first show."""

    word: Word
    profile: Profile
    store: Store
    config: Config
    connected: Callable[[], Platform]
    """Gives the owner's login, called where somebody has to be asked for."""

    def take(self, table: Table, why: str, now: datetime, told: Told) -> Taken:
        """Keep the word on everybody of whom it is new: on all of them, or where that fails on nobody."""
        taken, new, met = Taken(self.word), list[Account](), set[str]()
        named = self._not_on_our_list(table, taken)
        muted = _muted_by_us(self.profile.name, self.store) if table.form is Form.MUTES else frozenset()
        for place, one in enumerate(named, 1):
            account = self._account(one.address, taken)
            if account is None:
                taken.unknown.append(one.address)
            elif account.id not in met:
                met.add(account.id)
                into = taken.ours if account.id in muted else self._by_word(account, taken)
                into.append(one.address)
                new += [account] if into is taken.new else []
            told(place, len(named))
        self.store.say(self.profile.name, new, self.word, why, now)
        return taken

    def _not_on_our_list(self, table: Table, taken: Taken) -> list[Named]:
        """Everybody but those on the list that quietfeed fills itself."""
        actions = recorded_actions(self.store, self.profile.name, dry=False)
        titles = {self.config.list_title, *(action.list_title for action in actions if action.step is Step.LIST)}
        ours = {title.strip().casefold() for title in titles} if table.form is Form.LISTS else set()
        taken.ours += [one.address for one in table.named if one.title.casefold() in ours]
        return [one for one in table.named if one.title.casefold() not in ours]

    def _account(self, address: str, taken: Taken) -> Account | None:
        if address in self._met:
            return kept.find(address, self.profile.name, self.store)
        if self.word != "keep" or taken.unasked:
            return None
        try:
            return self._found(address)
        except UserError as fault:
            taken.unasked = str(fault)
            return None

    def _found(self, address: str) -> Account | None:
        """The account as the server knows it, or None. Raises UserError where it cannot be asked."""
        platform = self.connected()
        try:
            return platform.find(address)
        except (LoginNeeded, PlatformError):
            raise
        except UserError:
            return None

    def _by_word(self, account: Account, taken: Taken) -> list[str]:
        """Where an account belongs by what the owner said of it before."""
        if self.word == "keep":
            return taken.there if account.id in self._kept else taken.new
        before = self._judged.get(account.id)
        by_config = trust.is_named(account, self.config.trust.keep, self._host)
        opinion = before.opinion if before else Opinion.FINE if by_config else None
        if opinion is None:
            return taken.new
        return taken.there if opinion == self.word else taken.otherwise

    @cached_property
    def _met(self) -> Collection[str]:
        """Everybody whom the store knows, by handle: most of a file are strangers, and each would be a query."""
        return frozenset(self.store.handles(self.profile.name))

    @cached_property
    def _judged(self) -> Mapping[str, Judgement]:
        return self.store.judgements(self.profile.name)

    @cached_property
    def _kept(self) -> Collection[str]:
        return self.store.feedback(self.profile.name, "keep").keys()

    @cached_property
    def _host(self) -> str:
        return kept.own_host(self.profile.name, self.store)


def _muted_by_us(profile: str, store: Store) -> frozenset[str]:
    """Ids of the accounts that quietfeed has muted."""
    actions = recorded_actions(store, profile, dry=False)
    return frozenset(one.account.id for one in actions if one.step is Step.MUTE and (one.in_force or one.unfinished))
