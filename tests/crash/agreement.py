"""What must be true after every sweep that ended, whatever died before: the ledger and the platform tell one story."""

from collections import Counter
from collections.abc import Iterator
from contextlib import closing

from bot.actions.lifecycle import SAME_END, RecordedAction
from bot.actions.recorded import recorded_actions
from bot.model import Event, Step
from bot.platforms.mastodon.letters import quiet
from bot.report.split import split
from bot.service.daily import length
from bot.store import Store, open_store
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
"""What may become of an action, from its plan to its end or to this moment: none is done twice or left half done."""


def disagreements(address: str, town: Town, asked: list[Asked], vetoes: set[str], read: set[str]) -> list[str]:
    """Every way in which store, platform and letters contradict each other.

    `vetoes` are the ids of the accounts on which the owner took an action back by hand, `read` those of the posts that
    are known to have been on the timeline.
    """
    store = open_store(address, exclusive=False)
    try:
        store.check()
        actions = recorded_actions(store, "home", dry=False)
        return [
            *_stories(store),
            *_effects(actions, town),
            *_requests(actions, town, asked),
            *_vetoes(store, town, vetoes),
            *_letters(store, town),
            *_posts(store, read),
        ]
    finally:
        store.close()


def endings(address: str) -> set[tuple[Step | None, Event]]:
    """Which actions came to which ends, and which stand."""
    with closing(open_store(address, exclusive=False)) as store:
        return {(action.step, action.last.event) for action in recorded_actions(store, "home", dry=False)}


def _stories(store: Store) -> Iterator[str]:
    stories: dict[str, list[Event]] = {}
    handles = {}
    for entry in store.entries("home", events=set(Event) - {Event.JUDGED}):
        stories.setdefault(entry.action_id, []).append(entry.event)
        handles[entry.action_id] = entry.account.handle
        if entry.event is Event.FAILED:
            yield f"{entry.account.handle}: {entry.step} failed: {entry.reason}"
    for action, story in stories.items():
        if tuple(story) not in STORIES:
            yield f"{handles[action]}: {' '.join(story)}"


def _effects(actions: list[RecordedAction], town: Town) -> Iterator[str]:
    """Each effect stands exactly where the ledger says that an action is live, each once, until the same time."""
    effects = {Step.MUTE: list(town.muted()), Step.LIST: town.listed(), Step.HIDE_REPOSTS: list(town.hidden())}
    for step, there in effects.items():
        live = [action.account.id for action in actions if action.in_force and action.step is step]
        if Counter(live) != Counter(there):
            yield f"{step}: live in the ledger {_names(town, live)}, on the platform {_names(town, there)}"
    for action in actions:
        until = town.muted().get(action.account.id)
        if action.in_force and until and action.until and abs(until - action.until) > SAME_END:
            yield f"{action.account.handle}: muted until {until}, in the ledger {action.until}"
    if len(town.lists) > 1:
        yield f"{len(town.lists)} lists: {[own.title for own in town.lists.values()]}"


def _requests(actions: list[RecordedAction], town: Town, asked: list[Asked]) -> Iterator[str]:
    """No action was asked for twice, and each that is said to be done was asked for, renewals of what stood apart."""
    for name, account_id in town.named.items():
        for step in (Step.MUTE, Step.LIST, Step.HIDE_REPOSTS):
            took = [
                action
                for action in actions
                if (action.account.id, action.step) == (account_id, step)
                and action.last.event not in (Event.CANCELLED, Event.FAILED)
            ]
            times = sum(_asks(one, account_id, step) for one in asked)
            owners = account_id in town.owners_mutes and step is Step.MUTE
            if not owners and not sum(not t.is_renewal for t in took) <= times <= len(took):
                yield f"{name}: {step} asked for {times} times, {len(took)} actions"


def _asks(asked: Asked, account_id: str, step: Step) -> bool:
    if step is Step.LIST:
        return asked.method == "POST" and account_id in asked.form.get("account_ids[]", ())
    verb = {Step.MUTE: "mute", Step.HIDE_REPOSTS: "follow"}[step]
    shown = step is Step.HIDE_REPOSTS and asked.form.get("reblogs") != ["false"]
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


def _posts(store: Store, read: set[str]) -> Iterator[str]:
    """Nothing is lost that a bot which nobody killed has read, and the cursor stands at a post that is stored."""
    there = _stored(store)
    newest, *_ = (store.cursor("home") or "none").split()
    if newest not in there:
        yield "the cursor names no post that is stored"
    if read - there:
        yield f"{len(read - there)} posts of the timeline are not stored"


def stored(address: str) -> set[str]:
    """Ids of the posts in the store."""
    with closing(open_store(address, exclusive=False)) as store:
        return _stored(store)


def _stored(store: Store) -> set[str]:
    return {kept.word.id for profile in store.profiles() for kept in store.each("posts", profile)}


def _names(town: Town, ids: object) -> list[str]:
    names = {account_id: name for name, account_id in town.named.items()}
    return sorted(names.get(str(one), str(one)) for one in list(ids))  # type: ignore[call-overload]
