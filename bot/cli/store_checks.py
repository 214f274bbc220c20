"""What `store check` looks at, and what to do where it is not well."""

from collections.abc import Iterator, Mapping
from contextlib import closing

from bot.actions.story import contradictions
from bot.cli.checks import Check, State
from bot.cli.progress import watched
from bot.errors import UserError
from bot.report.figures import plural, several
from bot.service.sweep import Progress
from bot.store import Store, StoreError, open_store
from bot.store.checking import Looked, look_through
from bot.store.migrations import LATEST

RECOVER = "`quietfeed store recover` keeps all that is sound; or restore a backup"
RESTORE = "restore a backup (docs/store.md), or leave it: what it speaks of is done without"
SHOWN = 3


def examine(address: str) -> Iterator[Check]:
    """All checks of a store. One that cannot even be opened is one fault."""
    try:
        store = open_store(address, exclusive=False)
    except StoreError as fault:
        yield Check("file", State.BAD, str(fault))
        return
    with closing(store):
        yield Check("schema", State.WELL, f"version {LATEST}, as this quietfeed knows it")
        try:
            with watched("check") as watch:
                looked = look_through(store, lambda stage, done, total: watch(Progress(stage, done, total)))
        except StoreError as fault:
            yield Check("file", State.BAD, str(fault))
            return
        yield from _of_the_file(looked, store)
        yield from _of_records(looked, store)
        if not looked.unreadable:
            yield from _of_the_ledger(store)


def _of_the_file(looked: Looked, store: Store) -> Iterator[Check]:
    if looked.file:
        yield Check("file", State.BAD, f"{store.path} is damaged: {several(list(looked.file), SHOWN)}", RECOVER)
    else:
        what = str(store.path) if store.is_sqlite else store.url
        yield Check("file", State.WELL, f"{what} ({store.size() / 1e6:.1f} MB)")


def _of_records(looked: Looked, store: Store) -> Iterator[Check]:
    total = sum(looked.rows.values())
    if looked.unreadable:
        remedy = RECOVER if store.is_sqlite else "restore a backup (docs/store.md)"
        yield Check("records", State.BAD, f"of {total:,} cannot be read: {_named(looked.unreadable)}", remedy)
        return
    yield Check("records", State.WELL, f"all {total:,} can be read, cursors and months of own feeds among them")
    if looked.features_lost:
        lost = plural(looked.features_lost, "reading")
        yield Check("readings", State.NOTE, f"{lost} of own feeds will be made out again from the posts")
    for sentence in looked.references:
        yield Check("references", State.BAD, sentence, RESTORE)
    if not looked.references:
        yield Check("references", State.WELL, "posts are counted as they lie, and reports tell of what is there")


def _named(unreadable: Mapping[str, int]) -> str:
    return ", ".join(f"{many:,} of {name.replace('_', ' ')}" for name, many in unreadable.items())


def _of_the_ledger(store: Store) -> Iterator[Check]:
    """Whether each profile's entries fold into actions."""
    try:
        found = [said for profile in store.profiles() for said in contradictions(store.action_entries(profile))]
    except UserError as fault:
        yield Check("ledger", State.BAD, str(fault), RECOVER)
        return
    if found:
        yield Check(
            "ledger",
            State.BAD,
            several(found, SHOWN),
            "`quietfeed ledger HANDLE` shows the story of an account, `quietfeed undo HANDLE` ends it",
        )
    else:
        yield Check("ledger", State.WELL, "each action in it has one story")
