"""What must be true after every sweep that ended, whatever died before: the ledger and the platform tell one story."""

import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from bot.actions.executor import told
from bot.actions.lifecycle import SAME_END, Track
from bot.model import Action, Event
from bot.platforms.mastodon.letters import quiet
from bot.report.split import split
from bot.service.daily import length
from bot.store import Store, open_store
from tests.crash.life import STORE
from tests.crash.town import Town
from tests.servers.mastodon_stub import Asked

BY_HAND = "you took it back by hand"
STORIES = {
    (Event.PLANNED, *rest)
    for rest in (
        (Event.FAILED,),
        (Event.CANCELLED,),
        (Event.DONE,),
        (Event.DONE, Event.VETOED),
        (Event.DONE, Event.CANCELLED),
        (Event.DONE, Event.EXPIRED),
        (Event.DONE, Event.LIFTING, Event.EXPIRED),
        (Event.DONE, Event.LIFTING, Event.UNDONE),
    )
}
"""What may become of a deed, from its plan to its end or to this moment. None is done twice, none is left half done."""


def disagreements(folder: Path, town: Town, asked: list[Asked], vetoes: set[str], read: set[str]) -> list[str]:
    """Every way in which store, platform and letters contradict each other.

    `vetoes` are the ids of the accounts on which the owner took a deed back by hand, `read` those of the posts that
    are known to have been on the timeline.
    """
    store = open_store(str(folder / STORE), exclusive=False)
    try:
        store.check()
        deeds = told(store, "home", dry=False)
        return [
            *_stories(store),
            *_effects(deeds, town),
            *_requests(deeds, town, asked),
            *_vetoes(store, town, vetoes),
            *_letters(store, town),
            *_posts(folder, store, read),
        ]
    finally:
        store.close()


def endings(folder: Path) -> set[tuple[Action | None, Event]]:
    """Which deeds came to which ends, and which stand."""
    with closing(open_store(str(folder / STORE), exclusive=False)) as store:
        return {(track.deed.action, track.last.event) for track in told(store, "home", dry=False)}


def _stories(store: Store) -> Iterator[str]:
    stories: dict[str, list[Event]] = {}
    handles = {}
    for entry in store.entries("home", events=set(Event) - {Event.JUDGED}):
        stories.setdefault(entry.deed, []).append(entry.event)
        handles[entry.deed] = entry.account.handle
        if entry.event is Event.FAILED:
            yield f"{entry.account.handle}: {entry.action} failed: {entry.reason}"
    for deed, story in stories.items():
        if tuple(story) not in STORIES:
            yield f"{handles[deed]}: {' '.join(story)}"


def _effects(deeds: list[Track], town: Town) -> Iterator[str]:
    """Each effect stands exactly where the ledger says that a deed is live, each once, until the same time."""
    effects = {Action.MUTE: list(town.muted()), Action.LIST: town.listed(), Action.HIDE_REPOSTS: list(town.hidden())}
    for action, there in effects.items():
        live = [track.deed.account.id for track in deeds if track.live and track.deed.action is action]
        if Counter(live) != Counter(there):
            yield f"{action}: live in the ledger {_names(town, live)}, on the platform {_names(town, there)}"
    for track in deeds:
        until = town.muted().get(track.deed.account.id)
        if track.live and until and track.deed.until and abs(until - track.deed.until) > SAME_END:
            yield f"{track.deed.account.handle}: muted until {until}, in the ledger {track.deed.until}"
    if len(town.lists) > 1:
        yield f"{len(town.lists)} lists: {[own.title for own in town.lists.values()]}"


def _requests(deeds: list[Track], town: Town, asked: list[Asked]) -> Iterator[str]:
    """No deed was asked for twice, and each that is said to be done was asked for, renewals of what stood apart."""
    for name, account_id in town.named.items():
        for action in (Action.MUTE, Action.LIST, Action.HIDE_REPOSTS):
            took = [
                track
                for track in deeds
                if (track.deed.account.id, track.deed.action) == (account_id, action)
                and track.last.event not in (Event.CANCELLED, Event.FAILED)
            ]
            times = sum(_asks(one, account_id, action) for one in asked)
            taken_over = account_id in town.owners_mutes and action is Action.MUTE
            if not taken_over and not sum(not t.renewal for t in took) <= times <= len(took):
                yield f"{name}: {action} asked for {times} times, {len(took)} deeds"


def _asks(asked: Asked, account_id: str, action: Action) -> bool:
    if action is Action.LIST:
        return asked.method == "POST" and account_id in asked.form.get("account_ids[]", ())
    verb = {Action.MUTE: "mute", Action.HIDE_REPOSTS: "follow"}[action]
    shown = action is Action.HIDE_REPOSTS and asked.form.get("reblogs") != ["false"]
    return asked.path == f"/api/v1/accounts/{account_id}/{verb}" and not shown


def _vetoes(store: Store, town: Town, by_hand: set[str]) -> Iterator[str]:
    """What the owner took back by hand is a veto, and nothing that we were interrupted in is."""
    found = {one for one, word in store.feedback("home", "veto").items() if word.why == BY_HAND}
    if found != by_hand:
        yield f"vetoes by hand: {_names(town, by_hand)}, found {_names(town, found)}"
    for entry in store.entries("home", events={Event.VETOED}):
        if entry.account.id not in by_hand:
            yield f"{entry.account.handle}: vetoed by nobody"
    for entry in store.entries("home", events={Event.CANCELLED}):
        if "yours now" in entry.reason and entry.account.id not in town.owners_mutes:
            yield f"{entry.account.handle}: {entry.reason}"


def _letters(store: Store, town: Town) -> Iterator[str]:
    """Each part of each report reached the owner once."""
    wanted: Counter[str] = Counter()
    for day, state in store.reports("home"):
        report = store.report("home", day)
        if state != "sent" or report is None:
            yield f"the report of {day} is {state}"
            continue
        wanted.update(_plain(quiet(part)) for part in split(report.letter, town.max_characters, length))
    there = Counter(_plain(letter.content) for letter in town.letters())
    if there != wanted:
        yield f"letters: {sum(there.values())} arrived, {sum(wanted.values())} were written"


def _plain(text: str) -> str:
    """What is left of a text, as HTML or not, once all that is no letter is gone."""
    for tag in ("<p>", "</p>", "<br />", "&amp;", "&lt;", "&gt;", "&", "<", ">"):
        text = text.replace(tag, " ")
    return "".join(letter for letter in text if letter.isalnum())


def _posts(folder: Path, store: Store, read: set[str]) -> Iterator[str]:
    """Nothing is lost that a bot which nobody killed has read, and the cursor stands at a post that is stored."""
    there = stored(folder)
    newest, *_ = (store.cursor("home") or "none").split()
    if newest not in there:
        yield "the cursor names no post that is stored"
    if read - there:
        yield f"{len(read - there)} posts of the timeline are not stored"


def stored(folder: Path) -> set[str]:
    """Ids of the posts in the store."""
    with closing(sqlite3.connect(folder / STORE)) as connection:
        return {row[0] for row in connection.execute("SELECT id FROM posts")}


def _names(town: Town, ids: object) -> list[str]:
    names = {account_id: name for name, account_id in town.named.items()}
    return sorted(names.get(str(one), str(one)) for one in list(ids))  # type: ignore[call-overload]
