"""Whom quietfeed quiets, or would in dry run, for Mastodon's own forms: to be done by hand, or on another server."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from bot import forms, handles
from bot.actions.lifecycle import RecordedAction
from bot.actions.recorded import recorded_actions
from bot.config import Config, Profile
from bot.errors import UserError
from bot.forms import Form
from bot.judging import trust
from bot.model import Step
from bot.service import kept
from bot.store import Store

STEPS = {Form.MUTES: Step.MUTE, Form.LISTS: Step.LIST, Form.FOLLOWS: Step.HIDE_REPOSTS}
"""What each form does: a follow without boosts is how the reposts of an account are hidden."""


@dataclass(frozen=True, slots=True)
class Written:
    """A form, filled in."""

    lines: tuple[str, ...]
    done: int
    """How many of its accounts quietfeed has quieted so."""
    planned: int
    """How many it would, if it were not in dry run."""
    waiting: int
    """How many more it would, if they did not wait for a second look, for room or for something else."""
    nameless: tuple[str, ...]
    """Handles left out, since no server could look them up."""


def written(form: Form, profile: Profile, store: Store, config: Config) -> Written:
    """The form with everybody on whom that step stands and whom the owner does not keep. Raises UserError where there
    is no such form."""
    if profile.platform == "bluesky":
        raise UserError(
            f"“{profile.name}” is on Bluesky, which takes no files of {form}: these are Mastodon's forms. "
            "`quietfeed export ledger` writes what was done there"
        )
    host = kept.own_host(profile.name, store)
    found: dict[tuple[str, str], RecordedAction] = {}
    nameless: list[str] = []
    actions = in_force(STEPS[form], profile.name, store, config)
    today = store.accounts(profile.name, [action.account.id for action in actions])
    for action in actions:
        called = today.get(action.account.id, action.account).handle
        handle = handles.parse(called)
        address = handles.whole(handle, host) if handle else ""
        if "@" in address:
            found[action.list_title, address] = action
        else:
            nameless.append(called)
    planned = sum(action.plan.dry for action in found.values())
    waiting = _waiting(STEPS[form], {action.account.id for action in actions}, profile.name, store)
    return Written(tuple(_lines(form, sorted(found))), len(found) - planned, planned, waiting, tuple(nameless))


def in_force(step: Step, profile: str, store: Store, config: Config) -> list[RecordedAction]:
    """The actions of a step that are in force, be they those of a dry run; not on accounts that the owner keeps, whose
    actions the next sweep ends."""
    known = kept.circumstances(profile, store, config)
    actions = (one for dry in (True, False) for one in recorded_actions(store, profile, dry=dry))
    return [
        action
        for action in actions
        if action.in_force and action.step is step and not trust.by_name(action.account, known, config.trust)
    ]


def _waiting(step: Step, quieted: Collection[str], profile: str, store: Store) -> int:
    """How many accounts, beside those quieted so, a rule finds for that step and a limit holds up."""
    newest = store.latest_judged(profile)
    found = (one for one, entry in newest.items() if entry.step is step and entry.limit and not entry.protection)
    return sum(one not in quieted for one in found)


def _lines(form: Form, members: Sequence[tuple[str, str]]) -> Iterator[str]:
    if form is Form.LISTS:
        return forms.lists(members)
    addresses = (address for _, address in members)
    return forms.mutes(addresses) if form is Form.MUTES else forms.follows(addresses)
