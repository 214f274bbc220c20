"""`keep`, `undo`, `confirm`, `ledger`: the owner's word on what is done."""

import argparse
import json
import sys
from collections.abc import Sequence
from datetime import UTC, datetime

from bot.actions.executor import Hands, told
from bot.actions.lifecycle import Track
from bot.actions.limits import condemned
from bot.cli import wiring
from bot.cli.look import table
from bot.clock import SystemClock
from bot.config import Config, Profile
from bot.config.kinds import duration
from bot.errors import UserError
from bot.model import Account, Entry, Event
from bot.report.data import entry_data, moment
from bot.report.escape import terminal, typed_handle
from bot.report.tables import Table
from bot.store import Store

OUTCOMES = {
    Event.UNDONE: "undone",
    Event.CANCELLED: "left alone, you muted it anew yourself",
    Event.LIFTING: "not undone yet, it still shows",
}
"""What `undo` says of what became of a deed."""


def ago(text: str) -> datetime:
    """The moment so long ago: `2d`."""
    span = duration(text)
    if span is None:
        raise UserError(f"--since {text}: write it as 12h, 2d or 1w")
    return datetime.now(UTC) - span


def keep(arguments: argparse.Namespace) -> int:
    """Protect accounts, end a protection, or list the protected."""
    config = wiring.config(arguments)
    profile = wiring.one(config, arguments.profile)
    now = datetime.now(UTC)
    with wiring.opened(config, exclusive=False) as store:
        for handle in arguments.handles:
            account = _account(handle, profile, store)
            if arguments.drop:
                dropped = [store.drop_feedback(profile.name, account.id, kind) for kind in ("keep", "veto")]
                print(f"{terminal(account.handle)}: {'protected no longer' if any(dropped) else 'was not protected'}")
            else:
                store.set_feedback(profile.name, account, "keep", arguments.why, now)
                print(f"{terminal(account.handle)}: kept, whatever the rules say")
        if not arguments.handles:
            _show_kept(arguments, profile, store, config)
    return 0


def _show_kept(arguments: argparse.Namespace, profile: Profile, store: Store, config: Config) -> None:
    rows = [(handle, "config", "", "") for handle in config.trust.keep]
    for kind in ("keep", "veto"):
        for word in store.feedback(profile.name, kind).values():
            rows.append((word.account.handle, kind, f"{word.at:%Y-%m-%d}", word.why))
    columns = ("handle", "by", "since", "why")
    if arguments.json:
        print(json.dumps([dict(zip(columns, row, strict=True)) for row in rows], ensure_ascii=False, indent=1))
    else:
        print(table(Table(columns, tuple(rows))) if rows else "nobody is kept by name")


def _account(handle: str, profile: Profile, store: Store) -> Account:
    """The account of a handle: from the store, else from the server."""
    typed = typed_handle(handle).lstrip("@")
    known = store.find_account(profile.name, typed)
    if known is None:
        with wiring.connected(profile) as platform:
            known = platform.find(typed)
    return known


def undo(arguments: argparse.Namespace) -> int:
    """Take back the deeds chosen; 1 where one could not be taken back."""
    if not (arguments.handles or arguments.since or arguments.rule or arguments.all):
        raise UserError("undo what? Name a HANDLE, or --since 2d, --rule NAME, --all; --dry-run shows it first")
    config = wiring.config(arguments)
    profile = wiring.one(config, arguments.profile)
    with wiring.opened(config, exclusive=False) as store:
        chosen = _chosen(arguments, told(store, profile.name, dry=False), _named(arguments.handles, profile, store))
        if arguments.dry_run or not chosen:
            _show_undone(arguments, chosen, "would be undone" if chosen else "")
            return 0
        return _undo(arguments, chosen, profile, store)


def _named(handles: Sequence[str], profile: Profile, store: Store) -> set[str]:
    """The handles as typed, and the ids of those known: who was renamed since is found by either handle."""
    typed = [typed_handle(handle).lstrip("@") for handle in handles]
    known = [store.find_account(profile.name, handle) for handle in typed]
    return {handle.casefold() for handle in typed} | {account.id for account in known if account}


def _chosen(arguments: argparse.Namespace, tracks: Sequence[Track], named: set[str]) -> list[Track]:
    """The deeds that stand and fit every option given."""
    since = ago(arguments.since) if arguments.since else None
    return [
        track
        for track in tracks
        if (track.live or track.open)
        and (not named or named & {track.deed.account.id, track.deed.account.handle.casefold()})
        and (since is None or track.plan.at >= since)
        and (not arguments.rule or track.plan.rule == arguments.rule)
    ]


def _undo(arguments: argparse.Namespace, chosen: Sequence[Track], profile: Profile, store: Store) -> int:
    failed = 0
    with wiring.connected(profile) as platform:
        hands = Hands(profile.name, platform, store, SystemClock())
        for track in chosen:
            store.set_feedback(profile.name, track.deed.account, "veto", "you undid it", datetime.now(UTC))
            try:
                event = hands.release(track, Event.UNDONE, "you undid it")
            except UserError as fault:
                print(f"quietfeed: {terminal(f'{track.deed.account.handle}: {fault}')}", file=sys.stderr)
                failed = max(failed, fault.exit_code)
            else:
                _show_undone(arguments, [track], OUTCOMES[event])
                failed = max(failed, int(event is Event.LIFTING))
    if failed:
        print("quietfeed: what is left is taken back at the next sweep, or by the same command", file=sys.stderr)
    return failed


def _show_undone(arguments: argparse.Namespace, tracks: Sequence[Track], word: str) -> None:
    if arguments.json:
        for track in tracks:
            print(json.dumps({**entry_data(track.plan), "outcome": word}, ensure_ascii=False))
        return
    for track in tracks:
        deed = track.deed
        print(
            terminal(
                f"{deed.account.handle}: {deed.action.replace('_', ' ')} by “{track.plan.rule}” "
                f"of {track.plan.at:%Y-%m-%d}: {word}"
            )
        )
    if not tracks:
        print("nothing that quietfeed did fits: nothing to undo")


def confirm(arguments: argparse.Namespace) -> int:
    """Take the present numbers of the rules for usual; with consent, end the first days of dry run."""
    config = wiring.config(arguments)
    now = datetime.now(UTC)
    with wiring.opened(config, exclusive=False) as store:
        for profile in config.chosen(arguments.profile):
            many = condemned(list(store.latest_judged(profile.name).values()))
            note = {"day": now.date().isoformat(), "rules": many}
            store.note(f"usual:{profile.name}", json.dumps(note))
            counts = ", ".join(f"“{rule}” {count}" for rule, count in many.items()) or "no rule finds anybody"
            print(terminal(f"{profile.name}: confirmed: {counts}"))
            if arguments.consent:
                store.note(f"consent:{profile.name}", now.isoformat())
                word = (
                    "set `dry_run: false` in the config as well"
                    if config.dry_run
                    else "deeds begin with the next sweep"
                )
                print(f"{profile.name}: the first days of dry run are over; {word}")
    return 0


def ledger(arguments: argparse.Namespace) -> int:
    """Show the ledger, of one account or of all."""
    config = wiring.config(arguments)
    profile = wiring.one(config, arguments.profile)
    since = ago(arguments.since) if arguments.since else None
    with wiring.opened(config, exclusive=False) as store:
        account = _known(arguments.handle, profile, store) if arguments.handle else None
        entries = store.entries(profile.name, since=since, account_id=account.id if account else None)
        first = store.first_seen(profile.name, [account.id]).get(account.id) if account else None
    if arguments.json:
        for entry in entries:
            print(json.dumps({**entry_data(entry), "event": entry.event, "deed": entry.deed, "dry_run": entry.dry}))
        return 0
    if account:
        seen = f"first seen {first:%Y-%m-%d %H:%M} UTC" if first else "never seen in the timeline itself"
        print(terminal(f"{account.handle}: {seen}"))
    rows = tuple(_row(entry) for entry in entries)
    print(
        table(Table(("when (UTC)", "handle", "what", "rule", "until", "why"), rows)) if rows else "the ledger is empty"
    )
    return 0


def _known(handle: str, profile: Profile, store: Store) -> Account:
    account = store.find_account(profile.name, typed_handle(handle).lstrip("@"))
    if account is None:
        raise UserError(
            f"“{handle}” never showed in the timeline of “{profile.name}”; `quietfeed explain` asks the server"
        )
    return account


def _row(entry: Entry) -> tuple[str, ...]:
    action = entry.action.replace("_", " ") if entry.action else "nothing"
    what = f"{entry.event} {action}" + (" (dry run)" if entry.dry else "")
    held = f"held: {entry.hold}" if entry.hold else f"waits: {entry.waits}" if entry.waits else ""
    why = "; ".join(word for word in (held, entry.reason) if word)
    until = (moment(entry.until) or "")[:10]
    return f"{entry.at:%Y-%m-%d %H:%M}", entry.account.handle, what, entry.rule or "", until, why
